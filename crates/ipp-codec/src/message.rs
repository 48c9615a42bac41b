//! A whole IPP message: header, groups, attributes (RFC 8010 section 3.1).

use std::fmt;

use crate::attribute::Attribute;
use crate::registry::{GroupTag, Operation, Status};
use crate::text;

/// The protocol version of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The part before the point.
    pub major: u8,
    /// The part after the point.
    pub minor: u8,
}

impl Version {
    /// IPP 1.0, still sent by old devices.
    pub const V1_0: Version = Version { major: 1, minor: 0 };
    /// IPP/1.1 (RFC 8011).
    pub const V1_1: Version = Version { major: 1, minor: 1 };
    /// IPP/2.0 (PWG 5100.12).
    pub const V2_0: Version = Version { major: 2, minor: 0 };
    /// IPP/2.1 (PWG 5100.12).
    pub const V2_1: Version = Version { major: 2, minor: 1 };
    /// IPP/2.2 (PWG 5100.12).
    pub const V2_2: Version = Version { major: 2, minor: 2 };

    /// The highest version that we answer in.
    pub const HIGHEST: Version = Version::V2_0;

    /// Whether a request of this version is read: 1.0, 1.1, 2.0, 2.1 and 2.2.
    pub fn is_supported(self) -> bool {
        [Self::V1_0, Self::V1_1, Self::V2_0, Self::V2_1, Self::V2_2].contains(&self)
    }

    /// The version of the answer to a request of this version (RFC 8011 section 4.1.8): the same,
    /// but no higher than [`Version::HIGHEST`]; that one, too, for a version that is not read.
    pub fn of_reply(self) -> Version {
        if self.is_supported() { self.min(Self::HIGHEST) } else { Self::HIGHEST }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The first eight bytes of a message. They are known before anything else, so that even a request
/// that cannot be read further gets an IPP answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The protocol version.
    pub version: Version,
    /// The operation of a request, the status of a response.
    pub code: u16,
    /// The client's number for this request; the response repeats it.
    pub request_id: i32,
}

/// How many bytes the header of a message has (RFC 8010 section 3.1.1).
pub const HEADER_BYTES: usize = 8;

impl Header {
    /// The header in its eight bytes.
    pub fn to_bytes(self) -> [u8; HEADER_BYTES] {
        let [code_high, code_low] = self.code.to_be_bytes();
        let [a, b, c, d] = self.request_id.to_be_bytes();
        [self.version.major, self.version.minor, code_high, code_low, a, b, c, d]
    }

    /// Reads a header from its eight bytes; every combination is a header.
    pub fn from_bytes(bytes: [u8; HEADER_BYTES]) -> Header {
        let [major, minor, code_high, code_low, a, b, c, d] = bytes;
        Header {
            version: Version { major, minor },
            code: u16::from_be_bytes([code_high, code_low]),
            request_id: i32::from_be_bytes([a, b, c, d]),
        }
    }
}

/// An IPP request or response without its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The protocol version.
    pub version: Version,
    /// The operation of a request, the status of a response.
    pub code: u16,
    /// The client's number for this request; the response repeats it.
    pub request_id: i32,
    /// The groups in the order in which they came. The same tag may come several times, as in the
    /// answer to Get-Jobs.
    pub groups: Vec<Group>,
}

impl Message {
    /// A message without groups.
    pub fn new(header: Header) -> Message {
        let Header { version, code, request_id } = header;
        Message { version, code, request_id, groups: Vec::new() }
    }

    /// The first eight bytes, as a value.
    pub fn header(&self) -> Header {
        Header { version: self.version, code: self.code, request_id: self.request_id }
    }

    /// The code read as an operation; only meaningful for a request.
    pub fn operation(&self) -> Operation {
        Operation::new(self.code)
    }

    /// The code read as a status; only meaningful for a response.
    pub fn status(&self) -> Status {
        Status::new(self.code)
    }

    /// Every group with this tag, in order.
    pub fn groups(&self, tag: GroupTag) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(move |group| group.tag == tag)
    }

    /// The first group with this tag.
    pub fn group(&self, tag: GroupTag) -> Option<&Group> {
        self.groups.iter().find(|group| group.tag == tag)
    }

    /// The attribute of this name in the first group with this tag that has it.
    pub fn get(&self, tag: GroupTag, name: &str) -> Option<&Attribute> {
        self.groups(tag).find_map(|group| group.get(name))
    }
}

/// A group of attributes behind its delimiter tag (RFC 8010 section 3.5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What the attributes belong to.
    pub tag: GroupTag,
    /// The attributes in the order in which they came.
    pub attributes: Vec<Attribute>,
}

impl Group {
    /// A group of these attributes.
    pub fn new(tag: GroupTag, attributes: Vec<Attribute>) -> Group {
        Group { tag, attributes }
    }

    /// The attribute of this name; the first one, should a printer have sent it twice.
    pub fn get(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The first value of this attribute as a number.
    pub fn integer(&self, name: &str) -> Option<i32> {
        self.get(name)?.as_integer()
    }

    /// The first value of this attribute as a truth.
    pub fn boolean(&self, name: &str) -> Option<bool> {
        self.get(name)?.as_boolean()
    }

    /// The first value of this attribute as text for people: at most 255 bytes, without control
    /// characters.
    pub fn string(&self, name: &str) -> Option<String> {
        let bytes = self.get(name)?.first()?.as_bytes()?;
        Some(text::plain(bytes, text::NAME_BYTES_MAX))
    }

    /// Every keyword, URI or type of this attribute as it came, for comparing; empty when the
    /// attribute is missing.
    pub fn keywords(&self, name: &str) -> Vec<&str> {
        self.get(name).map(|attribute| attribute.keywords_as_str().collect()).unwrap_or_default()
    }
}
