//! Changing the case of letters and words (Go's strings package; goutils 1.1; xstrings 1.5).
//!
//! All of these work on runes; where a text is rewritten, each invalid byte becomes U+FFFD, as Go's
//! conversions do.

use crate::go::{unicode, utf8};
use crate::value::{Args, Caller, Fault, Value};

table! {
    "upper"(Str) => |caller, args| Ok(mapped(args, upper(caller))), "The text in upper case.";
    "lower"(Str) => |caller, args| Ok(mapped(args, lower(caller))), "The text in lower case.";
    "title"(Str) => title, "The text with every word's first letter in title case.";
    "untitle"(Str) => untitle, "The text with every word's first letter in lower case.";
    "swapcase"(Str) => swap_case, "The text with upper and lower case exchanged.";
    "initials"(Str) => initials, "The first byte of every word.";
    "snakecase"(Str) => |_, args| Ok(Value::str(lower_words(args.bytes(0), b'_'))),
        "The text's words in lower case, joined by underscores.";
    "kebabcase"(Str) => |_, args| Ok(Value::str(lower_words(args.bytes(0), b'-'))),
        "The text's words in lower case, joined by hyphens.";
    "camelcase"(Str) => camel_case, "The text's words joined, each beginning in upper case.";
}

/// The letters' cases as the Unicode tables of this Helm's Go have them.
fn upper(caller: &dyn Caller) -> impl Fn(char) -> char + 'static {
    let version = caller.settings().version;
    move |rune| unicode::to_upper_in(rune, version)
}

fn lower(caller: &dyn Caller) -> impl Fn(char) -> char + 'static {
    let version = caller.settings().version;
    move |rune| unicode::to_lower_in(rune, version)
}

/// `strings.Map`, which also replaces invalid bytes.
fn mapped(args: &Args<'_>, mut map: impl FnMut(char) -> char) -> Value {
    let mut changed = false;
    let mut out = String::with_capacity(args.bytes(0).len());
    for (_, rune, valid) in utf8::runes(args.bytes(0)) {
        let new = map(rune);
        changed |= new != rune || !valid;
        out.push(new);
    }
    if changed { Value::from(out) } else { args.value(0).clone() }
}

/// `strings.Title`: a word begins after anything that is neither letter, digit nor underscore, but beyond
/// ASCII only after white space.
fn title(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let separator = |rune: char| match rune {
        '\0'..='\x7f' => !rune.is_ascii_alphanumeric() && rune != '_',
        _ => !unicode::is_letter(rune) && !unicode::is_digit(rune) && unicode::is_space(rune),
    };
    let mut previous = ' ';
    Ok(mapped(args, |rune| {
        let begins = separator(previous);
        previous = rune;
        if begins { unicode::to_title(rune) } else { rune }
    }))
}

/// goutils' `Uncapitalize`.
fn untitle(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let lower = lower(caller);
    let mut begins = true;
    Ok(mapped(args, |rune| {
        if unicode::is_space(rune) {
            begins = true;
            return rune;
        }
        if std::mem::take(&mut begins) { lower(rune) } else { rune }
    }))
}

/// goutils' `SwapCase`: lower case becomes title case where a word begins, upper case elsewhere.
fn swap_case(caller: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let (upper, lower) = (upper(caller), lower(caller));
    let mut begins = true;
    Ok(mapped(args, |rune| {
        if unicode::is_upper(rune) || unicode::is_title(rune) {
            begins = false;
            lower(rune)
        } else if !unicode::is_lower(rune) {
            begins = unicode::is_space(rune);
            rune
        } else if std::mem::take(&mut begins) {
            unicode::to_title(rune)
        } else {
            upper(rune)
        }
    }))
}

/// goutils' `Initials` takes bytes for runes: an accented first letter becomes the Latin-1 character of its
/// first byte.
fn initials(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let words = args.bytes(0).split(|&b| unicode::is_space(char::from(b)));
    Ok(Value::from(words.filter_map(|word| word.first()).map(|&b| char::from(b)).collect::<String>()))
}

