//! Ours compared with an independent reader and writer, the crate `ipp`.
//!
//! Where both accept a message they must agree. Where they do not, the difference is listed and
//! checked, so that the list stays true.

mod support;

use std::io::Cursor;

use ipp::model::DelimiterTag;
use ipp::operation::IppOperation;
use ipp::parser::IppParser;
use ipp::prelude::{IppAttributes, IppHeader, IppOperationBuilder, IppPayload, IppValue};
use ipp_codec::registry::ValueTag;
use ipp_codec::value::{LanguageString, Resolution};
use ipp_codec::{
    Attribute, Call, DateTime, Group, GroupTag, Limits, Member, Message, OutOfBand, Request,
    Response, Status, Value, decode, encode,
};
use support::random::Random;
use support::{mutate, samples};

/// Their reading of the bytes. Their parser panics on some input, which counts as a refusal.
fn theirs(bytes: &[u8]) -> Option<(IppHeader, IppAttributes)> {
    let owned = bytes.to_vec();
    let parsed = std::panic::catch_unwind(move || {
        let parser = IppParser::new(ipp::reader::IppReader::new(Cursor::new(owned)));
        parser.parse_parts().ok().map(|(header, attributes, _)| (header, attributes))
    });
    parsed.ok().flatten()
}

/// Their groups in our types.
fn groups(attributes: &IppAttributes) -> Vec<Group> {
    let attribute = |attribute: &ipp::prelude::IppAttribute| {
        let values = match attribute.value() {
            IppValue::Array(values) => values.iter().map(value).collect(),
            single => vec![value(single)],
        };
        Attribute { name: attribute.name().to_string(), values }
    };
    let group = |group: &ipp::attribute::IppAttributeGroup| {
        let attributes = group.attributes().iter().map(attribute).collect();
        Group::new(GroupTag::new(group.tag() as u8), attributes)
    };
    attributes.groups().iter().map(group).collect()
}

fn value(value: &IppValue) -> Value {
    let bytes = |text: &dyn std::fmt::Display| text.to_string().into_bytes();
    match value {
        IppValue::Integer(number) => Value::Integer(*number),
        IppValue::Enum(number) => Value::Enum(*number),
        IppValue::Boolean(truth) => Value::boolean(*truth),
        IppValue::OctetString(octets) => Value::OctetString(octets.to_vec()),
        IppValue::TextWithoutLanguage(_) | IppValue::NameWithoutLanguage(_) => unquoted(value),
        IppValue::TextWithLanguage { language, .. }
        | IppValue::NameWithLanguage { language, .. } => with_language(value, bytes(language)),
        IppValue::Charset(text) => Value::Charset(bytes(text)),
        IppValue::NaturalLanguage(text) => Value::Language(bytes(text)),
        IppValue::Uri(text) => Value::Uri(bytes(text)),
        IppValue::UriScheme(text) => Value::UriScheme(bytes(text)),
        IppValue::Keyword(text) => Value::Keyword(bytes(text)),
        IppValue::MimeMediaType(text) => Value::MimeType(bytes(text)),
        IppValue::RangeOfInteger { min, max } => Value::range(*min, *max),
        IppValue::Resolution { cross_feed, feed, units } => {
            Value::Resolution(Resolution { cross_feed: *cross_feed, feed: *feed, units: *units })
        }
        IppValue::DateTime(moment) => {
            let bytes = moment.to_bytes();
            Value::DateTime(DateTime(bytes.as_ref().try_into().expect("a dateTime has 11 bytes")))
        }
        IppValue::NoValue => Value::no_value(),
        IppValue::Collection(members) => Value::Collection(members.iter().map(member).collect()),
        IppValue::Other { tag, data } => match OutOfBand::new(*tag) {
            Some(out_of_band) => Value::OutOfBand(out_of_band),
            None => Value::Other { tag: ValueTag::new(*tag), bytes: data.to_vec() },
        },
        other => panic!("no form of ours for {other:?}"),
    }
}

fn member((name, values): (&ipp::value::IppName, &IppValue)) -> Member {
    Member::new(name.as_ref(), value(values))
}

/// Their text types print with decoration; their own bytes are what counts: two of length, then
/// the string.
fn unquoted(value: &IppValue) -> Value {
    let written = value.to_bytes();
    let content = written[2..].to_vec();
    match value {
        IppValue::TextWithoutLanguage(_) => Value::Text(content),
        _ => Value::Name(content),
    }
}

fn with_language(value: &IppValue, language: Vec<u8>) -> Value {
    let written = value.to_bytes();
    let string = written[2 + 2 + language.len() + 2..].to_vec();
    let both = Box::new(LanguageString { language, string });
    match value {
        IppValue::TextWithLanguage { .. } => Value::TextWithLanguage(both),
        _ => Value::NameWithLanguage(both),
    }
}

/// Our message as theirs can hold it; `None` when it has something that theirs is known to lose
/// or to change:
/// - members of a collection in their order, their second values and their repetitions;
/// - booleans other than 0 and 1;
/// - strings that are not UTF-8.
fn comparable(message: &Message) -> Option<Vec<Group>> {
    let keeps = |value: &Value| match value {
        Value::Collection(_) => keeps_collection(value),
        Value::Boolean(byte) => *byte < 2,
        value => value.as_bytes().is_none() || value.as_str().is_some(),
    };
    let all = message.groups.iter().flat_map(|group| &group.attributes);
    all.flat_map(|attribute| &attribute.values).all(keeps).then(|| message.groups.clone())
}

