//! The door `basic`: name and password of HTTP's Basic scheme (RFC 7617), asked of the directory.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use print_core::{Login, OwnerId};
use store::Door;

use super::{Caller, DoorError, Identity, People};
use crate::directory::{Directory, SignInError};

/// The longest header that is read.
const HEADER_BYTES_MAX: usize = 1_024;

/// A header that holds no name and password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the Authorization header holds no name and password")]
pub struct BadCredentials;

/// What a person signs in with.
pub struct Credentials {
    /// The login name.
    pub login: Login,
    /// The password; never empty (an empty one would be an anonymous bind, RFC 4513 section 5.1.2).
    pub password: String,
}

impl Credentials {
    /// Reads `Basic …`.
    ///
    /// # Errors
    /// [`BadCredentials`] for another scheme, and for what is not a name and a password.
    pub fn parse(header: &str) -> Result<Self, BadCredentials> {
        if header.len() > HEADER_BYTES_MAX {
            return Err(BadCredentials);
        }
        let (scheme, encoded) = header.split_once(' ').ok_or(BadCredentials)?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return Err(BadCredentials);
        }
        let decoded = STANDARD.decode(encoded.trim()).map_err(|_| BadCredentials)?;
        let decoded = String::from_utf8(decoded).map_err(|_| BadCredentials)?;
        let (login, password) = decoded.split_once(':').ok_or(BadCredentials)?;
        let login = Login::parse(login).map_err(|_| BadCredentials)?;
        if password.is_empty() {
            return Err(BadCredentials);
        }
        Ok(Self { login, password: password.to_owned() })
    }
}

/// Says nothing of the password.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("login", &self.login).finish_non_exhaustive()
    }
}

/// The person with the name and password of this header.
pub(super) async fn sign_in(
    people: &People,
    directory: &Directory,
    header: &str,
    caller: Caller<'_>,
) -> Result<Identity, DoorError> {
    let credentials = Credentials::parse(header).map_err(|_| DoorError::Wrong)?;
    let signed_in = directory
        .sign_in(&credentials.login, &credentials.password, caller.peer.address.ip())
        .await;
    let person = signed_in.map_err(|error| match error {
        SignInError::Wrong => DoorError::Wrong,
        SignInError::Throttled => DoorError::Throttled,
        SignInError::Ambiguous => DoorError::AmbiguousName(caller.language),
        SignInError::Barred(why) => DoorError::Barred(why, caller.language),
        SignInError::Unreachable => DoorError::DirectoryDown,
        SignInError::Store(error) => DoorError::Store(error),
    })?;
    // A directory may know a person by several login names; the store keeps the one it synchronised.
    let known = people.by_login(&credentials.login).await?.filter(|known| known.id == person);
    let login = known.map_or_else(|| credentials.login.clone(), |known| known.login);
    let owner = OwnerId::Person(person);
    Ok(Identity { owner, login, verified: true, door: Door::Basic, claimed_name: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(plain: &str) -> Result<(String, String), BadCredentials> {
        let credentials = Credentials::parse(&format!("Basic {}", STANDARD.encode(plain)))?;
        Ok((credentials.login.as_str().to_owned(), credentials.password))
    }

    #[test]
    fn name_and_password_are_read_and_a_colon_belongs_to_the_password() {
        assert_eq!(parse("anna:pass:word"), Ok(("anna".into(), "pass:word".into())));
    }

    #[test]
    fn an_empty_password_and_other_schemes_are_refused() {
        assert_eq!(parse("anna:"), Err(BadCredentials));
        assert_eq!(parse(":word"), Err(BadCredentials));
        assert_eq!(parse("anna"), Err(BadCredentials));
        assert!(Credentials::parse("Bearer abc").is_err());
        assert!(Credentials::parse("Basic ****").is_err());
    }

    #[test]
    fn debug_output_holds_no_password() {
        let header = format!("Basic {}", STANDARD.encode("anna:secret"));
        let shown = format!("{:?}", Credentials::parse(&header).expect("credentials"));
        assert!(!shown.contains("secret"));
    }
}
