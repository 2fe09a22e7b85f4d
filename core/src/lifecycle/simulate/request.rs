//! How scripts name requests, and how a broken one reads.

use super::*;

impl Simulation<'_, '_> {
    /// How scripts may name a request.
    pub(super) fn symbols(&self, call: &Call) -> Vec<String> {
        let named = |verb: &str, key: KeyId| {
            let object = self.object(key);
            vec![format!("{verb} {}", object.name), format!("{verb} {}/{}", object.kind, object.name)]
        };
        match call {
            Call::List(..) => vec!["list secrets".into()],
            Call::ReadRecord(_, revision) => vec![format!("read v{revision}")],
            Call::CreateRecord(record) => {
                vec![
                    format!("+v{}({})", record.revision, record.status.name()),
                    format!("+v{}", record.revision),
                ]
            }
            Call::UpdateRecord(record) => {
                vec![
                    format!("~v{}({})", record.revision, record.status.name()),
                    format!("~v{}", record.revision),
                ]
            }
            Call::DeleteRecord(_, revision) => vec![format!("-v{revision}")],
            Call::Get(key, _) => named("get", *key),
            Call::Write(spec, ..) => named("new", self.world.spec(*spec).key),
            Call::Delete(key, ..) => named("del", *key),
            Call::Watch(keys, ..) => {
                let mut symbols = Vec::new();
                for key in keys {
                    let plural = kinds::plural(&self.world.kind(*key));
                    for symbol in [format!("list {plural}"), format!("watch {plural}")] {
                        if !symbols.contains(&symbol) {
                            symbols.push(symbol);
                        }
                    }
                }
                symbols
            }
            Call::Logs(key, _) => named("logs", *key),
            Call::Wait(_) => Vec::new(),
        }
    }

    /// What Go's HTTP client says when a connection ends without an answer.
    pub(super) fn broken(&self, call: &Call) -> String {
        let namespace = self.str(self.namespace);
        let secret = |revision: &u16, name: Text| {
            format!(
                "/api/v1/namespaces/{namespace}/secrets/sh.helm.release.v1.{}.v{revision}",
                self.str(name)
            )
        };
        let path = |key: KeyId, named: bool| {
            let name = self.world.name(key);
            let key = self.world.key_of(key);
            let (kind, api, scope) = (self.str(key.kind), self.str(key.api_version), self.str(key.namespace));
            let root = if api.contains('/') { format!("/apis/{api}") } else { format!("/api/{api}") };
            let scope = if scope.is_empty() { String::new() } else { format!("/namespaces/{scope}") };
            let tail = if named { format!("/{name}") } else { String::new() };
            format!("{root}{scope}/{}{tail}", kinds::plural(&kind))
        };
        use crate::lifecycle::client::Write;
        let (verb, path) = match call {
            Call::CreateRecord(_) => ("Post", format!("/api/v1/namespaces/{namespace}/secrets")),
            Call::UpdateRecord(record) => ("Put", secret(&record.revision, record.name)),
            Call::DeleteRecord(name, revision) => ("Delete", secret(revision, *name)),
            Call::Write(spec, how, _) => {
                let key = self.world.spec(*spec).key;
                match how {
                    Write::Apply(force) => (
                        "Patch",
                        format!("{}?fieldManager=helm&fieldValidation=Strict&force={force}", path(key, true)),
                    ),
                    Write::Post => ("Post", format!("{}?fieldManager=helm", path(key, false))),
                    Write::Put => ("Put", format!("{}?fieldManager=helm", path(key, true))),
                    Write::Patch(_) | Write::Migrate => {
                        ("Patch", format!("{}?fieldManager=helm", path(key, true)))
                    }
                }
            }
            Call::Delete(key, ..) => ("Delete", path(*key, true)),
            _ => ("Get", String::new()),
        };
        format!("{verb} \"http://SERVER{path}\": EOF")
    }
}
