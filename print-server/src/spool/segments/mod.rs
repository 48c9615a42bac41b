//! Small documents, many to a file: one sync makes all durable that came while the disk was busy with the
//! sync before. A file for each of them would cost a name, a rename and two syncs.
//!
//! A segment is a file in the shard of its id: a header that says which run of which node wrote it, then
//! one record for each document, sealed like a file of its own under a key of its own. Only one run
//! appends to it, and only until it is full or an error met it. When a document ends, its place becomes a
//! hole; when the last one has ended, the file goes.
//!
//! | module | what it is |
//! |---|---|
//! | [`appender`] | the thread that writes, and the order of its syncs |
//! | [`census`] | which documents are in which segment, and what to give back |

pub mod appender;
pub mod census;

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};

use self::appender::{Appender, Placed, Record};
use self::census::Census;
use super::error::SpoolError;
use super::files::Disk;
use super::header::{HEADER_BYTES, Header};
use super::stream::{CHUNK_BYTES, TAG_BYTES};
use crate::keys::DocumentKey;

/// A document up to this size, in bytes, shares a segment with others: it is one chunk.
pub const SHARED_BYTES_MAX: usize = CHUNK_BYTES;

/// A segment takes no record that would make it longer than this, in bytes.
pub const SEGMENT_BYTES_MAX: u32 = 16 * 1024 * 1024;

/// The longest record, in bytes.
const RECORD_BYTES_MAX: usize = HEADER_BYTES + SHARED_BYTES_MAX + TAG_BYTES;

/// Documents that wait for the thread; more of them wait in their own tasks.
const WAITING_MAX: usize = 256;

/// The way to the thread that writes segments, which ends when this is dropped.
#[derive(Debug)]
pub struct Segments {
    records: mpsc::Sender<Record>,
    census: Arc<Census>,
}

impl Segments {
    /// Starts the thread. Nothing touches the disk yet.
    ///
    /// # Errors
    /// [`SpoolError::Io`] when the system has no thread left.
    pub fn start(disk: Arc<Disk>) -> Result<Self, SpoolError> {
        let census = Arc::new(Census::new(disk.root.clone()));
        let (records, waiting) = mpsc::channel(WAITING_MAX);
        Appender::new(disk, Arc::clone(&census)).start(waiting)?;
        Ok(Self { records, census })
    }

    /// Makes a document durable, of [`SHARED_BYTES_MAX`] at most. When the caller goes away, its place is
    /// given back.
    ///
    /// # Errors
    /// [`SpoolError::Full`], [`SpoolError::SyncFailed`], [`SpoolError::Io`];
    /// [`SpoolError::Stopped`] when the thread is gone.
    pub async fn append(
        &self,
        header: Header,
        key: DocumentKey,
        document: Vec<u8>,
    ) -> Result<Placed, SpoolError> {
        let (answer, placed) = oneshot::channel();
        let record = Record { header, key, document, answer };
        self.records.send(record).await.map_err(|_| SpoolError::Stopped)?;
        placed.await.map_err(|_| SpoolError::Stopped)?
    }

    /// Which documents are where.
    #[must_use]
    pub fn census(&self) -> &Arc<Census> {
        &self.census
    }

    /// Whether the thread is there.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        !self.records.is_closed()
    }
}
