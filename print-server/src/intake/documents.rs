//! Taking a job in: the document is durable and encrypted before its row says so, and the row is durable
//! before the client reads that the job is accepted.
//!
//! A document that is here within a moment becomes a job in one step. One that takes longer gets a row
//! first, so that a tap in the meantime knows that something is arriving.

use std::sync::Arc;
use std::time::Duration;

use hyper::body::Bytes;
use ipp_codec::Status;
use print_core::{AccountingDay, Clock, JobId, Keyword, OwnerId, TimeZone};
use store::{Accepted, NewJob, Refused, Store, StoreError, StoredDocument};
use tokio::time::Instant;
use tracing::{info, warn};

use crate::inspect::{EncryptionHint, Inspector};
use crate::intake::allowance::{AllowanceError, Share};
use crate::intake::arrivals::Arrivals;
use crate::intake::doubts::{self, Doubts};
use crate::intake::handover::Handover;
use crate::intake::source::Source;
use crate::ipp::document_format::{SIGNATURE_BYTES, TAKEN, fits, recognise};
use crate::ipp::upload::UploadError;
use crate::keys::{DocumentKey, KeyError, Keys};
use crate::notices::refused;
use crate::spool::{Location, Room, Spool, SpoolError, Writer};

/// A document that is here within this time needs no row of its own while it arrives.
const SHORT: Duration = Duration::from_millis(250);
/// A document up to this size, too.
const SMALL_BYTES: u64 = 1024 * 1024;

