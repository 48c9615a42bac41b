//! Takes one HTTP request, finds out what it asks, lets the operation answer.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use ipp_codec::registry::printer_attribute_group;
use ipp_codec::{Attribute, AttributeGroup, EncodeError, EncodedAttribute, Limits, Target};
use print_core::policy::FreeDays;
use print_core::{Clock, QueueId, TimeZone, Timestamp};
use store::{AuditEvent, JobRecord, NewRequest, Queue, RequestKind, Store};
use texts::Language;
use tokio::sync::Notify;
use tracing::{debug, warn};

use super::answer::{Answer, Refusal};
use super::offer::description::{self, House};
use super::operations::{self, Sender};
use super::places::{Base, HostNames, Place};
use super::upload::{Upload, UploadError};
use crate::catalogue::{Catalogue, Offer};
use crate::changes::Changes;
use crate::config;
use crate::delivery::Deliveries;
use crate::doors::{Caller, DoorError, Doors, Handshake, Identity, LinkSecret, Scheme, Seldom};
use crate::intake::Intake;
use crate::intake::allowance::Allowances;
use crate::intake::arrivals::Arrivals;
use crate::keys::Keys;
use crate::listeners::connection::Peer;
use crate::metrics::Metrics;

/// What answering print clients needs.
#[derive(Debug)]
pub struct FrontParts {
    /// Rows.
    pub store: Store,
    /// The queues.
    pub catalogue: Catalogue,
    /// How much may wait for one owner.
    pub allowances: Allowances,
    /// Who prints.
    pub doors: Doors,
    /// For what proves the PINs of jobs.
    pub keys: Arc<Keys>,
    /// Documents in.
    pub intake: Intake,
    /// Jobs that wait for their document.
    pub arrivals: Arc<Arrivals>,
    /// Documents out, for queues that print at once.
    pub deliveries: Arc<Deliveries>,
    /// Who is told of changes.
    pub changes: Changes,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The installation's zone.
    pub zone: TimeZone,
    /// The names by which clients call us.
    pub names: HostNames,
    /// What every queue says alike.
    pub house: House,
    /// Limits for clients.
    pub limits: config::Limits,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Wakes whoever carries out requests.
    pub wake_requests: Arc<Notify>,
}

/// Answers print clients.
#[derive(Debug)]
pub struct Front {
    pub(super) parts: FrontParts,
    pub(super) started: Timestamp,
    prepared: RwLock<HashMap<(QueueId, Base), Prepared>>,
    refusals: Seldom,
}

/// The most prepared descriptions of queues; clients choose the host name that is part of the key.
const PREPARED_MAX: usize = 256;

/// The fixed attributes of a queue, with the very offer they were made from: a changed one is another.
#[derive(Debug)]
struct Prepared {
    offer: Arc<Offer>,
    attributes: Arc<Vec<PreparedAttribute>>,
}

/// An attribute as it goes over the wire, with the group by which clients may ask for it.
#[derive(Debug)]
pub(super) struct PreparedAttribute {
    pub encoded: EncodedAttribute,
    pub group: AttributeGroup,
}

impl PreparedAttribute {
    fn new(attribute: &Attribute) -> Result<Self, EncodeError> {
        let group = printer_attribute_group(&attribute.name);
        Ok(Self { encoded: EncodedAttribute::new(attribute)?, group })
    }
}

/// One request, decoded.
#[derive(Debug)]
pub(super) struct Ask<'a> {
    /// The request.
    pub request: &'a ipp_codec::Request,
    /// Where its HTTP path and its target point.
    pub place: Place,
    /// How the client reached us.
    pub base: Base,
    /// The connection.
    pub peer: Peer,
    /// The `Authorization` header, unread.
    pub authorization: Option<&'a str>,
    /// What the answer will say about signing in.
    pub handshake: &'a Handshake,
}

impl Front {
    /// A front that started now.
    #[must_use]
    pub fn new(parts: FrontParts) -> Self {
        let started = parts.clock.now();
        Self { parts, started, prepared: RwLock::default(), refusals: Seldom::default() }
    }

