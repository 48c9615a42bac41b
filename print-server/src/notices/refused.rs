//! A refused job is no job: what its owner is told is a row of its own. Print clients seldom show their
//! people what the server answered.

use print_core::{OwnerId, Timestamp};
use store::{NoticeKind, Refused, Store};
use tracing::warn;

use crate::intake::IntakeError;
use crate::intake::allowance::AllowanceError;
use crate::ipp::answer::Refusal;

/// Tells the owner, at most once an hour. A notice that cannot be kept is logged: the client has its answer
/// all the same.
pub async fn tell(store: &Store, owner: OwnerId, why: Option<Refused>, at: Timestamp) {
    let (OwnerId::Person(person), Some(why)) = (owner, why) else { return };
    if let Err(error) = store.tell(person, NoticeKind::JobRefused(why), at).await {
        warn!(%error, "The notice of a refused job could not be kept");
    }
}

impl Refusal {
    /// What a notice says of it; nothing where the client tries again by itself, or nobody can do anything.
    #[must_use]
    pub fn told(&self) -> Option<Refused> {
        match self {
            Self::QueueClosed => Some(Refused::QueueClosed),
            Self::NotAllowed => Some(Refused::NotAllowed),
            Self::Format => Some(Refused::Format),
            Self::PinInClear => Some(Refused::PinInClear),
            Self::Allowance(AllowanceError::Jobs(_) | AllowanceError::Bytes(_)) => {
                Some(Refused::TooMuchWaiting)
            }
            _ => None,
        }
    }
}

impl IntakeError {
    /// What a notice says of it; nothing where the client tries again by itself, or nobody can do anything.
    #[must_use]
    pub fn told(&self) -> Option<Refused> {
        match self {
            Self::TooLarge { .. } => Some(Refused::TooLarge),
            Self::Empty | Self::Mismatch => Some(Refused::Damaged),
            Self::Format => Some(Refused::Format),
            Self::Password => Some(Refused::Password),
            Self::Allowance(AllowanceError::Jobs(_) | AllowanceError::Bytes(_)) => {
                Some(Refused::TooMuchWaiting)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_people_can_do_something_about_is_told() {
        assert_eq!(IntakeError::Password.told(), Some(Refused::Password));
        assert_eq!(IntakeError::TooLarge { limit: 1 }.told(), Some(Refused::TooLarge));
        assert_eq!(IntakeError::Full.told(), None);
        assert_eq!(Refusal::QueueClosed.told(), Some(Refused::QueueClosed));
        let allowance = Refusal::Allowance(AllowanceError::Jobs(500));
        assert_eq!(allowance.told(), Some(Refused::TooMuchWaiting));
        assert_eq!(Refusal::Compression.told(), None);
    }
}
