//! `reflect.DeepEqual` in value terms (reflect/deepequal.go): types must match all the way down, NaN differs
//! from itself, nil slices and maps differ from empty ones.

use crate::value::{List, Map, Str, Value};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::rc::Rc;

/// Whether two values are deeply equal. Ends for cyclic maps, as Go does: a pair met again is taken as equal.
///
/// ```
/// use hookwright_core::{funcs::sprig::equal::deep_equal, value::Value};
/// assert!(deep_equal(&Value::list([Value::Int(1)]), &Value::list([Value::Int(1)])));
/// assert!(!deep_equal(&Value::Int(1), &Value::Float(1.0)));
/// ```
pub fn deep_equal(a: &Value, b: &Value) -> bool {
    let mut pending = Pending::default();
    if !pending.compare(a, b) {
        return false;
    }
    while let Some(pair) = pending.pairs.pop() {
        let equal = match pair {
            Pair::Maps(a, b) => match (a.read(), b.read()) {
                (Some(a), Some(b)) => pending.compare_maps(&a, &b),
                _ => true,
            },
            Pair::Lists(a, b) => a.iter().zip(b.iter()).all(|(a, b)| pending.compare(a, b)),
        };
        if !equal {
            return false;
        }
    }
    true
}

/// Hashing without chance.
type Unseeded = BuildHasherDefault<DefaultHasher>;

/// Two containers of equal size whose elements are still to be compared.
enum Pair {
    Maps(Map, Map),
    Lists(List, List),
}

/// What remains to be compared, and what was begun already. No recursion, so depth costs heap only.
#[derive(Default)]
struct Pending {
    pairs: Vec<Pair>,
    seen: HashSet<(usize, usize), Unseeded>,
}

impl Pending {
    /// Compares without going below containers; those are put off.
    fn compare(&mut self, a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Nil, Value::Nil) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) | (Value::Int64(a), Value::Int64(b)) => a == b,
            (Value::Uint64(a), Value::Uint64(b)) => a == b,
            (Value::Uint8(a), Value::Uint8(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b,
            (Value::Complex(a, b), Value::Complex(c, d)) => a == c && b == d,
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::Strings(a), Value::Strings(b)) => {
                a.is_nil() == b.is_nil() && a.len() == b.len() && a.to_vec() == b.to_vec()
            }
            (Value::Ints(a), Value::Ints(b)) => a == b,
            (Value::StrMap(a), Value::StrMap(b)) => a == b,
            (Value::List(a), Value::List(b)) => self.compare_lists(a, b),
            (Value::Lists(a), Value::Lists(b)) => {
                Rc::ptr_eq(a, b)
                    || a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| self.compare_lists(a, b))
            }
            (Value::Map(a), Value::Map(b)) | (Value::Values(a), Value::Values(b)) => {
                if a.is_nil() != b.is_nil() || a.len() != b.len() {
                    return false;
                }
                if !a.same(b) && self.first_time(a.identity(), b.identity()) {
                    self.pairs.push(Pair::Maps(a.clone(), b.clone()));
                }
                true
            }
            (Value::Object(a), Value::Object(b)) => Rc::ptr_eq(a, b) || a.equals(&**b),
            _ => false,
        }
    }

    fn compare_lists(&mut self, a: &List, b: &List) -> bool {
        if a.is_nil() != b.is_nil() || a.len() != b.len() {
            return false;
        }
        let (at_a, at_b) = (a.as_ptr() as usize, b.as_ptr() as usize);
        if !a.is_empty() && at_a != at_b && self.first_time(at_a, at_b) {
            self.pairs.push(Pair::Lists(a.clone(), b.clone()));
        }
        true
    }

    fn compare_maps(&mut self, a: &BTreeMap<Str, Value>, b: &BTreeMap<Str, Value>) -> bool {
        a.iter().zip(b.iter()).all(|((ka, va), (kb, vb))| ka == kb && self.compare(va, vb))
    }

    fn first_time(&mut self, a: usize, b: usize) -> bool {
        self.seen.insert((a.min(b), a.max(b)))
    }
}

/// Values to find equals in, without comparing with each of them.
#[derive(Default)]
pub struct Known<'a> {
    buckets: HashMap<u64, Vec<&'a Value>, Unseeded>,
}

