//! PINs that owners give to jobs (`job-password`, PWG 5100.11). A PIN is never kept: the store has a keyed
//! hash of the job and of what the client sent, which is the PIN or a hash of it.

use std::fmt;
use std::ops::RangeInclusive;

use aws_lc_rs::digest;
use print_core::JobId;
use store::{JobPassword, PasswordEncryption};

use crate::keys::{Keys, same};

/// How many digits a PIN has (`job-password-length-supported`).
pub const PIN_DIGITS: RangeInclusive<u8> = 4..=16;

/// What PINs are made of (`job-password-repertoire-configured`): a screen without a keyboard has digits.
pub const PIN_REPERTOIRE: &str = "iana_us-ascii_digits";

/// A PIN as a client sent it, in a form that is taken.
#[derive(Clone, PartialEq, Eq)]
pub struct SentPin {
    encryption: PasswordEncryption,
    sent: Vec<u8>,
}

/// Says nothing of the PIN.
impl fmt::Debug for SentPin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentPin").field("encryption", &self.encryption).finish_non_exhaustive()
    }
}

/// Why what a client sent is not taken as a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPin {
    /// A way of protection that is not taken.
    #[error("a PIN is taken as it is, or as its hash by sha2-256 or sha2-512")]
    Encryption,
    /// Not digits, too few or too many.
    #[error("a PIN has 4 to 16 digits")]
    Digits,
    /// A hash of another size.
    #[error("the PIN's hash does not have the size of its kind")]
    HashSize,
}

impl SentPin {
    /// Takes a `job-password` with its `job-password-encryption`. What a hash was made of cannot be seen:
    /// whoever hashes other characters than digits needs a station with a keyboard.
    ///
    /// # Errors
    /// [`BadPin`].
    pub fn parse(encryption: &str, sent: &[u8]) -> Result<Self, BadPin> {
        let encryption = PasswordEncryption::from_word(encryption).ok_or(BadPin::Encryption)?;
        match algorithm(encryption) {
            None => {
                let length = u8::try_from(sent.len()).unwrap_or(u8::MAX);
                if !PIN_DIGITS.contains(&length) || !sent.iter().all(u8::is_ascii_digit) {
                    return Err(BadPin::Digits);
                }
            }
            Some(algorithm) if sent.len() != algorithm.output_len() => {
                return Err(BadPin::HashSize);
            }
            Some(_) => {}
        }
        Ok(Self { encryption, sent: sent.to_vec() })
    }

    /// What the store keeps for this job.
    #[must_use]
    pub fn sealed(&self, keys: &Keys, job: JobId) -> JobPassword {
        let encryption = self.encryption;
        let verifier = keys.job_password(job, encryption.as_str(), &self.sent);
        JobPassword { encryption, verifier }
    }
}

/// Whether what somebody typed is the job's PIN.
#[must_use]
pub fn is_right(keys: &Keys, job: JobId, password: &JobPassword, typed: &str) -> bool {
    let encryption = password.encryption;
    let verifier = match algorithm(encryption) {
        None => keys.job_password(job, encryption.as_str(), typed.as_bytes()),
        Some(algorithm) => {
            let hash = digest::digest(algorithm, typed.as_bytes());
            keys.job_password(job, encryption.as_str(), hash.as_ref())
        }
    };
    same(&verifier, &password.verifier)
}

/// The hash that the client made; none when it sent the PIN itself.
fn algorithm(encryption: PasswordEncryption) -> Option<&'static digest::Algorithm> {
    match encryption {
        PasswordEncryption::None => None,
        PasswordEncryption::Sha2_256 => Some(&digest::SHA256),
        PasswordEncryption::Sha2_512 => Some(&digest::SHA512),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_digits_and_hashes_have_their_size() {
        for (encryption, sent, wanted) in [
            ("none", &b"1234"[..], None),
            ("none", b"1234567890123456", None),
            ("none", b"123", Some(BadPin::Digits)),
            ("none", b"12345678901234567", Some(BadPin::Digits)),
            ("none", &[b'1'; 300], Some(BadPin::Digits)),
            ("none", b"12a4", Some(BadPin::Digits)),
            ("none", b"", Some(BadPin::Digits)),
            ("sha2-256", &[0; 32], None),
            ("sha2-512", &[0; 64], None),
            ("sha2-256", &[0; 31], Some(BadPin::HashSize)),
            ("sha2-256", b"1234", Some(BadPin::HashSize)),
            ("sha2-512", &[0; 32], Some(BadPin::HashSize)),
            ("md5", &[0; 16], Some(BadPin::Encryption)),
            ("", b"1234", Some(BadPin::Encryption)),
        ] {
            assert_eq!(SentPin::parse(encryption, sent).err(), wanted, "{encryption} {sent:?}");
        }
    }

    #[test]
    fn a_typed_pin_is_held_against_what_the_client_sent_and_only_for_its_job() {
        let place = crate::keys::tests::Place::new();
        let (keys, job) = (place.open().unwrap(), JobId::new());
        let hashes = [(&digest::SHA256, "sha2-256"), (&digest::SHA512, "sha2-512")]
            .map(|(algorithm, word)| (word, digest::digest(algorithm, b"4711").as_ref().to_vec()));
        let clear = [("none", b"4711".to_vec())];
        for (encryption, sent) in hashes.into_iter().chain(clear) {
            let pin = SentPin::parse(encryption, &sent).unwrap();
            let password = pin.sealed(&keys, job);
            assert!(is_right(&keys, job, &password, "4711"), "{encryption}");
            for (job, typed) in [(job, "4712"), (job, "471"), (job, ""), (JobId::new(), "4711")] {
                assert!(!is_right(&keys, job, &password, typed), "{encryption} {typed}");
            }
            let shown = format!("{pin:?} {password:?}");
            assert!(!shown.contains("4711") && !shown.contains("52, 55"), "{shown}");
            // A hash that was stolen is no PIN.
            let other = JobPassword { encryption: PasswordEncryption::None, ..password };
            assert!(!is_right(&keys, job, &other, "4711") || encryption == "none");
        }
    }
}
