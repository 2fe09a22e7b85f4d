//! One object as one line: `Job mig pre-install,pre-upgrade weight=1 policy=hook-succeeded x=2`.

use super::read::ChartText;
use super::words;
use crate::go::base64;
use crate::value::{Map, Str, Value};

/// Keys of a line.
pub const KEYS: [&str; 22] = [
    "weight",
    "policy",
    "log",
    "keep",
    "x",
    "sub",
    "file",
    "sa",
    "grace",
    "backoff",
    "deadline",
    "ttl",
    "parallel",
    "suspend",
    "finalizer",
    "replicas",
    "api",
    "if",
    "label",
    "note",
    "name",
    "namespace",
];

/// A line, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// As it was written.
    pub text: String,
    /// Kind.
    pub kind: String,
    /// Name; may hold template text, and `*` at its end is a name the server makes up.
    pub name: String,
    /// The hook annotation.
    pub events: Option<String>,
    /// The other words.
    pub attributes: Vec<(String, String)>,
}

impl Line {
    /// Reads a line.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn read(text: &str) -> Result<Line, String> {
        let mut words = words::split(text)?.into_iter();
        let (Some(kind), Some(name)) = (words.next(), words.next()) else {
            return Err("an object is a kind and a name, then perhaps hook events and key=value words".into());
        };
        let mut line = Line { text: text.to_owned(), kind, name, events: None, attributes: Vec::new() };
        for word in words {
            match word.split_once('=') {
                Some((key, _)) if !KEYS.contains(&key) => {
                    return Err(format!("unknown key {key:?} of an object; known: {}", KEYS.join(", ")));
                }
                Some((key, value)) => line.attributes.push((key.to_owned(), value.to_owned())),
                None if word == "keep" => line.attributes.push(("keep".into(), "keep".into())),
                None => line.events = Some(word),
            }
        }
        for key in ["grace", "backoff", "deadline", "ttl", "parallel", "replicas"] {
            if let Some(value) = line.get(key)
                && value.parse::<u32>().is_err()
            {
                return Err(format!("{key}={value} is no whole number"));
            }
        }
        Ok(line)
    }

    /// An attribute.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.attributes.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    fn number(&self, key: &str) -> Option<i64> {
        self.get(key)?.parse().ok()
    }

    /// The file's name below its folder.
    pub fn file(&self) -> String {
        if let Some(file) = self.get("file") {
            return file.to_owned();
        }
        let name = self.name.strip_suffix('*').unwrap_or(&self.name);
        let plain = format!("{name}-{}", self.kind.to_lowercase());
        let mut out = String::new();
        for letter in plain.chars() {
            if letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '.' | '-') {
                out.push(letter);
            } else if !out.ends_with('_') {
                out.push('_');
            }
        }
        out + ".yaml"
    }

    /// The object.
    pub fn manifest(&self) -> Value {
        let kind = self.kind.as_str();
        let x = self.get("x").unwrap_or("1");
        let mut notes: Vec<(&str, Value)> = Vec::new();
        if let Some(events) = &self.events {
            notes.push(("helm.sh/hook", text(events)));
        }
        for (attribute, key) in [
            ("weight", "helm.sh/hook-weight"),
            ("policy", "helm.sh/hook-delete-policy"),
            ("log", "helm.sh/hook-output-log-policy"),
            ("keep", "helm.sh/resource-policy"),
        ] {
            if let Some(value) = self.get(attribute) {
                notes.push((key, text(value)));
            }
        }
        let mut meta = match self.name.strip_suffix('*') {
            Some(start) => vec![("generateName", text(start))],
            None => vec![("name", text(&self.name))],
        };
        if let Some(namespace) = self.get("namespace") {
            meta.push(("namespace", text(namespace)));
        }
        if let Some(label) = self.get("label").filter(|label| !label.is_empty()) {
            meta.push(("labels", map(vec![("note", text(label))])));
        }
        if let Some(finalizer) = self.get("finalizer").filter(|name| !name.is_empty()) {
            meta.push(("finalizers", Value::list([text(finalizer)])));
        }
        let api = self.get("api").unwrap_or_else(|| api_version(kind));
        let mut object = vec![("apiVersion", text(api)), ("kind", text(kind))];
        match kind {
            "ConfigMap" => object.push(("data", map(vec![("x", text(x))]))),
            "Secret" => {
                let data = if x.contains("{{") { x.to_owned() } else { base64::encode(x.as_bytes()) };
                object.push(("data", map(vec![("x", text(&data))])));
            }
            "ServiceAccount" => {
                if self.get("x").is_some() {
                    notes.push(("x", text(x)));
                }
            }
            "Job" => object.push(("spec", self.job(x))),
            "CronJob" => {
                let template =
                    map(vec![("spec", map(vec![("template", map(vec![("spec", self.pod(x, "Never"))]))]))]);
                object.push(("spec", map(vec![("schedule", text("0 0 1 1 *")), ("jobTemplate", template)])));
            }
            "Pod" => object.push(("spec", self.pod(x, "Never"))),
            "Deployment" | "StatefulSet" => {
                let labels = || map(vec![("app", text(&self.name))]);
                let template =
                    map(vec![("metadata", map(vec![("labels", labels())])), ("spec", self.pod(x, "Always"))]);
                let mut spec = vec![
                    ("replicas", Value::Int(self.number("replicas").unwrap_or(1))),
                    ("selector", map(vec![("matchLabels", labels())])),
                    ("template", template),
                ];
                if kind == "StatefulSet" {
                    spec.push(("serviceName", text(&self.name)));
                }
                object.push(("spec", map(spec)));
            }
            "Service" => {
                let port = 80 + self.get("x").map_or(0, |x| x.parse::<i64>().unwrap_or(0));
                let ports = Value::list([map(vec![("port", Value::Int(port))])]);
                let selector = map(vec![("app", text(&self.name))]);
                object.push(("spec", map(vec![("selector", selector), ("ports", ports)])));
            }
            "PersistentVolumeClaim" => {
                let requests = map(vec![("requests", map(vec![("storage", text("1Gi"))]))]);
                object.push((
                    "spec",
                    map(vec![
                        ("accessModes", Value::list([text("ReadWriteOnce")])),
                        ("resources", requests),
                        ("storageClassName", text("none")),
                    ]),
                ));
            }
            "Role" => {
                let verb = if x == "1" { "get" } else { "list" };
                let rule = map(vec![
                    ("apiGroups", Value::list([text("")])),
                    ("resources", Value::list([text("pods")])),
                    ("verbs", Value::list([text(verb)])),
                ]);
                object.push(("rules", Value::list([rule])));
            }
            "RoleBinding" => {
                let group = text("rbac.authorization.k8s.io");
                object.push((
                    "roleRef",
                    map(vec![("apiGroup", group), ("kind", text("Role")), ("name", text(&self.name))]),
                ));
                let subject = map(vec![
                    ("kind", text("ServiceAccount")),
                    ("name", text("default")),
                    ("namespace", text("default")),
                ]);
                object.push(("subjects", Value::list([subject])));
            }
            "NetworkPolicy" => {
                let selector = map(vec![("matchLabels", map(vec![("x", text(x))]))]);
                object.push(("spec", map(vec![("podSelector", selector)])));
            }
            "CustomResourceDefinition" => object.push(("spec", self.definition(x))),
            _ => {
                if self.get("x").is_some() {
                    object.push(("data", map(vec![("x", text(x))])));
                }
            }
        }
        if let Some(note) = self.get("note") {
            notes.push(("note", text(note)));
        }
        if !notes.is_empty() {
            meta.push(("annotations", map(notes)));
        }
        object.push(("metadata", map(meta)));
        map(object)
    }

    fn pod(&self, x: &str, restart: &str) -> Value {
        let container = map(vec![("name", text("main")), ("image", text(&format!("image:{x}")))]);
        let mut pod = vec![
            ("restartPolicy", text(restart)),
            ("terminationGracePeriodSeconds", Value::Int(self.number("grace").unwrap_or(3))),
            ("containers", Value::list([container])),
        ];
        if let Some(account) = self.get("sa") {
            pod.push(("serviceAccountName", text(account)));
        }
        map(pod)
    }

    fn job(&self, x: &str) -> Value {
        let mut spec = vec![
            ("backoffLimit", Value::Int(self.number("backoff").unwrap_or(0))),
            ("template", map(vec![("spec", self.pod(x, "Never"))])),
        ];
        if let Some(ttl) = self.number("ttl") {
            spec.push(("ttlSecondsAfterFinished", Value::Int(ttl)));
        }
        if let Some(deadline) = self.number("deadline") {
            spec.push(("activeDeadlineSeconds", Value::Int(deadline)));
        }
        if let Some(parallel) = self.number("parallel") {
            spec.push(("parallelism", Value::Int(parallel)));
            spec.push(("completions", Value::Int(parallel)));
        }
        if let Some(suspend) = self.get("suspend") {
            spec.push(("suspend", Value::Bool(suspend == "true")));
        }
        map(spec)
    }

    fn definition(&self, x: &str) -> Value {
        let (plural, group) = self.name.split_once('.').unwrap_or((&self.name, ""));
        let mut kind = plural.strip_suffix('s').unwrap_or(plural).to_owned();
        if let Some(first) = kind.get(..1).map(str::to_uppercase) {
            kind.replace_range(..1, &first);
        }
        let schema = map(vec![
            ("type", text("object")),
            ("description", text(&format!("x {x}"))),
            ("x-kubernetes-preserve-unknown-fields", Value::Bool(true)),
        ]);
        let version = map(vec![
            ("name", text("v1")),
            ("served", Value::Bool(true)),
            ("storage", Value::Bool(true)),
            ("schema", map(vec![("openAPIV3Schema", schema)])),
        ]);
        map(vec![
            ("group", text(group)),
            ("scope", text("Namespaced")),
            ("names", map(vec![("plural", text(plural)), ("kind", text(&kind))])),
            ("versions", Value::list([version])),
        ])
    }
}

