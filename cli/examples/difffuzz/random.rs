//! A seeded stream of choices: the same seed gives the same cases.

/// SplitMix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0..n
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    /// True `percent` times out of a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// `low..=high` pieces, joined.
    pub fn joined(
        &mut self,
        low: usize,
        high: usize,
        with: &str,
        mut piece: impl FnMut(&mut Random) -> String,
    ) -> String {
        let count = low + self.below(high - low + 1);
        let pieces: Vec<String> = (0..count).map(|_| piece(self)).collect();
        pieces.join(with)
    }

    /// A text with a few of its characters removed, doubled, swapped or replaced: mostly a syntax error.
    pub fn mutated(&mut self, text: &str, alphabet: &[&str]) -> String {
        let mut chars: Vec<String> = text.chars().map(String::from).collect();
        for _ in 0..=self.below(2) {
            if chars.is_empty() {
                break;
            }
            let at = self.below(chars.len());
            match self.below(5) {
                0 => {
                    chars.remove(at);
                }
                1 => chars.insert(at, chars[at].clone()),
                2 => {
                    let other = self.below(chars.len());
                    chars.swap(at, other);
                }
                3 => chars[at] = self.pick(alphabet).to_owned(),
                _ => chars.insert(at, self.pick(alphabet).to_owned()),
            }
        }
        chars.concat()
    }
}
