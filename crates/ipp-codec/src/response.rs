//! Building the answer to a request.

use crate::attribute::Attribute;
use crate::check::Violation;
use crate::decode::DecodeError;
use crate::encode::{EncodeError, encode};
use crate::encoded::EncodedGroup;
use crate::message::{Group, Header, Message};
use crate::names;
use crate::registry::{GroupTag, Status};
use crate::text;
use crate::value::Value;

/// The longest `status-message`, in bytes (RFC 8011 section 4.1.6.2).
const STATUS_MESSAGE_BYTES_MAX: usize = 255;

/// An answer under construction. Charset and language are in place from the beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    message: Message,
    /// Groups that were given encoded; they stand behind the others.
    encoded: Vec<EncodedGroup>,
}

impl Response {
    /// The answer to the request with this header, in its version when that is one of ours.
    pub fn new(request: Header, status: Status) -> Response {
        let header = Header {
            version: request.version.of_reply(),
            code: status.code(),
            request_id: request.request_id,
        };
        let mut message = Message::new(header);
        // RFC 8011 section 4.1.4.2: charset and language come first in every response.
        let operation = vec![
            Attribute::new(names::ATTRIBUTES_CHARSET, Value::charset("utf-8")),
            Attribute::new(names::ATTRIBUTES_NATURAL_LANGUAGE, Value::language("en")),
        ];
        message.groups.push(Group::new(GroupTag::OPERATION, operation));
        Response { message, encoded: Vec::new() }
    }

    /// The answer to a request that the checker refused.
    pub fn refusal(request: Header, violation: Violation) -> Response {
        Response::new(request, violation.status)
            .status_message(&violation.message)
            .unsupported(violation.unsupported)
    }

    /// The answer to bytes that are no message; `None` when not even their header came.
    pub fn undecodable(error: &DecodeError) -> Option<Response> {
        let response = Response::new(error.header?, error.status());
        Some(response.status_message(&error.fault.to_string()))
    }

    /// Says that the texts of the answer are in this language (`sv`).
    pub fn natural_language(mut self, tag: &str) -> Response {
        let operation = self.message.groups.first_mut();
        let attributes = operation.into_iter().flat_map(|group| &mut group.attributes);
        for attribute in attributes {
            if attribute.name == names::ATTRIBUTES_NATURAL_LANGUAGE {
                *attribute = Attribute::new(&attribute.name, Value::language(tag));
            }
        }
        self
    }

    /// Says what happened, in plain words for the person at the client; cut to 255 bytes.
    pub fn status_message(self, message: &str) -> Response {
        let message = text::clip(message, STATUS_MESSAGE_BYTES_MAX);
        self.attribute(Attribute::text(names::STATUS_MESSAGE, message))
    }

    /// Adds an operation attribute.
    pub fn attribute(mut self, attribute: Attribute) -> Response {
        if let Some(operation) = self.message.groups.first_mut() {
            operation.attributes.push(attribute);
        }
        self
    }

    /// Adds the unsupported-attributes group, unless there is nothing to say in it. It belongs
    /// before the groups of objects (RFC 8011 section 4.1.7), so call it first.
    pub fn unsupported(self, attributes: Vec<Attribute>) -> Response {
        if attributes.is_empty() {
            return self;
        }
        self.group(GroupTag::UNSUPPORTED, attributes)
    }

    /// Adds a group, which may be empty.
    pub fn group(mut self, tag: GroupTag, attributes: Vec<Attribute>) -> Response {
        self.message.groups.push(Group::new(tag, attributes));
        self
    }

    /// The status that it tells the client.
    pub fn status(&self) -> Status {
        self.message.status()
    }

    /// Adds a group that is encoded already; it comes behind all that are not.
    pub fn encoded_group(mut self, group: EncodedGroup) -> Response {
        self.encoded.push(group);
        self
    }

    /// The answer as a message. Groups that were added encoded are not in it.
    pub fn into_message(self) -> Message {
        self.message
    }

    /// The bytes of the answer.
    ///
    /// # Errors
    /// When an attribute put into it cannot be written.
    pub fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        let mut bytes = encode(&self.message)?;
        // What ends the attributes stands behind the last group.
        let end = bytes.pop();
        self.encoded.iter().for_each(|group| bytes.extend_from_slice(group.as_bytes()));
        bytes.extend(end);
        Ok(bytes)
    }
}
