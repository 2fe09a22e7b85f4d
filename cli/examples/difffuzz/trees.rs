//! Random chart trees: dependencies, manifests, ignored files, definitions, and the flags that choose among them.

use crate::case::Case;
use crate::documents;
use crate::random::Random;
use std::collections::BTreeMap;

type Files = BTreeMap<String, Vec<u8>>;

const NAMES: &[&str] = &["s", "t", "lib", "deep"];

const VERSIONS: &[&str] = &[
    "1.0.0",
    "0.1.0-alpha",
    "v1.2.3",
    "1",
    "1.2",
    "2.0.0+b_1",
    "1.0.0+b",
    "01.1.1",
    "x",
    "",
    "1.0.0-01",
    "\"1.0\"",
    "1.10",
];

const EXTRA: &[&str] = &[
    "appVersion: 1.10\n",
    "appVersion: \"v1\"\n",
    "type: library\n",
    "type: application\n",
    "type: bogus\n",
    "deprecated: true\n",
    "kubeVersion: \">=1.20.0-0\"\n",
    "kubeVersion: \">99\"\n",
    "kubeVersion: junk!\n",
    "keywords: x\n",
    "keywords: [a, 1]\n",
    "maintainers: [{name: x, email: y}]\n",
    "maintainers: [{email: y}]\n",
    "maintainers: [null]\n",
    "annotations: {a: 1}\n",
    "annotations: {a: b}\n",
    "home: [x]\n",
    "unknown: field\n",
    "condition: x.enabled\n",
    "tags: x\n",
    "sources: [a]\n",
    "description: |\n  multi\n  line\n",
    "icon: \"\\x07\"\n",
    "name: again\n",
    "engine: gotpl\n",
    "Name: upper\n",
    "apiversion: v1\n",
    "dependencies: []\n",
    "dependencies: null\n",
    "dependencies: [null]\n",
    "dependencies: {}\n",
];

/// Content of `Chart.yaml`.
fn metadata(random: &mut Random, name: &str, dependencies: &str) -> String {
    let mut text = String::new();
    text += random.pick(&[
        "apiVersion: v2\n",
        "apiVersion: v2\n",
        "apiVersion: v2\n",
        "apiVersion: v2\n",
        "apiVersion: v2\n",
        "apiVersion: v1\n",
        "apiVersion: v3\n",
        "",
        "apiVersion: 2\n",
        "apiVersion: v2\n",
        "apiVersion: v2\n",
        "apiVersion: v2\n",
    ]);
    text += &format!(
        "name: {}\n",
        if random.chance(97) {
            name
        } else {
            random.pick(&["", "../x", "a/b", "UPPER", "a b", "1", "null", "x\n"])
        }
    );
    text += &format!("version: {}\n", if random.chance(88) { "1.0.0" } else { random.pick(VERSIONS) });
    if random.chance(35) {
        text += random.pick(EXTRA);
    }
    text += dependencies;
    if random.chance(3) { random.mutated(&text, &[" ", ":", "\t", "\n", "-", "x", "{", "\""]) } else { text }
}

fn dependency(random: &mut Random, name: &str) -> String {
    let mut text = format!("- name: {name}\n");
    text += &format!(
        "  version: {}\n",
        random.pick(&[
            "1.0.0",
            "\"*\"",
            "1.0.0",
            ">=0.1.0",
            "~1",
            "2.0.0",
            "\"\"",
            "^1.0.0-0",
            "1.x",
            "junk",
            "\">=1, <2\""
        ])
    );
    if random.chance(30) {
        text += random.pick(&[
            "  repository: \"\"\n",
            "  repository: https://x/y\n",
            "  repository: file://../s\n",
        ]);
    }
    if random.chance(30) {
        text += random.pick(&[
            "  alias: al\n",
            "  alias: b\n",
            "  alias: s2\n",
            "  alias: \"a b\"\n",
            "  alias: \"\"\n",
            "  alias: t\n",
            "  alias: A_1-x\n",
        ]);
    }
    if random.chance(45) {
        text += random.pick(&[
            "  condition: s.enabled\n",
            "  condition: t.enabled,s.enabled\n",
            "  condition: flags.on\n",
            "  condition: flags.str\n",
            "  condition: nope.x\n",
            "  condition: global.on\n",
            "  condition: \" flags.off , s.enabled \"\n",
            "  condition: flags\n",
            "  condition: flags.nil\n",
            "  condition: deep.on\n",
            "  condition: \",\"\n",
            "  condition: flags.off.x,flags.on\n",
        ]);
    }
    if random.chance(35) {
        text += random.pick(&[
            "  tags: [front]\n",
            "  tags: [back, front]\n",
            "  tags: [none]\n",
            "  tags: []\n",
            "  tags: [str]\n",
            "  tags: [1]\n",
            "  tags: [back]\n",
        ]);
    }
    if random.chance(12) {
        text += random.pick(&["  enabled: false\n", "  enabled: true\n"]);
    }
    if random.chance(30) {
        text += random.pick(&[
            "  import-values: [data]\n",
            "  import-values: [data, nope]\n",
            "  import-values:\n  - child: exports.data\n    parent: imported\n",
            "  import-values:\n  - child: conf\n    parent: .\n",
            "  import-values:\n  - child: conf\n    parent: conf\n  - data\n",
            "  import-values:\n  - {child: v, parent: w}\n",
            "  import-values:\n  - {child: conf}\n",
            "  import-values: x\n",
            "  import-values: [1]\n",
            "  import-values:\n  - {child: ., parent: all}\n",
            "  import-values:\n  - {child: conf.more, parent: a.b.c}\n",
            "  import-values: [null]\n",
        ]);
    }
    text
}

