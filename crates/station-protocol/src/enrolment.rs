//! How a new station gets its certificate: by a code that is typed once.
//!
//! The station connects to [`ENROLMENT_PATH`] without a certificate, and does not know yet whom it talks to.
//! Both sides derive the same key from the code (Argon2id with the server's salt) and prove that they have it
//! by an HMAC-SHA-256 over what this very TLS connection exports (RFC 8446 section 7.5), so that nobody in
//! between can put a key or an authority of their own in place of the true ones:
//!
//! 1. [`EnrolmentRequest::Begin`] is answered by [`EnrolmentReply::Challenge`].
//! 2. [`EnrolmentRequest::Prove`] has the station's public key and its proof, over [`STATION_PROOF`], the exported
//!    bytes and the public key. The answer is [`EnrolmentReply::Enrolled`] with the server's proof, over
//!    [`SERVER_PROOF`], the exported bytes, the certificate and the authority's certificate.
//!
//! Bytes are base64 (RFC 4648 section 4).

use serde::{Deserialize, Serialize};

use crate::{Language, Line, Sentence, Text};

/// The path of the WebSocket for stations without a certificate.
pub const ENROLMENT_PATH: &str = "/enrolment";

/// The label under which TLS exports what both proofs are over.
pub const EXPORTER_LABEL: &[u8] = b"EXPORTER-Follow-me-station-enrolment";
/// So many bytes are exported.
pub const EXPORTED_BYTES: usize = 32;
/// What the station's proof begins with.
pub const STATION_PROOF: &[u8] = b"station";
/// What the server's proof begins with.
pub const SERVER_PROOF: &[u8] = b"server";

/// Argon2id (RFC 9106): KiB of memory, passes, lanes, and bytes of the key.
pub const CODE_MEMORY_KIB: u32 = 19_456;
/// See [`CODE_MEMORY_KIB`].
pub const CODE_PASSES: u32 = 2;
/// See [`CODE_MEMORY_KIB`].
pub const CODE_LANES: u32 = 1;
/// See [`CODE_MEMORY_KIB`].
pub const CODE_KEY_BYTES: usize = 32;

/// A certificate (DER), as base64.
pub type Der = Text<8_192>;
/// 32 bytes, as base64.
pub type Proof = Text<44>;
/// A public key on the curve P-256, uncompressed (65 bytes, SEC 1 section 2.3.3), as base64.
pub type PublicKey = Text<88>;

/// The letters of a code (Crockford's base 32): none that is easily taken for another.
pub const CODE_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// A code has so many letters: 60 bits.
pub const CODE_LENGTH: usize = 12;

/// What a station says that has no certificate yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EnrolmentRequest {
    /// The first message.
    Begin {
        /// The version of the protocol that the station speaks.
        protocol: u16,
        /// The version of the station's program.
        version: Line,
        /// The station's name, as the administrator gave it.
        station: Line,
    },
    /// The answer to the challenge.
    Prove {
        /// The key that the station made for itself.
        public_key: PublicKey,
        /// That the station knows the code.
        proof: Proof,
    },
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EnrolmentReply {
    /// The answer to `Begin`, for stations that nobody expects too.
    Challenge {
        /// What the key is derived with, beside the code.
        salt: Proof,
    },
    /// The station is one of the house.
    Enrolled {
        /// The station's certificate.
        certificate: Der,
        /// The certificate of the installation's own authority.
        authority: Der,
        /// The language of the screen while nobody is signed in.
        language: Language,
        /// That the server knows the code.
        proof: Proof,
    },
    /// It is not.
    Refused {
        /// Why, and what to do.
        sentence: Sentence,
    },
}

/// The code as it is derived from: people type it in small letters, with dashes and spaces, and take an O for
/// a zero. None when it cannot be a code.
#[must_use]
pub fn typed_code(text: &str) -> Option<String> {
    // Dashes and spaces may double the length.
    if text.len() > 4 * CODE_LENGTH {
        return None;
    }
    let letters = text.chars().filter(|letter| !matches!(letter, '-' | ' '));
    let meant = |letter: char| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        letter => letter,
    };
    let code: String = letters.map(meant).collect();
    let known = |letter: u8| CODE_LETTERS.contains(&letter);
    (code.len() == CODE_LENGTH && code.bytes().all(known)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = Some("10A0B1CDEFGH".to_owned());
        for text in ["10A0B1CDEFGH", "10a0-b1cd-efgh", " IOao blcd efgh ", "L0A0-BiCD-EFGH"] {
            assert_eq!(typed_code(text), code, "{text}");
        }
        let long = "-".repeat(100);
        for text in ["", "10A0B1CDEFG", "10A0B1CDEFGHJ", "10A0B1CDEFGU", "10A0B1CDEFGÅ", &long] {
            assert_eq!(typed_code(text), None, "{text}");
        }
    }
}
