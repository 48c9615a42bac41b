//! The documents that wait: encrypted files that are durable before anybody hears that they were taken.
//!
//! One document's way: [`Spool::create`] gives a [`Writer`]; what is written to it is hashed, sealed in
//! chunks and put into a part; [`Writer::finish`] syncs the part, gives it its name and syncs the
//! directory. A small one is appended to a segment, which is synced once for all that wait. Only then may
//! a row name it. Until a row does, it is an orphan that [`Spool::clean`] takes away at the next start.
//!
//! | module | what it is |
//! |---|---|
//! | [`location`] | where a document is, as its row keeps it |
//! | [`header`], [`stream`] | the format of a file: header, then sealed chunks |
//! | [`part`] | a file that is being written, and the order of its syncs |
//! | [`writer`], [`reader`] | a document going in, a document coming out |
//! | [`segments`] | small documents, many to a file |
//! | [`files`] | the spool in a directory: identity, health, removal |
//! | [`pool`] | the threads that write documents in one go |
//! | [`room`] | how much is free |
//! | [`clean`] | orphans and parts of runs that are over |
//! | [`error`] | what can go wrong |

use print_core::{AccountingDay, JobId};

use crate::keys::DocumentKey;

pub mod clean;
pub mod error;
pub mod files;
pub mod header;
pub mod location;
pub mod part;
pub mod pool;
pub mod reader;
pub mod room;
pub mod segments;
pub mod stream;
pub mod writer;

#[cfg(test)]
mod tests;

pub use clean::{Clean, CleanError, Cleaned};
pub use error::SpoolError;
pub use files::{FileSpool, SpoolSettings};
pub use location::{Location, Shard};
pub use reader::Reader;
pub use room::{Reserve, Room};
pub use writer::Writer;

/// Where documents are kept. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Spool {
    /// Encrypted files, one for each larger document, in a directory of this machine.
    Files(FileSpool),
}

impl Spool {
    /// Opens the spool, or makes it at the first start.
    ///
    /// # Errors
    /// As [`FileSpool::open`].
    pub async fn open(settings: SpoolSettings) -> Result<Self, SpoolError> {
        FileSpool::open(settings).await.map(Self::Files)
    }

    /// Begins a document of `job`. Nothing touches the disk yet.
    #[must_use]
    pub fn create(&self, job: JobId, day: AccountingDay, key: DocumentKey) -> Writer {
        let Self::Files(files) = self;
        files.create(job, day, key)
    }

    /// Opens a document to read it; its header and first chunks are checked already.
    ///
    /// # Errors
    /// [`SpoolError::Missing`]; [`SpoolError::Tampered`] when it is not the document that `job` and
    /// `key` belong to, or was altered; [`SpoolError::Io`].
    pub async fn read(
        &self,
        location: &Location,
        job: JobId,
        key: &DocumentKey,
    ) -> Result<Reader, SpoolError> {
        let Self::Files(files) = self;
        files.read(location, job, key).await
    }

    /// Removes a document. One that is gone already is fine. Not durable by itself: after a power cut
    /// the file may be back, and then it is an orphan without a key.
    ///
    /// # Errors
    /// [`SpoolError::Io`].
    pub async fn remove(&self, location: &Location) -> Result<(), SpoolError> {
        let Self::Files(files) = self;
        files.remove(location).await
    }

    /// Free space for documents, in bytes; none when the disk cannot be asked.
    #[must_use]
    pub fn free_bytes(&self) -> Option<u64> {
        let Self::Files(files) = self;
        files.free_bytes()
    }

    /// Whether there is room for another document; at most a second old. Ask before taking a body.
    #[must_use]
    pub fn has_room(&self) -> Room {
        let Self::Files(files) = self;
        files.has_room()
    }

    /// Whether syncs work. After the second that failed they are not trusted again in this run.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        let Self::Files(files) = self;
        files.is_healthy()
    }

    /// Compares the spool with the rows, shard by shard: `live` gives the places that rows name.
    /// The rows of a shard are always read before its files, so that no file of a new row looks lost.
    ///
    /// # Errors
    /// [`CleanError::Rows`] with what `live` said, and then nothing of that shard was removed;
    /// [`CleanError::Spool`].
    pub async fn clean<E>(
        &self,
        mode: Clean,
        live: impl AsyncFnMut(Shard) -> Result<Vec<Location>, E>,
    ) -> Result<Cleaned, CleanError<E>> {
        let Self::Files(files) = self;
        files.clean(mode, live).await
    }
}
