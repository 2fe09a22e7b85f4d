//! Chance, as far as functions need it: bytes from the host, shaped without bias.

use crate::host::Host;
use crate::value::Caller;

/// How often a draw is repeated before bias is preferred to waiting: an honest host needs a handful of tries, a host
/// whose "random" bytes never change must not hang a render.
const PATIENCE: usize = 128;

/// A source of random bytes that knows nothing but its host.
#[derive(Clone, Copy)]
pub struct Entropy<'a>(&'a dyn Host);

impl<'a> Entropy<'a> {
    /// The randomness of this host.
    #[cfg(test)]
    pub fn new(host: &'a dyn Host) -> Entropy<'a> {
        Entropy(host)
    }

    /// The randomness of the host behind `caller`.
    pub fn of(caller: &'a dyn Caller) -> Entropy<'a> {
        Entropy(caller.host())
    }

    /// Fills `buffer` with random bytes.
    pub fn fill(&self, buffer: &mut [u8]) {
        self.0.random(buffer);
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// `len` random bytes.
    pub fn vec(&self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.fill(&mut bytes);
        bytes
    }

    /// `len` characters of `alphabet` (1 to 256 of them), each as likely as the other.
    pub fn text(&self, len: usize, alphabet: &[u8]) -> Vec<u8> {
        let size = alphabet.len().clamp(1, 256);
        // Bytes from here on would favour the alphabet's beginning.
        let fair = 256 - 256 % size;
        let mut out = Vec::with_capacity(len);
        let mut pool = [0; 256];
        let mut barren = 0;
        while out.len() < len {
            let before = out.len();
            let wanted = (len - before).next_multiple_of(16).min(pool.len());
            let Some(pool) = pool.get_mut(..wanted) else { break };
            self.fill(pool);
            let usable =
                pool.iter().map(|&byte| usize::from(byte)).filter(|&byte| byte < fair || barren > PATIENCE);
            out.extend(usable.filter_map(|byte| alphabet.get(byte % size)).take(len - before));
            barren = if out.len() == before { barren + 1 } else { 0 };
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{Moment, SealedHost};

    struct Stuck(u8);
    impl Host for Stuck {
        fn now(&self) -> Moment {
            SealedHost::NOW
        }
        fn random(&self, buffer: &mut [u8]) {
            buffer.fill(self.0);
        }
    }

    #[test]
    fn every_character_turns_up_about_equally_often() {
        let host = SealedHost::new(1);
        let text = Entropy(&host).text(62_000, super::super::super::random::LETTERS_AND_DIGITS);
        assert_eq!(text.len(), 62_000);
        let mut counts = [0; 256];
        text.iter().for_each(|&b| counts[usize::from(b)] += 1);
        let used: Vec<i32> = counts.into_iter().filter(|&n| n > 0).collect();
        assert_eq!(used.len(), 62);
        assert!(used.iter().all(|n| (850..1150).contains(n)), "{used:?}");
    }

    #[test]
    fn a_stuck_host_does_not_hang() {
        for byte in [0, 0x7f, 0xff] {
            assert_eq!(Entropy(&Stuck(byte)).text(300, b"0123456789").len(), 300);
        }
    }
}
