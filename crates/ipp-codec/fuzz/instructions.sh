#!/usr/bin/env bash
# Counts the instructions of decoding 64 KiB and 1 MiB, for several shapes and chunk sizes, with
# valgrind (Debian: valgrind). Fails when 1 MiB, 16 times the bytes, takes more than 18 times the
# instructions.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v valgrind >/dev/null || { echo "valgrind is missing (Debian: valgrind)" >&2; exit 2; }
cargo build --quiet --release --example decode
program=$(cargo metadata --no-deps --format-version 1 |
    sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/release/examples/decode

instructions() { # kibibytes value_bytes values chunk_bytes times
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$@" 2>&1 >/dev/null |
        sed -n 's/.*Collected : //p'
}

worst=0
printf '%-34s %12s %12s %6s\n' "attributes" "64 KiB" "1 MiB" "ratio"
for shape in "200 1" "1 1000" "1000 1" "60000 1"; do
    for chunk in 1 1460 1048576; do
        read -r value_bytes values <<<"$shape"
        small=$(($(instructions 64 "$value_bytes" "$values" "$chunk" 1) -
            $(instructions 64 "$value_bytes" "$values" "$chunk" 0)))
        large=$(($(instructions 1024 "$value_bytes" "$values" "$chunk" 1) -
            $(instructions 1024 "$value_bytes" "$values" "$chunk" 0)))
        hundredths=$((large * 100 / small))
        worst=$((hundredths > worst ? hundredths : worst))
        printf '%-34s %12d %12d %3d.%02d\n' "$values x $value_bytes bytes, chunks of $chunk" \
            "$small" "$large" $((hundredths / 100)) $((hundredths % 100))
    done
done
[ "$worst" -le 1800 ]
