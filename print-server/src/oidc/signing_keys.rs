//! The provider's public keys (RFC 7517), and what each may sign (RFC 7518). A key signs by the algorithms
//! of its own kind only: a public key never becomes the secret of an HMAC.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// More keys no provider has at one time.
const KEYS_MAX: usize = 64;

/// The signatures that are accepted; `none` and everything with a shared secret are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// EdDSA on Ed25519 (RFC 8037).
    EdDsa,
}

impl Algorithm {
    /// The algorithm of a registered name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "PS256" => Self::Ps256,
            "ES256" => Self::Es256,
            // RFC 9864 names the curve as well.
            "EdDSA" | "Ed25519" => Self::EdDsa,
            _ => return None,
        })
    }
}

/// The public part of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Material {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// One key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    id: Option<String>,
    only: Option<Algorithm>,
    material: Material,
}

/// The keys of a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SigningKeys(Vec<SigningKey>);

#[derive(Deserialize)]
struct Set {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Entry {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl SigningKeys {
    /// Reads a key set. Keys of other kinds and for other uses are passed over: providers have them.
    ///
    /// # Errors
    /// When it is no key set at all.
    pub fn parse(document: &[u8]) -> Result<Self, serde_json::Error> {
        let set: Set = serde_json::from_slice(document)?;
        let entries = set.keys.into_iter().take(KEYS_MAX);
        let entries = entries.filter_map(|key| serde_json::from_value::<Entry>(key).ok());
        Ok(Self(entries.filter_map(SigningKey::of).collect()))
    }

    /// The keys that may have made a signature: the one of this id, or, where the token names none, all.
    pub fn candidates(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
    ) -> impl Iterator<Item = &SigningKey> {
        let named = move |key: &&SigningKey| id.is_none() || key.id.as_deref() == id;
        self.0.iter().filter(named).filter(move |key| key.signs(algorithm))
    }

    /// Whether there is a key of this id, of whatever kind.
    pub fn knows(&self, id: &str) -> bool {
        self.0.iter().any(|key| key.id.as_deref() == Some(id))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl SigningKey {
    fn of(entry: Entry) -> Option<Self> {
        if entry.purpose.is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let bytes = |text: Option<String>| URL_SAFE_NO_PAD.decode(text?).ok();
        let material = match (entry.kty.as_str(), entry.crv.as_deref()) {
            ("RSA", _) => Material::Rsa { modulus: bytes(entry.n)?, exponent: bytes(entry.e)? },
            ("EC", Some("P-256")) => {
                let point = [vec![4], whole(bytes(entry.x)?)?, whole(bytes(entry.y)?)?];
                Material::P256(point.concat())
            }
            ("OKP", Some("Ed25519")) => Material::Ed25519(bytes(entry.x)?),
            _ => return None,
        };
        let only = match entry.alg {
            Some(name) => Some(Algorithm::named(&name)?),
            None => None,
        };
        Some(Self { id: entry.kid, only, material })
    }

    fn signs(&self, algorithm: Algorithm) -> bool {
        let of_its_kind = matches!(
            (&self.material, algorithm),
            (Material::Rsa { .. }, Algorithm::Rs256 | Algorithm::Ps256)
                | (Material::P256(_), Algorithm::Es256)
                | (Material::Ed25519(_), Algorithm::EdDsa)
        );
        of_its_kind && self.only.is_none_or(|only| only == algorithm)
    }

    /// Whether this key made this signature of `text`. RSA keys of less than 2048 bits never did.
    pub fn made(&self, algorithm: Algorithm, text: &[u8], signature: &[u8]) -> bool {
        if !self.signs(algorithm) {
            return false;
        }
        match &self.material {
            Material::Rsa { modulus, exponent } => {
                let parameters = match algorithm {
                    Algorithm::Ps256 => &RSA_PSS_2048_8192_SHA256,
                    _ => &RSA_PKCS1_2048_8192_SHA256,
                };
                // Some providers write a zero in front of the modulus.
                let n = modulus.as_slice();
                let n = &n[n.iter().take_while(|byte| **byte == 0).count()..];
                RsaPublicKeyComponents { n, e: exponent.as_slice() }
                    .verify(parameters, text, signature)
                    .is_ok()
            }
            Material::P256(point) => {
                let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
                key.verify(text, signature).is_ok()
            }
            Material::Ed25519(point) => {
                UnparsedPublicKey::new(&ED25519, point).verify(text, signature).is_ok()
            }
        }
    }
}

/// A coordinate of P-256 has 32 bytes (RFC 7518 section 6.2.1.2); some providers put a zero before it.
fn whole(coordinate: Vec<u8>) -> Option<Vec<u8>> {
    match coordinate.as_slice() {
        [0, rest @ ..] if rest.len() == 32 => Some(rest.to_vec()),
        rest if rest.len() == 32 => Some(coordinate),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keys(keys: serde_json::Value) -> SigningKeys {
        SigningKeys::parse(json!({ "keys": keys }).to_string().as_bytes()).expect("a key set")
    }

    #[test]
    fn keys_that_are_not_for_our_signatures_are_passed_over() {
        let coordinate = URL_SAFE_NO_PAD.encode([7; 32]);
        let mut ec = json!({ "kty": "EC", "crv": "P-256", "x": coordinate, "y": coordinate });
        assert_eq!(keys(json!([ec])).len(), 1);
        for (entry, value) in [
            ("use", "enc"),
            ("alg", "HS256"),
            ("alg", "none"),
            ("crv", "P-521"),
            ("x", "AAAA"),
            ("y", "*"),
            ("kty", "oct"),
        ] {
            let before = ec[entry].clone();
            ec[entry] = value.into();
            assert_eq!(keys(json!([ec, { "kty": 7 }, "x"])).len(), 0, "{entry} {value}");
            ec[entry] = before;
        }
        let many = vec![json!({ "kty": "OKP", "crv": "Ed25519", "x": coordinate }); 200];
        assert_eq!(keys(many.into()).len(), KEYS_MAX);
        assert!(SigningKeys::parse(b"{}").is_err() && SigningKeys::parse(b"<html>").is_err());
    }

    #[test]
    fn a_key_signs_by_the_algorithms_of_its_own_kind_only() {
        let number = URL_SAFE_NO_PAD.encode([255; 256]);
        let rsa = |alg: Option<&str>| {
            let mut rsa = json!({ "kty": "RSA", "kid": "k", "n": number, "e": "AQAB" });
            if let Some(alg) = alg {
                rsa["alg"] = alg.into();
            }
            keys(json!([rsa]))
        };
        let found = |keys: &SigningKeys, id, algorithm| keys.candidates(id, algorithm).count();
        let any = rsa(None);
        assert_eq!(found(&any, Some("k"), Algorithm::Rs256), 1);
        assert_eq!(found(&any, None, Algorithm::Ps256), 1);
        assert_eq!(found(&any, Some("k"), Algorithm::Es256), 0);
        assert_eq!(found(&any, Some("other"), Algorithm::Rs256), 0);
        let one = rsa(Some("PS256"));
        assert_eq!(found(&one, Some("k"), Algorithm::Rs256), 0);
        assert_eq!(found(&one, Some("k"), Algorithm::Ps256), 1);
    }
}
