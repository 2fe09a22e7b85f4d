//! Whole-process comparison with helm: time and peak memory as ratios, both programs in turn in one run.
//!
//!     cargo run --release --example bench -- [--runs N] [--helm PROGRAM] [CHART…]
//!
//! The synthetic charts are made here: a small one, and umbrellas of 10, 50, 100 and 200 subcharts whose templates
//! use `tpl`, `include`, `toYaml`, `merge` and `range` as large public charts do. Further charts can be named.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4;

type Fallible<T> = Result<T, Box<dyn Error>>;

fn main() -> Fallible<()> {
    let (mut runs, mut helm, mut charts) = (7, "helm".to_owned(), Vec::new());
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--runs" => runs = arguments.next().ok_or("--runs needs a number")?.parse()?,
            "--helm" => helm = arguments.next().ok_or("--helm needs a program")?,
            chart => charts.push(PathBuf::from(chart)),
        }
    }
    let ours = sibling_binary()?;
    let work = std::env::temp_dir().join(format!("hookwright-bench-{}", std::process::id()));
    let mut cases = vec![("small".to_owned(), small(&work)?)];
    for subcharts in [10, 50, 100, 200] {
        cases.push((format!("umbrella of {subcharts}"), umbrella(&work, subcharts)?));
    }
    for chart in charts {
        let name = chart.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        cases.push((name, chart));
    }
    println!("medians of {runs} runs in turn; time is CPU time (user + system) of the whole process\n");
    println!("| chart | helm ms | ours ms | ratio | helm wall | ours wall | helm MiB | ours MiB | ratio |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for (name, chart) in &cases {
        let (theirs, ours) = compare(&helm, &ours, chart, runs)?;
        println!(
            "| {name} | {:.1} | {:.1} | **{:.1}×** | {:.1} | {:.1} | {:.1} | {:.1} | **{:.2}** |",
            ms(theirs.cpu),
            ms(ours.cpu),
            ms(theirs.cpu) / ms(ours.cpu),
            ms(theirs.wall),
            ms(ours.wall),
            mib(theirs.peak),
            mib(ours.peak),
            mib(ours.peak) / mib(theirs.peak),
        );
    }
    fs::remove_dir_all(&work)?;
    Ok(())
}

/// What one run cost.
#[derive(Clone, Copy)]
struct Cost {
    cpu: Duration,
    wall: Duration,
    peak: u64,
}

/// Runs both programs in turn, checks that they print the same, and gives the medians.
fn compare(helm: &str, ours: &Path, chart: &Path, runs: usize) -> Fallible<(Cost, Cost)> {
    let ours = ours.to_str().ok_or("the binary's path is not UTF-8")?;
    let (expected, got) = (output(helm, chart)?, output(ours, chart)?);
    let lines = |text: &[u8]| text.iter().filter(|byte| **byte == b'\n').count();
    // A chart with a random password differs from run to run; then the number of lines must do.
    let same = expected == got || expected != output(helm, chart)? && lines(&expected) == lines(&got);
    if !same {
        return Err(
            format!("{}: the outputs differ; a comparison would be worth nothing", chart.display()).into()
        );
    }
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        a.push(run(helm, chart)?);
        b.push(run(ours, chart)?);
    }
    Ok((median(&mut a), median(&mut b)))
}

fn command(program: &str, chart: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["template", "rel"]).arg(chart).args(["--namespace", "ns"]).stderr(Stdio::inherit());
    command
}

fn output(program: &str, chart: &Path) -> Fallible<Vec<u8>> {
    let output = command(program, chart).output().map_err(|error| format!("{program}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{program} fails on {}", chart.display()).into());
    }
    Ok(output.stdout)
}

fn run(program: &str, chart: &Path) -> Fallible<Cost> {
    let start = Instant::now();
    let usage = command(program, chart).stdout(Stdio::null()).spawn()?.wait4()?;
    Ok(Cost {
        cpu: usage.rusage.utime + usage.rusage.stime,
        wall: start.elapsed(),
        peak: usage.rusage.maxrss,
    })
}

fn median(costs: &mut [Cost]) -> Cost {
    let middle = costs.len() / 2;
    let mut pick = |key: fn(&Cost) -> u128| {
        costs.sort_by_key(key);
        costs[middle]
    };
    Cost {
        cpu: pick(|cost| cost.cpu.as_nanos()).cpu,
        wall: pick(|cost| cost.wall.as_nanos()).wall,
        peak: pick(|cost| u128::from(cost.peak)).peak,
    }
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / (1 << 20) as f64
}

