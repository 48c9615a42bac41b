//! Questions to the directory, and the entries that answer them.

use ldap3::asn1::StructureTag;
use ldap3::{Scope, ldap_escape};

/// The message of an entry that was found (RFC 4511 section 4.5.2).
const SEARCH_RESULT_ENTRY: u64 = 4;
/// Asks for no attributes, only for the names of entries (RFC 4511 section 4.5.1.8).
pub const NO_ATTRIBUTES: &str = "1.1";

/// One search.
#[derive(Debug, Clone)]
pub struct Question {
    /// Where to look.
    pub base: String,
    /// How far below.
    pub scope: Scope,
    /// For what (RFC 4515).
    pub filter: String,
    /// What to tell about it.
    pub attributes: Vec<String>,
    /// How many entries are enough; none for all of them, read in pages.
    pub enough: Option<i32>,
    /// Whether entries that were deleted are told, too (Active Directory).
    pub shows_deleted: bool,
}

impl Question {
    /// All entries below `base`, however many.
    #[must_use]
    pub fn all(base: &str, filter: String, attributes: &[&str]) -> Self {
        Self {
            base: base.to_owned(),
            scope: Scope::Subtree,
            filter,
            attributes: attributes.iter().map(|&name| name.to_owned()).collect(),
            enough: None,
            shows_deleted: false,
        }
    }

    /// The only entry below `base`. Two are asked for, so that a second one is noticed.
    #[must_use]
    pub fn only(base: &str, filter: String, attributes: &[&str]) -> Self {
        Self { enough: Some(2), ..Self::all(base, filter, attributes) }
    }

    /// One entry by its own name, with these attributes.
    #[must_use]
    pub fn of(dn: &str, attributes: &[&str]) -> Self {
        Self { scope: Scope::Base, ..Self::only(dn, "(objectClass=*)".into(), attributes) }
    }

    /// What every server tells about itself (RFC 4512 section 5.1): a sign of life.
    #[must_use]
    pub fn sign_of_life() -> Self {
        Self::of("", &[NO_ATTRIBUTES])
    }
}

/// `(attribute=value)`, with a value that may come from anybody.
#[must_use]
pub fn equals(attribute: &str, value: &str) -> String {
    format!("({attribute}={})", ldap_escape(value))
}

/// `(attribute=value)` for a value of any bytes, as an `objectGUID`.
#[must_use]
pub fn equals_bytes(attribute: &str, value: &[u8]) -> String {
    let escaped: String = value.iter().map(|byte| format!("\\{byte:02x}")).collect();
    format!("({attribute}={escaped})")
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The entries.
    pub entries: Vec<Entry>,
    /// How many answers pointed to other servers. These are never asked: nobody said that they may
    /// decide who prints.
    pub referrals: usize,
}

/// An entry of the directory. Values are bytes, because a key may be (`objectGUID`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name, as the directory writes it.
    pub dn: String,
    attributes: Vec<(String, Vec<Vec<u8>>)>,
}

impl Entry {
    /// The entry in a message; none when the message is not one. The library's own reader panics there.
    #[must_use]
    pub fn read(message: StructureTag) -> Option<Self> {
        let mut parts = message.match_id(SEARCH_RESULT_ENTRY)?.expect_constructed()?.into_iter();
        let dn = String::from_utf8(parts.next()?.expect_primitive()?).ok()?;
        let attributes = parts.next()?.expect_constructed()?.into_iter().map(|attribute| {
            let mut parts = attribute.expect_constructed()?.into_iter();
            let name = String::from_utf8(parts.next()?.expect_primitive()?).ok()?;
            let values = parts.next()?.expect_constructed()?.into_iter();
            Some((name, values.map(StructureTag::expect_primitive).collect::<Option<_>>()?))
        });
        Some(Self { dn, attributes: attributes.collect::<Option<_>>()? })
    }

    /// The values of an attribute. Its name is compared without case and without options
    /// (RFC 4512 section 2.5), so that the first part of a long list counts as the attribute itself.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let named = move |(given, _): &&(String, Vec<Vec<u8>>)| {
            given.split(';').next().is_some_and(|given| given.eq_ignore_ascii_case(name))
        };
        self.attributes.iter().filter(named).flat_map(|(_, values)| values).map(Vec::as_slice)
    }

    /// The values of an attribute that are text, and not empty.
    pub fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        let texts = self.values(name).filter_map(|value| std::str::from_utf8(value).ok());
        texts.filter(|text| !text.trim().is_empty())
    }

    /// The first of them.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts(name).next()
    }

    /// An entry for a test.
    #[cfg(test)]
    pub fn of(dn: &str, attributes: &[(&str, &[u8])]) -> Self {
        let one = |(name, value): &(&str, &[u8])| ((*name).to_owned(), vec![value.to_vec()]);
        Self { dn: dn.to_owned(), attributes: attributes.iter().map(one).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ldap3::asn1::{PL, TagClass};

    fn tag(id: u64, payload: PL) -> StructureTag {
        StructureTag { class: TagClass::Universal, id, payload }
    }

    #[test]
    fn characters_of_filters_lose_their_meaning() {
        assert_eq!(equals("uid", "*)(uid=*"), r"(uid=\2a\29\28uid=\2a)");
        assert_eq!(equals("uid", r"o,(x)*\b"), r"(uid=o,\28x\29\2a\5cb)");
    }

    #[test]
    fn attributes_are_found_whatever_their_case_and_options() {
        let entry =
            Entry::of("cn=x", &[("memberOf;range=0-1", b"a"), ("MAIL", b" "), ("cn", b"x")]);
        assert_eq!(entry.text("memberof"), Some("a"));
        assert_eq!(entry.text("mail"), None);
        assert_eq!(entry.text("CN"), Some("x"));
    }

    #[test]
    fn a_message_that_is_no_entry_is_not_read() {
        let name = tag(4, PL::P(b"cn=x".to_vec()));
        for payload in [
            PL::P(vec![]),
            PL::C(vec![]),
            PL::C(vec![name.clone()]),
            PL::C(vec![tag(4, PL::P(vec![0xff])), tag(16, PL::C(vec![]))]),
            PL::C(vec![name.clone(), tag(16, PL::C(vec![tag(16, PL::C(vec![]))]))]),
        ] {
            assert_eq!(Entry::read(tag(SEARCH_RESULT_ENTRY, payload)), None);
        }
        let whole = tag(SEARCH_RESULT_ENTRY, PL::C(vec![name, tag(16, PL::C(vec![]))]));
        assert_eq!(Entry::read(whole.clone()).map(|entry| entry.dn).as_deref(), Some("cn=x"));
        assert_eq!(Entry::read(StructureTag { id: 5, ..whole }), None);
    }
}