/// Values that conditions, tags, imports and overrides are about.
fn values(random: &mut Random, names: &[&str]) -> String {
    let mut text = String::new();
    for _ in 0..random.below(7) {
        let name = random.pick(names);
        let line = match random.below(16) {
            0 => "flags: {on: true, off: false, str: \"true\", nil: null}\n".to_owned(),
            1 => "tags: {front: false, back: true, str: \"x\"}\n".to_owned(),
            2 => format!(
                "tags: {{{}: {}}}\n",
                random.pick(&["front", "back", "none"]),
                random.pick(&["true", "false", "null", "1", "\"false\""])
            ),
            3 => {
                format!("{name}: {{enabled: {}}}\n", random.pick(&["true", "false", "null", "\"true\"", "1"]))
            }
            4 => format!(
                "{name}: {}\n",
                random.pick(&[
                    "null",
                    "5",
                    "text",
                    "[]",
                    "{}",
                    "{v: over, conf: null}",
                    "{conf: {a: null, more: 7}}",
                    "{global: {g: 9}}",
                    "{s: {v: x}, t: {v: y}}",
                    "{list: [9]}",
                    "{conf: text}"
                ])
            ),
            5 => format!(
                "global: {}\n",
                random.pick(&[
                    "{on: false}",
                    "{on: true, g: {x: 1}}",
                    "null",
                    "text",
                    "{g: null}",
                    "{}",
                    "[1]",
                    "{g: {x: null, y: {z: 1}}}"
                ])
            ),
            6 => format!(
                "conf: {}\n",
                random.pick(&[
                    "{a: 1, more: {x: [1]}}",
                    "{a: null}",
                    "null",
                    "text",
                    "{more: null}",
                    "{a: {b: 1}}"
                ])
            ),
            7 => format!(
                "exports: {}\n",
                random.pick(&[
                    "{data: {e1: 1, conf: {z: 2}}}",
                    "{data: null}",
                    "null",
                    "{data: text}",
                    "{data: {list: [1], nil: null}}"
                ])
            ),
            8 => "v: own\n".to_owned(),
            9 => format!("imported: {}\n", random.pick(&["{e1: mine}", "null", "x", "{}"])),
            10 => format!("al: {}\n", random.pick(&["{v: alias}", "null", "{enabled: false}", "{s: null}"])),
            11 => "list: [1, {a: null}, null]\n".to_owned(),
            12 => "nil: null\n".to_owned(),
            13 => "a: {b: {c: 1, d: null}}\n".to_owned(),
            _ => format!("w: {}\n", random.pick(documents::SCALARS)),
        };
        text += &line;
    }
    // A key twice would only be a syntax error.
    let mut seen = Vec::new();
    let lines = text.lines().filter(|line| {
        let key = line.split(':').next().unwrap_or_default().to_owned();
        let fresh = !seen.contains(&key);
        seen.push(key);
        fresh || line.len() % 29 == 0
    });
    lines.map(|line| format!("{line}\n")).collect()
}

const SHOW: &str = "kind: Show\nmetadata:\n  name: {{ .Chart.Name }}\nvalues: {{ .Values | toJson }}\nmore: {{ printf \"%s %s %v %d\" .Template.Name .Template.BasePath .Chart.IsRoot (len .Subcharts) | quote }}\nsubs: {{ range $k, $v := .Subcharts }}{{ $k }}={{ $v.Values | toJson }} {{ $v.Chart.Name }} {{ $v.Release.Name }} {{ end }}\n";

