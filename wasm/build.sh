#!/usr/bin/env bash
# Builds the module and its glue into wasm/pkg and prints what a browser would fetch.
set -euo pipefail
cd "$(dirname "$0")/.."
rustup target list --installed | grep -qx wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown
# Panic messages would otherwise carry the builder's folders. The stack is for deep charts; V8 has its own bound besides.
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=crates --remap-path-prefix=$PWD=. -C link-arg=-zstack-size=8388608"
cargo build --quiet --profile wasm --target wasm32-unknown-unknown -p hookwright-wasm
rm -rf wasm/pkg
cargo run --quiet -p hookwright-bindgen -- target/wasm32-unknown-unknown/wasm/hookwright_wasm.wasm wasm/pkg
module=wasm/pkg/hookwright_bg.wasm
raw=$(wc -c <"$module")
compressed=$(brotli --quality=11 --stdout "$module" | wc -c)
printf 'wasm module: %s bytes raw, %s bytes brotli 11\n' "$raw" "$compressed"
budget=${WASM_BUDGET:-400000}
if [ "$compressed" -gt "$budget" ]; then
  printf 'over the budget of %s bytes brotli\n' "$budget" >&2
  exit 1
fi
