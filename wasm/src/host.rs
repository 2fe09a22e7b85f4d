//! The world as the embedder lends it: a clock and a random source. Nothing else exists in a sandbox.

use hookwright_core::host::{Host, Moment};

/// What the embedder lends.
#[derive(Debug)]
pub struct Lent {
    /// Milliseconds since the Unix epoch.
    pub clock: fn() -> f64,
    /// Fills a buffer with random bytes; false when there is no random source.
    pub random: fn(&mut [u8]) -> bool,
}

impl Host for Lent {
    fn now(&self) -> Moment {
        let milliseconds = (self.clock)();
        let seconds = (milliseconds / 1000.0).floor();
        Moment { seconds: seconds as i64, nanos: ((milliseconds - seconds * 1000.0) * 1e6) as u32 }
    }

    /// Without a random source the buffer stays as it is: keys made of zeros would be a lie, so the module ends.
    fn random(&self, buffer: &mut [u8]) {
        if !(self.random)(buffer) {
            std::process::abort();
        }
    }
}
