//! The checksum of gzip: flate2's where its tables and instructions pay, a table made when needed in a wasm module,
//! of which flate2's would be a twentieth.

#[cfg(not(target_family = "wasm"))]
pub(super) use flate2::Crc;
#[cfg(target_family = "wasm")]
pub(super) use small::Crc;

#[cfg(any(test, target_family = "wasm"))]
mod small {
    /// CRC-32, and how many bytes it is of.
    pub struct Crc {
        /// For every byte what it adds to the sum, then the same for bytes one to three places further ahead.
        table: Box<[[u32; 256]; 4]>,
        state: u32,
        amount: u32,
    }

    impl Crc {
        pub fn new() -> Crc {
            let mut table = Box::new([[0; 256]; 4]);
            let mut before = [0; 256];
            for (byte, entry) in (0..).zip(&mut before) {
                *entry =
                    (0..8).fold(byte, |sum: u32, _| sum >> 1 ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 });
            }
            let first = before;
            for row in table.iter_mut() {
                *row = before;
                before = before.map(|sum| sum >> 8 ^ at(&first, sum));
            }
            Crc { table, state: u32::MAX, amount: 0 }
        }

        pub fn update(&mut self, bytes: &[u8]) {
            let [one, two, three, four] = &*self.table;
            let (words, rest) = bytes.as_chunks::<4>();
            for word in words {
                let sum = self.state ^ u32::from_le_bytes(*word);
                self.state = at(four, sum) ^ at(three, sum >> 8) ^ at(two, sum >> 16) ^ at(one, sum >> 24);
            }
            for byte in rest {
                self.state = self.state >> 8 ^ at(one, self.state ^ u32::from(*byte));
            }
            self.amount = self.amount.wrapping_add(bytes.len() as u32);
        }

        pub fn sum(&self) -> u32 {
            !self.state
        }

        pub fn amount(&self) -> u32 {
            self.amount
        }

        pub fn reset(&mut self) {
            (self.state, self.amount) = (u32::MAX, 0);
        }
    }

    /// The entry of the sum's lowest byte.
    fn at(table: &[u32; 256], sum: u32) -> u32 {
        table.get(usize::from(sum as u8)).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_sums_are_equal() {
        let bytes: Vec<u8> = (0..1000_u32).map(|n| ((n * n) >> 3) as u8).collect();
        let (mut small, mut fast) = (super::small::Crc::new(), flate2::Crc::new());
        for _ in 0..2 {
            for piece in bytes.chunks(37) {
                small.update(piece);
                fast.update(piece);
                assert_eq!((small.sum(), small.amount()), (fast.sum(), fast.amount()));
            }
            small.reset();
            fast.reset();
            assert_eq!(small.sum(), 0);
        }
        small.update(b"123456789");
        assert_eq!(small.sum(), 0xcbf4_3926);
    }
}
