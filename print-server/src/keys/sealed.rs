//! A short text under a key: version, random nonce, AES-256-GCM ciphertext, tag.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rand;

use super::secret::Secret;

/// The first byte of everything sealed here; another layout will have another.
const VERSION: u8 = 1;

/// Where the ciphertext starts.
const HEAD_BYTES: usize = 1 + NONCE_LEN;

/// The value was altered, is not ours, or was sealed for another context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOpened;

/// A key that seals short texts. Its nonces are random: one key may seal up to 2^32 texts
/// (NIST SP 800-38D section 8.3), far more than a day has documents or an installation cards.
pub struct SealingKey(LessSafeKey);

impl SealingKey {
    /// The sealing key made of this secret.
    #[must_use]
    pub fn new(secret: &Secret) -> Self {
        Self(cipher(secret))
    }

    /// Seals `plain`; only the same `context` opens it again.
    #[must_use]
    pub fn seal(&self, context: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).expect("the operating system gives random numbers");
        let mut sealed = Vec::with_capacity(HEAD_BYTES + plain.len() + AES_256_GCM.tag_len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let tag = self
            .0
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context),
                &mut sealed[HEAD_BYTES..],
            )
            .expect("AES-256-GCM seals any text that fits in memory");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    /// Opens what [`SealingKey::seal`] made.
    ///
    /// # Errors
    /// [`NotOpened`] when a byte of it or of the context is another.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, NotOpened> {
        let (head, body) = sealed.split_at_checked(HEAD_BYTES).ok_or(NotOpened)?;
        if head[0] != VERSION {
            return Err(NotOpened);
        }
        let nonce = Nonce::try_assume_unique_for_key(&head[1..]).map_err(|_| NotOpened)?;
        let mut text = body.to_vec();
        let opened = self.0.open_in_place(nonce, Aad::from(context), &mut text);
        let length = opened.map_err(|_| NotOpened)?.len();
        text.truncate(length);
        Ok(text)
    }

    /// Opens a sealed key, and leaves no other copy of it in memory.
    ///
    /// # Errors
    /// [`NotOpened`] as for [`SealingKey::open`], and when it is not as long as a key.
    pub fn open_secret(&self, context: &[u8], sealed: &[u8]) -> Result<Secret, NotOpened> {
        let mut text = self.open(context, sealed)?;
        let secret = text.as_slice().try_into().map(Secret::from_bytes).map_err(|_| NotOpened);
        text.fill(0);
        std::hint::black_box(&text);
        secret
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

/// The AES-256-GCM cipher with this key. Whoever uses it gives every nonce once only.
#[must_use]
pub fn cipher(secret: &Secret) -> LessSafeKey {
    let key = UnboundKey::new(&AES_256_GCM, secret.bytes());
    LessSafeKey::new(key.expect("an AES-256 key has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_context_open_it() {
        let key = SealingKey::new(&Secret::random());
        let sealed = key.seal(b"here", b"text");
        assert_eq!(key.open(b"here", &sealed), Ok(b"text".to_vec()));
        assert_eq!(key.open(b"there", &sealed), Err(NotOpened));
        let other = SealingKey::new(&Secret::random());
        assert_eq!(other.open(b"here", &sealed), Err(NotOpened));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let key = SealingKey::new(&Secret::random());
        let sealed = key.seal(b"", b"text");
        for bit in 0..sealed.len() * 8 {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(key.open(b"", &flipped), Err(NotOpened), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert_eq!(key.open(b"", &sealed[..length]), Err(NotOpened), "length {length}");
        }
    }

    #[test]
    fn the_same_text_is_sealed_differently_each_time() {
        let key = SealingKey::new(&Secret::random());
        assert_ne!(key.seal(b"", b"text"), key.seal(b"", b"text"));
    }
}
