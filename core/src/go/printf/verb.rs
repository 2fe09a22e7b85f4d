//! What a verb prints of a value, with flags, width and precision (fmt/print.go, fmt/format.go).

use crate::dialect::HelmVersion;
use crate::go::print::{ADDRESS, Leaves, Style, walk};
use crate::go::quote::{Quoting, can_backquote, push_quoted, push_quoted_rune};
use crate::go::{number, unicode, utf8};
use crate::value::{Fault, Kind, Value};

/// A verb with its flags.
#[derive(Clone, Debug)]
pub(super) struct Verb {
    pub letter: char,
    pub minus: bool,
    pub plus: bool,
    pub sharp: bool,
    pub space: bool,
    pub zero: bool,
    /// `%#v`: Go syntax.
    pub syntax: bool,
    /// `%+v`: field names.
    pub names: bool,
    pub width: Option<usize>,
    pub prec: Option<usize>,
    /// Inside the report of a bad verb, where methods are not called.
    complaining: bool,
    version: HelmVersion,
}

impl Leaves for Verb {
    fn style(&self) -> Style {
        match self {
            _ if self.syntax => Style::Syntax,
            _ if self.names => Style::Named,
            _ => Style::Plain,
        }
    }

    fn version(&self) -> HelmVersion {
        self.version
    }

    fn leaf(&mut self, out: &mut Vec<u8>, value: &Value, depth: usize) -> bool {
        self.basic(out, value, value, depth)
    }
}

impl Verb {
    pub fn new(letter: char, version: HelmVersion) -> Verb {
        Verb {
            letter,
            minus: false,
            plus: false,
            sharp: false,
            space: false,
            zero: false,
            syntax: false,
            names: false,
            width: None,
            prec: None,
            complaining: false,
            version,
        }
    }

    /// Prints an argument (printArg).
    pub fn print(&mut self, out: &mut Vec<u8>, arg: &Value) -> Result<(), Fault> {
        match (self.letter, arg) {
            ('T' | 'v', Value::Nil) => self.pad(out, b"<nil>"),
            (_, Value::Nil) => {
                self.open_complaint(out);
                out.extend(b"<nil>)");
            }
            ('T', _) => self.string(out, arg.type_name(self.version).as_bytes()),
            ('p', _) => match arg.kind() {
                Kind::Map | Kind::Slice | Kind::Ptr => self.pointer(out),
                _ => return self.complain_of_any(out, arg),
            },
            // Go asks only values other than its basic types whether they are errors to wrap.
            ('w', _) if !matches!(arg, Value::Bytes(_)) => return self.complain_of_any(out, arg),
            _ => return walk(out, arg, self),
        }
        Ok(())
    }

    /// Prints what is not composite; `typed` is the value whose type a complaint names.
    fn basic(&mut self, out: &mut Vec<u8>, value: &Value, typed: &Value, depth: usize) -> bool {
        match value {
            Value::Nil if self.syntax => out.extend(b"interface {}(nil)"),
            Value::Nil => out.extend(b"<nil>"),
            Value::Bool(b) => match self.letter {
                't' | 'v' => self.pad(out, if *b { b"true" } else { b"false" }),
                _ => self.complain(out, typed),
            },
            Value::Int(n) | Value::Int64(n) => self.integer(out, n.unsigned_abs(), *n < 0, true, typed),
            Value::Uint64(n) => self.integer(out, *n, false, false, typed),
            Value::Uint8(n) => self.integer(out, u64::from(*n), false, false, typed),
            Value::Float(x) => self.float(out, *x, typed),
            Value::Complex(re, im) => self.complex(out, *re, *im, typed),
            Value::Str(text) => self.text(out, text, typed),
            Value::Bytes(bytes) => match self.letter {
                's' | 'x' | 'X' | 'q' => self.text(out, bytes.as_deref().unwrap_or_default(), typed),
                'v' | 'd' if self.syntax && depth == 0 => self.bytes_syntax(out, bytes.as_deref()),
                _ => return false,
            },
            Value::Object(object) => {
                if !self.complaining
                    && !self.syntax
                    && matches!(self.letter, 'v' | 's' | 'x' | 'X' | 'q')
                    && let Some(text) = object.string()
                {
                    self.text(out, &text, typed);
                    return true;
                }
                if !self.complaining
                    && self.syntax
                    && let Some(text) = object.go_string()
                {
                    self.string(out, &text);
                    return true;
                }
                if object.kind() == Kind::Ptr && depth > 0 {
                    match self.letter {
                        'v' | 'p' | 'b' | 'o' | 'd' | 'x' | 'X' => self.pointer(out),
                        // The complaint shows what is pointed at. That holds no map of a chart's: no limit is near.
                        _ => drop(self.complain_of_any(out, typed)),
                    }
                    return true;
                }
                return match object.underlying() {
                    Some(underlying) => self.basic(out, &underlying, typed, depth),
                    None => false,
                };
            }
            _ => return false,
        }
        true
    }

