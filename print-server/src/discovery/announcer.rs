//! Keeps what Avahi announces in step with the queues. Without Avahi everything else goes on.

use std::time::Duration;

use tokio::sync::watch;
use tracing::{debug, info, warn};

use super::announcement::{Announcement, Place, all};
pub use super::avahi::Reach;
use super::avahi::{Avahi, Group, GroupState};
use crate::catalogue::Catalogue;

/// How often queues and the daemon are looked at.
const EVERY: Duration = Duration::from_secs(5);
/// How long a daemon that is not there is left alone.
const AGAIN_AFTER: Duration = Duration::from_secs(30);

/// Announces the queues.
#[derive(Debug)]
pub struct Announcer {
    /// The queues.
    pub catalogue: Catalogue,
    /// What is the same for all of them.
    pub place: Place,
    /// The address of the bus; none for the system's.
    pub bus: Option<String>,
    /// Whether clients can come from elsewhere.
    pub reach: Reach,
}

/// What is announced now.
#[derive(Debug)]
struct Live {
    avahi: Avahi,
    host_name: String,
    groups: Vec<Announced>,
}

#[derive(Debug)]
struct Announced {
    what: Announcement,
    /// The name that it got, which another one on the network may have had first.
    instance: String,
    group: Group,
}

impl Announcer {
    /// Announces until `stopping` is true, then says goodbye.
    pub async fn run(self, mut stopping: watch::Receiver<bool>) {
        let mut live: Option<Live> = None;
        let mut said = String::new();
        while !*stopping.borrow() {
            let wait = match self.step(live.take()).await {
                Ok(now) => {
                    if live_names(&now) != said {
                        said = live_names(&now);
                        info!(names = said, host = now.host_name, "Announced the queues by DNS-SD");
                    }
                    live = Some(now);
                    EVERY
                }
                Err(error) => {
                    let text = error.to_string();
                    if said == text {
                        debug!(error = text, "The queues are still not announced");
                        AGAIN_AFTER
                    } else {
                        warn!(error = text, "The queues are not announced by DNS-SD; trying again");
                        said = text;
                        // A daemon that is being restarted is back at once.
                        EVERY
                    }
                }
            };
            // An error means that the server is gone.
            let _ = tokio::time::timeout(wait, stopping.changed()).await;
        }
        if let Some(live) = live {
            for one in &live.groups {
                // The daemon says goodbye by itself when our connection ends.
                let _ = live.avahi.withdraw(&one.group).await;
            }
        }
    }

    /// Brings what is announced in step. After an error nothing is announced.
    async fn step(&self, live: Option<Live>) -> zbus::Result<Live> {
        let mut live = match live {
            Some(live) => live,
            None => {
                let avahi = Avahi::connect(self.bus.as_deref()).await?;
                let host_name = avahi.host_name().await?;
                Live { avahi, host_name, groups: Vec::new() }
            }
        };
        let host_name = live.avahi.host_name().await?;
        if host_name != live.host_name {
            // What was announced names a host that is somebody else's.
            live.host_name = host_name;
            live.keep(&[]).await?;
        }
        let queues = self.catalogue.queues();
        let offers: Vec<_> = queues.iter().map(|queue| self.catalogue.offer(queue)).collect();
        let wanted = all(offers.iter().map(|one| (&*one.queue, &one.abilities)), &self.place);
        live.keep(&wanted).await?;
        for what in wanted {
            if !live.groups.iter().any(|one| one.what == what) {
                let instance = what.instance.clone();
                let group = live.avahi.publish(&what, &instance, self.reach).await?;
                live.groups.push(Announced { what, instance, group });
            }
        }
        self.settle(&mut live).await?;
        Ok(live)
    }

    /// Gives services whose name is taken another one.
    async fn settle(&self, live: &mut Live) -> zbus::Result<()> {
        for one in &mut live.groups {
            match live.avahi.state(&one.group).await? {
                GroupState::Good => continue,
                GroupState::Failed => return Err(zbus::Error::Failure("Avahi gave up".into())),
                GroupState::Collision => {}
            }
            live.avahi.withdraw(&one.group).await?;
            one.instance = live.avahi.alternative(&one.instance).await?;
            one.group = live.avahi.publish(&one.what, &one.instance, self.reach).await?;
        }
        Ok(())
    }
}

impl Live {
    /// Withdraws what is not wanted any more.
    async fn keep(&mut self, wanted: &[Announcement]) -> zbus::Result<()> {
        for one in std::mem::take(&mut self.groups) {
            if wanted.contains(&one.what) {
                self.groups.push(one);
            } else {
                self.avahi.withdraw(&one.group).await?;
            }
        }
        Ok(())
    }
}

fn live_names(live: &Live) -> String {
    let names: Vec<&str> = live.groups.iter().map(|one| one.instance.as_str()).collect();
    names.join(", ")
}
