//! The one thread that writes segments: it takes all documents that wait, seals them, writes them in one
//! go, syncs once, and only then answers.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;
use std::thread;

use aws_lc_rs::digest::{SHA256, digest};
use tokio::sync::{mpsc, oneshot};

use super::super::error::SpoolError;
use super::super::files::Disk;
use super::super::header::{HEADER_BYTES, Header};
use super::super::location::{DocumentId, Extent, Location};
use super::super::part::part_path;
use super::super::stream::ChunkCipher;
use super::census::Census;
use super::{RECORD_BYTES_MAX, SEGMENT_BYTES_MAX};
use crate::keys::DocumentKey;

/// A batch takes no further record from this size on, in bytes.
const BATCH_BYTES: usize = 1024 * 1024;

/// The thread's buffers live on the heap.
const STACK_BYTES: usize = 256 * 1024;

/// A document that waits for its place.
pub struct Record {
    /// What stands before its chunk.
    pub header: Header,
    /// Its key.
    pub key: DocumentKey,
    /// Its bytes.
    pub document: Vec<u8>,
    /// Who waits for it.
    pub answer: oneshot::Sender<Result<Placed, SpoolError>>,
}

/// A document that is durable in a segment, but goes again unless somebody keeps it: whoever sent it may
/// have gone while the disk worked.
pub struct Placed {
    census: Arc<Census>,
    /// Nothing once it is kept.
    doomed: Option<Extent>,
    extent: Extent,
    sha256: [u8; 32],
}

impl Placed {
    /// Keeps the document; from now on only a row, [`super::super::Spool::remove`] or the clean-up
    /// decides.
    #[must_use]
    pub fn keep(mut self) -> (Location, [u8; 32]) {
        self.doomed = None;
        (Location::Segment(self.extent), self.sha256)
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        let Some(extent) = self.doomed.take() else { return };
        if let Err(error) = self.census.release(extent) {
            // Nobody knows its key; the clean-up at the next start takes its place back.
            tracing::warn!(%error, ?extent, "A document that nobody waited for keeps its place");
        }
    }
}

impl fmt::Debug for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Placed").field("extent", &self.extent).finish_non_exhaustive()
    }
}

/// The segment that is being written.
struct Segment {
    id: DocumentId,
    file: File,
    /// Its length in bytes; everything up to here is durable.
    length: u32,
}

/// Where a record is in a batch, and who waits for it.
struct Sealed {
    start: u32,
    length: u32,
    sha256: [u8; 32],
    answer: oneshot::Sender<Result<Placed, SpoolError>>,
}

/// Writes segments. All its calls block.
pub struct Appender {
    disk: Arc<Disk>,
    census: Arc<Census>,
    segment: Option<Segment>,
    /// A batch as it goes to the disk; kept for its memory.
    bytes: Vec<u8>,
}

impl Appender {
    /// An appender without a segment.
    #[must_use]
    pub fn new(disk: Arc<Disk>, census: Arc<Census>) -> Self {
        Self { disk, census, segment: None, bytes: Vec::new() }
    }

    /// Starts the thread; it ends when nobody can send any more.
    ///
    /// # Errors
    /// What the system said when it had no thread left.
    pub fn start(mut self, mut waiting: mpsc::Receiver<Record>) -> io::Result<()> {
        let thread = thread::Builder::new().name("spool-segments".to_owned());
        thread.stack_size(STACK_BYTES).spawn(move || {
            while let Some(first) = waiting.blocking_recv() {
                self.take(first, &mut waiting);
            }
        })?;
        Ok(())
    }

    /// Makes the record durable together with all that wait behind it.
    fn take(&mut self, first: Record, waiting: &mut mpsc::Receiver<Record>) {
        self.bytes.clear();
        let mut sealed = Vec::new();
        let mut next = Some(first);
        while let Some(record) = next {
            sealed.extend(self.seal(record));
            let is_full = self.bytes.len() >= BATCH_BYTES;
            next = if is_full { None } else { waiting.try_recv().ok() };
        }
        if sealed.is_empty() {
            return;
        }
        match self.write() {
            Ok((segment, base)) => self.answer(segment, base, sealed),
            Err(error) => {
                self.leave_segment();
                if matches!(error, SpoolError::Full) {
                    self.disk.room.forget();
                }
                for record in sealed {
                    // Whoever has left needs no answer.
                    let _ = record.answer.send(Err(again(&error)));
                }
            }
        }
    }

