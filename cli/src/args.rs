//! What can be typed: every command and flag, once. Help, completion and errors are drawn from here.
//!
//! Flags that exist in `helm template` keep helm's names, short forms and meaning, so that a user can swap the word
//! `helm` for `hookwright`.

use clap::builder::styling::{AnsiColor, Styles};
use clap::{ArgAction, Args, Parser, Subcommand};
use std::path::PathBuf;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// See, check and prove the database-migration hooks of Helm charts.
#[derive(Debug, Parser)]
#[command(name = "hookwright", version, styles = STYLES, max_term_width = 100)]
#[command(arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Template(Box<Template>),
    Hooks(Box<Hooks>),
    Plan(Box<Plan>),
}

/// Render a chart exactly as `helm template` does
///
/// Prints the same bytes on standard output, the same error text on standard error and exits with the same code as
/// Helm 4.3 (or the version named by --helm-version), without a cluster and without a network.
///
/// CHART is a chart folder, a packaged chart (.tgz), or - for an archive on standard input.
#[derive(Debug, Args)]
#[command(
    disable_version_flag = true,
    args_override_self = true,
    override_usage = "hookwright template [NAME] [CHART] [flags]"
)]
#[command(after_help = "Examples:
  hookwright template demo charts/demo-app
  hookwright template demo chart.tgz -f prod.yaml --set image.tag=2.1 -s templates/migrate.yaml
  helm pull oci://… && hookwright template chart-1.0.0.tgz --kube-version 1.34")]
pub struct Template {
    /// Release name and chart: NAME CHART, or CHART alone
    #[arg(value_name = "[NAME] CHART", hide = true)]
    pub arguments: Vec<String>,

    /// Kubernetes API versions added to Capabilities.APIVersions (repeat, or separate with commas)
    #[arg(short = 'a', long, value_name = "STRINGS", allow_hyphen_values = true, action = ArgAction::Append)]
    pub api_versions: Vec<String>,

    /// Kubernetes version used for Capabilities.KubeVersion
    #[arg(long, value_name = "VERSION", allow_hyphen_values = true)]
    pub kube_version: Option<String>,

    /// Namespace of the release [default: $HELM_NAMESPACE, the kube context's, or "default"]
    #[arg(short = 'n', long, value_name = "NAME", allow_hyphen_values = true)]
    pub namespace: Option<String>,

    /// Include the CRDs of the chart's crds/ folders
    #[arg(long, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = go_bool, hide_default_value = true, hide_possible_values = true, value_name = "BOOL")]
    pub include_crds: bool,

    /// Set .Release.IsUpgrade instead of .Release.IsInstall
    #[arg(long, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = go_bool, hide_default_value = true, hide_possible_values = true, value_name = "BOOL")]
    pub is_upgrade: bool,

    /// Leave out hooks
    #[arg(long, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = go_bool, hide_default_value = true, hide_possible_values = true, value_name = "BOOL")]
    pub no_hooks: bool,

    /// Leave out test hooks
    #[arg(long, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = go_bool, hide_default_value = true, hide_possible_values = true, value_name = "BOOL")]
    pub skip_tests: bool,

    /// Do not validate values against the charts' JSON schemas
    #[arg(long, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = go_bool, hide_default_value = true, hide_possible_values = true, value_name = "BOOL")]
    pub skip_schema_validation: bool,

    /// Print only the manifests of this template, a path or glob below the chart (repeatable)
    #[arg(short = 's', long, value_name = "TEMPLATE", allow_hyphen_values = true, action = ArgAction::Append)]
    pub show_only: Vec<String>,

    /// Write manifests into files below this folder instead of printing them
    #[arg(long, value_name = "DIR", allow_hyphen_values = true)]
    pub output_dir: Option<String>,

    /// Use the release name in the path below --output-dir
    #[arg(long, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = go_bool, hide_default_value = true, hide_possible_values = true, value_name = "BOOL")]
    pub release_name: bool,

    /// Template that gives the release its name
    #[arg(long, value_name = "TEMPLATE", allow_hyphen_values = true)]
    pub name_template: Option<String>,

    /// Omit the NAME argument; the name is then "release-name", as in helm
    #[arg(short = 'g', long, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = go_bool, hide_default_value = true, hide_possible_values = true, value_name = "BOOL")]
    pub generate_name: bool,

    /// Let getHostByName ask the resolver
    #[arg(long, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = go_bool, hide_default_value = true, hide_possible_values = true, value_name = "BOOL")]
    pub enable_dns: bool,

