//! Why bytes are not a message that we accept.

use crate::message::Header;
use crate::registry::Status;

/// What is wrong with the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum DecodeFault {
    /// The bytes ended before the end-of-attributes tag.
    #[error("the message ends before its attributes do")]
    Truncated,
    /// Header and attributes are longer than the limit.
    #[error("the attributes are too long")]
    TooManyBytes,
    /// More groups than the limit.
    #[error("the message has too many attribute groups")]
    TooManyGroups,
    /// More attributes than the limit.
    #[error("the message has too many attributes")]
    TooManyAttributes,
    /// More values in one attribute than the limit.
    #[error("an attribute has too many values")]
    TooManyValues,
    /// Collections inside collections beyond the limit.
    #[error("collections are nested too deeply")]
    TooDeep,
    /// The delimiter tag 0x00 is reserved.
    #[error("a reserved tag begins an attribute group")]
    ReservedGroup,
    /// A second operation-attributes group.
    #[error("the message has two operation attribute groups")]
    SecondOperationGroup,
    /// An attribute before the first group tag.
    #[error("an attribute stands before any attribute group")]
    AttributeOutsideGroup,
    /// The same attribute twice in one group.
    #[error("an attribute is given twice in one group")]
    RepeatedAttribute,
    /// A value without a name, and no attribute before it that it could belong to.
    #[error("a value without a name has no attribute that it belongs to")]
    NamelessValue,
    /// An attribute name longer than 255 bytes.
    #[error("an attribute name is too long")]
    NameTooLong,
    /// An attribute or member name with other bytes than printable ASCII.
    #[error("an attribute name has characters that names cannot have")]
    NameCharacters,
    /// An endCollection without a collection.
    #[error("a collection ends that did not begin")]
    StrayCollectionEnd,
    /// A group ends while a collection is open.
    #[error("a collection does not end")]
    UnterminatedCollection,
    /// A memberAttrName outside every collection.
    #[error("a collection member stands outside a collection")]
    MemberOutsideCollection,
    /// A named attribute inside a collection, or a value there before any member name.
    #[error("a value inside a collection has no member name")]
    ValueWithoutMember,
    /// A member name that no value follows.
    #[error("a collection member has no value")]
    MemberWithoutValue,
    /// A value whose length is not the one of its tag.
    #[error("a value has the wrong length")]
    ValueLength,
    /// A text or name with language whose inner lengths do not fill the value.
    #[error("the lengths inside a value do not fit the value")]
    InnerLength,
}

/// A refusal while decoding.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault} (byte {offset})")]
pub struct DecodeError {
    /// What is wrong.
    pub fault: DecodeFault,
    /// Where the offending field begins, counted from the version number.
    pub offset: usize,
    /// The header, once eight bytes were there: a server then answers in IPP, else in HTTP only.
    pub header: Option<Header>,
}

impl DecodeError {
    /// The status for the client. A message in an unsupported version may well be unreadable: then
    /// the version is the answer that helps (RFC 8011 section 4.1.8).
    pub fn status(&self) -> Status {
        if self.header.is_some_and(|header| !header.version.is_supported()) {
            return Status::SERVER_ERROR_VERSION_NOT_SUPPORTED;
        }
        match self.fault {
            DecodeFault::TooManyBytes
            | DecodeFault::TooManyGroups
            | DecodeFault::TooManyAttributes
            | DecodeFault::TooManyValues => Status::CLIENT_ERROR_REQUEST_ENTITY_TOO_LARGE,
            _ => Status::CLIENT_ERROR_BAD_REQUEST,
        }
    }
}
