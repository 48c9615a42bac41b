//! Signing in to the pages with the provider: the authorization code flow (OpenID Connect Core 1.0 section
//! 3.1) with PKCE (RFC 7636), as RFC 9700 advises.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use admin_ui::{Answer, Begun, Elsewhere, ElsewhereError, Entered, Returned};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use print_core::{Clock, Login, PersonId};
use serde::Deserialize;
use store::{AuditEvent, Store};
use tokio::sync::Semaphore;
use tracing::warn;

use super::address::{encoded, form};
use super::claims::{self, ClaimError, NameRule};
use super::errand::{Errand, Finished};
use super::provider::{Disbelief, Document, Provider};
use crate::config;
use crate::directory::Domains;
use crate::doors::Seldom;
use crate::keys::Keys;

/// Where the provider sends people back to, below the address of the pages.
const BACK: &str = "/sign-in/back";
/// No provider's code is longer.
const CODE_BYTES_MAX: usize = 4_096;
/// Codes that are exchanged at the same time; more people wait for another try.
const EXCHANGES_MAX: usize = 32;

/// What signing in elsewhere needs.
#[derive(Debug)]
pub struct PagesSignInParts {
    /// The provider.
    pub provider: Arc<Provider>,
    /// Rows.
    pub store: Store,
    /// Seals what browsers keep.
    pub keys: Arc<Keys>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What the people of each directory are called by.
    pub domains: Arc<Domains>,
    /// How browsers reach the pages, as `https://print.example.org`.
    pub pages: String,
}

/// Signs people in to the pages with the provider.
#[derive(Debug)]
pub struct PagesSignIn {
    parts: PagesSignInParts,
    client: String,
    secret: Option<Secret>,
    rule: NameRule,
    directory: Option<String>,
    scopes: String,
    button: Option<String>,
    finished: Finished,
    exchanges: Semaphore,
    refusals: Seldom,
}

/// What the provider knows us by; shows nothing of itself.
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where the provider sends people back to, when browsers reach the pages at `pages`: the redirect URI that
/// must be registered with the provider.
#[must_use]
pub fn back(pages: &str) -> String {
    format!("{pages}{BACK}")
}

/// Reads the file with the client's secret.
///
/// # Errors
/// A sentence that names the file.
pub fn read_secret(path: &Path) -> Result<String, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("oidc.client_secret_file: {}: {error}", path.display()))?;
    match text.trim() {
        "" => Err(format!("oidc.client_secret_file: {} is empty", path.display())),
        secret => Ok(secret.to_owned()),
    }
}

/// Why somebody who came back is not signed in. The texts are for the log.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error("{0}")]
    Stale(super::errand::NoErrand),
    #[error("the provider signed nobody in: {0}")]
    Denied(String),
    #[error("the provider cannot be used: {0}")]
    Down(String),
    #[error("another provider sent the answer")]
    OtherIssuer,
    #[error("the answer has no code")]
    NoCode,
    #[error("the provider's token is not accepted: {0}")]
    Token(String),
    #[error("nobody of the directory has the name that the provider says")]
    Nobody,
    #[error("people of several directories have the name that the provider says")]
    Ambiguous,
    #[error(transparent)]
    Store(#[from] store::StoreError),
}

impl Failed {
    /// What the audit trail says.
    fn outcome(&self) -> &'static str {
        match self {
            Self::Stale(_) => "refused: not begun here",
            Self::Denied(_) => "refused: by the provider",
            Self::Down(_) => "refused: provider down",
            Self::OtherIssuer | Self::NoCode | Self::Token(_) => "refused: provider's answer",
            Self::Nobody => "refused: not in the directory",
            Self::Ambiguous => "refused: name of several people",
            Self::Store(_) => "refused: database down",
        }
    }

    /// What the person is told.
    fn told(&self) -> ElsewhereError {
        match self {
            Self::Stale(_) => ElsewhereError::Stale,
            Self::Denied(_) => ElsewhereError::Denied,
            Self::Down(_) => ElsewhereError::Down,
            Self::OtherIssuer | Self::NoCode | Self::Token(_) => ElsewhereError::Refused,
            Self::Nobody | Self::Ambiguous => ElsewhereError::Nobody,
            Self::Store(_) => ElsewhereError::Unavailable,
        }
    }
}

