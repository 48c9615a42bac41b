//! Identifiers: ours are UUIDs of version 7 (they sort by time), the client's `job-id` is a number.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is not the identifier it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an identifier: expected 32 hexadecimal digits with hyphens")]
pub struct BadId(String);

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier; its leading bits are the present millisecond (RFC 9562 section 5.7).
            #[must_use]
            #[allow(clippy::new_without_default, reason = "each call gives another identifier")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The identifier with these 16 bytes.
            #[must_use]
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The 16 bytes of the identifier.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                let cut = || text.chars().take(64).collect();
                Uuid::try_parse(text).map(Self).map_err(|_| BadId(cut()))
            }
        }
    )*};
}

uuid_id! {
    /// A job, in every table and log line.
    JobId;
    /// A queue: what a client prints to.
    QueueId;
    /// A printer: the machine with paper.
    PrinterId;
    /// A station: where badges are read.
    StationId;
    /// A person of the directory, by our own key; login names may change, this does not.
    PersonId;
    /// A group of people that owns the jobs of one machine.
    GroupId;
    /// A link: a printer address that says who prints.
    LinkId;
    /// A department (an organisation unit).
    DepartmentId;
    /// A card: the thing in the hand.
    CardId;
    /// A code that a person types in place of a card, or to add one.
    CodeId;
    /// One try to deliver one job to one printer.
    AttemptId;
    /// What a page or a client asked the engine to do.
    RequestId;
    /// What one person is told once.
    NoticeId;
    /// One published version of a price list.
    TariffVersionId;
    /// One line of the ledger.
    LedgerEntryId;
}

/// The number a print client knows a job by (`job-id`, RFC 8011 section 5.3.2): 31 bits, unique in the
/// installation, never used again. Gaps are normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobNumber(i32);

impl JobNumber {
    /// The number, when it is one a job can have: 1 to 2,147,483,647.
    #[must_use]
    pub fn new(number: i64) -> Option<Self> {
        i32::try_from(number).ok().filter(|n| *n > 0).map(Self)
    }

    /// The number as IPP carries it.
    #[must_use]
    pub fn get(self) -> i32 {
        self.0
    }
}

impl fmt::Display for JobNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whom a job belongs to. What a client merely says is a [`crate::ClaimedName`], never an owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum OwnerId {
    /// A person of the directory.
    Person(PersonId),
    /// The people of a shared machine.
    Group(GroupId),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_survives_its_text() {
        let id = JobId::new();
        assert_eq!(id.to_string().parse::<JobId>(), Ok(id));
        assert!("nothing".parse::<JobId>().is_err());
    }

    #[test]
    fn a_job_number_is_31_bits_and_positive() {
        assert_eq!(JobNumber::new(0), None);
        assert_eq!(JobNumber::new(-1), None);
        assert_eq!(JobNumber::new(1 << 31), None);
        assert_eq!(JobNumber::new((1 << 31) - 1).map(JobNumber::get), Some(i32::MAX));
    }
}