    /// `%!d(string=`
    fn open_complaint(&self, out: &mut Vec<u8>) {
        out.extend(b"%!");
        utf8::push(out, self.letter);
        out.push(b'(');
    }

    /// Reports that the verb does not suit a value that is not composite (badVerb).
    fn complain(&mut self, out: &mut Vec<u8>, value: &Value) {
        self.open_complaint(out);
        out.extend(value.type_name(self.version).as_bytes());
        out.push(b'=');
        let letter = std::mem::replace(&mut self.letter, 'v');
        self.complaining = true;
        self.leaf(out, value, 1);
        self.complaining = false;
        self.letter = letter;
        out.push(b')');
    }

    /// Reports that the verb does not suit a value of any kind.
    fn complain_of_any(&mut self, out: &mut Vec<u8>, value: &Value) -> Result<(), Fault> {
        self.open_complaint(out);
        out.extend(value.type_name(self.version).as_bytes());
        out.push(b'=');
        let letter = std::mem::replace(&mut self.letter, 'v');
        self.complaining = true;
        let result = walk(out, value, self);
        self.complaining = false;
        self.letter = letter;
        out.push(b')');
        result
    }

    /// An address; Go's differ from run to run, ours is always the same.
    fn pointer(&self, out: &mut Vec<u8>) {
        self.pad(out, if self.sharp { ADDRESS.get(2..).unwrap_or_default() } else { ADDRESS });
    }

    /// Appends `text`, padded to the width in runes.
    fn pad(&self, out: &mut Vec<u8>, text: &[u8]) {
        self.pad_with(out, text, self.zero && !self.minus);
    }

    fn pad_with(&self, out: &mut Vec<u8>, text: &[u8], zeros: bool) {
        let missing = match self.width {
            Some(width) => width.saturating_sub(utf8::count(text)),
            None => 0,
        };
        let padding = std::iter::repeat_n(if zeros { b'0' } else { b' ' }, missing);
        if self.minus {
            out.extend_from_slice(text);
            out.extend(padding);
        } else {
            out.extend(padding);
            out.extend_from_slice(text);
        }
    }

    /// Text for any verb (fmtString).
    fn text(&mut self, out: &mut Vec<u8>, text: &[u8], typed: &Value) {
        match self.letter {
            'v' if self.syntax => self.quoted(out, text),
            'v' | 's' => self.string(out, text),
            'x' => self.hex_text(out, text, b"0123456789abcdefx"),
            'X' => self.hex_text(out, text, b"0123456789ABCDEFX"),
            'q' => self.quoted(out, text),
            _ => self.complain(out, typed),
        }
    }

    fn string(&self, out: &mut Vec<u8>, text: &[u8]) {
        self.pad(out, self.truncated(text));
    }