fn keeps_collection(value: &Value) -> bool {
    let Some(members) = value.as_collection() else { return true };
    let sorted = members.windows(2).all(|pair| pair[0].name < pair[1].name);
    sorted
        && members.iter().all(|member| {
            member.values.len() == 1
                && member.values.iter().all(|value| {
                    keeps_collection(value)
                        && !matches!(value, Value::Boolean(2..))
                        && (value.as_bytes().is_none() || value.as_str().is_some())
                })
        })
}

#[test]
fn both_read_the_samples_alike() {
    for message in samples::requests().into_iter().chain(samples::replies()) {
        let bytes = encode(&message).unwrap();
        let Some(wanted) = comparable(&message) else { continue };
        let Some((header, attributes)) = theirs(&bytes) else {
            assert!(bytes.contains(&0x7f), "only tag 0x7f is refused: {message:?}");
            continue;
        };
        assert_eq!(header.operation_or_status as u16, message.code);
        assert_eq!(header.request_id, message.request_id);
        assert_eq!(groups(&attributes), wanted);
    }
}

#[test]
fn both_read_spoilt_messages_alike_when_both_accept_them() {
    let samples = samples::requests();
    let mut compared = 0;
    for seed in 0..20_000 {
        let input = mutate::input(&samples, &mut Random::new(seed));
        let Ok((message, end)) = decode(&input, &Limits::REQUEST) else { continue };
        let Some(wanted) = comparable(&message) else { continue };
        let Some((_, attributes)) = theirs(&input[..end]) else { continue };
        assert_eq!(groups(&attributes), wanted, "seed {seed}");
        compared += 1;
    }
    assert!(compared > 5_000, "only {compared} messages could be compared");
}

#[test]
fn we_read_what_they_write() {
    let uri = "ipp://localhost:8631/ipp/print/q".parse().unwrap();
    let payload = IppPayload::new(Cursor::new(b"%PDF-1.7".to_vec()));
    let request = IppOperationBuilder::print_job(uri, payload)
        .user_name("alice")
        .job_title("Årsredovisning")
        .build()
        .unwrap();
    let request: ipp::request::IppRequestResponse = request.into_ipp_request();
    let bytes = request.to_bytes();
    let (message, end) = decode(&bytes, &Limits::REQUEST).unwrap();
    assert_eq!(end, bytes.len());
    let request = Request::parse(&message, &Limits::REQUEST).unwrap();
    assert_eq!(request.requesting_user_name.as_deref(), Some("alice"));
    let Call::PrintJob(job) = request.call else { panic!("{:?}", request.call) };
    assert_eq!(job.job_name.as_deref(), Some("Årsredovisning"));
}

#[test]
fn they_read_our_answers() {
    let (message, _) = decode(&encode(&samples::requests()[0]).unwrap(), &Limits::REQUEST).unwrap();
    let response = Response::new(message.header(), Status::SUCCESSFUL_OK)
        .status_message("held")
        .group(GroupTag::JOB, vec![Attribute::integer("job-id", 17)]);
    let (header, attributes) = theirs(&response.encode().unwrap()).unwrap();
    assert_eq!(header.operation_or_status, 0);
    let job = attributes.first_of(DelimiterTag::JobAttributes).unwrap();
    assert_eq!(job.get("job-id").unwrap().value().as_integer(), Some(&17));
}

#[test]
fn the_known_differences_are_still_there() {
    let with = |tail: &[u8]| [b"\x02\x00\x00\x0b\x00\x00\x00\x01\x04", tail, b"\x03"].concat();
    // (case, bytes, we read it, they read it)
    let table: [(&str, Vec<u8>, bool, bool); 9] = [
        ("integer of 8 bytes", with(b"\x21\x00\x01x\x00\x08\0\0\0\0\0\0\0\0"), false, true),
        ("no-value of 4 bytes", with(b"\x13\x00\x01x\x00\x04abcd"), false, true),
        ("inner length beyond the value", with(b"\x35\x00\x01x\x00\x04\xff\xffen"), false, false),
        (
            "stray end of collection",
            with(b"\x21\x00\x01x\x00\x04\0\0\0\x01\x37\x00\x00\x00\x00"),
            false,
            true,
        ),
        ("collection without end", with(b"\x34\x00\x01c\x00\x00"), false, true),
        ("value without attribute", with(b"\x44\x00\x00\x00\x01k"), false, true),
        ("tag 0x7f", with(b"\x7f\x00\x01x\x00\x00"), true, false),
        ("group 0x0f", with(b"\x0f"), true, false),
        (
            "name of 256 bytes",
            with(&[b"\x42\x00\x01x\x01\x00", &[b'a'; 256][..]].concat()),
            true,
            false,
        ),
    ];
    for (case, bytes, ours, them) in table {
        assert_eq!(decode(&bytes, &Limits::REQUEST).is_ok(), ours, "we: {case}");
        assert_eq!(theirs(&bytes).is_some(), them, "they: {case}");
    }
}
