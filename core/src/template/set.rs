//! The templates that can be called by name, with Go's rules for redefinition (R73) and cheap copies for `tpl` (R78).

use super::ast::Tree;
use super::parser::{Parsed, Table};
use crate::value::Str;
use std::rc::Rc;

/// A name space of templates. Cloning costs one reference count; a clone that gets more templates does not change
/// the original.
#[derive(Clone, Debug, Default)]
pub struct Set(Option<Rc<Layer>>);

/// What one text, or all files of a chart, added.
#[derive(Debug)]
struct Layer {
    below: Set,
    trees: Trees,
}

#[derive(Debug)]
enum Trees {
    /// All files of a render.
    Table(Table<Str, Rc<Tree>>),
    /// One argument of `tpl`: seldom more than its main body.
    Few(Rc<Parsed>),
}

impl Set {
    /// The set with all templates of these texts, parsed in this order (R72).
    pub fn new<'p>(texts: impl IntoIterator<Item = &'p Parsed>) -> Set {
        let mut table: Table<Str, Rc<Tree>> = Table::default();
        for tree in texts.into_iter().flat_map(|text| &text.trees) {
            // Go's AddParseTree: an empty body never replaces an earlier one.
            if !tree.empty || !table.contains_key(&tree.name) {
                table.insert(tree.name.clone(), tree.clone());
            }
        }
        Set(Some(Rc::new(Layer { below: Set::default(), trees: Trees::Table(table) })))
    }

    /// This set with the templates of one more text in front.
    pub fn with(&self, text: Rc<Parsed>) -> Set {
        Set(Some(Rc::new(Layer { below: self.clone(), trees: Trees::Few(text) })))
    }

    /// The template called `name`.
    pub fn find(&self, name: &[u8]) -> Option<&Rc<Tree>> {
        let mut set = self;
        let mut empty = None;
        while let Some(layer) = &set.0 {
            let found = match &layer.trees {
                Trees::Table(table) => table.get(name),
                Trees::Few(text) => text.find(name),
            };
            match found {
                // An empty definition counts only where there is no other below. The main body of `tpl` is not
                // subject to that: its name has no definition in the cloned set.
                Some(tree) if tree.empty && !layer.is_main(tree) => empty = Some(tree),
                Some(tree) => return Some(tree),
                None => {}
            }
            if layer.hides(name) {
                break;
            }
            set = &layer.below;
        }
        empty
    }
}

impl Layer {
    fn is_main(&self, tree: &Tree) -> bool {
        matches!(&self.trees, Trees::Few(text) if text.source.name == tree.name)
    }

    /// Whether `name` is that of a text whose clone forgot every earlier template of this name.
    fn hides(&self, name: &[u8]) -> bool {
        matches!(&self.trees, Trees::Few(text) if text.source.name.as_bytes() == name)
    }
}

impl Drop for Layer {
    /// Takes long chains of layers apart in a loop: nested `tpl` calls must not exhaust the stack on their way out.
    fn drop(&mut self) {
        let mut below = std::mem::take(&mut self.below);
        while let Some(layer) = below.0.take() {
            match Rc::try_unwrap(layer) {
                Ok(mut layer) => below = std::mem::take(&mut layer.below),
                Err(_) => break,
            }
        }
    }
}
