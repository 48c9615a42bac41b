//! What can go wrong, named for what the caller can do about it.

use std::sync::Arc;

use sqlx::error::ErrorKind;

/// Why the store could not do what it was asked to.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The database is there and had no time, or two transactions met: the same call may succeed later.
    #[error("the database is busy")]
    Busy,
    /// The database cannot be reached or cannot write.
    #[error("the database is not available")]
    Unavailable(#[source] Arc<sqlx::Error>),
    /// The answer to a commit was lost and the database did not come back in time: the write is done, or it
    /// is not, and nobody can tell now.
    #[error("the database went away before it said whether the write is done")]
    InDoubt,
    /// What was asked contradicts what is there: a name in use, a row that others need.
    #[error("this contradicts what is stored already")]
    Conflict,
    /// There is no such thing.
    #[error("there is no such thing in the database")]
    NotFound,
    /// A row holds something that this program never writes.
    #[error("the database holds something that cannot be read: {0}")]
    Corrupt(String),
}

impl StoreError {
    /// Whether the same call may succeed later without anybody changing anything.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Busy | Self::Unavailable(_) | Self::InDoubt)
    }

    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt(what.into())
    }
}

/// What every function of the store gives.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Database(database) => match database.kind() {
                ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation => Self::Conflict,
                _ => by_code(&database.code().unwrap_or_default())
                    .unwrap_or_else(|| Self::Unavailable(Arc::new(error))),
            },
            sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => {
                Self::corrupt(error.to_string())
            }
            _ => Self::Unavailable(Arc::new(error)),
        }
    }
}

/// SQLite's codes are numbers whose low byte is the kind; PostgreSQL's have five characters.
fn by_code(code: &str) -> Option<StoreError> {
    const SQLITE_BUSY: u32 = 5;
    const SQLITE_LOCKED: u32 = 6;
    const SQLITE_CORRUPT: u32 = 11;
    const SQLITE_CONSTRAINT_TRIGGER: u32 = 1811;
    match code {
        // Serialization failure, deadlock, lock not available.
        "40001" | "40P01" | "55P03" => return Some(StoreError::Busy),
        // Raised by our own triggers.
        "P0001" => return Some(StoreError::Conflict),
        _ if code.len() == 5 => return None,
        _ => {}
    }
    let number: u32 = code.parse().ok()?;
    match number & 0xff {
        SQLITE_BUSY | SQLITE_LOCKED => Some(StoreError::Busy),
        SQLITE_CORRUPT => Some(StoreError::corrupt("the database file is damaged")),
        _ if number == SQLITE_CONSTRAINT_TRIGGER => Some(StoreError::Conflict),
        _ => None,
    }
}
