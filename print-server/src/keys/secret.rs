//! 32 secret bytes: never shown, overwritten when dropped, never used for two purposes.

use std::fmt;
use std::hint::black_box;

use aws_lc_rs::{constant_time, hkdf, rand};

/// Bytes of every key here (AES-256, HMAC-SHA-256).
pub const KEY_BYTES: usize = 32;

/// A secret key. It is overwritten when it is dropped; copies that the compiler made while moving it
/// are beyond our reach, so core dumps stay switched off.
#[derive(Clone)]
pub struct Secret([u8; KEY_BYTES]);

impl Secret {
    /// A new key from the system's random numbers.
    #[must_use]
    pub fn random() -> Self {
        Self(random_token())
    }

    /// The key with these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes, for a cipher.
    #[must_use]
    pub fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    /// Another key for one purpose (HKDF with SHA-256, RFC 5869). Different purposes give keys that
    /// say nothing about each other or about this one.
    #[must_use]
    pub fn derive(&self, purpose: &[u8]) -> Self {
        let key = hkdf::Salt::new(hkdf::HKDF_SHA256, b"follow-me print release").extract(&self.0);
        let mut bytes = [0; KEY_BYTES];
        key.expand(&[purpose], hkdf::HKDF_SHA256)
            .and_then(|output| output.fill(&mut bytes))
            .expect("HKDF gives up to 255 times 32 bytes, and 32 are asked for");
        Self(bytes)
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.fill(0);
        // Without a reader the compiler may leave the overwriting out.
        black_box(&self.0);
    }
}

/// Shows that there is a secret, and nothing of it.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The key of one document. Whoever has it and the file can read the document.
#[derive(Debug, Clone)]
pub struct DocumentKey(Secret);

impl DocumentKey {
    /// A new key.
    pub(super) fn random() -> Self {
        Self(Secret::random())
    }

    /// The key with these bytes, as they were wrapped.
    pub(super) fn from_secret(secret: Secret) -> Self {
        Self(secret)
    }

    /// The secret itself, for the spool's cipher and for wrapping.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.0
    }
}

/// 32 random bytes.
///
/// # Panics
/// When the system has no random numbers; nothing safe can be done without them.
#[must_use]
pub fn random_token() -> [u8; KEY_BYTES] {
    let mut bytes = [0; KEY_BYTES];
    rand::fill(&mut bytes).expect("the operating system gives random numbers");
    bytes
}

/// Whether two secrets are the same, in a time that depends on their length only.
#[must_use]
pub fn same(left: &[u8], right: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(left, right).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_purpose_has_its_own_key() {
        let root = Secret::from_bytes([7; KEY_BYTES]);
        assert_eq!(root.derive(b"one").bytes(), root.derive(b"one").bytes());
        assert_ne!(root.derive(b"one").bytes(), root.derive(b"two").bytes());
        assert_ne!(root.derive(b"one").bytes(), root.bytes());
    }

    #[test]
    fn debug_output_shows_nothing_of_a_key() {
        let key = DocumentKey::from_secret(Secret::from_bytes([0xab; KEY_BYTES]));
        let shown = format!("{key:?}").to_lowercase();
        assert!(!shown.contains("ab") && !shown.contains("171"), "{shown}");
    }

    #[test]
    fn comparing_tells_equal_from_different_and_from_shorter() {
        assert!(same(b"token", b"token"));
        assert!(!same(b"token", b"tokem"));
        assert!(!same(b"token", b"toke"));
    }
}