impl<'a> Known<'a> {
    /// Whether a value deeply equal to this one was added.
    pub fn contains(&self, value: &Value) -> bool {
        self.buckets.get(&fingerprint(value)).is_some_and(|known| known.iter().any(|k| deep_equal(value, k)))
    }

    /// Adds a value.
    pub fn add(&mut self, value: &'a Value) {
        self.buckets.entry(fingerprint(value)).or_default().push(value);
    }
}

impl<'a> FromIterator<&'a Value> for Known<'a> {
    fn from_iter<I: IntoIterator<Item = &'a Value>>(values: I) -> Known<'a> {
        let mut known = Known::default();
        values.into_iter().for_each(|v| known.add(v));
        known
    }
}

/// A hash equal for deeply equal values; looks one level into containers.
fn fingerprint(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    hash_flat(value, &mut hasher);
    match value {
        Value::List(list) => list.iter().for_each(|v| hash_flat(v, &mut hasher)),
        Value::Map(map) | Value::Values(map) => {
            for (key, value) in map.read().iter().flat_map(|entries| entries.iter()) {
                key.hash(&mut hasher);
                hash_flat(value, &mut hasher);
            }
        }
        _ => {}
    }
    hasher.finish()
}

fn hash_flat(value: &Value, hasher: &mut impl Hasher) {
    std::mem::discriminant(value).hash(hasher);
    match value {
        Value::Bool(b) => b.hash(hasher),
        Value::Int(n) | Value::Int64(n) => n.hash(hasher),
        Value::Uint64(n) => n.hash(hasher),
        Value::Uint8(n) => n.hash(hasher),
        // Adding zero makes -0.0 and 0.0, which are equal, one.
        Value::Float(x) => (x + 0.0).to_bits().hash(hasher),
        Value::Str(s) => s.hash(hasher),
        Value::Object(_) => {}
        other => other.len().hash(hasher),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(entries: &[(&str, Value)]) -> Value {
        Value::Map(entries.iter().map(|(k, v)| (Str::from(*k), v.clone())).collect())
    }

    #[test]
    fn types_and_nils_matter() {
        let one = || Value::list([Value::Int(1)]);
        let nan = Value::Float(f64::NAN);
        let cases: &[(Value, Value, bool)] = &[
            (one(), one(), true),
            (one(), Value::list([Value::Float(1.0)]), false),
            (Value::Int(1), Value::Int64(1), false),
            (Value::Nil, Value::Nil, true),
            (nan.clone(), nan.clone(), false),
            (Value::list([nan.clone()]), Value::list([nan]), false),
            (Value::Float(0.0), Value::Float(-0.0), true),
            (Value::List(List::NIL), Value::list([]), false),
            (Value::Map(Map::NIL), Value::Map(Map::new()), false),
            (Value::Map(Map::new()), Value::Map(Map::new()), true),
            (Value::Map(Map::new()), Value::Values(Map::new()), false),
            (map(&[("a", one())]), map(&[("a", one())]), true),
            (map(&[("a", one())]), map(&[("b", one())]), false),
            (map(&[("a", Value::Nil)]), map(&[]), false),
        ];
        for (a, b, want) in cases {
            assert_eq!(deep_equal(a, b), *want, "{a:?} {b:?}");
            assert_eq!(Known::from_iter([a]).contains(b), *want, "{a:?} {b:?} by fingerprint");
        }
    }

    #[test]
    fn one_map_equals_itself_whatever_it_holds() {
        let m = map(&[("a", Value::Float(f64::NAN))]);
        assert!(deep_equal(&m, &m.clone()));
    }

    #[test]
    fn cycles_end() {
        let cyclic = || {
            let m = Map::new();
            assert!(m.insert("self", Value::Map(m.clone())));
            m
        };
        let (a, b) = (cyclic(), cyclic());
        assert!(deep_equal(&Value::Map(a.clone()), &Value::Map(b.clone())));
        assert!(b.insert("x", Value::Int(1)));
        assert!(!deep_equal(&Value::Map(a), &Value::Map(b)));
    }

    #[test]
    fn shared_branches_are_compared_once() {
        // Without memory of pairs this would take 2^64 comparisons.
        let deep = || (0..64).fold(map(&[]), |m, _| map(&[("x", m.clone()), ("y", m)]));
        assert!(deep_equal(&deep(), &deep()));
        let lists = || (0..64).fold(Value::list([Value::Int(1)]), |l, _| Value::list([l.clone(), l]));
        assert!(deep_equal(&lists(), &lists()));
    }
}
