//! The address of a page with its question part, taken apart and put together again.

use std::fmt;

use axum::extract::Query;
use axum::http::Uri;

/// A path and the pairs after its question mark.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    path: String,
    pairs: Vec<(String, String)>,
}

impl Address {
    /// The address of a request. A question part that cannot be read counts as none.
    pub fn of(uri: &Uri) -> Self {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri).map(|query| query.0);
        Self { path: uri.path().to_owned(), pairs: pairs.unwrap_or_default() }
    }

    /// This path without questions.
    pub fn path(path: &str) -> Self {
        Self { path: path.to_owned(), pairs: Vec::new() }
    }

    /// The first value of `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|pair| pair.0 == key).map(|pair| pair.1.as_str())
    }

    /// The address with `key` set to `value`, or without it when the value is empty.
    #[must_use]
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.pairs.retain(|pair| pair.0 != key);
        if !value.is_empty() {
            self.pairs.push((key.to_owned(), value.to_owned()));
        }
        self
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        for (place, (key, value)) in self.pairs.iter().enumerate() {
            f.write_str(if place == 0 { "?" } else { "&" })?;
            write_encoded(f, key)?;
            f.write_str("=")?;
            write_encoded(f, value)?;
        }
        Ok(())
    }
}

/// Percent-encoding of everything but the unreserved characters (RFC 3986 section 2.3).
fn write_encoded(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            write!(f, "{}", char::from(byte))?;
        } else {
            write!(f, "%{byte:02X}")?;
        }
    }
    Ok(())
}

/// A path on this site to go to after a sign-in, when `text` is one: whoever made the link may not
/// send people to another site.
pub fn local(text: &str) -> Option<&str> {
    let second = text.as_bytes().get(1).copied();
    let plain = |c: char| c.is_ascii_graphic() && c != '\\';
    let inside = text.starts_with('/') && second != Some(b'/') && text.chars().all(plain);
    (inside && text.len() <= 1_024).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_being_taken_apart() {
        let uri: Uri = "/usage?q=K%C3%A4lla+1%26&sort=cost&lang=sv".parse().unwrap();
        let address = Address::of(&uri);
        assert_eq!(address.get("q"), Some("Källa 1&"));
        assert_eq!(
            address.with("lang", "en").with("sort", "").to_string(),
            "/usage?q=K%C3%A4lla%201%26&lang=en"
        );
        let broken: Uri = "/usage?q=%FF".parse().unwrap();
        assert!(Address::of(&broken).to_string().starts_with("/usage"));
    }

    #[test]
    fn nobody_is_sent_to_another_site() {
        assert_eq!(local("/usage?month=2026-11"), Some("/usage?month=2026-11"));
        for text in
            ["", "usage", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb"]
        {
            assert_eq!(local(text), None, "{text:?}");
        }
    }
}
