//! Go's slices: `[]interface {}` is immutable here, as no template function writes into one (R2);
//! `[]string` is the exception, because `sortAlpha` sorts its argument in place.

use super::release::holds_values;
use super::{Str, Value};
use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;

/// `[]interface {}`. Distinguishes Go's nil slice (JSON `null`) from an empty one (JSON `[]`).
#[derive(Clone, Default)]
pub struct List(Option<Rc<[Value]>>);

impl List {
    /// The nil slice.
    pub const NIL: List = List(None);

    /// Whether this is the nil slice.
    pub fn is_nil(&self) -> bool {
        self.0.is_none()
    }

    /// The values that hold others, when this is the last reference to the list.
    pub(super) fn take_unshared(&mut self) -> Vec<Value> {
        match self.0.as_mut().and_then(Rc::get_mut) {
            Some(items) => items.iter_mut().filter(|item| holds_values(item)).map(std::mem::take).collect(),
            None => Vec::new(),
        }
    }
}

impl Deref for List {
    type Target = [Value];
    fn deref(&self) -> &[Value] {
        self.0.as_deref().unwrap_or(&[])
    }
}

impl From<Vec<Value>> for List {
    fn from(items: Vec<Value>) -> List {
        List(Some(Rc::from(items)))
    }
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> List {
        List(Some(items.into_iter().collect()))
    }
}

/// `[]string` (or a named slice of strings): a view into a shared array, as Go slices are.
#[derive(Clone)]
pub struct Strings {
    array: Option<Rc<RefCell<Vec<Str>>>>,
    start: u32,
    len: u32,
}

impl Strings {
    /// The nil slice: JSON `null`.
    pub const NIL: Strings = Strings { array: None, start: 0, len: 0 };

    /// Whether this is the nil slice.
    pub fn is_nil(&self) -> bool {
        self.array.is_none()
    }

    /// A new slice over its own array.
    pub fn new(items: Vec<Str>) -> Strings {
        let len = u32::try_from(items.len()).unwrap_or(u32::MAX);
        Strings { array: Some(Rc::new(RefCell::new(items))), start: 0, len }
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// One element.
    pub fn get(&self, index: usize) -> Option<Str> {
        if index >= self.len() {
            return None;
        }
        self.array.as_ref()?.borrow().get(self.start as usize + index).cloned()
    }

    /// The elements, copied out.
    pub fn to_vec(&self) -> Vec<Str> {
        let Some(array) = &self.array else { return Vec::new() };
        array.borrow().iter().skip(self.start as usize).take(self.len()).cloned().collect()
    }

    /// `s[from..to]`, sharing the array; `None` when out of bounds.
    pub fn view(&self, from: usize, to: usize) -> Option<Strings> {
        if from > to || to > self.len() {
            return None;
        }
        Some(Strings { array: self.array.clone(), start: self.start + from as u32, len: (to - from) as u32 })
    }

    /// Sorts the elements by bytes, in place: everyone who shares the array sees it.
    pub fn sort(&self) {
        let (from, to) = (self.start as usize, (self.start + self.len) as usize);
        if let Some(part) =
            self.array.as_ref().map(|array| array.borrow_mut()).as_mut().and_then(|a| a.get_mut(from..to))
        {
            part.sort();
        }
    }
}

impl FromIterator<Str> for Strings {
    fn from_iter<I: IntoIterator<Item = Str>>(items: I) -> Strings {
        Strings::new(items.into_iter().collect())
    }
}
