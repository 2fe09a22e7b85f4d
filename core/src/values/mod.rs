//! Values: what the user gave, what charts default to, and how the two become `.Values` (R42–R54).
//!
//! * [`set`] — the grammar of `--set` and its siblings
//! * [`options`] — all value flags of one command line, merged in Helm's order
//! * [`load`] — a values file, one or more YAML documents
//! * [`coalesce`] — user values over chart defaults over subchart defaults, globals pushed down
//! * [`merge`] — tables onto tables
//! * [`table`] — looking things up by dotted path, and the methods of `common.Values`
//!
//! Invariant: maps given to a function as input are never written, unless its documentation says that it works in
//! place; what it returns shares no map with its input except where Go's sharing is observable (R50).

pub mod coalesce;
pub mod load;
pub mod merge;
pub mod options;
pub mod set;
pub mod table;
