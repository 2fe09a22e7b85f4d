//! Writing TOML as BurntSushi's encoder does (toml v1.6.0, encode.go; Helm 3 has v1.4.0, which differs in floats).
//!
//! The walk keeps its own stack instead of recursing, so that no nesting exhausts the thread's.

use super::{Failure, LOCAL_DATE, LOCAL_DATETIME, LOCAL_TIME};
use crate::dialect::HelmVersion;
use crate::go::number::format_float;
use crate::go::time::{Duration, RFC3339_NANO, Time, Zone};
use crate::limits::Limits;
use crate::value::{Fault, Kind, Map, Object, Str, Value};

/// What a value is to TOML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Nothing: left out of tables, an error in arrays.
    Nil,
    /// A number, a text, a time.
    Scalar,
    /// A list that is written in brackets.
    Array,
    /// A map or struct.
    Table,
    /// A list of nothing but tables, and of at least one.
    Tables,
}

/// A key, its value and what that is.
type Entry = (Str, Value, Shape);

/// Something yet to be written.
enum Task {
    /// An entry of the table whose path has `depth` keys.
    Entry { depth: usize, key: Str, value: Value, shape: Shape },
    /// A `[[table]]` whose path has `depth` keys.
    TablesItem { depth: usize, value: Value },
    /// A value to the right of `=`, `depth` levels deep.
    Inline { depth: usize, value: Value },
    /// A key inside braces.
    InlineKey(Str),
    /// Punctuation.
    Text(&'static str),
}

/// Writes `value`.
pub(super) fn encode(value: &Value, version: HelmVersion, limits: &Limits) -> Result<Vec<u8>, Failure> {
    let mut encoder = Encoder {
        version,
        limits,
        out: Vec::new(),
        path: Vec::new(),
        above: Vec::new(),
        tasks: Vec::new(),
        looked_at: 0,
    };
    encoder.document(value)?;
    while let Some(task) = encoder.tasks.pop() {
        encoder.perform(task)?;
        if encoder.out.len() > limits.output_bytes {
            let bound = limits.output_bytes as u64;
            return Err(Fault::limit("output-bytes", bound, "toToml would make a larger text").into());
        }
    }
    Ok(encoder.out)
}

struct Encoder<'a> {
    version: HelmVersion,
    limits: &'a Limits,
    out: Vec<u8>,
    /// Keys of the table being written.
    path: Vec<Str>,
    /// Identities of the maps on the way to it, itself included.
    above: Vec<usize>,
    /// A stack: the last is next.
    tasks: Vec<Task>,
    /// List elements looked at to tell arrays from tables. Lists that share lists make this grow without output.
    looked_at: usize,
}

