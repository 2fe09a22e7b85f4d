//! All value flags of one command line, merged into one map (R42, R43).
//!
//! Behaviour of `pkg/cli/values/options.go`: `MergeValues`.

use super::load;
use super::merge::merge_maps;
use super::set::{self, Flag};
use crate::dialect::HelmVersion;
use crate::go;
use crate::limits::Limits;
use crate::value::{Fault, Map, Str};

/// The value flags of one command line, each kind in the order given. Kinds are applied in the order of these fields,
/// whatever their order on the command line was.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `-f`: file names, already split at commas (see [`split_csv`]).
    pub files: Vec<String>,
    /// `--set-json`
    pub json: Vec<Str>,
    /// `--set`
    pub set: Vec<Str>,
    /// `--set-string`
    pub string: Vec<Str>,
    /// `--set-file`
    pub file: Vec<Str>,
    /// `--set-literal`
    pub literal: Vec<Str>,
}

/// Merges all flags. `read` reads the file a flag names; its error must be Go's text
/// (`open nope.yaml: no such file or directory`). The name `-`, with or without blanks around it, means stdin.
pub fn merge(
    options: &Options,
    read: &mut set::ReadFile<'_>,
    version: HelmVersion,
    limits: &Limits,
) -> Result<Map, Fault> {
    let mut values = Map::new();
    for name in &options.files {
        let text = read(name).map_err(Fault::text)?;
        let file = load::load(&text, version, limits)
            .map_err(|fault| fault.wrapped(format!("failed to parse {name}: ")))?;
        values = merge_maps(&values, &file, limits.nesting)?;
    }
    for flag in &options.json {
        let text = go::unicode::trim_space(flag);
        // Helm 4 takes an object by itself; its errors, like all of JSON's here, do not say what is wrong.
        if version.is_v4() && text.first() == Some(&b'{') {
            set::check_json_nesting(text)?;
            let object = go::json::decode_map(text, version)
                .map_err(|_| Fault::text(format!("failed parsing --set-json data JSON: {flag}")))?;
            values = merge_maps(&values, &object, limits.nesting)?;
        } else {
            set::parse(flag, Flag::Json, &values, version, limits).map_err(|fault| {
                match fault.as_limit() {
                    Some(_) => fault,
                    None => Fault::text(format!("failed parsing --set-json data {flag}")),
                }
            })?;
        }
    }
    for flag in &options.set {
        set::parse(flag, Flag::Set, &values, version, limits).map_err(failed("--set"))?;
    }
    for flag in &options.string {
        set::parse(flag, Flag::String, &values, version, limits).map_err(failed("--set-string"))?;
    }
    for flag in &options.file {
        set::parse(flag, Flag::File(read), &values, version, limits).map_err(failed("--set-file"))?;
    }
    for flag in &options.literal {
        set::parse(flag, Flag::Literal, &values, version, limits).map_err(failed("--set-literal"))?;
    }
    Ok(values)
}

fn failed(flag: &str) -> impl Fn(Fault) -> Fault {
    move |fault| fault.wrapped(format!("failed parsing {flag} data: "))
}

/// Splits a flag value that may hold several, as `-f` and `--api-versions` do: one record of comma-separated values
/// (spf13/pflag `readAsCSV`, encoding/csv). The error is Go's.
pub fn split_csv(text: &str) -> Result<Vec<String>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    // encoding/csv skips empty lines before the record; with nothing but those it reports the end of input.
    let mut number = 0;
    for line in text.split_inclusive('\n') {
        number += 1;
        if !matches!(line, "\n" | "\r\n") {
            let start: usize = text.split_inclusive('\n').take(number - 1).map(str::len).sum();
            return csv_record(text.get(start..).unwrap_or_default(), number);
        }
    }
    Err("EOF".to_owned())
}

