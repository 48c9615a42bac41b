//! The node's lease: what tells equal servers that this one lives and works on what it took.

use std::time::Duration;

use store::{LEASE_SECONDS, Store, StoreError};
use tracing::{error, warn};

/// How often the lease is renewed: several tries may fail before it ends.
const RENEWED_EVERY: Duration = Duration::from_secs(LEASE_SECONDS as u64 / 10);

/// Renews the lease until it is another's: a second process has started under this node's name, and both
/// would take each other's jobs for their own earlier ones.
///
/// It is kept by a task of its own, past everything else, so that neither slow upkeep nor a slow stop lets
/// another node take over a document that is just being sent.
pub async fn keep(store: Store) {
    loop {
        match store.renew_lease().await {
            Ok(()) => {}
            Err(StoreError::Conflict) => {
                error!("Another print server has started under this node's name");
                return;
            }
            Err(error) => warn!(%error, "The lease could not be renewed"),
        }
        tokio::time::sleep(RENEWED_EVERY).await;
    }
}