impl Encoder<'_> {
    fn document(&mut self, value: &Value) -> Result<(), Failure> {
        match self.shape(value) {
            _ if matches!(value, Value::Nil) => {
                Err(Failure::Panic("reflect: call of reflect.Value.Type on zero Value".to_owned()))
            }
            _ if matches!(value, Value::Complex(..)) => {
                Err(Failure::Toml("unsupported type for key '': complex128".to_owned()))
            }
            Ok(Shape::Nil) if matches!(value.kind(), Kind::Map) => Ok(()),
            Ok(Shape::Table) => self.body(0, value),
            Ok(Shape::Tables) => {
                Err(Failure::Toml("toml: top-level values must be Go maps or structs".to_owned()))
            }
            Ok(Shape::Nil | Shape::Scalar | Shape::Array) => {
                self.tasks.push(Task::Inline { depth: 0, value: value.clone() });
                Ok(())
            }
            Err(failure) => Err(failure),
        }
    }

    fn perform(&mut self, task: Task) -> Result<(), Failure> {
        match task {
            Task::Text(text) => self.out.extend_from_slice(text.as_bytes()),
            Task::InlineKey(key) => {
                push_key(&mut self.out, &key);
                self.out.extend_from_slice(b" = ");
            }
            Task::Inline { depth, value } => return self.inline(depth, &value),
            Task::TablesItem { depth, value } => {
                self.path.truncate(depth);
                self.newline();
                self.header(depth, "[[", "]]");
                return self.body(depth, &value);
            }
            Task::Entry { depth, key, value, shape } => {
                self.path.truncate(depth);
                self.path.push(key.clone());
                let depth = depth + 1;
                match shape {
                    Shape::Nil => {}
                    Shape::Table => {
                        if depth == 1 {
                            self.newline();
                        }
                        self.header(depth, "[", "]");
                        return self.body(depth, &value);
                    }
                    Shape::Tables => {
                        let items = value.slice_items().unwrap_or_default();
                        self.tasks
                            .extend(items.into_iter().rev().map(|value| Task::TablesItem { depth, value }));
                    }
                    Shape::Scalar | Shape::Array => {
                        self.indent(depth);
                        push_key(&mut self.out, &key);
                        self.out.extend_from_slice(b" = ");
                        self.tasks.push(Task::Text("\n"));
                        self.tasks.push(Task::Inline { depth, value });
                    }
                }
            }
        }
        Ok(())
    }

    /// The entries of a table: first those that are no tables themselves, so that they do not land in one.
    fn body(&mut self, depth: usize, value: &Value) -> Result<(), Failure> {
        self.check_depth(depth)?;
        self.above.truncate(depth);
        let identity = value.as_map().map_or(0, Map::identity);
        if identity != 0 && self.above.contains(&identity) {
            // Headers grow with depth: the limit would come only after hundreds of megabytes.
            return Err(
                Fault::limit("nesting", self.limits.nesting as u64, "toToml of a map within itself").into()
            );
        }
        self.above.push(identity);
        let (direct, tables) = self.entries(value)?;
        for (key, value, shape) in tables.into_iter().rev().chain(direct.into_iter().rev()) {
            self.tasks.push(Task::Entry { depth, key, value, shape });
        }
        Ok(())
    }

    fn entries(&mut self, value: &Value) -> Result<(Vec<Entry>, Vec<Entry>), Failure> {
        let (mut direct, mut tables) = (Vec::new(), Vec::new());
        for (key, value) in entries_of(value) {
            let shape = self.shape(&value)?;
            let list = if matches!(shape, Shape::Table | Shape::Tables) { &mut tables } else { &mut direct };
            list.push((key, value, shape));
        }
        Ok((direct, tables))
    }

    fn inline(&mut self, depth: usize, value: &Value) -> Result<(), Failure> {
        self.check_depth(depth)?;
        let depth = depth + 1;
        if let Some(items) = list_items(value) {
            self.out.push(b'[');
            self.tasks.push(Task::Text("]"));
            for (index, value) in items.into_iter().enumerate().rev() {
                self.tasks.push(Task::Inline { depth, value });
                if index > 0 {
                    self.tasks.push(Task::Text(", "));
                }
            }
            return Ok(());
        }
        if is_table(value) {
            let (mut entries, tables) = self.entries(value)?;
            let commas = self.commas(value, &entries, &tables);
            entries.extend(tables);
            self.out.push(b'{');
            self.tasks.push(Task::Text("}"));
            for ((key, value, shape), comma) in entries.into_iter().zip(commas).rev() {
                if shape == Shape::Nil {
                    continue;
                }
                if comma {
                    self.tasks.push(Task::Text(", "));
                }
                self.tasks.push(Task::Inline { depth, value });
                self.tasks.push(Task::InlineKey(key));
            }
            return Ok(());
        }
        self.scalar(value);
        Ok(())
    }

    /// After which entries of an inline table a comma follows: every one but the last, be that nil and left out. Of a
    /// struct the library means the last field, wherever it is written.
    fn commas(&self, value: &Value, direct: &[Entry], tables: &[Entry]) -> Vec<bool> {
        let count = direct.len() + tables.len();
        let Value::Object(object) = value else { return (1..=count).map(|place| place != count).collect() };
        if object.kind() == Kind::Map {
            return (1..=count).map(|place| place != count).collect();
        }
        // Unexported fields are numbered like the others, so that the last one may not be found at all.
        let fields = object.printed_fields();
        let number = |key: &Str| fields.iter().position(|(name, _)| *key == **name).unwrap_or(0);
        let is_last = |key: &Str, group: usize| {
            let fields = if self.version.toml_1_1() { count } else { group };
            number(key) + 1 == fields
        };
        let direct = direct.iter().map(|(key, ..)| !is_last(key, direct.len()));
        direct.chain(tables.iter().map(|(key, ..)| !is_last(key, tables.len()))).collect()
    }

    fn scalar(&mut self, value: &Value) {
        match value {
            Value::Str(text) => push_quoted(&mut self.out, text),
            Value::Bool(b) => self.out.extend_from_slice(if *b { b"true" } else { b"false" }),
            Value::Int(n) | Value::Int64(n) => self.out.extend_from_slice(n.to_string().as_bytes()),
            Value::Uint64(n) => self.out.extend_from_slice(n.to_string().as_bytes()),
            Value::Uint8(n) => self.out.extend_from_slice(n.to_string().as_bytes()),
            Value::Float(x) => self.float(*x),
            Value::Object(object) => self.object(object.as_ref()),
            _ => {}
        }
    }

    fn object(&mut self, object: &dyn Object) {
        if let Some(time) = object.as_any().downcast_ref::<Time>() {
            let local = match time.zone() {
                Zone::Fixed(zone) => zone.name.as_bytes(),
                _ => b"",
            };
            let layout: &[u8] = match local {
                LOCAL_DATETIME => b"2006-01-02T15:04:05.999999999",
                LOCAL_DATE => b"2006-01-02",
                LOCAL_TIME => b"15:04:05.999999999",
                _ => return self.out.extend_from_slice(&time.format(RFC3339_NANO)),
            };
            return self.out.extend_from_slice(&time.in_zone(Zone::Utc).format(layout));
        }
        let is_text = object.as_any().is::<Duration>() || marshals_to_text(object);
        match (object.underlying(), object.string()) {
            (_, Some(text)) if is_text => push_quoted(&mut self.out, &text),
            (Some(value), _) => self.scalar(&value),
            _ => {}
        }
    }

    fn float(&mut self, x: f64) {
        let text = if x.is_nan() {
            if x.is_sign_negative() { "-nan".to_owned() } else { "nan".to_owned() }
        } else if x.is_infinite() {
            if x < 0.0 { "-inf".to_owned() } else { "inf".to_owned() }
        } else {
            let form = if self.version.toml_1_1() { b'g' } else { b'f' };
            format_float(x, form, -1, 64)
        };
        self.out.extend_from_slice(text.as_bytes());
        if x.is_finite() && !text.contains(['.', 'e']) {
            self.out.extend_from_slice(b".0");
        }
    }

    fn newline(&mut self) {
        if !self.out.is_empty() {
            self.out.push(b'\n');
        }
    }

    fn indent(&mut self, depth: usize) {
        let width = 2 * depth.saturating_sub(1);
        self.out.resize(self.out.len() + width, b' ');
    }

    fn header(&mut self, depth: usize, open: &str, close: &str) {
        self.indent(depth);
        self.out.extend_from_slice(open.as_bytes());
        for (index, key) in self.path.iter().enumerate() {
            if index > 0 {
                self.out.push(b'.');
            }
            push_key(&mut self.out, key);
        }
        self.out.extend_from_slice(close.as_bytes());
        self.out.push(b'\n');
    }

    fn check_depth(&self, depth: usize) -> Result<(), Failure> {
        if depth > self.limits.nesting {
            return Err(
                Fault::limit("nesting", self.limits.nesting as u64, "toToml of a deeper value").into()
            );
        }
        Ok(())
    }

    fn shape(&mut self, value: &Value) -> Result<Shape, Failure> {
        if is_nil(value) {
            return Ok(Shape::Nil);
        }
        if let Value::Complex(..) = value {
            return Err(Failure::Toml("unsupported type: complex128".to_owned()));
        }
        if is_table(value) {
            return Ok(Shape::Table);
        }
        match value {
            Value::Bytes(_) | Value::Strings(_) | Value::Ints(_) => return Ok(Shape::Array),
            _ => {}
        }
        let Some(items) = list_items(value) else { return Ok(Shape::Scalar) };
        let all_tables = !items.is_empty() && items.iter().all(is_table);
        // Lists within are looked at as well, only to find elements that have no place in an array.
        let mut pending = items;
        while let Some(item) = pending.pop() {
            self.looked_at += 1;
            if self.looked_at > self.limits.list_items {
                let bound = self.limits.list_items as u64;
                return Err(Fault::limit("list-items", bound, "toToml of longer lists").into());
            }
            match &item {
                Value::Complex(..) => return Err(Failure::Toml("unsupported type: complex128".to_owned())),
                item if is_nil(item) => {
                    return Err(Failure::Toml("toml: cannot encode array with nil element".to_owned()));
                }
                Value::List(_) | Value::Lists(_) | Value::Object(_) => {
                    pending.extend(list_items(&item).unwrap_or_default());
                }
                _ => {}
            }
        }
        Ok(if all_tables { Shape::Tables } else { Shape::Array })
    }
}

