//! Commits: each step of an attempt, and its end with the state, the ledger and the roll-up in one.

use std::time::Duration;

use print_core::job::{EndedBy, Printed};
use print_core::usage::Counted;
use print_core::{JobEvent, Keyword, Usage};
use std::sync::Arc;
use store::{ClaimRequest, EndAttempt, Ended, JobsToClaim, Stepped, StoreError};
use tracing::{error, info, warn};

use super::deliveries::Deliveries;
use super::live::{Progress, Wish};
use super::machine::Machine;
use super::rules::metering;
use super::rules::outcome::{End, Outcome, Reason};
use super::work::{Created, Verdict, Work};

/// Between two tries to commit while the database is busy or away.
const COMMIT_AGAIN: Duration = Duration::from_millis(250);

/// How often the end of an attempt is tried: a quarter of an hour. What is not committed then is settled
/// with the printer when the look for lost attempts comes by.
const END_TRIES_MAX: u32 = 3_600;

/// How often a step is tried: until a lease would have ended. Nothing may leave after that.
const STEP_TRIES_MAX: u32 = 100;

/// The most tries after one tap: the first, and one more when it provably printed nothing.
const TRIES_MAX: u8 = 2;

/// Nothing came out, by the printer's word or because it never had the document.
pub(super) const NOTHING: Usage =
    Usage { impressions_monochrome: 0, impressions_color: 0, sheets: 0, counted: Counted::Printer };

impl Deliveries {
    /// Commits one step. When somebody took the job away meanwhile, the step is kept and the job counts
    /// as cancelled from here.
    ///
    /// # Errors
    /// The verdict that ends the attempt for this process.
    pub(super) async fn step(&self, work: &Work, step: store::Step) -> Result<(), Verdict> {
        let claimed = &work.claimed;
        for _ in 0..STEP_TRIES_MAX {
            let at = self.parts.clock.now();
            match self.parts.store.step(claimed.attempt, claimed.fence, step.clone(), at).await {
                Ok(Stepped::Done) => {
                    self.parts.changes.job(work.job());
                    return Ok(());
                }
                Ok(Stepped::TakenAway) => {
                    info!(job.id = %work.job(), "The job was cancelled while it was handed over");
                    work.live.want(Wish::Stop);
                    return Ok(());
                }
                Ok(Stepped::LostFence) => return Err(Verdict::FenceLost),
                Err(error) if error.is_temporary() => {
                    warn!(job.id = %work.job(), %error, "A step waits for the database");
                    tokio::time::sleep(COMMIT_AGAIN).await;
                }
                Err(error) => {
                    error!(job.id = %work.job(), %error, "A step cannot be committed");
                    return Err(Verdict::LeftOpen);
                }
            }
        }
        Err(Verdict::LeftOpen)
    }

    /// Shows how far a job is to whoever looks.
    pub(super) fn show(&self, work: &Work, change: impl FnOnce(&mut Progress)) {
        if work.live.change(change) {
            self.parts.changes.job(work.job());
        }
    }

    /// Ends an attempt at a printer.
    pub(super) async fn finish(
        self: &Arc<Self>,
        machine: &Machine,
        work: &Work,
        verdict: Verdict,
        created: Created,
    ) {
        let color = machine.remembered().and_then(|facts| facts.color);
        self.end(work, verdict, created, color).await;
    }

    /// Ends an attempt of which no printer has anything to say.
    pub(super) async fn finish_without_printer(
        self: &Arc<Self>,
        work: &Work,
        verdict: Verdict,
        created: Created,
    ) {
        self.end(work, verdict, created, None).await;
    }