impl From<ClaimError> for Failed {
    fn from(error: ClaimError) -> Self {
        Self::Token(error.to_string())
    }
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

impl PagesSignIn {
    /// Signing in as the configuration says.
    ///
    /// # Errors
    /// A sentence, when the file with the client's secret cannot be read.
    pub fn new(oidc: &config::Oidc, parts: PagesSignInParts) -> Result<Self, String> {
        let secret = oidc.client_secret_file.as_deref().map(read_secret).transpose()?;
        Ok(Self {
            parts,
            client: oidc.client_id.clone(),
            secret: secret.map(Secret),
            rule: NameRule { claim: oidc.claim.clone(), domain: oidc.domain.clone() },
            directory: oidc.directory.clone(),
            scopes: oidc.scopes.join(" "),
            button: oidc.button.clone(),
            finished: Finished::default(),
            exchanges: Semaphore::new(EXCHANGES_MAX),
            refusals: Seldom::default(),
        })
    }

    async fn begun(&self, next: &str) -> Result<Begun, ElsewhereError> {
        let document = self.parts.provider.document().await.map_err(|_| ElsewhereError::Down)?;
        let errand = Errand::new(next, self.parts.clock.now());
        let location = document.authorization.asking(&[
            ("response_type", "code"),
            ("client_id", &self.client),
            ("redirect_uri", &back(&self.parts.pages)),
            ("scope", &self.scopes),
            ("state", &errand.state),
            ("nonce", &errand.nonce),
            ("code_challenge", &errand.challenge()),
            ("code_challenge_method", "S256"),
        ]);
        Ok(Begun { location, kept: errand.sealed(&self.parts.keys) })
    }

    async fn entered(&self, returned: Returned<'_>, kept: &str) -> Result<Entered, Failed> {
        let state = returned.state.unwrap_or_default();
        let now = self.parts.clock.now();
        let errand = self.finished.take(&self.parts.keys, kept, state, now);
        let errand = errand.map_err(Failed::Stale)?;
        let provider = &self.parts.provider;
        let document =
            provider.document().await.map_err(|error| Failed::Down(error.to_string()))?;
        // RFC 9207 section 2.4: whoever else answers may want the code for itself.
        let names_itself = returned.issuer.is_some() || document.names_itself;
        if names_itself && returned.issuer != Some(provider.issuer()) {
            return Err(Failed::OtherIssuer);
        }
        if let Some(error) = returned.error {
            return Err(Failed::Denied(claims::keyword(error)));
        }
        let code = returned.code.filter(|code| !code.is_empty() && code.len() <= CODE_BYTES_MAX);
        let token = self.exchange(&document, code.ok_or(Failed::NoCode)?, &errand).await?;
        let login = self.login(&token, &errand).await?;
        let person = self.person(&login).await?.ok_or(Failed::Nobody)?;
        Ok(Entered { person, next: errand.next })
    }