fn is_nil(value: &Value) -> bool {
    match value {
        Value::Nil | Value::Bytes(None) | Value::StrMap(None) => true,
        Value::List(list) => list.is_nil(),
        Value::Strings(strings) => strings.is_nil(),
        Value::Map(map) | Value::Values(map) => map.is_nil(),
        _ => false,
    }
}

/// Whether the value is a map or struct without a text form of its own.
fn is_table(value: &Value) -> bool {
    match value {
        Value::Object(object) => {
            let own = object.as_any().is::<Time>() || marshals_to_text(object.as_ref());
            !own && matches!(object.kind(), Kind::Map | Kind::Struct | Kind::Ptr)
        }
        value => matches!(value.kind(), Kind::Map) && !is_nil(value),
    }
}

/// Whether the type implements `encoding.TextMarshaler`; of those that templates can reach besides times, versions do.
fn marshals_to_text(object: &dyn Object) -> bool {
    object.type_name(HelmVersion::default()) == "*semver.Version"
}

fn list_items(value: &Value) -> Option<Vec<Value>> {
    match value.kind() {
        Kind::Slice => value.slice_items(),
        _ => None,
    }
}

/// The entries of a map in the order of its keys, or the exported fields of a struct in theirs.
fn entries_of(value: &Value) -> Vec<(Str, Value)> {
    match value {
        Value::Map(map) | Value::Values(map) => map.entries(),
        Value::StrMap(Some(map)) => map.iter().map(|(k, v)| (k.clone(), Value::Str(v.clone()))).collect(),
        Value::Object(object) => object.entries().unwrap_or_else(|| {
            object.fields().into_iter().map(|(name, value)| (Str::from(name), value)).collect()
        }),
        _ => Vec::new(),
    }
}

/// A key, quoted unless it is bare.
fn push_key(out: &mut Vec<u8>, key: &[u8]) {
    if !key.is_empty() && key.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')) {
        out.extend_from_slice(key);
    } else {
        push_quoted(out, key);
    }
}

/// A basic string.
fn push_quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    for byte in text {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\x08' => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\x0c' => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0..0x20 | 0x7f => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(*byte),
        }
    }
    out.push(b'"');
}

/// A path as it stands in headers.
pub(super) fn dotted<'a>(keys: impl IntoIterator<Item = &'a Str>) -> String {
    let mut out = Vec::new();
    for (index, key) in keys.into_iter().enumerate() {
        if index > 0 {
            out.push(b'.');
        }
        push_key(&mut out, key);
    }
    String::from_utf8_lossy(&out).into_owned()
}
