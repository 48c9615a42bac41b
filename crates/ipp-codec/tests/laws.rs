//! The laws that hold for every input, on valid, spoilt and random messages.

mod support;

use ipp_codec::{Decoder, Group, Limits, Message, OutOfBand, Value, encode};
use proptest::prelude::*;
use support::laws::{Outcome, decode_in_chunks, examine_reply, examine_request};
use support::random::Random;
use support::{mutate, samples};

#[test]
fn every_operation_has_a_sample_that_is_accepted() {
    for message in samples::requests() {
        let bytes = encode(&message).unwrap();
        let outcome = examine_request(&bytes, 3);
        assert_eq!(outcome, Outcome::Accepted(message.operation()), "{message:?}");
    }
    for message in samples::replies() {
        assert!(examine_reply(&encode(&message).unwrap(), 3), "{message:?}");
    }
}

#[test]
fn a_hundred_thousand_spoilt_messages_break_no_law() {
    let requests = samples::requests();
    let replies = samples::replies();
    let mut accepted = 0;
    for seed in 0..100_000 {
        let mut random = Random::new(seed);
        let chunk_bytes = 1 + random.below(100);
        let input = mutate::input(&requests, &mut random);
        accepted +=
            usize::from(matches!(examine_request(&input, chunk_bytes), Outcome::Accepted(_)));
        if seed % 4 == 0 {
            examine_reply(&mutate::input(&replies, &mut random), chunk_bytes);
        }
    }
    // If nearly everything were refused at once, the test would show little.
    assert!(accepted >= 10_000, "only {accepted} of 100,000 were accepted");
}

/// Any value that the decoder can give, with collections inside collections.
fn value() -> impl Strategy<Value = Value> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..40);
    let leaf = prop_oneof![
        any::<i32>().prop_map(Value::Integer),
        any::<u8>().prop_map(Value::Boolean),
        any::<i32>().prop_map(Value::Enum),
        any::<[u8; 11]>().prop_map(|bytes| Value::DateTime(ipp_codec::DateTime(bytes))),
        (any::<i32>(), any::<i32>()).prop_map(|(lower, upper)| Value::range(lower, upper)),
        bytes().prop_map(Value::OctetString),
        bytes().prop_map(Value::Text),
        bytes().prop_map(Value::Name),
        bytes().prop_map(Value::Keyword),
        bytes().prop_map(Value::Uri),
        bytes().prop_map(Value::Charset),
        (bytes(), bytes()).prop_map(|(language, string)| {
            Value::TextWithLanguage(Box::new(ipp_codec::LanguageString { language, string }))
        }),
        (0x10..0x20u8).prop_filter_map("out of band", OutOfBand::new).prop_map(Value::OutOfBand),
        (0x4b..=0xffu8, bytes()).prop_map(|(tag, bytes)| Value::Other {
            tag: ipp_codec::registry::ValueTag::new(tag),
            bytes
        }),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let values = prop::collection::vec(inner, 1..3);
        let member =
            ("[a-z-]{1,12}", values).prop_map(|(name, values)| ipp_codec::Member { name, values });
        prop::collection::vec(member, 0..4).prop_map(Value::Collection)
    })
}

/// Any message whose groups name each attribute once.
fn message() -> impl Strategy<Value = Message> {
    let attribute = prop::collection::vec(value(), 1..4);
    let attributes = prop::collection::btree_map("[a-z][a-z0-9-]{0,20}", attribute, 0..6);
    let group = (2u8..16, attributes).prop_map(|(tag, attributes)| {
        let tag = if tag == 3 { 4 } else { tag };
        let attributes = attributes
            .into_iter()
            .map(|(name, values)| ipp_codec::Attribute { name, values })
            .collect();
        Group::new(ipp_codec::GroupTag::new(tag), attributes)
    });
    let header = any::<[u8; 8]>().prop_map(ipp_codec::Header::from_bytes);
    (header, prop::collection::vec(group, 0..4)).prop_map(|(header, groups)| {
        let mut message = Message::new(header);
        message.groups = groups;
        message
    })
}

proptest! {
    #[test]
    fn decoding_what_was_encoded_gives_the_message_back(
        message in message(),
        chunk_bytes in 1usize..70,
        document in prop::collection::vec(any::<u8>(), 0..50),
    ) {
        let mut bytes = encode(&message).unwrap();
        let end = bytes.len();
        bytes.extend_from_slice(&document);
        let decoded = decode_in_chunks(&bytes, chunk_bytes, Limits::REQUEST);
        prop_assert_eq!(decoded, Ok((message, end)));
        examine_request(&bytes, chunk_bytes);
    }

    #[test]
    fn random_bytes_break_no_law(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        chunk_bytes in 1usize..20,
    ) {
        examine_request(&bytes, chunk_bytes);
        examine_reply(&bytes, chunk_bytes);
    }
}

/// How much work a decoder does for this input, fed in chunks of this size.
fn steps(input: &[u8], chunk_bytes: usize) -> u64 {
    let mut decoder = Decoder::new(Limits::REPLY);
    for chunk in input.chunks(chunk_bytes) {
        decoder.feed(chunk).expect("the message is valid");
    }
    let steps = decoder.steps();
    decoder.finish().expect("the message is whole");
    steps
}

/// A message of about this many bytes, made of attributes with values of one size.
fn message_of(bytes: usize, value_bytes: usize, values: usize) -> Vec<u8> {
    let value = || Value::Text(vec![b'a'; value_bytes]);
    let attribute_bytes = 15 + values * (value_bytes + 5);
    let count = (bytes - 100) / attribute_bytes;
    let attributes = (0..count)
        .map(|number| {
            ipp_codec::Attribute::set(&format!("a{number:08}"), (0..values).map(|_| value()))
        })
        .collect();
    let mut message = samples::replies().remove(0);
    message.groups = vec![Group::new(ipp_codec::GroupTag::PRINTER, attributes)];
    encode(&message).expect("the values are short")
}

#[test]
fn work_grows_no_faster_than_the_input() {
    let shapes = [(200, 1), (1, 1_000), (1_000, 1), (60_000, 1)];
    for (value_bytes, values) in shapes {
        let small = message_of(64 * 1024, value_bytes, values);
        let large = message_of(1024 * 1024, value_bytes, values);
        let growth = large.len() as f64 / small.len() as f64;
        for chunk_bytes in [1, 7, 1_460, usize::MAX >> 1] {
            let small_steps = steps(&small, chunk_bytes);
            let large_steps = steps(&large, chunk_bytes);
            let ratio = large_steps as f64 / small_steps as f64;
            assert!(
                ratio <= growth * 1.1,
                "{value_bytes} x {values} in chunks of {chunk_bytes}: {ratio} for {growth}"
            );
        }
    }
}

#[test]
fn bytes_behind_the_attributes_are_left_to_the_document() {
    let mut bytes = encode(&samples::requests()[0]).unwrap();
    let end = bytes.len();
    bytes.extend_from_slice(b"%PDF-1.7");
    assert_eq!(ipp_codec::decode(&bytes, &Limits::REQUEST).unwrap().1, end);
    let mut decoder = Decoder::new(Limits::REQUEST);
    assert_eq!(decoder.feed(&bytes[..end - 1]), Ok(ipp_codec::Progress::NeedMore));
    let rest = decoder.feed(&bytes[end - 1..]);
    assert_eq!(rest, Ok(ipp_codec::Progress::Done { consumed: 1 }));
    let later = decoder.feed(b"%PDF");
    assert_eq!(later, Ok(ipp_codec::Progress::Done { consumed: 0 }));
}
