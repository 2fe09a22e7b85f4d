//! The README's examples are run: every `console` block that begins with `$ hookwright` must print what follows it.
//! A line `…` stands for the rest. Pictures, which need a terminal, are asked for and stripped of their colours.

use std::path::Path;
use std::process::Command;

#[test]
fn examples_print_what_they_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let blocks: Vec<&str> = readme.split("```console\n$ hookwright ").skip(1).collect();
    assert!(blocks.len() >= 3, "the examples have gone");
    for block in blocks {
        let block = block.split("```").next().unwrap();
        let (line, expected) = block.split_once('\n').unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_hookwright"))
            .args(line.split(' '))
            .args(["--color", "always"])
            .current_dir(root)
            .output()
            .unwrap();
        let printed = format!(
            "{}{}",
            without_colours(&String::from_utf8_lossy(&output.stdout)),
            without_colours(&String::from_utf8_lossy(&output.stderr))
        );
        match expected.split_once("\n…\n") {
            Some((start, _)) => assert!(printed.starts_with(start), "$ hookwright {line}\n{printed}"),
            None => assert_eq!(printed.trim_end(), expected.trim_end(), "$ hookwright {line}"),
        }
    }
}

fn without_colours(text: &str) -> String {
    let mut parts = text.split('\x1b');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.split_once('m').map_or("", |(_, rest)| rest))
}
