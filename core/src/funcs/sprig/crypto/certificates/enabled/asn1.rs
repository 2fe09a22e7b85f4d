//! Reading private keys as Go's encoding/asn1 fills a struct: with its tolerance and its error texts.

use super::der::{is_minimal, tag};
use super::natural::Natural;
use crate::value::Fault;

/// The fields of a struct, to be taken one after the other. Whatever follows the last one taken is ignored, as in Go.
#[derive(Clone)]
pub struct Fields<'a> {
    bytes: &'a [u8],
    offset: usize,
}

/// What stands before an element's content.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Header {
    class: u8,
    compound: bool,
    tag: u32,
    len: usize,
}

fn syntax(text: &str) -> Fault {
    Fault::text(format!("asn1: syntax error: {text}"))
}

fn structure(text: &str) -> Fault {
    Fault::text(format!("asn1: structure error: {text}"))
}

impl Header {
    /// A universal type's header, by its tag byte.
    fn fits(&self, tag: u8) -> bool {
        self.class == 0 && self.compound == (tag & 0x20 != 0) && self.tag == u32::from(tag & 0x1f)
    }
}

impl<'a> Fields<'a> {
    /// The fields encoded in `bytes`: a struct's content, or the one element of a whole message.
    pub fn new(bytes: &'a [u8]) -> Fields<'a> {
        Fields { bytes, offset: 0 }
    }

    /// Whether all bytes have been taken.
    pub fn is_empty(&self) -> bool {
        self.offset >= self.bytes.len()
    }

    fn byte(&mut self, lacking: &str) -> Result<u8, Fault> {
        let byte = self.bytes.get(self.offset).copied().ok_or_else(|| syntax(lacking))?;
        self.offset += 1;
        Ok(byte)
    }

    /// `parseTagAndLength`
    fn header(&mut self) -> Result<Header, Fault> {
        let first = self.byte("sequence truncated")?;
        let mut header =
            Header { class: first >> 6, compound: first & 0x20 != 0, tag: u32::from(first & 0x1f), len: 0 };
        if header.tag == 0x1f {
            header.tag = self.long_tag()?;
        }
        let short = self.byte("truncated tag or length")?;
        if short & 0x80 == 0 {
            header.len = usize::from(short);
            return Ok(header);
        }
        if short == 0x80 {
            return Err(syntax("indefinite length found (not DER)"));
        }
        for _ in 0..short & 0x7f {
            let byte = self.byte("truncated tag or length")?;
            if header.len >= 1 << 23 {
                return Err(structure("length too large"));
            }
            header.len = header.len << 8 | usize::from(byte);
            if header.len == 0 {
                return Err(structure("superfluous leading zeros in length"));
            }
        }
        if header.len < 0x80 { Err(structure("non-minimal length")) } else { Ok(header) }
    }

    /// A tag of more than five bits.
    fn long_tag(&mut self) -> Result<u32, Fault> {
        match self.base128()? {
            0..=0x1e => Err(syntax("non-minimal tag")),
            tag => Ok(tag),
        }
    }

    /// `parseBase128Int`
    fn base128(&mut self) -> Result<u32, Fault> {
        let mut number = 0u64;
        for position in 0..5 {
            let byte = self.byte("truncated base 128 integer")?;
            if position == 0 && byte == 0x80 {
                return Err(syntax("integer is not minimally encoded"));
            }
            number = number << 7 | u64::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                let number = u32::try_from(number).ok().filter(|&number| number <= i32::MAX as u32);
                return number.ok_or_else(|| structure("base 128 integer too large"));
            }
        }
        // Go first looks whether there is a byte at all.
        self.byte("truncated base 128 integer")?;
        Err(structure("base 128 integer too large"))
    }

    /// Checks the headers of a sequence whose elements are all structs.
    pub fn check_structs(&self) -> Result<(), Fault> {
        let mut rest = self.clone();
        while !rest.is_empty() {
            let header = rest.header()?;
            if !header.fits(tag::SEQUENCE) {
                return Err(structure("sequence tag mismatch"));
            }
            rest.content(header.len).map_err(|_| syntax("truncated sequence"))?;
        }
        Ok(())
    }

