//! Where a printer is: an `ipp` or `ipps` URI, parsed once.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

/// The port of both schemes (RFC 3510 section 4.1, RFC 7472 section 5).
const PORT: u16 = 631;

/// The longest URI that an attribute can carry (RFC 8011 section 5.1.6).
const URI_BYTES_MAX: usize = 1_023;

/// A printer's URI.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    uri: String,
    host: String,
    port: u16,
    path: String,
    tls: bool,
}

/// A text that is no printer's URI.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not the address of a printer: expected ipp://HOST/PATH or ipps://HOST/PATH")]
pub struct BadAddress;

impl Address {
    /// Reads `ipp://host[:port]/path` or `ipps://…`. A name and password in front of the host are
    /// refused: they would travel to whoever answers.
    ///
    /// # Errors
    /// [`BadAddress`] for everything else.
    pub fn parse(uri: &str) -> Result<Self, BadAddress> {
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}#".contains(&byte);
        if uri.len() > URI_BYTES_MAX || !uri.bytes().all(plain) {
            return Err(BadAddress);
        }
        let (scheme, rest) = uri.split_once("://").ok_or(BadAddress)?;
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "ipp" => false,
            "ipps" => true,
            _ => return Err(BadAddress),
        };
        let (authority, path) = match rest.find('/') {
            Some(slash) => rest.split_at(slash),
            None => (rest, "/"),
        };
        let (host, port) = host_and_port(authority)?;
        Ok(Self { uri: uri.to_owned(), host, port, path: path.to_owned(), tls })
    }

    /// The URI as it was given; this is what requests name as `printer-uri`.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The host's name or address, without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, 631 unless the URI says otherwise.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The path, with its leading slash.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether TLS begins with the first byte.
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// The same place on the same machine, without TLS and at another port.
    #[must_use]
    pub fn in_clear_at(&self, port: u16) -> Self {
        let place = Self { port, ..self.clone() };
        let uri = format!("ipp://{}{}", place.host_header(), self.path);
        Self { uri, tls: false, ..place }
    }

    /// The value of the header `Host`.
    pub fn host_header(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.uri)
    }
}

fn host_and_port(authority: &str) -> Result<(String, u16), BadAddress> {
    let (host, rest) = if let Some(inside) = authority.strip_prefix('[') {
        let (host, rest) = inside.split_once(']').ok_or(BadAddress)?;
        if !matches!(host.parse(), Ok(IpAddr::V6(_))) {
            return Err(BadAddress);
        }
        (host, rest)
    } else {
        let colon = authority.find(':').unwrap_or(authority.len());
        authority.split_at(colon)
    };
    let part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
    if host.is_empty() || !host.bytes().all(part) || is_odd_number(host) {
        return Err(BadAddress);
    }
    let port = match rest.strip_prefix(':') {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok().filter(|port| *port != 0).ok_or(BadAddress)?
        }
        None if rest.is_empty() => PORT,
        _ => return Err(BadAddress),
    };
    Ok((host.to_ascii_lowercase(), port))
}

/// Whether the host is a number that resolvers take for an address although nobody writes addresses so:
/// `127.1`, `2130706433`, `0x7f.0.0.1`, `0177.0.0.1`. Lists of networks are written for the usual form.
fn is_odd_number(host: &str) -> bool {
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let is_number = match hexadecimal {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => last.bytes().all(|byte| byte.is_ascii_digit()),
    };
    is_number && !host.contains(':') && host.parse::<Ipv4Addr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printers_uri_is_taken_apart() {
        let table = [
            ("ipp://ks-4-17.example/ipp/print", "ks-4-17.example", 631, "/ipp/print", false),
            ("ipps://KS-4-17/ipp/print", "ks-4-17", 631, "/ipp/print", true),
            ("IPP://127.0.0.1:8640/ipp/print", "127.0.0.1", 8640, "/ipp/print", false),
            ("ipp://[::1]:631/ipp/print", "::1", 631, "/ipp/print", false),
            ("ipp://printer", "printer", 631, "/", false),
        ];
        for (uri, host, port, path, tls) in table {
            let address = Address::parse(uri).unwrap();
            assert_eq!(
                (address.host(), address.port(), address.path()),
                (host, port, path),
                "{uri}"
            );
            assert_eq!(address.is_tls(), tls, "{uri}");
        }
        assert_eq!(Address::parse("ipp://[::1]/").unwrap().host_header(), "[::1]:631");
    }

    #[test]
    fn what_is_no_printers_uri_is_refused() {
        let table = [
            "",
            "printer",
            "http://printer/",
            "ipp:///ipp",
            "ipp://a:b@printer/",
            "ipp://printer:0/",
            "ipp://printer:x/",
            "ipp://printer:99999/",
            "ipp://prin ter/",
            "ipp://[printer]/",
            "ipp://printer/a\r\nb",
            "ipp://:631/",
            "ipp://printer:/",
            "ipp://127.1/",
            "ipp://2130706433/",
            "ipp://0x7f000001/",
            "ipp://0177.0.0.1/",
            "ipp://127.0.0.1./",
        ];
        for uri in table {
            assert_eq!(Address::parse(uri), Err(BadAddress), "{uri:?}");
        }
        assert_eq!(Address::parse(&format!("ipp://p/{}", "a".repeat(1_100))), Err(BadAddress));
    }
}