fn chart(random: &mut Random, files: &mut Files, at: &str, name: &str, depth: usize) {
    let mut dependencies = String::new();
    let mut children = Vec::new();
    if depth > 0 {
        for _ in 0..random.below(4) {
            let child = random.pick(NAMES);
            if random.chance(85) {
                dependencies += &dependency(random, child);
            }
            if random.chance(92) {
                children.push(child);
            }
        }
    }
    let dependencies = match dependencies.as_str() {
        "" => String::new(),
        list => format!("dependencies:\n{list}"),
    };
    let (own, requirements) =
        if random.chance(6) { ("", dependencies.as_str()) } else { (dependencies.as_str(), "") };
    put(files, at, "Chart.yaml", &metadata(random, name, own));
    if !requirements.is_empty() {
        put(files, at, "requirements.yaml", requirements);
    }
    if random.chance(85) {
        let text = values(random, NAMES);
        put(files, at, "values.yaml", &text);
    }
    put(files, at, "templates/show.yaml", SHOW);
    for index in 0..random.below(3) {
        let text = manifest(random);
        let file = random.pick(&[
            "a.yaml",
            "b.yml",
            "sub/c.yaml",
            "d.txt",
            "_e.tpl",
            "tests/f.yaml",
            "g.json",
            "h",
            "NOTES.txt",
            "sub/NOTES.txt",
            "_g.yaml",
            "Z.yaml",
            "sub/_h.yaml",
            ".i.yaml",
            "crd.yaml",
            "x.tpl",
        ]);
        put(files, at, &format!("templates/{}{file}", if index == 1 { "x/" } else { "" }), &text);
    }
    if random.chance(20) {
        put(
            files,
            at,
            "templates/_helpers.tpl",
            random.pick(&[
                "{{ define \"x\" }}from {{ .Chart.Name }}{{ end }}",
                "{{- define \"x\" -}}other{{- end }}",
                "{{ define \"x\" }}a{{ end }}{{ define \"x\" }}b{{ end }}",
                "text only",
                "{{ define \"broken\" }}",
            ]),
        );
        put(files, at, "templates/use.yaml", "kind: Use\nx: {{ include \"x\" . | quote }}\n");
    }
    if random.chance(15) {
        let text = manifest(random);
        put(files, at, random.pick(&["crds/c.yaml", "crds/sub/d.yaml", "crds/e.txt", "crds/f.json"]), &text);
    }
    if random.chance(15) {
        let text = random.joined(1, 4, "\n", |random| {
            random
                .pick(&[
                    "*.txt",
                    "templates/a.yaml",
                    "/templates/x",
                    "x/",
                    "!templates/show.yaml",
                    "# c",
                    "",
                    "  b.yml ",
                    "charts/s",
                    "s/",
                    "**/a",
                    "te?plates/*.y*ml",
                    "[",
                    "/values.yaml",
                    "*",
                    "!*.yaml",
                    "crds",
                    "Chart.yaml",
                    "templates",
                    "./a",
                    "\\#x",
                    "[a-c]*.yaml",
                    "sub/",
                    "!",
                    "/",
                    "tests/",
                    "t*",
                ])
                .to_owned()
        });
        put(files, at, ".helmignore", &text);
    }
    if random.chance(10) {
        put(
            files,
            at,
            random.pick(&[
                "README.md",
                "values.yml",
                "Chart.lock",
                "requirements.lock",
                "charts/_ignored/Chart.yaml",
                "charts/.hidden/x",
                "charts/README.md",
                "charts/plain.txt",
                "LICENSE",
                "charts/empty/x.txt",
                "ci/v.yaml",
                "charts/bad.tgz",
                "templates/deep/er/x.yaml",
            ]),
            random.pick(&["", "x: y\n", "name: [", "dependencies: []\n", "generated: x\n"]),
        );
    }
    for child in children {
        chart(random, files, &format!("{at}charts/{child}/"), child, depth - 1);
    }
}

fn put(files: &mut Files, at: &str, name: &str, text: &str) {
    // A name that is already a folder, or below a file, cannot be written.
    let path = format!("{at}{name}");
    let clash = files
        .keys()
        .any(|other| other.starts_with(&format!("{path}/")) || path.starts_with(&format!("{other}/")));
    if !clash {
        files.insert(path, text.as_bytes().to_vec());
    }
}

