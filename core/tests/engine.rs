//! The engine: order, redefinition, contexts, limits, collected errors, provenance. Every expectation was checked with
//! `helm template` where Helm can show it.

use hookwright_core::dialect::HelmVersion;
use hookwright_core::host::SealedHost;
use hookwright_core::limits::Limits;
use hookwright_core::render::engine::{Engine, Errors, File, Rendered};
use hookwright_core::render::error::Stage;
use hookwright_core::source::CallKind;
use hookwright_core::value::{Map, Settings, Str, Value};

/// Files of one chart, all with the same context.
fn files(texts: &[(&str, &str)]) -> Vec<File> {
    let values: Map =
        [("s", Value::from("str")), ("none", Value::Nil), ("text", Value::from("a <no value> b"))]
            .into_iter()
            .map(|(key, value)| (Str::from(key), value))
            .collect();
    let context: Map = [(Str::from("Values"), Value::Values(values))].into_iter().collect();
    let file = |(name, text): &(&str, &str)| File {
        name: (*name).into(),
        text: (*text).into(),
        context: context.clone(),
        base_path: "c/templates".into(),
    };
    texts.iter().map(file).collect()
}

fn render_with(texts: &[(&str, &str)], settings: Settings, limits: Limits, errors: Errors) -> Rendered {
    Engine::new(&SealedHost::default(), settings, limits).render(&files(texts), errors)
}

fn render(texts: &[(&str, &str)]) -> Rendered {
    render_with(texts, Settings::default(), Limits::default(), Errors::First)
}

/// `name: output` of every executed file, in order.
fn outputs(rendered: &Rendered) -> Vec<String> {
    assert_eq!(rendered.errors, [], "no errors");
    let show = |name: &[u8], text: &[u8]| {
        format!("{}: {}", String::from_utf8_lossy(name), String::from_utf8_lossy(text))
    };
    rendered.files.iter().map(|file| show(&file.name, &file.text)).collect()
}

fn error(rendered: &Rendered) -> String {
    rendered.errors.first().map(ToString::to_string).unwrap_or_default()
}

#[test]
fn deeper_files_come_first_and_later_names_before_earlier_ones() {
    let set = "{{ $_ := set .Values \"s\" (print .Values.s \">\" .Template.Name) }}{{ .Values.s }}";
    let rendered = render(&[("c/a", set), ("c/b", set), ("c/d/e/f", set), ("c/d/z", set)]);
    assert_eq!(
        outputs(&rendered),
        [
            "c/d/e/f: str>c/d/e/f",
            "c/d/z: str>c/d/e/f>c/d/z",
            "c/b: str>c/d/e/f>c/d/z>c/b",
            "c/a: str>c/d/e/f>c/d/z>c/b>c/a"
        ]
    );
}

#[test]
fn the_last_definition_wins_unless_it_is_empty() {
    let define = |body: &str| format!("{{{{ define \"d\" }}}}{body}{{{{ end }}}}");
    let (deep, late, early) = (define("deep"), define("late"), define("early"));
    let a_user = ("c/u.yaml", "{{ include \"d\" . }}");
    let shown = |files: &[(&str, &str)]| outputs(&render(files)).pop().unwrap_or_default();
    assert_eq!(shown(&[a_user, ("c/x/_d", &deep), ("c/_b", &late), ("c/_a", &early)]), "c/u.yaml: early");
    assert_eq!(shown(&[a_user, ("c/x/_d", &deep), ("c/_a", " {{/* nothing */}} ")]), "c/u.yaml: deep");
    assert_eq!(shown(&[a_user, ("c/x/_d", &deep), ("c/_a", &define(" "))]), "c/u.yaml: deep");
    assert_eq!(shown(&[a_user, ("c/x/_d", &define(" \n")), ("c/_a", &define(" "))]), "c/u.yaml:  \n");
    // A file is a definition as well: of its own name.
    assert_eq!(
        shown(&[("c/u.yaml", "own"), ("c/a/_d", "{{ define \"c/u.yaml\" }}x{{ end }}")]),
        "c/u.yaml: own"
    );
    assert_eq!(shown(&[("c/u.yaml", "own"), ("c/_a", "{{ define \"c/u.yaml\" }}x{{ end }}")]), "c/u.yaml: x");
    assert_eq!(
        shown(&[("c/u.yaml", "  "), ("c/x/_d", "{{ define \"c/u.yaml\" }}x{{ end }}")]),
        "c/u.yaml: x"
    );
}

#[test]
fn missing_values_vanish_from_files_and_from_tpl_but_not_from_include() {
    let rendered = render(&[(
        "c/t",
        "{{ define \"n\" }}{{ .nope }}{{ end }}[{{ .Values.none }}][{{ .Values.text }}]\
         [{{ include \"n\" (dict) | len }}][{{ tpl \"{{ .nope }}\" (dict) | len }}][{{ tpl \"<no value>\" . | len }}]",
    )]);
    assert_eq!(outputs(&rendered), ["c/t: [][a  b][10][0][0]"]);
}

