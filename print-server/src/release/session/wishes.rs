//! What somebody wants to be different at the screen: options, keeping, once more, deleting; and what is not
//! theirs, or does not go here.

use print_core::price::price;
use print_core::{JobId, JobState, Keyword, PrinterId, Timestamp};
use station_protocol::{Id, JobOptions, JobPin, Line, Pin, Sentence, ServerMessage};
use store::{AuditEvent, Cancelled, JobRecord, Opener, Printer, StoreError};
use texts::numbers;
use texts::sentences::WishRefusal;
use tokio::time::Instant;
use tracing::{info, warn};

use super::{ReleaseError, Session};
use crate::release::options::{is_encrypted, wanted};
use crate::release::word::Wishes;

impl Session {
    /// How the chosen jobs are to be had at this printer. What is said of jobs that are not this person's to
    /// take is passed over: they are not let go.
    pub(super) async fn wishes(
        &self,
        printer: PrinterId,
        chosen: &[JobId],
        options: &[JobOptions],
    ) -> Result<Wishes, ReleaseError> {
        let mut wishes = Wishes { by_hand: true, ..Wishes::default() };
        for wish in options {
            let job: JobId = wish.job.parse().map_err(|_| ReleaseError::NotHere)?;
            if !chosen.contains(&job) {
                continue;
            }
            wishes.named.push(job);
            let changes = JobOptions { again: None, ..wish.clone() };
            let is_as_it_is = changes == JobOptions::of(wish.job.clone());
            if is_as_it_is && wish.again.is_none() {
                continue;
            }
            let Some(record) = self.may_take(job).await? else { continue };
            // What others pay for is taken once, as it is.
            if record.owner != self.owner() {
                return Err(ReleaseError::Unfit(WishRefusal::AsItIs));
            }
            if !is_as_it_is {
                let ticket = self.ticket(&record, wish, printer).await?;
                if ticket != record.ticket {
                    wishes.tickets.push((job, ticket));
                }
            }
            wishes.keep.extend(wish.keep.then_some(job));
            wishes.again.extend(wish.again.map(|shown| (job, Timestamp::from_micros(shown))));
        }
        Ok(wishes)
    }

    async fn ticket(
        &self,
        job: &JobRecord,
        wish: &JobOptions,
        printer: PrinterId,
    ) -> Result<print_core::Ticket, ReleaseError> {
        let printer = self.printer(printer).await?;
        let format = job.document_format.as_ref().map_or("", Keyword::as_str);
        wanted(&job.ticket, wish, &printer, format, job.pages).map_err(ReleaseError::Unfit)
    }

    async fn printer(&self, printer: PrinterId) -> Result<Printer, StoreError> {
        match self.printers.iter().find(|known| known.id == printer) {
            Some(known) => Ok(known.clone()),
            None => self.parts.store.printer(printer).await,
        }
    }

    /// What a job would cost as it is wanted, or why it is not possible so.
    ///
    /// # Errors
    /// [`ReleaseError::NotHere`] for a printer that is not beside the station,
    /// [`ReleaseError::Unfit`] for a job that is not this person's.
    pub async fn price(
        &mut self,
        printer: &Id,
        options: &JobOptions,
    ) -> Result<ServerMessage, ReleaseError> {
        self.touched = Instant::now();
        let printer = self.printer_here(printer)?;
        let job = options.job.parse().map_err(|_| ReleaseError::NotHere)?;
        let record = self.may_take(job).await?.filter(|record| record.owner == self.owner());
        let record = record.ok_or(ReleaseError::Unfit(WishRefusal::NotYours))?;
        let (price, refused) = match self.ticket(&record, options, printer).await {
            Ok(ticket) => {
                let today = self.parts.zone.accounting_day(self.parts.clock.now());
                let prices = self.parts.store.price_list_on(today).await?;
                let amount = prices.zip(record.pages).map(|((_, prices), pages)| {
                    price(&pages.usage(&ticket), &prices).rounded_hundredths()
                });
                (amount.map(|amount| Line::cut(numbers::money(amount, self.language))), None)
            }
            Err(ReleaseError::Unfit(why)) => {
                (None, Some(Sentence::cut(why.sentence(self.language))))
            }
            Err(error) => return Err(error),
        };
        let (tap, options) = (self.open.tap, options.clone());
        Ok(ServerMessage::Quote { tap, options, price, refused })
    }