/// What xstrings counts as between words: hyphens, underscores, white space.
fn is_connector(rune: char) -> bool {
    matches!(rune, '-' | '_') || unicode::is_space(rune)
}

/// xstrings' `ToPascalCase`: leading connectors stay, of several inner ones all but one stay, and a word
/// written in upper case throughout is lowered after its first letter.
fn camel_case(_: &mut dyn Caller, args: &Args<'_>) -> Result<Value, Fault> {
    let mut runes = utf8::runes(args.bytes(0)).map(|(_, rune, _)| rune).peekable();
    let mut out = String::with_capacity(args.bytes(0).len());
    while let Some(connector) = runes.next_if(|&rune| is_connector(rune)) {
        out.push(connector);
    }
    let Some(first) = runes.next() else {
        // A text of connectors only has its last one twice.
        out.extend(out.chars().next_back());
        return Ok(Value::from(out));
    };
    let mut shouting = unicode::is_upper(first);
    let mut rune = unicode::to_upper(first);
    for next in runes {
        let previous = std::mem::replace(&mut rune, next);
        if is_connector(previous) {
            if is_connector(rune) {
                out.push(previous);
                continue;
            }
            shouting = unicode::is_upper(rune);
            rune = unicode::to_upper(rune);
            continue;
        }
        if shouting {
            shouting = unicode::is_upper(rune);
            if shouting {
                rune = unicode::to_lower(rune);
            }
        }
        out.push(previous);
    }
    out.push(rune);
    Ok(Value::from(out))
}

/// What xstrings tells apart when it cuts a text into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    /// Nothing valid.
    Invalid,
    /// Numbers of any script.
    Number,
    /// A word that begins in upper case.
    Upper,
    /// Letters, except ideographs, none in upper case.
    Alphabet,
    /// Hyphens, underscores, white space.
    Connector,
    /// Punctuation that connects nothing.
    Punctuation,
    /// Everything else.
    Other,
}

/// xstrings' `ToSnakeCase` and `ToKebabCase`.
///
/// A number belongs to the word before it unless letters follow, as in `http2xx`; those then belong to the
/// number.
fn lower_words(text: &[u8], connector: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 8);
    let mut words = Words { text };
    let separates = |word: Word| !matches!(word, Word::Connector | Word::Punctuation);
    let (mut word, mut body) = words.next();
    while !words.text.is_empty() {
        if word != Word::Connector {
            write_lower(&mut out, word, body, connector);
        }
        let (previous, previous_body) = (word, body);
        (word, body) = words.next();
        match previous {
            Word::Number => {
                (word, body) = words.write_run(&mut out, word, body, connector);
                if word != Word::Invalid && separates(word) {
                    out.push(connector);
                }
            }
            Word::Connector => write_lower(&mut out, previous, previous_body, connector),
            Word::Punctuation => {}
            _ if word != Word::Number => {
                if separates(word) {
                    out.push(connector);
                }
            }
            _ if words.text.is_empty() => {}
            _ => {
                let number = body;
                (word, body) = words.next();
                if word != Word::Alphabet {
                    write_lower(&mut out, Word::Number, number, connector);
                    if separates(word) {
                        out.push(connector);
                    }
                } else {
                    out.push(connector);
                    write_lower(&mut out, Word::Number, number, connector);
                    (word, body) = words.write_run(&mut out, word, body, connector);
                    if word != Word::Invalid && separates(word) {
                        out.push(connector);
                    }
                }
            }
        }
    }
    write_lower(&mut out, word, body, connector);
    out
}

/// The words of a text, from its beginning.
struct Words<'a> {
    text: &'a [u8],
}

impl<'a> Words<'a> {
    /// The next word; invalid and empty at the end.
    fn next(&mut self) -> (Word, &'a [u8]) {
        let (word, len) = scan(self.text);
        let (body, rest) = self.text.split_at(len.min(self.text.len()));
        self.text = rest;
        (word, body)
    }