#[test]
fn all_files_are_parsed_before_any_is_executed() {
    let rendered = render(&[("c/a", "{{ nope }}"), ("c/b", "{{ fail \"b\" }}"), ("c/_c", "{{ if }}")]);
    assert_eq!(error(&rendered), "parse error at (c/a:1): function \"nope\" not defined");
    assert!(rendered.files.is_empty());
    assert_eq!(rendered.errors[0].stage, Stage::Parse);
}

#[test]
fn collects_all_errors_when_asked_to() {
    let texts = [
        ("c/a", "{{ fail \"a\" }}"),
        ("c/b", "{{ include \"broken\" . }}"),
        ("c/c", "fine"),
        ("c/d", "\n{{ .Values.none.x }}"),
        ("c/_e", "{{ define \"broken\" }}{{ nope }}{{ end }}"),
    ];
    let rendered = render_with(&texts, Settings::default(), Limits::default(), Errors::All);
    let errors: Vec<_> = rendered.errors.iter().map(|e| (e.file.as_str(), e.message.as_str())).collect();
    // That "broken" is missing in c/b only repeats that c/_e cannot be parsed.
    assert_eq!(
        errors,
        [
            ("c/_e", "function \"nope\" not defined"),
            ("c/d", "nil pointer evaluating interface {}.x"),
            ("c/a", "a")
        ]
    );
    assert_eq!(rendered.files.len(), 1);
    let step = &rendered.errors[1].trace[0];
    assert_eq!((step.place.line, step.place.column, step.place.span.clone()), (2, 10, 4..18));
}

#[test]
fn an_error_names_every_call_on_its_way() {
    let rendered = render(&[
        (
            "c/_h",
            "{{ define \"in\" }}\n  {{ index (list) 3 }}{{ end }}{{ define \"out\" }}{{ include \"in\" . }}{{ end }}",
        ),
        ("c/t", "x: {{ include \"out\" . | quote }}"),
    ]);
    let error = &rendered.errors[0];
    let steps: Vec<_> = error
        .trace
        .iter()
        .map(|step| (step.place.file.as_str(), step.place.line, step.executing.as_str()))
        .collect();
    assert_eq!(steps, [("c/t", 1, "c/t"), ("c/_h", 2, "out"), ("c/_h", 2, "in")]);
    assert_eq!(error.message, "index out of range: 3");
    assert_eq!(error.trace[2].node, "index (list) 3");
}

#[test]
fn lint_mode_forgives_required_and_fail() {
    let settings = Settings { lint: true, ..Settings::default() };
    let text = "[{{ required \"need x\" .Values.none }}{{ required \"m\" \"\" }}{{ fail \"boo\" }}]";
    let rendered = render_with(&[("c/t", text)], settings, Limits::default(), Errors::First);
    assert_eq!(outputs(&rendered), ["c/t: []"]);
    let log = |version| rendered.log.iter().filter_map(|entry| entry.line(version)).collect::<Vec<_>>();
    assert_eq!(
        log(HelmVersion::V4_3),
        [
            "level=WARN msg=\"missing required value\" message=\"need x\"",
            "level=WARN msg=\"missing required values\" message=m",
            "level=INFO msg=\"funcMap fail\" message=boo"
        ]
    );
    assert_eq!(log(HelmVersion::V3_17)[1], "engine.go:214: [INFO] Missing required value: m");
}

#[test]
fn rendering_again_parses_only_what_changed() {
    let host = SealedHost::default();
    let mut engine = Engine::new(&host, Settings::default(), Limits::default());
    let first = engine.render(&files(&[("c/a", "1"), ("c/b", "{{ .Values.s }}")]), Errors::First);
    assert_eq!(outputs(&first), ["c/b: str", "c/a: 1"]);
    let second = engine.render(&files(&[("c/a", "2"), ("c/b", "{{ .Values.s }}")]), Errors::First);
    assert_eq!(outputs(&second), ["c/b: str", "c/a: 2"]);
}

/// Runs with a stack that is large enough for an unoptimised build.
fn deep(test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(1 << 30).spawn(test).unwrap().join().unwrap();
}

#[test]
fn an_endless_include_ends_as_in_helm() {
    deep(|| {
        let rendered =
            render(&[("c/t", "{{ define \"a\" }}x{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}")]);
        let text = error(&rendered);
        assert_eq!(text.matches("error calling include: ").count(), 1002);
        assert!(
            text.ends_with("rendering template has a nested reference name: a: unable to execute template")
        );
        assert_eq!(rendered.errors[0].trace.len(), 1002);
    });
}

#[test]
fn an_endless_template_ends_as_in_go() {
    deep(|| {
        let rendered =
            render(&[("c/t", "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}")]);
        assert_eq!(
            error(&rendered),
            "c/t:1:28\n  executing \"a\" at <{{template \"a\" .}}>:\n    exceeded maximum template depth (100000)"
        );
    });
}

