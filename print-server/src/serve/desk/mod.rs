//! What the pages ask of this server at once: sign a person in, make a link, take a file, say how the
//! server is.

mod codes;
mod health;
mod uploads;

use std::net::IpAddr;
use std::sync::Arc;

use admin_ui::{
    Answer, Asks, Desk, Document, HealthItem, LinkFault, LinkWish, NewUpload, OwnLink, PrintPlace,
    ProfileFile, ProfileKind, SignInError, UploadError, UploadQueue,
};
use print_core::{Clock, JobNumber, Login, OwnerId, PersonId, Timestamp};
use store::{AddedLink, AuditEvent, NewLink, Queue, ReleaseMode, Store, StoreError};
use tracing::warn;

use crate::catalogue::Catalogue;
use crate::certificates::validity;
use crate::directory::{self, Directory};
use crate::doors::{LinkSecret, Scheme, Seldom};
use crate::ipp::Front;
use crate::ipp::places::HostNames;
use crate::keys::Keys;
use crate::profiles::{self, Destination};
use crate::spool::{Room, Spool};

const THROTTLED: &str = "refused: throttled";

/// The desk of this server.
#[derive(Debug)]
pub struct ServerDesk {
    /// People and passwords.
    pub directory: Arc<Directory>,
    /// Rows.
    pub store: Store,
    /// Documents.
    pub spool: Spool,
    /// Takes jobs in.
    pub front: Arc<Front>,
    /// The largest document.
    pub document_max_bytes: u64,
    /// What the secrets of links are looked up by.
    pub keys: Arc<Keys>,
    /// Queues.
    pub catalogue: Catalogue,
    /// The names by which devices reach us.
    pub names: HostNames,
    /// Whose printing this is.
    pub organisation: String,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// When the first of the certificates that clients and browsers see ends, where the site brought one.
    pub certificate_until: Option<Timestamp>,
    /// Throttled sign-ins that were audited lately.
    pub throttled: Seldom,
}

impl ServerDesk {
    /// Where a queue is, for everybody or by this link.
    fn destination(&self, queue: &Queue, link: Option<&LinkSecret>) -> Destination {
        let link = link.map(LinkSecret::text);
        let made = Destination::of(queue, &self.names, &self.organisation, link);
        made.expect("a secret can stand in an address")
    }

    /// What the queue may ask of a device, the least trouble first.
    fn asks(&self, queue: &Queue, by_link: bool) -> Vec<Asks> {
        if by_link {
            return vec![Asks::Nothing];
        }
        let claimed = (!queue.claimed_networks.is_empty()).then_some(Asks::Nothing);
        let schemes = self.front.schemes(queue).into_iter().map(|scheme| match scheme {
            Scheme::Negotiate => Asks::Ticket,
            Scheme::Bearer => Asks::Account,
            Scheme::Basic => Asks::Password,
        });
        claimed.into_iter().chain(schemes).collect()
    }

    async fn add_link(&self, wish: LinkWish) -> Result<OwnLink, LinkFault> {
        let secret = LinkSecret::random();
        let link = NewLink {
            id: wish.id,
            owner: OwnerId::Person(wish.person),
            device: wish.device,
            lookup: secret.lookup(&self.keys),
            made_by: format!("person:{}", wish.person),
        };
        match self.store.add_link(&link).await? {
            AddedLink::Added => Ok(OwnLink::new(secret.text().to_owned())),
            AddedLink::Full => Err(LinkFault::Full),
            AddedLink::Known => Err(LinkFault::Known),
        }
    }

    /// Whether the secret is that of a link of this person's that is in use.
    async fn opens_for(&self, secret: &LinkSecret, person: PersonId) -> Result<bool, StoreError> {
        let link = self.store.find_link(&secret.lookup(&self.keys)).await?;
        let good = link.filter(|link| link.revoked_at.is_none());
        Ok(good.is_some_and(|link| link.owner == OwnerId::Person(person)))
    }