    /// At most as many runes as the precision.
    fn truncated<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        match self.prec {
            Some(prec) if prec < text.len() => {
                let end = utf8::runes(text).nth(prec).map_or(text.len(), |(at, ..)| at);
                text.get(..end).unwrap_or(text)
            }
            _ => text,
        }
    }

    fn quoted(&self, out: &mut Vec<u8>, text: &[u8]) {
        let text = self.truncated(text);
        let mut quoted = Vec::with_capacity(text.len() + 2);
        if self.sharp && can_backquote(text) {
            quoted.push(b'`');
            quoted.extend_from_slice(text);
            quoted.push(b'`');
        } else {
            push_quoted(&mut quoted, text, self.quoting(b'"'));
        }
        self.pad(out, &quoted);
    }

    fn quoting(&self, mark: u8) -> Quoting {
        Quoting { mark, ascii: self.plus, version: self.version }
    }

    /// The bytes of a text in hexadecimal (fmtSbx). The last entry of `digits` is the letter of the prefix.
    fn hex_text(&self, out: &mut Vec<u8>, text: &[u8], digits: &[u8; 17]) {
        let text = text.get(..self.prec.unwrap_or(text.len())).unwrap_or(text);
        let mut hex = Vec::with_capacity(text.len() * 2);
        for (index, byte) in text.iter().enumerate() {
            if self.space && index > 0 {
                hex.push(b' ');
            }
            if self.sharp && (self.space || index == 0) {
                hex.extend([b'0', digits[16]]);
            }
            hex.extend([digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]);
        }
        self.pad(out, &hex);
    }

    /// `[]byte{0x1, 0x2}`
    fn bytes_syntax(&self, out: &mut Vec<u8>, bytes: Option<&[u8]>) {
        let Some(bytes) = bytes else {
            out.extend(b"[]byte(nil)");
            return;
        };
        out.extend(b"[]byte{");
        for (index, byte) in bytes.iter().enumerate() {
            if index > 0 {
                out.extend(b", ");
            }
            self.digits(out, u64::from(*byte), false, Base::HEX, true);
        }
        out.push(b'}');
    }

    /// An integer for any verb (fmtInteger of print.go).
    fn integer(&mut self, out: &mut Vec<u8>, magnitude: u64, negative: bool, signed: bool, typed: &Value) {
        // Verbs for characters see the two's complement.
        let code = if negative { magnitude.wrapping_neg() } else { magnitude };
        match self.letter {
            'v' if self.syntax && !signed => self.digits(out, magnitude, negative, Base::HEX, true),
            'v' | 'd' => self.digits(out, magnitude, negative, Base::DECIMAL, self.sharp),
            'b' => self.digits(out, magnitude, negative, Base::BINARY, self.sharp),
            'o' => self.digits(out, magnitude, negative, Base::OCTAL, self.sharp),
            'O' => self.digits(out, magnitude, negative, Base::OCTAL_PREFIXED, self.sharp),
            'x' => self.digits(out, magnitude, negative, Base::HEX, self.sharp),
            'X' => self.digits(out, magnitude, negative, Base::HEX_UPPER, self.sharp),
            'c' => {
                let mut rune = Vec::with_capacity(4);
                utf8::push(&mut rune, utf8::rune(code));
                self.pad(out, &rune);
            }
            'q' => {
                let mut quoted = Vec::with_capacity(12);
                push_quoted_rune(&mut quoted, utf8::rune(code), self.quoting(b'\''));
                self.pad(out, &quoted);
            }
            'U' => self.code_point(out, code),
            _ => self.complain(out, typed),
        }
    }

    /// `U+0041`, with `#` also `U+0041 'A'` (fmtUnicode).
    fn code_point(&self, out: &mut Vec<u8>, code: u64) {
        let digits = format!("{code:X}");
        let zeros = self.prec.unwrap_or(4).max(4).saturating_sub(digits.len());
        let mut text = format!("U+{}{digits}", "0".repeat(zeros));
        if let Some(rune) = u32::try_from(code).ok().and_then(char::from_u32)
            && self.sharp
            && unicode::is_print_in(rune, self.version)
        {
            text.push_str(&format!(" '{rune}'"));
        }
        self.pad_with(out, text.as_bytes(), false);
    }

    /// Digits with sign, prefix, precision and width (fmtInteger of format.go).
    fn digits(&self, out: &mut Vec<u8>, magnitude: u64, negative: bool, base: Base, sharp: bool) {
        if self.prec == Some(0) && magnitude == 0 {
            // Zero with no digits is nothing, blank even with the flag 0.
            self.pad_with(out, b"", false);
            return;
        }
        let signed = negative || self.plus || self.space;
        let least = match (self.prec, self.width) {
            (Some(prec), _) => prec,
            (None, Some(width)) if self.zero && !self.minus => width.saturating_sub(usize::from(signed)),
            _ => 0,
        };
        let mut reversed = Vec::with_capacity(least.max(20) + 4);
        let mut rest = magnitude;
        loop {
            let digit = base.letters.get((rest % base.radix) as usize).copied().unwrap_or(b'0');
            reversed.push(digit);
            rest /= base.radix;
            if rest == 0 {
                break;
            }
        }
        while reversed.len() < least {
            reversed.push(b'0');
        }
        if sharp {
            match base.radix {
                2 => reversed.extend(b"b0"),
                8 if reversed.last() != Some(&b'0') => reversed.push(b'0'),
                16 => reversed.extend([base.letters.last().copied().unwrap_or(b'x'), b'0']),
                _ => {}
            }
        }
        if base.prefixed {
            reversed.extend(b"o0");
        }
        match () {
            _ if negative => reversed.push(b'-'),
            _ if self.plus => reversed.push(b'+'),
            _ if self.space => reversed.push(b' '),
            _ => {}
        }
        reversed.reverse();
        self.pad_with(out, &reversed, false);
    }

    fn float(&mut self, out: &mut Vec<u8>, x: f64, typed: &Value) {
        match self.letter {
            'v' => self.float_digits(out, x, b'g', -1),
            'b' | 'g' | 'G' | 'x' | 'X' => self.float_digits(out, x, self.letter as u8, -1),
            'f' | 'e' | 'E' => self.float_digits(out, x, self.letter as u8, 6),
            'F' => self.float_digits(out, x, b'f', 6),
            _ => self.complain(out, typed),
        }
    }

    fn complex(&mut self, out: &mut Vec<u8>, re: f64, im: f64, typed: &Value) {
        if !matches!(self.letter, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E') {
            self.complain(out, typed);
            return;
        }
        out.push(b'(');
        self.float(out, re, typed);
        let plus = std::mem::replace(&mut self.plus, true);
        self.float(out, im, typed);
        self.plus = plus;
        out.extend(b"i)");
    }

    /// A float with sign, `#` and width (fmtFloat of format.go).
    fn float_digits(&self, out: &mut Vec<u8>, x: f64, fmt: u8, prec: i32) {
        let prec = self.prec.and_then(|prec| i32::try_from(prec).ok()).unwrap_or(prec);
        let mut text = Vec::with_capacity(24);
        number::push_float(&mut text, x, fmt, prec, 64);
        let sign = match text.first() {
            Some(b'-') => b'-',
            _ if self.space && !self.plus => b' ',
            _ => b'+',
        };
        if matches!(text.first(), Some(b'-' | b'+')) {
            text.remove(0);
        }
        if !x.is_finite() {
            // No padding with zeros; an infinity always has its sign.
            if x.is_infinite() || self.space || self.plus {
                text.insert(0, sign);
            }
            self.pad_with(out, &text, false);
            return;
        }
        if self.sharp && fmt != b'b' {
            text = with_point_and_zeros(&text, fmt, prec);
        }
        if !self.plus && sign == b'+' {
            self.pad(out, &text);
            return;
        }
        match self.width {
            Some(width) if self.zero && !self.minus && width > text.len() + 1 => {
                out.push(sign);
                out.extend(std::iter::repeat_n(b'0', width - text.len() - 1));
                out.extend(text);
            }
            _ => {
                text.insert(0, sign);
                self.pad(out, &text);
            }
        }
    }
}

