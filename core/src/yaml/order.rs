//! The order of map keys in YAML output (R125): go-yaml's natural order (yaml2/sorter.go, yaml3/sorter.go).

use super::resolve::Flavor;
use crate::go::unicode::{self, is_letter};
use crate::go::utf8;
use std::cmp::Ordering;

/// Compares two keys. Not a total order: `item10` < `item1a` < `item2` < `item10`.
pub(super) fn compare(a: &[u8], b: &[u8], flavor: Flavor) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        return compare_runes(a, b, |byte| byte as char, flavor);
    }
    let runes = |bytes: &[u8]| -> Vec<char> { utf8::runes(bytes).map(|(_, rune, _)| rune).collect() };
    compare_runes(&runes(a), &runes(b), |c| c, flavor)
}

fn compare_runes<T: Copy + PartialEq>(
    a: &[T],
    b: &[T],
    rune: impl Fn(T) -> char,
    flavor: Flavor,
) -> Ordering {
    let common = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (Some(&x), Some(&y)) = (a.get(common), b.get(common)) else { return a.len().cmp(&b.len()) };
    let (x, y) = (rune(x), rune(y));
    let before = || a.iter().take(common).rev().map(|r| rune(*r)).take_while(|c| is_digit(*c));
    match (is_letter(x), is_letter(y)) {
        (true, true) => return x.cmp(&y),
        (false, false) => {}
        (x_letter, _) => {
            // The key without the letter comes first; to yaml v3, behind a digit, the one with it.
            let letter_first = flavor == Flavor::V3 && before().next().is_some();
            return if x_letter == letter_first { Ordering::Less } else { Ordering::Greater };
        }
    }
    // A zero behind a number that began with another digit is not a leading zero.
    let start = i64::from((x == '0' || y == '0') && before().any(|c| c != '0'));
    let number = |key: &[T]| {
        let mut value = start;
        let digits = key.iter().skip(common).map(|r| rune(*r)).take_while(|c| is_digit(*c));
        let count = digits.inspect(|c| value = digit_value(value, *c)).count();
        (value, count)
    };
    let (an, ai) = number(a);
    let (bn, bi) = number(b);
    an.cmp(&bn).then(ai.cmp(&bi)).then(x.cmp(&y))
}

fn digit_value(value: i64, digit: char) -> i64 {
    value.wrapping_mul(10).wrapping_add(i64::from(digit as u32) - i64::from(b'0'))
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || (!c.is_ascii() && unicode::is_digit(c))
}

/// Sorts by [`compare`]: a merge sort, because the standard library's may panic on an order that is not total.
pub(super) fn sort<T>(entries: Vec<T>, key: impl Fn(&T) -> &[u8], flavor: Flavor) -> Vec<T> {
    let sorted =
        entries.windows(2).all(|pair| matches!(pair, [a, b] if compare(key(a), key(b), flavor).is_le()));
    if sorted {
        return entries;
    }
    let mut runs: Vec<Vec<T>> = entries.into_iter().map(|entry| vec![entry]).collect();
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
        let mut pairs = runs.into_iter();
        while let Some(left) = pairs.next() {
            match pairs.next() {
                Some(right) => merged.push(merge(left, right, &key, flavor)),
                None => merged.push(left),
            }
        }
        runs = merged;
    }
    runs.pop().unwrap_or_default()
}

fn merge<T>(left: Vec<T>, right: Vec<T>, key: &impl Fn(&T) -> &[u8], flavor: Flavor) -> Vec<T> {
    let mut out = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    loop {
        let take_left = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) => compare(key(a), key(b), flavor).is_le(),
            (Some(_), None) => true,
            (None, Some(_)) => false,
            (None, None) => return out,
        };
        out.extend(if take_left { left.next() } else { right.next() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(keys: &str, flavor: Flavor) -> String {
        let keys: Vec<&str> = keys.split(' ').rev().collect();
        sort(keys, |key| key.as_bytes(), flavor).join(" ")
    }

    #[test]
    fn natural_order() {
        for keys in [
            "- . _ 1 2 10 A B a1 a2 a10 b",
            "item item1 item01 item001 item2 item10",
            "a-b a.b a/b a_b a1b aB ab",
            "a z é 日",
            "a100 a0100 a101",
        ] {
            assert_eq!(sorted(keys, Flavor::V2), keys);
        }
    }

    #[test]
    fn letters_behind_digits() {
        assert_eq!(compare(b"item1a", b"item01", Flavor::V3), Ordering::Less);
        assert_eq!(compare(b"item1a", b"item10", Flavor::V3), Ordering::Less);
        assert_eq!(compare(b"item1a", b"item10", Flavor::V2), Ordering::Greater);
        assert_eq!(compare(b"a_b", b"ab", Flavor::V3), Ordering::Less);
    }

    #[test]
    fn circular_sets_are_sorted_somehow() {
        let keys: Vec<String> = (0..300).map(|i| format!("item{}", ["10", "1a", "2"][i % 3])).collect();
        assert_eq!(sort(keys, |key| key.as_bytes(), Flavor::V2).len(), 300);
    }
}