    /// Print the rendered text even when it is not valid YAML
    #[arg(long, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = go_bool, hide_default_value = true, hide_possible_values = true, value_name = "BOOL")]
    pub debug: bool,

    #[command(flatten)]
    pub values: Values,

    #[command(flatten)]
    pub ours: Ours,

    #[command(flatten)]
    pub inert: Inert,

    #[command(flatten)]
    pub online: Online,
}

/// List a chart's hooks in the order they run, with what each needs
///
/// CHART is a chart folder, a packaged chart (.tgz), or - for an archive on standard input.
#[derive(Debug, Args)]
#[command(
    disable_version_flag = true,
    args_override_self = true,
    override_usage = "hookwright hooks [NAME] CHART [flags]"
)]
#[command(after_help = "Examples:
  hookwright hooks charts/demo-app
  hookwright hooks prod chart.tgz -f prod.yaml --format json")]
pub struct Hooks {
    /// Release name and chart: NAME CHART, or CHART alone
    #[arg(value_name = "[NAME] CHART", hide = true)]
    pub arguments: Vec<String>,

    /// How to write the table
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    pub format: String,

    #[command(flatten)]
    pub release: ReleaseFlags,

    #[command(flatten)]
    pub values: Values,

    #[command(flatten)]
    pub ours: Ours,
}

/// Foretell what an operation does to the cluster, call by call, and what it leaves
///
/// Renders the chart, plays the operation against a model of Kubernetes and prints the timeline: which hook is created
/// when, what Helm waits for, what is deleted, what stays behind, and whether the next operation can proceed. Without
/// --operation, install and upgrade.
#[derive(Debug, Args)]
#[command(
    disable_version_flag = true,
    args_override_self = true,
    override_usage = "hookwright plan [NAME] CHART [flags]\n       hookwright plan --scenario FILE [flags]"
)]
#[command(after_help = "Examples:
  hookwright plan charts/demo-app --operation upgrade --outcome '*-migrate=fail'
  hookwright plan charts/demo-app --operation upgrade --outcome '*-migrate=hang' --timeout 90s
  hookwright plan new.tgz --from old.tgz --operation rollback
  hookwright plan --scenario race.yaml --format observed")]
pub struct Plan {
    /// Release name and chart: NAME CHART, or CHART alone
    #[arg(value_name = "[NAME] CHART", hide = true)]
    pub arguments: Vec<String>,

    /// What is done to the release
    #[arg(long, value_name = "OPERATION", value_parser = ["install", "upgrade", "rollback", "uninstall", "test"])]
    pub operation: Option<String>,

    /// The chart the release was made from before: an earlier version of the same chart [default: CHART]
    #[arg(long, value_name = "OLD_CHART")]
    pub from: Option<String>,

    /// Values file of the release before (repeatable) [default: the same values flags]
    #[arg(long, value_name = "FILE", action = ArgAction::Append)]
    pub from_values: Vec<String>,

    /// How a hook ends, NAME=OUTCOME: succeed, fail, fail:N (its first N Pods fail), hang, kill (helm is killed
    /// while it runs), evict. NAME is a name, Kind/name or a glob (repeatable, the last one that fits counts)
    #[arg(long, value_name = "NAME=OUTCOME", action = ArgAction::Append)]
    pub outcome: Vec<String>,

    /// Which engine: helm4 or helm3
    #[arg(long, value_name = "ENGINE", value_parser = ["helm4", "helm3"])]
    pub engine: Option<String>,

    /// Play a scenario file instead of one operation, and judge what it expects
    #[arg(long, value_name = "FILE", conflicts_with_all = ["operation", "from", "from_values", "outcome"])]
    pub scenario: Option<PathBuf>,

    /// How to write: text, json, mermaid, html, svg, vector, observed
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json", "mermaid", "html", "svg", "vector", "observed"])]
    pub format: String,

    #[command(flatten)]
    pub helm: HelmFlags,

    #[command(flatten)]
    pub release: ReleaseFlags,

    #[command(flatten)]
    pub values: Values,

    #[command(flatten)]
    pub ours: Ours,
}

/// Flags of helm's operations.
#[derive(Debug, Args)]
#[command(next_help_heading = "Helm's own, for the operation")]
pub struct HelmFlags {
    /// Wait for resources: watcher or legacy
    #[arg(long, value_name = "STRATEGY", num_args = 0..=1, require_equals = true, default_missing_value = "watcher", value_parser = wait_strategy)]
    pub wait: Option<String>,

