//! The code by which a new station gets its certificate, and the proofs that both sides know it.

use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::hmac;
use station_protocol::enrolment::{
    CODE_KEY_BYTES, CODE_LANES, CODE_LENGTH, CODE_LETTERS, CODE_MEMORY_KIB, CODE_PASSES,
    SERVER_PROOF, STATION_PROOF,
};

use crate::keys::secret::random_token;

/// A code holds for so long (OWASP ASVS 5.0 requirement 6.5.5).
pub const CODE_SECONDS: i64 = 600;

/// A new code, and what is kept of it.
pub struct NewCode {
    /// As people type it, in three groups. It is shown once and kept nowhere.
    pub shown: String,
    /// What the key is derived with.
    pub salt: [u8; 32],
    /// What is derived.
    pub key: [u8; CODE_KEY_BYTES],
}

impl std::fmt::Debug for NewCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewCode").finish_non_exhaustive()
    }
}

impl NewCode {
    /// A random one: 12 letters of 5 bits.
    #[must_use]
    pub fn random() -> Self {
        let letters = random_token().map(|byte| char::from(CODE_LETTERS[usize::from(byte & 31)]));
        let letters = &letters[..CODE_LENGTH];
        let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
        let salt = random_token();
        let key = derived(&groups.concat(), &salt);
        Self { shown: groups.join("-"), salt, key }
    }
}

/// What is derived from a code.
fn derived(code: &str, salt: &[u8; 32]) -> [u8; CODE_KEY_BYTES] {
    let params = Params::new(CODE_MEMORY_KIB, CODE_PASSES, CODE_LANES, Some(CODE_KEY_BYTES))
        .expect("the parameters are within Argon2's range");
    let mut key = [0; CODE_KEY_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(code.as_bytes(), salt, &mut key)
        .expect("the lengths are within Argon2's range");
    key
}

/// Whether a station with this public key knows the code, on the connection that exports these bytes.
#[must_use]
pub fn station_knows(key: &[u8; 32], exported: &[u8], public_key: &[u8], proof: &[u8]) -> bool {
    let text = [STATION_PROOF, exported, public_key].concat();
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), &text, proof).is_ok()
}

/// That we know the code, too.
#[must_use]
pub fn server_proof(key: &[u8; 32], exported: &[u8], certificates: [&[u8]; 2]) -> Vec<u8> {
    let [certificate, authority] = certificates;
    let text = [SERVER_PROOF, exported, certificate, authority].concat();
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &text).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use station_protocol::enrolment::typed_code;

    use super::*;

    #[test]
    fn a_code_is_typed_as_it_is_shown_and_its_key_is_derived_from_it() {
        let code = NewCode::random();
        assert_eq!(code.shown.len(), CODE_LENGTH + 2);
        let typed = typed_code(&code.shown.to_lowercase()).expect("a code");
        assert_eq!(derived(&typed, &code.salt), code.key);
        assert_ne!(derived(&typed, &[0; 32]), code.key);
        assert_ne!(NewCode::random().shown, code.shown);
    }

    #[test]
    fn a_proof_is_for_one_connection_and_one_key() {
        let key = [1; 32];
        let text = [STATION_PROOF, b"exported", b"point"].concat();
        let proof = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &text);
        assert!(station_knows(&key, b"exported", b"point", proof.as_ref()));
        assert!(!station_knows(&key, b"another", b"point", proof.as_ref()));
        assert!(!station_knows(&key, b"exported", b"other", proof.as_ref()));
        assert!(!station_knows(&[2; 32], b"exported", b"point", proof.as_ref()));
        let ours = server_proof(&key, b"exported", [b"point", b""]);
        assert_ne!(ours, proof.as_ref(), "a proof is not sent back as the other side's");
    }
}
