//! Unicode classes by name: `\p{Lu}`, `\p{Greek}`, `\p{Decimal_Number}` (regexp/syntax parse.go, unicode/tables.go).
//!
//! Names are compared as Go 1.27 does: without regard to case, spaces, hyphens and underscores. The ranges are those
//! of Unicode 15.0, the version of Go 1.21 to 1.26.

use super::class::{Class, MAX_RUNE};

/// One class a line: its name, then alternately how many runes are skipped and, after a comma, how many more than one
/// are taken, in base 36. First the categories of two letters, then the scripts. Written by a walk over Go's
/// `unicode.Categories` and `unicode.Scripts`.
const CLASSES: &str = include_str!("classes.txt");

/// Long names of categories, in canonical spelling.
#[rustfmt::skip]
const ALIASES: [(&str, &str); 41] = [
    ("Casedletter", "Lc"), ("Closepunctuation", "Pe"), ("Cntrl", "Cc"), ("Combiningmark", "M"),
    ("Connectorpunctuation", "Pc"), ("Control", "Cc"), ("Currencysymbol", "Sc"), ("Dashpunctuation", "Pd"),
    ("Decimalnumber", "Nd"), ("Digit", "Nd"), ("Enclosingmark", "Me"), ("Finalpunctuation", "Pf"),
    ("Format", "Cf"), ("Initialpunctuation", "Pi"), ("Letter", "L"), ("Letternumber", "Nl"),
    ("Lineseparator", "Zl"), ("Lowercaseletter", "Ll"), ("Mark", "M"), ("Mathsymbol", "Sm"),
    ("Modifierletter", "Lm"), ("Modifiersymbol", "Sk"), ("Nonspacingmark", "Mn"), ("Number", "N"),
    ("Openpunctuation", "Ps"), ("Other", "C"), ("Otherletter", "Lo"), ("Othernumber", "No"),
    ("Otherpunctuation", "Po"), ("Othersymbol", "So"), ("Paragraphseparator", "Zp"), ("Privateuse", "Co"),
    ("Punct", "P"), ("Punctuation", "P"), ("Separator", "Z"), ("Spaceseparator", "Zs"), ("Spacingmark", "Mc"),
    ("Surrogate", "Cs"), ("Symbol", "S"), ("Titlecaseletter", "Lt"), ("Uppercaseletter", "Lu"),
];

/// The class of that name.
pub(super) fn class(name: &str) -> Option<Class> {
    let name = canonical(name);
    let alias = ALIASES.iter().find(|(long, _)| *long == name);
    let name = alias.map_or(name.as_str(), |(_, short)| short);
    match name {
        "Any" => Some([(0, MAX_RUNE)].into_iter().collect()),
        "Ascii" => Some([(0, 0x7f)].into_iter().collect()),
        "Assigned" => Some(union(|_| true)),
        "Cn" | "Unassigned" => Some(union(|_| true).negate()),
        "C" => {
            // Everything but the other categories: that includes what is unassigned.
            Some(union(|short| !short.starts_with('C')).negate())
        }
        "Lc" => Some(union(|short| matches!(short, "Lu" | "Ll" | "Lt"))),
        "L" | "M" | "N" | "P" | "S" | "Z" => Some(union(|short| short.starts_with(name))),
        _ => {
            let line =
                CLASSES.lines().find(|line| line_name(line).is_some_and(|known| canonical(known) == name))?;
            Some(ranges(line).collect())
        }
    }
}

/// Go's canonical spelling: one leading capital, no separators.
pub(super) fn canonical(name: &str) -> String {
    let mut canonical = String::with_capacity(name.len());
    for c in name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')) {
        canonical.push(if canonical.is_empty() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() });
    }
    canonical
}

fn line_name(line: &str) -> Option<&str> {
    line.split(' ').next()
}

/// All categories of two letters that are wanted.
fn union(wanted: impl Fn(&str) -> bool) -> Class {
    let categories =
        CLASSES.lines().filter(|line| line_name(line).is_some_and(|n| n.len() == 2 && wanted(n)));
    categories.flat_map(ranges).collect::<Class>().clean()
}

fn ranges(line: &str) -> impl Iterator<Item = (u32, u32)> + '_ {
    let mut at = 0;
    line.split(' ').skip(1).filter_map(move |item| {
        let (gap, more) = item.split_once(',').unwrap_or((item, "0"));
        let low = at + u32::from_str_radix(gap, 36).ok()?;
        let high = low + u32::from_str_radix(more, 36).ok()?;
        at = high + 1;
        Some((low, high))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(name: &str, c: char) -> bool {
        let class = class(name).unwrap();
        class.ranges().iter().any(|(low, high)| (*low..=*high).contains(&u32::from(c)))
    }

    #[test]
    fn finds_classes_by_any_spelling() {
        for (name, c, expected) in [
            ("Greek", 'α', true),
            ("greek", 'a', false),
            ("Old_Italic", '\u{10300}', true),
            ("old italic", '\u{10300}', true),
            ("Lu", 'A', true),
            ("lu", 'a', false),
            ("L", 'ß', true),
            ("LC", 'ª', false),
            ("Letter", 'ª', true),
            ("Decimal_Number", '٣', true),
            ("Nd", 'x', false),
            ("C", '\u{10ffff}', true),
            ("Cn", '\u{378}', true),
            ("Assigned", '\u{378}', false),
            ("Any", '\u{378}', true),
        ] {
            assert_eq!(has(name, c), expected, "{name} {c}");
        }
        assert_eq!(class("Klingon"), None);
        assert_eq!(class(""), None);
    }
}
