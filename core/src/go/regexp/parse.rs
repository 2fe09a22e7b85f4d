//! Reading Go's regular expressions, with Go's errors (regexp/syntax parse.go, flags `Perl`).

use super::class::{self, Class};
use super::token::{
    INVALID_ESCAPE, check_utf8, class_rune, counts, escaped_rune, next_rune, up_to, valid_counts,
};
use super::unicode;

/// Go's limit on the height of an expression's tree.
const MAX_HEIGHT: u32 = 1000;
/// Go's limit on the instructions an expression compiles to.
const MAX_SIZE: u64 = (128 << 20) / 40;
/// Limit on the ends of ranges in an expression. Go's is 32 Mi; what lies between does not compile within our memory.
const MAX_RUNES: u64 = 4 << 20;

/// A parsed expression.
#[derive(Debug)]
pub(super) enum Node {
    /// Matches the empty text.
    Empty,
    /// One rune, perhaps in any case.
    Literal { rune: u32, fold: bool },
    /// One rune of a class.
    Class(Class),
    /// `.` with `s`.
    Any,
    /// `.`
    AnyButNewline,
    /// A place.
    Place(Place),
    /// A repetition.
    Repeat { node: Box<Tree>, min: u32, max: Option<u32>, greedy: bool },
    /// A group that is remembered.
    Capture { node: Box<Tree>, index: u32 },
    /// One after the other.
    Concat(Vec<Tree>),
    /// One of these, the first preferred.
    Alternate(Vec<Tree>),
}

/// A condition on the place reached.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    TextStart,
    TextEnd,
    LineStart,
    LineEnd,
    WordBoundary,
    NoWordBoundary,
}

/// A node with what Go measures of it.
#[derive(Debug)]
pub(super) struct Tree {
    pub node: Node,
    height: u32,
    size: u64,
}

/// What was read: the tree, and the names of the groups, the whole match (unnamed) first.
pub(super) struct Parsed {
    pub tree: Tree,
    pub names: Vec<Option<String>>,
}

/// An error's fixed phrase, and the part of the expression it is about.
pub(super) type Error<'a> = (&'static str, &'a [u8]);

const INVALID_RANGE: &str = "invalid character class range";
const INVALID_NAME: &str = "invalid named capture";
const INVALID_PERL: &str = "invalid or unsupported Perl syntax";
const INVALID_NESTING: &str = "invalid nested repetition operator";
const INVALID_COUNT: &str = "invalid repeat count";
const MISSING_PAREN: &str = "missing closing )";
const MISSING_ARGUMENT: &str = "missing argument to repetition operator";
const UNEXPECTED_PAREN: &str = "unexpected )";
const TOO_DEEP: &str = "expression nests too deeply";
/// Also said of expressions that take too much memory when compiled.
pub(super) const TOO_LARGE: &str = "expression too large";

/// Reads an expression; the error is Go's text.
pub(super) fn parse(pattern: &[u8]) -> Result<Parsed, String> {
    Parser::new(pattern).parse().map_err(|(phrase, part)| error_text(phrase, part))
}

/// `error parsing regexp: PHRASE: ` and the part between back quotes.
pub(super) fn error_text(phrase: &str, part: &[u8]) -> String {
    format!("error parsing regexp: {phrase}: `{}`", crate::go::utf8::to_valid_string(part))
}

#[derive(Clone, Copy)]
struct Flags {
    /// `i`
    fold: bool,
    /// `m`
    lines: bool,
    /// `s`
    dot_newline: bool,
    /// `U`
    lazy: bool,
}

/// A group that is open, or the whole expression.
struct Frame {
    /// Flags to return to when it closes.
    outer: Flags,
    capture: Option<u32>,
    alternatives: Vec<Tree>,
    sequence: Vec<Tree>,
}

struct Parser<'a> {
    pattern: &'a [u8],
    flags: Flags,
    frames: Vec<Frame>,
    top: Frame,
    names: Vec<Option<String>>,
    nodes: u64,
    runes: u64,
    repeats: u64,
    /// Unicode classes already looked up, by canonical name; there are not many.
    tables: Vec<(String, Class)>,
}

