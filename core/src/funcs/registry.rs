//! The one table of functions: name → [`Func`].

use super::{builtin, helm, sprig};
use crate::dialect::HelmVersion;
use crate::value::Func;
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Every family's table, in order of precedence: a later row overrides an earlier one of the same name, as Helm's
/// own functions override Sprig's and both override Go's built-ins (R116).
static FAMILIES: &[&[Func]] = &[
    builtin::FUNCS,
    sprig::case::FUNCS,
    sprig::checksum::FUNCS,
    sprig::copy::FUNCS,
    sprig::crypto::FUNCS,
    sprig::date::FUNCS,
    sprig::defaults::FUNCS,
    sprig::dict::FUNCS,
    sprig::encoding::FUNCS,
    sprig::list::FUNCS,
    sprig::merge::FUNCS,
    sprig::numeric::FUNCS,
    sprig::paths::FUNCS,
    sprig::random::FUNCS,
    sprig::reflect::FUNCS,
    sprig::regex::FUNCS,
    sprig::semver::FUNCS,
    sprig::split::FUNCS,
    sprig::strings::FUNCS,
    sprig::url::FUNCS,
    sprig::wrap::FUNCS,
    helm::duration::FUNCS,
    helm::json::FUNCS,
    helm::release::FUNCS,
    helm::toml::FUNCS,
    helm::yaml::FUNCS,
];

/// All rows by name, the winning one last among equals.
static BY_NAME: LazyLock<Vec<&'static Func>> = LazyLock::new(|| {
    let mut rows: Vec<&'static Func> = FAMILIES.iter().flat_map(|family| family.iter()).collect();
    rows.sort_by_key(|func| func.name);
    rows
});

/// How many rows come before the end of each name's.
static ENDS: LazyLock<HashMap<&'static str, usize, FixedState>> =
    LazyLock::new(|| BY_NAME.iter().enumerate().map(|(at, func)| (func.name, at + 1)).collect());

/// The function a template of this Helm version means by `name`.
///
/// ```
/// use hookwright_core::{dialect::HelmVersion, funcs::registry};
/// assert_eq!(registry::lookup("toYaml", HelmVersion::V4_3).map(|f| f.params.len()), Some(1));
/// assert!(registry::lookup("env", HelmVersion::V4_3).is_none());
/// assert!(registry::lookup("mustToToml", HelmVersion::V4_1).is_none());
/// ```
pub fn lookup(name: &str, version: HelmVersion) -> Option<&'static Func> {
    let end = *ENDS.get(name)?;
    BY_NAME
        .get(..end)?
        .iter()
        .rev()
        .take_while(|func| func.name == name)
        .find(|func| func.since <= version)
        .copied()
}

/// All functions a template of this Helm version can call, by name.
pub fn all(version: HelmVersion) -> impl Iterator<Item = &'static Func> {
    let mut last = "";
    BY_NAME.iter().map(|func| func.name).filter_map(move |name| {
        if std::mem::replace(&mut last, name) == name { None } else { lookup(name, version) }
    })
}
