//! Entries of a tar stream, as Go's archive/tar reads them: V7, USTAR, STAR, GNU and PAX headers.
//!
//! Not read: sparse files, which no chart archive holds.

use super::gunzip::{Gunzip, GzipError};
use crate::go;

/// Longest PAX header or GNU long name (reader.go: `maxSpecialFileSize`).
const MAX_SPECIAL: u64 = 1 << 20;

const BLOCK: usize = 512;

/// Why a stream is not tar. The texts are Go's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TarError {
    Gzip(GzipError),
    /// `tar.ErrHeader`
    Header,
    /// `tar.ErrFieldTooLong`
    FieldTooLong,
    /// `io.ErrUnexpectedEOF`
    Truncated,
    /// A sparse file.
    Sparse,
    /// The stream is longer than any archive within our limits.
    TooLong(u64),
}

impl From<GzipError> for TarError {
    fn from(error: GzipError) -> TarError {
        TarError::Gzip(error)
    }
}

impl std::fmt::Display for TarError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TarError::Gzip(error) => error.fmt(f),
            TarError::Header => f.write_str("archive/tar: invalid tar header"),
            TarError::FieldTooLong => f.write_str("archive/tar: header field too long"),
            TarError::Truncated => f.write_str("unexpected EOF"),
            TarError::Sparse => f.write_str("sparse files in archives are not supported"),
            TarError::TooLong(bound) => write!(f, "more than {bound} bytes"),
        }
    }
}

/// One entry's header.
#[derive(Debug)]
pub(super) struct Header {
    pub name: Vec<u8>,
    pub typeflag: u8,
    mode: i64,
    /// The size it claims; links and directories may claim one without having data.
    pub size: u64,
}

impl Header {
    /// Go's `FileInfo().IsDir()`: by type, or by the directory bit of the mode.
    pub fn is_dir(&self) -> bool {
        self.typeflag == b'5' || self.mode & !0o7777 == 0o40000
    }
}

/// Reads entries one after another.
pub(super) struct Tar<'a> {
    stream: Gunzip<'a>,
    /// Data of the current entry not read yet, and padding after it.
    left: u64,
    padding: u64,
    /// What was read last; kept for the next entry, as most files of a chart are of the same few kilobytes.
    buffer: Vec<u8>,
    /// Bytes of the stream that may still be read, and how many there were.
    budget: u64,
    bound: u64,
}

