//! An entry of the directory as a person.

use std::fmt::Write as _;

use print_core::{CardForm, CardNumber, CardReading, Login, Timestamp, names};
use store::Language;

use super::active::{ACCOUNT_EXPIRES, USER_ACCOUNT_CONTROL, is_closed};
use super::search::{Entry, equals, equals_bytes};
use crate::config::LdapDirectory;

/// Longer names, addresses and codes are cut.
const TEXT_MAX: usize = 255;
/// More cards than this nobody has.
const CARDS_MAX: usize = 50;
/// The language that a person prefers (RFC 2798 section 2.7).
pub const PREFERRED_LANGUAGE: &str = "preferredLanguage";

/// A person as the directory describes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// The key that never changes.
    pub key: String,
    /// The entry's name.
    pub dn: String,
    /// What the person signs in with.
    pub login: Login,
    /// What the person is called.
    pub name: String,
    /// Where mail reaches them.
    pub mail: Option<String>,
    /// The code of their department.
    pub department: Option<String>,
    /// The language they prefer, when the directory knows it.
    pub language: Option<Language>,
    /// The DNs of the groups that name them.
    pub groups: Vec<String>,
    /// Their cards.
    pub cards: Vec<CardNumber>,
    /// Values that are no card numbers.
    pub cards_unreadable: usize,
    /// What makes them one with an account of another directory.
    pub link: Option<String>,
    /// Whether they may not use the service any more.
    pub closed: bool,
}

/// The attributes that a person is read from.
#[must_use]
pub fn attributes(config: &LdapDirectory) -> Vec<&str> {
    let mut names = vec![
        config.key_attribute.as_str(),
        &config.login_attribute,
        &config.name_attribute,
        &config.mail_attribute,
        &config.department_attribute,
        &config.group_attribute,
        PREFERRED_LANGUAGE,
    ];
    names.extend(config.card_attribute.as_deref());
    names.extend(config.link_attribute.as_deref());
    if config.active_directory {
        names.extend([USER_ACCOUNT_CONTROL, ACCOUNT_EXPIRES]);
    }
    names
}

/// The person in an entry; none without a key or a usable login. `form` is how the site's lists write card
/// numbers; without one they are hexadecimal digits in the order of either reader.
#[must_use]
pub fn describe(
    config: &LdapDirectory,
    form: Option<&CardForm>,
    entry: &Entry,
    now: Timestamp,
) -> Option<Described> {
    let key = key(config, entry)?;
    let login = Login::parse(entry.text(&config.login_attribute)?.trim()).ok()?;
    let cleaned = |name: &str| entry.text(name).map(|text| names::cleaned(text.trim(), TEXT_MAX));
    let cards = config.card_attribute.as_deref();
    let readings = cards.into_iter().flat_map(|name| entry.values(name)).take(CARDS_MAX);
    let number = |text: &str| match form {
        Some(form) => form.read(text).ok(),
        None => CardReading::parse_hex(text).ok().map(CardNumber::Whole),
    };
    let readings = readings.map(|value| number(std::str::from_utf8(value).ok()?));
    let (readable, unreadable): (Vec<_>, Vec<_>) = readings.partition(Option::is_some);
    Some(Described {
        key,
        dn: entry.dn.clone(),
        name: cleaned(&config.name_attribute).unwrap_or_else(|| login.as_str().to_owned()),
        login,
        mail: cleaned(&config.mail_attribute),
        department: cleaned(&config.department_attribute),
        language: entry.text(PREFERRED_LANGUAGE).and_then(language),
        groups: entry.texts(&config.group_attribute).map(str::to_owned).collect(),
        cards: readable.into_iter().flatten().collect(),
        cards_unreadable: unreadable.len(),
        link: config.link_attribute.as_deref().and_then(&cleaned).map(|link| names::fold(&link)),
        closed: config.active_directory && is_closed(entry, now),
    })
}

/// The entry's key: a text as it is, in lower case; the bytes of an `objectGUID` (or of anything else
/// that is no plain text) in hexadecimal digits.
#[must_use]
pub fn key(config: &LdapDirectory, entry: &Entry) -> Option<String> {
    let value = entry.values(&config.key_attribute).next().filter(|value| !value.is_empty())?;
    // Sixteen random bytes may by chance be text; the key must not depend on that.
    let binary = config.key_attribute.eq_ignore_ascii_case("objectGUID");
    let plain = std::str::from_utf8(value).ok().filter(|text| {
        !binary && text.len() <= TEXT_MAX && !text.chars().any(names::is_unsafe_to_show)
    });
    Some(plain.map_or_else(|| hex(value), str::to_lowercase))
}

