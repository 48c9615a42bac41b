//! Printers' replies: decode, read, and encode back to the same bytes.
#![no_main]

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let chunk_bytes = 1 + usize::from(input.last().copied().unwrap_or(0));
    support::laws::examine_reply(input, chunk_bytes);
});
