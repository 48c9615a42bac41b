//! Puts fields together to groups, attributes and collections.

use std::collections::HashSet;

use crate::attribute::Attribute;
use crate::decode::content;
use crate::decode::fault::DecodeFault;
use crate::limits::Limits;
use crate::message::{Group, Header, Message};
use crate::registry::{GroupTag, ValueTag};
use crate::value::{Member, Value};

/// Attribute names are keywords, which have at most 255 bytes (RFC 8011 section 5.1.4).
pub(super) const NAME_BYTES_MAX: usize = 255;

/// The message as far as it has come. Open collections wait on a stack of our own, never on the
/// program's stack.
#[derive(Debug)]
pub(super) struct Builder {
    limits: Limits,
    groups: Vec<Group>,
    names: HashSet<String>,
    operation_seen: bool,
    attributes: usize,
    /// Values of the current attribute, those inside its collections included.
    values: usize,
    open: Vec<Vec<Member>>,
}

impl Builder {
    pub(super) fn new(limits: Limits) -> Builder {
        Builder {
            limits,
            groups: Vec::new(),
            names: HashSet::new(),
            operation_seen: false,
            attributes: 0,
            values: 0,
            open: Vec::new(),
        }
    }

    /// Begins a group.
    pub(super) fn group(&mut self, tag: GroupTag) -> Result<(), DecodeFault> {
        self.no_open_collection()?;
        if !tag.begins_group() {
            return Err(DecodeFault::ReservedGroup);
        }
        if tag == GroupTag::OPERATION {
            if self.operation_seen && self.limits.repeats_refused {
                return Err(DecodeFault::SecondOperationGroup);
            }
            self.operation_seen = true;
        }
        if self.groups.len() == self.limits.groups_max {
            return Err(DecodeFault::TooManyGroups);
        }
        self.names.clear();
        self.groups.push(Group::new(tag, Vec::new()));
        Ok(())
    }

    /// Takes one field behind a value tag: a value, or a part of a collection.
    pub(super) fn value(&mut self, tag: u8, name: &[u8], bytes: &[u8]) -> Result<(), DecodeFault> {
        if !self.open.is_empty() {
            return self.collection_part(tag, name, bytes);
        }
        let value_tag = ValueTag::new(tag);
        if value_tag == ValueTag::END_COLLECTION {
            return Err(DecodeFault::StrayCollectionEnd);
        }
        if value_tag == ValueTag::MEMBER_ATTRIBUTE_NAME {
            return Err(DecodeFault::MemberOutsideCollection);
        }
        if name.is_empty() {
            self.current_attribute()?;
        } else {
            self.begin_attribute(name)?;
        }
        self.count_value()?;
        if value_tag == ValueTag::BEGIN_COLLECTION {
            return self.open_collection(bytes);
        }
        let value = content::value(tag, bytes)?;
        self.current_attribute()?.values.push(value);
        Ok(())
    }

    /// Ends the attributes.
    pub(super) fn end(&mut self) -> Result<(), DecodeFault> {
        self.no_open_collection()
    }

    /// The message, once its end was seen.
    pub(super) fn finish(self, header: Header) -> Message {
        let mut message = Message::new(header);
        message.groups = self.groups;
        message
    }

    fn collection_part(&mut self, tag: u8, name: &[u8], bytes: &[u8]) -> Result<(), DecodeFault> {
        if !name.is_empty() {
            return Err(DecodeFault::ValueWithoutMember);
        }
        match ValueTag::new(tag) {
            ValueTag::MEMBER_ATTRIBUTE_NAME => self.begin_member(bytes),
            ValueTag::END_COLLECTION => self.close_collection(bytes),
            ValueTag::BEGIN_COLLECTION => {
                self.current_member()?;
                self.count_value()?;
                self.open_collection(bytes)
            }
            _ => {
                self.current_member()?;
                self.count_value()?;
                let value = content::value(tag, bytes)?;
                self.current_member()?.values.push(value);
                Ok(())
            }
        }
    }

