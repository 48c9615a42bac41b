//! Files without rows, rows without files, and parts of runs that are over.
//!
//! A file is removed only when no row names it and its header says that an earlier run of this node wrote
//! it: that run is over, so no row can follow. The time of day is not asked, because clocks jump. Files
//! of this run, of other nodes and of unknown make are counted and left alone.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::error::SpoolError;
use super::files::{Disk, remove_file};
use super::header::{HEADER_BYTES, Header, Run};
use super::location::{DocumentId, Shard};
use super::part::PART_SUFFIX;

/// So many missing documents are named; `missing_count` has them all.
const MISSING_NAMED_MAX: usize = 1_000;

/// What to do with what nobody needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clean {
    /// Count it.
    Count,
    /// Remove it.
    Remove,
}

/// What a comparison of files and rows found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// Files whose rows were found.
    pub files: u64,
    /// Whole documents of earlier runs that no row names.
    pub orphans: u64,
    /// Unfinished documents of earlier runs.
    pub parts: u64,
    /// What is of this run, of another node, or of unknown make. Never removed.
    pub others: u64,
    /// How many rows have no file. While the program runs, a job may have ended in between: ask for the
    /// row again before calling it a loss.
    pub missing_count: u64,
    /// The first 1,000 of them.
    pub missing: Vec<DocumentId>,
}

impl Cleaned {
    pub(super) fn add(&mut self, shard: Self) {
        self.files += shard.files;
        self.orphans += shard.orphans;
        self.parts += shard.parts;
        self.others += shard.others;
        self.missing_count += shard.missing_count;
        let room = MISSING_NAMED_MAX - self.missing.len();
        self.missing.extend(shard.missing.into_iter().take(room));
    }
}

/// Why a comparison ended early.
#[derive(Debug, thiserror::Error)]
pub enum CleanError<E> {
    /// The rows could not be read; nothing was removed for want of them.
    #[error("the rows of the spool could not be read")]
    Rows(#[source] E),
    /// The spool could not be read.
    #[error("the spool could not be compared with its rows")]
    Spool(#[source] SpoolError),
}

/// What a file in a shard is.
enum Kind {
    Live(DocumentId),
    Orphan,
    Part,
    Other,
}

/// Compares one shard with the ids that rows name. Blocks.
pub(super) fn shard(
    disk: &Disk,
    shard: Shard,
    mode: Clean,
    rows: Vec<DocumentId>,
) -> Result<Cleaned, SpoolError> {
    let mut wanted: HashSet<DocumentId> = rows.into_iter().collect();
    let live = wanted.clone();
    let mut cleaned = Cleaned::default();
    for entry in fs::read_dir(shard.path(&disk.root))? {
        let path = entry?.path();
        let count = match kind(disk, &path, &live)? {
            Kind::Live(id) => {
                wanted.remove(&id);
                cleaned.files += 1;
                continue;
            }
            Kind::Other => {
                cleaned.others += 1;
                continue;
            }
            Kind::Orphan => &mut cleaned.orphans,
            Kind::Part => &mut cleaned.parts,
        };
        *count += 1;
        if mode == Clean::Remove {
            remove_file(&path)?;
        }
    }
    cleaned.missing_count = wanted.len() as u64;
    cleaned.missing = wanted.into_iter().take(MISSING_NAMED_MAX).collect();
    cleaned.missing.sort_unstable();
    Ok(cleaned)
}

fn kind(disk: &Disk, path: &Path, live: &HashSet<DocumentId>) -> io::Result<Kind> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return Ok(Kind::Other);
    };
    if let Some(run) = run_of_part(name) {
        return Ok(if disk.is_over(&run) { Kind::Part } else { Kind::Other });
    }
    let Ok(id) = name.parse() else { return Ok(Kind::Other) };
    if live.contains(&id) {
        return Ok(Kind::Live(id));
    }
    let run = run_of_file(path)?;
    Ok(if run.is_some_and(|run| disk.is_over(&run)) { Kind::Orphan } else { Kind::Other })
}

impl Disk {
    /// Whether this was an earlier run of this node. Its rows are all written, or never will be.
    fn is_over(&self, run: &Run) -> bool {
        run.node == self.run.node && run.epoch < self.run.epoch
    }
}

/// Who writes the part of this name: `<id>.<node>.<epoch>.part`.
fn run_of_part(name: &str) -> Option<Run> {
    let mut pieces = name.strip_suffix(PART_SUFFIX)?.splitn(3, '.');
    let _id: DocumentId = pieces.next()?.parse().ok()?;
    let node = pieces.next()?.to_owned();
    let epoch = pieces.next()?.parse().ok()?;
    Some(Run { node, epoch })
}

/// Who wrote the file; `None` when that cannot be told, or it has just gone.
fn run_of_file(path: &Path) -> io::Result<Option<Run>> {
    let mut header = [0; HEADER_BYTES];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut header));
    match read {
        Ok(()) => Ok(Header::run(&header)),
        Err(error) => match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::NotFound
            | io::ErrorKind::IsADirectory => Ok(None),
            _ => Err(error),
        },
    }
}
