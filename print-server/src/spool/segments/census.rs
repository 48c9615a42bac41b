//! Which documents are in which segment. A place that ends becomes a hole, so that the disk has its space
//! back at once; a segment without documents is removed when nobody appends to it any more.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::{FallocateFlags, fallocate};

use super::super::files::remove_file;
use super::super::header::HEADER_BYTES;
use super::super::location::{DocumentId, Extent};

/// What is known of this run's segments, and of those that earlier runs of this node left.
#[derive(Debug)]
pub struct Census {
    root: PathBuf,
    segments: Mutex<HashMap<DocumentId, Tenants>>,
}

/// The documents of one segment.
#[derive(Debug)]
struct Tenants {
    /// Whether more may come.
    is_open: bool,
    /// Where their records begin.
    offsets: HashSet<u32>,
}

impl Census {
    /// A census of the spool in this directory, without a segment.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root, segments: Mutex::default() }
    }

    /// A new segment takes records from now on.
    pub fn open(&self, segment: DocumentId) {
        self.lock().insert(segment, Tenants { is_open: true, offsets: HashSet::new() });
    }

    /// A record is durable.
    pub fn settle(&self, extent: Extent) {
        if let Some(tenants) = self.lock().get_mut(&extent.segment) {
            tenants.offsets.insert(extent.offset);
        }
    }

    /// The segment takes no more; without a document it is removed.
    ///
    /// # Errors
    /// What the file system said.
    pub fn close(&self, segment: DocumentId) -> io::Result<()> {
        let is_empty = {
            let mut segments = self.lock();
            match segments.get_mut(&segment) {
                Some(tenants) if !tenants.offsets.is_empty() => {
                    tenants.is_open = false;
                    false
                }
                Some(_) => segments.remove(&segment).is_some(),
                None => false,
            }
        };
        if is_empty { remove_file(&segment.path(&self.root)) } else { Ok(()) }
    }

    /// A segment of an earlier run has these documents and gets no more. What lies between them belonged
    /// to documents that ended, or whose row was never written: it becomes holes.
    ///
    /// # Errors
    /// What the file system said.
    pub fn adopt(&self, segment: DocumentId, extents: &mut [Extent]) -> io::Result<()> {
        extents.sort_unstable_by_key(|extent| extent.offset);
        let offsets = extents.iter().map(|extent| extent.offset).collect();
        self.lock().insert(segment, Tenants { is_open: false, offsets });
        let path = segment.path(&self.root);
        let length = fs::metadata(&path)?.len();
        let file = OpenOptions::new().write(true).open(path)?;
        let mut end = HEADER_BYTES as u64;
        for extent in extents {
            make_hole(&file, end, u64::from(extent.offset))?;
            end = extent.end();
        }
        make_hole(&file, end, length)
    }

    /// A document has ended. One that ended before is fine.
    ///
    /// # Errors
    /// What the file system said.
    pub fn release(&self, extent: Extent) -> io::Result<()> {
        let path = extent.segment.path(&self.root);
        if self.was_last(extent) {
            return remove_file(&path);
        }
        match OpenOptions::new().write(true).open(path) {
            Ok(file) => make_hole(&file, u64::from(extent.offset), extent.end()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Takes the document out. Whether its segment is now without documents and gets no more.
    fn was_last(&self, extent: Extent) -> bool {
        let mut segments = self.lock();
        let Some(tenants) = segments.get_mut(&extent.segment) else { return false };
        tenants.offsets.remove(&extent.offset);
        let is_over = !tenants.is_open && tenants.offsets.is_empty();
        is_over && segments.remove(&extent.segment).is_some()
    }

    /// Nothing panics while the lock is held, so the census is good also behind a poisoned one.
    fn lock(&self) -> MutexGuard<'_, HashMap<DocumentId, Tenants>> {
        self.segments.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Gives the bytes from `start` to `end` back to the disk; they read as zeros afterwards. A file system
/// that cannot make holes keeps them until the segment goes; without their key they are noise.
fn make_hole(file: &File, start: u64, end: u64) -> io::Result<()> {
    let Some(length) = end.checked_sub(start).filter(|length| *length > 0) else { return Ok(()) };
    let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
    match fallocate(file, flags, start, length) {
        Err(rustix::io::Errno::OPNOTSUPP) => Ok(()),
        result => Ok(result?),
    }
}
