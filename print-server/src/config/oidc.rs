//! The identity provider by which people sign in elsewhere, if there is one.

use std::path::PathBuf;

use serde::Deserialize;

use crate::oidc::HttpsAddress;

/// An OpenID Connect provider. It says who somebody is; the directory says whether they may print.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Oidc {
    /// The provider's address, letter for letter as it calls itself in its tokens.
    pub issuer: String,
    /// What the provider calls us.
    pub client_id: String,
    /// A file that holds the secret which the provider gave us; readable by its owner only. Without it we are
    /// a public client (RFC 6749 section 2.1).
    #[serde(default)]
    pub client_secret_file: Option<PathBuf>,
    /// The claim that is the login name of the directory: `preferred_username`, `email` or `sub`.
    #[serde(default = "default_claim")]
    pub claim: String,
    /// The directory whose login names the claim has, where there are several.
    #[serde(default)]
    pub directory: Option<String>,
    /// Where the claim is `name@domain` and the login name only `name`: that domain.
    #[serde(default)]
    pub domain: Option<String>,
    /// What the provider is asked for.
    #[serde(default = "default_scopes")]
    pub scopes: Vec<String>,
    /// Certificates of the authorities to trust (PEM); without it, the system's.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// What stands on the button of the sign-in page; otherwise our own words, in both languages.
    #[serde(default)]
    pub button: Option<String>,
    /// How browsers reach the pages, when it is not by the host of `listeners.print` and the port of
    /// `listeners.web`. The provider sends people back there.
    #[serde(default)]
    pub pages: Option<String>,
    /// Print clients may sign in with access tokens of the provider.
    #[serde(default)]
    pub bearer: Option<OidcBearer>,
}

/// Access tokens of print clients.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcBearer {
    /// For whom the tokens must have been made: this service's name with the provider, never `client_id`.
    pub audience: String,
    /// The claim that is the login name, when it is another one than in ID tokens.
    #[serde(default)]
    pub claim: Option<String>,
    /// What clients are told to ask the provider for.
    #[serde(default)]
    pub scopes: Vec<String>,
}

fn default_claim() -> String {
    "preferred_username".into()
}

fn default_scopes() -> Vec<String> {
    ["openid", "profile"].map(String::from).to_vec()
}

impl Oidc {
    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        self.client_secret_file.iter_mut().chain(self.ca.iter_mut())
    }

    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let issuer = HttpsAddress::parse(&self.issuer)
            .map_err(|error| ("oidc.issuer", format!("\"{}\": {error}", self.issuer)))?;
        if issuer.as_str().contains('?') {
            return Err(("oidc.issuer", "an issuer has no question mark".into()));
        }
        if self.client_id.trim().is_empty() {
            return Err(("oidc.client_id", "what does the provider call this service?".into()));
        }
        let bearer_claim = self.bearer.as_ref().and_then(|bearer| bearer.claim.as_ref());
        for claim in [Some(&self.claim), bearer_claim].into_iter().flatten() {
            if !is_word(claim) {
                let problem = format!("\"{claim}\": name one claim, as preferred_username");
                return Err(("oidc.claim", problem));
            }
        }
        if self.domain.as_ref().is_some_and(|domain| domain.is_empty() || domain.contains('@')) {
            return Err(("oidc.domain", "write what follows the @, as example.org".into()));
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            return Err(("oidc.scopes", "\"openid\" must be among them".into()));
        }
        let bearer_scopes = self.bearer.iter().flat_map(|bearer| &bearer.scopes);
        if let Some(scope) = self.scopes.iter().chain(bearer_scopes).find(|one| !is_word(one)) {
            return Err(("oidc.scopes", format!("\"{scope}\": a scope is one word")));
        }
        if let Some(pages) = &self.pages {
            let parsed = HttpsAddress::parse(pages).map_err(|_| pages_problem(pages))?;
            if parsed.target() != "/" || pages.ends_with('/') {
                return Err(pages_problem(pages));
            }
        }
        match &self.bearer {
            Some(bearer) if bearer.audience.trim().is_empty() => {
                Err(("oidc.bearer.audience", "for whom are the access tokens made?".into()))
            }
            // Whoever got an ID token, which browsers pass on, could print with it.
            Some(bearer) if bearer.audience == self.client_id => {
                let problem = "must be another name than client_id: an ID token opens no queue";
                Err(("oidc.bearer.audience", problem.into()))
            }
            _ => Ok(()),
        }
    }
}

fn pages_problem(pages: &str) -> (&'static str, String) {
    ("oidc.pages", format!("\"{pages}\": write https://HOST or https://HOST:PORT"))
}

/// Letters, digits and signs without spaces and quotes (RFC 6749 section 3.3).
fn is_word(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    !text.is_empty() && text.len() <= 200 && text.bytes().all(plain)
}
