//! Attributes in their form on the wire, for answers that are given again and again.

use crate::attribute::Attribute;
use crate::encode::{EncodeError, attribute_into, tag_into};
use crate::registry::GroupTag;

/// An attribute as it stands in a message; its name says whether a client wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedAttribute {
    name: String,
    bytes: Vec<u8>,
}

impl EncodedAttribute {
    /// The wire form of `attribute`.
    ///
    /// # Errors
    /// See [`EncodeError`].
    pub fn new(attribute: &Attribute) -> Result<EncodedAttribute, EncodeError> {
        let mut bytes = Vec::new();
        attribute_into(attribute, &mut bytes)?;
        Ok(EncodedAttribute { name: attribute.name.clone(), bytes })
    }

    /// The name, such as `printer-uri-supported`.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A group of attributes as it stands in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodedGroup {
    bytes: Vec<u8>,
}

impl EncodedGroup {
    /// An empty group.
    ///
    /// # Errors
    /// [`EncodeError::Tag`] when the tag begins no group.
    pub fn new(tag: GroupTag) -> Result<EncodedGroup, EncodeError> {
        let mut bytes = Vec::new();
        tag_into(tag, &mut bytes)?;
        Ok(EncodedGroup { bytes })
    }

    /// Adds an attribute that is encoded already.
    pub fn push(&mut self, attribute: &EncodedAttribute) {
        self.bytes.extend_from_slice(&attribute.bytes);
    }

    /// Adds an attribute.
    ///
    /// # Errors
    /// See [`EncodeError`]; the group is then as it was before.
    pub fn encode(&mut self, attribute: &Attribute) -> Result<(), EncodeError> {
        let before = self.bytes.len();
        let written = attribute_into(attribute, &mut self.bytes);
        if written.is_err() {
            self.bytes.truncate(before);
        }
        written
    }

    /// Its bytes, with the tag that begins it.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }
}
