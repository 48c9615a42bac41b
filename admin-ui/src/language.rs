//! Which language an answer is written in.

use std::sync::OnceLock;

use axum::http::{HeaderMap, Uri, header};
use texts::Language;

use crate::address::Address;
use crate::security::cookies;

/// The cookie that remembers a choice made by the link to the other language.
pub const COOKIE: &str = "__Host-lang";

/// What is known about the reader's language while a request is answered. In this order: the
/// address (`?lang=`), the browser's cookie, the person's own setting once the session is known,
/// what the browser prefers, Swedish.
#[derive(Debug, Default)]
pub struct Reader {
    asked: Option<Language>,
    remembered: Option<Language>,
    person: OnceLock<Language>,
    preferred: Option<Language>,
}

impl Reader {
    pub fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Self {
            asked: Address::of(uri).get("lang").and_then(Language::from_tag),
            remembered: cookies::get(headers, COOKIE).and_then(Language::from_tag),
            person: OnceLock::new(),
            preferred: accepted.and_then(Language::from_accept_language),
        }
    }

    /// Tells the setting of the person who is signed in.
    pub fn person_is(&self, language: store::Language) {
        let language = match language {
            store::Language::Swedish => Language::Swedish,
            store::Language::English => Language::English,
        };
        // Said once a request; a second time it is the same person.
        let _ = self.person.set(language);
    }

    /// The language to answer in.
    pub fn language(&self) -> Language {
        let chosen = self.asked.or(self.remembered).or(self.person.get().copied());
        chosen.or(self.preferred).unwrap_or_default()
    }

    /// The language that the address asked for, to be remembered by the browser.
    pub fn asked(&self) -> Option<Language> {
        self.asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(uri: &str, cookie: &str, accept: &str) -> Reader {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
        Reader::of(&uri.parse().unwrap(), &headers)
    }

    #[test]
    fn the_nearer_choice_wins() {
        let english = Language::English;
        let swedish = Language::Swedish;
        assert_eq!(reader("/", "", "").language(), swedish);
        assert_eq!(reader("/", "", "en-GB,en;q=0.9").language(), english);
        assert_eq!(reader("/", "__Host-lang=sv", "en").language(), swedish);
        assert_eq!(reader("/?lang=en", "__Host-lang=sv", "sv").language(), english);
        assert_eq!(reader("/?lang=xx", "", "en").language(), english);
        let signed_in = reader("/", "", "sv");
        signed_in.person_is(store::Language::English);
        assert_eq!(signed_in.language(), english);
    }
}
