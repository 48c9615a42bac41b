//! The spool in a directory: 256 shards of encrypted files, and a file that says whose spool it is.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use print_core::{AccountingDay, JobId};

use super::clean::{self, Clean, CleanError, Cleaned};
use super::error::SpoolError;
use super::header::{Header, NODE_BYTES_MAX, Run};
use super::location::{DocumentId, Location, Shard};
use super::pool::Pool;
use super::reader::Reader;
use super::room::{Reserve, Room, RoomWatch};
use super::segments::Segments;
use super::writer::{Ways, Writer};
use crate::keys::{DocumentKey, durable};

/// The file that holds the database's instance id.
const INSTANCE_FILE: &str = "instance";

/// From this many failed syncs on, the disk is not trusted.
const FAILED_SYNCS_MAX: u32 = 2;

/// What a spool needs to start.
#[derive(Debug, Clone)]
pub struct SpoolSettings {
    /// The directory; made when missing, with mode 0700.
    pub directory: PathBuf,
    /// The id of the database that the documents' rows are in.
    pub instance: String,
    /// This node's name: 1 to 32 letters, digits, hyphens, underscores.
    pub node: String,
    /// This run of the node; higher than at every earlier start.
    pub epoch: i64,
    /// The longest document, in bytes.
    pub document_size_max: u64,
    /// What stays free.
    pub reserve: Reserve,
}

/// The directory with its state, shared by everything that writes to it.
#[derive(Debug)]
pub struct Disk {
    /// The spool's directory.
    pub root: PathBuf,
    /// Who writes.
    pub run: Run,
    /// The longest document, in bytes.
    pub document_size_max: u64,
    /// How much is free.
    pub room: RoomWatch,
    /// Whether syncs work.
    pub health: Health,
}

/// Counts the syncs that failed.
#[derive(Debug, Default)]
pub struct Health(AtomicU32);

impl Health {
    /// Passes the result of a sync on. A failed one is never tried again: the system may have dropped
    /// what it could not write, and the next sync would then lie.
    ///
    /// # Errors
    /// [`SpoolError::SyncFailed`], or [`SpoolError::Full`]: some file systems find space only now.
    pub fn checked(&self, sync: io::Result<()>) -> Result<(), SpoolError> {
        let Err(error) = sync else { return Ok(()) };
        match SpoolError::from(error) {
            SpoolError::Io(error) => {
                self.0.fetch_add(1, Ordering::Relaxed);
                tracing::error!(%error, "A sync of the spool failed");
                Err(SpoolError::SyncFailed(error))
            }
            full => Err(full),
        }
    }

    /// Whether fewer than two syncs failed in this run.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.0.load(Ordering::Relaxed) < FAILED_SYNCS_MAX
    }
}

/// The spool in a directory. Cheap to clone.
#[derive(Debug, Clone)]
pub struct FileSpool {
    disk: Arc<Disk>,
    pool: Arc<Pool>,
    segments: Arc<Segments>,
}

impl FileSpool {
    /// Opens the spool, or makes it at the first start.
    ///
    /// # Errors
    /// [`SpoolError::Foreign`] when the directory belongs to another database, or holds documents and
    /// says of none; then nothing in it was changed. [`SpoolError::BadNode`]; [`SpoolError::Full`];
    /// [`SpoolError::Io`].
    pub async fn open(settings: SpoolSettings) -> Result<Self, SpoolError> {
        blocking(move || Self::open_now(settings)).await?
    }

    fn open_now(settings: SpoolSettings) -> Result<Self, SpoolError> {
        let SpoolSettings { directory, instance, node, epoch, document_size_max, reserve } =
            settings;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !(1..=NODE_BYTES_MAX).contains(&node.len()) || !node.bytes().all(plain) {
            return Err(SpoolError::BadNode);
        }
        durable::make_directory(&directory)?;
        claim(&directory, &instance)?;
        make_shards(&directory)?;
        let room = RoomWatch::new(directory.clone(), reserve);
        let run = Run { node, epoch };
        let health = Health::default();
        let disk = Arc::new(Disk { root: directory, run, document_size_max, room, health });
        let segments = Arc::new(Segments::start(Arc::clone(&disk))?);
        Ok(Self { disk, pool: Arc::new(Pool::start()?), segments })
    }

