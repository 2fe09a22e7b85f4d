//! Charts made to exhaust the machine or to break the reader: a real process each, ended within a time and a peak of
//! memory, with helm's exit code and an `Error:` that says what was too much. Never a panic, an abort or a signal.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4;

/// Generous, as an unoptimised build on a busy machine is slow; a hang is still one.
const TIME: Duration = Duration::from_secs(60);
const MEMORY: u64 = 1_500_000_000;

struct Answer {
    code: Option<i32>,
    stderr: String,
    time: Duration,
    memory: u64,
}

fn run(folder: &Path, arguments: &[&str]) -> Answer {
    let mut child = Command::new(env!("CARGO_BIN_EXE_hookwright"))
        .args(["template", "--plain", "rel"])
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder.join("no-such-home"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stderr.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = pipe.read_to_end(&mut text);
        String::from_utf8_lossy(&text).into_owned()
    });
    let start = Instant::now();
    let usage = child.wait4().unwrap();
    Answer {
        code: usage.status.code(),
        stderr: reader.join().unwrap(),
        time: start.elapsed(),
        memory: usage.rusage.maxrss,
    }
}

/// What is wrong with an answer; `want` must occur in an error, and an empty one allows success.
fn verdict(name: &str, answer: &Answer, want: &str) -> String {
    let mut fault = String::new();
    let shown: String = answer.stderr.chars().take(400).collect();
    match answer.code {
        Some(0) if want.is_empty() => {}
        Some(1) if answer.stderr.contains("Error: ") && answer.stderr.contains(want) => {}
        code => {
            let _ = writeln!(fault, "{name}: exit {code:?}, want {want:?} in {shown:?}");
        }
    }
    if answer.stderr.contains("panicked") {
        let _ = writeln!(fault, "{name}: panic: {shown}");
    }
    if answer.time > TIME || answer.memory > MEMORY {
        let _ = writeln!(fault, "{name}: took {:?} and {} MB", answer.time, answer.memory / 1_000_000);
    }
    fault
}

fn room(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("c/templates")).unwrap();
    fs::write(folder.join("c/Chart.yaml"), "{apiVersion: v2, name: c, version: 0.1.0}\n").unwrap();
    folder
}

