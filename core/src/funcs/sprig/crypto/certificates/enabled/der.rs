//! ASN.1 in its distinguished encoding: written in parts, read as x/crypto's `cryptobyte` reads it.

use super::natural::Natural;

/// Tags of universal types.
pub mod tag {
    #![allow(missing_docs, reason = "named as in ASN.1")]
    pub const BOOLEAN: u8 = 1;
    pub const INTEGER: u8 = 2;
    pub const BIT_STRING: u8 = 3;
    pub const OCTET_STRING: u8 = 4;
    pub const NULL: u8 = 5;
    pub const OBJECT_IDENTIFIER: u8 = 6;
    pub const UTF8_STRING: u8 = 12;
    pub const NUMERIC_STRING: u8 = 18;
    pub const PRINTABLE_STRING: u8 = 19;
    pub const T61_STRING: u8 = 20;
    pub const IA5_STRING: u8 = 22;
    pub const UTC_TIME: u8 = 23;
    pub const GENERALIZED_TIME: u8 = 24;
    pub const BMP_STRING: u8 = 30;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;

    /// `[n]`, primitive.
    pub const fn context(n: u8) -> u8 {
        0x80 | n
    }

    /// `[n]`, constructed.
    pub const fn constructed(n: u8) -> u8 {
        0xa0 | n
    }
}

/// An element: tag, length, and the parts one after the other.
pub fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let len: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = Vec::with_capacity(len + 6);
    out.push(tag);
    if len < 0x80 {
        out.push(len as u8);
    } else {
        let bytes: Vec<u8> = len.to_be_bytes().into_iter().skip_while(|&byte| byte == 0).collect();
        out.push(0x80 | bytes.len() as u8);
        out.extend(bytes);
    }
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

/// A sequence of encoded elements.
pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(tag::SEQUENCE, parts)
}

/// An integer that is not negative.
pub fn integer(n: &Natural) -> Vec<u8> {
    // One byte more than the bits need when the first bit would otherwise be taken for a sign.
    element(tag::INTEGER, &[&n.to_be_padded(n.bits() / 8 + 1)])
}

/// A bit string of whole bytes.
pub fn bit_string(bytes: &[u8]) -> Vec<u8> {
    element(tag::BIT_STRING, &[&[0], bytes])
}

/// An octet string.
pub fn octet_string(bytes: &[u8]) -> Vec<u8> {
    element(tag::OCTET_STRING, &[bytes])
}

/// An object identifier by its encoded content.
pub fn object(content: &[u8]) -> Vec<u8> {
    element(tag::OBJECT_IDENTIFIER, &[content])
}

/// An object identifier's numbers, from its encoded content: `1.2.840`. `None` when malformed.
pub fn object_text(content: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut rest = content;
    while !rest.is_empty() {
        let mut number = 0u32;
        for position in 0.. {
            let (&byte, tail) = rest.split_first()?;
            rest = tail;
            if number >= 1 << 24 || (position == 0 && byte == 0x80) {
                return None;
            }
            number = number << 7 | u32::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                break;
            }
        }
        if text.is_empty() {
            let first = (number / 40).min(2);
            text = format!("{first}.{}", number - 40 * first);
        } else {
            text.push_str(&format!(".{number}"));
        }
    }
    (!text.is_empty()).then_some(text)
}

