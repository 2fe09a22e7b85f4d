//! Looking values up by dotted path: `Table` and `PathValue` of `common.Values` (pkg/chart/common/values.go, R62).
//!
//! Dependency conditions and tags are looked up here, and so are the methods that templates may call on `.Values`.

use crate::go;
use crate::value::{Map, Value};

/// The table at a dotted path. Fails with `"x" is not a table`, `x` being the first part that is not.
pub fn table(values: &Map, path: &[u8]) -> Result<Map, String> {
    let mut table = values.clone();
    for part in path.split(|&b| b == b'.') {
        table = match table.get(part) {
            Some(Value::Map(inner) | Value::Values(inner)) => inner,
            _ => return Err(format!("{} is not a table", go::quote::quote(part))),
        };
    }
    Ok(table)
}

/// What can be wrong with a path to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathError {
    /// There is nothing, or a table (Helm's `ErrNoValue`).
    NoValue(String),
    /// The path is empty.
    Empty,
}

impl std::fmt::Display for PathError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PathError::NoValue(key) => write!(f, "{} is not a value", go::quote::quote(key.as_bytes())),
            PathError::Empty => f.write_str("YAML path cannot be empty"),
        }
    }
}

/// The value at a dotted path, which must exist and must not be a table.
pub fn path_value(values: &Map, path: &[u8]) -> Result<Value, PathError> {
    if path.is_empty() {
        return Err(PathError::Empty);
    }
    let (parent, key) = match path.iter().rposition(|&b| b == b'.') {
        Some(dot) => (path.get(..dot), path.get(dot + 1..).unwrap_or_default()),
        None => (None, path),
    };
    let holder = match parent {
        Some(parent) => table(values, parent).ok(),
        None => Some(values.clone()),
    };
    match holder.and_then(|holder| holder.get(key)) {
        Some(value) if !matches!(value, Value::Map(_)) => Ok(value),
        _ => Err(PathError::NoValue(String::from_utf8_lossy(key).into_owned())),
    }
}

/// `AsMap`: the map itself, or a new one when there is nothing in it.
pub fn as_map(values: &Map) -> Map {
    if values.is_empty() { Map::new() } else { values.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Map {
        let inner: Map = [("b".into(), Value::Bool(true)), ("n".into(), Value::Nil)].into_iter().collect();
        [("a".into(), Value::Map(inner)), ("x".into(), Value::Int(1))].into_iter().collect()
    }

    #[test]
    fn tables_are_found_or_named() {
        assert_eq!(table(&values(), b"a").map(|t| t.len()), Ok(2));
        assert_eq!(table(&values(), b"a.zz").map(|t| t.len()), Err(r#""zz" is not a table"#.into()));
        assert_eq!(table(&values(), b"x").map(|t| t.len()), Err(r#""x" is not a table"#.into()));
        assert_eq!(table(&values(), b"").map(|t| t.len()), Err(r#""" is not a table"#.into()));
    }

    #[test]
    fn values_are_found_or_named() {
        let text = |path: &str| match path_value(&values(), path.as_bytes()) {
            Ok(value) => format!("{value:?}"),
            Err(error) => error.to_string(),
        };
        assert_eq!(text("a.b"), "true");
        assert_eq!(text("a.n"), "nil");
        assert_eq!(text("a"), r#""a" is not a value"#);
        assert_eq!(text("a.zz"), r#""zz" is not a value"#);
        assert_eq!(text("q.r"), r#""r" is not a value"#);
        assert_eq!(text(""), "YAML path cannot be empty");
    }
}
