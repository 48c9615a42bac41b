//! Registered attributes and their syntaxes, by the object that they belong to.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::syntax::Syntax;

/// What a registered attribute belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AttributeGroup {
    /// Operation attributes, of requests and responses.
    Operation,
    /// What a client asks of a job, such as `copies`; on a printer, its defaults and choices.
    JobTemplate,
    /// What describes a job and can be set, such as `job-name`.
    JobDescription,
    /// What a printer says about a job, such as `job-state`.
    JobStatus,
    /// What describes a printer, such as `printer-name`.
    PrinterDescription,
    /// What a printer says about itself now, such as `printer-state`.
    PrinterStatus,
    /// What a client asks of a document.
    DocumentTemplate,
    /// What describes a document.
    DocumentDescription,
    /// What a printer says about a document.
    DocumentStatus,
}

impl AttributeGroup {
    const TABLE: [(&'static str, AttributeGroup); 9] = [
        ("operation", AttributeGroup::Operation),
        ("job-template", AttributeGroup::JobTemplate),
        ("job-description", AttributeGroup::JobDescription),
        ("job-status", AttributeGroup::JobStatus),
        ("printer-description", AttributeGroup::PrinterDescription),
        ("printer-status", AttributeGroup::PrinterStatus),
        ("document-template", AttributeGroup::DocumentTemplate),
        ("document-description", AttributeGroup::DocumentDescription),
        ("document-status", AttributeGroup::DocumentStatus),
    ];

    fn parse(name: &str) -> Option<AttributeGroup> {
        Self::TABLE.iter().find(|(known, _)| *known == name).map(|(_, group)| *group)
    }
}

type ByName = HashMap<&'static str, Syntax>;

static SYNTAXES: LazyLock<HashMap<AttributeGroup, ByName>> = LazyLock::new(|| {
    let mut groups: HashMap<AttributeGroup, ByName> = HashMap::new();
    for (group, name, registered) in rows() {
        if let Some(syntax) = Syntax::parse(registered) {
            groups.entry(group).or_default().insert(name, syntax);
        }
    }
    groups
});

fn rows() -> impl Iterator<Item = (AttributeGroup, &'static str, &'static str)> {
    let lines = include_str!("attributes.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut columns = line.split('\t');
        let group = AttributeGroup::parse(columns.next()?)?;
        Some((group, columns.next()?, columns.next()?))
    })
}

/// The registered syntax of an attribute of this group. A member of a collection is named by its
/// path, such as `media-col/media-size`.
pub fn attribute_syntax(group: AttributeGroup, name: &str) -> Option<&'static Syntax> {
    SYNTAXES.get(&group)?.get(name)
}

/// Every registered attribute, members of collections by their path, with its group.
pub fn attribute_names() -> impl Iterator<Item = (AttributeGroup, &'static str)> {
    rows().map(|(group, name, _)| (group, name))
}

/// The group under which a printer lists one of its own attributes: what it can do for a job
/// template attribute (`sides-supported`) counts as job template (RFC 8011 section 5.2).
pub fn printer_attribute_group(name: &str) -> AttributeGroup {
    let template = ["-default", "-supported", "-ready", "-database"]
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .is_some_and(|base| attribute_syntax(AttributeGroup::JobTemplate, base).is_some());
    if template { AttributeGroup::JobTemplate } else { AttributeGroup::PrinterDescription }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_understood() {
        let file = include_str!("attributes.tsv");
        let lines = file.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(rows().count(), lines);
        for (group, name, syntax) in rows() {
            assert!(Syntax::parse(syntax).is_some(), "{group:?} {name}: {syntax}");
        }
        let known: usize = SYNTAXES.values().map(HashMap::len).sum();
        assert_eq!(known, lines, "a name stands twice in one group");
    }

    #[test]
    fn printer_attributes_for_jobs_are_job_template() {
        assert_eq!(printer_attribute_group("sides-supported"), AttributeGroup::JobTemplate);
        assert_eq!(printer_attribute_group("media-col-database"), AttributeGroup::JobTemplate);
        assert_eq!(printer_attribute_group("printer-name"), AttributeGroup::PrinterDescription);
    }
}