impl<'a> Parser<'a> {
    fn new(pattern: &'a [u8]) -> Parser<'a> {
        let flags = Flags { fold: false, lines: false, dot_newline: false, lazy: false };
        Parser {
            pattern,
            flags,
            frames: Vec::new(),
            top: Frame::new(flags, None),
            names: vec![None],
            nodes: 0,
            runes: 0,
            repeats: 1,
            tables: Vec::new(),
        }
    }

    fn parse(mut self) -> Result<Parsed, Error<'a>> {
        let mut rest = self.pattern;
        // The expression from the repetition just read on, to tell `a**` from `a*`.
        let mut last_repeat: Option<&'a [u8]> = None;
        while let Some((first, after)) = rest.split_first() {
            let before = rest;
            let mut repeat = None;
            match first {
                b'(' if after.first() == Some(&b'?') => rest = self.perl_group(rest)?,
                b'(' => {
                    self.open_capture(None);
                    rest = after;
                }
                b'|' => {
                    self.end_alternative()?;
                    rest = after;
                }
                b')' => {
                    self.close()?;
                    rest = after;
                }
                b'^' => {
                    let place = if self.flags.lines { Place::LineStart } else { Place::TextStart };
                    self.push(Node::Place(place))?;
                    rest = after;
                }
                b'$' => {
                    let place = if self.flags.lines { Place::LineEnd } else { Place::TextEnd };
                    self.push(Node::Place(place))?;
                    rest = after;
                }
                b'.' => {
                    self.push(if self.flags.dot_newline { Node::Any } else { Node::AnyButNewline })?;
                    rest = after;
                }
                b'[' => rest = self.class(rest)?,
                b'*' | b'+' | b'?' => {
                    let (min, max) = match first {
                        b'*' => (0, None),
                        b'+' => (1, None),
                        _ => (0, Some(1)),
                    };
                    rest = self.repeat(min, max, before, after, last_repeat, false)?;
                    repeat = Some(before);
                }
                b'{' => match counts(rest) {
                    None => {
                        self.literal(u32::from(b'{'))?;
                        rest = after;
                    }
                    Some((min, max, after)) => {
                        let (min, max) =
                            valid_counts(min, max).ok_or((INVALID_COUNT, up_to(before, after)))?;
                        rest = self.repeat(min, max, before, after, last_repeat, true)?;
                        repeat = Some(before);
                    }
                },
                b'\\' => rest = self.escape(rest)?,
                _ => {
                    let (rune, after) = next_rune(rest)?;
                    self.literal(rune)?;
                    rest = after;
                }
            }
            last_repeat = repeat;
        }
        if !self.frames.is_empty() {
            return Err((MISSING_PAREN, self.pattern));
        }
        let tree = self.finish_top()?;
        Ok(Parsed { tree, names: self.names })
    }

