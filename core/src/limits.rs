//! One budget for a whole render: what a chart may cost before it is stopped.
//!
//! Helm has almost no limits: an endless `tpl`, a `repeat` of billions or a cyclic map ends it by exhausting the
//! machine. Every limit here has a name, and reaching it is a [`crate::value::Fault`] that says so and how to raise it.

/// The budget of one render. All sizes are bytes, all others are counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// `archive-bytes`: unpacked size of a chart, subcharts included. Helm's own limit: 104857600 (R9).
    pub archive_bytes: u64,
    /// `archive-entries`: files in one chart archive. Helm has none.
    pub archive_entries: usize,
    /// `charts`: charts in one tree, counting those that aliases make. Helm has none.
    pub charts: usize,
    /// `include-depth`: nested activations of one name by `include`/`tpl`. Helm's own limit: 1000 (R76).
    pub include_depth: u32,
    /// `template-depth`: nested `{{template}}` calls. Go's own limit: 100000 (R77).
    pub template_depth: u32,
    /// `stack-depth`: how deep templates may nest, so that no recursion exhausts the thread's stack: 4 for each `include`
    /// or `tpl` inside another, 2 for each `{{template}}` and each pipeline in parentheses, 1 for each block. In an
    /// optimised build 1 is about 512 bytes of stack; the default is for a thread with 160 MiB and lets Go's own
    /// template depth be reached first.
    pub stack_depth: u32,
    /// `nesting`: parentheses, blocks (about 1.5 KiB of stack each while they are parsed) and YAML/JSON collections inside one another. Go's JSON reader stops at 10000.
    pub nesting: usize,
    /// `steps`: nodes executed. Helm has none.
    pub steps: u64,
    /// `output-bytes`: text produced by all templates and by any one function. Helm has none.
    pub output_bytes: usize,
    /// `list-items`: elements of a list made by `until`, `seq`, `chunk` and the like. Helm has none.
    pub list_items: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            archive_bytes: 104_857_600,
            archive_entries: 100_000,
            charts: 10_000,
            include_depth: 1000,
            template_depth: 100_000,
            stack_depth: 300_000,
            nesting: 10_000,
            steps: 100_000_000,
            output_bytes: 256 << 20,
            list_items: 10_000_000,
        }
    }
}

impl Limits {
    /// The limits' names, as users write them.
    pub const NAMES: [&str; 9] = [
        "archive-bytes",
        "archive-entries",
        "include-depth",
        "template-depth",
        "stack-depth",
        "nesting",
        "steps",
        "output-bytes",
        "list-items",
    ];

    /// Sets a limit by its name; false when there is none of that name. A number too large for the limit's type
    /// counts as the largest it can hold.
    ///
    /// ```
    /// # use hookwright_core::limits::Limits;
    /// let mut limits = Limits::default();
    /// assert!(Limits::NAMES.iter().all(|name| limits.set(name, 7)));
    /// assert_eq!(limits.output_bytes, 7);
    /// assert!(!limits.set("no-such-limit", 7));
    /// ```
    pub fn set(&mut self, name: &str, number: u64) -> bool {
        let size = usize::try_from(number).unwrap_or(usize::MAX);
        let count = u32::try_from(number).unwrap_or(u32::MAX);
        match name {
            "archive-bytes" => self.archive_bytes = number,
            "archive-entries" => self.archive_entries = size,
            "include-depth" => self.include_depth = count,
            "template-depth" => self.template_depth = count,
            "stack-depth" => self.stack_depth = count,
            "nesting" => self.nesting = size,
            "steps" => self.steps = number,
            "output-bytes" => self.output_bytes = size,
            "list-items" => self.list_items = size,
            _ => return false,
        }
        true
    }
}

/// A limit that was reached, for messages: its name as users write it, and the bound that was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitReached {
    /// The limit's name: `output-bytes`.
    pub name: &'static str,
    /// The bound that was in force.
    pub bound: u64,
    /// What was being done: `repeat would make 4000000000 bytes`.
    pub what: String,
}

impl std::fmt::Display for LimitReached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "limit {} ({}) reached: {}", self.name, self.bound, self.what)
    }
}