/// The `hookwright` beside this example's folder: built by the same command.
fn sibling_binary() -> Fallible<PathBuf> {
    let example = std::env::current_exe()?;
    let folder = example.parent().and_then(Path::parent).ok_or("no target folder")?;
    let binary = folder.join(format!("hookwright{}", std::env::consts::EXE_SUFFIX));
    if binary.exists() { Ok(binary) } else { Err(format!("build it first: {}", binary.display()).into()) }
}

fn write(path: &Path, text: &str) -> Fallible<()> {
    fs::create_dir_all(path.parent().ok_or("no parent")?)?;
    fs::write(path, text)?;
    Ok(())
}

/// What `helm create` users start from, reduced to its shape.
fn small(work: &Path) -> Fallible<PathBuf> {
    let chart = work.join("small");
    write(&chart.join("Chart.yaml"), "apiVersion: v2\nname: small\nversion: 0.1.0\nappVersion: 1.0.0\n")?;
    subchart_files(&chart, "small", 2)?;
    Ok(chart)
}

fn umbrella(work: &Path, subcharts: usize) -> Fallible<PathBuf> {
    let chart = work.join(format!("umbrella-{subcharts}"));
    let mut metadata = "apiVersion: v2\nname: umbrella\nversion: 0.1.0\ndependencies:\n".to_owned();
    let mut values = "global:\n  domain: example.com\n  tier: '{{ .Release.Name }}-tier'\n".to_owned();
    for index in 0..subcharts {
        let name = format!("part-{index:03}");
        writeln!(metadata, "  - {{name: {name}, version: 0.1.0, condition: {name}.enabled}}")?;
        writeln!(
            values,
            "{name}:\n  enabled: true\n  replicas: {}\n  extra: '{{{{ .Values.global.domain }}}}'",
            index % 5
        )?;
        let folder = chart.join("charts").join(&name);
        write(
            &folder.join("Chart.yaml"),
            &format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\nappVersion: 1.0.0\n"),
        )?;
        subchart_files(&folder, &name, 8)?;
    }
    write(&chart.join("Chart.yaml"), &metadata)?;
    write(&chart.join("values.yaml"), &values)?;
    Ok(chart)
}

/// Helpers, values and `workloads` templates that lean on `tpl`.
fn subchart_files(folder: &Path, name: &str, workloads: usize) -> Fallible<()> {
    let mut values =
        "replicas: 1\nimage: {repository: images.example.com/app, tag: ''}\nextra: plain\nconfig:\n"
            .to_owned();
    for index in 0..20 {
        writeln!(
            values,
            "  key{index}: 'https://{{{{ .Release.Name }}}}-{index}.{{{{ .Values.extra | default \"x\" }}}}/{{{{ .Chart.Name }}}}'"
        )?;
    }
    values.push_str("resources:\n  limits: {cpu: 100m, memory: 128Mi}\n  requests: {cpu: 50m, memory: 64Mi}\nlabels: {team: core, tier: backend}\n");
    write(&folder.join("values.yaml"), &values)?;
    let helpers = "{{- define \"NAME.fullname\" -}}{{ printf \"%s-%s\" .Release.Name .Chart.Name | trunc 63 | trimSuffix \"-\" }}{{- end }}
{{- define \"NAME.labels\" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{ toYaml .Values.labels }}
{{- end }}
{{- define \"NAME.render\" -}}
{{- if typeIs \"string\" .value }}{{ tpl .value .context }}{{ else }}{{ tpl (.value | toYaml) .context }}{{ end -}}
{{- end }}
";
    write(&folder.join("templates/_helpers.tpl"), &helpers.replace("NAME", name))?;
    let workload = "apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include \"NAME.fullname\" . }}-INDEX
  labels: {{- include \"NAME.labels\" . | nindent 4 }}
data:
  {{- range $key, $value := .Values.config }}
  {{ $key }}: {{ include \"NAME.render\" (dict \"value\" $value \"context\" $) | quote }}
  {{- end }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include \"NAME.fullname\" . }}-INDEX
  labels: {{- include \"NAME.labels\" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  template:
    metadata:
      annotations:
        checksum: {{ toYaml .Values.config | sha256sum }}
      labels: {{- merge (dict \"index\" \"INDEX\") .Values.labels | toYaml | nindent 8 }}
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: \"{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}\"
          resources: {{- include \"NAME.render\" (dict \"value\" .Values.resources \"context\" $) | nindent 12 }}
";
    for index in 0..workloads {
        let text = workload.replace("NAME", name).replace("INDEX", &index.to_string());
        write(&folder.join(format!("templates/workload-{index}.yaml")), &text)?;
    }
    Ok(())
}
