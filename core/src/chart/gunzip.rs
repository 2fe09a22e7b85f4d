//! A gzip stream, decompressed piece by piece with the errors of Go's compress/gzip.

use super::crc::Crc;
use flate2::{Decompress, FlushDecompress, Status};

/// Why a stream is not gzip. The texts are Go's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GzipError {
    /// `io.EOF`: no bytes at all.
    Empty,
    /// `gzip.ErrHeader`
    Header,
    /// `gzip.ErrChecksum`
    Checksum,
    /// `io.ErrUnexpectedEOF`
    Truncated,
    /// `flate.CorruptInputError`, near this offset.
    Corrupt(u64),
}

impl std::fmt::Display for GzipError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            GzipError::Empty => f.write_str("EOF"),
            GzipError::Header => f.write_str("gzip: invalid header"),
            GzipError::Checksum => f.write_str("gzip: invalid checksum"),
            GzipError::Truncated => f.write_str("unexpected EOF"),
            GzipError::Corrupt(offset) => write!(f, "flate: corrupt input before offset {offset}"),
        }
    }
}

/// Reads one gzip stream, which may consist of several members after one another.
pub(super) struct Gunzip<'a> {
    input: &'a [u8],
    inflate: Decompress,
    crc: Crc,
    done: bool,
}

impl<'a> Gunzip<'a> {
    /// Starts a stream by reading its header (gunzip.go: `NewReader`).
    pub fn new(input: &'a [u8]) -> Result<Gunzip<'a>, GzipError> {
        if input.is_empty() {
            return Err(GzipError::Empty);
        }
        let input = skip_header(input)?;
        Ok(Gunzip { input, inflate: Decompress::new(false), crc: Crc::new(), done: false })
    }

    /// Fills `out` as far as there is data: less only at the end of the stream.
    pub fn fill(&mut self, out: &mut [u8]) -> Result<usize, GzipError> {
        let mut filled = 0;
        while !self.done {
            let Some(free) = out.get_mut(filled..).filter(|free| !free.is_empty()) else { break };
            let (before_in, before_out) = (self.inflate.total_in(), self.inflate.total_out());
            let status = self.inflate.decompress(self.input, free, FlushDecompress::None);
            let consumed = (self.inflate.total_in() - before_in) as usize;
            let produced = (self.inflate.total_out() - before_out) as usize;
            self.crc.update(free.get(..produced).unwrap_or_default());
            self.input = self.input.get(consumed..).unwrap_or_default();
            filled += produced;
            match status {
                Ok(Status::StreamEnd) => self.end_member()?,
                Ok(_) if produced == 0 && self.input.is_empty() => return Err(GzipError::Truncated),
                Ok(_) if produced == 0 && consumed == 0 => {
                    return Err(GzipError::Corrupt(self.inflate.total_in()));
                }
                Ok(_) => {}
                Err(_) => return Err(GzipError::Corrupt(self.inflate.total_in())),
            }
        }
        Ok(filled)
    }

    /// Checks a member's trailer and goes on to the next member if there is one.
    fn end_member(&mut self) -> Result<(), GzipError> {
        let Some((trailer, rest)) = self.input.split_first_chunk::<8>() else {
            return Err(GzipError::Truncated);
        };
        let expected = u64::from(self.crc.sum()) | u64::from(self.crc.amount()) << 32;
        if u64::from_le_bytes(*trailer) != expected {
            return Err(GzipError::Checksum);
        }
        if rest.is_empty() {
            self.done = true;
            return Ok(());
        }
        self.input = skip_header(rest)?;
        self.inflate.reset(false);
        self.crc.reset();
        Ok(())
    }
}

/// What follows a member's header (gunzip.go: `readHeader`).
fn skip_header(input: &[u8]) -> Result<&[u8], GzipError> {
    const HEADER_CRC: u8 = 1 << 1;
    const EXTRA: u8 = 1 << 2;
    const NAME: u8 = 1 << 3;
    const COMMENT: u8 = 1 << 4;
    let (head, mut rest) = input.split_first_chunk::<10>().ok_or(GzipError::Truncated)?;
    let [0x1f, 0x8b, 8, flags, ..] = *head else { return Err(GzipError::Header) };
    if flags & EXTRA != 0 {
        let (len, after) = rest.split_first_chunk::<2>().ok_or(GzipError::Truncated)?;
        rest = after.get(usize::from(u16::from_le_bytes(*len))..).ok_or(GzipError::Truncated)?;
    }
    for flag in [NAME, COMMENT] {
        if flags & flag != 0 {
            let end = rest.iter().position(|&b| b == 0).ok_or(GzipError::Truncated)?;
            // gunzip.go: readString gives up on names that do not fit its buffer.
            if end >= 512 {
                return Err(GzipError::Header);
            }
            rest = rest.get(end + 1..).unwrap_or_default();
        }
    }
    if flags & HEADER_CRC != 0 {
        let (sum, after) = rest.split_first_chunk::<2>().ok_or(GzipError::Truncated)?;
        let mut crc = Crc::new();
        let header = input.len() - rest.len();
        crc.update(input.get(..header).unwrap_or_default());
        if u32::from(u16::from_le_bytes(*sum)) != crc.sum() & 0xffff {
            return Err(GzipError::Header);
        }
        rest = after;
    }
    Ok(rest)
}
