//! Names of Kerberos (RFC 4120 section 6), as its libraries write them: `part/part@REALM`.

use std::fmt;

/// A name in a realm. Realms are compared as they stand, because Kerberos does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Principal {
    /// The parts of the name, at least one: `HTTP` and a host's name, or one login name.
    pub parts: Vec<String>,
    /// The realm.
    pub realm: String,
}

impl Principal {
    /// Reads a whole name. A stroke or an at sign within a part is written behind a backslash; no name of
    /// ours has one, and to be misread would be to be somebody else, so such names are not read at all.
    #[must_use]
    pub fn parse(text: &str) -> Option<Principal> {
        let plain = |c: char| !c.is_control() && c != '\\';
        let (name, realm) = text.split_once('@')?;
        if !text.chars().all(plain) || realm.is_empty() || realm.contains(['@', '/']) {
            return None;
        }
        let parts: Vec<String> = name.split('/').map(str::to_owned).collect();
        if parts.iter().any(String::is_empty) {
            return None;
        }
        Some(Principal { parts, realm: realm.to_owned() })
    }

    /// The login name: the only part. `anna/admin` is somebody else than `anna`.
    #[must_use]
    pub fn login(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [login] => Some(login),
            _ => None,
        }
    }

    /// Whether it is the service `wanted`: the same parts, in capitals or not (curl asks for
    /// `HTTP/`, others for `http/`, Active Directory does not care), whatever the realm.
    #[must_use]
    pub fn is_service(&self, wanted: &[String]) -> bool {
        let same = |(one, other): (&String, &String)| one.eq_ignore_ascii_case(other);
        self.parts.len() == wanted.len() && self.parts.iter().zip(wanted).all(same)
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.parts.join("/"), self.realm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_the_only_part_of_a_name() {
        let login = |text| Principal::parse(text)?.login().map(str::to_owned);
        assert_eq!(login("anna@EXAMPLE.ORG").as_deref(), Some("anna"));
        for other in [
            "anna/admin@EXAMPLE.ORG",
            "anna",
            "anna@",
            "@EXAMPLE.ORG",
            "anna@A@B",
            "anna@A/B",
            "an\\/na@EXAMPLE.ORG",
            "anna\\@EXAMPLE.ORG@EXAMPLE.ORG",
            "anna\n@EXAMPLE.ORG",
        ] {
            assert_eq!(login(other), None, "{other}");
        }
    }

    #[test]
    fn a_service_is_the_same_in_capitals_or_not_and_no_other_is() {
        let wanted = ["HTTP".to_owned(), "print.example.org".to_owned()];
        let is = |text| Principal::parse(text).unwrap().is_service(&wanted);
        assert!(is("HTTP/print.example.org@EXAMPLE.ORG"));
        assert!(is("http/PRINT.example.org@EXAMPLE.ORG"));
        for other in ["host/print.example.org@E", "HTTP/www.example.org@E", "HTTP@E", "HTTP/a/b@E"]
        {
            assert!(!is(other), "{other}");
        }
    }
}
