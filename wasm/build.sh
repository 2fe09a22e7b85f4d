#!/usr/bin/env bash
# Builds the module and its glue into wasm/pkg and prints what a browser would fetch.
set -euo pipefail
cd "$(dirname "$0")/.."
target=wasm32-unknown-unknown
folder=${CARGO_TARGET_DIR:-target}/$target/wasm
rustup target list --installed | grep -qx $target || rustup target add $target

# Panic messages would otherwise carry the builder's folders. The stack is for deep charts; V8 has its own bound besides.
# Ciphers and hashes of a render are few and short: their small forms will do.
flags="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=crates --remap-path-prefix=$PWD=. -C link-arg=-zstack-size=8388608"
flags+=' --cfg sha2_backend="soft" --cfg sha2_backend_soft="compact" --cfg aes_backend="soft" --cfg aes_backend_soft="compact"'
arguments=(--quiet --profile wasm --target $target -p hookwright-wasm)

# The core never panics on purpose, yet the standard library that rustup ships brings the machinery to word panics, a
# tenth of the module. Only a library built here, from the component rust-src, can do without. Those flags are unstable
# (rust-lang/wg-cargo-std-aware, rust-lang/rust#147286); RUSTC_BOOTSTRAP makes the stable compiler take them, and what
# it builds is the same code either way.
if rustup component list --installed | grep -qx rust-src || rustup component add rust-src; then
  kind='with its own standard library'
  export RUSTC_BOOTSTRAP=1
  flags+=" --remap-path-prefix=$(rustc --print sysroot)/lib/rustlib/src/rust=std -Zlocation-detail=none -Zunstable-options -Cpanic=immediate-abort"
  arguments+=(-Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size)
else
  kind='with the standard library of rustup'
fi
CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=$flags cargo build "${arguments[@]}"
unset RUSTC_BOOTSTRAP

rm -rf wasm/pkg
cargo run --quiet -p hookwright-bindgen -- "$folder/hookwright_wasm.wasm" wasm/pkg
module=wasm/pkg/hookwright_bg.wasm
if strings "$module" | grep -F -e "$HOME" -e "$PWD"; then
  printf 'the module names folders of this machine\n' >&2
  exit 1
fi
raw=$(wc -c <"$module")
compressed=$(brotli --quality=11 --stdout "$module" | wc -c)
printf 'wasm module %s: %s bytes raw, %s bytes brotli 11\n' "$kind" "$raw" "$compressed"
# 400 KiB for the whole renderer.
budget=${WASM_BUDGET:-409600}
if [ "$compressed" -gt "$budget" ]; then
  printf 'over the budget of %s bytes brotli\n' "$budget" >&2
  exit 1
fi