/// The filter for the entry with this key, as [`key`] writes it; none for what is no key.
#[must_use]
pub fn key_filter(config: &LdapDirectory, key: &str) -> Option<String> {
    if !config.key_attribute.eq_ignore_ascii_case("objectGUID") {
        return Some(equals(&config.key_attribute, key));
    }
    let byte = |at: usize| u8::from_str_radix(key.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..key.len()).step_by(2).map(byte).collect();
    Some(equals_bytes(&config.key_attribute, &bytes?))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(TEXT_MAX / 2).fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The first language of `sv`, `en-US` or `en;q=0.8, sv` that we speak.
fn language(text: &str) -> Option<Language> {
    let tags = text.split([',', ';']).map(|tag| tag.trim().to_ascii_lowercase());
    tags.map(|tag| tag.split(['-', '_']).next().unwrap_or_default().to_owned())
        .find_map(|tag| Language::from_word(&tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> LdapDirectory {
        toml::from_str(
            r#"servers = ["localhost:636"]
            security = "ldaps"
            bind_dn = "cn=svc"
            password_file = "/dev/null"
            base = "dc=test"
            card_attribute = "card""#,
        )
        .map(|config: LdapDirectory| config.settled(false))
        .expect("a configuration")
    }

    const NOW: Timestamp = Timestamp::from_micros(1_760_000_000_000_000);

    #[test]
    fn an_entry_without_key_or_login_is_nobody() {
        let config = config();
        let all: [(&str, &[u8]); 2] = [("entryUUID", b"A-1"), ("uid", b"anna ")];
        let anna = describe(&config, None, &Entry::of("uid=anna", &all), NOW).expect("a person");
        assert_eq!(
            (anna.key.as_str(), anna.login.as_str(), anna.name.as_str()),
            ("a-1", "anna", "anna")
        );
        assert_eq!(describe(&config, None, &Entry::of("uid=anna", &all[..1]), NOW), None);
        assert_eq!(describe(&config, None, &Entry::of("uid=anna", &all[1..]), NOW), None);
        let hostile: [(&str, &[u8]); 2] = [("entryUUID", b"a"), ("uid", b"an\nna")];
        assert_eq!(describe(&config, None, &Entry::of("uid=anna", &hostile), NOW), None);
    }

    #[test]
    fn an_active_directory_key_is_always_its_bytes() {
        let config = LdapDirectory { key_attribute: "objectGUID".into(), ..config() };
        let text = Entry::of("cn=x", &[("objectGUID", b"abcdefghijklmnop")]);
        assert_eq!(key(&config, &text).as_deref(), Some("6162636465666768696a6b6c6d6e6f70"));
        let bytes = Entry::of("cn=x", &[("objectguid", &[0xff, 0x00, 0x10])]);
        assert_eq!(key(&config, &bytes).as_deref(), Some("ff0010"));
    }

    #[test]
    fn cards_that_are_none_are_counted() {
        let person: [(&str, &[u8]); 4] = [
            ("entryUUID", b"1"),
            ("uid", b"o"),
            ("card", b"*)(uid=*"),
            ("card", b"04a1b2c3d4e580"),
        ];
        let entry = Entry::of("uid=o", &person);
        let described = describe(&config(), None, &entry, NOW).expect("a person");
        assert_eq!((described.cards.len(), described.cards_unreadable), (1, 1));
        // The site has said how its numbers are written.
        let form = "last4-decimal".parse().expect("a form");
        let described = describe(&config(), Some(&form), &entry, NOW).expect("a person");
        assert_eq!((described.cards.len(), described.cards_unreadable), (0, 2));
    }

    #[test]
    fn the_first_language_that_we_speak_counts() {
        assert_eq!(language("en-US"), Some(Language::English));
        assert_eq!(language("fi, sv;q=0.9, en"), Some(Language::Swedish));
        assert_eq!(language("de"), None);
    }
}