    fn content(&mut self, len: usize) -> Result<&'a [u8], Fault> {
        let content = self.bytes.get(self.offset..self.offset.saturating_add(len));
        let content = content.ok_or_else(|| syntax("data truncated"))?;
        self.offset += len;
        Ok(content)
    }

    /// The content of the next element, which must be of this universal type; `name` is Go's name of the field's type.
    pub fn take(&mut self, tag: u8, name: &str) -> Result<&'a [u8], Fault> {
        let header = self.header()?;
        if !header.fits(tag) {
            let Header { class, compound, tag: found, len } = header;
            return Err(structure(&format!(
                "tags don't match ({} vs {{class:{class} tag:{found} length:{len} isCompound:{compound}}}) \
                 {{optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> \
                 stringType:0 timeType:0 set:false omitEmpty:false}} {name} @{}",
                tag & 0x1f,
                self.offset
            )));
        }
        self.content(header.len)
    }

    /// The same for an optional field: nothing is taken when another type comes next.
    pub fn optional(&mut self, tag: u8) -> Result<Option<&'a [u8]>, Fault> {
        let start = self.offset;
        if self.is_empty() {
            return Ok(None);
        }
        let header = self.header()?;
        if !header.fits(tag) {
            self.offset = start;
            return Ok(None);
        }
        self.content(header.len).map(Some)
    }

    /// The same for an optional field wrapped in an explicit tag.
    pub fn explicit(&mut self, number: u32, tag: u8) -> Result<Option<&'a [u8]>, Fault> {
        let start = self.offset;
        if self.is_empty() {
            return Ok(None);
        }
        let outer = self.header()?;
        if self.is_empty() {
            return Err(structure("explicit tag has no child"));
        }
        if outer.class == 2 && outer.tag == number && outer.len == 0 {
            return Err(structure("zero length explicit tag was not an asn1.Flag"));
        }
        if outer.class == 2 && outer.tag == number && outer.compound {
            let inner = self.header()?;
            if inner.fits(tag) {
                return self.content(inner.len).map(Some);
            }
        }
        self.offset = start;
        Ok(None)
    }

    /// The bytes of the next element of any type; none when there is no next.
    pub fn any(&mut self) -> Result<&'a [u8], Fault> {
        let start = self.offset;
        if self.is_empty() {
            return Ok(&[]);
        }
        let header = self.header()?;
        self.content(header.len)?;
        Ok(self.bytes.get(start..self.offset).unwrap_or(&[]))
    }

    /// A struct's fields.
    pub fn fields(&mut self, name: &str) -> Result<Fields<'a>, Fault> {
        self.take(tag::SEQUENCE, name).map(Fields::new)
    }

    /// `int`
    pub fn int(&mut self) -> Result<i64, Fault> {
        let bytes = self.take(tag::INTEGER, "int")?;
        minimal(bytes)?;
        if bytes.len() > 8 {
            return Err(structure("integer too large"));
        }
        let sign = if bytes.first().is_some_and(|first| first & 0x80 != 0) { -1 } else { 0 };
        Ok(bytes.iter().fold(sign, |n, &byte| n << 8 | i64::from(byte)))
    }

    /// `*big.Int`; zero for everything below, as no key has any use for that.
    pub fn big(&mut self) -> Result<Natural, Fault> {
        self.take(tag::INTEGER, "").and_then(big)
    }

    /// `*big.Int`, optional.
    pub fn optional_big(&mut self) -> Result<Option<Natural>, Fault> {
        self.optional(tag::INTEGER)?.map(big).transpose()
    }

    /// `asn1.ObjectIdentifier`'s content.
    pub fn object(&mut self) -> Result<&'a [u8], Fault> {
        self.take(tag::OBJECT_IDENTIFIER, "ObjectIdentifier").and_then(object)
    }
}

