//! What the provider says of itself (OpenID Connect Discovery 1.0) and its keys: fetched by one task,
//! remembered, and asked again when a token names a key that is not known. While the provider is away,
//! what it said last goes on counting for a day.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, timeout};
use tracing::{info, warn};

use super::address::{BadAddress, HttpsAddress};
use super::https::{Https, HttpsError};
use super::signing_keys::SigningKeys;
use super::token::{Signed, Token, TokenError};
use crate::certificates::trust::tls_settings;
use crate::config;

/// What was fetched is fetched again after this time, so that a key which was taken back ends here, too.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// What was fetched last counts for so long while the provider is away.
const LASTS: Duration = Duration::from_secs(24 * 60 * 60);
/// For keys that are not known, the provider is asked this often at most.
const AGAIN_AFTER: Duration = Duration::from_secs(60);
/// A provider that did not answer is asked again after this time, when somebody wants to know.
const RETRY_AFTER: Duration = Duration::from_secs(5);
/// Both documents, each with its own deadline.
const PATIENCE: Duration = Duration::from_secs(12);

/// The provider cannot be used at present; the log says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the provider cannot be used at present")]
pub struct ProviderDown;

/// Why a token is not believed.
#[derive(Debug, thiserror::Error)]
pub enum Disbelief {
    /// The provider's keys are not known.
    #[error(transparent)]
    Down(#[from] ProviderDown),
    /// The token.
    #[error(transparent)]
    Token(#[from] TokenError),
}

/// What the provider says of itself.
#[derive(Debug)]
pub struct Document {
    /// Where people sign in.
    pub authorization: HttpsAddress,
    /// Where a code is exchanged for tokens.
    pub token: HttpsAddress,
    /// Whether the client's secret goes into the form, because the provider does not take it in a header.
    pub secret_in_form: bool,
    /// Whether the provider always says who it is when it sends somebody back (RFC 9207).
    pub names_itself: bool,
    /// Its keys.
    pub keys: SigningKeys,
}

#[derive(Deserialize)]
struct Discovered {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error(transparent)]
    Https(#[from] HttpsError),
    #[error("its answer cannot be read: {0}")]
    Content(#[from] serde_json::Error),
    #[error("it calls itself \"{0}\", not as the entry oidc.issuer does")]
    OtherIssuer(String),
    #[error(transparent)]
    Address(#[from] BadAddress),
}

#[derive(Debug, Clone, Default)]
struct Known {
    document: Option<(Arc<Document>, Instant)>,
    tried: Option<(Instant, bool)>,
}

impl Known {
    fn document(&self) -> Option<Arc<Document>> {
        let (document, since) = self.document.as_ref()?;
        (since.elapsed() < LASTS).then(|| Arc::clone(document))
    }

    /// Whether the provider may be asked at this moment.
    fn may_ask(&self, now: Instant) -> bool {
        let pause = |answered| if answered { AGAIN_AFTER } else { RETRY_AFTER };
        self.tried.is_none_or(|(at, answered)| now.duration_since(at) >= pause(answered))
    }
}

/// The provider.
#[derive(Debug)]
pub struct Provider {
    issuer: String,
    https: Https,
    known: watch::Sender<Known>,
    wanted: Notify,
}

impl Provider {
    /// The provider of the configuration. Nothing is asked yet: [`Provider::keep_known`] does.
    ///
    /// # Errors
    /// A sentence, when the file of authorities cannot be used.
    pub fn of(oidc: &config::Oidc) -> Result<Arc<Self>, String> {
        let tls = tls_settings(oidc.ca.as_deref()).map_err(|error| format!("oidc.ca: {error}"))?;
        let known = watch::Sender::new(Known::default());
        let (issuer, https) = (oidc.issuer.clone(), Https::new(tls));
        Ok(Arc::new(Self { issuer, https, known, wanted: Notify::new() }))
    }

    /// What it is called, in every token and everywhere else.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(super) fn https(&self) -> &Https {
        &self.https
    }

    /// Asks the provider at the start, once an hour and when somebody needs to know, until the server stops.
    pub async fn keep_known(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        loop {
            let may_ask = self.known.borrow().may_ask(Instant::now());
            if may_ask {
                tokio::select! {
                    () = self.ask() => {}
                    _ = stop.wait_for(|stopping| *stopping) => return,
                }
            }
            let answered = self.known.borrow().tried.is_some_and(|(_, answered)| answered);
            tokio::select! {
                () = self.wanted.notified() => {}
                () = tokio::time::sleep(if answered { FRESH } else { AGAIN_AFTER }) => {}
                _ = stop.wait_for(|stopping| *stopping) => return,
            }
        }
    }

    async fn ask(&self) {
        let fetched = self.fetch().await;
        let now = Instant::now();
        self.known.send_modify(|known| {
            known.tried = Some((now, fetched.is_ok()));
            match fetched {
                Ok(document) => {
                    if known.document.is_none() {
                        info!(
                            issuer = self.issuer,
                            keys = document.keys.len(),
                            "The identity provider is known"
                        );
                    }
                    known.document = Some((Arc::new(document), now));
                }
                Err(error) => {
                    warn!(issuer = self.issuer, %error, "The identity provider cannot be used")
                }
            }
        });
    }

    async fn fetch(&self) -> Result<Document, FetchError> {
        // OpenID Connect Discovery 1.0 section 4.1: a slash at the end of the issuer is left out.
        let place = self.issuer.trim_end_matches('/');
        let place = HttpsAddress::parse(&format!("{place}/.well-known/openid-configuration"))?;
        let found: Discovered = serde_json::from_slice(&self.https.get(&place).await?)?;
        if found.issuer != self.issuer {
            return Err(FetchError::OtherIssuer(super::claims::keyword(&found.issuer)));
        }
        let keys = self.https.get(&HttpsAddress::parse(&found.jwks_uri)?).await?;
        let methods = found.token_endpoint_auth_methods_supported.unwrap_or_default();
        let has = |method: &str| methods.iter().any(|one| one == method);
        Ok(Document {
            authorization: HttpsAddress::parse(&found.authorization_endpoint)?,
            token: HttpsAddress::parse(&found.token_endpoint)?,
            secret_in_form: has("client_secret_post") && !has("client_secret_basic"),
            names_itself: found.authorization_response_iss_parameter_supported,
            keys: SigningKeys::parse(&keys)?,
        })
    }

    /// What the provider says of itself.
    ///
    /// # Errors
    /// [`ProviderDown`] when it never said anything, or nothing for a day.
    pub(super) async fn document(&self) -> Result<Arc<Document>, ProviderDown> {
        let known = self.known.borrow().document();
        match known {
            Some(document) => Ok(document),
            None => self.renewed().await,
        }
    }

    /// The same, asked anew when that may be.
    async fn renewed(&self) -> Result<Arc<Document>, ProviderDown> {
        let mut known = self.known.subscribe();
        if known.borrow_and_update().may_ask(Instant::now()) {
            self.wanted.notify_one();
            // Late or never: what is known then counts.
            let _ = timeout(PATIENCE, known.changed()).await;
        }
        let document = known.borrow().document();
        document.ok_or(ProviderDown)
    }

    /// What a token says, when the provider signed it.
    ///
    /// # Errors
    /// [`Disbelief`].
    pub(super) async fn believe(&self, text: &str) -> Result<Signed, Disbelief> {
        let token = Token::parse(text)?;
        let mut document = self.document().await?;
        if token.wants_newer(&document.keys) {
            document = self.renewed().await?;
        }
        Ok(token.verify(&document.keys)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_make_us_ask_once_a_minute_and_a_silent_provider_is_tried_sooner() {
        let now = Instant::now();
        let tried = |answered| Known { document: None, tried: Some((now, answered)) };
        assert!(Known::default().may_ask(now));
        assert!(!tried(true).may_ask(now + AGAIN_AFTER - Duration::from_millis(1)));
        assert!(tried(true).may_ask(now + AGAIN_AFTER));
        assert!(!tried(false).may_ask(now + RETRY_AFTER - Duration::from_millis(1)));
        assert!(tried(false).may_ask(now + RETRY_AFTER));
    }
}
