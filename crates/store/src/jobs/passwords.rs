//! PINs of jobs (`job-password`, PWG 5100.11): what proves one, and how often a wrong one may be typed.
//!
//! A try is counted before it is known to be wrong, so that nobody gets more of them by asking at several
//! stations at once; the right PIN forgets the count.

use std::collections::BTreeMap;
use std::fmt;

use print_core::{JobId, OwnerId, Timestamp};

use crate::database::error::Result;
use crate::database::statement::{Repeated, statements};
use crate::database::value::{Value, values};
use crate::jobs::record::owner_values;
use crate::store::Store;

/// So many wrong PINs lock a job.
pub const WRONG_PINS_MAX: u32 = 5;
/// A locked job takes PINs again so long after the last wrong one, and earlier ones are forgotten then.
pub const LOCKED_SECONDS: i64 = 3_600;

/// How a client protects a PIN on its way (`job-password-encryption`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PasswordEncryption {
    /// Not at all: by TLS alone.
    None,
    /// Its SHA2-256 hash.
    Sha2_256,
    /// Its SHA2-512 hash.
    Sha2_512,
}

impl PasswordEncryption {
    /// Every way that is taken.
    pub const ALL: [Self; 3] = [Self::None, Self::Sha2_256, Self::Sha2_512];

    /// The keyword of IPP, which is also the word that the database keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Sha2_256 => "sha2-256",
            Self::Sha2_512 => "sha2-512",
        }
    }

    /// The way of a keyword.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == word)
    }
}

/// What proves a job's PIN.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct JobPassword {
    /// How the PIN came.
    pub encryption: PasswordEncryption,
    /// A keyed hash of the job and of the PIN as it came.
    pub verifier: [u8; 32],
}

/// Says nothing of the verifier.
impl fmt::Debug for JobPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobPassword").field("encryption", &self.encryption).finish_non_exhaustive()
    }
}

/// Whether a PIN may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordTry {
    /// It may, and counts as wrong until [`Store::password_was_right`].
    Counted {
        /// What the PIN is held against.
        password: JobPassword,
        /// How many wrong ones may follow if this one is wrong.
        left: u32,
    },
    /// Too many were wrong lately.
    Locked,
}

pub(crate) static INSERT_PASSWORDS: Repeated = Repeated::new(
    "INSERT INTO job_password (job, encryption, verifier, failures) VALUES ",
    "(#, #, #, 0)",
    "",
    0,
);

statements! {
    // `$3` is an hour ago.
    TRY = "UPDATE job_password
        SET failures = CASE WHEN failed_at > $3 THEN failures + 1 ELSE 1 END, failed_at = $2
        WHERE job = $1 AND (failed_at IS NULL OR failed_at <= $3 OR failures < $4)
        RETURNING encryption, verifier, failures";
    RIGHT = "UPDATE job_password SET failures = 0, failed_at = NULL WHERE job = $1";
    WAITING = "SELECT p.job, p.failures, p.failed_at FROM job j JOIN job_password p ON p.job = j.id
        WHERE j.ended_at IS NULL AND j.owner_kind = $1 AND j.owner = $2 AND j.password_wait = 1
        ORDER BY j.created_at, j.number LIMIT $3";
    DELETE_PASSWORD = "DELETE FROM job_password WHERE job = $1";
}

/// A job's row.
pub(crate) fn row(job: JobId, password: &JobPassword) -> Vec<Value> {
    values![job, password.encryption.as_str(), password.verifier]
}

fn left(failures: i64) -> u32 {
    WRONG_PINS_MAX.saturating_sub(u32::try_from(failures).unwrap_or(u32::MAX))
}

impl Store {
    /// Counts one more PIN that is typed for a job, and gives what it is held against. Nothing: the job has
    /// no PIN.
    ///
    /// # Errors
    /// [`crate::StoreError`] when the database does not answer.
    pub async fn try_password(&self, job: JobId, at: Timestamp) -> Result<Option<PasswordTry>> {
        let since = at.plus_seconds(-LOCKED_SECONDS);
        let tried = values![job, at, since, WRONG_PINS_MAX];
        if let Some(mut row) = self.pool().write_rows(TRY, tried).await?.pop() {
            let encryption = row.word(PasswordEncryption::from_word)?;
            let password = JobPassword { encryption, verifier: row.hash()? };
            return Ok(Some(PasswordTry::Counted { password, left: left(row.int()?) }));
        }
        let waits = self.job(job).await?.password_wait;
        Ok(waits.then_some(PasswordTry::Locked))
    }

    /// The PIN was right: earlier wrong ones are forgotten.
    ///
    /// # Errors
    /// [`crate::StoreError`] when the database does not answer.
    pub async fn password_was_right(&self, job: JobId) -> Result<()> {
        self.change(RIGHT, values![job]).await.map(drop)
    }

    /// The owner's open jobs that wait for their PIN, and how many wrong ones may still be typed for each;
    /// 0 for one that is locked.
    ///
    /// # Errors
    /// [`crate::StoreError`] when the database does not answer.
    pub async fn password_tries(
        &self,
        owner: OwnerId,
        now: Timestamp,
        limit: u32,
    ) -> Result<BTreeMap<JobId, u32>> {
        let [kind, id] = owner_values(owner);
        let since = now.plus_seconds(-LOCKED_SECONDS);
        let mut tries = BTreeMap::new();
        for mut row in self.pool().rows(WAITING, values![kind, id, limit]).await? {
            let (job, failures, at) = (row.parsed()?, row.int()?, row.opt_time()?);
            let counts = at.is_some_and(|at| at > since);
            tries.insert(job, left(if counts { failures } else { 0 }));
        }
        Ok(tries)
    }
}
