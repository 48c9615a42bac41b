//! The brake: what a source of people says is followed only when it is plausible. A base that is suddenly
//! empty, or a file that lost its end, must not lock a whole house out of its printers.

use std::sync::{Mutex, PoisonError};

use print_core::Timestamp;
use store::{AuditEvent, Store, StoreError};

use super::SyncError;

/// So many may go at once from a source of any size: in a small one they are more than the brake's share.
const ALWAYS_MAY_GO: usize = 5;

/// Why what a source says is not followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Brake {
    /// The answer was not "success".
    #[error("it answered with result code {code} {text}")]
    Refused { code: u32, text: String },
    /// There is nobody.
    #[error("it knows nobody")]
    Nobody,
    /// Too many people would be disabled.
    #[error(
        "{gone} of {known} people would be disabled, more than {percent} %; \
         when that is right, raise brake_percent for one look"
    )]
    TooMany { gone: usize, known: usize, percent: u8 },
    /// Too many cards would be forgotten.
    #[error(
        "{gone} of {known} cards would be forgotten, more than {percent} %; \
         when that is right, raise brake_percent for one look"
    )]
    TooManyCards { gone: usize, known: usize, percent: u8 },
}

/// Whether so many of the known are more than may go at once.
#[must_use]
pub fn is_too_many(gone: usize, known: usize, percent: u8) -> bool {
    gone > ALWAYS_MAY_GO && gone * 100 > known * usize::from(percent)
}

/// Why the last copy of one source was refused, so that the trail of events says it once.
#[derive(Debug)]
pub struct Brakes {
    source: String,
    last: Mutex<Option<Brake>>,
}

impl Brakes {
    /// No copy of this source was refused yet.
    #[must_use]
    pub fn new(source: &str) -> Self {
        Self { source: source.to_owned(), last: Mutex::default() }
    }

    /// Says in the trail of events that the brake holds, once, and once more when it holds for another
    /// reason.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn tell<T>(
        &self,
        store: &Store,
        at: Timestamp,
        checked: &Result<T, SyncError>,
    ) -> Result<(), StoreError> {
        let brake = match checked {
            Err(SyncError::Brake(brake)) => Some(brake.clone()),
            _ => None,
        };
        if brake == *self.last() {
            return Ok(());
        }
        if let Some(brake) = &brake {
            let event = AuditEvent {
                at,
                actor: "system".into(),
                event: "directory-sync".into(),
                object: format!("directory:{}", self.source),
                outcome: "refused: brake".into(),
                detail: serde_json::json!({ "reason": brake.to_string() }),
            };
            store.append_audit(&event).await?;
        }
        *self.last() = brake;
        Ok(())
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Option<Brake>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
