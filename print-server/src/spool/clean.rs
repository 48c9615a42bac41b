//! Files without rows, rows without files, and parts of runs that are over. A segment is a file that many
//! rows name; what no row names in it is given back when it is taken over from a run that is over.
//!
//! A file is removed only when no row names it and its header says that an earlier run of this node wrote
//! it: that run is over, so no row can follow. The time of day is not asked, because clocks jump. Files
//! of this run, of other nodes and of unknown make are counted and left alone.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use tracing::warn;

use super::error::SpoolError;
use super::files::{Disk, remove_file};
use super::header::{HEADER_BYTES, Header, Run};
use super::location::{DocumentId, Location, Shard};
use super::part::PART_SUFFIX;
use super::segments::census::Census;

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
    /// Files that rows name.
    pub files: u64,
    /// Whole documents and segments of earlier runs that no row names.
    pub orphans: u64,
    /// Unfinished documents of earlier runs.
    pub parts: u64,
    /// What is of this run, of another node, or of unknown make. Never removed.
    pub others: u64,
    /// Files and shards that the file system did not let us read or remove. Nothing is said of them, and all
    /// others were gone through.
    pub failed: u64,
    /// How many rows have no file. While the program runs, a job may have ended in between: ask for the
    /// row again before calling it a loss.
    pub missing_count: u64,
    /// The first 1,000 of them.
    pub missing: Vec<Location>,
}

impl Cleaned {
    pub(super) fn add(&mut self, shard: Self) {
        self.files += shard.files;
        self.orphans += shard.orphans;
        self.parts += shard.parts;
        self.others += shard.others;
        self.failed += shard.failed;
        self.missing_count += shard.missing_count;
        let room = MISSING_NAMED_MAX - self.missing.len();
        self.missing.extend(shard.missing.into_iter().take(room));
    }
}

/// Why a comparison ended early. What the file system does with single files and shards does not end it:
/// [`Cleaned::failed`].
#[derive(Debug, thiserror::Error)]
pub enum CleanError<E> {
    /// The rows could not be read; nothing was removed for want of them.
    #[error("the rows of the spool could not be read")]
    Rows(#[source] E),
    /// The walk broke off, as the program is ending.
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

/// What the rows name, by file.
type Wanted = HashMap<DocumentId, Vec<Location>>;

/// Compares one shard with the places that rows name. What meets an error is counted and left to the next
/// time: one bad file must not keep all others. Blocks.
pub(super) fn shard(
    disk: &Disk,
    census: &Census,
    shard: Shard,
    mode: Clean,
    rows: Vec<Location>,
) -> Cleaned {
    let mut wanted = Wanted::new();
    for row in rows {
        wanted.entry(row.file()).or_default().push(row);
    }
    let mut cleaned = Cleaned::default();
    let path = shard.path(&disk.root);
    let entries = match fs::read_dir(&path) {
        Ok(entries) => entries,
        Err(error) => {
            // Which of its rows have a file cannot be told.
            failed(&mut cleaned, &path, &error);
            return cleaned;
        }
    };
    let mut is_whole = true;
    for entry in entries {
        match entry {
            Ok(entry) => {
                let path = entry.path();
                if let Err(error) = file(disk, census, mode, &path, &mut wanted, &mut cleaned) {
                    failed(&mut cleaned, &path, &error);
                }
            }
            Err(error) => {
                is_whole = false;
                failed(&mut cleaned, &path, &error);
            }
        }
    }
    if is_whole {
        cleaned.missing = wanted.into_values().flatten().collect();
        cleaned.missing_count = cleaned.missing.len() as u64;
        cleaned.missing.truncate(MISSING_NAMED_MAX);
    }
    cleaned
}

fn failed(cleaned: &mut Cleaned, path: &Path, error: &io::Error) {
    warn!(%error, path = %path.display(), "A part of the spool could not be compared with its rows");
    cleaned.failed += 1;
}

/// Compares one file.
fn file(
    disk: &Disk,
    census: &Census,
    mode: Clean,
    path: &Path,
    wanted: &mut Wanted,
    cleaned: &mut Cleaned,
) -> io::Result<()> {
    let kind = kind(disk, path, wanted)?;
    let is_nobodys = matches!(kind, Kind::Orphan | Kind::Part);
    let count = match kind {
        Kind::Live(id) => {
            let mut documents = wanted.remove(&id).expect("it was found there");
            return match found(disk, census, mode, path, &mut documents) {
                Ok(()) => {
                    cleaned.files += 1;
                    wanted.insert(id, documents);
                    Ok(())
                }
                // Its last document has just ended.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    wanted.insert(id, documents);
                    Ok(())
                }
                // It is there, so that its rows are not missing.
                Err(error) => Err(error),
            };
        }
        Kind::Other => &mut cleaned.others,
        Kind::Orphan => &mut cleaned.orphans,
        Kind::Part => &mut cleaned.parts,
    };
    if mode == Clean::Remove && is_nobodys {
        remove_file(path)?;
    }
    *count += 1;
    Ok(())
}

/// A file that rows name is there; the documents that it cannot hold stay wanted.
fn found(
    disk: &Disk,
    census: &Census,
    mode: Clean,
    path: &Path,
    documents: &mut Vec<Location>,
) -> io::Result<()> {
    let length = fs::metadata(path)?.len();
    if mode == Clean::Remove {
        take_over(disk, census, path, documents)?;
    }
    documents.retain(|document| !is_within(document, length));
    Ok(())
}

/// Whether a file of this length can hold the document.
fn is_within(document: &Location, length: u64) -> bool {
    match document {
        Location::File { .. } => true,
        Location::Segment(extent) => extent.end() <= length,
    }
}

/// Keeps the documents of a segment that an earlier run of this node left, and gives the rest of it back.
fn take_over(disk: &Disk, census: &Census, path: &Path, documents: &[Location]) -> io::Result<()> {
    let extent = |document: &Location| match document {
        Location::Segment(extent) => Some(*extent),
        Location::File { .. } => None,
    };
    let mut extents: Vec<_> = documents.iter().filter_map(extent).collect();
    match extents.first() {
        Some(first) if run_of_file(path)?.is_some_and(|run| disk.is_over(&run)) => {
            census.adopt(first.segment, &mut extents)
        }
        _ => Ok(()),
    }
}

fn kind(disk: &Disk, path: &Path, wanted: &Wanted) -> io::Result<Kind> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return Ok(Kind::Other);
    };
    if let Some(run) = run_of_part(name) {
        return Ok(if disk.is_over(&run) { Kind::Part } else { Kind::Other });
    }
    let Ok(id) = name.parse() else { return Ok(Kind::Other) };
    if wanted.contains_key(&id) {
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
