//! The content of one value, by its tag (RFC 8010 section 3.9).

use crate::date_time::DateTime;
use crate::decode::decoder::split_counted;
use crate::decode::fault::DecodeFault;
use crate::registry::ValueTag;
use crate::value::{LanguageString, OutOfBand, Resolution, Value};

/// Reads the content of any value but a collection, whose parts are fields of their own.
pub(super) fn value(tag: u8, bytes: &[u8]) -> Result<Value, DecodeFault> {
    if let Some(out_of_band) = OutOfBand::new(tag) {
        let empty = bytes.is_empty();
        return empty.then_some(Value::OutOfBand(out_of_band)).ok_or(DecodeFault::ValueLength);
    }
    Ok(match ValueTag::new(tag) {
        ValueTag::INTEGER => Value::Integer(integer(bytes)?),
        ValueTag::ENUM => Value::Enum(integer(bytes)?),
        ValueTag::BOOLEAN => match bytes {
            [byte] => Value::Boolean(*byte),
            _ => return Err(DecodeFault::ValueLength),
        },
        ValueTag::DATE_TIME => Value::DateTime(DateTime(fixed(bytes)?)),
        ValueTag::RESOLUTION => resolution(bytes)?,
        ValueTag::RANGE_OF_INTEGER => {
            let [a, b, c, d, e, f, g, h] = fixed(bytes)?;
            let lower = i32::from_be_bytes([a, b, c, d]);
            Value::Range { lower, upper: i32::from_be_bytes([e, f, g, h]) }
        }
        ValueTag::TEXT_WITH_LANGUAGE => Value::TextWithLanguage(language_string(bytes)?),
        ValueTag::NAME_WITH_LANGUAGE => Value::NameWithLanguage(language_string(bytes)?),
        ValueTag::OCTET_STRING => Value::OctetString(bytes.to_vec()),
        ValueTag::TEXT_WITHOUT_LANGUAGE => Value::Text(bytes.to_vec()),
        ValueTag::NAME_WITHOUT_LANGUAGE => Value::Name(bytes.to_vec()),
        ValueTag::KEYWORD => Value::Keyword(bytes.to_vec()),
        ValueTag::URI => Value::Uri(bytes.to_vec()),
        ValueTag::URI_SCHEME => Value::UriScheme(bytes.to_vec()),
        ValueTag::CHARSET => Value::Charset(bytes.to_vec()),
        ValueTag::NATURAL_LANGUAGE => Value::Language(bytes.to_vec()),
        ValueTag::MIME_MEDIA_TYPE => Value::MimeType(bytes.to_vec()),
        tag => Value::Other { tag, bytes: bytes.to_vec() },
    })
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], DecodeFault> {
    bytes.try_into().map_err(|_| DecodeFault::ValueLength)
}

fn integer(bytes: &[u8]) -> Result<i32, DecodeFault> {
    fixed(bytes).map(i32::from_be_bytes)
}

fn resolution(bytes: &[u8]) -> Result<Value, DecodeFault> {
    let [a, b, c, d, e, f, g, h, units] = fixed(bytes)?;
    Ok(Value::Resolution(Resolution {
        cross_feed: i32::from_be_bytes([a, b, c, d]),
        feed: i32::from_be_bytes([e, f, g, h]),
        units: i8::from_be_bytes([units]),
    }))
}

fn language_string(bytes: &[u8]) -> Result<Box<LanguageString>, DecodeFault> {
    let (language, rest) = split_counted(bytes).ok_or(DecodeFault::InnerLength)?;
    let (string, rest) = split_counted(rest).ok_or(DecodeFault::InnerLength)?;
    if !rest.is_empty() {
        return Err(DecodeFault::InnerLength);
    }
    Ok(Box::new(LanguageString { language: language.to_vec(), string: string.to_vec() }))
}