/// The flag `#` of floats: always a point, and for `%g` the trailing zeros. `number` has no sign.
fn with_point_and_zeros(number: &[u8], fmt: u8, prec: i32) -> Vec<u8> {
    let hex = matches!(fmt, b'x' | b'X');
    let tail_at = number
        .iter()
        .position(|b| matches!(b, b'p' | b'P') || (!hex && matches!(b, b'e' | b'E')))
        .unwrap_or(number.len());
    let (head, tail) = number.split_at(tail_at);
    let significant = head.iter().filter(|b| **b != b'.').skip_while(|b| **b == b'0').count();
    let wanted = match fmt {
        b'g' | b'G' | b'x' if prec < 0 => 6,
        b'g' | b'G' | b'x' => prec as usize,
        _ => 0,
    };
    let mut missing = wanted.saturating_sub(significant);
    let mut text = head.to_vec();
    if !head.contains(&b'.') {
        // A lone zero counts as a digit.
        if head == b"0" {
            missing = missing.saturating_sub(1);
        }
        text.push(b'.');
    }
    text.extend(std::iter::repeat_n(b'0', missing));
    text.extend_from_slice(tail);
    text
}

/// A base and how its digits look.
#[derive(Clone, Copy)]
struct Base {
    radix: u64,
    /// The digits; for hexadecimal also the letter of the prefix.
    letters: &'static [u8],
    /// `%O`: always with `0o`.
    prefixed: bool,
}

impl Base {
    const BINARY: Base = Base { radix: 2, letters: b"01", prefixed: false };
    const OCTAL: Base = Base { radix: 8, letters: b"01234567", prefixed: false };
    const OCTAL_PREFIXED: Base = Base { prefixed: true, ..Base::OCTAL };
    const DECIMAL: Base = Base { radix: 10, letters: b"0123456789", prefixed: false };
    const HEX: Base = Base { radix: 16, letters: b"0123456789abcdefx", prefixed: false };
    const HEX_UPPER: Base = Base { radix: 16, letters: b"0123456789ABCDEFX", prefixed: false };
}