    /// Wait for Jobs, too
    #[arg(long)]
    pub wait_for_jobs: bool,

    /// How long to wait for each hook
    #[arg(long, value_name = "DURATION", value_parser = go_duration)]
    pub timeout: Option<String>,

    /// Go back when the operation fails
    #[arg(long, alias = "atomic")]
    pub rollback_on_failure: bool,

    /// Delete what a failed upgrade made
    #[arg(long)]
    pub cleanup_on_fail: bool,

    /// Run no hooks
    #[arg(long)]
    pub no_hooks: bool,

    /// Keep the record of an uninstalled release
    #[arg(long)]
    pub keep_history: bool,

    /// Take over objects of others
    #[arg(long)]
    pub take_ownership: bool,

    /// Overwrite fields of others
    #[arg(long)]
    pub force_conflicts: bool,

    /// Server-side apply: true, false or auto
    #[arg(long, value_name = "MODE", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = ["true", "false", "auto"])]
    pub server_side: Option<String>,

    /// How many revisions are kept
    #[arg(long, value_name = "NUMBER")]
    pub history_max: Option<u16>,
}

/// Who the release is.
#[derive(Debug, Args)]
#[command(next_help_heading = "Release")]
pub struct ReleaseFlags {
    /// Release name [default: demo]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// Namespace of the release
    #[arg(short = 'n', long, value_name = "NAME", default_value = "default")]
    pub namespace: String,

    /// Kubernetes version used for Capabilities.KubeVersion
    #[arg(long, value_name = "VERSION")]
    pub kube_version: Option<String>,

    /// Kubernetes API versions added to Capabilities.APIVersions (repeat, or separate with commas)
    #[arg(short = 'a', long, value_name = "STRINGS", action = ArgAction::Append)]
    pub api_versions: Vec<String>,

    /// Do not validate values against the charts' JSON schemas
    #[arg(long)]
    pub skip_schema_validation: bool,

    /// Nothing but ASCII
    #[arg(long)]
    pub ascii: bool,
}

/// Values flags, common to all commands that render.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Values")]
pub struct Values {
    /// Values file (repeat, or separate with commas); - for standard input
    #[arg(short = 'f', long = "values", value_name = "FILE", allow_hyphen_values = true, action = ArgAction::Append)]
    pub files: Vec<String>,

    /// Set values: key1=val1,key2=val2
    #[arg(long, value_name = "STRING", allow_hyphen_values = true, action = ArgAction::Append)]
    pub set: Vec<String>,

    /// Set values that are always strings
    #[arg(long, value_name = "STRING", allow_hyphen_values = true, action = ArgAction::Append)]
    pub set_string: Vec<String>,

    /// Set values to the contents of files: key1=path1,key2=path2
    #[arg(long, value_name = "STRING", allow_hyphen_values = true, action = ArgAction::Append)]
    pub set_file: Vec<String>,

    /// Set JSON values: key1=json1,key2=json2, or a JSON object
    #[arg(long, value_name = "STRING", allow_hyphen_values = true, action = ArgAction::Append)]
    pub set_json: Vec<String>,

    /// Set a string literally, without escapes
    #[arg(long, value_name = "STRING", allow_hyphen_values = true, action = ArgAction::Append)]
    pub set_literal: Vec<String>,
}

/// What helm does not have.
#[derive(Debug, Args)]
#[command(next_help_heading = "Hookwright's own")]
pub struct Ours {
    /// Errors as helm prints them, without the source picture
    #[arg(long)]
    pub plain: bool,

    /// Kubernetes objects (YAML, lists allowed) that `lookup` finds; without it lookup finds nothing, as in helm
    #[arg(long, value_name = "FILE", action = ArgAction::Append)]
    pub objects: Vec<PathBuf>,

    /// Which helm to imitate
    #[arg(long, value_name = "VERSION", default_value = "4.3", value_parser = ["4.3", "4.2", "4.1", "3.17"])]
    pub helm_version: String,

    /// Fixed clock and seeded randomness: the same seed gives the same bytes on every machine
    #[arg(long, value_name = "SEED")]
    pub sealed: Option<u64>,

    /// Colours in pictures: never, auto or always
    #[arg(long, alias = "colour", value_name = "WHEN", default_value = "auto", allow_hyphen_values = true)]
    pub color: String,

    /// Raise or lower a limit, NAME=NUMBER (repeatable): the error that reports a limit says its name
    #[arg(long, value_name = "NAME=NUMBER", action = ArgAction::Append)]
    pub limit: Vec<String>,
}

