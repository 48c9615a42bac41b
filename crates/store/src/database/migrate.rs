//! Brings the tables up to date, once, whoever starts first. Migrations only move forward.

use aws_lc_rs::digest;
use print_core::Timestamp;

use crate::database::error::{Result, StoreError};
use crate::database::pool::{Pool, Transaction, transact};
use crate::database::protect;
use crate::database::statement::{Statement, statements};
use crate::database::value::values;

struct Migration {
    version: i64,
    script: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, script: include_str!("../../../../migrations/0001_house.sql") },
    Migration { version: 2, script: include_str!("../../../../migrations/0002_jobs.sql") },
    Migration { version: 3, script: include_str!("../../../../migrations/0003_books.sql") },
    Migration { version: 4, script: include_str!("../../../../migrations/0004_unpriced.sql") },
    Migration { version: 5, script: include_str!("../../../../migrations/0005_offers.sql") },
    Migration { version: 6, script: include_str!("../../../../migrations/0006_links.sql") },
    Migration { version: 7, script: include_str!("../../../../migrations/0007_notices.sql") },
    Migration { version: 8, script: include_str!("../../../../migrations/0008_job_password.sql") },
    Migration { version: 9, script: include_str!("../../../../migrations/0009_uploads.sql") },
    Migration { version: 10, script: include_str!("../../../../migrations/0010_raster.sql") },
    Migration { version: 11, script: include_str!("../../../../migrations/0011_cards.sql") },
    Migration { version: 12, script: include_str!("../../../../migrations/0012_readers.sql") },
    Migration { version: 15, script: include_str!("../../../../migrations/0015_delivery.sql") },
    Migration { version: 16, script: include_str!("../../../../migrations/0016_printers.sql") },
    Migration { version: 18, script: include_str!("../../../../migrations/0018_directories.sql") },
    Migration { version: 19, script: include_str!("../../../../migrations/0019_identity.sql") },
    Migration { version: 20, script: include_str!("../../../../migrations/0020_screen.sql") },
    Migration {
        version: 24,
        script: include_str!("../../../../migrations/0024_open_of_owner.sql"),
    },
];

/// Made before any statement below can be prepared, so it stands apart from the registered ones.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    version    BIGINT NOT NULL PRIMARY KEY,
    sha256     BYTEA  NOT NULL,
    applied_at BIGINT NOT NULL
)";

statements! {
    APPLIED = "SELECT version, sha256 FROM schema_migration ORDER BY version";
    RECORD = "INSERT INTO schema_migration (version, sha256, applied_at) VALUES ($1, $2, $3)";
}

/// Held to the end of the transaction, so that two programs that start at once do not meet. The number
/// is the word "print" in a telephone's letters.
const POSTGRES_LOCK: &str = "SELECT pg_advisory_xact_lock(77468)";
const POSTGRES_COLLATION: Statement =
    Statement::new("SELECT datcollate FROM pg_database WHERE datname = current_database()");

/// Why the tables are not as this program needs them.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A migration was changed after it had been applied.
    #[error("migration {0} of the database is not the one that this program was built with")]
    Changed(i64),
    /// The database sorts text by a language's rules, so that its lists would not be ours.
    #[error("the database sorts text by \"{0}\": create it with LC_COLLATE 'C'")]
    Collation(String),
    /// The database did not let us.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Applies what is missing and sets the triggers of the books, all in one transaction. A database that
/// is ahead of this program is left as it is: an earlier release keeps running beside a newer one.
pub(crate) async fn migrate(pool: &Pool, now: Timestamp) -> Result<(), MigrationError> {
    if !pool.is_sqlite() {
        check_collation(pool).await?;
    }
    let outcome: Result<Result<(), MigrationError>> = transact!(pool, |transaction| {
        if !pool.is_sqlite() {
            transaction.script(POSTGRES_LOCK).await?;
        }
        match apply_missing(transaction, now).await {
            Ok(()) => {
                protect::protect(transaction).await?;
                Ok(())
            }
            // Whether to try again is decided outside.
            Err(MigrationError::Store(error)) => Err(error)?,
            Err(other) => Err(other),
        }
    });
    outcome?
}

async fn apply_missing(
    transaction: &mut Transaction,
    now: Timestamp,
) -> Result<(), MigrationError> {
    transaction.script(TABLE).await?;
    let mut applied = Vec::new();
    for mut row in transaction.rows(APPLIED, values![]).await? {
        applied.push((row.int()?, row.hash()?));
    }
    for migration in MIGRATIONS {
        let sha256 = sha256(migration.script.as_bytes());
        match applied.iter().find(|(version, _)| *version == migration.version) {
            Some((_, then)) if *then == sha256 => {}
            Some(_) => return Err(MigrationError::Changed(migration.version)),
            None => {
                transaction.script(migration.script).await?;
                transaction.change(RECORD, values![migration.version, sha256, now]).await?;
            }
        }
    }
    Ok(())
}

async fn check_collation(pool: &Pool) -> Result<(), MigrationError> {
    let row = pool.row(POSTGRES_COLLATION, values![]).await?;
    let collation = row.ok_or(StoreError::NotFound)?.text()?;
    // "POSIX" is another name for "C".
    let plain = matches!(collation.as_str(), "C" | "POSIX" | "C.UTF-8" | "C.utf8");
    if plain { Ok(()) } else { Err(MigrationError::Collation(collation)) }
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let hash = digest::digest(&digest::SHA256, bytes);
    hash.as_ref().try_into().expect("SHA-256 gives 32 bytes")
}