/// One record. `line` is the number of its first line, for messages.
fn csv_record(text: &str, line: usize) -> Result<Vec<String>, String> {
    let first = line;
    let mut lines = text.split_inclusive('\n').map(normal_line_end);
    let mut fields = Vec::new();
    let mut rest = lines.next().unwrap_or_default();
    let mut whole = rest.clone();
    let mut line = line;
    loop {
        let Some(mut inside) = rest.strip_prefix('"').map(str::to_owned) else {
            let end = rest.find(',');
            let field = end.map_or(rest.trim_end_matches('\n'), |end| rest.get(..end).unwrap_or_default());
            if let Some(at) = field.find('"') {
                let column = whole.len() - rest.len() + at + 1;
                return Err(format!(
                    "parse error on line {line}, column {column}: bare \" in non-quoted-field"
                ));
            }
            fields.push(field.to_owned());
            match end {
                Some(end) => rest = rest.get(end + 1..).unwrap_or_default().to_owned(),
                None => return Ok(fields),
            }
            continue;
        };
        let mut field = String::new();
        loop {
            if let Some(at) = inside.find('"') {
                field.push_str(inside.get(..at).unwrap_or_default());
                inside = inside.get(at + 1..).unwrap_or_default().to_owned();
                if let Some(after) = inside.strip_prefix('"') {
                    field.push('"');
                    inside = after.to_owned();
                } else if let Some(after) = inside.strip_prefix(',') {
                    rest = after.to_owned();
                    fields.push(field);
                    break;
                } else if inside.trim_end_matches('\n').is_empty() {
                    fields.push(field);
                    return Ok(fields);
                } else {
                    let column = whole.len() - inside.len();
                    let place = csv_place(first, line, column);
                    return Err(format!("{place}: extraneous or missing \" in quoted-field"));
                }
            } else if !inside.is_empty() {
                field.push_str(&inside);
                let Some(next) = lines.next() else {
                    let column = whole.len() + 1;
                    let place = csv_place(first, line, column);
                    return Err(format!("{place}: extraneous or missing \" in quoted-field"));
                };
                line += 1;
                whole = next.clone();
                inside = next;
            } else {
                let column = whole.len() + 1;
                let place = csv_place(first, line, column);
                return Err(format!("{place}: extraneous or missing \" in quoted-field"));
            }
        }
    }
}

fn csv_place(first: usize, line: usize, column: usize) -> String {
    if first == line {
        format!("parse error on line {line}, column {column}")
    } else {
        format!("record on line {first}; parse error on line {line}, column {column}")
    }
}

