//! Sprig's functions, in files named as Sprig's own.

/// Rows of a family's table `FUNCS`: `"name"(Parameter, Types; Variadic) => code, "documentation";`.
/// Every Sprig function is as old as the oldest Helm supported.
macro_rules! table {
    ($($name:literal($($param:ident),* $(; $rest:ident)?) => $call:expr, $doc:literal;)*) => {
        /// This family's functions.
        pub static FUNCS: &[$crate::value::Func] = &[$($crate::value::Func {
            name: $name,
            params: &[$($crate::value::Ty::$param,)* $($crate::value::Ty::$rest)?],
            variadic: {
                const REST: &[&str] = &[$(stringify!($rest))?];
                !REST.is_empty()
            },
            since: $crate::dialect::HelmVersion::V3_17,
            call: $call,
            doc: $crate::value::Doc::new($doc),
        },)*];
    };
}

pub mod case;
pub mod checksum;
pub mod copy;
pub mod crypto;
pub mod date;
mod decimal;
pub mod defaults;
pub mod dict;
pub mod encoding;
pub mod equal;
pub mod list;
pub mod merge;
pub mod numeric;
pub mod paths;
pub mod random;
pub mod reflect;
pub mod regex;
pub mod semver;
pub mod split;
pub mod strings;
pub mod url;
pub mod wrap;