/// Why a document was not taken. Nothing of it is left.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The spool has no room: `spool-area-full`.
    #[error("the print server has no room for documents at present (spool-area-full)")]
    Full,
    /// The document is larger than the server takes.
    #[error("the document is larger than the {} MiB that the print server takes", limit / 1_048_576)]
    TooLarge { limit: u64 },
    /// There is no document.
    #[error("the document is empty")]
    Empty,
    /// The document is of a kind that is not taken.
    #[error("documents of this kind are not taken; print as PDF")]
    Format,
    /// The document is not what the client said it is.
    #[error("the document is not of the kind that was declared")]
    Mismatch,
    /// The document opens with a password only.
    #[error("the document needs a password, so no printer can print it: save it without one")]
    Password,
    /// The body could not be read to its end.
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// The spool.
    #[error("the print server could not keep the document; try again")]
    Spool(#[source] SpoolError),
    /// The keys.
    #[error("the print server could not keep the document; try again")]
    Keys(#[from] KeyError),
    /// The store.
    #[error("the print server is busy; try again in a moment")]
    Store(#[from] StoreError),
    /// With what else waits and arrives for its owner, the document is too much.
    #[error(transparent)]
    Allowance(#[from] AllowanceError),
    /// The job ended while its document arrived.
    #[error("the job was canceled while its document arrived")]
    Ended,
}

impl IntakeError {
    /// The status that a print client reads.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Full | Self::Spool(_) | Self::Keys(_) => Status::SERVER_ERROR_TEMPORARY_ERROR,
            Self::TooLarge { .. } => Status::CLIENT_ERROR_REQUEST_ENTITY_TOO_LARGE,
            Self::Empty | Self::Mismatch => Status::CLIENT_ERROR_DOCUMENT_FORMAT_ERROR,
            Self::Format => Status::CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED,
            Self::Password => Status::CLIENT_ERROR_DOCUMENT_PASSWORD_ERROR,
            Self::Upload(_) => Status::CLIENT_ERROR_TIMEOUT,
            Self::Store(error) => crate::ipp::answer::store_status(error),
            Self::Allowance(AllowanceError::Store(error)) => {
                crate::ipp::answer::store_status(error)
            }
            Self::Allowance(_) => Status::SERVER_ERROR_TOO_MANY_JOBS,
            Self::Ended => Status::SERVER_ERROR_JOB_CANCELED,
        }
    }
}

impl From<SpoolError> for IntakeError {
    fn from(error: SpoolError) -> Self {
        match error {
            SpoolError::Full => Self::Full,
            SpoolError::TooLarge { limit } => Self::TooLarge { limit },
            other => Self::Spool(other),
        }
    }
}

/// Takes jobs in.
#[derive(Debug)]
pub struct Intake {
    store: Store,
    spool: Spool,
    keys: Arc<Keys>,
    clock: Arc<dyn Clock>,
    zone: TimeZone,
    arrivals: Arc<Arrivals>,
    inspector: Arc<Inspector>,
    handover: Handover,
}

/// What the documents of this server need.
#[derive(Debug)]
pub struct IntakeParts {
    /// Rows.
    pub store: Store,
    /// Documents.
    pub spool: Spool,
    /// Keys.
    pub keys: Arc<Keys>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The zone of the books.
    pub zone: TimeZone,
    /// Where rows are left whose document will not come.
    pub arrivals: Arc<Arrivals>,
    /// Where jobs are left of which nobody knows whether they are there.
    pub doubts: Arc<Doubts>,
    /// Looks into documents.
    pub inspector: Arc<Inspector>,
}

impl Intake {
    /// An intake.
    #[must_use]
    pub fn new(parts: IntakeParts) -> Self {
        let IntakeParts { store, spool, keys, clock, zone, arrivals, doubts, inspector } = parts;
        let handover = Handover {
            store: store.clone(),
            spool: spool.clone(),
            doubts,
            inspector: Arc::clone(&inspector),
        };
        Self { store, spool, keys, clock, zone, arrivals, inspector, handover }
    }

    /// Whether a document can be taken: asked before its body is read.
    ///
    /// # Errors
    /// [`IntakeError::Full`] when the spool is at its reserve.
    pub fn admit(&self) -> Result<(), IntakeError> {
        if self.spool.has_room() == Room::Full { Err(IntakeError::Full) } else { Ok(()) }
    }

    /// How much room there is for documents.
    #[must_use]
    pub fn room(&self) -> Room {
        self.spool.has_room()
    }

    /// Takes the document and then the job; the job is held, durable, when this returns.
    ///
    /// # Errors
    /// [`IntakeError`]; nothing is left of the document, and no job is waiting.
    pub async fn take_job(
        &self,
        job: NewJob,
        declared: Option<&str>,
        upload: &mut impl Source,
        share: &Share,
    ) -> Result<Accepted, IntakeError> {
        let owner = job.owner;
        let document = match self.take_quickly(job.id, declared, upload, share).await {
            Ok(Quick::Whole(place, stored)) => {
                let accepted = self.handover.hold(job, place, stored).await?;
                share.is_held();
                return Ok(accepted);
            }
            Ok(Quick::Arriving(document)) => *document,
            Err(error) => {
                // There is no row yet, so that the notice is a row of its own.
                refused::tell(&self.store, owner, told(upload, &error), self.clock.now()).await;
                return Err(error);
            }
        };
        let expires_at = job.expires_at;
        let accepted = self.begin_incoming(job, share).await?;
        self.arrive((owner, accepted.id), document, upload, expires_at).await?;
        Ok(accepted)
    }

    /// Makes a job whose document is still to come.
    ///
    /// # Errors
    /// [`StoreError`]; no job is waiting then.
    pub async fn begin_incoming(&self, job: NewJob, share: &Share) -> Result<Accepted, StoreError> {
        let accepted = self.handover.begin_incoming(job).await?;
        share.has_row();
        Ok(accepted)
    }

    /// The document, or as much of it as is here within a moment.
    async fn take_quickly(
        &self,
        job: JobId,
        declared: Option<&str>,
        upload: &mut impl Source,
        share: &Share,
    ) -> Result<Quick, IntakeError> {
        let begun = Instant::now();
        let mut document = self.begin(job, declared, upload, share).await?;
        while document.writer.size_bytes() < SMALL_BYTES {
            match tokio::time::timeout_at(begun + SHORT, upload.next()).await {
                Ok(Ok(Some(bytes))) => document.write(&bytes).await?,
                Ok(Ok(None)) => {
                    let (place, stored) = self.finish(job, document).await?;
                    return Ok(Quick::Whole(place, stored));
                }
                Ok(Err(error)) => return Err(error.into()),
                Err(_) => break,
            }
        }
        Ok(Quick::Arriving(Box::new(document)))
    }

    /// Takes the document of a job that has its row already (Send-Document).
    ///
    /// # Errors
    /// [`IntakeError`]; the job is then aborted.
    pub async fn take_document(
        &self,
        owner: OwnerId,
        job: JobId,
        declared: Option<&str>,
        upload: &mut impl Source,
        expires_at: print_core::Timestamp,
        share: &Share,
    ) -> Result<(), IntakeError> {
        let mut row = self.row(job);
        let document = match self.begin(job, declared, upload, share).await {
            Ok(document) => document,
            Err(error) => {
                row.leave();
                self.abort(job, &error, told(upload, &error)).await;
                return Err(error);
            }
        };
        row.leave();
        self.arrive((owner, job), document, upload, expires_at).await
    }

    /// Brings the rest of a document whose job has a row; on failure the row is aborted.
    async fn arrive(
        &self,
        (owner, job): (OwnerId, JobId),
        mut document: Arriving,
        upload: &mut impl Source,
        expires_at: print_core::Timestamp,
    ) -> Result<(), IntakeError> {
        let mut row = self.row(job);
        let share = document.share.clone();
        let arrived = async {
            while let Some(bytes) = upload.next().await? {
                document.write(&bytes).await?;
            }
            let (location, stored) = self.finish(job, document).await?;
            let now = self.clock.now();
            let done = self.handover.complete((owner, job), location, stored, now, expires_at);
            if !done.await? {
                return Err(IntakeError::Ended);
            }
            share.is_held();
            Ok(())
        };
        let result = arrived.await;
        row.leave();
        if let Err(error) = &result {
            self.abort(job, error, told(upload, error)).await;
        }
        result
    }

    fn row(&self, job: JobId) -> Row<'_> {
        Row { arrivals: &self.arrivals, job: Some(job) }
    }

    async fn abort(&self, job: JobId, error: &IntakeError, told: Option<Refused>) {
        if matches!(error, IntakeError::Store(StoreError::InDoubt)) {
            // It may be held by now, and goes either way.
            return;
        }
        let reason = match error {
            IntakeError::Upload(_) => "submission-interrupted",
            IntakeError::Format => "unsupported-document-format",
            IntakeError::Password => "document-password-error",
            IntakeError::Mismatch | IntakeError::Empty => "document-format-error",
            _ => "aborted-by-system",
        };
        let reason = Keyword::parse(reason).expect("our own reasons are keywords");
        let now = self.clock.now();
        match self.store.abort_incoming(job, &reason, told, now).await {
            Ok(true) => info!(%job, "The document did not arrive whole; the job was aborted"),
            Ok(false) => {}
            Err(error) => {
                warn!(%job, %error, "An unfinished job could not be aborted now");
                self.arrivals.give_up(job);
            }
        }
    }

    /// Makes the document durable. One that needs a password is refused, where that is found out at once.
    async fn finish(
        &self,
        job: JobId,
        document: Arriving,
    ) -> Result<(Location, StoredDocument), IntakeError> {
        let is_suspect = document.encryption.is_seen();
        let key = is_suspect.then(|| document.key.clone());
        let (location, stored) = document.finish().await?;
        if let Some(key) = key
            && self.inspector.needs_password(&location, job, &key).await
        {
            doubts::remove(&self.spool, job, &location).await;
            return Err(IntakeError::Password);
        }
        Ok((location, stored))
    }

    /// Looks at the first bytes of the document and opens its place in the spool.
    async fn begin(
        &self,
        job: JobId,
        declared: Option<&str>,
        upload: &mut impl Source,
        share: &Share,
    ) -> Result<Arriving, IntakeError> {
        let mut begin: Vec<u8> = Vec::new();
        let mut rest = Bytes::new();
        while begin.len() < SIGNATURE_BYTES {
            match upload.next().await? {
                Some(bytes) if begin.is_empty() && bytes.len() >= SIGNATURE_BYTES => {
                    begin.extend_from_slice(&bytes[..SIGNATURE_BYTES]);
                    rest = bytes.slice(SIGNATURE_BYTES..);
                }
                Some(bytes) => begin.extend_from_slice(&bytes),
                None => break,
            }
        }
        if begin.is_empty() {
            return Err(IntakeError::Empty);
        }
        let kind = recognise(&begin).filter(|kind| TAKEN.contains(kind));
        let kind = kind.ok_or(IntakeError::Format)?;
        if !fits(declared, kind) {
            return Err(IntakeError::Mismatch);
        }
        let format = Keyword::parse(kind).expect("our own media types are keywords");
        let day = self.zone.accounting_day(self.clock.now());
        let (key, wrapped) = self.keys.new_document_key(job, day)?;
        let writer = self.spool.create(job, day, key.clone());
        let encryption = EncryptionHint::default();
        let wrapped_key = wrapped.into_bytes();
        let share = share.clone();
        let mut document = Arriving { writer, key, encryption, format, day, wrapped_key, share };
        document.write(&begin).await?;
        if !rest.is_empty() {
            document.write(&rest).await?;
        }
        Ok(document)
    }
}

