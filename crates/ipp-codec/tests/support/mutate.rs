//! Spoils valid messages: sometimes the values inside, sometimes the bytes.

use ipp_codec::registry::ValueTag;
use ipp_codec::value::{LanguageString, Resolution};
use ipp_codec::{Attribute, DateTime, Group, GroupTag, Member, Message, OutOfBand, Value, encode};

use super::random::Random;

/// Names that the checker knows, so that spoilt messages reach its rules.
const NAMES: [&str; 12] = [
    "printer-uri",
    "job-uri",
    "job-id",
    "requesting-user-name",
    "job-name",
    "document-format",
    "requested-attributes",
    "last-document",
    "limit",
    "copies",
    "media-col",
    "x",
];

/// One input made from one of the samples. The same generator state gives the same input.
pub fn input(samples: &[Message], random: &mut Random) -> Vec<u8> {
    let mut message = random.pick(samples).clone();
    let changes = random.below(4);
    for _ in 0..changes {
        change_message(&mut message, random);
    }
    // What the builders cannot write is no input; the sample itself always can.
    let mut bytes = encode(&message)
        .unwrap_or_else(|_| encode(random.pick(samples)).expect("samples can be encoded"));
    if random.percent(40) {
        for _ in 0..=random.below(3) {
            change_bytes(&mut bytes, random);
        }
    }
    if random.percent(30) {
        let document: Vec<u8> = (0..random.below(64)).map(|_| random.byte()).collect();
        bytes.extend_from_slice(&document);
    }
    bytes
}

fn change_message(message: &mut Message, random: &mut Random) {
    match random.below(20) {
        0 => message.version.minor = random.byte() % 4,
        1 => message.version.major = random.byte() % 4,
        2 => message.request_id = random.next() as i32,
        3 => message.code = random.below(0x70) as u16,
        4 => message.groups.push(Group::new(GroupTag::new(random.byte() % 16), Vec::new())),
        5 => {
            let other = message.groups[random.below(message.groups.len())].clone();
            message.groups.push(other);
        }
        _ => {
            let place = random.below(message.groups.len());
            if let Some(group) = message.groups.get_mut(place) {
                change_attributes(&mut group.attributes, random);
            }
        }
    }
}

fn change_attributes(attributes: &mut Vec<Attribute>, random: &mut Random) {
    let place = random.below(attributes.len());
    match random.below(8) {
        0 if !attributes.is_empty() => {
            attributes.remove(place);
        }
        1 if !attributes.is_empty() => {
            let other = random.below(attributes.len());
            attributes.swap(place, other);
        }
        2 if !attributes.is_empty() => attributes[place].values.push(value(random, 3)),
        3 if !attributes.is_empty() => attributes[place].values[0] = value(random, 3),
        4 if !attributes.is_empty() => {
            let name = *random.pick(&NAMES);
            attributes[place].name = name.to_owned();
        }
        5 => {
            let name = *random.pick(&NAMES);
            attributes.push(Attribute::new(name, value(random, 12)));
        }
        _ => {
            let name = format!("vendor-{}", random.below(1000));
            attributes.push(Attribute::new(&name, value(random, 4)));
        }
    }
}

/// A value of any kind; `depth` bounds the collections inside it.
fn value(random: &mut Random, depth: usize) -> Value {
    let length = *random.pick(&[0, 1, 2, 7, 63, 64, 255, 256, 1_023, 1_024]);
    let fill = *random.pick(b"a1-\0\n\xff ");
    let bytes = vec![fill; length];
    let number = *random.pick(&[i32::MIN, -1, 0, 1, 4, 255, i32::MAX]);
    match random.below(18) {
        0 => Value::Integer(number),
        1 => Value::Boolean(random.byte()),
        2 => Value::Enum(number),
        3 => Value::OctetString(bytes),
        4 => Value::DateTime(DateTime([random.byte(); 11])),
        5 => Value::Resolution(Resolution { cross_feed: number, feed: 1, units: 3 }),
        6 => Value::range(number, random.next() as i32),
        7 => Value::TextWithLanguage(Box::new(LanguageString {
            language: bytes.clone(),
            string: bytes,
        })),
        8 => Value::NameWithLanguage(Box::new(LanguageString {
            language: b"sv".into(),
            string: bytes,
        })),
        9 => Value::Text(bytes),
        10 => Value::Name(bytes),
        11 => Value::Keyword(bytes),
        12 => Value::Uri(bytes),
        13 => Value::MimeType(bytes),
        14 => Value::Charset(bytes),
        15 => Value::OutOfBand(OutOfBand::new(0x10 + random.byte() % 16).expect("in range")),
        16 => Value::Other { tag: ValueTag::new(0x4b + random.byte() % 0x35), bytes },
        _ if depth == 0 => Value::Collection(Vec::new()),
        _ => {
            let inner = value(random, depth - 1);
            let values = vec![inner, Value::Integer(number)];
            Value::Collection(vec![Member { name: "m".into(), values }])
        }
    }
}

fn change_bytes(bytes: &mut Vec<u8>, random: &mut Random) {
    let place = random.below(bytes.len());
    match random.below(7) {
        0 if !bytes.is_empty() => bytes[place] ^= 1 << random.below(8),
        1 if !bytes.is_empty() => bytes[place] = random.byte(),
        2 => bytes.insert(place, random.byte()),
        3 if !bytes.is_empty() => {
            bytes.remove(place);
        }
        4 => bytes.truncate(place),
        5 => {
            // A tag in the middle: the cheapest way to a wrong structure.
            let tags = [0x00, 0x01, 0x03, 0x10, 0x21, 0x34, 0x37, 0x44, 0x4a, 0x7f];
            bytes.insert(place, *random.pick(&tags));
        }
        _ => {
            let end = (place + random.below(40)).min(bytes.len());
            let copied = bytes[place..end].to_vec();
            let at = random.below(bytes.len());
            bytes.splice(at..at, copied);
        }
    }
}
