//! `--objects`: what `lookup` finds.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let folder = std::env::temp_dir().join(format!("hookwright-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("chart/templates")).unwrap();
        fs::write(folder.join("chart/Chart.yaml"), "apiVersion: v2\nname: c\nversion: 0.1.0\n").unwrap();
        Scratch(folder)
    }

    fn render(&self, template: &str, objects: &str) -> Output {
        fs::write(self.0.join("chart/templates/a.yaml"), template).unwrap();
        fs::write(self.0.join("objects.yaml"), objects).unwrap();
        Command::new(env!("CARGO_BIN_EXE_hookwright"))
            .args(["template", "rel", "chart", "-n", "prod", "--objects", "objects.yaml"])
            .current_dir(&self.0)
            .output()
            .unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const OBJECTS: &str = "
apiVersion: v1
kind: Secret
metadata: {name: db, namespace: prod}
data: {password: c2VjcmV0}
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: prod}}
  - {apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: test}}
";

#[test]
fn lookup_finds_objects_and_lists() {
    let scratch = Scratch::new("lookup");
    let template = r#"password: {{ (lookup "v1" "Secret" .Release.Namespace "db").data.password | b64dec }}
here: {{ len (lookup "v1" "ConfigMap" "prod" "").items }}
everywhere: {{ len (lookup "v1" "ConfigMap" "" "").items }}
missing: {{ lookup "v1" "Secret" "prod" "nope" | toJson }}
"#;
    let output = scratch.render(template, OBJECTS);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "---\n# Source: c/templates/a.yaml\npassword: secret\nhere: 1\neverywhere: 2\nmissing: {}\n"
    );
}

#[test]
fn a_file_without_objects_is_refused_with_its_place() {
    let scratch = Scratch::new("no-objects");
    let output = scratch.render("a: b", "a: 1\n---\n[\n");
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("objects.yaml: document 1 has no kind"), "{text}");
}