#[test]
fn limits_stop_what_helm_would_not() {
    let limits =
        Limits { steps: 10_000, output_bytes: 5_000, stack_depth: 100, nesting: 50, ..Limits::default() };
    for (name, text) in [
        ("steps", "{{ range until 1000 }}{{ range until 1000 }}{{ end }}{{ end }}".to_owned()),
        ("output-bytes", "{{ range until 1000 }}0123456789{{ end }}".to_owned()),
        ("output-bytes", "{{ define \"a\" }}0123456789{{ end }}{{ range until 1000 }}{{ $x := include \"a\" . }}{{ end }}".to_owned()),
        ("stack-depth", "{{ define \"a\" }}{{ template \"a\" }}{{ end }}{{ template \"a\" }}".to_owned()),
        ("stack-depth", "{{ define \"a\" }}{{ tpl \"{{ include `a` . }}\" . }}{{ end }}{{ include \"a\" . }}".to_owned()),
        ("stack-depth", "{{ define \"a\" }}{{ if (eq (len (include \"a\" .)) 0) }}{{ end }}{{ end }}{{ include \"a\" . }}".to_owned()),
        ("nesting", format!("{}{}", "{{ if 1 }}".repeat(60), "{{ end }}".repeat(60))),
        ("nesting", format!("{{{{ {}1{} }}}}", "(".repeat(60), ")".repeat(60))),
        ("nesting", format!("{{{{ if 1 }}}}{}{{{{ end }}}}", "{{ else if 1 }}".repeat(60))),
    ] {
        let rendered = render_with(&[("c/t", &text)], Settings::default(), limits.clone(), Errors::First);
        let error = &rendered.errors[0];
        assert_eq!(error.limit.as_ref().map(|limit| limit.name), Some(name), "{text}: {error}");
        assert!(!error.trace.is_empty(), "{text}: a limit has a place");
    }
}

/// Every run of output with the source text it came from and the kinds of calls around it.
fn origins(texts: &[(&str, &str)], name: &str) -> Vec<(String, String, Vec<CallKind>)> {
    let host = SealedHost::default();
    let mut engine = Engine::new(&host, Settings::default(), Limits::default()).with_provenance();
    let rendered = engine.render(&files(texts), Errors::First);
    assert_eq!(rendered.errors, []);
    let recorder = rendered.recorder.expect("a recorder");
    let file = rendered.files.iter().find(|file| file.name == name).expect("the file");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let segments = file.provenance.as_ref().expect("provenance").segments();
    let show = |segment: &hookwright_core::source::Segment| {
        let mut calls = Vec::new();
        let mut next = segment.origin.call;
        while let Some(call) = next.and_then(|id| recorder.calls().get(id.0 as usize)) {
            calls.push(call.kind);
            next = call.parent;
        }
        let source = segment.origin.span.of(recorder.sources.text(segment.origin.file));
        (text(&file.text[segment.start as usize..segment.end as usize]), text(source), calls)
    };
    segments.iter().map(show).collect()
}

fn owned(rows: &[(&str, &str, &[CallKind])]) -> Vec<(String, String, Vec<CallKind>)> {
    rows.iter()
        .map(|(out, source, calls)| ((*out).to_owned(), (*source).to_owned(), calls.to_vec()))
        .collect()
}

use CallKind::{File as InFile, Include, Template, Tpl};

#[test]
fn provenance_follows_included_lines() {
    let helpers = "{{ define \"l\" -}}\na: 1\nb: {{ .Values.s }}\n{{- end }}";
    let found =
        origins(&[("c/_h", helpers), ("c/t", "m:\n  {{- include \"l\" . | nindent 2 }}\nz: 2\n")], "c/t");
    assert_eq!(
        found,
        owned(&[
            ("m:", "m:", &[InFile]),
            ("\n  ", "{{- include \"l\" . | nindent 2 }}", &[InFile]),
            ("a: 1", "a: 1", &[Include, InFile]),
            ("\n  ", "{{- include \"l\" . | nindent 2 }}", &[InFile]),
            ("b: ", "b: ", &[Include, InFile]),
            ("str", "{{ .Values.s }}", &[Include, InFile]),
            ("\nz: 2\n", "\nz: 2\n", &[InFile]),
        ])
    );
}

#[test]
fn provenance_follows_variables_templates_and_tpl() {
    let text = "{{ define \"d\" }}x: {{ . }}{{ end }}{{ $v := include \"d\" 1 }}{{ $v | indent 1 }}\
                {{ template \"d\" 2 }}{{ tpl \"y{{ . }}\" 3 }}{{ .Values.none }}!";
    assert_eq!(
        origins(&[("c/t", text)], "c/t"),
        owned(&[
            (" ", "{{ $v | indent 1 }}", &[InFile]),
            ("x: ", "x: ", &[Include, InFile]),
            ("1", "{{ . }}", &[Include, InFile]),
            ("x: ", "x: ", &[Template, InFile]),
            ("2", "{{ . }}", &[Template, InFile]),
            ("y", "y", &[Tpl, InFile]),
            ("3", "{{ . }}", &[Tpl, InFile]),
            ("!", "!", &[InFile]),
        ])
    );
}