/// What is left to read of some encoded elements. Every method gives `None` on malformed input; how much was read by
/// then does not matter, as nobody goes on after that.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// Whether everything has been read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an element with this tag comes next.
    pub fn at(&self, tag: u8) -> bool {
        self.0.first() == Some(&tag)
    }

    /// The next element: its tag, its content, and all its bytes.
    fn next(&mut self) -> Option<(u8, &'a [u8], &'a [u8])> {
        let (&tag, &short) = (self.0.first()?, self.0.get(1)?);
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (header, len) = if short & 0x80 == 0 {
            (2, usize::from(short))
        } else {
            let count = usize::from(short & 0x7f);
            let bytes = self.0.get(2..2 + count)?;
            let len = bytes.iter().fold(0u64, |len, &byte| len << 8 | u64::from(byte));
            if !(1..=4).contains(&count) || len < 0x80 || bytes.first() == Some(&0) {
                return None;
            }
            (2 + count, usize::try_from(len).ok()?)
        };
        let (whole, rest) = self.0.split_at_checked(header.checked_add(len)?)?;
        self.0 = rest;
        Some((tag, whole.get(header..)?, whole))
    }

    /// The next element, whatever it is: tag and content.
    pub fn any(&mut self) -> Option<(u8, &'a [u8])> {
        self.next().map(|(tag, content, _)| (tag, content))
    }

    /// The content of the next element, which must have this tag.
    pub fn read(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|next| next.0 == tag).map(|next| next.1)
    }

    /// The same, to be read from.
    pub fn enter(&mut self, tag: u8) -> Option<Reader<'a>> {
        self.read(tag).map(Reader)
    }

    /// All bytes of the next element, which must have this tag.
    pub fn whole(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.next().filter(|next| next.0 == tag).map(|next| next.2)
    }

    /// The content of the next element if it has this tag: `Some(None)` when another one, or none, comes next.
    pub fn optional(&mut self, tag: u8) -> Option<Option<&'a [u8]>> {
        if self.at(tag) { self.read(tag).map(Some) } else { Some(None) }
    }

    /// An integer's bytes, with the sign in the first bit.
    pub fn integer(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.read(tag).filter(|bytes| is_minimal(bytes))
    }

    /// An integer that fits.
    pub fn small(&mut self, tag: u8) -> Option<i64> {
        let bytes = self.integer(tag).filter(|bytes| bytes.len() <= 8)?;
        let sign = if bytes.first()? & 0x80 == 0 { 0 } else { -1 };
        Some(bytes.iter().fold(sign, |n, &byte| n << 8 | i64::from(byte)))
    }

    /// A truth value.
    pub fn boolean(&mut self) -> Option<bool> {
        match self.read(tag::BOOLEAN)? {
            [0] => Some(false),
            [0xff] => Some(true),
            _ => None,
        }
    }

    /// A bit string: how many bits of the last byte do not count, and the bytes.
    pub fn bits(&mut self) -> Option<(u8, &'a [u8])> {
        let (&unused, bytes) = self.read(tag::BIT_STRING)?.split_first()?;
        let last = bytes.last().copied().unwrap_or(0);
        let proper =
            if bytes.is_empty() { unused == 0 } else { unused <= 7 && last & ((1 << unused) - 1) == 0 };
        proper.then_some((unused, bytes))
    }

    /// An object identifier's content.
    pub fn object(&mut self) -> Option<&'a [u8]> {
        self.read(tag::OBJECT_IDENTIFIER).filter(|content| object_text(content).is_some())
    }
}

/// Whether an integer has no superfluous first byte.
pub fn is_minimal(bytes: &[u8]) -> bool {
    match bytes {
        [] => false,
        [0, next, ..] => next & 0x80 != 0,
        [0xff, next, ..] => next & 0x80 == 0,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_integers() {
        assert_eq!(
            sequence(&[&integer(&Natural::ZERO), &integer(&Natural::from(128))]),
            [0x30, 7, 2, 1, 0, 2, 2, 0, 128]
        );
        for (len, header) in [(127, vec![4, 127]), (128, vec![4, 0x81, 128]), (256, vec![4, 0x82, 1, 0])] {
            let encoded = octet_string(&vec![7; len]);
            assert!(encoded.starts_with(&header));
            let mut reader = Reader(&encoded);
            assert_eq!(reader.read(tag::OCTET_STRING).map(<[u8]>::len), Some(len));
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn only_the_distinguished_encoding_is_read() {
        for bad in [
            &[4u8][..],
            &[4, 2, 0],
            &[4, 0x80],
            &[4, 0x81, 5],
            &[4, 0x82, 0, 200],
            &[0x1f, 1, 0],
            &[4, 0x85, 1, 0, 0, 0, 0],
        ] {
            assert!(Reader(bad).any().is_none(), "{bad:?}");
        }
        for (bytes, n) in [
            (&[2u8, 1, 0xff][..], Some(-1)),
            (&[2, 2, 0, 128], Some(128)),
            (&[2, 2, 0, 1], None),
            (&[2, 0], None),
        ] {
            assert_eq!(Reader(bytes).small(tag::INTEGER), n, "{bytes:?}");
        }
        assert_eq!(Reader(&[3, 2, 1, 1]).bits(), None);
        assert_eq!(Reader(&[3, 2, 1, 2]).bits(), Some((1, &[2][..])));
        assert_eq!(Reader(&[1, 1, 1]).boolean(), None);
    }

    #[test]
    fn object_identifiers() {
        for (content, text) in [
            (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1][..], Some("1.2.840.113549.1.1.1")),
            (&[0x88, 0x37, 3], Some("2.999.3")),
            (&[0x2a, 0x80, 1], None),
            (&[0x2a, 0x86], None),
            (&[0x90, 0x80, 0x80, 0x80, 0], None),
            (&[], None),
        ] {
            assert_eq!(object_text(content).as_deref(), text, "{content:?}");
        }
    }
}
