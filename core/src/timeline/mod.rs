//! What happened, or would: one type, whether foretold, searched for or seen.
//!
//! [`vector`] writes it in the notation of the lifecycle rules, which is what recorded truth is compared in.
//! [`render`] draws it for people and programs.

mod event;
pub mod render;
pub mod vector;

pub use event::{ClientEnd, Event, ObjectName, PodSpan, RecordLeft, Sign, StepTrace, Timeline, What};
