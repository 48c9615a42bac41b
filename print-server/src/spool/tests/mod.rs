//! The spool through its front door, on real files.

mod clean;
mod documents;
mod segments;
mod tamper;

use std::fs;
use std::path::PathBuf;

use print_core::{AccountingDay, JobId};

use super::segments::SHARED_BYTES_MAX;
use super::writer::Stored;
use super::{Location, Reserve, Spool, SpoolError, SpoolSettings};
use crate::keys::{DocumentKey, InstallationKey, Keys};

pub(super) const DAY: AccountingDay = AccountingDay::from_number(20_000);

/// A directory of a test's own with keys and a spool, removed with it.
pub(super) struct Place {
    root: PathBuf,
    pub(super) keys: Keys,
}

impl Place {
    pub(super) fn new() -> Self {
        let root = std::env::temp_dir().join(format!("spool-{}", JobId::new()));
        fs::create_dir(&root).unwrap();
        InstallationKey::create_new(&root.join("key")).unwrap();
        let keys = Keys::open(&root.join("days"), &root.join("key")).unwrap();
        Self { root, keys }
    }

    pub(super) fn spool_directory(&self) -> PathBuf {
        self.root.join("spool")
    }

    /// The key of a new document of `job`.
    pub(super) fn key(&self, job: JobId) -> DocumentKey {
        self.keys.new_document_key(job, DAY).unwrap().0
    }

    pub(super) fn settings(&self) -> SpoolSettings {
        SpoolSettings {
            directory: self.spool_directory(),
            instance: "this-database".to_owned(),
            node: "node-1".to_owned(),
            epoch: 5,
            document_size_max: 8 * 1024 * 1024,
            reserve: Reserve { bytes: 0, percent: 0 },
        }
    }

    pub(super) async fn open(&self) -> Result<Spool, SpoolError> {
        Spool::open(self.settings()).await
    }

    /// All files in the shards.
    pub(super) fn files(&self) -> Vec<PathBuf> {
        let shards = fs::read_dir(self.spool_directory()).unwrap().map(|entry| entry.unwrap());
        let shards = shards.map(|shard| shard.path()).filter(|path| path.is_dir());
        let files = shards.flat_map(|shard| fs::read_dir(shard).unwrap());
        files.map(|file| file.unwrap().path()).collect()
    }

    pub(super) fn path(&self, location: &Location) -> PathBuf {
        location.file().path(&self.spool_directory())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// Bytes that differ from chunk to chunk.
pub(super) fn text(length: usize) -> Vec<u8> {
    (0..length).map(|place| u8::try_from((place / 7 + place / 65_536) % 251).unwrap()).collect()
}

/// As long as a document must be to have a file of its own.
pub(super) const LARGE: usize = SHARED_BYTES_MAX + 1;

/// A stored document with what opens it.
pub(super) struct Document {
    pub(super) job: JobId,
    pub(super) key: DocumentKey,
    pub(super) stored: Stored,
}

/// Stores `bytes`, written in pieces of 10,000.
pub(super) async fn store(
    place: &Place,
    spool: &Spool,
    bytes: &[u8],
) -> Result<Document, SpoolError> {
    let job = JobId::new();
    let key = place.key(job);
    let mut writer = spool.create(job, DAY, key.clone());
    for piece in bytes.chunks(10_000) {
        writer.write(piece).await?;
    }
    Ok(Document { job, key, stored: writer.finish().await? })
}

/// Reads the whole document.
pub(super) async fn read(spool: &Spool, document: &Document) -> Result<Vec<u8>, SpoolError> {
    let Document { job, key, stored } = document;
    let mut reader = spool.read(&stored.location, *job, key).await?;
    let mut bytes = Vec::new();
    while let Some(chunk) = reader.next().await? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