fn minimal(bytes: &[u8]) -> Result<(), Fault> {
    match bytes {
        [] => Err(structure("empty integer")),
        _ if is_minimal(bytes) => Ok(()),
        _ => Err(structure("integer not minimally-encoded")),
    }
}

fn big(bytes: &[u8]) -> Result<Natural, Fault> {
    minimal(bytes)?;
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    Ok(if negative { Natural::ZERO } else { Natural::from_be(bytes) })
}

/// An object identifier's content, if it is well-formed.
pub fn object(content: &[u8]) -> Result<&[u8], Fault> {
    let mut numbers = Fields::new(content);
    if numbers.is_empty() {
        return Err(syntax("zero length OBJECT IDENTIFIER"));
    }
    while !numbers.is_empty() {
        numbers.base128()?;
    }
    Ok(content)
}

/// Whether a bit string's content is well-formed.
pub fn check_bits(content: &[u8]) -> Result<(), Fault> {
    let Some((&unused, bytes)) = content.split_first() else {
        return Err(syntax("zero length BIT STRING"));
    };
    let last = bytes.last().copied();
    if unused > 7 || last.map_or(unused != 0, |last| last & ((1 << unused) - 1) != 0) {
        return Err(syntax("invalid padding bits in BIT STRING"));
    }
    Ok(())
}

/// Go's complaint about bytes behind a message.
pub fn trailing_data() -> Fault {
    syntax("trailing data")
}

#[cfg(test)]
mod tests {
    use super::*;

    // Answers of Go's asn1.Unmarshal into a struct{A int; B *big.Int; C []byte}.
    #[test]
    fn texts_of_go() {
        for (bytes, expected) in [
            (&[0x30, 10, 2, 1, 5, 2, 1, 0x80, 4, 2, 7, 7][..], "5 Natural([]) [7, 7]"),
            (b"", "asn1: syntax error: sequence truncated"),
            (b"0", "asn1: syntax error: truncated tag or length"),
            (b"0\x05", "asn1: syntax error: data truncated"),
            (b"0\x80", "asn1: syntax error: indefinite length found (not DER)"),
            (b"0\x81\x05", "asn1: structure error: non-minimal length"),
            (b"0\x82\x00", "asn1: structure error: superfluous leading zeros in length"),
            (b"0\x84\x01\x01\x01\x01", "asn1: syntax error: data truncated"),
            (b"0\x84\x80\x00\x00\x00", "asn1: structure error: length too large"),
            (b"0\x03\x02\x01\x05", "asn1: syntax error: sequence truncated"),
            (b"0\x02\x02\x00", "asn1: structure error: empty integer"),
            (b"0\x04\x02\x02\x00\x01", "asn1: structure error: integer not minimally-encoded"),
            (
                b"0\x0b\x02\x09\x01\x00\x00\x00\x00\x00\x00\x00\x00",
                "asn1: structure error: integer too large",
            ),
            (b"\x1f\x05\x00", "asn1: syntax error: non-minimal tag"),
            (b"\x1f\x80\x00", "asn1: syntax error: integer is not minimally encoded"),
            (
                b"hello",
                "asn1: structure error: tags don't match (16 vs {class:1 tag:8 length:101 isCompound:true}) \
                        {optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> \
                        stringType:0 timeType:0 set:false omitEmpty:false} T @2",
            ),
            (
                b"0\x06\x02\x01\x05\x04\x01\x05",
                "asn1: structure error: tags don't match (2 vs {class:0 tag:4 length:1 isCompound:false}) \
                        {optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> \
                        stringType:0 timeType:0 set:false omitEmpty:false}  @5",
            ),
        ] {
            let read = || -> Result<String, Fault> {
                let mut fields = Fields::new(bytes).fields("T")?;
                Ok(format!("{} {:?} {:?}", fields.int()?, fields.big()?, fields.take(tag::OCTET_STRING, "")?))
            };
            assert_eq!(read().unwrap_or_else(|fault| fault.to_string()), expected, "{bytes:?}");
        }
    }
}
