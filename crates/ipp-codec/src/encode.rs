//! Messages to bytes.

use crate::attribute::Attribute;
use crate::limits::Limits;
use crate::message::Message;
use crate::registry::{GroupTag, ValueTag};
use crate::value::{Member, Value};

/// Why a message cannot be written. Nothing is ever cut or wrapped to make it fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// A name or value has more bytes than its 16-bit length can say.
    #[error("the attribute {0} has a name or value of more than 65,535 bytes")]
    TooLong(String),
    /// An attribute or member has no value.
    #[error("the attribute {0} has no value")]
    NoValue(String),
    /// An attribute or member has an empty name, which would read as a value of the one before.
    #[error("an attribute has no name")]
    NoName,
    /// Collections nest deeper than any reader of ours accepts.
    #[error("the attribute {0} nests collections too deeply")]
    TooDeep(String),
    /// The tag of a group or value is one that has another meaning there.
    #[error("the tag 0x{0:02x} cannot be written here")]
    Tag(u8),
}

/// The bytes of a message, from the version number to the end-of-attributes tag.
///
/// # Errors
/// See [`EncodeError`]; whatever was decoded can also be encoded.
pub fn encode(message: &Message) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::with_capacity(1024);
    encode_into(message, &mut bytes)?;
    Ok(bytes)
}

/// Appends the bytes of a message to a buffer. After an error the buffer is as it was before.
///
/// # Errors
/// See [`EncodeError`].
pub fn encode_into(message: &Message, bytes: &mut Vec<u8>) -> Result<(), EncodeError> {
    let before = bytes.len();
    let written = message_into(message, bytes);
    if written.is_err() {
        bytes.truncate(before);
    }
    written
}

fn message_into(message: &Message, bytes: &mut Vec<u8>) -> Result<(), EncodeError> {
    bytes.extend_from_slice(&message.header().to_bytes());
    for group in &message.groups {
        tag_into(group.tag, bytes)?;
        for attribute in &group.attributes {
            attribute_into(attribute, bytes)?;
        }
    }
    bytes.push(GroupTag::END_OF_ATTRIBUTES);
    Ok(())
}

/// Begins a group.
pub(crate) fn tag_into(tag: GroupTag, bytes: &mut Vec<u8>) -> Result<(), EncodeError> {
    if !tag.begins_group() {
        return Err(EncodeError::Tag(tag.code()));
    }
    bytes.push(tag.code());
    Ok(())
}

/// Writes an attribute with all its values.
pub(crate) fn attribute_into(
    attribute: &Attribute,
    bytes: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let name = attribute.name.as_str();
    if name.is_empty() {
        return Err(EncodeError::NoName);
    }
    if attribute.values.is_empty() {
        return Err(EncodeError::NoValue(name.to_owned()));
    }
    let mut written_name = name;
    for value in &attribute.values {
        value_into(value, name, written_name, 0, bytes)?;
        // Further values of the same attribute have an empty name (RFC 8010 3.1.5).
        written_name = "";
    }
    Ok(())
}

/// Writes one value. `attribute` names it in errors; `depth` counts the collections around it and
/// bounds the recursion.
fn value_into(
    value: &Value,
    attribute: &str,
    name: &str,
    depth: usize,
    bytes: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let tag = value.tag().code();
    match value {
        Value::Other { .. } if is_structural(tag) => return Err(EncodeError::Tag(tag)),
        Value::OctetString(content) | Value::Other { bytes: content, .. } => {
            field_into(tag, attribute, name, content, bytes)?;
        }
        Value::Integer(number) | Value::Enum(number) => {
            field_into(tag, attribute, name, &number.to_be_bytes(), bytes)?;
        }
        Value::Boolean(byte) => field_into(tag, attribute, name, &[*byte], bytes)?,
        Value::DateTime(moment) => field_into(tag, attribute, name, &moment.0, bytes)?,
        Value::Resolution(resolution) => {
            let mut content = [0; 9];
            content[..4].copy_from_slice(&resolution.cross_feed.to_be_bytes());
            content[4..8].copy_from_slice(&resolution.feed.to_be_bytes());
            content[8..].copy_from_slice(&resolution.units.to_be_bytes());
            field_into(tag, attribute, name, &content, bytes)?;
        }
        Value::Range { lower, upper } => {
            let mut content = [0; 8];
            content[..4].copy_from_slice(&lower.to_be_bytes());
            content[4..].copy_from_slice(&upper.to_be_bytes());
            field_into(tag, attribute, name, &content, bytes)?;
        }
        Value::TextWithLanguage(with_language) | Value::NameWithLanguage(with_language) => {
            let mut content =
                Vec::with_capacity(4 + with_language.language.len() + with_language.string.len());
            counted_into(attribute, &with_language.language, &mut content)?;
            counted_into(attribute, &with_language.string, &mut content)?;
            field_into(tag, attribute, name, &content, bytes)?;
        }
        Value::Collection(members) => {
            field_into(tag, attribute, name, b"", bytes)?;
            members_into(members, attribute, depth + 1, bytes)?;
        }
        Value::OutOfBand(_) => field_into(tag, attribute, name, b"", bytes)?,
        Value::Text(_)
        | Value::Name(_)
        | Value::Keyword(_)
        | Value::Uri(_)
        | Value::UriScheme(_)
        | Value::Charset(_)
        | Value::Language(_)
        | Value::MimeType(_) => {
            field_into(tag, attribute, name, value.as_bytes().unwrap_or_default(), bytes)?;
        }
    }
    Ok(())
}

fn members_into(
    members: &[Member],
    attribute: &str,
    depth: usize,
    bytes: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    if depth > Limits::REPLY.depth_max() {
        return Err(EncodeError::TooDeep(attribute.to_owned()));
    }
    for member in members {
        if member.name.is_empty() {
            return Err(EncodeError::NoName);
        }
        if member.values.is_empty() {
            return Err(EncodeError::NoValue(member.name.clone()));
        }
        let name_tag = ValueTag::MEMBER_ATTRIBUTE_NAME.code();
        field_into(name_tag, attribute, "", member.name.as_bytes(), bytes)?;
        for value in &member.values {
            value_into(value, attribute, "", depth, bytes)?;
        }
    }
    field_into(ValueTag::END_COLLECTION.code(), attribute, "", b"", bytes)
}

fn field_into(
    tag: u8,
    attribute: &str,
    name: &str,
    content: &[u8],
    bytes: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    bytes.push(tag);
    counted_into(attribute, name.as_bytes(), bytes)?;
    counted_into(attribute, content, bytes)
}

fn counted_into(attribute: &str, content: &[u8], bytes: &mut Vec<u8>) -> Result<(), EncodeError> {
    let too_long = |_| EncodeError::TooLong(crate::text::clip(attribute, 255).to_owned());
    let length = u16::try_from(content.len()).map_err(too_long)?;
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(content);
    Ok(())
}

/// Tags whose values have variants of their own, or that are delimiters: as `Other` they would read
/// back as something else.
fn is_structural(tag: u8) -> bool {
    tag < 0x20 || ValueTag::new(tag).name().is_some()
}
