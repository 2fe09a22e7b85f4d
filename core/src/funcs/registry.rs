//! The one table of functions: name → [`Func`].

use crate::dialect::HelmVersion;
use crate::value::Func;

/// Every family's table, in order of precedence: a later row overrides an earlier one of the same name, as Helm's
/// own functions override Sprig's and both override Go's built-ins.
const FAMILIES: &[&[Func]] = &[];

/// The function a template of this Helm version means by `name`.
pub fn lookup(name: &str, version: HelmVersion) -> Option<&'static Func> {
    FAMILIES.iter().rev().flat_map(|family| family.iter()).find(|f| f.name == name && f.since <= version)
}
