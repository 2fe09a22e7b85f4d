//! What never changes while a cluster lives: texts, objects' names, their manifests and rendered charts, each known by
//! a small number, so that a state of the cluster holds numbers only.
//!
//! Tables grow as charts are rendered and fields merged; numbers are given in order of first use and stay.

use super::object::{Live, Spec};
use super::release::{Content, Release};
use crate::dialect::HelmVersion;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::rc::Rc;

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(super) u32);
        impl Number for $name {
            fn at(number: usize) -> Self { $name(number as u32) }
            fn index(self) -> usize { self.0 as usize }
        }
    )*};
}

numbers! {
    /// An interned text.
    Text;
    /// The identity of an object: kind, API version, namespace, name.
    KeyId;
    /// A manifest as a chart gives it.
    SpecId;
    /// What is stored of an object in the cluster.
    LiveId;
    /// A rendered chart.
    ContentId;
    /// What a list of records answered.
    ListId;
}

/// A number that stands for a row of a table.
pub trait Number: Copy {
    /// The number of a row.
    fn at(number: usize) -> Self;
    /// The row of a number.
    fn index(self) -> usize;
}

/// The identity of an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// `Job`
    pub kind: Text,
    /// `batch/v1`
    pub api_version: Text,
    /// Empty for objects that have none.
    pub namespace: Text,
    /// `metadata.name`; `metadata.generateName` and `*` where the server makes the name up.
    pub name: Text,
}

#[derive(Debug)]
struct Table<T, N> {
    rows: Vec<Rc<T>>,
    numbers: HashMap<Rc<T>, N>,
}

impl<T: Hash + Eq, N: Number> Table<T, N> {
    fn new() -> Self {
        Table { rows: Vec::new(), numbers: HashMap::new() }
    }

    fn add(&mut self, row: T) -> N {
        if let Some(number) = self.numbers.get(&row) {
            return *number;
        }
        let row = Rc::new(row);
        let number = N::at(self.rows.len());
        self.rows.push(row.clone());
        self.numbers.insert(row, number);
        number
    }
}

/// Texts, found without a copy.
#[derive(Debug)]
struct Texts {
    rows: Vec<Rc<String>>,
    numbers: HashMap<Box<str>, Text>,
}

impl Texts {
    fn add(&mut self, text: &str) -> Text {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = Text::at(self.rows.len());
        self.rows.push(Rc::new(text.to_owned()));
        self.numbers.insert(text.into(), number);
        number
    }
}

#[derive(Debug)]
struct Tables {
    texts: Texts,
    keys: Table<Key, KeyId>,
    specs: Table<Spec, SpecId>,
    lives: Table<Live, LiveId>,
    contents: Table<Content, ContentId>,
    lists: Table<Vec<Release>, ListId>,
}

/// What a chart is rendered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rendering {
    /// The chart, by the number its owner gave it.
    pub chart: u16,
    /// The Helm that renders.
    pub version: HelmVersion,
    /// `.Release.Revision`
    pub revision: u16,
    /// `.Release.IsUpgrade`
    pub upgrade: bool,
    /// `.Release.Name`
    pub release: Text,
    /// `.Release.Namespace`
    pub namespace: Text,
    /// `--set` and friends.
    pub values: Text,
}

/// Whoever can render the charts that actions name.
pub trait Charts {
    /// Renders one; errors are Helm's text.
    ///
    /// # Errors
    /// What `helm install` would say.
    fn render(&self, world: &World, wanted: &Rendering) -> Result<Content, String>;
}

/// All tables, and the charts.
pub struct World<'c> {
    charts: &'c dyn Charts,
    tables: RefCell<Tables>,
    rendered: RefCell<HashMap<Rendering, Result<ContentId, Text>>>,
}

impl<'c> World<'c> {
    /// A world with these charts. The empty text has number 0.
    pub fn new(charts: &'c dyn Charts) -> World<'c> {
        let tables = Tables {
            texts: Texts { rows: Vec::new(), numbers: HashMap::new() },
            keys: Table::new(),
            specs: Table::new(),
            lives: Table::new(),
            contents: Table::new(),
            lists: Table::new(),
        };
        let world = World { charts, tables: RefCell::new(tables), rendered: RefCell::new(HashMap::new()) };
        world.text("");
        world
    }

    /// The number of a text.
    pub fn text(&self, text: &str) -> Text {
        self.tables.borrow_mut().texts.add(text)
    }

    /// A text of a number.
    pub fn str(&self, text: Text) -> Rc<String> {
        self.tables.borrow().texts.rows.get(text.index()).cloned().unwrap_or_default()
    }

    /// The number of an identity.
    pub fn key(&self, key: Key) -> KeyId {
        self.tables.borrow_mut().keys.add(key)
    }

    /// An identity.
    pub fn key_of(&self, key: KeyId) -> Rc<Key> {
        let none = || Rc::new(Key { kind: Text(0), api_version: Text(0), namespace: Text(0), name: Text(0) });
        self.tables.borrow().keys.rows.get(key.index()).cloned().unwrap_or_else(none)
    }

    /// The kind of an object.
    pub fn kind(&self, key: KeyId) -> Rc<String> {
        self.str(self.key_of(key).kind)
    }

    /// The name of an object.
    pub fn name(&self, key: KeyId) -> Rc<String> {
        self.str(self.key_of(key).name)
    }

    /// The number of a manifest.
    pub fn add_spec(&self, spec: Spec) -> SpecId {
        self.tables.borrow_mut().specs.add(spec)
    }

    /// A manifest.
    pub fn spec(&self, spec: SpecId) -> Rc<Spec> {
        self.tables.borrow().specs.rows.get(spec.index()).cloned().unwrap_or_default()
    }

    /// The number of a stored object.
    pub fn add_live(&self, live: Live) -> LiveId {
        self.tables.borrow_mut().lives.add(live)
    }

    /// A stored object.
    pub fn live(&self, live: LiveId) -> Rc<Live> {
        self.tables.borrow().lives.rows.get(live.index()).cloned().unwrap_or_default()
    }

    /// A rendered chart.
    pub fn content(&self, content: ContentId) -> Rc<Content> {
        self.tables.borrow().contents.rows.get(content.index()).cloned().unwrap_or_default()
    }

    /// The number of a list of records.
    pub fn add_list(&self, list: Vec<Release>) -> ListId {
        self.tables.borrow_mut().lists.add(list)
    }

    /// A list of records.
    pub fn list(&self, list: ListId) -> Rc<Vec<Release>> {
        self.tables.borrow().lists.rows.get(list.index()).cloned().unwrap_or_default()
    }

    /// Renders a chart, once for each wish.
    ///
    /// # Errors
    /// Helm's text.
    pub fn render(&self, wanted: &Rendering) -> Result<ContentId, Text> {
        if let Some(done) = self.rendered.borrow().get(wanted) {
            return *done;
        }
        let result = match self.charts.render(self, wanted) {
            Ok(content) => Ok(self.tables.borrow_mut().contents.add(content)),
            Err(error) => Err(self.text(&error)),
        };
        self.rendered.borrow_mut().insert(*wanted, result);
        result
    }
}

impl std::fmt::Debug for World<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").finish_non_exhaustive()
    }
}
