//! What happened, or would: one type, whether foretold, searched for or seen.
//!
//! [`vector`] writes it in the notation of the lifecycle rules, which is what recorded truth is compared in.

mod event;
pub mod vector;

pub use event::{ClientEnd, Event, ObjectName, RecordLeft, Sign, StepTrace, Timeline, What};