    /// Answers one request.
    pub async fn answer(&self, request: Request<Incoming>, peer: Peer) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let mut upload = Upload::new(body, &self.parts.limits);
        let handshake = Handshake::default();
        let answer = self.answer_ipp(&parts, &mut upload, peer, &handshake).await;
        upload.drain().await;
        let mut response = answer.into_http();
        handshake.write(&mut response);
        response
    }

    async fn answer_ipp(
        &self,
        parts: &Parts,
        upload: &mut Upload,
        peer: Peer,
        handshake: &Handshake,
    ) -> Answer {
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next());
        if !kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ipp")) {
            return Answer::Http(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let deadline = Duration::from_secs(self.parts.limits.attributes_seconds);
        let message = match upload.attributes(deadline).await {
            Ok(message) => message,
            Err(UploadError::Undecodable(error)) => {
                debug!(?error, "A request could not be decoded");
                self.parts.metrics.refused_request("undecodable");
                return match ipp_codec::Response::undecodable(&error) {
                    Some(response) => Answer::Ipp(Box::new(response)),
                    None => Answer::Http(StatusCode::BAD_REQUEST),
                };
            }
            Err(UploadError::Slow) => return Answer::Http(StatusCode::REQUEST_TIMEOUT),
            Err(UploadError::Gone) => return Answer::Http(StatusCode::BAD_REQUEST),
        };
        let header = message.header();
        let request = match ipp_codec::Request::parse(&message, &Limits::REQUEST) {
            Ok(request) => request,
            Err(violation) => return Refusal::Violation(violation).answer(header),
        };
        let answered = self.dispatch(parts, &request, upload, peer, handshake).await;
        let answer = answered.unwrap_or_else(|refusal| {
            self.note(&refusal, peer);
            refusal.answer(header)
        });
        self.parts.metrics.answered(request.operation, &answer);
        answer
    }

    async fn dispatch(
        &self,
        parts: &Parts,
        request: &ipp_codec::Request,
        upload: &mut Upload,
        peer: Peer,
        handshake: &Handshake,
    ) -> Result<Answer, Refusal> {
        let authorization = parts.headers.get(AUTHORIZATION);
        let authorization = authorization.map(|value| value.to_str().unwrap_or_default());
        if let Some(header) = authorization
            && !peer.tls
        {
            // Whatever the operation is.
            let refusal = self.parts.doors.authorization_in_clear(header, peer).await;
            self.audit_refusal(&refusal, peer).await;
            return Err(refusal.into());
        }
        let place = place(parts, &request.target)?;
        let mut base = Base::of(parts, peer.tls, &self.parts.names);
        let of_target = link_of(&request.target);
        if !peer.tls {
            self.refuse_links_in_clear([&base.link, &of_target], request, peer).await?;
        }
        match (&base.link, of_target) {
            (Some(one), Some(other)) if *one != other => return Err(Refusal::NoSuchQueue),
            (Some(_), _) => {}
            (None, of_target) => base.link = of_target,
        }
        let ask = Ask { request, place, base, peer, authorization, handshake };
        operations::carry_out(self, &ask, upload).await
    }

    /// Whatever the operation is: the address itself is the secret, and others could read it.
    async fn refuse_links_in_clear(
        &self,
        links: [&Option<LinkSecret>; 2],
        request: &ipp_codec::Request,
        peer: Peer,
    ) -> Result<(), DoorError> {
        let mut refusal = Ok(());
        for link in links.into_iter().flatten() {
            let error = self.parts.doors.in_clear(link, language_of(request)).await;
            self.audit_refusal(&error, peer).await;
            refusal = Err(error);
        }
        refusal
    }

    /// The queue that the request is about.
    pub(super) fn queue(&self, ask: &Ask<'_>) -> Result<Arc<Queue>, Refusal> {
        match &ask.place {
            Place::Queue(name) => self.parts.catalogue.named(name),
            // One address for a house with one queue; with several, the client must say which.
            Place::Server => match self.parts.catalogue.queues().as_slice() {
                [only] => Some(Arc::clone(only)),
                _ => None,
            },
            Place::Job(_) => None,
        }
        .ok_or(Refusal::NoSuchQueue)
    }

    /// The ways in which people sign in to this queue, the least trouble first.
    #[must_use]
    pub fn schemes(&self, queue: &Queue) -> Vec<Scheme> {
        self.parts.doors.schemes(queue)
    }

    /// Who the request to `queue` is from.
    pub(super) async fn identify(
        &self,
        ask: &Ask<'_>,
        queue: &Queue,
    ) -> Result<Identity, DoorError> {
        let caller = Caller {
            peer: ask.peer,
            link: ask.base.link.as_ref(),
            language: language_of(ask.request),
            authorization: ask.authorization,
            requesting_user_name: ask.request.requesting_user_name.as_deref(),
            handshake: ask.handshake,
        };
        let identified = self.parts.doors.identify(queue, caller).await;
        if let Err(error) = &identified {
            self.audit_refusal(error, ask.peer).await;
        }
        identified
    }

    /// Whether one more job of this identity may come now.
    pub(super) async fn admit(&self, sender: Sender, by: &Identity) -> Result<(), DoorError> {
        let Sender { peer, language, counts } = sender;
        let admitted = self.parts.doors.admit(by, peer, language, counts);
        if let Err(error) = &admitted {
            self.audit_refusal(error, peer).await;
        }
        admitted
    }

    /// The fixed attributes of a queue, prepared once for each way to reach it.
    pub(super) fn prepared(
        &self,
        offer: &Arc<Offer>,
        base: &Base,
    ) -> Result<Arc<Vec<PreparedAttribute>>, EncodeError> {
        let key = (offer.queue.id, base.clone());
        let known = self.prepared.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(prepared) = known.get(&key)
            && Arc::ptr_eq(&prepared.offer, offer)
        {
            return Ok(Arc::clone(&prepared.attributes));
        }
        drop(known);
        let house = &self.parts.house;
        let fixed = description::fixed(&offer.queue, &offer.abilities, base, house);
        let encoded = fixed.iter().map(PreparedAttribute::new).collect::<Result<_, _>>()?;
        let attributes = Arc::new(encoded);
        let mut known = self.prepared.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= PREPARED_MAX {
            known.clear();
        }
        let offer = Arc::clone(offer);
        known.insert(key, Prepared { offer, attributes: Arc::clone(&attributes) });
        Ok(attributes)
    }

    /// What the queue offers.
    pub(super) fn offer(&self, queue: &Arc<Queue>) -> Arc<Offer> {
        self.parts.catalogue.offer(queue)
    }

    /// The days on which held jobs do not grow older.
    pub(super) fn free_days(&self) -> Arc<FreeDays> {
        self.parts.catalogue.free_days()
    }

    /// Asks whoever delivers the job to cancel it at its printer, for its owner.
    pub(super) async fn ask_printer_to_cancel(
        &self,
        job: &JobRecord,
        asker: &Identity,
    ) -> Result<(), Refusal> {
        let request = NewRequest {
            kind: RequestKind::Delete,
            job: job.id,
            printer: job.printer,
            actor: asker.actor(),
            at: self.now(),
        };
        self.parts.store.insert_request(&request).await?;
        self.parts.wake_requests.notify_one();
        Ok(())
    }

    /// The present moment.
    pub(super) fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    /// Whether what anybody can cause is to be written down now.
    pub(super) fn is_seldom(&self, address: IpAddr, what: &'static str) -> bool {
        self.refusals.is_due(address, what)
    }

    pub(super) fn note(&self, refusal: &Refusal, peer: Peer) {
        match refusal {
            Refusal::Store(error) | Refusal::Door(DoorError::Store(error)) => {
                warn!(%error, "The store did not answer a print client");
            }
            Refusal::Intake(error) => {
                warn!(%error, source = ?std::error::Error::source(error), "A document was refused");
            }
            Refusal::Unwritable(error) => warn!(%error, "A queue cannot be described"),
            other => debug!(address = %peer.address, reason = %other, "A request was refused"),
        }
    }

    async fn audit_refusal(&self, error: &DoorError, peer: Peer) {
        let Some(outcome) = error.outcome() else { return };
        self.parts.metrics.refused_sign_in();
        let address = peer.address.ip();
        if !error.is_change() && !self.refusals.is_due(address, outcome) {
            return;
        }
        warn!(%address, outcome, "A print client could not sign in");
        let event = AuditEvent {
            at: self.now(),
            actor: format!("address:{address}"),
            event: "sign-in".into(),
            object: error.object(),
            outcome: outcome.into(),
            detail: serde_json::Value::Null,
        };
        if let Err(error) = self.parts.store.append_audit(&event).await {
            warn!(%error, "A refused sign-in could not be audited");
        }
    }
}

