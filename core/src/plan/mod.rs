//! What an operation would do with a chart: rendered, simulated, and told with the chart's own lines.
//!
//! [`hooks`] lists a rendered chart's hooks in the order they run, with what each needs; [`plan`] follows one operation,
//! and then the next one, to say what the first left in its way.

mod charts;
pub mod hooks;
pub mod json;
mod needs;
mod operation;
pub mod text;

pub use charts::{Charts, Source};
pub use needs::{Need, Provider};
pub use operation::{Expected, Next, Operation, Outcome, Plan, Problem, Request, plan};
