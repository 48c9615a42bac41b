//! A file that is being written, and the order that makes it durable:
//! chunks, sync of the file, its name, sync of the directory. Dropped before the end, it is removed.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};

use super::error::SpoolError;
use super::files::Disk;
use super::header::{Header, Run};
use super::location::{DocumentId, Location};
use super::stream::{CHUNK_BYTES, ChunkCipher, TAG_BYTES};
use crate::keys::DocumentKey;

/// The end of the name of a file that is being written.
pub const PART_SUFFIX: &str = ".part";

/// A document on its way to the disk. All its calls block.
pub struct Part {
    disk: Arc<Disk>,
    file: File,
    id: DocumentId,
    /// What to remove when this is dropped: the part, later the file under its name.
    doomed: Option<PathBuf>,
    cipher: ChunkCipher,
    hash: Context,
    /// Header and sealed chunks before they are written; kept between calls for its memory.
    sealed: Vec<u8>,
}

impl Part {
    /// Makes the part: new, mode 0600, its name telling which run of which node writes it.
    ///
    /// # Errors
    /// [`SpoolError::Full`], [`SpoolError::Io`].
    pub fn begin(disk: Arc<Disk>, header: &Header, key: &DocumentKey) -> Result<Self, SpoolError> {
        let id = header.id;
        let path = part_path(&disk.root, id, &header.run);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        let head = header.encode();
        let cipher = ChunkCipher::new(key, &head);
        let hash = Context::new(&SHA256);
        Ok(Self { disk, file, id, doomed: Some(path), cipher, hash, sealed: head.to_vec() })
    }

    /// Hashes, seals and writes `bytes`. All calls but the last bring whole chunks.
    ///
    /// # Errors
    /// [`SpoolError::Full`], [`SpoolError::Io`]; the part is then of no use.
    pub fn append(&mut self, bytes: &[u8], last: bool) -> Result<(), SpoolError> {
        self.hash.update(bytes);
        let chunks = bytes.len().div_ceil(CHUNK_BYTES).max(1);
        self.sealed.reserve(bytes.len() + chunks * TAG_BYTES);
        for number in 0..chunks {
            let end = bytes.len().min((number + 1) * CHUNK_BYTES);
            let chunk = &bytes[number * CHUNK_BYTES..end];
            self.cipher.seal(chunk, last && number + 1 == chunks, &mut self.sealed);
        }
        self.file.write_all(&self.sealed)?;
        self.sealed.clear();
        Ok(())
    }

    /// Makes the document durable under its name, and answers its SHA-256.
    ///
    /// # Errors
    /// [`SpoolError::SyncFailed`], [`SpoolError::Full`], [`SpoolError::Io`]; then nothing is left.
    pub fn commit(mut self) -> Result<Durable, SpoolError> {
        self.disk.health.checked(self.file.sync_data())?;
        let name = self.id.path(&self.disk.root);
        if let Some(part) = &self.doomed {
            fs::rename(part, &name)?;
        }
        self.doomed = Some(name);
        let directory = File::open(self.id.shard().path(&self.disk.root))?;
        self.disk.health.checked(directory.sync_all())?;
        let digest = self.hash.clone().finish();
        let sha256 = digest.as_ref().try_into().expect("SHA-256 gives 32 bytes");
        Ok(Durable { part: self, sha256 })
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        let Some(path) = self.doomed.take() else { return };
        if let Err(error) = fs::remove_file(&path) {
            // The clean-up at the next start takes it; the path is for the log only.
            tracing::warn!(%error, path = %path.display(), "A part could not be removed");
        }
    }
}

/// A document that is on the disk, but goes again unless somebody keeps it: whoever sent it may have
/// gone while the disk worked.
#[derive(Debug)]
pub struct Durable {
    part: Part,
    sha256: [u8; 32],
}

impl Durable {
    /// Keeps the document; from now on only a row, [`super::Spool::remove`] or the clean-up decides.
    #[must_use]
    pub fn keep(mut self) -> (Location, [u8; 32]) {
        self.part.doomed = None;
        (Location::File { id: self.part.id }, self.sha256)
    }
}

/// The part of the file `id`, written by `run`: beside its later name, so that giving the name changes one
/// directory only.
pub(super) fn part_path(root: &Path, id: DocumentId, run: &Run) -> PathBuf {
    let name = format!("{id}.{}.{}{PART_SUFFIX}", run.node, run.epoch);
    id.shard().path(root).join(name)
}

#[cfg(test)]
mod tests {
    use print_core::{AccountingDay, JobId};

    use super::super::files::Health;
    use super::super::room::{Reserve, RoomWatch};
    use super::super::tests::Place;
    use super::*;

    /// A part whose file is replaced by the device that is always full: writing to it really meets
    /// `ENOSPC`, and syncing it really fails.
    fn part_on_a_full_device(place: &Place) -> (Part, Arc<Disk>) {
        let root = place.spool_directory();
        let room = RoomWatch::new(root.clone(), Reserve { bytes: 0, percent: 0 });
        let run = Run { node: "a".to_owned(), epoch: 1 };
        let health = Health::default();
        let disk = Disk { root, run: run.clone(), document_size_max: u64::MAX, room, health };
        let disk = Arc::new(disk);
        let (job, day) = (JobId::new(), AccountingDay::from_number(20_000));
        let header = Header { id: DocumentId::random(), job, day, run };
        let mut part = Part::begin(Arc::clone(&disk), &header, &place.key(job)).unwrap();
        part.file = OpenOptions::new().write(true).open("/dev/full").unwrap();
        (part, disk)
    }

    #[tokio::test]
    async fn a_full_disk_is_an_answer_of_its_own_and_the_part_is_removed() {
        let place = Place::new();
        place.open().await.unwrap();
        let (mut part, disk) = part_on_a_full_device(&place);
        assert_eq!(place.files().len(), 1);
        assert!(matches!(part.append(b"text", true), Err(SpoolError::Full)));
        drop(part);
        assert_eq!(place.files(), [] as [PathBuf; 0]);
        assert!(disk.health.is_good(), "a full disk is not a broken one");
    }

    #[tokio::test]
    async fn a_failed_sync_refuses_the_document_and_the_second_one_the_disk() {
        let place = Place::new();
        place.open().await.unwrap();
        let (part, disk) = part_on_a_full_device(&place);
        assert!(matches!(part.commit(), Err(SpoolError::SyncFailed(_))));
        assert_eq!(place.files(), [] as [PathBuf; 0]);
        assert!(disk.health.is_good());
        let again = disk.health.checked(Err(std::io::Error::from_raw_os_error(5)));
        assert!(matches!(again, Err(SpoolError::SyncFailed(_))));
        assert!(!disk.health.is_good());
    }
}
