//! What the rest of the program asks for: document keys, card look-ups, sealed cards, keyed hashes.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use aws_lc_rs::hmac;
use print_core::{AccountingDay, CardId, JobId, PersonId, StationId};

use super::days::DayKeys;
use super::durable;
use super::error::KeyError;
use super::installation::InstallationKey;
use super::sealed::SealingKey;
use super::secret::{DocumentKey, Secret, same};

/// The file beside the day keys that tells which installation key they belong to.
const CHECK_FILE: &str = "installation";

/// A document's key under its day's key: what the database keeps, in a row of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey(Vec<u8>);

impl WrappedKey {
    /// The wrapped key as the database gave it back.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes for the database.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// All keys of the installation. Each purpose has its own, derived from the installation's key.
pub struct Keys {
    days: DayKeys,
    card_seal: SealingKey,
    card_lookup: hmac::Key,
    link_lookup: hmac::Key,
    stranger: hmac::Key,
    password: hmac::Key,
    captured: hmac::Key,
    job_password: hmac::Key,
    errand_seal: SealingKey,
    person_code: hmac::Key,
    person_pin: hmac::Key,
    offer_lookup: hmac::Key,
    offer_seal: SealingKey,
}

impl Keys {
    /// Reads the installation's key and opens the directory of day keys, which is made when missing.
    ///
    /// # Errors
    /// As [`InstallationKey::load`]; [`KeyError::OtherInstallation`] when the directory was used with
    /// another installation key, so that a wrong key is noticed before it makes cards unknown.
    pub fn open(day_key_directory: &Path, installation_key_file: &Path) -> Result<Self, KeyError> {
        let installation = InstallationKey::load(installation_key_file)?;
        let days = DayKeys::open(day_key_directory, &installation.derive("day keys 1"))?;
        let check = installation.derive("check value 1").derive(b"public");
        check_installation(&day_key_directory.join(CHECK_FILE), check.bytes())?;
        Ok(Self {
            days,
            card_seal: SealingKey::new(&installation.derive("card seal 1")),
            card_lookup: hmac_key(&installation.derive("card look-up 1")),
            link_lookup: hmac_key(&installation.derive("link look-up 1")),
            stranger: hmac_key(&installation.derive("station stranger 1")),
            password: hmac_key(&installation.derive("remembered password 1")),
            captured: hmac_key(&installation.derive("captured device 1")),
            job_password: hmac_key(&installation.derive("job password 1")),
            errand_seal: SealingKey::new(&installation.derive("sign-in errand 1")),
            person_code: hmac_key(&installation.derive("person code 1")),
            person_pin: hmac_key(&installation.derive("person pin 1")),
            offer_lookup: hmac_key(&installation.derive("card offer look-up 1")),
            offer_seal: SealingKey::new(&installation.derive("card offer seal 1")),
        })
    }

    /// A new key for the document of `job`, and the same wrapped under the key of `day`. The first call
    /// of a day writes that day's key file and takes as long as the disk needs.
    ///
    /// # Errors
    /// [`KeyError::Refused`] when the day's key file was altered, [`KeyError::Io`].
    pub fn new_document_key(
        &self,
        job: JobId,
        day: AccountingDay,
    ) -> Result<(DocumentKey, WrappedKey), KeyError> {
        let wrapping = self.days.for_new_documents(day)?;
        let key = DocumentKey::random();
        let wrapped = wrapping.seal(&context(job, day), key.secret().bytes());
        Ok((key, WrappedKey(wrapped)))
    }

    /// The document's key again.
    ///
    /// # Errors
    /// [`KeyError::DayDestroyed`]; [`KeyError::Refused`] when it was wrapped for another job or day or
    /// was altered; [`KeyError::Io`].
    pub fn document_key(
        &self,
        job: JobId,
        day: AccountingDay,
        wrapped: &WrappedKey,
    ) -> Result<DocumentKey, KeyError> {
        let wrapping = self.days.existing(day)?;
        let opened = wrapping.open_secret(&context(job, day), &wrapped.0);
        opened.map(DocumentKey::from_secret).map_err(|_| KeyError::Refused)
    }

    /// Makes the key of `day` beforehand, so that no job waits for it.
    ///
    /// # Errors
    /// As [`Keys::new_document_key`].
    pub fn prepare_day(&self, day: AccountingDay) -> Result<(), KeyError> {
        self.days.for_new_documents(day).map(drop)
    }

    /// The days that have a key, oldest first.
    ///
    /// # Errors
    /// [`KeyError::Io`].
    pub fn days(&self) -> Result<Vec<AccountingDay>, KeyError> {
        self.days.days()
    }

    /// Destroys the key of `day`, and with it every copy of that day's documents.
    ///
    /// # Errors
    /// [`KeyError::DayInUse`] for yesterday and later, [`KeyError::Io`].
    pub fn destroy_day(&self, day: AccountingDay, today: AccountingDay) -> Result<(), KeyError> {
        self.days.destroy(day, today)
    }