    async fn end(
        self: &Arc<Self>,
        work: &Work,
        verdict: Verdict,
        created: Created,
        printer_has_color: Option<bool>,
    ) {
        let mut end = end_of(&verdict);
        let mut booked = None;
        if let Some((event, usage)) = event(work, &verdict, created, printer_has_color) {
            let reason = reason_of(&verdict);
            match self.commit_end(work, event, usage, reason, self.goes_on(work, end)).await {
                Ok(Ended::Done(done)) => {
                    booked = done.booked.map(|_| usage);
                    info!(
                        job.id = %work.job(),
                        attempt.id = %work.claimed.attempt,
                        job.state = %done.state,
                        "An attempt ended: {end:?}"
                    );
                }
                Ok(Ended::AlreadyEnded | Ended::LostFence) => end = End::FenceLost,
                Err(error) => {
                    error!(job.id = %work.job(), %error, "The end of an attempt cannot be committed");
                    self.live.end(work.job(), &work.live);
                    return;
                }
            }
        }
        if verdict != Verdict::LeftOpen {
            self.tell(work, end, booked);
        }
        // The second try is claimed before anybody is told to look: a job that goes on is not over.
        self.try_again(work, end).await;
        self.live.end(work.job(), &work.live);
        self.cancel_late(work, end).await;
        self.parts.changes.job(work.job());
    }

    async fn commit_end(
        &self,
        work: &Work,
        event: JobEvent,
        usage: Usage,
        reason: Option<Reason>,
        goes_on: bool,
    ) -> Result<Ended, StoreError> {
        let claimed = &work.claimed;
        let reason = reason.and_then(keyword);
        let mut tries = 0;
        loop {
            let ended = self
                .parts
                .store
                .end_attempt(EndAttempt {
                    attempt: claimed.attempt,
                    fence: claimed.fence,
                    event,
                    usage,
                    at: self.parts.clock.now(),
                    reason: reason.clone(),
                    goes_on,
                })
                .await;
            match ended {
                Err(error) if error.is_temporary() && tries < END_TRIES_MAX => {
                    if tries == 0 {
                        warn!(job.id = %work.job(), %error, "The end of an attempt waits for the database");
                    }
                    tries += 1;
                    tokio::time::sleep(COMMIT_AGAIN).await;
                }
                other => return other,
            }
        }
    }

    fn tell(&self, work: &Work, end: End, usage: Option<Usage>) {
        let Some(printer) = work.claimed.job.printer else { return };
        (self.parts.observe)(&Outcome {
            job: work.job(),
            attempt: work.claimed.attempt,
            printer,
            end,
            usage,
            first_byte_after_claim: work.first_byte.get().copied(),
        });
    }

    /// A cancel that came while the end was committed had nobody left to obey it: the job would stay held,
    /// or even go out once more, although its owner was told that it is cancelled.
    async fn cancel_late(&self, work: &Work, end: End) {
        let is_unwanted = work.live.wish() == Some(Wish::Stop);
        if !is_unwanted || !matches!(end, End::HandedBack(_) | End::Ended(_)) {
            return;
        }
        let reason = Keyword::parse("job-canceled-by-user").expect("a registered keyword");
        let now = self.parts.clock.now();
        if let Err(error) = self.parts.store.cancel_job(work.job(), &reason, now).await {
            warn!(job.id = %work.job(), %error, "A job that its owner cancelled is still held");
        }
    }

    /// One more try by ourselves: only when nothing was printed, shortly after the tap, and for a reason
    /// that can be gone by now.
    fn goes_on(&self, work: &Work, end: End) -> bool {
        let End::HandedBack(reason) = end else { return false };
        let waited = self.parts.clock.now().micros_since(work.tap_at);
        let window = self.parts.settings.retry_window.as_micros();
        // A clock that went backwards proves no short wait.
        let recent = u128::try_from(waited).is_ok_and(|waited| waited <= window);
        let wanted = !work.live.is_cancelled() && work.claimed.job.printer.is_some();
        wanted && reason.may_pass() && work.tries < TRIES_MAX && recent && !self.is_stopping()
    }