    async fn check(
        &self,
        login: &str,
        password: &str,
        address: IpAddr,
    ) -> Result<PersonId, SignInError> {
        // An empty password could be an anonymous bind (RFC 4513 section 5.1.2): never asked.
        let name = Login::parse(login).ok().filter(|_| !password.is_empty());
        let checked = match name {
            Some(name) => self.directory.sign_in(&name, password, address).await,
            None => Err(directory::SignInError::Wrong),
        };
        let (result, outcome) = match checked {
            Ok(person) => (Ok(person), "signed in"),
            Err(directory::SignInError::Wrong) => (Err(SignInError::Wrong), "refused: wrong"),
            Err(directory::SignInError::Throttled) => {
                if !self.throttled.is_due(address, THROTTLED) {
                    return Err(SignInError::Throttled);
                }
                (Err(SignInError::Throttled), THROTTLED)
            }
            Err(directory::SignInError::Ambiguous) => {
                (Err(SignInError::Ambiguous), "refused: name of several people")
            }
            Err(directory::SignInError::Barred(why)) => health::barred(why),
            Err(error) => {
                warn!(%error, "Nobody can sign in to the pages");
                (Err(SignInError::DirectoryDown), "refused: directory down")
            }
        };
        let event = AuditEvent {
            at: self.clock.now(),
            actor: format!("address:{address}"),
            event: "sign-in".into(),
            object: match &result {
                Ok(person) => format!("person:{person}"),
                // What somebody typed into the wrong field may be a password.
                Err(_) => "person:?".into(),
            },
            outcome: outcome.into(),
            detail: serde_json::Value::Null,
        };
        if let Err(error) = self.store.append_audit(&event).await {
            warn!(%error, "A sign-in could not be audited");
            return Err(SignInError::DirectoryDown);
        }
        result
    }
}

impl Desk for ServerDesk {
    fn sign_in<'a>(
        &'a self,
        login: &'a str,
        password: &'a str,
        address: IpAddr,
    ) -> Answer<'a, Result<PersonId, SignInError>> {
        Box::pin(self.check(login, password, address))
    }

    fn print_places<'a>(&'a self, link: Option<&'a OwnLink>) -> Answer<'a, Vec<PrintPlace>> {
        Box::pin(async move {
            let link = link.and_then(|link| LinkSecret::parse(link.secret()));
            let queues = self.catalogue.queues();
            // Queues that print at once are for labels and applications, not for finding here.
            let open =
                |queue: &&std::sync::Arc<Queue>| queue.enabled && queue.release == ReleaseMode::Tap;
            let place = |queue: &&std::sync::Arc<Queue>| {
                let to = self.destination(queue, link.as_ref());
                PrintPlace {
                    queue: queue.name.clone(),
                    uri: to.uri(),
                    title: to.title,
                    is_own: link.is_some(),
                    asks: self.asks(queue, link.is_some()),
                }
            };
            queues.iter().filter(open).map(|queue| place(&queue)).collect()
        })
    }

    fn profile<'a>(
        &'a self,
        kind: ProfileKind,
        queue: &'a str,
        link: Option<(PersonId, &'a OwnLink)>,
    ) -> Answer<'a, Result<Option<ProfileFile>, StoreError>> {
        Box::pin(async move {
            let found = self.catalogue.named(queue).filter(|queue| queue.enabled);
            let Some(queue) = found else { return Ok(None) };
            let secret = match link {
                None => None,
                Some((person, link)) => match LinkSecret::parse(link.secret()) {
                    Some(secret) if self.opens_for(&secret, person).await? => Some(secret),
                    _ => return Ok(None),
                },
            };
            Ok(Some(profiles::profile(kind, &self.destination(&queue, secret.as_ref()))))
        })
    }

    fn make_link(&self, wish: LinkWish) -> Answer<'_, Result<OwnLink, LinkFault>> {
        Box::pin(self.add_link(wish))
    }

    fn upload_queues(&self) -> Answer<'_, Vec<UploadQueue>> {
        let queues = self.front.queues_for_files(self.document_max_bytes);
        Box::pin(std::future::ready(queues))
    }

    fn take<'a>(
        &'a self,
        upload: NewUpload,
        document: &'a mut dyn Document,
    ) -> Answer<'a, Result<JobNumber, UploadError>> {
        Box::pin(async { self.front.post_job(upload, document).await.map_err(uploads::said) })
    }

    fn health(&self) -> Answer<'_, Vec<HealthItem>> {
        Box::pin(async {
            let mut items: Vec<_> =
                self.directory.health().await.into_iter().flat_map(health::items).collect();
            items.extend([
                HealthItem::Database { writes: self.store.ping().await.is_ok() },
                HealthItem::Spool {
                    free_bytes: self.spool.free_bytes().unwrap_or(0),
                    low: self.spool.has_room() != Room::Plenty,
                },
            ]);
            items.extend(self.certificate_until.map(|until| HealthItem::Certificate {
                days_left: validity::days_left(until, self.clock.now()),
            }));
            items
        })
    }
}
