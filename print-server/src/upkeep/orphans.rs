//! Files that no row names: what a crash between the file's rename and the row's commit leaves behind.

use store::{Store, StoreError};
use tracing::{info, warn};

use crate::spool::{Clean, CleanError, Cleaned, Location, Shard, Spool};

/// Rows read at once.
const STEP: u32 = 500;

/// Removes what earlier runs of this node left behind. Files of this run and of other nodes stay: their
/// rows may be on the way. Answers whether nothing is left to be tried again.
pub async fn remove(store: &Store, spool: &Spool) -> bool {
    match compare(store, spool, Clean::Remove).await {
        Ok(Cleaned { orphans, parts, failed, .. }) => {
            if orphans + parts > 0 {
                info!(orphans, parts, "Removed what a crash had left in the spool");
            }
            if failed > 0 {
                warn!(
                    failed,
                    "Parts of the spool could not be read or removed; they are tried again"
                );
            }
            failed == 0
        }
        Err(error) => {
            warn!(%error, "The spool could not be compared with the rows; it is tried again");
            false
        }
    }
}

/// Compares files and rows. The rows come in the order of the files' shards, so that one walk does.
///
/// # Errors
/// When the rows cannot be read; nothing is removed that was not compared.
pub async fn compare(
    store: &Store,
    spool: &Spool,
    mode: Clean,
) -> Result<Cleaned, CleanError<StoreError>> {
    let live = async |shard: Shard| {
        let (from, to) = shard.range();
        let mut places: Vec<Location> = Vec::new();
        let mut after = from;
        loop {
            let page = store.live_documents(&after, STEP).await?;
            let full = page.len() == STEP as usize;
            for document in page {
                if document.location.id >= to {
                    return Ok(places);
                }
                after.clone_from(&document.location.id);
                let store::Location { kind, id } = &document.location;
                places.extend(Location::parse(kind, id));
            }
            if !full {
                return Ok::<_, StoreError>(places);
            }
        }
    };
    spool.clean(mode, live).await
}
