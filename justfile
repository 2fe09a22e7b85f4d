# Every command a person or CI runs. `just` alone lists them.

set shell := ["bash", "-euo", "pipefail", "-c"]

helm := env("HELM", "helm")

# List the recipes.
default:
    @just --list --unsorted

# Build the command line, optimised.
build:
    cargo build --release

# Everything a pull request must pass, the cheap checks first.
check: format clippy test docs

# Formatting of every crate.
format:
    cargo fmt --all --check

# Lints, warnings denied.
clippy:
    cargo clippy --workspace --all-targets -- -D warnings

# All tests; the real helm is not needed.
test:
    cargo test

# The documentation builds without a warning, and its examples run with the tests.
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Licences and sources of every dependency (cargo install cargo-deny).
deny:
    cargo deny check licenses sources bans

# Known vulnerabilities of every dependency (fetches the advisory database).
advisories:
    cargo deny check advisories

# Renders every case of a corpus and compares with recorded output of helm: a table per class.
conformance DIR *ARGS:
    cargo build --release
    cargo run --release --quiet --example conformance -- {{ DIR }} {{ ARGS }}

# Random charts, templates, values and flags through HELM and through us: prints what differs, made small.
difffuzz *ARGS:
    cargo build --profile quick
    cargo run --profile quick --quiet --example difffuzz -- --helm {{ helm }} {{ ARGS }}

# Whole-process time and memory against the real helm, as ratios (HELM=… names another binary).
bench *CHARTS:
    cargo build --release
    cargo run --release --quiet --example bench -- --helm {{ helm }} {{ CHARTS }}

# Build the wasm module and print its size, raw and compressed; fails above the budget.
wasm:
    wasm/build.sh

# The module in Node: the API, and parity with the native binary on the charts here (and on a corpus, if one is named).
wasm-test *CORPUS:
    cargo build --release
    node --test wasm/test/api.test.mjs
    node wasm/test/parity.mjs target/release/hookwright {{ CORPUS }}

# Record the answers of the real helm anew; DIR holds helm-v4.3.1, helm-v4.2.3, helm-v4.1.4 and helm-v3.17.3.
record DIR:
    HOOKWRIGHT_RECORD={{ DIR }} cargo test -p hookwright --test recorded
    git diff --stat -- cli/tests/recorded

# How long the module takes to start and to render these charts in Node, first and warm.
wasm-bench *CHARTS:
    node wasm/test/bench.mjs {{ CHARTS }}

# Searches for input that panics; TARGET is a file of fuzz/fuzz_targets (cargo install cargo-fuzz, a nightly toolchain).
fuzz TARGET *ARGS:
    cargo +nightly fuzz run {{ TARGET }} {{ ARGS }}
