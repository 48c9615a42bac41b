//! Stations that were revoked while they are connected: looked for once for all of them, so that each is
//! cut off within about a second however many there are.

use std::collections::HashSet;
use std::time::Duration;

use print_core::StationId;
use store::Store;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::warn;

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The look-out. Dropped, it stops.
#[derive(Debug)]
pub struct Revoked {
    known: watch::Receiver<HashSet<StationId>>,
    task: JoinSet<()>,
}

/// What one conversation hears of it.
#[derive(Debug, Clone)]
pub struct RevokedListener(watch::Receiver<HashSet<StationId>>);

impl Revoked {
    /// Looks until the server stops.
    #[must_use]
    pub fn look(store: Store, mut stop: watch::Receiver<bool>) -> Self {
        let (sender, known) = watch::channel(HashSet::new());
        let mut task = JoinSet::new();
        task.spawn(async move {
            loop {
                match store.revoked_stations().await {
                    Ok(now) => tell(&sender, now.into_iter().collect()),
                    Err(error) => warn!(%error, "It cannot be read which stations were revoked"),
                }
                tokio::select! {
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    _ = stop.wait_for(|stopping| *stopping) => return,
                }
            }
        });
        Self { known, task }
    }

    /// A listener for one station's conversation.
    #[must_use]
    pub fn listen(&self) -> RevokedListener {
        RevokedListener(self.known.clone())
    }

    /// Waits until nobody looks any more.
    pub async fn end(mut self) {
        self.task.shutdown().await;
    }
}

fn tell(sender: &watch::Sender<HashSet<StationId>>, now: HashSet<StationId>) {
    sender.send_if_modified(|known| {
        let changed = *known != now;
        *known = now;
        changed
    });
}

impl RevokedListener {
    /// Waits until this station is revoked. Safe to drop and to call again.
    pub async fn until(&mut self, station: StationId) {
        if self.0.wait_for(|revoked| revoked.contains(&station)).await.is_err() {
            // Nobody looks any more: the server stops, and says so itself.
            std::future::pending::<()>().await;
        }
    }
}