    async fn try_again(self: &Arc<Self>, work: &Work, end: End) {
        let (End::HandedBack(reason), true) = (end, self.goes_on(work, end)) else { return };
        let Some(printer) = work.claimed.job.printer else { return };
        let now = self.parts.clock.now();
        let request = ClaimRequest {
            tap: None,
            // Whoever tapped there is told of its end, too.
            station: work.claimed.station,
            owner: work.claimed.job.owner,
            // Whose word it was: a delegate lets go what a delegate may, and the owner is told.
            member: work.claimed.delegate,
            jobs: JobsToClaim::List(vec![work.job()]),
            // It is the same word of its owner, who typed the PIN where there is one.
            proven: vec![work.job()],
            tickets: vec![(work.job(), work.claimed.ticket.clone())],
            keep: Vec::from_iter(work.claimed.keep.then(|| work.job())),
            again: Vec::new(),
            by_hand: true,
            named: vec![work.job()],
            printer,
            at: now,
            accounting_day: self.parts.zone.accounting_day(now),
            limit: 1,
            only_counted: false,
        };
        match self.parts.store.claim(request).await {
            Ok(release) => {
                for claimed in release.claimed {
                    info!(job.id = %work.job(), "A second try begins: nothing was printed ({reason:?})");
                    self.start_try(claimed, work.tap_at, work.tries + 1);
                }
            }
            Err(error) => {
                warn!(job.id = %work.job(), %error, "A second try could not be claimed");
            }
        }
    }
}

/// The reason as the attempt's row keeps it.
pub(super) fn keyword(reason: Reason) -> Option<Keyword> {
    Keyword::parse(reason.keyword()).ok()
}

/// What the database is told; `None`: nothing.
fn event(
    work: &Work,
    verdict: &Verdict,
    created: Created,
    printer_has_color: Option<bool>,
) -> Option<(JobEvent, Usage)> {
    let quote = work.claimed.job.pages.map(|pages| pages.usage(&work.claimed.ticket));
    let ticket = &work.claimed.ticket;
    let blanks = work.blanks();
    let whole = |report| metering::without_blanks(report, quote, blanks);
    let metered = |report| metering::usage(&whole(report), ticket, printer_has_color, quote);
    let completed = |report| metering::completed(&whole(report), ticket, printer_has_color, quote);
    let printed = |printed, by| JobEvent::End { printed, by };
    match (verdict, created) {
        (Verdict::FenceLost | Verdict::LeftOpen, _) => None,
        (Verdict::HandBack(_, EndedBy::Owner), Created::No | Created::MaybeSent) => {
            Some((JobEvent::Cancel, NOTHING))
        }
        (Verdict::HandBack(..), Created::No | Created::MaybeSent) => {
            Some((JobEvent::HandBack, NOTHING))
        }
        (Verdict::HandBack(_, by), Created::Yes) => Some((printed(Printed::Nothing, *by), NOTHING)),
        (Verdict::Completed(report), _) => Some((JobEvent::Finish, completed(report))),
        (Verdict::EndedEarly(report, _, by), _) => {
            Some((printed(Printed::SomeOrUnsaid, *by), metered(report)))
        }
        // No document was sent: whatever the printer says, there is no paper to look for.
        (Verdict::Unknown(_), Created::No) => Some((JobEvent::OutcomeUnknown, NOTHING)),
        (Verdict::Unknown(_), _) => Some((JobEvent::OutcomeUnknown, Usage::UNKNOWN)),
    }
}

fn end_of(verdict: &Verdict) -> End {
    match verdict {
        Verdict::HandBack(_, EndedBy::Owner) => End::Canceled,
        Verdict::HandBack(reason, _) => End::HandedBack(*reason),
        Verdict::Completed(_) => End::Completed,
        Verdict::EndedEarly(_, _, EndedBy::Owner) => End::Canceled,
        Verdict::EndedEarly(_, reason, _) => End::Ended(*reason),
        Verdict::Unknown(reason) => End::Unknown(*reason),
        Verdict::FenceLost | Verdict::LeftOpen => End::FenceLost,
    }
}

fn reason_of(verdict: &Verdict) -> Option<Reason> {
    match verdict {
        Verdict::HandBack(Reason::CanceledAfterTimeOut, _) => Some(Reason::CanceledAfterTimeOut),
        Verdict::HandBack(_, EndedBy::Owner) => Some(Reason::CanceledByOwner),
        Verdict::HandBack(reason, _)
        | Verdict::EndedEarly(_, reason, _)
        | Verdict::Unknown(reason) => Some(*reason),
        Verdict::Completed(_) | Verdict::FenceLost | Verdict::LeftOpen => None,
    }
}
