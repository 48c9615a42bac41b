//! Text from outside, parsed once at the edge: bounded, without control characters.
//!
//! Names are compared folded and shown as they were given. The database never folds or sorts by itself
//! (the two databases would disagree): [`fold`] and [`sort_key`] are computed here and stored.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// A text that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    /// Nothing is left of it.
    #[error("the {what} is empty")]
    Empty { what: &'static str },
    /// More bytes than the kind of text allows.
    #[error("the {what} is longer than {limit} bytes")]
    TooLong { what: &'static str, limit: usize },
    /// A character that has no place in this kind of text.
    #[error("the {what} holds a character that is not allowed")]
    Character { what: &'static str },
}

/// Characters that change how other text is shown, or that a terminal or a log obeys: C0, C1, the marks
/// of bidirectional text, line and paragraph separators.
#[must_use]
pub fn is_unsafe_to_show(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn checked(text: &str, what: &'static str, limit: usize) -> Result<String, BadText> {
    if text.is_empty() {
        return Err(BadText::Empty { what });
    }
    if text.len() > limit {
        return Err(BadText::TooLong { what, limit });
    }
    if text.chars().any(is_unsafe_to_show) {
        return Err(BadText::Character { what });
    }
    Ok(text.to_owned())
}

/// `text` cut to `limit` bytes at a character, without characters that are unsafe to show.
#[must_use]
pub fn cleaned(text: &str, limit: usize) -> String {
    let mut kept = String::new();
    for c in text.chars().filter(|c| !is_unsafe_to_show(*c)) {
        if kept.len() + c.len_utf8() > limit {
            break;
        }
        kept.push(c);
    }
    kept
}

/// The form in which two names are the same name: lower case by Unicode's rules, outer blanks cut. No
/// locale has a say, so that a Turkish i does not open another person's queue.
#[must_use]
pub fn fold(name: &str) -> String {
    name.trim().chars().flat_map(char::to_lowercase).collect()
}

/// A key whose byte order is the order of a Swedish list: å, ä and ö after z, other accents ignored.
#[must_use]
pub fn sort_key(name: &str) -> String {
    let place = |c: char| match c {
        'å' => "{a".into(),
        'ä' | 'æ' => "{b".into(),
        'ö' | 'ø' => "{c".into(),
        'á' | 'à' | 'â' | 'ã' => "a".into(),
        'é' | 'è' | 'ê' | 'ë' => "e".into(),
        'í' | 'ì' | 'î' | 'ï' => "i".into(),
        'ó' | 'ò' | 'ô' | 'õ' => "o".into(),
        'ú' | 'ù' | 'û' => "u".into(),
        'ü' | 'ý' | 'ÿ' => "y".into(),
        'ñ' => "n".into(),
        'ç' => "c".into(),
        other => other.to_string(),
    };
    fold(name).chars().map(place).collect()
}

macro_rules! text_type {
    ($($(#[$doc:meta])* $name:ident, $what:literal, $limit:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The most bytes it can have.
            pub const LIMIT: usize = $limit;

            /// The text, when it is one of this kind.
            ///
            /// # Errors
            /// [`BadText`] when it is empty, too long or holds a character that is not allowed.
            pub fn parse(text: &str) -> Result<Self, BadText> {
                checked(text, $what, $limit).map(Self)
            }

            /// The text as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

text_type! {
    /// A job's title (`job-name`, RFC 8011 section 5.3.5). Only its owner sees it.
    JobName, "job name", 255;
    /// The name a client claims to print for. It routes a job and proves nothing.
    ClaimedName, "user name", 255;
    /// The name a person signs in with.
    Login, "login name", 255;
    /// An IPP keyword, or a name used as one.
    Keyword, "keyword", 255;
    /// What a person calls a device that has a link.
    DeviceName, "name of the device", 127;
}

impl JobName {
    /// The title a job gets when its client sent none, or one that cannot be shown.
    #[must_use]
    pub fn untitled() -> Self {
        Self("Untitled".into())
    }

    /// The title as near to what the client sent as can be shown.
    #[must_use]
    pub fn from_client(text: &str) -> Self {
        let kept = cleaned(text.trim(), Self::LIMIT);
        if kept.is_empty() { Self::untitled() } else { Self(kept) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_is_bounded_and_clean() {
        assert!(Login::parse("anna").is_ok());
        assert!(matches!(Login::parse(""), Err(BadText::Empty { .. })));
        assert!(matches!(Login::parse(&"a".repeat(256)), Err(BadText::TooLong { .. })));
        for text in ["a\0b", "a\nb", "a\u{9b}b", "a\u{202e}b"] {
            assert!(matches!(Login::parse(text), Err(BadText::Character { .. })), "{text:?}");
        }
    }

    #[test]
    fn a_title_is_kept_as_near_as_it_can_be_shown() {
        assert_eq!(JobName::from_client("Årsrapport\u{202e}\n").as_str(), "Årsrapport");
        assert_eq!(JobName::from_client(" \t").as_str(), "Untitled");
        let cut = JobName::from_client(&"å".repeat(200));
        assert_eq!(cut.as_str().chars().count(), 127);
    }

    #[test]
    fn names_fold_alike_in_every_locale() {
        assert_eq!(fold(" Anna.BERG "), "anna.berg");
        assert_eq!(fold("ÅSA"), fold("åsa"));
        assert_ne!(fold("ı"), fold("i"));
    }

    #[test]
    fn swedish_letters_come_after_z() {
        let mut names = ["Öberg", "Zorn", "Ärlig", "Ångström", "andersson", "Édouard"];
        names.sort_by_key(|name| sort_key(name));
        assert_eq!(names, ["andersson", "Édouard", "Zorn", "Ångström", "Ärlig", "Öberg"]);
    }
}
