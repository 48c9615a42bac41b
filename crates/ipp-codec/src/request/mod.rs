//! Typed requests: what a client asks, in values that later code need not check again.

mod calls;
mod operation_attributes;
mod target;

pub use calls::{Call, GetJobs, JobRequest, SendDocument};
pub use target::Target;

use crate::check::{Violation, check_request};
use crate::limits::Limits;
use crate::message::{Group, Header, Message, Version};
use crate::names;
use crate::registry::{GroupTag, Operation, Status};
use operation_attributes::OperationAttributes;

/// A request that passed every check of this crate.
///
/// Strings that people will see are valid, bounded and free of control characters; keywords, URIs
/// and types are bounded and as they came. Who `requesting_user_name` is has not been proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The version in which the client speaks.
    pub version: Version,
    /// The client's number for this request, above 0.
    pub request_id: i32,
    /// What the client asks for, as a code.
    pub operation: Operation,
    /// The language of the client's texts, such as `sv`.
    pub natural_language: String,
    /// Which object the request is about.
    pub target: Target,
    /// Who the client says is printing, at most 255 bytes. Never an identity.
    pub requesting_user_name: Option<String>,
    /// What the client asks for.
    pub call: Call,
}

impl Request {
    /// Checks a message and reads it as a request.
    ///
    /// # Errors
    /// The violation that [`check_request`] found, 0x0501 for an operation that this crate has no
    /// type for, 0x0400 for one that lacks what it needs.
    pub fn parse(message: &Message, limits: &Limits) -> Result<Request, Violation> {
        check_request(message, limits)?;
        let missing = || Violation::bad_request("the operation attributes must come first");
        let operation_group = message.group(GroupTag::OPERATION).ok_or_else(missing)?;
        let attributes = OperationAttributes::new(operation_group);
        let operation = message.operation();
        let call = Call::parse(operation, &attributes, message)?;
        Ok(Request {
            version: message.version,
            request_id: message.request_id,
            operation,
            natural_language: attributes
                .keyword(names::ATTRIBUTES_NATURAL_LANGUAGE)
                .unwrap_or_default(),
            target: Target::parse(operation, &attributes)?,
            requesting_user_name: attributes.name(names::REQUESTING_USER_NAME),
            call,
        })
    }

    /// The header that the answer refers to.
    pub fn header(&self) -> Header {
        let Request { version, request_id, operation, .. } = self;
        Header { version: *version, code: operation.code(), request_id: *request_id }
    }
}

fn unsupported_operation(operation: Operation) -> Violation {
    let status = Status::SERVER_ERROR_OPERATION_NOT_SUPPORTED;
    Violation::new(status, format!("the operation {operation} is not supported"))
}

/// The attributes of the only group with this tag, or none.
fn attributes_of(message: &Message, tag: GroupTag) -> Vec<crate::Attribute> {
    message.group(tag).map(|group: &Group| group.attributes.clone()).unwrap_or_default()
}
