//! Go's `time.Location`: which offset from UTC is in force when, read from a time zone file (RFC 8536) that the host
//! provides (time/zoneinfo.go, time/zoneinfo_read.go). No zone database is part of this crate.

use super::calendar::{DAY, EPOCH_TO_ZERO, ZERO_TO_UNIX, date_of};
use super::rule::PosixRule;
use crate::host::Host;
use crate::value::Str;
use std::rc::Rc;

/// A place's clock.
#[derive(Clone, Debug)]
pub enum Zone {
    /// `time.UTC`
    Utc,
    /// `time.Local`; without a file it is UTC under another identity.
    Local(Option<Rc<Table>>),
    /// A zone of the database.
    Named(Rc<Table>),
    /// `time.FixedZone`: one offset for all times.
    Fixed(Rc<FixedZone>),
}

/// A zone with one offset.
#[derive(Debug, PartialEq, Eq)]
pub struct FixedZone {
    /// Name and abbreviation; may be empty.
    pub name: Str,
    /// Seconds east of UTC.
    pub offset: i64,
}

/// What a zone says about one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InForce<'a> {
    /// `CET`
    pub abbreviation: &'a [u8],
    /// Seconds east of UTC.
    pub offset: i64,
    /// Unix time from which this holds.
    pub start: i64,
    /// Unix time until which this holds, exclusive.
    pub end: i64,
    /// Whether this is daylight saving time.
    pub dst: bool,
}

const UTC: InForce<'static> =
    InForce { abbreviation: b"UTC", offset: 0, start: i64::MIN, end: i64::MAX, dst: false };

impl Zone {
    /// `time.FixedZone`.
    pub fn fixed(name: impl Into<Str>, offset: i64) -> Zone {
        Zone::Fixed(Rc::new(FixedZone { name: name.into(), offset }))
    }

    /// `time.Local`, the host's own zone.
    pub fn local(host: &dyn Host) -> Zone {
        Zone::Local(host.time_zone("Local").and_then(|file| Table::parse("Local", &file)).map(Rc::new))
    }

    /// `time.LoadLocation`; `None` where Go gives an error.
    pub fn load(host: &dyn Host, name: &[u8]) -> Option<Zone> {
        match name {
            b"" | b"UTC" => return Some(Zone::Utc),
            b"Local" => return Some(Zone::local(host)),
            [b'/' | b'\\', ..] => return None,
            _ => {}
        }
        let name =
            std::str::from_utf8(name).ok().filter(|name| !name.contains("..") && !name.contains('\0'))?;
        let table = Table::parse(name, &host.time_zone(name)?)?;
        Some(Zone::Named(Rc::new(table)))
    }

    /// `Location.String`.
    pub fn name(&self) -> &[u8] {
        match self {
            Zone::Utc | Zone::Local(None) => b"UTC",
            Zone::Local(Some(table)) | Zone::Named(table) => table.name.as_bytes(),
            Zone::Fixed(fixed) => &fixed.name,
        }
    }

    /// What holds at a Unix time.
    pub fn at(&self, unix: i64) -> InForce<'_> {
        match self {
            Zone::Utc | Zone::Local(None) => UTC,
            Zone::Local(Some(table)) | Zone::Named(table) => table.at(unix),
            Zone::Fixed(fixed) => InForce { abbreviation: &fixed.name, offset: fixed.offset, ..UTC },
        }
    }

    /// The offset an abbreviation (`EST`) stands for in this zone, preferring one that was in force at `unix`, a
    /// clock reading taken as if it were UTC.
    pub(super) fn offset_of(&self, abbreviation: &[u8], unix: i64) -> Option<i64> {
        let table = match self {
            Zone::Utc | Zone::Local(None) => return None,
            Zone::Fixed(fixed) => return (fixed.name.as_bytes() == abbreviation).then_some(fixed.offset),
            Zone::Local(Some(table)) | Zone::Named(table) => table,
        };
        let candidates = || table.kinds.iter().filter(|kind| kind.abbreviation.as_bytes() == abbreviation);
        candidates()
            .map(|kind| table.at(unix.wrapping_sub(kind.offset)))
            .find(|found| found.abbreviation == abbreviation)
            .map(|found| found.offset)
            .or_else(|| candidates().next().map(|kind| kind.offset))
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        match (self, other) {
            (Zone::Utc, Zone::Utc) | (Zone::Local(_), Zone::Local(_)) => true,
            (Zone::Named(a), Zone::Named(b)) => a == b,
            (Zone::Fixed(a), Zone::Fixed(b)) => a == b,
            _ => false,
        }
    }
}

