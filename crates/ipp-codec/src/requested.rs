//! `requested-attributes`: which attributes a client wants to read (RFC 8011 section 4.2.5.1).

use crate::attribute::Attribute;
use crate::registry::AttributeGroup;

/// Never part of `all` or of a group, because it has thousands of values (PWG 5100.7).
const ONLY_BY_NAME: &str = "media-col-database";

/// The attributes that an answer has to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedAttributes {
    all: bool,
    /// Names of attributes and groups, sorted.
    names: Vec<String>,
}

impl RequestedAttributes {
    /// Every attribute, which is what most operations mean when nothing is requested.
    pub fn all() -> RequestedAttributes {
        RequestedAttributes { all: true, names: Vec::new() }
    }

    /// Just these attributes or groups.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> RequestedAttributes {
        let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        names.sort_unstable();
        names.dedup();
        RequestedAttributes {
            all: names.binary_search_by(|name| name.as_str().cmp("all")).is_ok(),
            names,
        }
    }

    /// Reads the attribute `requested-attributes`. The keyword `none` names nothing.
    pub fn parse(attribute: &Attribute) -> RequestedAttributes {
        RequestedAttributes::named(attribute.keywords_as_str())
    }

    /// Whether the answer has to hold this attribute, which belongs to this group.
    ///
    /// `media-col-database` is wanted only when it is named itself. The group names
    /// `job-description` and `printer-description` include the status attributes, as RFC 8011 has it.
    pub fn wants(&self, name: &str, group: AttributeGroup) -> bool {
        if self.names(name) {
            return true;
        }
        if name == ONLY_BY_NAME {
            return false;
        }
        self.all || group_names(group).iter().any(|group| self.names(group))
    }

    /// Whether the client named this attribute itself.
    pub fn names(&self, name: &str) -> bool {
        self.names.binary_search_by(|known| known.as_str().cmp(name)).is_ok()
    }
}

fn group_names(group: AttributeGroup) -> &'static [&'static str] {
    match group {
        AttributeGroup::Operation => &[],
        AttributeGroup::JobTemplate => &["job-template"],
        AttributeGroup::JobDescription => &["job-description"],
        AttributeGroup::JobStatus => &["job-description", "job-status"],
        AttributeGroup::PrinterDescription => &["printer-description"],
        AttributeGroup::PrinterStatus => &["printer-description", "printer-status"],
        AttributeGroup::DocumentTemplate => &["document-template"],
        AttributeGroup::DocumentDescription => &["document-description"],
        AttributeGroup::DocumentStatus => &["document-description", "document-status"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_names_decide_what_is_wanted() {
        let table: [(&[&str], &str, AttributeGroup, bool); 9] = [
            (&["all"], "printer-name", AttributeGroup::PrinterDescription, true),
            (&["all"], "media-col-database", AttributeGroup::JobTemplate, false),
            (
                &["all", "media-col-database"],
                "media-col-database",
                AttributeGroup::JobTemplate,
                true,
            ),
            (&["job-template"], "sides-supported", AttributeGroup::JobTemplate, true),
            (&["job-template"], "media-col-database", AttributeGroup::JobTemplate, false),
            (&["job-template"], "printer-name", AttributeGroup::PrinterDescription, false),
            (&["job-description"], "job-state", AttributeGroup::JobStatus, true),
            (&["none"], "printer-name", AttributeGroup::PrinterDescription, false),
            (&["printer-name", "x"], "printer-name", AttributeGroup::PrinterDescription, true),
        ];
        for (requested, name, group, wanted) in table {
            let requested = RequestedAttributes::named(requested.iter().copied());
            assert_eq!(requested.wants(name, group), wanted, "{requested:?} {name}");
        }
        assert!(RequestedAttributes::all().wants("printer-name", AttributeGroup::PrinterStatus));
    }
}
