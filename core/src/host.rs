//! The world, as far as a template may ask for it: one trait, so that a render is a function of its inputs.

use crate::value::Value;

/// A moment: seconds since 1970-01-01T00:00:00Z, and nanoseconds within the second (0..1e9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// Seconds since the Unix epoch, may be negative.
    pub seconds: i64,
    /// Nanoseconds within the second, 0..1_000_000_000.
    pub nanos: u32,
}

/// Everything a render may ask of the world around it.
///
/// The methods take `&self`; a host that must count or consume uses interior mutability.
pub trait Host {
    /// The present moment (`now`, `date` of a non-time, certificate dates).
    fn now(&self) -> Moment;

    /// Fills `buffer` with random bytes (`randAlphaNum`, `uuidv4`, `genCA`, …).
    fn random(&self, buffer: &mut [u8]);

    /// The time zone database's file (TZif format) for `name`, as found below `/usr/share/zoneinfo`.
    /// `None` when unknown: Go then falls back to UTC. `"Local"` asks for the zone of `date` and friends.
    fn time_zone(&self, name: &str) -> Option<Vec<u8>> {
        let _ = name;
        None
    }

    /// An environment variable. Asked only by `--name-template`, whose function set has `env` (R144).
    fn environment(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }

    /// The address of a host name (`getHostByName`); asked only when DNS is enabled (R69).
    fn resolve(&self, name: &str) -> Option<String> {
        let _ = name;
        None
    }

    /// What `lookup apiVersion kind namespace name` finds. `None`: nothing, as in Helm's offline rendering (R69).
    /// An empty `name` asks for a list object.
    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Option<Value> {
        let _ = (api_version, kind, namespace, name);
        None
    }
}

/// A host without a world: fixed instant, seeded stream of bytes, empty cluster, no names, UTC.
///
/// The same seed gives the same render, on every machine and in a browser.
///
/// ```
/// use hookwright_core::host::{Host, SealedHost};
/// let (mut a, mut b) = ([0; 16], [0; 16]);
/// SealedHost::new(7).random(&mut a);
/// SealedHost::new(7).random(&mut b);
/// assert_eq!(a, b);
/// ```
#[derive(Debug)]
pub struct SealedHost {
    now: Moment,
    state: std::cell::Cell<u64>,
}

impl SealedHost {
    /// The instant a sealed host believes in: 2026-01-01T00:00:00Z.
    pub const NOW: Moment = Moment { seconds: 1_767_225_600, nanos: 0 };

    /// A sealed host whose random stream starts at `seed`.
    pub fn new(seed: u64) -> Self {
        SealedHost { now: Self::NOW, state: std::cell::Cell::new(seed) }
    }

    /// The same host, believing in another instant.
    pub fn at(mut self, now: Moment) -> Self {
        self.now = now;
        self
    }
}

impl Default for SealedHost {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Host for SealedHost {
    fn now(&self) -> Moment {
        self.now
    }

    /// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014): reproducible, not secret.
    fn random(&self, buffer: &mut [u8]) {
        for chunk in buffer.chunks_mut(8) {
            let state = self.state.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
            self.state.set(state);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let bytes = (z ^ (z >> 31)).to_le_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}
