//! Go's unicode package: classes and case mappings of single runes.
//!
//! Helm 4.3 is built with Go 1.27, whose tables are Unicode 17; the older versions have Unicode 15. The plain functions
//! follow Unicode 17; the few callers to whom a newer rune could matter use the `_in` variants. Rust's own tables serve
//! where they agree (checked for every rune by the tests below): they are cut to what Unicode 17 assigns, so that a
//! newer Rust changes nothing, and corrected where Rust maps one rune to several.

mod tables;

use crate::dialect::HelmVersion;

/// Whether `c` lies in the class given by its edges.
fn within(c: char, low: &[u16], high: &[u32]) -> bool {
    let code = c as u32;
    let edges_before = match u16::try_from(code) {
        Ok(code) => low.partition_point(|edge| *edge <= code),
        Err(_) => high.partition_point(|edge| *edge <= code),
    };
    edges_before % 2 == 1
}

/// Whether the tables of `version`'s Go know the rune: Helm before 4.3 lacks what Unicode 16 and 17 added.
pub fn is_known(c: char, version: HelmVersion) -> bool {
    version >= HelmVersion::V4_3 || c < '\u{88f}' || !within(c, &tables::NEW_BMP, &tables::NEW_HIGH)
}

/// `unicode.IsSpace`: White_Space.
pub fn is_space(c: char) -> bool {
    match c {
        '\t'..='\r' | ' ' | '\u{85}' | '\u{a0}' => true,
        _ => matches!(
            c,
            '\u{1680}' | '\u{2000}'
                ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
        ),
    }
}

/// Go's `bytes.TrimSpace`: without white space at both ends.
pub fn trim_space(mut text: &[u8]) -> &[u8] {
    while let (c, len @ 1..) = super::utf8::decode(text)
        && is_space(c)
    {
        text = text.get(len..).unwrap_or_default();
    }
    while let (c, len @ 1..) = super::utf8::decode_last(text)
        && is_space(c)
    {
        text = text.get(..text.len() - len).unwrap_or_default();
    }
    text
}

/// `unicode.IsLetter`: category L.
pub fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    within(c, &tables::LETTER_BMP, &tables::LETTER_HIGH)
}

/// The first digits of the runs of category Nd; all have ten but the three given in [`is_digit`].
const DIGIT_ZEROS: [u32; 71] = [
    0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
    0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40,
    0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40,
    0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x11730,
    0x118e0, 0x11950, 0x11bf0, 0x11c50, 0x11d50, 0x11da0, 0x11de0, 0x11f50, 0x16130, 0x16a60, 0x16ac0,
    0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950,
];

/// `unicode.IsDigit`: category Nd.
pub fn is_digit(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_digit();
    }
    let code = c as u32;
    let runs_before = DIGIT_ZEROS.partition_point(|zero| *zero <= code);
    let Some(zero) = runs_before.checked_sub(1).and_then(|run| DIGIT_ZEROS.get(run)) else { return false };
    let len = match zero {
        0x116d0 => 20,
        0x1d7ce => 50,
        _ => 10,
    };
    // The newest run lies far from the others.
    code - zero < len || (0x1fbf0..0x1fbfa).contains(&code)
}

/// `unicode.IsNumber`: category N.
pub fn is_number(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { c.is_numeric() && is_print(c) }
}

/// `unicode.IsUpper`: category Lu, which is Rust's Uppercase without letter-like numbers and symbols.
pub fn is_upper(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_uppercase();
    }
    c.is_uppercase()
        && is_print(c)
        && !matches!(
            c,
            '\u{2160}'..='\u{216f}'
                | '\u{24b6}'..='\u{24cf}'
                | '\u{1f130}'..='\u{1f149}'
                | '\u{1f150}'..='\u{1f169}'
                | '\u{1f170}'..='\u{1f189}'
        )
}

/// `unicode.IsLower`: category Ll, which is Rust's Lowercase without modifiers, ordinals, numbers and symbols.
pub fn is_lower(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_lowercase();
    }
    c.is_lowercase()
        && is_print(c)
        && !matches!(
            c,
            'ª' | 'º'
                | '\u{2b0}'..='\u{2b8}'
                | '\u{2c0}'..='\u{2c1}'
                | '\u{2e0}'..='\u{2e4}'
                | '\u{345}'
                | '\u{37a}'
                | '\u{10fc}'
                | '\u{1d2c}'..='\u{1d6a}'
                | '\u{1d78}'
                | '\u{1d9b}'..='\u{1dbf}'
                | '\u{2071}'
                | '\u{207f}'
                | '\u{2090}'..='\u{209c}'
                | '\u{2170}'..='\u{217f}'
                | '\u{24d0}'..='\u{24e9}'
                | '\u{2c7c}'..='\u{2c7d}'
                | '\u{a69c}'..='\u{a69d}'
                | '\u{a770}'
                | '\u{a7f1}'..='\u{a7f4}'
                | '\u{a7f8}'..='\u{a7f9}'
                | '\u{ab5c}'..='\u{ab5f}'
                | '\u{ab69}'
                | '\u{10780}'..='\u{107ba}'
                | '\u{1e030}'..='\u{1e06d}'
        )
}

/// `unicode.IsTitle`: category Lt.
pub fn is_title(c: char) -> bool {
    matches!(
        c,
        '\u{1c5}' | '\u{1c8}' | '\u{1cb}' | '\u{1f2}' | '\u{1f88}'..='\u{1f8f}' | '\u{1f98}'..='\u{1f9f}'
            | '\u{1fa8}'..='\u{1faf}' | '\u{1fbc}' | '\u{1fcc}' | '\u{1ffc}'
    )
}

