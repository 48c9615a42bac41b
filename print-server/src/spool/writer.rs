//! A document coming in. A small one is collected and appended to a segment, one of up to 256 KiB is
//! written in one go by the pool; a large one is written in steps of 256 KiB while the next step is being
//! collected, with one sync at the end.

use std::mem;
use std::sync::Arc;

use tokio::task::JoinHandle;

use super::error::SpoolError;
use super::files::{Disk, blocking};
use super::header::Header;
use super::location::Location;
use super::part::{Durable, Part};
use super::pool::Pool;
use super::room::Room;
use super::segments::{SHARED_BYTES_MAX, Segments};
use super::stream::CHUNK_BYTES;
use crate::keys::DocumentKey;

/// A document up to this size is written in one go. A large one needs three times as much memory: what
/// is being collected, what is being written, and that sealed.
pub const STEP_BYTES: usize = 4 * CHUNK_BYTES;

/// A document that is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Where it is.
    pub location: Location,
    /// How long it is, in bytes.
    pub size_bytes: u64,
    /// The SHA-256 of its bytes as they came in.
    pub sha256: [u8; 32],
}

/// The ways that a document can take to the disk.
#[derive(Debug)]
pub struct Ways {
    /// Where all of them lead.
    pub disk: Arc<Disk>,
    /// A file in one go.
    pub pool: Arc<Pool>,
    /// A place among others.
    pub segments: Arc<Segments>,
}

/// Takes one document. Dropped before [`Writer::finish`] has answered, it leaves nothing behind.
#[derive(Debug)]
pub struct Writer {
    ways: Ways,
    header: Header,
    key: DocumentKey,
    size_bytes: u64,
    /// What was not handed to the disk yet; never more than [`STEP_BYTES`].
    collected: Vec<u8>,
    progress: Progress,
}

/// A part that took a step, and the step's memory for the next one.
type Step = Result<(Part, Vec<u8>), SpoolError>;

#[derive(Debug)]
enum Progress {
    /// Nothing was written yet.
    Collecting,
    /// A step is being written.
    Writing(JoinHandle<Step>),
    /// It failed, or a call was given up half-way.
    Failed,
}

impl Writer {
    pub(super) fn new(ways: Ways, header: Header, key: DocumentKey) -> Self {
        let (size_bytes, collected) = (0, Vec::new());
        Self { ways, header, key, size_bytes, collected, progress: Progress::Collecting }
    }

    /// How many bytes came in so far.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Takes the document's next bytes.
    ///
    /// # Errors
    /// [`SpoolError::TooLarge`], [`SpoolError::Full`], [`SpoolError::Io`]; after one of them
    /// [`SpoolError::Stopped`]. An error of the disk may be told one step later.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), SpoolError> {
        let limit = self.ways.disk.document_size_max;
        self.size_bytes = self.size_bytes.saturating_add(bytes.len() as u64);
        if self.size_bytes > limit {
            self.progress = Progress::Failed;
            return Err(SpoolError::TooLarge { limit });
        }
        while !bytes.is_empty() {
            // A full step is written only when more follows: the last chunk is sealed as the last.
            if self.collected.len() == STEP_BYTES {
                self.start_step().await?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(STEP_BYTES - self.collected.len()));
            self.collected.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    /// Ends the document. When this returns, document and name are on the disk.
    ///
    /// # Errors
    /// [`SpoolError::Full`], [`SpoolError::SyncFailed`], [`SpoolError::Io`], or
    /// [`SpoolError::Stopped`] after an earlier error; nothing is left then.
    pub async fn finish(mut self) -> Result<Stored, SpoolError> {
        self.check_room()?;
        let collected = mem::take(&mut self.collected);
        let durable = match mem::replace(&mut self.progress, Progress::Failed) {
            Progress::Failed => return Err(SpoolError::Stopped),
            Progress::Collecting if collected.len() <= SHARED_BYTES_MAX => {
                let (header, key) = (self.header.clone(), self.key.clone());
                let placed = self.ways.segments.append(header, key, collected).await;
                return Ok(self.stored(placed?.keep()));
            }
            Progress::Collecting => {
                let begin = self.begin();
                let work = move || end(begin()?, &collected);
                self.ways.pool.run(work).await.flatten()
            }
            Progress::Writing(step) => {
                let (part, _) = self.noting_full(taken(step).await)?;
                blocking(move || end(part, &collected)).await.flatten()
            }
        };
        let durable = self.noting_full(durable)?;
        Ok(self.stored(durable.keep()))
    }

    fn stored(&self, (location, sha256): (Location, [u8; 32])) -> Stored {
        Stored { location, size_bytes: self.size_bytes, sha256 }
    }

    /// Hands what was collected to a thread, after the step before is written.
    async fn start_step(&mut self) -> Result<(), SpoolError> {
        self.check_room()?;
        let (part, spare) = match mem::replace(&mut self.progress, Progress::Failed) {
            Progress::Failed => return Err(SpoolError::Stopped),
            Progress::Collecting => (None, Vec::new()),
            Progress::Writing(step) => {
                let (part, spare) = self.noting_full(taken(step).await)?;
                (Some(part), spare)
            }
        };
        let mut step = mem::replace(&mut self.collected, spare);
        let begin = self.begin();
        self.progress = Progress::Writing(tokio::task::spawn_blocking(move || {
            let mut part = part.map_or_else(begin, Ok)?;
            part.append(&step, false)?;
            step.clear();
            Ok((part, step))
        }));
        Ok(())
    }

    /// What makes the part, to be called where blocking is allowed.
    fn begin(&self) -> impl FnOnce() -> Result<Part, SpoolError> + Send + 'static {
        let (header, key) = (self.header.clone(), self.key.clone());
        let disk = Arc::clone(&self.ways.disk);
        move || Part::begin(disk, &header, &key)
    }

    /// The reserve is kept in the middle of a document, too.
    fn check_room(&mut self) -> Result<(), SpoolError> {
        if self.ways.disk.room.room() == Room::Full {
            self.progress = Progress::Failed;
            return Err(SpoolError::Full);
        }
        Ok(())
    }

    /// After a full disk the next question about room asks the disk.
    fn noting_full<T>(&self, result: Result<T, SpoolError>) -> Result<T, SpoolError> {
        if let Err(SpoolError::Full) = result {
            self.ways.disk.room.forget();
        }
        result
    }
}

async fn taken(step: JoinHandle<Step>) -> Step {
    step.await.map_err(|_| SpoolError::Stopped)?
}

fn end(mut part: Part, rest: &[u8]) -> Result<Durable, SpoolError> {
    part.append(rest, true)?;
    part.commit()
}