/// What a notice says of a refusal, where the person does not read the answer.
fn told<S: Source>(_: &S, error: &IntakeError) -> Option<Refused> {
    if S::ANSWER_IS_SHOWN { None } else { error.told() }
}

/// What is here of a document after a moment.
enum Quick {
    /// All of it, durable.
    Whole(Location, StoredDocument),
    /// Its beginning.
    Arriving(Box<Arriving>),
}

/// A document on its way into the spool. Dropped before its end it leaves nothing.
#[derive(Debug)]
struct Arriving {
    writer: Writer,
    key: DocumentKey,
    encryption: EncryptionHint,
    format: Keyword,
    day: AccountingDay,
    wrapped_key: Vec<u8>,
    share: Share,
}

impl Arriving {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), IntakeError> {
        self.share.weigh(bytes.len())?;
        self.encryption.look(bytes);
        Ok(self.writer.write(bytes).await?)
    }

    async fn finish(self) -> Result<(Location, StoredDocument), IntakeError> {
        let stored = self.writer.finish().await?;
        let document = StoredDocument {
            format: self.format,
            size_bytes: i64::try_from(stored.size_bytes).unwrap_or(i64::MAX),
            sha256: stored.sha256,
            location: store::Location {
                kind: stored.location.kind().to_owned(),
                id: stored.location.id(),
            },
            day: self.day,
            wrapped_key: self.wrapped_key,
        };
        Ok((stored.location, document))
    }
}

/// The row of a job whose document is arriving: when its request breaks off half way, the sweeper aborts
/// it.
struct Row<'a> {
    arrivals: &'a Arrivals,
    job: Option<JobId>,
}

impl Row<'_> {
    fn leave(&mut self) {
        self.job = None;
    }
}

impl Drop for Row<'_> {
    fn drop(&mut self) {
        if let Some(job) = self.job {
            self.arrivals.give_up(job);
        }
    }
}
