//! `print-server fsck`: counts every promise of the database and the spool.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use print_core::{Clock, JobId, SystemClock};
use store::{LiveDocument, Store, StoreError};
use tokio::net::TcpStream;

use super::CommandError;
use crate::config::Config;
use crate::keys::{KeyError, Keys, WrappedKey};
use crate::serve::state::{self, State};
use crate::spool::{Clean, Cleaned, Location, Spool, SpoolError};
use crate::upkeep::orphans;

/// The node that looks on beside a running server; its underscore keeps it apart from every server's.
const NODE_BESIDE: &str = "_fsck";
/// Rows in one step.
const STEP: u32 = 500;
/// How long a server on this machine may take to answer that it is there.
const ANSWER: Duration = Duration::from_secs(2);

/// One promise and how often it is broken.
struct Count {
    name: &'static str,
    broken: u64,
}

/// What reading the documents through found.
#[derive(Debug, Default)]
struct Read {
    documents: u64,
    bytes: u64,
    key_gone: u64,
    missing: u64,
    altered: u64,
    size_differs: u64,
}

/// Counts, and repairs what can be repaired.
///
/// # Errors
/// When database, keys or spool cannot be opened, or `repair` is asked for while the server runs.
pub async fn fsck(config: Config, repair: bool) -> Result<ExitCode, CommandError> {
    let is_running = is_running(config.listeners.manage.address).await;
    if is_running && repair {
        return Err("the server is running; stop it before a repair".into());
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    // A run of our own node ends every earlier one: what those left is theirs no longer. Beside a
    // running server that would take its work away, so there we are somebody else, and files that no
    // row names cannot be told from files whose rows are just being written.
    let state = if is_running {
        let mut beside = config.clone();
        NODE_BESIDE.clone_into(&mut beside.node);
        state::open(&beside, clock).await?
    } else {
        state::open(&config, clock).await?
    };
    let result = look(&state, repair).await;
    state.store.close().await;
    let counts = result?;
    let broken: u64 = counts.iter().map(|count| count.broken).sum();
    if is_running {
        println!("(the server is running: files that no row names were not looked for)");
    }
    if broken == 0 {
        println!("whole");
        return Ok(ExitCode::SUCCESS);
    }
    if counts.iter().any(|count| count.broken > 0 && count.name.starts_with("open_attempts")) {
        println!("(deliveries that a crash left open are taken up when the server starts)");
    }
    println!("NOT WHOLE: {broken}");
    Ok(ExitCode::FAILURE)
}

/// Whether a server answers on this machine's health port.
async fn is_running(manage: SocketAddr) -> bool {
    let connecting = tokio::time::timeout(ANSWER, TcpStream::connect(manage));
    matches!(connecting.await, Ok(Ok(_)))
}

async fn look(state: &State, repair: bool) -> Result<Vec<Count>, CommandError> {
    if repair {
        mend(&state.store).await?;
    }
    let mode = if repair { Clean::Remove } else { Clean::Count };
    let cleaned = orphans::compare(&state.store, &state.spool, mode).await?;
    let missing = still_missing(&state.store, &cleaned).await?;
    let read = read_documents(state).await?;
    let invariants = state.store.invariants().await?;
    println!("{:>8}  documents_read ({} bytes)", read.documents, read.bytes);
    println!("{:>8}  files_with_a_row", cleaned.files);
    println!("{:>8}  files_of_others_or_of_this_run", cleaned.others);
    let left = |found: u64| if repair { 0 } else { found };
    if repair {
        println!("{:>8}  files_removed", cleaned.orphans + cleaned.parts);
    }
    let mut counts: Vec<_> = invariants
        .rows()
        .into_iter()
        .map(|(name, broken)| Count { name, broken: broken.unsigned_abs() })
        .collect();
    counts.extend([
        Count { name: "files_without_a_row", broken: left(cleaned.orphans) },
        Count { name: "unfinished_files", broken: left(cleaned.parts) },
        Count { name: "rows_without_a_file", broken: missing },
        Count { name: "documents_without_a_key", broken: read.key_gone },
        Count { name: "documents_missing_when_read", broken: read.missing },
        Count { name: "documents_altered", broken: read.altered },
        Count { name: "documents_of_another_size", broken: read.size_differs },
    ]);
    for count in &counts {
        println!("{:>8}  {}", count.broken, count.name);
    }
    Ok(counts)
}

/// Repairs what the rows alone tell.
async fn mend(store: &Store) -> Result<(), StoreError> {
    let mut given_up = 0;
    loop {
        let jobs = store.abort_stale_incoming(STEP).await?;
        given_up += jobs.len();
        if jobs.is_empty() {
            break;
        }
    }
    println!("{given_up:>8}  unfinished_jobs_given_up");
    store.rebuild_sums().await
}

/// How many of the missing files are still wanted: beside a running server a job may just have ended.
async fn still_missing(store: &Store, cleaned: &Cleaned) -> Result<u64, StoreError> {
    let mut gone = 0;
    for location in &cleaned.missing {
        let name = location.id();
        // The page that begins just before this name: without its last digit it comes first.
        let page = store.live_documents(&name[..name.len() - 1], STEP).await?;
        gone += u64::from(!page.iter().any(|document| document.location.id == name));
    }
    Ok(cleaned.missing_count - gone)
}

/// Reads every document that a row names, from its header to its proven end.
async fn read_documents(state: &State) -> Result<Read, CommandError> {
    let mut read = Read::default();
    let mut after = String::new();
    loop {
        let page = state.store.live_documents(&after, STEP).await?;
        let Some(last) = page.last() else { return Ok(read) };
        after.clone_from(&last.location.id);
        for document in &page {
            read_document(state, document, &mut read).await?;
        }
    }
}

async fn read_document(
    state: &State,
    document: &LiveDocument,
    read: &mut Read,
) -> Result<(), CommandError> {
    read.documents += 1;
    let Some(row) = state.store.document_key(document.job).await? else {
        // It ended since the page was read, or a promise is broken that the database counts itself.
        return Ok(());
    };
    let key = match document_key(&state.keys, document.job, &row) {
        Ok(key) => key,
        Err(KeyError::Refused | KeyError::DayDestroyed(_)) => {
            read.key_gone += 1;
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let place = &document.location;
    let Ok(location) = Location::parse(&place.kind, &place.id) else {
        read.missing += 1;
        return Ok(());
    };
    match length(&state.spool, &location, document.job, &key).await {
        Ok(bytes) => {
            read.bytes += bytes;
            read.size_differs += u64::from(i64::try_from(bytes) != Ok(document.size_bytes));
        }
        Err(SpoolError::Tampered) => read.altered += 1,
        Err(SpoolError::Missing) => {
            let ended = state.store.document_key(document.job).await?.is_none();
            read.missing += u64::from(!ended);
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

fn document_key(
    keys: &Keys,
    job: JobId,
    row: &store::DocumentKeyRow,
) -> Result<crate::keys::DocumentKey, KeyError> {
    keys.document_key(job, row.day, &WrappedKey::from_bytes(row.wrapped.clone()))
}

async fn length(
    spool: &Spool,
    location: &Location,
    job: JobId,
    key: &crate::keys::DocumentKey,
) -> Result<u64, SpoolError> {
    let mut reader = spool.read(location, job, key).await?;
    let mut bytes = 0;
    while let Some(chunk) = reader.next().await? {
        bytes += chunk.len() as u64;
    }
    Ok(bytes)
}