    /// Hashes and seals one document at the end of the batch; one that nobody waits for is left out.
    fn seal(&mut self, record: Record) -> Option<Sealed> {
        let Record { header, key, document, answer } = record;
        if answer.is_closed() {
            return None;
        }
        self.bytes.reserve(RECORD_BYTES_MAX);
        let start = self.bytes.len();
        let head = header.encode();
        self.bytes.extend_from_slice(&head);
        ChunkCipher::new(&key, &head).seal(&document, true, &mut self.bytes);
        let hash = digest(&SHA256, &document);
        let sha256 = hash.as_ref().try_into().expect("SHA-256 gives 32 bytes");
        let small = "a batch is far smaller than 4 GiB";
        let length = u32::try_from(self.bytes.len() - start).expect(small);
        Some(Sealed { start: u32::try_from(start).expect(small), length, sha256, answer })
    }

    /// Writes and syncs the batch. Answers its segment, and where in it the batch begins.
    fn write(&mut self) -> Result<(DocumentId, u32), SpoolError> {
        let length = u32::try_from(self.bytes.len()).expect("a batch is far smaller than 4 GiB");
        let has_room = |segment: &Segment| length <= SEGMENT_BYTES_MAX - segment.length;
        if !self.segment.as_ref().is_some_and(has_room) {
            self.leave_segment();
            self.segment = Some(self.begin_segment()?);
        }
        let segment = self.segment.as_mut().expect("there is one now");
        segment.file.write_all(&self.bytes)?;
        self.disk.health.checked(segment.file.sync_data())?;
        let base = segment.length;
        segment.length += length;
        Ok((segment.id, base))
    }

    fn answer(&self, segment: DocumentId, base: u32, sealed: Vec<Sealed>) {
        for Sealed { start, length, sha256, answer } in sealed {
            let extent = Extent { segment, offset: base + start, length };
            self.census.settle(extent);
            let doomed = Some(extent);
            let placed = Placed { census: Arc::clone(&self.census), doomed, extent, sha256 };
            // When nobody waits any more, dropping the answer gives the place back.
            drop(answer.send(Ok(placed)));
        }
    }

    /// Makes a segment whose name is durable before the first record goes into it.
    fn begin_segment(&self) -> Result<Segment, SpoolError> {
        let (id, root) = (DocumentId::random(), &self.disk.root);
        let (part, name) = (part_path(root, id, &self.disk.run), id.path(root));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part)?;
        let made = (|| {
            file.write_all(&Header::encode_segment(id, &self.disk.run))?;
            self.disk.health.checked(file.sync_data())?;
            fs::rename(&part, &name)?;
            let shard = File::open(id.shard().path(root))?;
            self.disk.health.checked(shard.sync_all())
        })();
        if let Err(error) = made {
            for path in [part, name] {
                // What cannot be removed now is taken by the clean-up at the next start.
                let _ = fs::remove_file(path);
            }
            return Err(error);
        }
        self.census.open(id);
        Ok(Segment { id, file, length: HEADER_BYTES as u32 })
    }

    /// Appends no more to the segment. What an error left behind its durable end goes.
    fn leave_segment(&mut self) {
        let Some(segment) = self.segment.take() else { return };
        let cut = segment.file.set_len(u64::from(segment.length));
        // Also one that could not be cut goes with its last document.
        let closed = self.census.close(segment.id);
        if let Err(error) = cut.and(closed) {
            tracing::warn!(%error, segment = %segment.id, "A segment could not be closed tidily");
        }
    }
}

impl fmt::Debug for Appender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Appender").finish_non_exhaustive()
    }
}

/// One failure told to another of those whom it met.
fn again(error: &SpoolError) -> SpoolError {
    match error {
        SpoolError::Full => SpoolError::Full,
        SpoolError::SyncFailed(error) => SpoolError::SyncFailed(error.kind().into()),
        SpoolError::Io(error) => SpoolError::Io(error.kind().into()),
        _ => SpoolError::Stopped,
    }
}