fn api_version(kind: &str) -> &'static str {
    match kind {
        "Job" | "CronJob" => "batch/v1",
        "Deployment" | "StatefulSet" | "DaemonSet" => "apps/v1",
        "Role" | "RoleBinding" => "rbac.authorization.k8s.io/v1",
        "NetworkPolicy" => "networking.k8s.io/v1",
        "CustomResourceDefinition" => "apiextensions.k8s.io/v1",
        _ => "v1",
    }
}

fn text(text: &str) -> Value {
    Value::str(text)
}

fn map(fields: Vec<(&str, Value)>) -> Value {
    Value::Map(fields.into_iter().map(|(name, value)| (Str::from(name), value)).collect::<Map>())
}

fn lines(charts: &[(String, ChartText)]) -> impl Iterator<Item = &Line> {
    charts.iter().flat_map(|(_, chart)| &chart.objects)
}

/// Names of Deployments and StatefulSets.
pub fn workloads(charts: &[(String, ChartText)]) -> Vec<String> {
    let mut names: Vec<String> = lines(charts)
        .filter(|line| matches!(line.kind.as_str(), "Deployment" | "StatefulSet"))
        .map(|line| line.name.clone())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Names that several kinds bear.
pub fn ambiguous(charts: &[(String, ChartText)]) -> Vec<String> {
    let mut pairs: Vec<(&str, &str)> =
        lines(charts).map(|line| (line.name.as_str(), line.kind.as_str())).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut names: Vec<String> = pairs
        .windows(2)
        .filter_map(|pair| match pair {
            [(a, _), (b, _)] if a == b => Some((*a).to_owned()),
            _ => None,
        })
        .collect();
    names.dedup();
    names
}
