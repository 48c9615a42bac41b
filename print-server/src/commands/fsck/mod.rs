//! `print-server fsck`: counts every promise of the database and the spool.

mod documents;
mod lost;

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use print_core::{Clock, SystemClock};
use store::{Store, StoreError};
use tokio::net::TcpStream;

use self::documents::read_documents;
use self::lost::Undertaker;
use super::CommandError;
use crate::config::Config;
use crate::serve::state::{self, State};
use crate::spool::{Clean, Cleaned};
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

/// What is to be done beside counting.
#[derive(Debug, Clone, Copy)]
pub struct Orders {
    /// Mend what can be mended.
    pub repair: bool,
    /// End the jobs whose documents are gone for good.
    pub end_lost: bool,
}

/// Counts, and repairs what can be repaired.
///
/// # Errors
/// When database, keys or spool cannot be opened, or `repair` is asked for while the server runs.
pub async fn fsck(mut config: Config, orders: Orders) -> Result<ExitCode, CommandError> {
    let is_running = is_running(config.listeners.manage.address).await;
    if is_running && orders.repair {
        return Err("the server is running; stop it before a repair".into());
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    // A run of our own node ends every earlier one: what those left is theirs no longer. Beside a
    // running server that would take its work away, so there we are somebody else, and files that no
    // row names cannot be told from files whose rows are just being written.
    if is_running {
        NODE_BESIDE.clone_into(&mut config.node);
    }
    let state = state::open(&config, Arc::clone(&clock)).await?;
    let result = look(&state, orders, clock).await;
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

async fn look(
    state: &State,
    Orders { repair, end_lost }: Orders,
    clock: Arc<dyn Clock>,
) -> Result<Vec<Count>, CommandError> {
    if repair {
        mend(&state.store).await?;
    }
    let mode = if repair { Clean::Remove } else { Clean::Count };
    let cleaned = orphans::compare(&state.store, &state.spool, mode).await?;
    let mut undertaker = end_lost.then(|| Undertaker::new(state.store.clone(), clock));
    let read = read_documents(state, undertaker.as_mut()).await?;
    let missing = still_missing(&state.store, &cleaned).await?;
    let invariants = state.store.invariants().await?;
    println!("{:>8}  documents_read ({} bytes)", read.documents, read.bytes);
    println!("{:>8}  files_with_a_row", cleaned.files);
    println!("{:>8}  files_of_others_or_of_this_run", cleaned.others);
    let left = |found: u64| if repair { 0 } else { found };
    if repair {
        println!("{:>8}  files_removed", cleaned.orphans + cleaned.parts);
    }
    if let Some(undertaker) = undertaker {
        println!("{:>8}  lost_jobs_ended", undertaker.ended());
    }
    let mut counts: Vec<_> = invariants
        .rows()
        .into_iter()
        .map(|(name, broken)| Count { name, broken: broken.unsigned_abs() })
        .collect();
    counts.extend([
        Count { name: "files_without_a_row", broken: left(cleaned.orphans) },
        Count { name: "unfinished_files", broken: left(cleaned.parts) },
        Count { name: "spool_unreadable", broken: cleaned.failed },
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
