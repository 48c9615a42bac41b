//! What the page that takes files is answered: the refusals of the intake, as the page knows them.

use admin_ui::{Interrupted, UploadError};
use store::StoreError;

use crate::doors::DoorError;
use crate::intake::IntakeError;
use crate::intake::allowance::AllowanceError;
use crate::ipp::answer::Refusal;

/// What the page says of a refusal.
pub(super) fn said(refusal: Refusal) -> UploadError {
    match refusal {
        Refusal::Intake(error) => of_intake(&error),
        Refusal::Allowance(error) => of_allowance(&error),
        Refusal::Door(DoorError::TooMany(_)) => UploadError::TooFast,
        Refusal::NoSuchQueue | Refusal::NotAllowed => UploadError::NoQueue,
        Refusal::QueueClosed => UploadError::Closed,
        Refusal::Format => UploadError::Kind,
        // The others are of requests that no page makes, or the store does not answer.
        _ => UploadError::Busy,
    }
}

fn of_intake(error: &IntakeError) -> UploadError {
    match error {
        IntakeError::Full => UploadError::NoRoom,
        IntakeError::TooLarge { limit } => UploadError::TooLarge(*limit),
        IntakeError::Empty => UploadError::Empty,
        IntakeError::Format | IntakeError::Mismatch => UploadError::Kind,
        IntakeError::Password => UploadError::Password,
        IntakeError::Upload(_) => UploadError::Interrupted(Interrupted),
        IntakeError::Ended | IntakeError::Store(StoreError::NotFound) => UploadError::Deleted,
        IntakeError::Allowance(error) => of_allowance(error),
        IntakeError::Spool(_) | IntakeError::Keys(_) | IntakeError::Store(_) => UploadError::Busy,
    }
}

fn of_allowance(error: &AllowanceError) -> UploadError {
    match error {
        AllowanceError::Jobs(count) => UploadError::TooManyJobs(*count),
        AllowanceError::Bytes(bytes) => UploadError::TooManyBytes(*bytes),
        AllowanceError::Store(_) => UploadError::Busy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipp::upload::UploadError as BodyError;

    #[test]
    fn people_are_told_what_they_can_do_something_about() {
        for (refusal, wanted) in [
            (IntakeError::Full.into(), UploadError::NoRoom),
            (IntakeError::TooLarge { limit: 9 }.into(), UploadError::TooLarge(9)),
            (IntakeError::Empty.into(), UploadError::Empty),
            (IntakeError::Format.into(), UploadError::Kind),
            (IntakeError::Password.into(), UploadError::Password),
            (IntakeError::Upload(BodyError::Slow).into(), UploadError::Interrupted(Interrupted)),
            (IntakeError::Ended.into(), UploadError::Deleted),
            (IntakeError::Store(StoreError::Busy).into(), UploadError::Busy),
            (AllowanceError::Jobs(500).into(), UploadError::TooManyJobs(500)),
            (AllowanceError::Bytes(7).into(), UploadError::TooManyBytes(7)),
            (Refusal::QueueClosed, UploadError::Closed),
            (Refusal::NoSuchQueue, UploadError::NoQueue),
            (Refusal::Store(StoreError::Busy), UploadError::Busy),
        ] {
            assert_eq!(said(refusal), wanted);
        }
    }
}
