//! What matches: automata with the feature `fast-regex`, else a small machine of our own. Both have one face and
//! give the same answers; they differ in speed on long texts and in weight.
//!
//! An engine searches valid UTF-8 only; [`super::text`] makes it so.

#[cfg(feature = "fast-regex")]
mod automata;
#[cfg(feature = "fast-regex")]
mod hir;
// The tests compare it with the automata.
#[cfg(any(test, not(feature = "fast-regex")))]
mod small;

#[cfg(feature = "fast-regex")]
pub(super) use automata::Engine;
#[cfg(not(feature = "fast-regex"))]
pub(super) use small::Engine;

#[cfg(all(test, feature = "fast-regex"))]
mod tests {
    use super::{automata, small};
    use crate::go::regexp::parse::parse;

    /// Expressions and texts put together at random from these: whatever compiles is searched by both.
    const PIECES: [&str; 40] = [
        "a", "b", "c", "k", "é", "σ", "\u{212a}", ".", "\\.", "-", "\\n", "[a-c]", "[^b]", "[^a-zé]", "\\d",
        "\\w", "\\W", "\\pL", "\\b", "\\B", "^", "$", "(?m:^)", "(?m:$)", "(", "(", ")", ")", "(?:", "(?i)",
        "(?s:.)", "|", "|", "*", "+", "?", "*?", "??", "{2}", "{0,2}",
    ];
    const LETTERS: [&str; 12] = ["a", "a", "b", "b", "c", "K", "é", "Σ", "\n", "-", ".", "1"];

    #[test]
    fn both_engines_agree() {
        let mut state = 1_u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        let mut compared = 0;
        while compared < 4000 {
            let pattern: String = (0..=random(9)).map(|_| PIECES[random(PIECES.len())]).collect();
            let Ok(parsed) = parse(pattern.as_bytes()) else { continue };
            let groups = parsed.names.len();
            let fast = automata::Engine::compile(&parsed.tree, groups).unwrap();
            let small = small::Engine::compile(&parsed.tree, groups).unwrap();
            assert!(small.memory() < 100_000, "{pattern}");
            for _ in 0..4 {
                let text: String = (0..random(12)).map(|_| LETTERS[random(LETTERS.len())]).collect();
                let (mut one, mut other) = (fast.search(text.as_bytes()), small.search(text.as_bytes()));
                assert_eq!(one.is_match(), other.is_match(), "{pattern} {text:?}");
                for (from, _) in text.char_indices() {
                    let expected = one.captures(from);
                    assert_eq!(other.captures(from), expected, "{pattern} {text:?} {from}");
                    assert_eq!(
                        other.find(from),
                        expected.and_then(|groups| groups[0].clone()),
                        "{pattern} {text:?} {from}"
                    );
                }
                compared += 1;
            }
        }
    }
}
