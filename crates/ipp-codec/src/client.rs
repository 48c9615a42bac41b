//! Building a request, for our client to printers and for tests.

use crate::attribute::Attribute;
use crate::encode::{EncodeError, encode};
use crate::message::{Group, Header, Message, Version};
use crate::names;
use crate::registry::{GroupTag, Operation};
use crate::value::Value;

/// A request under construction. Charset, language and target are in place from the beginning;
/// operation attributes follow in the order of the calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRequest {
    message: Message,
}

impl ClientRequest {
    /// A request in version 2.0 with request-id 1 to a printer.
    pub fn new(operation: Operation, printer_uri: &str) -> ClientRequest {
        ClientRequest::without_target(operation)
            .attribute(Attribute::uri(names::PRINTER_URI, printer_uri))
    }

    /// A request about a job that is named by its own URI.
    pub fn to_job(operation: Operation, job_uri: &str) -> ClientRequest {
        ClientRequest::without_target(operation).attribute(Attribute::uri(names::JOB_URI, job_uri))
    }

    /// A request to a server as a whole, such as CUPS-Get-Printers.
    pub fn without_target(operation: Operation) -> ClientRequest {
        let header = Header { version: Version::V2_0, code: operation.code(), request_id: 1 };
        let mut message = Message::new(header);
        let first = vec![
            Attribute::new(names::ATTRIBUTES_CHARSET, Value::charset("utf-8")),
            Attribute::new(names::ATTRIBUTES_NATURAL_LANGUAGE, Value::language("en")),
        ];
        message.groups.push(Group::new(GroupTag::OPERATION, first));
        ClientRequest { message }
    }

    /// Another protocol version, for printers that do not speak 2.0.
    pub fn version(mut self, version: Version) -> ClientRequest {
        self.message.version = version;
        self
    }

    /// Another request-id; it must be above 0.
    pub fn request_id(mut self, request_id: i32) -> ClientRequest {
        self.message.request_id = request_id;
        self
    }

    /// Which job of the printer is meant. RFC 8011 section 4.1.5 wants it right behind the target,
    /// so call it first.
    pub fn job_id(self, job_id: i32) -> ClientRequest {
        self.attribute(Attribute::integer(names::JOB_ID, job_id))
    }

    /// Who asks, as the printer will show it.
    pub fn requesting_user_name(self, name: &str) -> ClientRequest {
        self.attribute(Attribute::name(names::REQUESTING_USER_NAME, name))
    }

    /// Which attributes the answer has to hold.
    pub fn requested_attributes<'a>(
        self,
        names: impl IntoIterator<Item = &'a str>,
    ) -> ClientRequest {
        self.attribute(Attribute::keywords(names::REQUESTED_ATTRIBUTES, names))
    }

    /// Adds an operation attribute.
    pub fn attribute(mut self, attribute: Attribute) -> ClientRequest {
        if let Some(operation) = self.message.groups.first_mut() {
            operation.attributes.push(attribute);
        }
        self
    }

    /// Adds a group behind the operation attributes.
    pub fn group(mut self, tag: GroupTag, attributes: Vec<Attribute>) -> ClientRequest {
        self.message.groups.push(Group::new(tag, attributes));
        self
    }

    /// Adds the job attributes; without any there is no group.
    pub fn job_attributes(self, attributes: Vec<Attribute>) -> ClientRequest {
        if attributes.is_empty() {
            return self;
        }
        self.group(GroupTag::JOB, attributes)
    }

    /// The request as a message.
    pub fn into_message(self) -> Message {
        self.message
    }

    /// The bytes of the request; the document follows them.
    ///
    /// # Errors
    /// When an attribute put into it cannot be written.
    pub fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        encode(&self.message)
    }
}
