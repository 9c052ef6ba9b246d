#!/usr/bin/env bash
# Builds walker.wasm:   build.sh FILE
# Needs Debian's rustc-web, cargo-web, rust-web-src, rust-web-llvm and lld-22, which .ci/check-walker installs.
set -euo pipefail
cd "$(dirname "$0")"

mebibyte=$((1024 * 1024))
target=${WALKER_TARGET:-${XDG_CACHE_HOME:-$HOME/.cache}/antenna-walker/target}

/usr/bin/cargo fetch --quiet --locked
crates=$(dirname "$(dirname "$(ls -d "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/minidump-processor-0.27.0/Cargo.toml)")")

# No path of this machine gets into the file. The memory never grows beyond 1 GiB.
flags=(
  "--remap-path-prefix=$PWD=walker" "--remap-path-prefix=$crates=crates" "--remap-path-prefix=$target=target"
  "--remap-path-prefix=/usr/lib/rustlib/src/rust=rust"
  -Clinker=rust-lld -Clinker-flavor=wasm-ld "-Clink-arg=--max-memory=$((1024 * mebibyte))"
  -Ctarget-feature=+bulk-memory,+sign-ext,+nontrapping-fptoint
)
# Debian's Rust is a stable one; the switch allows it to build its own standard library for this target.
RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f'; echo "${flags[*]}") CARGO_INCREMENTAL=0 \
  /usr/bin/cargo build --quiet --release --locked --target wasm32-unknown-unknown --target-dir "$target" \
  -Zbuild-std=std,panic_abort
cp "$target/wasm32-unknown-unknown/release/walker.wasm" "$1"