/// encoding/csv reads `\r\n` as `\n`, and drops a carriage return at the very end.
fn normal_line_end(line: &str) -> String {
    match line.strip_suffix("\r\n") {
        Some(start) => format!("{start}\n"),
        None => line.strip_suffix('\r').unwrap_or(line).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    /// Flags of a command line and the values, or error, that Helm 4.3.1 made of them: recorded from
    /// `helm template` of a chart without defaults that prints `toJson .Values`.
    const RECORDED: &str = include_str!("../../tests/fixtures/values/set.tsv");

    fn read(name: &str) -> Result<Vec<u8>, String> {
        match name {
            "f.txt" => Ok(b"file\ntext\n".to_vec()),
            _ => Err(format!("open {name}: no such file or directory")),
        }
    }

    fn options(flags: &str) -> Options {
        let mut options = Options::default();
        let Ok(Value::List(flags)) = go::json::decode(flags.as_bytes(), HelmVersion::V4_3) else {
            panic!("not a list: {flags}");
        };
        for flag in flags.iter() {
            let [Value::Str(kind), Value::Str(text)] = &flag.slice_items().unwrap()[..] else { panic!() };
            match kind.as_utf8().unwrap() {
                "--set" => options.set.push(text.clone()),
                "--set-string" => options.string.push(text.clone()),
                "--set-json" => options.json.push(text.clone()),
                "--set-file" => options.file.push(text.clone()),
                "--set-literal" => options.literal.push(text.clone()),
                other => panic!("no such flag: {other}"),
            }
        }
        options
    }

    #[test]
    fn recorded_flags() {
        let mut count = 0;
        for line in RECORDED.lines() {
            let (flags, expected) = line.split_once('\t').unwrap();
            let merged = merge(&options(flags), &mut read, HelmVersion::V4_3, &Limits::default());
            let found = match merged {
                Ok(values) => {
                    String::from_utf8(go::json::encode(&values.into(), true, HelmVersion::V4_3).unwrap())
                        .unwrap()
                }
                Err(fault) => format!("ERR {fault}"),
            };
            assert_eq!(found, expected, "{flags}");
            count += 1;
        }
        assert!(count > 500, "only {count} lines");
    }

    #[test]
    fn kinds_are_applied_in_their_own_order() {
        let flags = r#"[["--set-literal","x=5"],["--set-file","x=f.txt"],["--set-string","x=3"],["--set","x=2"],["--set-json","x=1"]]"#;
        let merged = merge(&options(flags), &mut read, HelmVersion::V4_3, &Limits::default()).unwrap();
        assert!(matches!(merged.get(b"x"), Some(Value::Str(x)) if &x == "5"));
    }

    #[test]
    fn values_files_are_named_in_errors() {
        let mut read = |name: &str| match name {
            "list" => Ok(b"[1]".to_vec()),
            _ => Err(format!("open {name}: no such file or directory")),
        };
        let mut error = |files: &[&str], version| {
            let files = files.iter().map(|file| file.to_string()).collect();
            let options = Options { files, ..Options::default() };
            merge(&options, &mut read, version, &Limits::default()).unwrap_err().to_string()
        };
        let json = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type \
                    map[string]interface {}";
        assert_eq!(error(&["nope"], HelmVersion::V4_3), "open nope: no such file or directory");
        assert_eq!(
            error(&["list"], HelmVersion::V4_3),
            format!("failed to parse list: cannot unmarshal yaml document: {json}")
        );
        assert_eq!(error(&["list"], HelmVersion::V3_17), format!("failed to parse list: {json}"));
    }

    #[test]
    fn helm_3_has_no_object_form_and_stumbles_over_the_end() {
        let error = |flags| {
            merge(&options(flags), &mut read, HelmVersion::V3_17, &Limits::default()).unwrap_err().to_string()
        };
        assert_eq!(error(r#"[["--set-json","{\"a\":1}"]]"#), r#"failed parsing --set-json data {"a":1}"#);
        assert_eq!(error(r#"[["--set","x[0"]]"#), "failed parsing --set data: error parsing index: EOF");
    }

    #[test]
    fn lists_of_values_are_split_like_csv() {
        let cases: &[(&str, Result<&[&str], &str>)] = &[
            ("", Ok(&[])),
            ("a", Ok(&["a"])),
            ("a,b", Ok(&["a", "b"])),
            ("a,,b,", Ok(&["a", "", "b", ""])),
            (r#""a,b",c"#, Ok(&["a,b", "c"])),
            (r#""a""b""#, Ok(&["a\"b"])),
            ("\n\na,b", Ok(&["a", "b"])),
            ("a\nb", Ok(&["a"])),
            ("\"a\nb\",c", Ok(&["a\nb", "c"])),
            ("a\r\n", Ok(&["a"])),
            ("\n", Err("EOF")),
            ("a\"b", Err("parse error on line 1, column 2: bare \" in non-quoted-field")),
            ("x,\"a\"b", Err("parse error on line 1, column 5: extraneous or missing \" in quoted-field")),
            ("\"a", Err("parse error on line 1, column 3: extraneous or missing \" in quoted-field")),
            (
                "\"a\nb",
                Err(
                    "record on line 1; parse error on line 2, column 2: extraneous or missing \" in quoted-field",
                ),
            ),
        ];
        for (text, expected) in cases {
            let found = split_csv(text);
            let found = found.as_ref().map(|v| v.iter().map(String::as_str).collect::<Vec<_>>());
            assert_eq!(found.as_deref().map_err(|e| e.as_str()), *expected, "{text:?}");
        }
    }
}
