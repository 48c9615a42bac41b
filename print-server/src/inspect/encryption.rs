//! Which documents may need a password. Only those are looked into before their client has its answer: a
//! PDF that is encrypted says so by a name in its trailer (ISO 32000-2 section 7.6), which is never itself
//! encrypted or compressed.

/// The name, as every honest program writes it.
const NAME: &[u8] = b"/Encrypt";

/// Watches a document go by.
#[derive(Debug, Default)]
pub struct EncryptionHint {
    /// The last bytes so far, fewer than the name has: it may go on in the next piece.
    tail: Vec<u8>,
    seen: bool,
}

impl EncryptionHint {
    /// Looks at the document's next bytes.
    pub fn look(&mut self, bytes: &[u8]) {
        if self.seen {
            return;
        }
        let start = bytes.len().min(NAME.len() - 1);
        self.tail.extend_from_slice(&bytes[..start]);
        self.seen = memchr::memmem::find(&self.tail, NAME).is_some()
            || memchr::memmem::find(bytes, NAME).is_some();
        if bytes.len() >= NAME.len() {
            self.tail.clear();
            self.tail.extend_from_slice(&bytes[bytes.len() - (NAME.len() - 1)..]);
        } else {
            let surplus = self.tail.len().saturating_sub(NAME.len() - 1);
            self.tail.drain(..surplus);
        }
    }

    /// Whether the document may be encrypted.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        self.seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(pieces: &[&[u8]]) -> bool {
        let mut hint = EncryptionHint::default();
        pieces.iter().for_each(|piece| hint.look(piece));
        hint.is_seen()
    }

    #[test]
    fn the_name_is_found_however_the_document_is_cut() {
        let text = b"trailer << /Root 1 0 R /Encrypt 5 0 R >>";
        for size in 1..text.len() {
            let pieces: Vec<&[u8]> = text.chunks(size).collect();
            assert!(seen(&pieces), "pieces of {size}");
        }
        assert!(seen(&[b"/Enc", b"", b"ry", b"pt"]));
    }

    #[test]
    fn other_words_are_not_it() {
        assert!(!seen(&[b"/Encryp", b" t"]));
        assert!(!seen(&[b"/Enc", b"rypt".as_slice()[..3].into(), b"x"]));
        assert!(!seen(&[]));
    }
}
