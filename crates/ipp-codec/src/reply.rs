//! Reading a printer's answer.

use crate::attribute::Attribute;
use crate::decode::{DecodeError, decode};
use crate::limits::Limits;
use crate::message::{Group, Message};
use crate::names;
use crate::registry::{GroupTag, Status};
use crate::text;

/// A printer's answer. Nothing in it is trusted: numbers are plain numbers, and strings for people
/// come bounded and without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    message: Message,
}

impl Reply {
    /// Reads an answer within [`Limits::REPLY`]; bytes behind its attributes are ignored.
    ///
    /// # Errors
    /// When the bytes are no message.
    pub fn decode(bytes: &[u8]) -> Result<Reply, DecodeError> {
        Ok(Reply { message: decode(bytes, &Limits::REPLY)?.0 })
    }

    /// Takes a message that was already decoded.
    pub fn new(message: Message) -> Reply {
        Reply { message }
    }

    /// How the request ended.
    pub fn status(&self) -> Status {
        self.message.status()
    }

    /// The request-id that this answers.
    pub fn request_id(&self) -> i32 {
        self.message.request_id
    }

    /// What the printer says about it, at most 255 bytes of plain text.
    pub fn status_message(&self) -> Option<String> {
        self.string(GroupTag::OPERATION, names::STATUS_MESSAGE)
    }

    /// Every group with this tag, such as one per job in the answer to Get-Jobs.
    pub fn groups(&self, tag: GroupTag) -> impl Iterator<Item = &Group> {
        self.message.groups(tag)
    }

    /// The attribute of this name in the first group with this tag that has it.
    pub fn get(&self, tag: GroupTag, name: &str) -> Option<&Attribute> {
        self.message.get(tag, name)
    }

    /// The first value as a number.
    pub fn integer(&self, tag: GroupTag, name: &str) -> Option<i32> {
        self.get(tag, name)?.as_integer()
    }

    /// The first value as a truth.
    pub fn boolean(&self, tag: GroupTag, name: &str) -> Option<bool> {
        self.get(tag, name)?.as_boolean()
    }

    /// Every number; empty when the attribute is missing.
    pub fn integers(&self, tag: GroupTag, name: &str) -> Vec<i32> {
        self.get(tag, name).map(|attribute| attribute.integers().collect()).unwrap_or_default()
    }

    /// Every keyword, URI, type or other string at its full length, as it came; empty when the
    /// attribute is missing. For comparing, not for showing.
    pub fn keywords(&self, tag: GroupTag, name: &str) -> Vec<&str> {
        self.get(tag, name)
            .map(|attribute| attribute.keywords_as_str().collect())
            .unwrap_or_default()
    }

    /// The first value as text for people, at most 255 bytes.
    pub fn string(&self, tag: GroupTag, name: &str) -> Option<String> {
        let bytes = self.get(tag, name)?.first()?.as_bytes()?;
        Some(text::plain(bytes, text::NAME_BYTES_MAX))
    }

    /// Every value as text for people, at most 1,023 bytes each; empty when the attribute is
    /// missing.
    pub fn strings(&self, tag: GroupTag, name: &str) -> Vec<String> {
        self.get(tag, name)
            .map(|attribute| attribute.plain_strings(text::TEXT_BYTES_MAX).collect())
            .unwrap_or_default()
    }

    /// The answer as a message.
    pub fn message(&self) -> &Message {
        &self.message
    }
}
