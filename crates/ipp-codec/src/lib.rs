//! IPP messages as values: bytes in, bytes out, every limit named (RFC 8010, RFC 8011).
//!
//! This crate does no input or output and starts nothing. A listener feeds bytes to a
//! [`decode::Decoder`], which says where the attributes end and the document begins; [`check`] and
//! [`request`] turn the message into a typed request or into the status the client must read;
//! [`response`] builds the answer. A client builds a [`client::ClientRequest`] and reads the
//! answer through [`reply::Reply`]. Decoding keeps every byte it accepts, so that encoding gives
//! the same message back.

pub mod attribute;
pub mod check;
pub mod client;
pub mod date_time;
pub mod decode;
pub mod encode;
pub mod encoded;
pub mod limits;
pub mod message;
pub mod names;
pub mod registry;
pub mod reply;
pub mod request;
pub mod requested;
pub mod response;
pub mod template;
pub mod text;
pub mod value;

pub use attribute::Attribute;
pub use check::{Violation, check_request};
pub use client::ClientRequest;
pub use date_time::DateTime;
pub use decode::{DecodeError, DecodeFault, Decoder, Progress, decode};
pub use encode::{EncodeError, encode, encode_into};
pub use encoded::{EncodedAttribute, EncodedGroup};
pub use limits::Limits;
pub use message::{Group, Header, Message, Version};
pub use registry::{AttributeGroup, GroupTag, Operation, Status};
pub use reply::Reply;
pub use request::{Call, GetJobs, JobRequest, Request, SendDocument, Target};
pub use requested::RequestedAttributes;
pub use response::Response;
pub use template::{Split, Support, split_supported};
pub use value::{LanguageString, Member, OutOfBand, Value};