/// Flags of helm that change nothing in what `helm template` prints for a local chart: accepted and ignored.
#[derive(Debug, Args)]
#[command(next_help_heading = "Accepted for compatibility, without effect on a local rendering")]
pub struct Inert {
    /// no effect
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = go_bool, action = ArgAction::Set)]
    create_namespace: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = go_bool)]
    devel: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = go_bool)]
    disable_openapi_validation: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = go_bool)]
    force_conflicts: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = go_bool)]
    force_replace: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = go_bool)]
    insecure_skip_tls_verify: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = go_bool)]
    pass_credentials: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = go_bool)]
    plain_http: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = go_bool)]
    replace: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = go_bool)]
    rollback_on_failure: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = go_bool)]
    atomic: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = go_bool)]
    server_side: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = go_bool)]
    skip_crds: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = go_bool)]
    take_ownership: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = go_bool)]
    wait_for_jobs: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "watcher", value_parser = wait_strategy)]
    wait: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true, value_parser = go_duration)]
    timeout: Option<String>,
    #[arg(short = 'l', long, hide = true, allow_hyphen_values = true, action = ArgAction::Append, value_parser = label)]
    labels: Vec<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    description: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    ca_file: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    cert_file: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    key_file: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    keyring: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    username: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    password: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    version: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true, value_parser = go_int)]
    burst_limit: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true, value_parser = go_float)]
    qps: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    content_cache: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    kube_apiserver: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true, action = ArgAction::Append)]
    kube_as_group: Vec<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    kube_as_user: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    kube_ca_file: Option<String>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = go_bool)]
    kube_insecure_skip_tls_verify: Option<bool>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    kube_tls_server_name: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    kube_token: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    registry_config: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    repository_cache: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true)]
    repository_config: Option<String>,
    #[arg(long, hide = true, allow_hyphen_values = true, action = ArgAction::Append)]
    post_renderer_args: Vec<String>,
}

/// Flags of helm that name a place to look or ask for a cluster or a network.
#[derive(Debug, Args)]
#[command(next_help_heading = "Clusters and networks (refused with a message)")]
pub struct Online {
    /// Kubeconfig whose context gives the default namespace
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub kubeconfig: Option<String>,

    /// Context of the kubeconfig that gives the default namespace
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub kube_context: Option<String>,

    /// "client" only; rendering against a cluster is helm's business
    #[arg(long, value_name = "STRATEGY", num_args = 0..=1, require_equals = true, default_missing_value = "unset")]
    pub dry_run: Option<String>,

    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = go_bool)]
    pub validate: bool,

    /// Needs a network: fetch the chart first
    #[arg(long, value_name = "URL", allow_hyphen_values = true)]
    pub repo: Option<String>,

    /// Needs a network when a dependency is missing
    #[arg(long, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = go_bool, hide_default_value = true, hide_possible_values = true, value_name = "BOOL")]
    pub dependency_update: bool,

    /// Needs a keyring: verify with helm
    #[arg(long, num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", value_parser = go_bool, hide_default_value = true, hide_possible_values = true, value_name = "BOOL")]
    pub verify: bool,

    /// Needs helm's plugins
    #[arg(long, value_name = "PLUGIN", allow_hyphen_values = true)]
    pub post_renderer: Option<String>,
}

/// Go's `strconv.ParseBool`, as pflag reads boolean flags.
fn go_bool(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err(format!("strconv.ParseBool: parsing {text:?}: invalid syntax")),
    }
}

fn go_int(text: &str) -> Result<String, String> {
    match hookwright_core::go::number::parse_int(text.as_bytes(), 0, 64) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn go_float(text: &str) -> Result<String, String> {
    match hookwright_core::go::number::parse_float(text.as_bytes(), 32) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn go_duration(text: &str) -> Result<String, String> {
    match hookwright_core::go::time::parse_duration(text.as_bytes()) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn wait_strategy(text: &str) -> Result<String, String> {
    match text {
        "watcher" | "hookOnly" | "legacy" | "true" | "false" => Ok(text.to_owned()),
        _ => Err(format!("invalid wait input {text:?}. Valid inputs are watcher, hookOnly, and legacy")),
    }
}

fn label(text: &str) -> Result<String, String> {
    match text.split(',').find(|pair| !pair.contains('=')) {
        Some(pair) => Err(format!("{pair} must be formatted as key=value")),
        None => Ok(text.to_owned()),
    }
}