    fn push(&mut self, node: Node) -> Result<(), Error<'a>> {
        self.nodes += 1;
        self.runes += match &node {
            Node::Class(class) => class.ranges().len() as u64 * 2,
            Node::Literal { .. } => 1,
            _ => 0,
        };
        if self.runes > MAX_RUNES {
            return Err((TOO_LARGE, self.pattern));
        }
        let tree = self.checked(Tree::new(node))?;
        self.top.sequence.push(tree);
        Ok(())
    }

    /// Go measures sizes only once nodes times repetitions may exceed the limit.
    fn checked(&self, tree: Tree) -> Result<Tree, Error<'a>> {
        if self.nodes >= MAX_SIZE / self.repeats && tree.size > MAX_SIZE {
            return Err((TOO_LARGE, self.pattern));
        }
        if tree.height > MAX_HEIGHT {
            return Err((TOO_DEEP, self.pattern));
        }
        Ok(tree)
    }

    fn literal(&mut self, rune: u32) -> Result<(), Error<'a>> {
        self.push(Node::Literal { rune, fold: self.flags.fold })
    }

    fn repeat(
        &mut self,
        min: u32,
        max: Option<u32>,
        before: &'a [u8],
        after: &'a [u8],
        last_repeat: Option<&'a [u8]>,
        counted: bool,
    ) -> Result<&'a [u8], Error<'a>> {
        let (after, greedy) = match after.strip_prefix(b"?") {
            Some(after) => (after, self.flags.lazy),
            None => (after, !self.flags.lazy),
        };
        if let Some(last) = last_repeat {
            return Err((INVALID_NESTING, up_to(last, after)));
        }
        let Some(node) = self.top.sequence.pop() else {
            return Err((MISSING_ARGUMENT, up_to(before, after)));
        };
        self.nodes += 1;
        if counted {
            let times = u64::from(max.unwrap_or(min).max(1));
            self.repeats = self.repeats.saturating_mul(times).min(MAX_SIZE);
        }
        let tree = self.checked(Tree::new(Node::Repeat { node: Box::new(node), min, max, greedy }))?;
        if counted && (min >= 2 || max >= Some(2)) && !repetition_is_valid(&tree, 1000) {
            return Err((INVALID_COUNT, up_to(before, after)));
        }
        self.top.sequence.push(tree);
        Ok(after)
    }

    fn open(&mut self, capture: Option<u32>) {
        self.nodes += 1;
        let frame = Frame::new(self.flags, capture);
        self.frames.push(std::mem::replace(&mut self.top, frame));
    }

    fn open_capture(&mut self, name: Option<&str>) {
        let index = self.names.len() as u32;
        self.names.push(name.map(str::to_string));
        self.open(Some(index));
    }

    fn end_alternative(&mut self) -> Result<(), Error<'a>> {
        let sequence = std::mem::take(&mut self.top.sequence);
        let tree = self.collapse(sequence, false)?;
        self.top.alternatives.push(tree);
        Ok(())
    }

    /// The tree of the group on top, which is left empty.
    fn finish_top(&mut self) -> Result<Tree, Error<'a>> {
        self.end_alternative()?;
        let alternatives = std::mem::take(&mut self.top.alternatives);
        self.collapse(alternatives, true)
    }

    fn close(&mut self) -> Result<(), Error<'a>> {
        let tree = self.finish_top()?;
        let Some(outer) = self.frames.pop() else {
            return Err((UNEXPECTED_PAREN, self.pattern));
        };
        let closed = std::mem::replace(&mut self.top, outer);
        self.flags = closed.outer;
        match closed.capture {
            None => self.top.sequence.push(tree),
            Some(index) => {
                let tree = self.checked(Tree::new(Node::Capture { node: Box::new(tree), index }))?;
                self.top.sequence.push(tree);
            }
        }
        Ok(())
    }

    /// One node of several; nested ones of the same kind are dissolved.
    fn collapse(&mut self, mut trees: Vec<Tree>, alternate: bool) -> Result<Tree, Error<'a>> {
        self.nodes += 1;
        if trees.len() <= 1 {
            return Ok(trees.pop().unwrap_or_else(|| Tree::new(Node::Empty)));
        }
        let same = |tree: &Tree| match tree.node {
            Node::Concat(_) => !alternate,
            Node::Alternate(_) => alternate,
            _ => false,
        };
        if trees.iter().any(same) {
            trees = trees
                .into_iter()
                .flat_map(|tree| match tree.node {
                    Node::Concat(inner) if !alternate => inner,
                    Node::Alternate(inner) if alternate => inner,
                    _ => vec![tree],
                })
                .collect();
        }
        let node = if alternate { Node::Alternate(trees) } else { Node::Concat(trees) };
        self.checked(Tree::new(node))
    }

    /// `(?P<name>`, `(?<name>`, `(?flags)`, `(?flags:`; `s` begins with `(?`.
    fn perl_group(&mut self, s: &'a [u8]) -> Result<&'a [u8], Error<'a>> {
        let name_at = match s.get(2..) {
            Some([b'P', b'<', _, ..]) => Some(4),
            Some([b'<', _, ..]) => Some(3),
            _ => None,
        };
        if let Some(name_at) = name_at {
            let Some(end) = s.iter().position(|b| *b == b'>') else {
                check_utf8(s)?;
                return Err((INVALID_NAME, s));
            };
            let (head, rest) = s.split_at(end + 1);
            let name = s.get(name_at..end).unwrap_or_default();
            check_utf8(name)?;
            let valid = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
            let text =
                std::str::from_utf8(name).ok().filter(|n| !n.is_empty() && n.bytes().all(|b| valid(&b)));
            self.open_capture(Some(text.ok_or((INVALID_NAME, head))?));
            return Ok(rest);
        }
        let mut rest = s.get(2..).unwrap_or_default();
        let mut flags = self.flags;
        let (mut on, mut seen) = (true, false);
        while !rest.is_empty() {
            let (rune, after) = next_rune(rest)?;
            rest = after;
            match char::from_u32(rune) {
                Some('i') => flags.fold = on,
                Some('m') => flags.lines = on,
                Some('s') => flags.dot_newline = on,
                Some('U') => flags.lazy = on,
                Some('-') if on => {
                    (on, seen) = (false, false);
                    continue;
                }
                Some(end @ (':' | ')')) if on || seen => {
                    if end == ':' {
                        self.open(None);
                    }
                    self.flags = flags;
                    return Ok(rest);
                }
                _ => break,
            }
            seen = true;
        }
        Err((INVALID_PERL, up_to(s, rest)))
    }

    /// An escape outside a class; `s` begins with a backslash.
    fn escape(&mut self, s: &'a [u8]) -> Result<&'a [u8], Error<'a>> {
        if let Some((letter, rest)) = s.get(1..).and_then(<[u8]>::split_first) {
            let place = match letter {
                b'A' => Some(Place::TextStart),
                b'z' => Some(Place::TextEnd),
                b'b' => Some(Place::WordBoundary),
                b'B' => Some(Place::NoWordBoundary),
                b'C' => return Err((INVALID_ESCAPE, up_to(s, rest))),
                b'Q' => return self.quoted(rest),
                _ => None,
            };
            if let Some(place) = place {
                self.push(Node::Place(place))?;
                return Ok(rest);
            }
        }
        let mut class = Class::default();
        if let Some(rest) = self.named_in_escape(s, &mut class)? {
            self.push(Node::Class(class))?;
            return Ok(rest);
        }
        let (rune, rest) = escaped_rune(s)?;
        self.literal(rune)?;
        Ok(rest)
    }

    /// The text after `\Q`, up to `\E` or the end.
    fn quoted(&mut self, rest: &'a [u8]) -> Result<&'a [u8], Error<'a>> {
        let end = rest.windows(2).position(|w| w == b"\\E");
        let (mut text, rest) = match end {
            Some(end) => (rest.get(..end).unwrap_or_default(), rest.get(end + 2..).unwrap_or_default()),
            None => (rest, b"".as_slice()),
        };
        while !text.is_empty() {
            let (rune, after) = next_rune(text)?;
            self.literal(rune)?;
            text = after;
        }
        Ok(rest)
    }

    /// `\d`, `\pN`, `\p{Greek}`: adds to the class and returns the rest, or `None` if `s` begins with none of these.
    fn named_in_escape(&mut self, s: &'a [u8], class: &mut Class) -> Result<Option<&'a [u8]>, Error<'a>> {
        let Some([b'\\', letter]) = s.get(..2) else { return Ok(None) };
        let rest = s.get(2..).unwrap_or_default();
        if letter.eq_ignore_ascii_case(&b'p') {
            return self.unicode_class(s, *letter == b'P', rest, class).map(Some);
        }
        let Some((group, negated)) = class::perl(*letter) else { return Ok(None) };
        self.add_group(class, group, negated);
        Ok(Some(rest))
    }

    fn unicode_class(
        &mut self,
        s: &'a [u8],
        mut negated: bool,
        rest: &'a [u8],
        class: &mut Class,
    ) -> Result<&'a [u8], Error<'a>> {
        let (rune, after) = next_rune(rest)?;
        let (name, rest) = if rune == u32::from(b'{') {
            let Some(end) = rest.iter().position(|b| *b == b'}') else {
                check_utf8(s)?;
                return Err((INVALID_RANGE, s));
            };
            let name = rest.get(1..end).unwrap_or_default();
            check_utf8(name)?;
            (name, rest.get(end + 1..).unwrap_or_default())
        } else {
            (up_to(rest, after), after)
        };
        let name = match name.strip_prefix(b"^") {
            Some(name) => {
                negated = !negated;
                name
            }
            None => name,
        };
        let name = unicode::canonical(std::str::from_utf8(name).unwrap_or_default());
        let table = match self.tables.iter().find(|(known, _)| *known == name) {
            Some((_, known)) => known.clone(),
            None => {
                let table = unicode::class(&name).ok_or((INVALID_RANGE, up_to(s, rest)))?;
                self.tables.push((name, table.clone()));
                table
            }
        };
        self.add_group(class, table, negated);
        Ok(rest)
    }

    fn add_group(&self, class: &mut Class, group: Class, negated: bool) {
        let group = if self.flags.fold { group.fold() } else { group };
        class.add_all(&if negated { group.negate() } else { group });
    }

    /// A class in brackets; `s` begins with `[`.
    fn class(&mut self, s: &'a [u8]) -> Result<&'a [u8], Error<'a>> {
        let mut rest = s.get(1..).unwrap_or_default();
        let negated = rest.first() == Some(&b'^');
        if negated {
            rest = rest.get(1..).unwrap_or_default();
        }
        let mut class = Class::default();
        let mut crowded = 10_000;
        let mut first = true;
        while first || rest.first() != Some(&b']') {
            first = false;
            if class.ranges().len() > crowded {
                class = class.clean();
                crowded = 10_000 + 2 * class.ranges().len();
            }
            if let Some(after) = self.posix_class(rest, &mut class)? {
                rest = after;
                continue;
            }
            if let Some(after) = self.named_in_escape(rest, &mut class)? {
                rest = after;
                continue;
            }
            let from = rest;
            let (low, after) = class_rune(rest, s)?;
            rest = after;
            let mut high = low;
            if let Some([b'-', end]) = rest.get(..2)
                && *end != b']'
            {
                let (end, after) = class_rune(rest.get(1..).unwrap_or_default(), s)?;
                if end < low {
                    return Err((INVALID_RANGE, up_to(from, after)));
                }
                (high, rest) = (end, after);
            }
            let range: Class = [(low, high)].into_iter().collect();
            class.add_all(&if self.flags.fold { range.fold() } else { range });
        }
        let class = if negated { class.negate() } else { class.clean() };
        self.push(Node::Class(class))?;
        Ok(rest.get(1..).unwrap_or_default())
    }

    /// `[:alpha:]` at the start of `s`.
    fn posix_class(&self, s: &'a [u8], class: &mut Class) -> Result<Option<&'a [u8]>, Error<'a>> {
        let Some(body) = s.strip_prefix(b"[:").filter(|body| !body.is_empty()) else { return Ok(None) };
        let Some(end) = body.windows(2).position(|w| w == b":]") else { return Ok(None) };
        let rest = body.get(end + 2..).unwrap_or_default();
        let (group, negated) =
            body.get(..end).and_then(class::posix).ok_or((INVALID_RANGE, up_to(s, rest)))?;
        self.add_group(class, group, negated);
        Ok(Some(rest))
    }
}

