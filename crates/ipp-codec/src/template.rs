//! Job attributes that a printer can and cannot do, and the answer for the latter
//! (RFC 8011 sections 4.1.7 and 4.2.1.2).

use crate::attribute::Attribute;
use crate::registry::Status;
use crate::value::Value;

/// What can be done for one attribute of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Support {
    /// All of it.
    Supported,
    /// The attribute itself is not known.
    UnknownAttribute,
    /// The attribute is known, and none of its values can be done.
    UnsupportedValue,
    /// Of several values, these can be done and those cannot.
    Partly {
        /// Values to keep.
        supported: Vec<Value>,
        /// Values to refuse.
        unsupported: Vec<Value>,
    },
}

/// Job attributes, sorted by what can be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Split {
    /// What the job keeps.
    pub accepted: Vec<Attribute>,
    /// What the unsupported-attributes group of the answer holds: the refused values, or the
    /// out-of-band value `unsupported` for an attribute that is not known.
    pub unsupported: Vec<Attribute>,
}

impl Split {
    /// The status that the unsupported attributes lead to. With `ipp-attribute-fidelity` the job is
    /// refused (0x040B), else it is taken without them (0x0001).
    pub fn status(&self, ipp_attribute_fidelity: bool) -> Status {
        match (self.unsupported.is_empty(), ipp_attribute_fidelity) {
            (true, _) => Status::SUCCESSFUL_OK,
            (false, true) => Status::CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
            (false, false) => Status::SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES,
        }
    }
}

/// Sorts job attributes by what `supported` says about each.
pub fn split_supported(
    attributes: Vec<Attribute>,
    supported: impl Fn(&Attribute) -> Support,
) -> Split {
    let mut split = Split::default();
    for attribute in attributes {
        match supported(&attribute) {
            Support::Supported => split.accepted.push(attribute),
            Support::UnsupportedValue => split.unsupported.push(attribute),
            Support::UnknownAttribute => {
                split.unsupported.push(Attribute::new(&attribute.name, Value::unsupported()));
            }
            Support::Partly { supported, unsupported } => {
                let name = attribute.name;
                if !supported.is_empty() {
                    split.accepted.push(Attribute { name: name.clone(), values: supported });
                }
                if !unsupported.is_empty() {
                    split.unsupported.push(Attribute { name, values: unsupported });
                }
            }
        }
    }
    split
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printer(attribute: &Attribute) -> Support {
        match (attribute.name.as_str(), attribute.as_integer()) {
            ("copies", Some(1..=99)) => Support::Supported,
            ("copies", _) => Support::UnsupportedValue,
            ("finishings", _) => {
                let (supported, unsupported) = attribute
                    .values
                    .iter()
                    .cloned()
                    .partition(|value| value.as_integer() == Some(3));
                Support::Partly { supported, unsupported }
            }
            _ => Support::UnknownAttribute,
        }
    }

    #[test]
    fn refused_values_are_echoed_and_unknown_attributes_marked() {
        let asked = vec![
            Attribute::integer("copies", 100),
            Attribute::enumerations("finishings", [3, 4]),
            Attribute::keyword("smell", "roses"),
        ];
        let split = split_supported(asked, printer);
        assert_eq!(split.accepted, [Attribute::enumeration("finishings", 3)]);
        assert_eq!(
            split.unsupported,
            [
                Attribute::integer("copies", 100),
                Attribute::enumeration("finishings", 4),
                Attribute::new("smell", Value::unsupported()),
            ]
        );
        assert_eq!(split.status(true).code(), 0x040B);
        assert_eq!(split.status(false).code(), 0x0001);
    }

    #[test]
    fn a_job_without_surprises_is_plainly_successful() {
        let split = split_supported(vec![Attribute::integer("copies", 2)], printer);
        assert_eq!(split.status(true), Status::SUCCESSFUL_OK);
    }
}