/// One kind of local time: standard or daylight saving.
#[derive(Debug, PartialEq, Eq)]
struct LocalTime {
    abbreviation: Str,
    offset: i64,
    dst: bool,
}

/// A time zone file's content.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    name: String,
    kinds: Vec<LocalTime>,
    /// When (Unix time) which kind comes into force, in order.
    transitions: Vec<(i64, u8)>,
    /// What holds after the last transition.
    footer: Option<PosixRule>,
}

impl Table {
    /// Reads a file of format version 1, 2 or 3; `None` when malformed.
    fn parse(name: &str, file: &[u8]) -> Option<Table> {
        let mut file = Reader(file);
        let mut header = Header::read(&mut file)?;
        let wide = header.version > 1;
        if wide {
            // The first block repeats the data with 32 bits; the second one has 64.
            file.take(header.block_size(4)?)?;
            header = Header::read(&mut file)?;
        }
        let width = if wide { 8 } else { 4 };
        let times = file.take(header.transitions.checked_mul(width)?)?;
        let indices = file.take(header.transitions)?;
        let kinds = file.take(header.kinds.checked_mul(6)?)?;
        let names = file.take(header.names)?;
        file.take(header.leaps.checked_mul(width + 4)?)?;
        file.take(header.standard_flags)?;
        file.take(header.utc_flags)?;

        let kinds: Vec<LocalTime> = kinds
            .chunks_exact(6)
            .map(|kind| {
                let (offset, flags) = kind.split_first_chunk::<4>()?;
                let &[dst, start] = flags else { return None };
                let name = names.get(usize::from(start)..).filter(|name| !name.is_empty())?;
                let end = name.iter().position(|b| *b == 0).unwrap_or(name.len());
                Some(LocalTime {
                    abbreviation: name.get(..end)?.into(),
                    offset: i64::from(i32::from_be_bytes(*offset)),
                    dst: dst != 0,
                })
            })
            .collect::<Option<_>>()?;
        if kinds.is_empty() || indices.iter().any(|index| usize::from(*index) >= kinds.len()) {
            return None;
        }
        let times = times.chunks_exact(width).map(|time| match *time {
            [a, b, c, d] => i64::from(i32::from_be_bytes([a, b, c, d])),
            [a, b, c, d, e, f, g, h] => i64::from_be_bytes([a, b, c, d, e, f, g, h]),
            _ => 0,
        });
        let mut transitions: Vec<(i64, u8)> = times.zip(indices.iter().copied()).collect();
        if transitions.is_empty() {
            transitions.push((i64::MIN, 0));
        }
        let footer = match file.0 {
            [b'\n', rule @ .., b'\n'] if !rule.is_empty() => PosixRule::parse(rule),
            _ => None,
        };
        Some(Table { name: name.to_owned(), kinds, transitions, footer })
    }

    fn at(&self, unix: i64) -> InForce<'_> {
        let next = self.transitions.partition_point(|(when, _)| *when <= unix);
        let end = self.transitions.get(next).map_or(i64::MAX, |(when, _)| *when);
        let Some(&(start, index)) = next.checked_sub(1).and_then(|last| self.transitions.get(last)) else {
            return self.kind(self.first_kind(), i64::MIN, end);
        };
        match &self.footer {
            Some(rule) if next == self.transitions.len() => rule.at(unix, start),
            _ => self.kind(usize::from(index), start, end),
        }
    }

    fn kind(&self, index: usize, start: i64, end: i64) -> InForce<'_> {
        match self.kinds.get(index) {
            Some(kind) => {
                InForce { abbreviation: &kind.abbreviation, offset: kind.offset, start, end, dst: kind.dst }
            }
            None => UTC,
        }
    }

    /// The kind in force before the first transition: the first if no transition uses it, otherwise standard time
    /// (as in tzcode's localtime.c).
    fn first_kind(&self) -> usize {
        if self.transitions.iter().all(|(_, index)| *index != 0) {
            return 0;
        }
        let is_standard = |index: &usize| self.kinds.get(*index).is_some_and(|kind| !kind.dst);
        let first = self.transitions.first().map_or(0, |(_, index)| usize::from(*index));
        if !is_standard(&first)
            && let Some(before) = (0..first).rev().find(is_standard)
        {
            return before;
        }
        (0..self.kinds.len()).find(is_standard).unwrap_or(0)
    }
}

