//! Where a provider is: an `https` address, parsed once.

use std::fmt;
use std::fmt::Write as _;
use std::net::IpAddr;

/// No provider's address is longer.
const BYTES_MAX: usize = 2_048;

/// An `https` address without a name, a password or a fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpsAddress {
    text: String,
    host: String,
    port: u16,
    target: String,
}

/// A text that is no such address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address of a provider: write https://HOST/PATH")]
pub struct BadAddress;

impl HttpsAddress {
    /// Reads `https://host[:port][/path][?query]`.
    ///
    /// # Errors
    /// [`BadAddress`] for everything else.
    pub fn parse(text: &str) -> Result<Self, BadAddress> {
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte);
        if text.len() > BYTES_MAX || !text.bytes().all(plain) {
            return Err(BadAddress);
        }
        let rest = text.strip_prefix("https://").ok_or(BadAddress)?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        let (host, port) = host_and_port(authority).ok_or(BadAddress)?;
        let slash = if target.starts_with('/') { "" } else { "/" };
        Ok(Self { text: text.to_owned(), host, port, target: format!("{slash}{target}") })
    }

    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host's name or address, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, 443 unless the address says otherwise.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The path and the query.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The value of the header `Host`.
    pub fn authority(&self) -> String {
        let host =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if self.port == 443 { host } else { format!("{host}:{}", self.port) }
    }

    /// This address with these pairs after its question mark.
    pub fn asking(&self, pairs: &[(&str, &str)]) -> String {
        let sign = if self.text.contains('?') { '&' } else { '?' };
        format!("{}{sign}{}", self.text, form(pairs))
    }
}

impl fmt::Display for HttpsAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn host_and_port(authority: &str) -> Option<(String, u16)> {
    let (host, rest) = if let Some(inside) = authority.strip_prefix('[') {
        let (host, rest) = inside.split_once(']')?;
        matches!(host.parse(), Ok(IpAddr::V6(_))).then_some((host, rest))?
    } else {
        authority.split_at(authority.find(':').unwrap_or(authority.len()))
    };
    let part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
    if host.is_empty() || !host.bytes().all(part) {
        return None;
    }
    let port = match rest.strip_prefix(':') {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok().filter(|port| *port != 0)?
        }
        None if rest.is_empty() => 443,
        _ => return None,
    };
    Some((host.to_ascii_lowercase(), port))
}

/// Pairs as a form or a query writes them: everything but the unreserved characters of RFC 3986 section
/// 2.3 is encoded.
pub fn form(pairs: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (key, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        let _ = write!(text, "{}={}", encoded(key), encoded(value));
    }
    text
}

/// One text, encoded for a form or a query.
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        for (text, host, port, target, authority) in [
            ("https://Login.Example", "login.example", 443, "/", "login.example"),
            ("https://a.example:8443/x/y?z=1", "a.example", 8443, "/x/y?z=1", "a.example:8443"),
            ("https://[::1]:9/a", "::1", 9, "/a", "[::1]:9"),
            ("https://a.example?z", "a.example", 443, "/?z", "a.example"),
        ] {
            let address = HttpsAddress::parse(text).expect(text);
            assert_eq!((address.host(), address.port()), (host, port), "{text}");
            assert_eq!((address.target(), address.authority().as_str()), (target, authority));
            assert_eq!(address.as_str(), text);
        }
    }

    #[test]
    fn what_is_no_safe_address_is_refused() {
        for text in [
            "http://a.example/",
            "https://",
            "https://user@a.example/",
            "https://a.example/#x",
            "https://a.example:0/",
            "https://a.example:99999/",
            "https://a.example:/",
            "https://a b/",
            "https://a.example/\r\nx",
            "HTTPS//a",
        ] {
            assert_eq!(HttpsAddress::parse(text), Err(BadAddress), "{text}");
        }
    }

    #[test]
    fn a_question_is_added_to_an_address() {
        let plain = HttpsAddress::parse("https://a.example/auth").expect("an address");
        let wanted = "https://a.example/auth?scope=openid%20profile&next=%2F%26";
        assert_eq!(plain.asking(&[("scope", "openid profile"), ("next", "/&")]), wanted);
        let asked = HttpsAddress::parse("https://a.example/auth?p=1").expect("an address");
        assert_eq!(asked.asking(&[("a", "b")]), "https://a.example/auth?p=1&a=b");
    }
}
