//! The door `bearer`: an access token of the identity provider (RFC 6750), checked here; under TLS only.

use print_core::OwnerId;
use store::Door;

use super::{DoorError, Identity, KnownPerson, People};
use crate::oidc::{Bearer, BearerError};

/// The token of `Bearer …`; none for other schemes.
#[must_use]
pub fn token_of(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The person whom this token is about.
pub(super) async fn open(
    people: &People,
    bearer: &Bearer,
    token: &str,
) -> Result<Identity, DoorError> {
    let login = bearer.login(token).await.map_err(|error| match error {
        BearerError::Refused => DoorError::TokenRefused,
        BearerError::ProviderDown => DoorError::ProviderDown,
    })?;
    let known = match bearer.directory() {
        Some(directory) => people.of_directory(&login, directory).await?,
        None => people.by_login(&login).await?,
    };
    let KnownPerson { id, login } = known.ok_or(DoorError::TokenOfNobody)?;
    let owner = OwnerId::Person(id);
    Ok(Identity { owner, login, verified: true, door: Door::Bearer, claimed_name: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_scheme_bearer_brings_a_token() {
        assert_eq!(token_of("Bearer a.b.c"), Some("a.b.c"));
        assert_eq!(token_of("bearer  a.b.c "), Some("a.b.c"));
        assert_eq!(token_of("Basic a.b.c"), None);
        assert_eq!(token_of("Bearera.b.c"), None);
    }
}