    fn begin_attribute(&mut self, name: &[u8]) -> Result<(), DecodeFault> {
        let group = self.groups.last_mut().ok_or(DecodeFault::AttributeOutsideGroup)?;
        if self.attributes == self.limits.attributes_max {
            return Err(DecodeFault::TooManyAttributes);
        }
        let name = attribute_name(name)?;
        if self.limits.repeats_refused && !self.names.insert(name.clone()) {
            return Err(DecodeFault::RepeatedAttribute);
        }
        self.attributes += 1;
        self.values = 0;
        group.attributes.push(Attribute { name, values: Vec::with_capacity(1) });
        Ok(())
    }

    fn current_attribute(&mut self) -> Result<&mut Attribute, DecodeFault> {
        let group = self.groups.last_mut().ok_or(DecodeFault::AttributeOutsideGroup)?;
        group.attributes.last_mut().ok_or(DecodeFault::NamelessValue)
    }

    fn current_member(&mut self) -> Result<&mut Member, DecodeFault> {
        let members = self.open.last_mut().ok_or(DecodeFault::MemberOutsideCollection)?;
        members.last_mut().ok_or(DecodeFault::ValueWithoutMember)
    }

    fn begin_member(&mut self, name: &[u8]) -> Result<(), DecodeFault> {
        self.last_member_has_value()?;
        // A member counts like a value, so that a collection of nothing but names is bounded too.
        self.count_value()?;
        if name.len() > NAME_BYTES_MAX {
            return Err(DecodeFault::NameTooLong);
        }
        let member = Member { name: attribute_name(name)?, values: Vec::with_capacity(1) };
        let members = self.open.last_mut().ok_or(DecodeFault::MemberOutsideCollection)?;
        members.push(member);
        Ok(())
    }

    fn open_collection(&mut self, bytes: &[u8]) -> Result<(), DecodeFault> {
        if !bytes.is_empty() {
            return Err(DecodeFault::ValueLength);
        }
        if self.open.len() == self.limits.depth_max {
            return Err(DecodeFault::TooDeep);
        }
        self.open.push(Vec::new());
        Ok(())
    }

    fn close_collection(&mut self, bytes: &[u8]) -> Result<(), DecodeFault> {
        if !bytes.is_empty() {
            return Err(DecodeFault::ValueLength);
        }
        self.last_member_has_value()?;
        let members = self.open.pop().ok_or(DecodeFault::StrayCollectionEnd)?;
        let value = Value::Collection(members);
        if self.open.is_empty() {
            self.current_attribute()?.values.push(value);
        } else {
            self.current_member()?.values.push(value);
        }
        Ok(())
    }

    fn last_member_has_value(&self) -> Result<(), DecodeFault> {
        let last = self.open.last().and_then(|members| members.last());
        match last {
            Some(member) if member.values.is_empty() => Err(DecodeFault::MemberWithoutValue),
            _ => Ok(()),
        }
    }

    fn count_value(&mut self) -> Result<(), DecodeFault> {
        if self.values == self.limits.values_max {
            return Err(DecodeFault::TooManyValues);
        }
        self.values += 1;
        Ok(())
    }

    fn no_open_collection(&self) -> Result<(), DecodeFault> {
        if self.open.is_empty() { Ok(()) } else { Err(DecodeFault::UnterminatedCollection) }
    }
}

/// A name in printable ASCII; the standard allows less, clients send a little more.
fn attribute_name(bytes: &[u8]) -> Result<String, DecodeFault> {
    let printable = |byte: &u8| (0x20..=0x7e).contains(byte);
    if bytes.is_empty() || !bytes.iter().all(printable) {
        return Err(DecodeFault::NameCharacters);
    }
    let name = std::str::from_utf8(bytes).map_err(|_| DecodeFault::NameCharacters)?;
    Ok(name.to_owned())
}
