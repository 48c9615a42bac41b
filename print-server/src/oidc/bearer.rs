//! Access tokens of print clients (RFC 6750, RFC 9068): checked here, without asking the provider.

use std::sync::Arc;

use print_core::{Clock, Login};
use tracing::debug;

use super::claims::{self, ClaimError, NameRule};
use super::provider::{Disbelief, Provider, ProviderDown};
use crate::config;

/// Why a token does not say who prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BearerError {
    /// It is no good; why, is for the log.
    #[error("the access token is not accepted")]
    Refused,
    /// The provider's keys are not known, so that nobody can say.
    #[error("the identity provider does not answer")]
    ProviderDown,
}

/// Checks access tokens.
#[derive(Debug)]
pub struct Bearer {
    provider: Arc<Provider>,
    audience: String,
    rule: NameRule,
    directory: Option<String>,
    clock: Arc<dyn Clock>,
}

impl Bearer {
    /// The check that the configuration asks for; none when it names no audience.
    #[must_use]
    pub fn of(oidc: &config::Oidc, provider: Arc<Provider>, clock: Arc<dyn Clock>) -> Option<Self> {
        let bearer = oidc.bearer.as_ref()?;
        let claim = bearer.claim.as_ref().unwrap_or(&oidc.claim).clone();
        let rule = NameRule { claim, domain: oidc.domain.clone() };
        let (audience, directory) = (bearer.audience.clone(), oidc.directory.clone());
        Some(Self { provider, audience, rule, directory, clock })
    }

    /// The directory whose names tokens have, where the configuration says one.
    #[must_use]
    pub fn directory(&self) -> Option<&str> {
        self.directory.as_deref()
    }

    /// The login name of the person whom this token is about.
    ///
    /// # Errors
    /// [`BearerError`].
    pub async fn login(&self, token: &str) -> Result<Login, BearerError> {
        let signed = self.provider.believe(token).await.map_err(|error| match error {
            Disbelief::Down(ProviderDown) => BearerError::ProviderDown,
            Disbelief::Token(error) => refused(&error),
        })?;
        let now = self.clock.now();
        let checked = match signed.kind.as_deref() {
            // RFC 9068 section 2.1; older providers call every token a JWT.
            None | Some("jwt" | "at+jwt") => {
                claims::check(&signed.says, self.provider.issuer(), &self.audience, now)
            }
            Some(_) => Err(ClaimError::Kind),
        };
        let named = checked.and_then(|()| claims::login(&signed.says, &self.rule));
        named.map_err(|error| refused(&error))
    }
}

fn refused(error: &(impl std::error::Error + ?Sized)) -> BearerError {
    debug!(%error, "An access token was refused");
    BearerError::Refused
}