    /// The ID token for a code.
    async fn exchange(
        &self,
        document: &Document,
        code: &str,
        errand: &Errand,
    ) -> Result<String, Failed> {
        let full = |_| Failed::Down("too many people sign in at this moment".into());
        let _place = self.exchanges.try_acquire().map_err(full)?;
        let back = back(&self.parts.pages);
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &back),
            ("code_verifier", &errand.verifier),
        ];
        let mut authorization = None;
        match &self.secret {
            Some(Secret(secret)) if document.secret_in_form => {
                pairs.extend([("client_id", self.client.as_str()), ("client_secret", secret)]);
            }
            // RFC 6749 section 2.3.1: both are encoded as in a form first.
            Some(Secret(secret)) => {
                let both = format!("{}:{}", encoded(&self.client), encoded(secret));
                authorization = Some(format!("Basic {}", STANDARD.encode(both)));
            }
            None => pairs.push(("client_id", &self.client)),
        }
        let https = self.parts.provider.https();
        let answer = https.post(&document.token, authorization.as_deref(), form(&pairs)).await;
        let answer = answer.map_err(|error| match error {
            super::https::HttpsError::Status(status, _) if status.is_client_error() => {
                Failed::Token(error.to_string())
            }
            error => Failed::Down(error.to_string()),
        })?;
        let tokens = serde_json::from_slice::<Tokens>(&answer);
        Ok(tokens.map_err(|_| Failed::Token("there is no ID token".into()))?.id_token)
    }

    async fn login(&self, token: &str, errand: &Errand) -> Result<Login, Failed> {
        let provider = &self.parts.provider;
        let signed = provider.believe(token).await.map_err(|error| match error {
            Disbelief::Down(error) => Failed::Down(error.to_string()),
            Disbelief::Token(error) => Failed::Token(error.to_string()),
        })?;
        // An access token that got here says nothing of a sign-in.
        if !matches!(signed.kind.as_deref(), None | Some("jwt")) {
            return Err(ClaimError::Kind.into());
        }
        let now = self.parts.clock.now();
        claims::check(&signed.says, provider.issuer(), &self.client, now)?;
        claims::check_answer(&signed.says, &self.client, &errand.nonce)?;
        Ok(claims::login(&signed.says, &self.rule)?)
    }

    async fn person(&self, login: &Login) -> Result<Option<PersonId>, Failed> {
        let store = &self.parts.store;
        let found = match &self.directory {
            Some(directory) => store.person_of_directory(directory, login).await,
            None => self.parts.domains.person(store, login).await,
        };
        let found = match found {
            Err(store::StoreError::Conflict) => return Err(Failed::Ambiguous),
            found => found?,
        };
        Ok(found.filter(|person| !person.disabled).map(|person| person.id))
    }

    async fn finished(
        &self,
        returned: Returned<'_>,
        kept: &str,
        address: IpAddr,
    ) -> Result<Entered, ElsewhereError> {
        let entered = self.entered(returned, kept).await;
        let (object, outcome) = match &entered {
            Ok(entered) => (format!("person:{}", entered.person), "signed in with the provider"),
            Err(failed) => {
                if !self.refusals.is_due(address, failed.outcome()) {
                    return Err(failed.told());
                }
                warn!(%address, error = %failed, "Nobody was signed in with the provider");
                ("person:?".to_owned(), failed.outcome())
            }
        };
        let event = AuditEvent {
            at: self.parts.clock.now(),
            actor: format!("address:{address}"),
            event: "sign-in".into(),
            object,
            outcome: outcome.into(),
            detail: serde_json::Value::Null,
        };
        if let Err(error) = self.parts.store.append_audit(&event).await {
            warn!(%error, "A sign-in could not be audited");
            return Err(ElsewhereError::Unavailable);
        }
        entered.map_err(|failed| failed.told())
    }
}

impl Elsewhere for PagesSignIn {
    fn button(&self) -> Option<&str> {
        self.button.as_deref()
    }

    fn pages(&self) -> &str {
        &self.parts.pages
    }

    fn begin<'a>(&'a self, next: &'a str) -> Answer<'a, Result<Begun, ElsewhereError>> {
        Box::pin(self.begun(next))
    }

    fn finish<'a>(
        &'a self,
        returned: Returned<'a>,
        kept: &'a str,
        address: IpAddr,
    ) -> Answer<'a, Result<Entered, ElsewhereError>> {
        Box::pin(self.finished(returned, kept, address))
    }
}