const KINDS: &[&str] = &[
    "ConfigMap",
    "Job",
    "Pod",
    "Service",
    "Deployment",
    "Secret",
    "CustomResourceDefinition",
    "Namespace",
    "Role",
    "RoleBinding",
    "RoleList",
    "Ingress",
    "APIService",
    "Unknown",
    "configmap",
    "",
    "1",
    "StatefulSet",
    "PodDisruptionBudget",
    "ServiceAccount",
    "PersistentVolumeClaim",
    "CronJob",
    "HorizontalPodAutoscaler",
    "ClusterRole",
    "List",
    "IngressClass",
    "PriorityClass",
    "StorageClass",
    "NetworkPolicy",
    "ValidatingWebhookConfiguration",
    "Widget",
    "null",
    "LimitRange",
    "DaemonSet",
];

/// A file of documents.
pub fn manifest(random: &mut Random) -> String {
    let mut text = String::new();
    if random.chance(30) {
        text += random.pick(&[
            "---\n",
            "\n---\n",
            "# c\n---\n",
            "\n\n",
            "--- \n",
            "---\n---\n",
            "# lead\n",
            "{{/* x */}}\n",
            "\u{feff}",
            "  ---\n",
            "---   # c\n",
            "---\r\n",
            "%YAML 1.2\n---\n",
        ]);
    }
    for index in 0..1 + random.below(4) {
        if index > 0 {
            text += random.pick(&[
                "---\n",
                "\n---\n",
                "---\n\n",
                "--- \n",
                "---# c\n",
                "--- # c\n",
                "---\n---\n",
                "----\n",
                " ---\n",
                "---\n# only a comment\n---\n",
                "---\r\n",
                "---x\n",
                "...\n---\n",
                "---\t\n",
                "\n\n---\n\n",
                "--- a: b\n",
                "---\n{{- if false }}x{{ end }}\n---\n",
            ]);
        }
        document(random, &mut text);
    }
    if random.chance(20) {
        text += random.pick(&["---", "---\n", "\n\n\n", "# end\n", "...\n", "   ", "\t", "--- ", "\r\n"]);
    }
    text
}

fn document(random: &mut Random, out: &mut String) {
    if random.chance(10) {
        *out += random.pick(&[
            "# comment\n",
            "\n",
            "x\n",
            "- a\n- b\n",
            "a: [\n",
            "null\n",
            "{}\n",
            "{{ fail \"x\" }}\n",
            "a: b\n  c: d\n",
            "\t\n",
            "5\n",
            "{kind: Pod}\n",
            "a: 1\na: 2\n",
            "kind: {a: b}\n",
            "metadata: []\n",
            "metadata: {annotations: []}\n",
            "metadata: {annotations: {a: 1}}\n",
            "{\"kind\": \"Pod\", \"metadata\": {\"name\": \"j\"}}\n",
            "? x\n",
            "kind: Pod\nmetadata: text\n",
            "kind: [Pod]\n",
            "metadata: {annotations: {helm.sh/hook: 5}}\n",
            "metadata: {annotations: null}\n",
            "apiVersion: 1\nkind: Pod\n",
            "!!map {kind: Pod}\n",
            "kind: 2024-01-01\n",
            "metadata: {name: 1, annotations: {helm.sh/hook: test}}\n",
        ]);
        return;
    }
    if random.chance(95) {
        *out +=
            &format!("apiVersion: {}\n", random.pick(&["v1", "apps/v1", "batch/v1", "\"\"", "x", "v1 # c"]));
    }
    if random.chance(96) {
        *out += &format!("kind: {}\n", random.pick(KINDS));
    }
    if random.chance(95) {
        *out += &format!(
            "metadata:\n  name: {}\n",
            random.pick(&[
                "a",
                "b",
                "z-1",
                "1",
                "\"x\"",
                "{{ .Release.Name }}",
                "{{ .Values.nope }}",
                "true",
                "null",
                "2024-01-01"
            ])
        );
        if random.chance(40) {
            *out += "  annotations:\n";
            for _ in 0..1 + random.below(3) {
                *out += random.pick(&[
                    "    x: y\n",
                    "    \"helm.sh/hook\": pre-install\n",
                    "    helm.sh/hook: post-install,pre-upgrade\n",
                    "    helm.sh/hook: test\n",
                    "    helm.sh/hook: test-success\n",
                    "    helm.sh/hook: \" Pre-Install , post-delete\"\n",
                    "    helm.sh/hook: crd-install\n",
                    "    helm.sh/hook: bogus\n",
                    "    helm.sh/hook: \"\"\n",
                    "    helm.sh/hook: pre-install,bogus\n",
                    "    helm.sh/hook-weight: \"5\"\n",
                    "    helm.sh/hook-weight: \"-3\"\n",
                    "    helm.sh/hook-weight: x\n",
                    "    helm.sh/hook-weight: 5\n",
                    "    helm.sh/hook-delete-policy: hook-succeeded, before-hook-creation\n",
                    "    helm.sh/hook-delete-policy: bogus\n",
                    "    helm.sh/hook: test-failure\n",
                    "    helm.sh/hook: post-rollback\n",
                    "    helm.sh/resource-policy: keep\n",
                    "    helm.sh/hook: [a]\n",
                    "    helm.sh/hook: null\n",
                    "    helm.sh/hook-output-log-policy: hook-failed\n",
                    "    y: true\n",
                    "    helm.sh/hook: ,\n",
                    "    helm.sh/hook: pre-install,,pre-install\n",
                ]);
            }
        }
    }
    if random.chance(40) {
        *out += random.pick(&[
            "data: {a: b}\n",
            "spec:\n  x: |\n    text\n    ---\n    more\n",
            "data:\n  k: {{ .Values | toJson | quote }}\n",
            "# trailing\n",
            "items: []\n",
            "items: [{kind: Pod}]\n",
            "x: \"\n---\n\"\n",
            "v: {{ toYaml .Values | nindent 2 }}\n",
            "s: {{ .Files.Glob \"*\" | toYaml | nindent 2 }}\n",
            "d: {{ include \"x\" . }}\n",
            "t: {{ .Values.conf.a }}\n",
            "u: {{ required \"need it\" .Values.nope }}\n",
            "c: {{ .Capabilities.APIVersions.Has \"x/v1\" }} {{ .Capabilities.KubeVersion }}\n",
            "r: {{ .Release.IsUpgrade }} {{ .Release.Revision }}\n",
            "f: {{ .Files.Get \"README.md\" }}\n",
            "l: {{ lookup \"v1\" \"Pod\" \"\" \"\" }}\n",
            "trail: x  \n\n\n",
        ]);
    }
}