/// Counts at the head of a block of a time zone file.
struct Header {
    version: u8,
    utc_flags: usize,
    standard_flags: usize,
    leaps: usize,
    transitions: usize,
    kinds: usize,
    names: usize,
}

impl Header {
    fn read(file: &mut Reader<'_>) -> Option<Header> {
        if file.take(4)? != b"TZif" {
            return None;
        }
        let version = match file.take(16)?.first()? {
            0 => 1,
            b'2' => 2,
            b'3' => 3,
            _ => return None,
        };
        Some(Header {
            version,
            utc_flags: file.count()?,
            standard_flags: file.count()?,
            leaps: file.count()?,
            transitions: file.count()?,
            kinds: file.count()?,
            names: file.count()?,
        })
    }

    /// Bytes of the block whose times have `width` bytes.
    fn block_size(&self, width: usize) -> Option<usize> {
        [(self.transitions, width + 1), (self.kinds, 6), (self.leaps, width + 4)]
            .into_iter()
            .map(|(count, size)| count.checked_mul(size))
            .chain([Some(self.names), Some(self.standard_flags), Some(self.utc_flags)])
            .try_fold(0_usize, |sum, size| sum.checked_add(size?))
    }
}

/// Bytes not yet read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(head)
    }

    fn count(&mut self) -> Option<usize> {
        let bytes: [u8; 4] = self.take(4)?.try_into().ok()?;
        usize::try_from(u32::from_be_bytes(bytes)).ok()
    }
}

/// The year a Unix time falls in, in UTC, and the seconds of that year that have passed. For times before 1970 the
/// latter counts the seconds of the day backwards, as Go does.
pub(super) fn second_of_year(unix: i64) -> (i64, i64) {
    let seconds = (unix.wrapping_add(ZERO_TO_UNIX) as u64).wrapping_add(EPOCH_TO_ZERO);
    let date = date_of(seconds / DAY as u64);
    (date.year, (date.year_day - 1) * DAY + unix % DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of version 2 with one transition, from `AAA` to `BBB`.
    fn file() -> Vec<u8> {
        let head = |counts: [u32; 6]| {
            let mut head = b"TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
            head.extend(counts.into_iter().flat_map(u32::to_be_bytes));
            head
        };
        let mut file = head([0; 6]);
        file.extend(head([0, 0, 0, 1, 2, 8]));
        file.extend(1_000_i64.to_be_bytes());
        file.push(1);
        for (offset, dst, name) in [(3_600_i32, 0, 0), (7_200, 1, 4)] {
            file.extend(offset.to_be_bytes());
            file.extend([dst, name]);
        }
        file.extend(b"AAA\0BBB\0");
        file.extend(b"\nCCC-3\n");
        file
    }

    #[test]
    fn reads_a_file() {
        let mut file = file();
        let table = Table::parse("x", &file).unwrap();
        let found = |table: &Table, unix| {
            let found = table.at(unix);
            (String::from_utf8_lossy(found.abbreviation).into_owned(), found.offset, found.start, found.end)
        };
        assert_eq!(found(&table, 999), ("AAA".to_owned(), 3_600, i64::MIN, 1_000));
        assert_eq!(found(&table, 1_000), ("CCC".to_owned(), 10_800, 1_000, i64::MAX));
        file.truncate(file.len() - 7);
        let table = Table::parse("x", &file).unwrap();
        assert_eq!(found(&table, 1_000), ("BBB".to_owned(), 7_200, 1_000, i64::MAX));
    }

    #[test]
    fn malformed_files_are_refused() {
        let file = file();
        for len in 0..file.len() - 7 {
            assert_eq!(Table::parse("x", &file[..len]), None, "{len}");
        }
        // No count, index or name may lead outside of the file.
        for place in 0..file.len() {
            for byte in [0, 1, 0x7f, 0xff] {
                let mut file = file.clone();
                file[place] = byte;
                if let Some(table) = Table::parse("x", &file) {
                    table.at(i64::MIN);
                    table.at(0);
                    table.at(i64::MAX);
                }
            }
        }
    }
}