    /// Begins a document. Nothing touches the disk yet.
    #[must_use]
    pub fn create(&self, job: JobId, day: AccountingDay, key: DocumentKey) -> Writer {
        let run = self.disk.run.clone();
        let header = Header { id: DocumentId::random(), job, day, run };
        let ways = Ways {
            disk: Arc::clone(&self.disk),
            pool: Arc::clone(&self.pool),
            segments: Arc::clone(&self.segments),
        };
        Writer::new(ways, header, key)
    }

    /// Opens a document.
    ///
    /// # Errors
    /// [`SpoolError::Missing`], [`SpoolError::Tampered`], [`SpoolError::Io`].
    pub async fn read(
        &self,
        location: &Location,
        job: JobId,
        key: &DocumentKey,
    ) -> Result<Reader, SpoolError> {
        let (disk, location, key) = (Arc::clone(&self.disk), *location, key.clone());
        blocking(move || Reader::open(&disk.root, &location, job, &key)).await?
    }

    /// Removes a document; one that is gone is fine.
    ///
    /// # Errors
    /// [`SpoolError::Io`].
    pub async fn remove(&self, location: &Location) -> Result<(), SpoolError> {
        let (disk, census) = (Arc::clone(&self.disk), Arc::clone(self.segments.census()));
        let location = *location;
        blocking(move || match location {
            Location::File { id } => remove_file(&id.path(&disk.root)),
            Location::Segment(extent) => census.release(extent),
        })
        .await??;
        Ok(())
    }

    /// Free space in bytes.
    #[must_use]
    pub fn free_bytes(&self) -> Option<u64> {
        self.disk.room.free_bytes()
    }

    /// How much room there is.
    #[must_use]
    pub fn has_room(&self) -> Room {
        self.disk.room.room()
    }

    /// Whether syncs work, and whoever makes them.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.disk.health.is_good() && self.segments.is_alive()
    }

    /// Compares files and rows, shard by shard.
    ///
    /// # Errors
    /// [`CleanError`].
    pub async fn clean<E>(
        &self,
        mode: Clean,
        mut live: impl AsyncFnMut(Shard) -> Result<Vec<Location>, E>,
    ) -> Result<Cleaned, CleanError<E>> {
        let mut cleaned = Cleaned::default();
        for shard in Shard::all() {
            // The rows first: a file that gets its row in between is in neither list's way, because it
            // was written by this run.
            let rows = live(shard).await.map_err(CleanError::Rows)?;
            let (disk, segments) = (Arc::clone(&self.disk), Arc::clone(&self.segments));
            let walk = move || clean::shard(&disk, segments.census(), shard, mode, rows);
            cleaned.add(blocking(walk).await.map_err(CleanError::Spool)?);
        }
        Ok(cleaned)
    }
}

/// Runs what blocks away from the tasks.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, SpoolError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| SpoolError::Stopped)
}

/// Removes a file; a missing one is fine.
pub(super) fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// Makes sure that the spool is this database's. A restored old database, or another one, must never
/// take the live documents for orphans.
fn claim(directory: &Path, instance: &str) -> Result<(), SpoolError> {
    let path = directory.join(INSTANCE_FILE);
    match fs::read(&path) {
        Ok(found) if found.trim_ascii() == instance.as_bytes() => Ok(()),
        Ok(_) => Err(SpoolError::Foreign),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // The shards are made after this file, so without it they are somebody else's.
            if Shard::all().any(|shard| shard.path(directory).exists()) {
                return Err(SpoolError::Foreign);
            }
            Ok(durable::create(&path, format!("{instance}\n").as_bytes())?)
        }
        Err(error) => Err(error.into()),
    }
}

fn make_shards(directory: &Path) -> Result<(), SpoolError> {
    let mut made = false;
    for path in Shard::all().map(|shard| shard.path(directory)) {
        match fs::create_dir(&path) {
            Ok(()) => made = true,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
    }
    if made {
        durable::sync_directory(directory)?;
    }
    Ok(())
}
