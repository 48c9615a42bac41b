//! Reading operation attributes whose syntax the checker has already compared.

use crate::attribute::Attribute;
use crate::message::Group;
use crate::names;
use crate::requested::RequestedAttributes;
use crate::text;

/// The operation attributes of a checked request.
#[derive(Debug)]
pub(super) struct OperationAttributes<'a> {
    group: &'a Group,
}

impl<'a> OperationAttributes<'a> {
    pub(super) fn new(group: &'a Group) -> OperationAttributes<'a> {
        OperationAttributes { group }
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a Attribute> {
        self.group.get(name)
    }

    pub(super) fn integer(&self, name: &str) -> Option<i32> {
        self.get(name)?.as_integer()
    }

    pub(super) fn boolean(&self, name: &str) -> Option<bool> {
        self.get(name)?.as_boolean()
    }

    /// A keyword, URI or type; the empty string counts as absent.
    pub(super) fn keyword(&self, name: &str) -> Option<String> {
        self.get(name)?.as_str().filter(|keyword| !keyword.is_empty()).map(str::to_owned)
    }

    /// A name for people, at most 255 bytes; one of nothing but spaces counts as absent.
    pub(super) fn name(&self, name: &str) -> Option<String> {
        self.plain(name, text::NAME_BYTES_MAX)
    }

    /// A text for people, at most 1,023 bytes; one of nothing but spaces counts as absent.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.plain(name, text::TEXT_BYTES_MAX)
    }

    /// Every keyword; none when the attribute is absent.
    pub(super) fn keywords(&self, name: &str) -> Vec<String> {
        let found = self.get(name);
        found.map(|a| a.keywords_as_str().map(str::to_owned).collect()).unwrap_or_default()
    }

    /// Every number; none when the attribute is absent.
    pub(super) fn integers(&self, name: &str) -> Vec<i32> {
        self.get(name).map(|a| a.integers().collect()).unwrap_or_default()
    }

    pub(super) fn requested(&self) -> Option<RequestedAttributes> {
        self.get(names::REQUESTED_ATTRIBUTES).map(RequestedAttributes::parse)
    }

    fn plain(&self, name: &str, bytes_max: usize) -> Option<String> {
        let plain = text::plain(self.get(name)?.first()?.as_bytes()?, bytes_max);
        Some(plain).filter(|plain| !plain.trim().is_empty())
    }
}
