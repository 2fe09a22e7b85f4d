//! Which plain scalars are timestamps (yaml2/resolve.go:parseTimestamp, and Go's time.Parse for its four layouts).

/// Whether go-yaml takes `text` for a timestamp. The value never matters: it stays text when decoded without a type.
pub(super) fn is_timestamp(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits != 4 || text.get(4) != Some(&b'-') {
        return false;
    }
    let mut cursor = Cursor(text);
    let Some(()) = date(&mut cursor) else { return false };
    let rest = cursor.0;
    rest.is_empty()
        || zoned(Cursor(rest), b'T').is_some()
        || zoned(Cursor(rest), b't').is_some()
        || spaced(Cursor(rest)).is_some()
}

struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn take(&mut self, byte: u8) -> Option<()> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(())
    }

    /// One or two digits, as Go's `getnum` takes them.
    fn number(&mut self) -> Option<u32> {
        let (tens, rest) = self.0.split_first().filter(|(b, _)| b.is_ascii_digit())?;
        self.0 = rest;
        let mut value = u32::from(tens - b'0');
        if let Some((ones, rest)) = rest.split_first().filter(|(b, _)| b.is_ascii_digit()) {
            self.0 = rest;
            value = value * 10 + u32::from(ones - b'0');
        }
        Some(value)
    }
}

/// `2006-1-2`
fn date(at: &mut Cursor<'_>) -> Option<()> {
    let (year, rest) = at.0.split_at_checked(4)?;
    let year = year.iter().fold(0, |n, b| n * 10 + u32::from(b - b'0'));
    at.0 = rest;
    at.take(b'-')?;
    let month = at.number()?;
    at.take(b'-')?;
    let day = at.number()?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    (1..=days).contains(&day).then_some(())
}

/// `15:4:5.999999999`: the fraction may be missing, may have any length, and may follow a comma.
fn clock(at: &mut Cursor<'_>) -> Option<()> {
    let hour = at.number()?;
    at.take(b':')?;
    let minute = at.number()?;
    at.take(b':')?;
    let second = at.number()?;
    if let [b'.' | b',', b'0'..=b'9', ..] = at.0 {
        let digits = at.0.iter().skip(1).take_while(|b| b.is_ascii_digit()).count();
        at.0 = at.0.get(1 + digits..).unwrap_or(&[]);
    }
    (hour < 24 && minute < 60 && second < 60).then_some(())
}

/// `T15:4:5.999999999Z07:00`
fn zoned(mut at: Cursor<'_>, letter: u8) -> Option<()> {
    at.take(letter)?;
    clock(&mut at)?;
    match at.0 {
        [b'Z'] => Some(()),
        [b'+' | b'-', h1, h0, b':', m1, m0] => {
            let digits = [h1, h0, m1, m0].iter().all(|b| b.is_ascii_digit());
            let pair =
                |a: &u8, b: &u8| u32::from(a.wrapping_sub(b'0')) * 10 + u32::from(b.wrapping_sub(b'0'));
            // Go's own bounds: some people write offsets of 24 hours or 60 minutes.
            (digits && pair(h1, h0) <= 24 && pair(m1, m0) <= 60).then_some(())
        }
        _ => None,
    }
}

/// ` 15:4:5.999999999`, after any number of spaces.
fn spaced(mut at: Cursor<'_>) -> Option<()> {
    at.take(b' ')?;
    while at.take(b' ').is_some() {}
    clock(&mut at)?;
    at.0.is_empty().then_some(())
}

#[cfg(test)]
mod tests {
    use super::is_timestamp;

    #[test]
    fn layouts() {
        for text in [
            "2020-01-01",
            "2020-1-1",
            "2020-02-29",
            "2020-01-01T00:00:00Z",
            "2001-12-14t21:59:43.10-05:00",
            "2001-12-14T21:59:43,123456789123+24:60",
            "2001-12-14   1:2:3.4",
        ] {
            assert!(is_timestamp(text.as_bytes()), "{text}");
        }
        for text in [
            "2020-13-01",
            "2021-02-29",
            "20-01-01",
            "2020-00-01",
            "2020-01-00",
            "2020-01-01 ",
            "2001-12-14 21:59:43.10 -5",
            "2001-12-14T24:00:00Z",
            "2001-12-14T21:59:43",
            "2001-12-14T21:59:43.Z",
            "02020-1-1",
        ] {
            assert!(!is_timestamp(text.as_bytes()), "{text}");
        }
    }
}
