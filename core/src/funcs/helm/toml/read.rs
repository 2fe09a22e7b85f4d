//! Reading TOML as BurntSushi's decoder does (toml v1.6.0 and v1.4.0, parse.go): same values, same errors, and the
//! same mistakes let through.
//!
//! Nested values are kept on a stack of their own instead of recursing.

mod define;

use super::encode::dotted;
use super::scan::{Complaint, END, Number, Scanner, float, found, integer, is_blank, is_newline};
use super::{Failure, LOCAL_DATE, LOCAL_DATETIME, LOCAL_TIME};
use crate::dialect::HelmVersion;
use crate::go::quote::{quote, quote_rune};
use crate::go::time::{Time, Zone, parse};
use crate::go::unicode;
use crate::host::Host;
use crate::limits::Limits;
use crate::value::{Fault, Map, Str, Value};
use std::collections::BTreeMap;

/// Parts of one key. Arrays of tables can only be nested by longer and longer keys, and are freed by recursion.
const KEY_PARTS: usize = 1_000;

/// Reads a document.
pub(super) fn decode(
    text: &[u8],
    version: HelmVersion,
    host: &dyn Host,
    limits: &Limits,
) -> Result<Map, Failure> {
    let text = [&b"\xff\xfe"[..], b"\xfe\xff", b"\xef\xbb\xbf"]
        .into_iter()
        .find_map(|mark| text.strip_prefix(mark))
        .unwrap_or(text);
    if text.iter().take(6).any(|b| *b == 0) {
        let advice = "files cannot contain NULL bytes; probably using UTF-16; TOML files must be UTF-8";
        return Err(Failure::Toml(format!("toml: line 1: {advice}")));
    }
    let mut reader = Reader {
        scanner: Scanner::new(text, version.toml_1_1()),
        host,
        nesting: limits.nesting,
        root: Map::new(),
        context: Vec::new(),
        current_key: Str::from(""),
        key_line: 0,
        paths: vec![Path::default()],
        local: None,
    };
    reader.document()?;
    Ok(reader.root)
}

/// What is remembered about a dotted path, apart from its value: tables of one array share their paths.
#[derive(Default)]
struct Path {
    children: BTreeMap<Str, usize>,
    /// Made on the way to another table, so that it may still be defined.
    implicit: bool,
    /// The last value given to it was an array.
    array: bool,
}

/// A key of the current table's path.
#[derive(Clone)]
struct Level {
    key: Str,
    /// Index into the paths.
    path: usize,
    /// The table; `None` if the key has another value, which is an error as soon as it is written to.
    table: Option<Map>,
}

/// A value that is not complete.
enum Open {
    Array(Vec<Value>),
    Inline {
        /// The table as arrays will hold it; elsewhere the entries are written where they belong.
        entries: Map,
        /// Levels of the context outside, and that of the table itself.
        outer: usize,
        outer_key: Str,
        /// The dotted key before the one being read.
        dotted: Vec<Str>,
    },
}

/// What comes next in an open value.
enum Next {
    Value,
    End,
}

struct Reader<'a> {
    scanner: Scanner<'a>,
    host: &'a dyn Host,
    nesting: usize,
    root: Map,
    /// The table that keys are put into.
    context: Vec<Level>,
    /// The last part of the key being read, empty between keys.
    current_key: Str,
    /// The line of the last key or table name, where its conflicts are reported.
    key_line: i64,
    paths: Vec<Path>,
    /// The local zone and its present offset, once needed.
    local: Option<(Zone, i64)>,
}

type Read<T> = Result<T, Failure>;

