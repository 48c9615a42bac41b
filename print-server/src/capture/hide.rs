//! Puts made-up names in the place of people, hosts and titles: the same each time, so that one can still
//! see that two requests name the same person.
//!
//! Everything that could be a name is hidden unless it is known to be none: texts, names, addresses and
//! bytes. Keywords, numbers and formats are the protocol's own words and stay, unless they repeat a name.

use std::collections::BTreeMap;

use ipp_codec::{Attribute, LanguageString, Member, Message, Value};

/// Members of `client-info` that say which program and system it is (PWG 5100.7): that is what a record is
/// made for.
const PROGRAM: [&str; 4] =
    ["client-name", "client-patches", "client-string-version", "client-version"];
/// A keyword this short repeats a name by chance.
const REPEATED_BYTES_MIN: usize = 3;

/// What stands for what, in one capture.
#[derive(Debug, Default)]
pub struct Hidden {
    names: BTreeMap<(&'static str, Vec<u8>), String>,
    counts: BTreeMap<&'static str, u32>,
}

impl Hidden {
    /// The message with every name hidden.
    pub fn message(&mut self, message: &Message) -> Message {
        let mut message = message.clone();
        for attribute in message.groups.iter_mut().flat_map(|group| &mut group.attributes) {
            self.attribute(attribute);
        }
        // A second look, now that all names are known.
        for attribute in message.groups.iter_mut().flat_map(|group| &mut group.attributes) {
            attribute.values.iter_mut().for_each(|value| self.repeated(value));
        }
        message
    }

    fn attribute(&mut self, attribute: &mut Attribute) {
        let name = attribute.name.clone();
        attribute.values.iter_mut().for_each(|value| self.value(&name, value));
    }

    fn value(&mut self, name: &str, value: &mut Value) {
        match value {
            _ if PROGRAM.contains(&name) => {}
            Value::Text(bytes) | Value::Name(bytes) => self.bytes(name, bytes),
            Value::TextWithLanguage(text) | Value::NameWithLanguage(text) => {
                let LanguageString { string, .. } = text.as_mut();
                self.bytes(name, string);
            }
            Value::Uri(bytes) => *bytes = self.uri(bytes),
            Value::OctetString(bytes) | Value::Other { bytes, .. } => bytes.fill(0),
            Value::Collection(members) => {
                for Member { name, values } in members {
                    let name = name.clone();
                    values.iter_mut().for_each(|value| self.value(&name, value));
                }
            }
            _ => {}
        }
    }

    fn bytes(&mut self, name: &str, bytes: &mut Vec<u8>) {
        if !bytes.is_empty() {
            *bytes = self.stands_for(kind_of(name), bytes).into_bytes();
        }
    }

    /// An address with its host and its link hidden; the path to the queue stays.
    fn uri(&mut self, bytes: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let Some((scheme, rest)) = text.split_once("://") else {
            // `urn:uuid:…` and `mailto:…` name one thing or one person.
            return self.stands_for("address", bytes).into_bytes();
        };
        let (authority, path) = match rest.find(['/', '?', '#']) {
            Some(end) => rest.split_at(end),
            None => (rest, ""),
        };
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
                (host, format!(":{port}"))
            }
            _ => (authority, String::new()),
        };
        let host = self.stands_for("host", host.as_bytes());
        let path = self.path(path);
        format!("{scheme}://{host}.example{port}{path}").into_bytes()
    }

    /// The path of an address: what follows `/u/` is a secret, what follows a question mark may be one.
    fn path(&mut self, path: &str) -> String {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        match path.split_once("/u/") {
            Some((queue, link)) => {
                let (link, rest) = link.split_once('/').unwrap_or((link, ""));
                let rest = if rest.is_empty() { String::new() } else { format!("/{rest}") };
                format!("{queue}/u/{}{rest}", self.stands_for("link", link.as_bytes()))
            }
            None => path.to_owned(),
        }
    }

    fn stands_for(&mut self, kind: &'static str, original: &[u8]) -> String {
        let folded = original.to_ascii_lowercase();
        // One person is one name, wherever it stands.
        if let Some(known) = self.names.iter().find(|((_, text), _)| *text == folded) {
            return known.1.clone();
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let made = format!("{kind}-{count}");
        self.names.insert((kind, folded), made.clone());
        made
    }

    /// Hides keywords that repeat a name.
    fn repeated(&self, value: &mut Value) {
        match value {
            Value::Keyword(bytes) => {
                let text = bytes.to_ascii_lowercase();
                let repeats = |kind: &str, name: &[u8]| {
                    // Other texts are often the protocol's own words.
                    kind != "text"
                        && name.len() >= REPEATED_BYTES_MIN
                        && text.windows(name.len()).any(|part| part == name)
                };
                let found = self.names.iter().find(|((kind, name), _)| repeats(kind, name));
                if let Some(made) = found {
                    *bytes = made.1.clone().into_bytes();
                }
            }
            Value::Collection(members) => {
                let values = members.iter_mut().flat_map(|member| &mut member.values);
                values.for_each(|value| self.repeated(value));
            }
            _ => {}
        }
    }
}