/// Renders a chart of one template and asks what [`verdict`] asks.
fn all<T: AsRef<[u8]>>(topic: &str, cases: &[(&str, T, &str)]) {
    let folder = room(topic);
    let mut faults = String::new();
    for (name, template, want) in cases {
        fs::write(folder.join("c/templates/t.yaml"), template).unwrap();
        faults += &verdict(name, &run(&folder, &["c"]), want);
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn functions_that_make_much_of_little() {
    all(
        "functions",
        &[
            ("until", "{{ until 2000000000 }}", "limit list-items"),
            ("untilStep", "{{ untilStep 0 2000000000 1 }}", "limit list-items"),
            ("seq", "{{ seq 1 2000000000 }}", "limit "),
            ("repeat", "{{ repeat 2000000000 \"abc\" }}", "limit output-bytes"),
            ("nindent", "{{ nindent 2000000000 \"a\" }}", "limit output-bytes"),
            ("indent", "{{ indent 100000 (repeat 100000 \"\\n\") }}", "limit output-bytes"),
            ("printf width", "{{ printf \"%1000000000d\" 1 }}", ""),
            ("printf star", "{{ printf \"%*d\" 1000000000 1 }}", ""),
            (
                "doubling replace",
                "{{ $m := \"aa\" }}{{ range until 60 }}{{ $m = replace \"a\" $m $m }}{{ end }}",
                "limit output-bytes",
            ),
            (
                "doubling concat",
                "{{ $m := list 1 }}{{ range until 60 }}{{ $m = concat $m $m }}{{ end }}",
                "limit list-items",
            ),
            (
                "regex repetition",
                "{{ mustRegexMatch \"((((a{0,1000}){0,1000}){0,1000}){0,1000})\" \"a\" }}",
                "error parsing regexp",
            ),
            ("regex depth", "{{ mustRegexMatch (repeat 1000000 \"(\") \"a\" }}", "error parsing regexp"),
            ("regex steps", "{{ regexMatch \"(x+x+)+y\" (repeat 1000 \"x\") }}", ""),
            (
                "regex growth",
                "{{ regexReplaceAll \"\" (repeat 10000000 \"x\") (repeat 100 \"y\") | len }}",
                "limit output-bytes",
            ),
            ("semver", "{{ semver (repeat 1000000 \"1.\") }}", ""),
            ("constraints", "{{ semverCompare (repeat 1000000 \">1||\") \"1.0.0\" }}", ""),
            ("glob", "{{ len (.Files.Glob (repeat 100000 \"{\")) }}", ""),
            ("glob alternatives", "{{ len (.Files.Glob (printf \"%s*\" (repeat 25 \"{a,a,a}\"))) }}", ""),
            ("deep JSON", "{{ mustFromJson (repeat 1000000 \"[\") }}", "exceeded max depth"),
            ("deep TOML", "{{ fromToml (printf \"a = %s\" (repeat 1000000 \"[\")) }}", ""),
            ("deep YAML", "{{ fromYaml (repeat 1000000 \"[\") }}", ""),
            ("rand", "{{ randAlphaNum 2000000000 }}", "limit "),
            (
                "integers",
                "{{ div -9223372036854775808 -1 }}{{ mod -9223372036854775808 -1 }}{{ abbrev -1 \"a\" }}",
                "",
            ),
        ],
    );
}

#[test]
fn recursion_and_loops() {
    all(
        "recursion",
        &[
            (
                "include",
                "{{ define \"a\" }}{{ include \"a\" . }}{{ end }}{{ include \"a\" . }}",
                "nested reference name",
            ),
            ("template", "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}", ""),
            (
                "tpl",
                "{{ define \"a\" }}{{ tpl (print \"{{ include `a` . }}\") . }}{{ end }}{{ include \"a\" . }}",
                "nested reference name",
            ),
            ("parentheses", &format!("{{{{ {}", "(".repeat(1_000_000)), "Error: "),
            ("blocks", &"{{ if 1 }}".repeat(1_000_000), "Error: "),
            ("else", &format!("{{{{ if 1 }}}}{}{{{{ end }}}}", "{{ else if 1 }}".repeat(200_000)), ""),
            ("fields", &format!("{{{{ .Values{} }}}}", ".a".repeat(1_000_000)), "Error: "),
        ],
    );
}

#[test]
fn values_that_hold_themselves() {
    const SELF: &str =
        "{{ $m := dict }}{{ $_ := set $m \"s\" $m }}{{ $n := dict }}{{ $_ := set $n \"s\" $n }}";
    let cases: Vec<(&str, String, &str)> = [
        ("toYaml", "{{ toYaml $m }}", ""),
        ("toJson", "{{ toJson $m }}", ""),
        ("toToml", "{{ toToml $m }}", ""),
        ("print", "{{ $m }}", "limit nesting"),
        ("printf", "{{ printf \"%v %+v %#v\" $m $m $m }}", ""),
        ("quote", "{{ quote $m }}", ""),
        ("deepCopy", "{{ deepCopy $m }}", "limit nesting"),
        ("merge", "{{ merge $n $m }}", ""),
        ("deepEqual", "{{ deepEqual $m $n }}", ""),
        ("eq", "{{ eq $m $m }}", "Error: "),
        ("range", "{{ range $m }}{{ .s.s.s | len }}{{ end }}", ""),
        (
            "deep list",
            "{{ $l := list 1 }}{{ range until 100000 }}{{ $l = list $l }}{{ end }}{{ $l }}",
            "limit nesting",
        ),
    ]
    .map(|(name, template, want)| (name, format!("{SELF}{template}"), want))
    .into();
    all("cyclic", &cases);
}

#[test]
fn documents() {
    let bomb: String = ["a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned()]
        .into_iter()
        .chain(
            "bcdefgh"
                .chars()
                .zip("abcdefg".chars())
                .map(|(name, of)| format!("{name}: &{name} [{}]\n", vec![format!("*{of}"); 9].join(","))),
        )
        .collect();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("aliases", bomb.into_bytes(), "excessive aliasing"),
        ("flow", [b"a: ".to_vec(), b"[".repeat(1_000_000)].concat(), "Error: "),
        ("sequences", b"- ".repeat(500_000), "Error: "),
        ("bytes", (0..=255).collect(), "Error: "),
        ("zeros", vec![0; 1 << 20], "Error: "),
        ("bad UTF-8", b"a: \xff\xfe\n".to_vec(), "Error: "),
        ("separators", b"---\n".repeat(1_000_000), ""),
        ("long line", [b"a: ".to_vec(), vec![b'x'; 20_000_000]].concat(), ""),
        (
            "merges",
            [b"a: &a {x: 1}\nb: {".to_vec(), b"<<: *a, ".repeat(50_000), b"}\n".to_vec()].concat(),
            "",
        ),
        ("itself", b"a: &a\n  <<: *a\n".to_vec(), "contains itself"),
    ];
    all("documents", &cases);
    let folder = room("values");
    fs::write(folder.join("c/templates/t.yaml"), "a: {{ .Values | toJson | len }}\n").unwrap();
    let mut faults = String::new();
    for (name, text, want) in &cases {
        fs::write(folder.join("c/values.yaml"), text).unwrap();
        faults += &verdict(name, &run(&folder, &["c"]), want);
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn flags() {
    let folder = room("flags");
    let deep = format!("x={}", "[".repeat(100_000));
    let indexes = format!("x{}=1", "[65536]".repeat(1000));
    let wide = format!("x[65536]{}=1", ".y[65536]".repeat(28));
    let pairs = "x[65536]=1,".repeat(5000);
    let mut faults = String::new();
    for (flag, text, want) in [
        ("--set", "x[65537]=1", "greater than maximum"),
        ("--set", "x[99999999999999999999]=1", "value out of range"),
        ("--set", indexes.as_str(), ""),
        ("--set", wide.as_str(), ""),
        ("--set", pairs.as_str(), ""),
        ("--set-json", deep.as_str(), "limit nesting"),
    ] {
        let shown: String = text.chars().take(40).collect();
        faults += &verdict(&format!("{flag} {shown}"), &run(&folder, &["c", flag, text]), want);
    }
    assert!(faults.is_empty(), "{faults}");
}

/// One tar header of 512 bytes.
fn header(name: &[u8], size: &[u8], kind: u8) -> Vec<u8> {
    let mut header = vec![0; 512];
    header[..name.len()].copy_from_slice(name);
    header[100..108].copy_from_slice(b"0000644\0");
    header[124..124 + size.len()].copy_from_slice(size);
    header[148..156].fill(b' ');
    header[156] = kind;
    header[257..265].copy_from_slice(b"ustar\x0000");
    let sum: u32 = header.iter().map(|&byte| u32::from(byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}

fn entry(name: &[u8], data: &[u8]) -> Vec<u8> {
    let mut entry = header(name, format!("{:011o}", data.len()).as_bytes(), b'0');
    entry.extend(data);
    entry.resize(entry.len().next_multiple_of(512), 0);
    entry
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(data).unwrap();
    writer.finish().unwrap()
}

#[test]
fn archives() {
    let folder = room("archives");
    let metadata = entry(b"c/Chart.yaml", b"{apiVersion: v2, name: c, version: 0.1.0}\n");
    let with = |more: Vec<u8>| gzip(&[metadata.clone(), more, vec![0; 1024]].concat());
    let whole = with(entry(b"c/templates/a.yaml", &b"kind: ConfigMap\n# comment\n".repeat(400)));
    let mut cases: Vec<(String, Vec<u8>, &str)> = vec![
        ("parent".into(), with(entry(b"c/../../x", b"x")), "Error: "),
        ("absolute".into(), with(entry(b"//etc/x", b"x")), "Error: "),
        ("drive".into(), with(entry(b"c/C:/x", b"x")), "Error: "),
        ("backslash".into(), with(entry(b"c\\templates\\..\\..\\x", b"x")), "Error: "),
        ("link".into(), with(header(b"c/link", b"00000000000", b'2')), ""),
        ("device".into(), with(header(b"c/device", b"00000000000", b'3')), ""),
        ("size octal".into(), with(header(b"c/x", b"77777777777", b'0')), "Error: "),
        (
            "size binary".into(),
            with(header(b"c/x", b"\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", b'0')),
            "Error: ",
        ),
        ("size words".into(), with(header(b"c/x", b"enormous", b'0')), "Error: "),
        ("long name of a terabyte".into(), with(header(b"././@LongLink", b"77777777777", b'L')), "Error: "),
        ("pax of a terabyte".into(), with(header(b"pax", b"77777777777", b'x')), "Error: "),
        ("name not UTF-8".into(), with(entry(b"c/templates/\xff.yaml", b"a: 1\n")), ""),
        ("bomb".into(), with(entry(b"c/zeros", &vec![0; 200 << 20])), "Error: "),
        ("bomb inside".into(), with(entry(b"c/charts/s.tgz", &gzip(&vec![0; 200 << 20]))), "Error: "),
        ("entries".into(), with(entry(b"c/x", b"").repeat(200_000)), "Error: "),
        ("not tar".into(), gzip(b"words"), "Error: "),
        ("nothing".into(), Vec::new(), "Error: "),
    ];
    let mut noise = 1_u32;
    let random: Vec<u8> = (0..8192)
        .map(|_| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (noise >> 24) as u8
        })
        .collect();
    let long = with(entry(b"c/noise", &random));
    for cut in (0..long.len()).step_by(512) {
        cases.push((format!("cut at {cut}"), long[..cut].to_vec(), "Error: "));
    }
    let mut faults = String::new();
    for (name, bytes, want) in &cases {
        fs::write(folder.join("x.tgz"), bytes).unwrap();
        faults += &verdict(name, &run(&folder, &["x.tgz"]), want);
    }
    fs::write(folder.join("x.tgz"), &whole).unwrap();
    assert_eq!(run(&folder, &["x.tgz"]).code, Some(0), "the archive the others are made from");
    assert!(faults.is_empty(), "{faults}");
}
