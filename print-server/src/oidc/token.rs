//! A signed token (RFC 7519 in the compact form of RFC 7515): taken apart, its signature checked. What it
//! says is not read before somebody's key is known to have signed it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::signing_keys::{Algorithm, SigningKeys};

/// The longest token that is read.
pub const TOKEN_BYTES_MAX: usize = 16 * 1024;

/// Why a token is not believed. The texts are for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is no signed token.
    #[error("it is no signed token")]
    Malformed,
    /// It is signed in a way that proves nothing, or in one that we do not know.
    #[error("its algorithm is not accepted")]
    Algorithm,
    /// The provider has no key of this id.
    #[error("the provider has no such key")]
    UnknownKey,
    /// No key of the provider made its signature.
    #[error("its signature is not the provider's")]
    Signature,
}

/// A token in its parts, not yet believed.
#[derive(Debug)]
pub struct Token<'a> {
    algorithm: Algorithm,
    key: Option<String>,
    kind: Option<String>,
    signed: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
}

/// What a token says, signed by the provider.
#[derive(Debug)]
pub struct Signed {
    /// What kind of token it says it is (`typ`), in small letters and without `application/`.
    pub kind: Option<String>,
    /// What it says.
    pub says: Map<String, Value>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

impl<'a> Token<'a> {
    /// Takes a token apart.
    ///
    /// # Errors
    /// [`TokenError::Malformed`], [`TokenError::Algorithm`].
    pub fn parse(text: &'a str) -> Result<Self, TokenError> {
        if text.len() > TOKEN_BYTES_MAX {
            return Err(TokenError::Malformed);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenError::Malformed)?;
        if payload.contains('.') {
            return Err(TokenError::Malformed);
        }
        let bytes = |text| URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError::Malformed);
        let header: Header =
            serde_json::from_slice(&bytes(header)?).map_err(|_| TokenError::Malformed)?;
        let algorithm = Algorithm::named(&header.alg).ok_or(TokenError::Algorithm)?;
        // RFC 7515 section 4.1.11: what must be understood and is not, makes the token void.
        if header.crit.is_some() {
            return Err(TokenError::Malformed);
        }
        let kind = header.typ.map(|typ| typ.to_ascii_lowercase());
        let kind = kind.map(|typ| typ.strip_prefix("application/").unwrap_or(&typ).to_owned());
        Ok(Self { algorithm, key: header.kid, kind, signed, payload, signature: bytes(signature)? })
    }

    /// Whether the provider may have changed its keys since these were fetched.
    pub fn wants_newer(&self, keys: &SigningKeys) -> bool {
        self.key.as_deref().is_some_and(|id| !keys.knows(id))
    }

    /// What it says, when one of these keys signed it.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn verify(self, keys: &SigningKeys) -> Result<Signed, TokenError> {
        if self.wants_newer(keys) {
            return Err(TokenError::UnknownKey);
        }
        let mut candidates = keys.candidates(self.key.as_deref(), self.algorithm);
        let text = self.signed.as_bytes();
        if !candidates.any(|key| key.made(self.algorithm, text, &self.signature)) {
            return Err(TokenError::Signature);
        }
        let payload = URL_SAFE_NO_PAD.decode(self.payload).map_err(|_| TokenError::Malformed)?;
        let says = serde_json::from_slice(&payload).map_err(|_| TokenError::Malformed)?;
        Ok(Signed { kind: self.kind, says })
    }
}