    /// The owner wants a held job of theirs to be gone. One that goes only with a PIN is deleted only with it, too.
    ///
    /// # Errors
    /// [`ReleaseError::Unfit`] when it is not theirs, or is held no longer; [`ReleaseError::Pin`].
    pub async fn delete(&mut self, id: &Id, pin: Option<&Pin>) -> Result<(), ReleaseError> {
        self.touched = Instant::now();
        let job: JobId = id.parse().map_err(|_| ReleaseError::NotHere)?;
        self.check_standing(std::time::Duration::ZERO).await?;
        let record = self.may_take(job).await?.filter(|record| record.owner == self.owner());
        let record = record.ok_or(ReleaseError::Unfit(WishRefusal::NotYours))?;
        if record.state != JobState::Held {
            return Err(ReleaseError::Unfit(WishRefusal::Gone));
        }
        let typed = pin.map(|pin| JobPin { job: id.clone(), pin: pin.clone() });
        self.prove_for_deletion(&record, typed.as_slice()).await?;
        let reason = Keyword::parse("job-canceled-by-user").expect("a registered keyword");
        let now = self.parts.clock.now();
        let cancelled = self.parts.store.cancel_job(job, &reason, now).await?;
        if cancelled != Cancelled::Done {
            return Err(ReleaseError::Unfit(WishRefusal::Gone));
        }
        info!(job.id = %job, "A job was deleted at a station");
        self.write_down("job-delete", job, "deleted").await;
        self.parts.changes.job(job);
        Ok(())
    }

    /// Whoever chose what is not theirs, or what must not go to this printer, or is not there any more, is told
    /// so: each chosen job is either on its way or refused.
    pub(super) async fn refuse_unfit(
        &self,
        printer: PrinterId,
        chosen: &[JobId],
        wishes: &Wishes,
    ) -> Result<(), ReleaseError> {
        let has_word = |job: &JobId| {
            self.counting.contains(*job) || self.tracked.iter().any(|tracked| tracked.job == *job)
        };
        let Some(job) = chosen.iter().find(|job| !has_word(job)) else { return Ok(()) };
        let Some(record) = self.may_take(*job).await? else {
            warn!(job.id = %job, "Somebody chose a job that is not theirs to take");
            self.write_down("job-choose", *job, "refused: not theirs").await;
            return Err(ReleaseError::Unfit(WishRefusal::NotYours));
        };
        let is_once_more = wishes.again.iter().any(|(again, _)| again == job);
        let is_out = record.state == JobState::Completed;
        let waits = record.state == JobState::Held || is_out && is_once_more;
        if waits && self.parts.rules.is_confidential(&record) {
            let printer = self.parts.store.printer(printer).await?;
            if !is_encrypted(&printer) {
                return Err(ReleaseError::Unfit(WishRefusal::NotEncrypted));
            }
        }
        let is_named = wishes.named.contains(job);
        let why = match waits && !is_named && self.parts.rules.is_to_be_named(&record) {
            true => WishRefusal::ToBeNamed,
            false => WishRefusal::Gone,
        };
        Err(ReleaseError::Unfit(why))
    }

    /// The job, when this person may take it with this card.
    pub(super) async fn may_take(&self, job: JobId) -> Result<Option<JobRecord>, StoreError> {
        let record = match self.parts.store.job(job).await {
            Ok(record) => record,
            Err(StoreError::NotFound) => return Ok(None),
            Err(error) => return Err(error),
        };
        let is_fetched = || {
            // The PIN that a queue demands is its owner's.
            self.delegations.opens(&record, &self.parts.rules).is_some()
                && !self.own_pin.is_demanded_for(&record)
        };
        let is_theirs =
            record.owner == self.owner() || self.machines.opens(&record).is_some() || is_fetched();
        // A card that somebody else added opens nothing older, and tries no PIN of it.
        let opens = is_theirs
            && match self.open.opener {
                Opener::Card(card) => self.parts.store.card_opens(card, record.created_at).await?,
                Opener::Code(_) => true,
            };
        Ok(Some(record).filter(|_| opens))
    }

    pub(super) async fn write_down(&self, event: &str, job: JobId, outcome: &str) {
        let event = AuditEvent {
            at: self.parts.clock.now(),
            actor: format!("person:{}", self.open.person.id),
            event: event.into(),
            object: format!("job:{job}"),
            outcome: outcome.into(),
            detail: serde_json::json!({ "station": self.open.station.id.to_string() }),
        };
        if let Err(error) = self.parts.store.append_audit(&event).await {
            warn!(%error, outcome, "An audit event could not be kept");
        }
    }
}
