//! Plans and hook tables for machines.

use super::hooks::Row;
use super::operation::Plan;
use crate::dialect::HelmVersion;
use crate::go::json;
use crate::timeline::vector::vector;
use crate::value::{Map, Str, Value};

fn map(fields: Vec<(&str, Value)>) -> Value {
    Value::Map(fields.into_iter().map(|(name, value)| (Str::from(name), value)).collect::<Map>())
}

fn texts<'a>(items: impl IntoIterator<Item = &'a String>) -> Value {
    Value::list(items.into_iter().map(|text| Value::str(text.as_str())))
}

fn text(value: &Value) -> String {
    let mut bytes = json::encode_indent(value, "  ", HelmVersion::V4_3).unwrap_or_default();
    if bytes.last() != Some(&b'\n') {
        bytes.push(b'\n');
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A table of hooks.
pub fn hooks(rows: &[Row]) -> String {
    let row = |row: &Row| {
        let needs = row.needs.iter().map(|need| {
            map(vec![
                ("kind", Value::str(need.kind)),
                ("name", Value::str(need.name.as_str())),
                ("from", Value::str(need.provider.text().as_str())),
                ("missing", Value::Bool(need.provider.is_missing())),
            ])
        });
        map(vec![
            ("event", Value::str(row.event.name())),
            ("order", Value::Int(row.order as i64)),
            ("weight", Value::Int(row.weight)),
            ("kind", Value::str(row.kind.as_str())),
            ("name", Value::str(row.name.as_str())),
            ("policies", Value::list(row.policies.iter().map(|policy| Value::str(*policy)))),
            ("defaultPolicy", Value::Bool(row.default_policy)),
            ("needs", Value::list(needs)),
            ("file", Value::str(row.file.as_str())),
            ("line", Value::Int(i64::from(row.line))),
        ])
    };
    text(&map(vec![("hooks", Value::list(rows.iter().map(row)))]))
}

/// Plans.
pub fn plans(plans: &[Plan]) -> String {
    text(&map(vec![("plans", Value::list(plans.iter().map(one)))]))
}

fn one(plan: &Plan) -> Value {
    let vector = vector(&plan.timeline);
    let own = vector.steps.last().cloned().unwrap_or_default();
    let end = own.ends.first();
    let records = vector.records.iter().map(|(key, text)| {
        map(vec![("revision", Value::str(key.as_str())), ("status", Value::str(text.as_str()))])
    });
    let pods = vector
        .pods
        .iter()
        .map(|(family, fates)| map(vec![("of", Value::str(family.as_str())), ("fates", texts(fates))]));
    let hooks = plan.hooks.iter().map(|hook| {
        map(vec![
            ("event", Value::str(hook.event.name())),
            ("order", Value::Int(hook.order as i64)),
            ("kind", Value::str(hook.kind.as_str())),
            ("name", Value::str(hook.name.as_str())),
            ("source", Value::str(hook.source.as_str())),
        ])
    });
    let deleters =
        plan.deleters.iter().map(|(name, event)| (name.as_str(), Value::str(event.name()))).collect();
    map(vec![
        ("operation", Value::str(plan.operation.name())),
        ("release", Value::str(plan.release.as_str())),
        ("revision", Value::Int(i64::from(plan.revision))),
        ("helm", Value::str(super::text::version(plan.version))),
        ("timeoutMs", Value::Int(plan.timeout as i64)),
        ("exit", Value::Int(i64::from(plan.exit()))),
        ("error", Value::str(end.map_or("", |(_, _, error)| error.as_str()))),
        ("trace", Value::str(own.trace.as_str())),
        ("hooks", Value::list(hooks)),
        (
            "left",
            map(vec![
                ("records", Value::list(records)),
                ("objects", texts(&vector.objects)),
                ("deletedBy", map(deleters)),
                ("pods", Value::list(pods)),
                ("overlap", texts(&vector.overlap)),
            ]),
        ),
        (
            "next",
            map(vec![
                ("command", Value::str(plan.next.command)),
                ("exit", Value::Int(i64::from(plan.next.exit))),
                ("error", Value::str(plan.next.error.as_str())),
                ("overlap", texts(&plan.next.overlap)),
                ("beside", texts(&plan.next.beside)),
            ]),
        ),
    ])
}