/// The link in the address that the request is about.
fn link_of(target: &Target) -> Option<LinkSecret> {
    match target {
        Target::Server => None,
        Target::Printer { uri } | Target::Job { uri } | Target::PrinterJob { uri, .. } => {
            LinkSecret::of_uri(uri)
        }
    }
}

/// The language to tell a client something in; English, as all other texts, where it is not Swedish.
pub(super) fn language_of(request: &ipp_codec::Request) -> Language {
    Language::from_tag(&request.natural_language).unwrap_or(Language::English)
}

/// The place a request is about: its target, which must agree with the HTTP path where that names a queue.
fn place(parts: &Parts, target: &Target) -> Result<Place, Refusal> {
    let path = Place::of_path(parts.uri.path()).ok_or(Refusal::NoSuchQueue)?;
    let target = match target {
        Target::Server => Place::Server,
        Target::Printer { uri } => Place::of_uri(uri).ok_or(Refusal::NoSuchQueue)?,
        Target::Job { uri } => match Place::of_uri(uri) {
            Some(job @ Place::Job(_)) => job,
            _ => return Err(Refusal::NoSuchJob),
        },
        Target::PrinterJob { uri, id } => {
            Place::of_uri(uri).ok_or(Refusal::NoSuchQueue)?;
            let number = print_core::JobNumber::new(i64::from(*id)).ok_or(Refusal::NoSuchJob)?;
            Place::Job(number)
        }
    };
    match (path, target) {
        (path, Place::Server) => Ok(path),
        (Place::Queue(a), Place::Queue(b)) if !a.eq_ignore_ascii_case(&b) => {
            Err(Refusal::NoSuchQueue)
        }
        (_, target) => Ok(target),
    }
}
