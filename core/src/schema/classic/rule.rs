//! A parsed schema (gojsonschema subSchema.go).

use crate::go::regexp::Regexp;
use crate::schema::decimal::Decimal;
use std::collections::BTreeMap;

/// A rule's number in its compiler.
pub(super) type Id = usize;

/// The draft a schema is read by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Draft {
    D4,
    D6,
    D7,
    /// No `$schema`, or an unknown one: everything any draft has.
    Hybrid,
}

impl Draft {
    /// The draft a `$schema` names, if the library knows it.
    pub fn from_url(url: &str) -> Option<Draft> {
        match url.strip_suffix('#').unwrap_or(url) {
            "http://json-schema.org/draft-04/schema" => Some(Draft::D4),
            "http://json-schema.org/draft-06/schema" => Some(Draft::D6),
            "http://json-schema.org/draft-07/schema" => Some(Draft::D7),
            _ => None,
        }
    }
}

/// `additionalProperties` and `additionalItems`.
#[derive(Clone, Copy)]
pub(super) enum Additional {
    Allowed(bool),
    Rule(Id),
}

/// A `dependencies` entry.
pub(super) enum Dependency {
    Properties(Vec<String>),
    Rule(Id),
}

/// A regular expression with its source.
pub(super) struct Pattern {
    pub source: String,
    pub regexp: Regexp,
}

/// What a schema demands.
#[derive(Default)]
pub(super) struct Rule {
    /// `true` or `false`.
    pub pass: Option<bool>,
    /// The schema a `$ref` names; nothing else counts then.
    pub target: Option<Id>,
    pub types: Vec<String>,

    pub items: Vec<Id>,
    /// `items` is one schema for all.
    pub single_item: bool,
    pub additional_items: Option<Additional>,
    pub min_items: Option<i64>,
    pub max_items: Option<i64>,
    pub unique_items: bool,
    pub contains: Option<Id>,

    pub properties: Vec<(String, Id)>,
    pub pattern_properties: Vec<(Regexp, Id)>,
    pub additional_properties: Option<Additional>,
    pub property_names: Option<Id>,
    pub dependencies: BTreeMap<String, Dependency>,
    pub min_properties: Option<i64>,
    pub max_properties: Option<i64>,
    pub required: Vec<String>,

    pub multiple_of: Option<Decimal>,
    pub maximum: Option<Decimal>,
    pub exclusive_maximum: Option<Decimal>,
    pub minimum: Option<Decimal>,
    pub exclusive_minimum: Option<Decimal>,

    pub min_length: Option<i64>,
    pub max_length: Option<i64>,
    pub pattern: Option<Pattern>,
    pub format: Option<String>,

    /// Values as JSON.
    pub constant: Option<String>,
    pub enumeration: Vec<String>,

    pub one_of: Vec<Id>,
    pub any_of: Vec<Id>,
    pub all_of: Vec<Id>,
    pub not: Option<Id>,
    pub if_: Option<Id>,
    pub then: Option<Id>,
    pub else_: Option<Id>,
}
