//! What can go wrong in the spool, by what the caller can do about it.

use std::io;

/// Why a document was not stored or cannot be read. The texts are for the log.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// The disk, or our part of it, is full: refuse for now, all goes on by itself when there is room.
    #[error("the spool is full")]
    Full,
    /// The document is longer than a document may be.
    #[error("the document is longer than {limit} bytes")]
    TooLarge {
        /// The longest document that is taken, in bytes.
        limit: u64,
    },
    /// The directory is the spool of another database; nothing in it was touched.
    #[error(
        "the spool belongs to another database: bring back the database that it was made with, or name \
         an empty spool.directory"
    )]
    Foreign,
    /// The node's name cannot be part of a file's name.
    #[error("a node's name has 1 to 32 letters, digits, hyphens or underscores")]
    BadNode,
    /// There is no such document.
    #[error("the document is not in the spool")]
    Missing,
    /// The file was altered, cut, or belongs to another job.
    #[error("the document in the spool was altered or belongs to another job")]
    Tampered,
    /// A sync failed: what was written may be lost, and a second sync would prove nothing.
    #[error("the disk did not confirm the document")]
    SyncFailed(#[source] io::Error),
    /// The file system failed in another way.
    #[error("the spool could not be read or written")]
    Io(#[source] io::Error),
    /// The writer failed before, or the program is ending.
    #[error("the spool takes nothing more")]
    Stopped,
}

/// A failed operation of the file system; a full disk or a used-up quota is an answer of its own.
impl From<io::Error> for SpoolError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io(error),
        }
    }
}
