//! A compiled schema: its keywords as validation needs them.

use super::decimal::Decimal;
use super::draft::Draft;
use super::root::Place;
use crate::go::regexp::Regexp;
use crate::value::{List, Value};
use std::collections::BTreeMap;

/// A schema's number in its compiler.
pub(super) type Id = usize;

/// A regular expression with its source.
pub(super) struct Pattern {
    pub source: String,
    pub regexp: Regexp,
}

/// `additionalProperties` and `additionalItems`.
#[derive(Clone, Copy)]
pub(super) enum Additional {
    Allowed(bool),
    Schema(Id),
}

/// `items` before 2020-12.
pub(super) enum Items {
    Every(Id),
    Each(Vec<Id>),
}

/// A `dependencies` entry.
pub(super) enum Dependency {
    Properties(Vec<String>),
    Schema(Id),
}

/// A compiled schema. Keywords that do not validate are left out.
#[derive(Default)]
pub(super) struct Schema {
    pub place: Option<Place>,
    pub location: String,
    pub draft: Option<Draft>,
    /// The schema of the resource this one lies in.
    pub resource: Id,
    pub dynamic_anchors: BTreeMap<String, Id>,

    /// `true`, `false` or `{}`.
    pub boolean: Option<bool>,
    pub reference: Option<Id>,
    pub recursive_reference: Option<Id>,
    pub recursive_anchor: bool,
    /// The first target, and the anchor to look for.
    pub dynamic_reference: Option<(Id, String)>,
    pub dynamic_anchor: String,

    pub types: Vec<Type>,
    pub enumeration: Option<List>,
    pub constant: Option<Value>,
    pub format: Option<&'static str>,
    pub not: Option<Id>,
    pub all_of: Vec<Id>,
    pub any_of: Vec<Id>,
    pub one_of: Vec<Id>,
    pub if_: Option<Id>,
    pub then: Option<Id>,
    pub else_: Option<Id>,

    pub max_properties: Option<i64>,
    pub min_properties: Option<i64>,
    pub required: Vec<String>,
    pub property_names: Option<Id>,
    pub properties: BTreeMap<String, Id>,
    pub pattern_properties: Vec<(Pattern, Id)>,
    pub additional_properties: Option<Additional>,
    pub dependencies: Vec<(String, Dependency)>,
    pub dependent_required: Vec<(String, Vec<String>)>,
    pub dependent_schemas: Vec<(String, Id)>,
    pub unevaluated_properties: Option<Id>,

    pub min_items: Option<i64>,
    pub max_items: Option<i64>,
    pub unique_items: bool,
    pub contains: Option<Id>,
    pub min_contains: Option<i64>,
    pub max_contains: Option<i64>,
    pub items: Option<Items>,
    pub additional_items: Option<Additional>,
    pub prefix_items: Vec<Id>,
    /// `items` since 2020-12.
    pub other_items: Option<Id>,
    pub unevaluated_items: Option<Id>,

    pub min_length: Option<i64>,
    pub max_length: Option<i64>,
    pub pattern: Option<Pattern>,

    pub maximum: Option<Decimal>,
    pub minimum: Option<Decimal>,
    pub exclusive_maximum: Option<Decimal>,
    pub exclusive_minimum: Option<Decimal>,
    pub multiple_of: Option<Decimal>,
}

/// JSON's types, in the order of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Type {
    Null,
    Boolean,
    Number,
    Integer,
    String,
    Array,
    Object,
}

impl Type {
    pub fn name(self) -> &'static str {
        match self {
            Type::Null => "null",
            Type::Boolean => "boolean",
            Type::Number => "number",
            Type::Integer => "integer",
            Type::String => "string",
            Type::Array => "array",
            Type::Object => "object",
        }
    }

    pub fn from_name(name: &str) -> Option<Type> {
        use Type::{Array, Boolean, Integer, Null, Number, Object, String};
        [Null, Boolean, Number, Integer, String, Array, Object].into_iter().find(|kind| kind.name() == name)
    }
}

impl Schema {
    pub fn since(&self, draft: Draft) -> bool {
        self.draft >= Some(draft)
    }

    /// Whether no property can be left unevaluated by this schema's own keywords.
    pub fn all_properties_evaluated(&self) -> bool {
        self.additional_properties.is_some()
    }

    /// Likewise for items.
    pub fn all_items_evaluated(&self) -> bool {
        if self.since(Draft::D2020) {
            return self.other_items.is_some();
        }
        self.additional_items.is_some() || matches!(self.items, Some(Items::Every(_)))
    }

    /// How many items this schema's own keywords evaluate from the start.
    pub fn items_evaluated(&self) -> usize {
        match &self.items {
            _ if self.since(Draft::D2020) => self.prefix_items.len(),
            Some(Items::Each(items)) => items.len(),
            _ => 0,
        }
    }
}
