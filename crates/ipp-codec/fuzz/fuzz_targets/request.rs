//! Requests: decode, check, parse, answer, and encode back to the same bytes.
#![no_main]

#[path = "../../tests/support/mod.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    // The chunk size comes from the input, so that the fuzzer can look for a bad cut as well.
    let chunk_bytes = 1 + usize::from(input.last().copied().unwrap_or(0));
    support::laws::examine_request(input, chunk_bytes);
});
