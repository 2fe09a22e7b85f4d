//! `--output-dir`: manifests into files (R143).

use crate::load::go_error;
use crate::output;
use hookwright_core::release::{Release, Selection, layout};
use std::collections::HashSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes every selected document below `folder`, manifests and hooks inside `below` when it is given, and says so
/// on standard output, as helm does.
///
/// # Errors
/// Go's text of the failed system call.
pub fn release(
    release: &Release,
    selection: Selection,
    folder: &str,
    below: Option<&str>,
) -> Result<(), String> {
    let mut writer = Writer { written: HashSet::new() };
    if selection.crds {
        for crd in &release.crds {
            writer.document(folder, &crd.name, &crd.data)?;
        }
    }
    let inner = match below {
        Some(name) => format!("{}/{name}", folder.trim_end_matches('/')),
        None => folder.to_owned(),
    };
    for manifest in &release.manifests {
        writer.document(&inner, manifest.source(), manifest.content())?;
    }
    for hook in selection.hooks(release) {
        // helm appends a hook to whatever file is there, an older run's included.
        if Path::new(&inner).join(hook.manifest.source()).exists() {
            writer.written.insert(PathBuf::from(format!("{inner}/{}", hook.manifest.source())));
        }
        writer.document(&inner, hook.manifest.source(), hook.manifest.content())?;
    }
    Ok(())
}

struct Writer {
    written: HashSet<PathBuf>,
}

impl Writer {
    fn document(&mut self, folder: &str, source: &str, content: &[u8]) -> Result<(), String> {
        // Sources come from file names inside a chart, which the loader keeps below its root.
        let shown = format!("{folder}/{source}");
        let path = PathBuf::from(&shown);
        let parent = path.parent().unwrap_or(Path::new("."));
        // Only an absent folder is made: one below a file is already refused by the look at it.
        match fs::metadata(parent) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(go_error("stat", parent, &error));
            }
            _ => fs::create_dir_all(parent).map_err(|error| go_error("mkdir", parent, &error))?,
        }
        let append = !self.written.insert(path.clone());
        let mut file = fs::OpenOptions::new()
            .create(true)
            .write(true)
            .append(append)
            .truncate(!append)
            .open(&path)
            .map_err(|error| go_error("open", &path, &error))?;
        let mut text = Vec::new();
        layout::document(&mut text, source, content);
        file.write_all(&text).map_err(|error| go_error("write", &path, &error))?;
        output::print(format!("wrote {shown}\n").as_bytes())
            .map_err(|error| format!("write /dev/stdout: {error}"))
    }
}
