//! The sealed chunks of a document: AES-256-GCM in the STREAM construction (Hoang, Reyhanitabar, Rogaway
//! and Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015). A chunk's
//! nonce holds its number and whether it is the last, so that chunks cannot be flipped, swapped, dropped,
//! repeated or cut off without notice. A document has at least one chunk, which may be empty.

use aws_lc_rs::aead::{Aad, LessSafeKey, NONCE_LEN, Nonce};

use super::header::{CHUNK_LOG2, HEADER_BYTES};
use crate::keys::{DocumentKey, sealed};

/// Bytes of the document in every chunk but the last, which has up to as many.
pub const CHUNK_BYTES: usize = 1 << CHUNK_LOG2;

/// Bytes of the authentication tag that follows each chunk.
pub const TAG_BYTES: usize = 16;

/// Bytes that a whole chunk takes in the file.
pub const SEALED_CHUNK_BYTES: usize = CHUNK_BYTES + TAG_BYTES;

/// The file was altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOpened;

/// Seals or opens the chunks of one file, in their order.
pub struct ChunkCipher {
    key: LessSafeKey,
    /// The number of the next chunk. 2^32 chunks are 256 TiB.
    next: u32,
}

impl ChunkCipher {
    /// The cipher of the file with this header. Its key is derived from the document's key and the whole
    /// header: with another header no chunk opens, and as every header holds a new random id, no two
    /// files share a key even when one document's key is used for a second try.
    #[must_use]
    pub fn new(key: &DocumentKey, header: &[u8; HEADER_BYTES]) -> Self {
        Self { key: sealed::cipher(&key.secret().derive(header)), next: 0 }
    }

    /// Seals the next chunk and appends it to `output`.
    pub fn seal(&mut self, chunk: &[u8], last: bool, output: &mut Vec<u8>) {
        let start = output.len();
        output.extend_from_slice(chunk);
        let nonce = self.nonce(last);
        let tag = self
            .key
            .seal_in_place_separate_tag(nonce, Aad::empty(), &mut output[start..])
            .expect("AES-256-GCM seals any text that fits in memory");
        output.extend_from_slice(tag.as_ref());
    }

    /// Opens the next chunk in its place; the document's bytes are then the first of `sealed`.
    ///
    /// # Errors
    /// [`NotOpened`] when it is not, bit by bit, the chunk that belongs here.
    pub fn open<'a>(&mut self, sealed: &'a mut [u8], last: bool) -> Result<&'a [u8], NotOpened> {
        let nonce = self.nonce(last);
        let opened = self.key.open_in_place(nonce, Aad::empty(), sealed);
        opened.map(|chunk| &*chunk).map_err(|_| NotOpened)
    }

    /// Seven zero bytes (the key is the file's own), the chunk's number, and 1 for the last chunk.
    fn nonce(&mut self, last: bool) -> Nonce {
        let mut nonce = [0; NONCE_LEN];
        nonce[7..11].copy_from_slice(&self.next.to_be_bytes());
        nonce[11] = u8::from(last);
        self.next = self.next.checked_add(1).expect("a document is far smaller than 256 TiB");
        Nonce::assume_unique_for_key(nonce)
    }
}

impl std::fmt::Debug for ChunkCipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChunkCipher").field("next", &self.next).finish_non_exhaustive()
    }
}