/// `unicode.IsPunct`: category P.
pub fn is_punct(c: char) -> bool {
    within(c, &tables::PUNCT_BMP, &tables::PUNCT_HIGH)
}

/// `unicode.IsPrint` and `strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space.
pub fn is_print(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    within(c, &tables::PRINT_BMP, &tables::PRINT_HIGH)
}

/// [`is_print`] with the tables of `version`'s Go: decides what `%q` escapes.
pub fn is_print_in(c: char, version: HelmVersion) -> bool {
    is_print(c) && is_known(c, version)
}

/// `unicode.IsGraphic`: [`is_print`] and all spaces of category Zs.
pub fn is_graphic(c: char) -> bool {
    is_print(c)
        || matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// `unicode.ToUpper`: the simple mapping, one rune to one.
pub fn to_upper(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    // Rust's full mapping of these spells the iota out; their simple mapping is the title-case letter.
    match c {
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => shift(c, 8),
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => shift(c, 9),
        _ => single(c, c.to_uppercase()),
    }
}

/// `unicode.ToLower`: the simple mapping, one rune to one.
pub fn to_lower(c: char) -> char {
    match c {
        _ if c.is_ascii() => c.to_ascii_lowercase(),
        'İ' => 'i',
        _ => single(c, c.to_lowercase()),
    }
}

/// `unicode.ToTitle`: the upper case except for digraphs, which have a title case of their own, and Georgian letters.
pub fn to_title(c: char) -> char {
    match c {
        'Ǆ'..='ǆ' => 'ǅ',
        'Ǉ'..='ǉ' => 'ǈ',
        'Ǌ'..='ǌ' => 'ǋ',
        'Ǳ'..='ǳ' => 'ǲ',
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => c,
        _ => to_upper(c),
    }
}

/// [`to_upper`] with the tables of `version`'s Go.
pub fn to_upper_in(c: char, version: HelmVersion) -> char {
    Some(to_upper(c)).filter(|upper| is_known(*upper, version) && is_known(c, version)).unwrap_or(c)
}

/// [`to_lower`] with the tables of `version`'s Go.
pub fn to_lower_in(c: char, version: HelmVersion) -> char {
    Some(to_lower(c)).filter(|lower| is_known(*lower, version) && is_known(c, version)).unwrap_or(c)
}

/// The mapping when it is one assigned rune, otherwise the rune itself.
fn single(c: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) if is_print(one) => one,
        _ => c,
    }
}

fn shift(c: char, by: u32) -> char {
    char::from_u32(c as u32 + by).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FNV-1a (64 bit) over the big-endian 24-bit codes of `runes`, as recorded from the helm binaries.
    fn digest(runes: impl Iterator<Item = char>) -> u64 {
        runes
            .flat_map(|c| [(c as u32 >> 16) as u8, (c as u32 >> 8) as u8, c as u32 as u8])
            .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
    }

    fn class(is: impl Fn(char) -> bool) -> u64 {
        digest(('\0'..=char::MAX).filter(|c| is(*c)))
    }

    fn mapping(map: impl Fn(char) -> char) -> u64 {
        digest(('\0'..=char::MAX).filter(|c| map(*c) != *c).flat_map(|c| [c, map(c)]))
    }

    #[test]
    fn every_rune_as_in_helm_4_3() {
        assert_eq!(class(is_letter), 0xec9d_e085_074f_f15b);
        assert_eq!(class(is_upper), 0x4d42_9ca4_6707_4f10);
        assert_eq!(class(is_lower), 0x640c_c86e_47b4_0182);
        assert_eq!(class(is_title), 0x4543_c595_4a30_2fca);
        assert_eq!(class(is_digit), 0xa25f_c035_09a4_93c0);
        assert_eq!(class(is_number), 0x7664_2022_9e9a_9c81);
        assert_eq!(class(is_punct), 0x697b_1b21_8de2_9d9b);
        assert_eq!(class(is_print), 0xb094_3f29_b6f8_a92e);
        assert_eq!(class(is_space), 0x74f8_c1fe_1f1a_715f);
        assert_eq!(mapping(to_upper), 0x88db_6329_3001_daf3);
        assert_eq!(mapping(to_lower), 0x479c_a6f0_5127_4164);
    }

    #[test]
    fn every_rune_as_in_older_helms() {
        let v = HelmVersion::V4_2;
        assert_eq!(class(|c| is_print_in(c, v)), 0x2dfc_4533_2cea_81ea);
        assert_eq!(class(|c| is_graphic(c) && is_known(c, v)), 0x35b3_ec3c_3242_3e41);
        assert_eq!(class(|c| is_letter(c) && is_known(c, v)), 0xc401_7590_6b0c_a6f9);
        assert_eq!(class(|c| is_upper(c) && is_known(c, v)), 0xc3b7_8819_00ef_5b2f);
        assert_eq!(mapping(|c| to_upper_in(c, v)), 0x5713_dda0_0f78_2dc9);
        assert_eq!(mapping(|c| to_lower_in(c, v)), 0xa277_05f6_10f8_8156);
        // Title case differs from upper case only where both editions agree.
        let old = |c: char| if to_title(c) == to_upper(c) { to_upper_in(c, v) } else { to_title(c) };
        assert_eq!(mapping(old), 0xc22f_0575_5ad0_7abf);
    }
}
