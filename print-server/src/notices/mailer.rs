//! Sends the mail that waits. It has a task of its own and takes rows that are committed, so that neither a
//! slow nor a dead mail server is ever felt by a job.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::try_join_all;
use print_core::{Clock, Timestamp};
use store::{MailEnd, MailToSend, Store, StoreError};
use tokio::sync::watch;
use tracing::{info, warn};

use super::letter::Letterhead;
use super::transport::{NotSent, Transport};
use crate::metrics::Metrics;

/// How often the outbox is looked into.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Mails taken at once.
const BATCH: u32 = 30;
/// Nobody else takes a mail in this time: longer than a batch can last when each mail needs its deadline.
const LEASE_SECONDS: i64 = 15 * 60;
/// The pause after the first failed try; it doubles with each one.
const PAUSE_SECONDS: i64 = 60;
/// The longest pause: so late at most a mail is tried after its server has come back.
const PAUSE_SECONDS_MAX: i64 = 15 * 60;
/// A mail that could not be sent in three days is no news any more.
const GIVEN_UP_AFTER_SECONDS: i64 = 3 * 24 * 3_600;

/// What the mailer needs.
#[derive(Debug)]
pub struct MailerParts {
    /// Rows.
    pub store: Store,
    /// The way to the mail server.
    pub transport: Transport,
    /// What stands in every mail.
    pub letterhead: Letterhead,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Counters.
    pub metrics: Arc<Metrics>,
}

/// Sends notices.
#[derive(Debug)]
pub struct Mailer {
    parts: MailerParts,
    stop: watch::Receiver<bool>,
}

/// What becomes of the rest of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Going {
    On,
    /// The mail server is down: no other mail is tried before its time.
    Down,
    /// We are stopping.
    Stopping,
}

impl Mailer {
    /// A mailer that goes on until `stop` says otherwise.
    #[must_use]
    pub fn new(parts: MailerParts, stop: watch::Receiver<bool>) -> Self {
        Self { parts, stop }
    }

    /// Sends until the server stops. A mail that is being sent then is sent to its end.
    pub async fn run(self) {
        let mut stop = self.stop.clone();
        while !*stop.borrow() {
            let taken = match self.round().await {
                Ok(taken) => taken,
                Err(error) => {
                    warn!(%error, "The outbox of notices could not be read or written");
                    0
                }
            };
            if taken == 0 {
                tokio::select! {
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    _ = stop.wait_for(|stopping| *stopping) => {}
                }
            }
        }
    }

    /// Takes one batch of the mail that is due and tries to send it. Answers how much was taken.
    ///
    /// # Errors
    /// What the store answers; mail that was taken is tried again when its lease has ended.
    pub async fn round(&self) -> Result<usize, StoreError> {
        let MailerParts { store, clock, metrics, .. } = &self.parts;
        metrics.mails_waiting(store.mail_waiting().await?);
        let now = clock.now();
        if store.next_mail().await?.is_none_or(|due| due > now) {
            return Ok(0);
        }
        let mails = store.take_mail(now, now.plus_seconds(LEASE_SECONDS), BATCH).await?;
        let mut going = Going::On;
        let mut rest = mails.iter();
        for mail in rest.by_ref() {
            going = self.try_one(mail).await?;
            if going == Going::On && *self.stop.borrow() {
                going = Going::Stopping;
            }
            if going != Going::On {
                break;
            }
        }
        let later = rest.map(|mail| match going {
            Going::Stopping => self.end(mail, MailEnd::Later(now)),
            _ => self.end(mail, self.later(mail)),
        });
        try_join_all(later).await?;
        Ok(mails.len())
    }

    async fn try_one(&self, mail: &MailToSend) -> Result<Going, StoreError> {
        let (end, going) = match self.send(mail).await? {
            Ok(()) => (MailEnd::Sent, Going::On),
            Err(NotSent::Never(reason)) => {
                warn!(notice.id = %mail.id, reason, "A notice is not sent by mail");
                (MailEnd::GivenUp, Going::On)
            }
            Err(NotSent::NotNow(reason)) => {
                info!(notice.id = %mail.id, reason, "A notice is sent later");
                (self.later(mail), Going::On)
            }
            Err(error @ NotSent::Down(_)) => {
                warn!(%error, "Notices are sent later");
                (self.later(mail), Going::Down)
            }
        };
        self.end(mail, end).await?;
        Ok(going)
    }

    async fn send(&self, mail: &MailToSend) -> Result<Result<(), NotSent>, StoreError> {
        let never = |reason: &str| Ok(Err(NotSent::Never(reason.into())));
        if self.now().micros_since(mail.at) > GIVEN_UP_AFTER_SECONDS * 1_000_000 {
            return never("it is too old");
        }
        let person = match self.parts.store.person(mail.person).await {
            Err(StoreError::NotFound) => return never("the person is gone"),
            person => person?,
        };
        if person.disabled {
            return never("the person has left");
        }
        match self.parts.letterhead.letter(mail, &person) {
            Some(letter) => Ok(self.parts.transport.send(letter).await),
            None => never("the person has no address that can be written to"),
        }
    }

    /// When the mail is tried again after this try.
    fn later(&self, mail: &MailToSend) -> MailEnd {
        let doublings = mail.attempt.clamp(1, 10) - 1;
        let pause = (PAUSE_SECONDS << doublings).min(PAUSE_SECONDS_MAX);
        MailEnd::Later(self.now().plus_seconds(pause))
    }

    async fn end(&self, mail: &MailToSend, end: MailEnd) -> Result<(), StoreError> {
        self.parts.metrics.mail_tried(end);
        self.parts.store.end_mail(mail, end, self.now()).await.map(drop)
    }

    fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }
}
