#!/usr/bin/env bash
# Fuzzes the IPP codec on stable Rust.
#
#   run.sh [short | RUNS]     short: 200,000 runs per target; default 5,000,000
#
# Two ways, one after the other: the in-process mutator (structure-aware, counts what is accepted)
# and libFuzzer with AddressSanitizer (led by coverage). Installs cargo-fuzz when it is missing;
# libFuzzer needs a C++ compiler. Inputs that fail are left in fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
    short) runs=200000 mutations=500000 ;;
    "") runs=5000000 mutations=10000000 ;;
    *[!0-9]*) echo "usage: run.sh [short | RUNS]" >&2; exit 2 ;;
    *) runs=$1 mutations=$1 ;;
esac

echo "== spoilt messages"
cargo run --quiet --release --example mutate -- "$mutations"

if ! command -v c++ >/dev/null; then
    echo "libFuzzer needs a C++ compiler (Debian: g++)" >&2
    exit 1
fi
if ! cargo fuzz --version >/dev/null 2>&1; then
    cargo install --quiet --locked cargo-fuzz
fi

# cargo-fuzz wants a nightly compiler for its sanitizer flags; this lets the stable one take them.
export RUSTC_BOOTSTRAP=1
# Freed memory kept in quarantine would count towards the memory limit.
export ASAN_OPTIONS=quarantine_size_mb=16
for target in request reply; do
    echo "== libFuzzer, $target"
    cargo run --quiet --release --example corpus -- write "fuzz/corpus/$target"
    cargo fuzz run --sanitizer address "$target" -- \
        -runs="$runs" -max_len=4096 -rss_limit_mb=512 -timeout=1 -print_final_stats=1 2>&1 |
        grep -E '^(Done|#[0-9]+[[:space:]]+DONE|stat::|==|SUMMARY)|panicked|ERROR'
done
echo "== what the corpus of requests reaches"
cargo run --quiet --release --example corpus -- replay fuzz/corpus/request