impl Reader<'_> {
    fn document(&mut self) -> Read<()> {
        loop {
            self.skip(|c| is_blank(c) || is_newline(c))?;
            let at = self.scanner.at;
            match self.next()? {
                END => return Ok(()),
                '#' => {
                    self.skip_comment()?;
                    continue;
                }
                '[' => self.table_header()?,
                _ => {
                    self.scanner.at = at;
                    self.entry()?;
                }
            }
            self.skip(is_blank)?;
            match self.next()? {
                END => return Ok(()),
                '#' => self.skip_comment()?,
                '\n' | '\r' => {}
                c => {
                    let expected = "expected a top-level item to end with a newline, comment, or EOF";
                    return Err(self.at_here(format!("{expected}, but got {} instead", quote_rune(c))));
                }
            }
        }
    }

    /// `[a.b]` or `[[a.b]]`, the first bracket read.
    fn table_header(&mut self) -> Read<()> {
        let array = self.accept('[')?;
        let mut key: Vec<Str> = Vec::new();
        loop {
            self.skip(is_blank)?;
            match self.peek()? {
                ']' | END => {
                    return Err(self.at_here("unexpected end of table name (table names cannot be empty)"));
                }
                '.' => return Err(self.at_here("unexpected table separator (table names cannot be empty)")),
                _ => {}
            }
            self.key_part(&mut key)?;
            self.skip(is_blank)?;
            match self.next()? {
                '.' => {}
                ']' => break,
                c => {
                    let expected = "expected '.' or ']' to end table name";
                    return Err(self.at_here(format!("{expected}, but got {} instead", quote_rune(c))));
                }
            }
        }
        if array {
            let c = self.next()?;
            if c != ']' {
                let expected = "expected end of table array name delimiter ']'";
                return Err(self.at_here(format!("{expected}, but got {} instead", quote_rune(c))));
            }
        }
        let Some(last) = key.pop() else { return Ok(()) };
        let mut levels = Vec::with_capacity(key.len() + 1);
        for part in key {
            levels.push(self.parent_level(&levels, part)?);
        }
        self.context = levels;
        self.open_table(last, array)?;
        let path = self.context_path();
        self.set_type(path, false);
        Ok(())
    }

    /// `key = value` at the top.
    fn entry(&mut self) -> Read<()> {
        let outer = self.context.len();
        self.key()?;
        let (value, array) = self.value()?;
        self.assign(value, array)?;
        self.context.truncate(outer);
        self.current_key = Str::from("");
        Ok(())
    }

    /// A key and its equals sign: enters the tables of a dotted key, whose names are returned.
    fn key(&mut self) -> Read<Vec<Str>> {
        self.skip(is_blank)?;
        match self.peek()? {
            '=' | END => return Err(self.at_here("unexpected '=': key name appears blank")),
            '.' => return Err(self.at_here("unexpected '.': keys cannot start with a '.'")),
            _ => {}
        }
        let mut key: Vec<Str> = Vec::new();
        loop {
            self.skip(is_blank)?;
            match self.peek()? {
                '=' | END => return Err(self.at_here("unexpected '='")),
                '.' => return Err(self.at_here("unexpected '.'")),
                _ => {}
            }
            self.key_part(&mut key)?;
            self.skip(is_blank)?;
            match self.next()? {
                '.' => {}
                '=' => break,
                END => return Err(self.at_here("unexpected EOF; expected key separator '='")),
                c => {
                    let message = format!("expected '.' or '=', but got {} instead", quote_rune(c));
                    let complaint = self.scanner.complain_about(c, message);
                    return Err(self.error(complaint));
                }
            }
        }
        self.current_key = key.pop().unwrap_or_else(|| Str::from(""));
        for part in &key {
            // The parent's own check: it may hold something that is no table.
            if let (None, Some(_)) = (self.context_table(), self.context.last()) {
                let name = dotted(self.context.iter().map(|level| &level.key));
                return Err(self.at_key(format!("Key '{name}' was already created as a hash.")));
            }
            let path = self.child(self.context_path(), part);
            self.set_implicit(path, true);
            self.open_table(part.clone(), false)?;
        }
        Ok(key)
    }

    fn key_part(&mut self, key: &mut Vec<Str>) -> Read<()> {
        let bound = self.nesting.min(KEY_PARTS);
        if key.len() >= bound {
            return Err(Fault::limit("nesting", bound as u64, "fromToml of a longer key").into());
        }
        let part = self.scanner.key_part();
        let part = self.checked(part)?;
        if key.is_empty() {
            self.key_line = self.scanner.at.line;
        }
        key.push(part.into());
        Ok(())
    }

    /// A value, and whether it is an array.
    fn value(&mut self) -> Read<(Value, bool)> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            // Here a value begins.
            let mut done = match self.scalar()? {
                Some(value) => (value, false),
                None => {
                    if open.len() >= self.nesting {
                        return Err(Fault::limit(
                            "nesting",
                            self.nesting as u64,
                            "fromToml of a deeper value",
                        )
                        .into());
                    }
                    let in_array = matches!(open.last(), Some(Open::Array(_)));
                    let opened = self.open_value(in_array)?;
                    open.push(opened);
                    match self.first_of(&mut open)? {
                        Next::Value => continue,
                        Next::End => self.close(&mut open),
                    }
                }
            };
            // Here it has ended, and may end those around it.
            loop {
                match open.last_mut() {
                    None => return Ok(done),
                    Some(Open::Array(items)) => items.push(done.0),
                    Some(Open::Inline { .. }) => self.assign_inline(&mut open, done)?,
                }
                match self.next_of(&mut open)? {
                    Next::Value => break,
                    Next::End => done = self.close(&mut open),
                }
            }
        }
    }

    /// A value that is neither array nor table; `None` before one of their brackets.
    fn scalar(&mut self) -> Read<Option<Value>> {
        self.skip(is_blank)?;
        let at = self.scanner.at;
        let c = self.next()?;
        let (kind, text) = match c {
            '[' | '{' => {
                self.scanner.at = at;
                return Ok(None);
            }
            '"' | '\'' => {
                let text = self.scanner.string(c);
                return Ok(Some(Value::str(self.checked(text)?)));
            }
            '0'..='9' => {
                self.scanner.at = at;
                let number = self.scanner.number();
                self.checked(number)?
            }
            '-' | '+' => {
                let number = self.scanner.signed_number();
                self.checked(number)?
            }
            '.' => return Err(self.at_here("floats must start with a digit, not '.'")),
            c if unicode::is_letter(c) => {
                let word = self.scanner.word(c);
                match self.checked(word)? {
                    b"true" => return Ok(Some(Value::Bool(true))),
                    b"false" => return Ok(Some(Value::Bool(false))),
                    word => (Number::Float, word),
                }
            }
            END => return Err(self.at_here("unexpected EOF; expected value")),
            c => {
                let message = format!("expected value but found {} instead", quote_rune(c));
                let complaint = self.scanner.complain_about(c, message);
                return Err(self.error(complaint));
            }
        };
        let value = match kind {
            Number::Integer => integer(text).map(Value::Int64),
            Number::Float => float(text).map(Value::Float),
            Number::Datetime => self.datetime(text).map(Value::from),
        };
        value.map(Some).map_err(|message| match message.strip_prefix("BUG") {
            Some(_) => Failure::Panic(format!("{message}\n\n")),
            None => self.at_here(message),
        })
    }

    fn datetime(&mut self, text: &[u8]) -> Result<Time, String> {
        const LAYOUTS: [(&[u8], &[u8]); 7] = [
            (b"2006-01-02T15:04:05.999999999Z07:00", b""),
            (b"2006-01-02T15:04:05.999999999", LOCAL_DATETIME),
            (b"2006-01-02", LOCAL_DATE),
            (b"15:04:05.999999999", LOCAL_TIME),
            // TOML 1.1 lets the seconds be left out.
            (b"2006-01-02T15:04Z07:00", b""),
            (b"2006-01-02T15:04", LOCAL_DATETIME),
            (b"15:04", LOCAL_TIME),
        ];
        let upper = |b: &u8| match b {
            b'z' => b'Z',
            b't' | b' ' => b'T',
            other => *other,
        };
        let text: Vec<u8> = text.iter().map(upper).collect();
        let host = self.host;
        let (local, offset) = self.local.get_or_insert_with(|| {
            let zone = Zone::local(host);
            let offset = zone.at(host.now().seconds).offset;
            (zone, offset)
        });
        let known = if self.scanner.toml_1_1 { LAYOUTS.len() } else { 4 };
        for (layout, zone) in LAYOUTS.into_iter().take(known) {
            let zone = if zone.is_empty() { local.clone() } else { Zone::fixed(zone, *offset) };
            if let Ok(time) = parse(layout, &text, &zone) {
                // Go's parser takes an hour of one digit, TOML does not.
                let mut fixed = layout.iter().zip(&text).take_while(|(b, _)| !matches!(b, b'.' | b'Z'));
                if fixed.all(|(expected, actual)| expected.is_ascii_digit() || expected == actual) {
                    return Ok(time);
                }
                break;
            }
        }
        Err(format!("invalid datetime: {}", quote(&text)))
    }

    /// Begins an array or inline table at its bracket.
    fn open_value(&mut self, in_array: bool) -> Read<Open> {
        if self.next()? == '[' {
            self.set_type_of_key(true);
            return Ok(Open::Array(Vec::new()));
        }
        let (outer, outer_key) =
            (self.context.len(), std::mem::replace(&mut self.current_key, Str::from("")));
        let path = self.child(self.context_path(), &outer_key);
        self.set_implicit(path, true);
        if let (None, Some(_)) = (self.context_table(), self.context.last()) {
            let name = dotted(self.context.iter().map(|level| &level.key));
            let message = format!("Key '{name}' was already created as a hash.");
            let last_key = dotted(self.context.iter().map(|level| &level.key).chain([&outer_key]));
            return Err(report(self.key_line, &last_key, &message));
        }
        self.open_table(outer_key.clone(), in_array)?;
        Ok(Open::Inline { entries: Map::new(), outer, outer_key, dotted: Vec::new() })
    }

    /// Goes to the first value inside a bracket just opened.
    fn first_of(&mut self, open: &mut [Open]) -> Read<Next> {
        match open.last_mut() {
            Some(Open::Inline { dotted, .. }) => self.next_inline_key(dotted),
            _ => self.next_array_value(),
        }
    }

    fn next_array_value(&mut self) -> Read<Next> {
        loop {
            self.skip(|c| is_blank(c) || is_newline(c))?;
            let at = self.scanner.at;
            match self.next()? {
                '#' => self.skip_comment()?,
                ',' => return Err(self.at_here("unexpected comma")),
                ']' => return Ok(Next::End),
                _ => {
                    self.scanner.at = at;
                    return Ok(Next::Value);
                }
            }
        }
    }

    fn next_inline_key(&mut self, dotted: &mut Vec<Str>) -> Read<Next> {
        loop {
            self.skip_inline_blanks()?;
            let at = self.scanner.at;
            match self.next()? {
                '#' => self.skip_comment()?,
                ',' => return Err(self.at_here("unexpected comma")),
                '}' => return Ok(Next::End),
                _ => {
                    self.scanner.at = at;
                    *dotted = self.key()?;
                    return Ok(Next::Value);
                }
            }
        }
    }

    /// White space inside braces, where TOML 1.0 allows no newline.
    fn skip_inline_blanks(&mut self) -> Read<()> {
        self.skip(is_blank)?;
        while is_newline(self.peek()?) {
            self.next()?;
            if !self.scanner.toml_1_1 {
                let complaint = self.scanner.complain_above("newlines not allowed within inline tables");
                return Err(self.error(complaint));
            }
            self.skip(is_blank)?;
        }
        Ok(())
    }

    /// Goes from the end of a value to the next one in the same brackets.
    fn next_of(&mut self, open: &mut [Open]) -> Read<Next> {
        match open.last_mut() {
            Some(Open::Inline { dotted, .. }) => loop {
                self.skip_inline_blanks()?;
                match self.next()? {
                    '#' => self.skip_comment()?,
                    ',' => {
                        self.skip(is_blank)?;
                        if self.peek()? != '}' {
                            return self.next_inline_key(dotted);
                        }
                        if !self.scanner.toml_1_1 {
                            return Err(self.at_here("trailing comma not allowed in inline tables"));
                        }
                    }
                    '}' => return Ok(Next::End),
                    c => {
                        let expected = "expected a comma or an inline table terminator '}'";
                        return Err(self.at_here(format!("{expected}, but got {} instead", found(c))));
                    }
                }
            },
            _ => loop {
                self.skip(|c| is_blank(c) || is_newline(c))?;
                match self.next()? {
                    '#' => self.skip_comment()?,
                    ',' => return self.next_array_value(),
                    ']' => return Ok(Next::End),
                    c => {
                        let expected = "expected a comma (',') or array terminator (']')";
                        return Err(self.at_here(format!("{expected}, but got {}", found(c))));
                    }
                }
            },
        }
    }

    /// Completes the innermost open value.
    fn close(&mut self, open: &mut Vec<Open>) -> (Value, bool) {
        match open.pop() {
            Some(Open::Array(items)) => (Value::List(items.into()), true),
            Some(Open::Inline { entries, outer, outer_key, .. }) => {
                self.context.truncate(outer);
                self.current_key = outer_key;
                (Value::Map(entries), false)
            }
            None => (Value::Nil, false),
        }
    }

    /// Gives the current key its value.
    fn assign(&mut self, value: Value, array: bool) -> Read<()> {
        let key = self.current_key.clone();
        self.set_value(&key, value)?;
        self.set_type_of_key(array);
        Ok(())
    }

    /// Gives the current key of the innermost open table its value, both in its place and in the table's own map.
    fn assign_inline(&mut self, open: &mut [Open], (value, array): (Value, bool)) -> Read<()> {
        self.assign(value.clone(), array)?;
        let Some(Open::Inline { entries, outer, dotted: parts, .. }) = open.last_mut() else { return Ok(()) };
        let mut map = entries.clone();
        for part in parts.iter() {
            if !map.contains(part) {
                write(&map, part.clone(), Value::Map(Map::new()));
            }
            let Some(Value::Map(inner)) = map.get(part) else {
                let name = dotted(self.context.iter().map(|level| &level.key));
                return Err(self.at_key(format!("{} is not a table", quote(&name))));
            };
            map = inner;
        }
        write(&map, self.current_key.clone(), value);
        self.context.truncate(*outer + 1);
        Ok(())
    }

    fn next(&mut self) -> Read<char> {
        let c = self.scanner.next();
        self.checked(c)
    }

    fn peek(&mut self) -> Read<char> {
        let c = self.scanner.peek();
        self.checked(c)
    }

    fn accept(&mut self, wanted: char) -> Read<bool> {
        let accepted = self.scanner.accept(wanted);
        self.checked(accepted)
    }

    fn skip(&mut self, wanted: fn(char) -> bool) -> Read<()> {
        let skipped = self.scanner.skip(wanted);
        self.checked(skipped)
    }

    fn skip_comment(&mut self) -> Read<()> {
        let skipped = self.scanner.skip_comment();
        self.checked(skipped)
    }

    fn checked<T>(&self, result: Result<T, Complaint>) -> Read<T> {
        result.map_err(|complaint| self.error(complaint))
    }

    fn at_here(&self, message: impl Into<String>) -> Failure {
        self.error(self.scanner.complain(message))
    }

    fn at_key(&self, message: String) -> Failure {
        self.error(Complaint { line: self.key_line, message })
    }

    fn error(&self, complaint: Complaint) -> Failure {
        let context = dotted(self.context.iter().map(|level| &level.key));
        let last_key = match (self.current_key.is_empty(), self.context.is_empty()) {
            (true, _) => context,
            (false, true) => self.current_key.to_string(),
            (false, false) => format!("{context}.{}", self.current_key),
        };
        report(complaint.line, &last_key, &complaint.message)
    }
}

fn report(line: i64, last_key: &str, message: &str) -> Failure {
    let after = if last_key.is_empty() { String::new() } else { format!(" (last key {})", quote(last_key)) };
    Failure::Toml(format!("toml: line {line}{after}: {message}"))
}

fn write(map: &Map, key: Str, value: Value) {
    // Never the nil map: that stands only for what has been refused before.
    let _ = map.insert(key, value);
}