impl<'a> Tar<'a> {
    pub fn new(stream: Gunzip<'a>, bound: u64) -> Tar<'a> {
        Tar { stream, left: 0, padding: 0, buffer: Vec::new(), budget: bound, bound }
    }

    fn fill(&mut self, out: &mut [u8]) -> Result<usize, TarError> {
        self.spend(out.len())?;
        Ok(self.stream.fill(out)?)
    }

    fn spend(&mut self, len: usize) -> Result<(), TarError> {
        self.budget = self.budget.checked_sub(len as u64).ok_or(TarError::TooLong(self.bound))?;
        Ok(())
    }

    /// One block; `None` at the very end of the stream.
    fn block(&mut self) -> Result<Option<[u8; BLOCK]>, TarError> {
        let mut block = [0; BLOCK];
        match self.fill(&mut block)? {
            0 => Ok(None),
            BLOCK => Ok(Some(block)),
            _ => Err(TarError::Truncated),
        }
    }

    fn skip(&mut self, mut len: u64) -> Result<(), TarError> {
        let mut sink = [0; 8 * BLOCK];
        while len > 0 {
            let want = len.min(sink.len() as u64) as usize;
            let Some(part) = sink.get_mut(..want) else { break };
            if self.fill(part)? < want {
                return Err(TarError::Truncated);
            }
            len -= want as u64;
        }
        Ok(())
    }

    /// The rest of the current entry's data, at most `most` bytes of it.
    pub fn data(&mut self, most: u64) -> Result<&[u8], TarError> {
        let want = self.left.min(most);
        let mut len = 0;
        while (len as u64) < want {
            // Grown step by step: what a header claims is no reason to allocate.
            let step = (want - len as u64).min(1 << 16) as usize;
            self.spend(step)?;
            if self.buffer.len() < len + step {
                self.buffer.resize(len + step, 0);
            }
            let read = self.stream.fill(self.buffer.get_mut(len..len + step).unwrap_or_default())?;
            self.left -= read as u64;
            if read < step {
                return Err(TarError::Truncated);
            }
            len += step;
        }
        Ok(self.buffer.get(..len).unwrap_or_default())
    }

    /// The next entry, `None` at the end (reader.go: `next`).
    pub fn next(&mut self) -> Result<Option<Header>, TarError> {
        let mut pax = Pax::default();
        let mut long_name = Vec::new();
        loop {
            // Only the data must be there; Go forgives missing padding at the end.
            self.skip(self.left)?;
            let mut padding = [0; BLOCK];
            self.fill(padding.get_mut(..self.padding as usize).unwrap_or_default())?;
            let Some(mut header) = self.header()? else { return Ok(None) };
            self.begin(&header);
            match header.typeflag {
                b'x' | b'g' => {
                    let records = self.special()?;
                    let parsed = Pax::parse(records)?;
                    if header.typeflag == b'g' {
                        return Ok(Some(header));
                    }
                    pax = parsed;
                }
                b'L' => long_name = c_string(self.special()?).to_vec(),
                b'K' => {
                    self.special()?;
                }
                typeflag => {
                    if pax.sparse || typeflag == b'S' {
                        return Err(TarError::Sparse);
                    }
                    if !pax.path.is_empty() {
                        header.name = pax.path;
                    }
                    if let Some(size) = pax.size {
                        header.size = u64::try_from(size).map_err(|_| TarError::Header)?;
                    }
                    if !long_name.is_empty() {
                        header.name = long_name;
                    }
                    if header.typeflag == 0 {
                        header.typeflag = if header.name.ends_with(b"/") { b'5' } else { b'0' };
                    }
                    self.begin(&header);
                    return Ok(Some(header));
                }
            }
        }
    }

    /// Sets up reading of an entry's data (reader.go: `handleRegularFile`).
    fn begin(&mut self, header: &Header) {
        let has_data = !matches!(header.typeflag, b'1'..=b'6');
        self.left = if has_data { header.size } else { 0 };
        self.padding = self.left.wrapping_neg() % BLOCK as u64;
    }

    fn special(&mut self) -> Result<&[u8], TarError> {
        if self.left > MAX_SPECIAL {
            return Err(TarError::FieldTooLong);
        }
        self.data(MAX_SPECIAL)
    }

    fn header(&mut self) -> Result<Option<Header>, TarError> {
        let Some(block) = self.block()? else { return Ok(None) };
        if block == [0; BLOCK] {
            return match self.block()? {
                None => Ok(None),
                Some(second) if second == [0; BLOCK] => Ok(None),
                Some(_) => Err(TarError::Header),
            };
        }
        parse_header(&block).map(Some)
    }
}

fn c_string(bytes: &[u8]) -> &[u8] {
    bytes.split(|&b| b == 0).next().unwrap_or_default()
}

fn parse_header(block: &[u8; BLOCK]) -> Result<Header, TarError> {
    let at = |from: usize, len: usize| block.get(from..from + len).unwrap_or_default();
    let sum = octal(at(148, 8))?;
    // The sum's own field counts as blanks.
    let total = |value: fn(u8) -> i64| {
        let of = |bytes: &[u8]| bytes.iter().map(|b| value(*b)).sum::<i64>();
        of(block) - of(at(148, 8)) + 8 * i64::from(b' ')
    };
    let (unsigned_sum, signed_sum) = (total(i64::from), total(|b| i64::from(b as i8)));
    if sum != unsigned_sum && sum != signed_sum {
        return Err(TarError::Header);
    }
    let mut name = c_string(at(0, 100)).to_vec();
    let mode = numeric(at(100, 8))?;
    numeric(at(108, 8))?;
    numeric(at(116, 8))?;
    let size = numeric(at(124, 12))?;
    numeric(at(136, 12))?;
    let typeflag = at(156, 1).first().copied().unwrap_or_default();
    let (ustar, gnu) = (at(257, 6) == b"ustar\0", at(257, 8) == b"ustar  \0");
    if ustar || gnu {
        numeric(at(329, 8))?;
        numeric(at(337, 8))?;
    }
    let prefix = if ustar && at(508, 4) == b"tar\0" {
        numeric(at(476, 12))?;
        numeric(at(488, 12))?;
        c_string(at(345, 131))
    } else if ustar {
        c_string(at(345, 155))
    } else if gnu {
        // Old Go wrote a prefix here, where others keep times: see the remark in Go's reader.go.
        let time = |field: &[u8]| field.first() == Some(&0) || numeric(field).is_ok();
        let old = c_string(at(345, 155));
        if !(time(at(345, 12)) && time(at(357, 12))) && old.is_ascii() { old } else { b"" }
    } else {
        b""
    };
    if !prefix.is_empty() {
        name = [prefix, b"/", &name].concat();
    }
    // The data of links and directories is ignored, whatever size they claim, unless it is negative.
    let size = match u64::try_from(size) {
        Ok(size) => size,
        Err(_) if matches!(typeflag, b'1'..=b'6') => 0,
        Err(_) => return Err(TarError::Header),
    };
    Ok(Header { name, typeflag, mode, size })
}

/// Octal digits between blanks and zero bytes (strconv.go: `parseOctal`).
fn octal(field: &[u8]) -> Result<i64, TarError> {
    let blank = |b: &u8| matches!(b, b' ' | 0);
    let start = field.iter().position(|b| !blank(b)).unwrap_or(field.len());
    let end = field.iter().rposition(|b| !blank(b)).map_or(start, |last| last + 1);
    let digits = c_string(field.get(start..end).unwrap_or_default());
    if start == end {
        return Ok(0);
    }
    go::number::parse_uint(digits, 8, 64).map(|n| n as i64).map_err(|_| TarError::Header)
}

/// Octal, or base 256 when the first bit is set (strconv.go: `parseNumeric`).
fn numeric(field: &[u8]) -> Result<i64, TarError> {
    let Some(first) = field.first().filter(|first| **first & 0x80 != 0) else {
        return octal(field);
    };
    let invert = if first & 0x40 != 0 { 0xff } else { 0 };
    let mut x: u64 = 0;
    for (i, b) in field.iter().enumerate() {
        let b = (b ^ invert) & if i == 0 { 0x7f } else { 0xff };
        if x >> 56 > 0 {
            return Err(TarError::Header);
        }
        x = x << 8 | u64::from(b);
    }
    let x = i64::try_from(x).map_err(|_| TarError::Header)?;
    Ok(if invert == 0 { x } else { !x })
}

/// What PAX records say about the next entry.
#[derive(Default)]
struct Pax {
    path: Vec<u8>,
    size: Option<i64>,
    sparse: bool,
}

impl Pax {
    fn parse(mut text: &[u8]) -> Result<Pax, TarError> {
        let mut pax = Pax::default();
        while !text.is_empty() {
            let (key, value, rest) = pax_record(text).ok_or(TarError::Header)?;
            text = rest;
            match key {
                _ if value.is_empty() => {}
                b"path" => pax.path = value.to_vec(),
                b"size" => pax.size = Some(decimal(value)?),
                b"uid" | b"gid" => {
                    decimal(value)?;
                }
                _ if key.starts_with(b"GNU.sparse.") => pax.sparse = true,
                _ => {}
            }
        }
        Ok(pax)
    }
}

fn decimal(text: &[u8]) -> Result<i64, TarError> {
    go::number::parse_int(text, 10, 64).map_err(|_| TarError::Header)
}

/// `LEN KEY=VALUE\n`, and what follows (strconv.go: `parsePAXRecord`).
fn pax_record(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = text.iter().position(|&b| b == b' ')?;
    let len = go::number::parse_int(text.get(..space)?, 10, 64).ok()?;
    let len = usize::try_from(len).ok().filter(|&len| len >= 5 && len <= text.len() && len > space + 1)?;
    let record = text.get(space + 1..len)?.strip_suffix(b"\n")?;
    let equals = record.iter().position(|&b| b == b'=')?;
    let (key, value) = (record.get(..equals)?, record.get(equals + 1..)?);
    let has_nul = |bytes: &[u8]| bytes.contains(&0);
    let bad = match key {
        b"" => true,
        b"path" | b"linkpath" | b"uname" | b"gname" => has_nul(value),
        _ => has_nul(key),
    };
    if bad { None } else { Some((key, value, text.get(len..)?)) }
}