    /// What the database looks a card up by: a keyed hash of one form of one reading.
    #[must_use]
    pub fn card_lookup(&self, kind: &str, bits: i32, form: &[u8]) -> [u8; 32] {
        keyed_hash(&self.card_lookup, &[kind.as_bytes(), &bits.to_be_bytes(), form])
    }

    /// What the database looks a link up by: a keyed hash of its secret.
    #[must_use]
    pub fn link_lookup(&self, secret: &str) -> [u8; 32] {
        keyed_hash(&self.link_lookup, &[secret.as_bytes()])
    }

    /// Seals a card's raw reading for the row of `card`.
    #[must_use]
    pub fn seal_card(&self, card: CardId, reading: &[u8]) -> Vec<u8> {
        self.card_seal.seal(card.as_bytes(), reading)
    }

    /// The raw reading again. The product asks for it when the forms or the keys of cards change, which
    /// has not happened yet; the tests ask now, so that it can be had then.
    ///
    /// # Errors
    /// [`KeyError::Refused`] when it was altered or moved to another card.
    #[cfg(test)]
    pub fn open_card(&self, card: CardId, sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.card_seal.open(card.as_bytes(), sealed).map_err(|_| KeyError::Refused)
    }

    /// The salt that is shown for a station of a name that nobody invited: always the same for a name, as that
    /// of an invitation is.
    #[must_use]
    pub fn salt_of_stranger(&self, name: &str) -> [u8; 32] {
        keyed_hash(&self.stranger, &[name.as_bytes()])
    }

    /// The keyed hash under which a good password is remembered for some minutes.
    #[must_use]
    pub fn password_mark(&self, login: &str, password: &str) -> [u8; 32] {
        keyed_hash(&self.password, &[login.as_bytes(), password.as_bytes()])
    }

    /// The mark by which the server knows the word of its own relay about a device's address.
    #[must_use]
    pub fn captured_mark(&self, address: &str) -> [u8; 32] {
        keyed_hash(&self.captured, &[address.as_bytes()])
    }

    /// What proves a job's PIN: a keyed hash of the job and of what its client sent, by the kind of that.
    #[must_use]
    pub fn job_password(&self, job: JobId, encryption: &str, sent: &[u8]) -> [u8; 32] {
        keyed_hash(&self.job_password, &[job.as_bytes(), encryption.as_bytes(), sent])
    }

    /// What the database looks a person's code up by: a keyed hash of what it does, where, and its digits.
    #[must_use]
    pub fn person_code(&self, purpose: &str, station: StationId, digits: &str) -> [u8; 32] {
        let parts = [purpose.as_bytes(), station.as_bytes(), digits.as_bytes()];
        keyed_hash(&self.person_code, &parts)
    }

    /// What of a person's PIN goes into its slow hash: without the installation's key that hash says nothing.
    #[must_use]
    pub fn person_pin(&self, person: PersonId, pin: &str) -> [u8; 32] {
        keyed_hash(&self.person_pin, &[person.as_bytes(), pin.as_bytes()])
    }

    /// What the database looks up the code by under which a station offers a card.
    #[must_use]
    pub fn offer_lookup(&self, code: &str) -> [u8; 32] {
        keyed_hash(&self.offer_lookup, &[code.as_bytes()])
    }

    /// Seals what belongs to an offered card; only the same context opens it again.
    #[must_use]
    pub fn seal_offer(&self, context: &[u8], text: &[u8]) -> Vec<u8> {
        self.offer_seal.seal(context, text)
    }

    /// The same again, when nobody has altered it or moved it elsewhere.
    #[must_use]
    pub fn open_offer(&self, context: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        self.offer_seal.open(context, sealed).ok()
    }

    /// Seals what a browser keeps while its person signs in elsewhere.
    #[must_use]
    pub fn seal_errand(&self, text: &[u8]) -> Vec<u8> {
        self.errand_seal.seal(b"errand", text)
    }

    /// What the browser kept, when nobody has altered it.
    #[must_use]
    pub fn open_errand(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        self.errand_seal.open(b"errand", sealed).ok()
    }
}

/// Shows that there are keys, and none of them.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

fn check_installation(path: &Path, expected: &[u8]) -> Result<(), KeyError> {
    match fs::read(path) {
        Ok(found) if same(&found, expected) => Ok(()),
        Ok(_) => Err(KeyError::OtherInstallation),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            durable::create(path, expected).map_err(KeyError::io(path))
        }
        Err(error) => Err(KeyError::io(path)(error)),
    }
}

/// Binds a wrapped document key to its job and day.
fn context(job: JobId, day: AccountingDay) -> [u8; 20] {
    let mut context = [0; 20];
    context[..16].copy_from_slice(job.as_bytes());
    context[16..].copy_from_slice(&day.number().to_be_bytes());
    context
}

fn hmac_key(secret: &Secret) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret.bytes())
}

/// HMAC over the parts, each with its length first, so that no two lists of parts read the same.
fn keyed_hash(key: &hmac::Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = hmac::Context::with_key(key);
    for part in parts {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let tag = hash.sign();
    tag.as_ref().try_into().expect("HMAC-SHA-256 gives 32 bytes")
}