/// A chart tree and flags.
pub fn case(random: &mut Random) -> Case {
    let mut files = Files::new();
    chart(random, &mut files, "c/", "c", 2);
    let mut args: Vec<String> = vec!["rel".into(), "c".into()];
    if random.chance(5) {
        args[0] = random
            .pick(&[
                "Rel",
                "a.b",
                "-x",
                "",
                "a_b",
                "1",
                "x-",
                "averyveryverylongreleasenamethatismorethanfiftythreecharacters",
                "a..b",
            ])
            .to_owned();
        if args[0] == "-x" {
            args[0] = "x-".into();
        }
    }
    if random.chance(35) {
        files.insert("v.yaml".into(), values(random, NAMES).into_bytes());
        args.extend(["-f".into(), "v.yaml".into()]);
    }
    for _ in 0..random.below(3) {
        let flag = random.pick(&[
            "--set=s.enabled=false",
            "--set=s.enabled=true",
            "--set=tags.front=true",
            "--set=tags.back=false",
            "--set=t=null",
            "--set=s.conf=null",
            "--set=global.g=1",
            "--set=al.v=2",
            "--set-json=s=null",
            "--set=flags.on=false",
            "--set=flags.str=true",
            "--set-string=s.enabled=true",
            "--include-crds",
            "--no-hooks",
            "--skip-tests",
            "--is-upgrade",
            "--kube-version=1.20",
            "--kube-version=v1.33.1-x",
            "--kube-version=junk",
            "--api-versions=x/v1",
            "-a=a/b,c/d",
            "-n=ns",
            "--namespace=Bad_Ns",
            "--skip-schema-validation",
            "--debug",
            "--show-only=templates/a.yaml",
            "--show-only=templates/*.yaml",
            "--show-only=templates/nope.yaml",
            "--show-only=charts/s/templates/show.yaml",
            "-s=templates/show.yaml",
            "--show-only=charts/*/templates/*",
            "--show-only=templates/[",
            "--show-only=crds/c.yaml",
            "-s=templates/tests/f.yaml",
            "--show-only=",
            "--show-only=templates/../templates/show.yaml",
            "--show-only=c/templates/show.yaml",
            "--show-only=templates/x/**",
            "--kube-version=",
            "--set=a.b=null",
            "--set=nil.x=1",
            "--include-crds=false",
            "--skip-crds",
            "--name-template=x",
        ]);
        args.push(flag.to_owned());
    }
    Case { files, args }
}
