//! Decodes one message of a given size, so that a tool can count the instructions.
//!
//! `decode KIBIBYTES VALUE_BYTES VALUES CHUNK_BYTES TIMES`: attributes of VALUES values with
//! VALUE_BYTES bytes each, fed in chunks, so many times. With TIMES 0 the message is only made:
//! the difference between two runs is the decoding. `instructions.sh` beside `fuzz/run.sh` does it.

use std::io::Write;

use ipp_codec::registry::ValueTag;
use ipp_codec::{Decoder, GroupTag, Limits};

/// Tag, length of the name, the name of nine bytes and length of the value.
const ATTRIBUTE_BYTES: usize = 14;

fn main() {
    let numbers: Vec<usize> =
        std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let [kibibytes, value_bytes, values, chunk_bytes, times] = numbers[..] else {
        eprintln!("usage: decode KIBIBYTES VALUE_BYTES VALUES CHUNK_BYTES TIMES");
        std::process::exit(2);
    };
    let bytes = message(kibibytes * 1024, value_bytes, values);
    let mut steps = 0;
    for _ in 0..times {
        let mut decoder = Decoder::new(Limits::REPLY);
        for chunk in bytes.chunks(chunk_bytes.max(1)) {
            decoder.feed(chunk).expect("the message is valid");
        }
        steps = decoder.steps();
        decoder.finish().expect("the message is whole");
    }
    println!("{} bytes, {steps} steps", bytes.len());
}

/// A printer's reply of at most this many bytes. It is written by hand into one buffer, because the
/// allocator's work on the remains of a built message would be counted as the decoder's.
fn message(bytes: usize, value_bytes: usize, values: usize) -> Vec<u8> {
    let count = (bytes - 10) / (ATTRIBUTE_BYTES + value_bytes + (values - 1) * (5 + value_bytes));
    let value_length = (value_bytes as u16).to_be_bytes();
    let mut message = Vec::with_capacity(bytes);
    message.extend_from_slice(&[2, 0, 0, 0, 0, 0, 0, 1, GroupTag::PRINTER.code()]);
    for number in 0..count {
        for value in 0..values {
            message.push(ValueTag::TEXT_WITHOUT_LANGUAGE.code());
            if value == 0 {
                message.extend_from_slice(&[0, 9]);
                write!(message, "a{number:08}").expect("a vector takes everything");
            } else {
                message.extend_from_slice(&[0, 0]);
            }
            message.extend_from_slice(&value_length);
            message.resize(message.len() + value_bytes, b'a');
        }
    }
    message.push(GroupTag::END_OF_ATTRIBUTES);
    message
}
