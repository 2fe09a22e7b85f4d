//! The default namespace: `$HELM_NAMESPACE`, else the kube context's, else `default` (R59).

use hookwright_core::value::{Map, Value};
use hookwright_core::yaml;
use std::path::PathBuf;

/// The namespace helm would use without `--namespace`. A kubeconfig that is missing or unreadable counts as empty, as
/// it does for helm when it renders offline.
pub fn namespace(kubeconfig: Option<&str>, context: Option<&str>) -> String {
    if let Ok(name) = std::env::var("HELM_NAMESPACE")
        && !name.is_empty()
    {
        return name;
    }
    let context = context
        .map(str::to_owned)
        .or_else(|| std::env::var("HELM_KUBECONTEXT").ok())
        .filter(|c| !c.is_empty());
    from_files(&files(kubeconfig), context).unwrap_or_else(|| "default".to_owned())
}

/// `--kubeconfig`, else every file of `$KUBECONFIG`, else `~/.kube/config`.
fn files(kubeconfig: Option<&str>) -> Vec<PathBuf> {
    if let Some(file) = kubeconfig.filter(|file| !file.is_empty()) {
        return vec![PathBuf::from(file)];
    }
    match std::env::var_os("KUBECONFIG").filter(|list| !list.is_empty()) {
        Some(list) => std::env::split_paths(&list).collect(),
        None => std::env::home_dir().map(|home| home.join(".kube/config")).into_iter().collect(),
    }
}

/// The first file that names a current context decides it, and the first that has that context decides the namespace.
fn from_files(files: &[PathBuf], context: Option<String>) -> Option<String> {
    let configs: Vec<Map> =
        files.iter().filter_map(|file| yaml::unmarshal_map(&std::fs::read(file).ok()?).ok()).collect();
    let context = context.or_else(|| {
        configs.iter().find_map(|config| text(config, "current-context").filter(|name| !name.is_empty()))
    })?;
    let entry = configs.iter().find_map(|config| {
        let Some(Value::List(contexts)) = config.get_str("contexts") else { return None };
        contexts
            .iter()
            .filter_map(Value::as_map)
            .find(|entry| text(entry, "name").as_deref() == Some(&context))
            .cloned()
    })?;
    let Some(Value::Map(entry)) = entry.get_str("context") else { return None };
    text(&entry, "namespace").filter(|name| !name.is_empty())
}

fn text(map: &Map, key: &str) -> Option<String> {
    match map.get_str(key)? {
        Value::Str(text) => Some(text.to_text().into_owned()),
        _ => None,
    }
}