    /// Writes this word and those after it as long as they are letters or numbers; gives the first that is
    /// not.
    fn write_run(
        &mut self,
        out: &mut Vec<u8>,
        mut word: Word,
        mut body: &'a [u8],
        connector: u8,
    ) -> (Word, &'a [u8]) {
        while matches!(word, Word::Alphabet | Word::Number) {
            write_lower(out, word, body, connector);
            (word, body) = self.next();
        }
        (word, body)
    }
}

/// Connectors all become the connector, words in upper case lower case; all else is copied.
fn write_lower(out: &mut Vec<u8>, word: Word, body: &[u8], connector: u8) {
    if !matches!(word, Word::Upper | Word::Connector) {
        out.extend_from_slice(body);
        return;
    }
    for (_, rune, _) in utf8::runes(body) {
        if is_connector(rune) {
            out.push(connector);
        } else {
            let rune = if unicode::is_upper(rune) { unicode::to_lower(rune) } else { rune };
            out.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

/// The next valid rune and the bytes up to its end; without one, `otherwise` and all bytes.
fn valid_rune(text: &[u8], otherwise: char) -> (char, usize) {
    utf8::runes(text)
        .find(|&(_, rune, _)| rune != '\u{FFFD}')
        .map_or((otherwise, text.len()), |(at, rune, _)| (rune, at + rune.len_utf8()))
}

/// Kind and length of a text's first word. Invalid bytes belong to whatever they stand in.
fn scan(text: &[u8]) -> (Word, usize) {
    let (first, mut len) = valid_rune(text, '\u{FFFD}');
    if first == '\u{FFFD}' {
        return (Word::Invalid, len);
    }
    // Takes runes of a kind; gives the rune that ended it, or the last one.
    let run = |len: &mut usize, mut rune: char, kind: fn(char) -> bool| {
        while let Some(rest) = text.get(*len..).filter(|rest| !rest.is_empty()) {
            let size;
            (rune, size) = valid_rune(rest, rune);
            if !kind(rune) {
                break;
            }
            *len += size;
        }
        rune
    };
    let lower = |rune: char| is_alphabet(rune) && !unicode::is_upper(rune);
    let word = if is_connector(first) {
        run(&mut len, first, is_connector);
        Word::Connector
    } else if unicode::is_punct(first) {
        run(&mut len, first, unicode::is_punct);
        Word::Punctuation
    } else if unicode::is_upper(first) {
        let rest = text.get(len..).unwrap_or_default();
        let (second, size) = valid_rune(rest, first);
        if rest.is_empty() {
            // A single letter.
        } else if unicode::is_upper(second) {
            len = upper_run(text, len);
        } else if is_alphabet(second) {
            len += size;
            run(&mut len, second, lower);
        }
        Word::Upper
    } else if is_alphabet(first) {
        run(&mut len, first, lower);
        Word::Alphabet
    } else if unicode::is_number(first) {
        run(&mut len, first, unicode::is_number);
        Word::Number
    } else {
        run(&mut len, first, |rune| {
            !is_connector(rune) && !is_alphabet(rune) && !unicode::is_number(rune) && !unicode::is_punct(rune)
        });
        Word::Other
    };
    (word, len)
}

/// The end of the upper-case runes from `len` on; where another letter follows them, the last of them belongs
/// to the next word, as the S of `HTTPStatus`.
fn upper_run(text: &[u8], mut len: usize) -> usize {
    let (mut before, mut rune) = (len, 'A');
    while let Some(rest) = text.get(len..).filter(|rest| !rest.is_empty()) {
        let size;
        (rune, size) = valid_rune(rest, rune);
        if !unicode::is_upper(rune) {
            return if is_alphabet(rune) { before } else { len };
        }
        before = len;
        len += size;
    }
    len
}

/// A letter, but not an ideograph (xstrings/count.go).
fn is_alphabet(rune: char) -> bool {
    unicode::is_letter(rune)
        && !matches!(rune, '\u{4E00}'..='\u{9FCC}' | '\u{3400}'..='\u{4D85}' | '\u{20000}'..='\u{2B81D}')
}