impl Frame {
    fn new(outer: Flags, capture: Option<u32>) -> Frame {
        Frame { outer, capture, alternatives: Vec::new(), sequence: Vec::new() }
    }
}

impl Tree {
    fn new(node: Node) -> Tree {
        let (height, size) = match &node {
            Node::Repeat { node, min, max, .. } => {
                let (min, sub) = (u64::from(*min), node.size);
                let size = match (min, max) {
                    (0, None) => 2 + sub,
                    (1, None) => 1 + sub,
                    (_, None) => 1 + min * sub,
                    (_, Some(max)) => u64::from(*max) * sub + u64::from(*max).saturating_sub(min),
                };
                (1 + node.height, size)
            }
            Node::Capture { node, .. } => (1 + node.height, 2 + node.size),
            Node::Concat(trees) => (1 + highest(trees), trees.iter().map(|t| t.size).sum()),
            Node::Alternate(trees) => {
                (1 + highest(trees), trees.iter().map(|t| t.size).sum::<u64>() + trees.len() as u64 - 1)
            }
            _ => (1, 1),
        };
        Tree { node, height, size: size.max(1) }
    }
}

fn highest(trees: &[Tree]) -> u32 {
    trees.iter().map(|t| t.height).max().unwrap_or(0)
}

/// Whether no more than `budget` copies of anything are asked for. Only walked for counted repetitions, whose nesting
/// that limits.
fn repetition_is_valid(tree: &Tree, budget: u32) -> bool {
    match &tree.node {
        // `*`, `+` and `?` are no counted repetitions; counted ones with the same bounds pass all the same.
        Node::Repeat { node, min, max, .. } => match max.unwrap_or(*min) {
            0 if *max == Some(0) => true,
            times if times > budget => false,
            times => repetition_is_valid(node, budget / times.max(1)),
        },
        Node::Capture { node, .. } => repetition_is_valid(node, budget),
        Node::Concat(trees) | Node::Alternate(trees) => {
            trees.iter().all(|tree| repetition_is_valid(tree, budget))
        }
        _ => true,
    }
}