/// What an attribute's text is: the made-up name says so.
fn kind_of(name: &str) -> &'static str {
    if name.contains("host") {
        "host"
    } else if name.contains("user") || name.contains("owner") {
        "user"
    } else if matches!(name, "job-name" | "document-name") {
        "title"
    } else {
        "text"
    }
}

#[cfg(test)]
mod tests {
    use ipp_codec::{Group, GroupTag, Header, Version};

    use super::*;

    fn message(attributes: Vec<Attribute>) -> Message {
        let header = Header { version: Version::V2_0, code: 2, request_id: 1 };
        let mut message = Message::new(header);
        message.groups.push(Group::new(GroupTag::OPERATION, attributes));
        message
    }

    fn texts(message: &Message) -> Vec<String> {
        let values = message.groups[0].attributes.iter().flat_map(|one| &one.values);
        values.filter_map(Value::as_bytes).map(|b| String::from_utf8_lossy(b).into()).collect()
    }

    #[test]
    fn no_name_is_left_and_the_same_name_stays_the_same() {
        let mut hidden = Hidden::default();
        let first = hidden.message(&message(vec![
            Attribute::uri("printer-uri", "ipps://print.ki.se:8631/ipp/print/q/u/S3cret?x=anna"),
            Attribute::name("requesting-user-name", "Anna"),
            Attribute::name("job-name", "Uppsägning av Kim.pdf"),
            Attribute::name("job-originating-host-name", "annas-macbook.ki.se"),
            Attribute::new("job-password", Value::OctetString(b"1234".to_vec())),
            Attribute::text("vendor-thing", "Room 214"),
        ]));
        assert_eq!(
            texts(&first),
            [
                "ipps://host-1.example:8631/ipp/print/q/u/link-1",
                "user-1",
                "title-1",
                "host-2",
                "text-1"
            ]
        );
        let password = first.groups[0].get("job-password").and_then(Attribute::first);
        assert_eq!(password, Some(&Value::OctetString(vec![0; 4])));
        let second = hidden.message(&message(vec![
            Attribute::name("requesting-user-name", "bo"),
            Attribute::name("job-originating-user-name", "anna"),
            Attribute::uri("requesting-user-uri", "urn:uuid:0190"),
        ]));
        assert_eq!(texts(&second), ["user-2", "user-1", "address-1"]);
    }

    #[test]
    fn the_protocols_own_words_and_the_programs_name_stay() {
        let client = Attribute::new(
            "client-info",
            Value::Collection(vec![
                Member::new("client-name", Value::name("AirPrint")),
                Member::new("client-type", Value::Enum(4)),
            ]),
        );
        let attributes = vec![
            Attribute::new("attributes-charset", Value::charset("utf-8")),
            Attribute::mime_type("document-format", "image/urf"),
            Attribute::keyword("sides", "two-sided-long-edge"),
            client,
        ];
        let message = message(attributes);
        assert_eq!(Hidden::default().message(&message), message);
    }

    #[test]
    fn a_keyword_that_repeats_a_name_is_hidden_as_well() {
        let hidden = Hidden::default().message(&message(vec![
            Attribute::keyword("job-hold-until", "anna-lind-folder"),
            Attribute::name("requesting-user-name", "Anna-Lind"),
        ]));
        assert_eq!(texts(&hidden), ["user-1", "user-1"]);
    }
}
