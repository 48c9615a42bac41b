//! One started job, followed until its outcome is told.

use print_core::{AttemptId, JobId, JobState, PrinterId, TimeZone};
use station_protocol::{
    Id, JobProgress, JobStage, Line, Outcome, OutcomeKind, Sentence, Standing, WaitsFor,
};
use store::{AttemptRecord, AttemptState, StoreError};
use texts::{Language, numbers, sentences};

use super::ReleaseParts;
use super::nearest::{self, Nearest};
use crate::delivery::{Progress, Step};

/// A job that this session let go.
#[derive(Debug)]
pub struct Tracked {
    /// The job.
    pub job: JobId,
    attempt: AttemptId,
    /// Where it goes.
    pub printer: PrinterId,
    nearest: Nearest,
    told: Option<JobProgress>,
    /// Whether its outcome was told.
    pub over: bool,
}

/// What is new of a started job.
#[derive(Debug)]
pub enum News {
    /// Nothing.
    None,
    /// It moved.
    Moved(JobProgress),
    /// It is over.
    Over(Outcome),
}

impl Tracked {
    /// A job that was just claimed, or was claimed earlier under the same tap.
    #[must_use]
    pub fn new(job: JobId, attempt: AttemptId, printer: PrinterId) -> Self {
        let (nearest, told) = (Nearest::default(), None);
        Self { job, attempt, printer, nearest, told, over: false }
    }

    /// Has it told again how far the job is.
    pub fn tell_again(&mut self) {
        self.told = None;
        self.over = false;
    }

    /// Reads what became of the job. `here`: the printers beside the station.
    pub async fn news(
        &mut self,
        parts: &ReleaseParts,
        here: &[PrinterId],
        language: Language,
    ) -> Result<News, StoreError> {
        // Read before the attempt: between the end of one and the claim of its second try the job looks
        // as if it were over, and is still under way.
        let live = parts.deliveries.progress(self.job);
        let attempt = self.newest_attempt(parts).await?;
        if attempt.ended_at.is_some() && live.is_some() {
            return Ok(News::None);
        }
        if attempt.ended_at.is_some() {
            let outcome = outcome(parts, &attempt, language).await?;
            self.over = true;
            return Ok(News::Over(outcome));
        }
        let mut progress = progress(self.job, &attempt, live.as_ref(), language);
        if !here.contains(&self.printer) {
            progress.standing.at = Some(Line::cut(parts.store.printer(self.printer).await?.name));
        }
        let is_held_up = matches!(progress.state, JobStage::Stopped { .. })
            || progress.standing.waits_for.is_some()
            || progress.standing.asks_where;
        if is_held_up {
            progress.standing.nearest = self.nearest.of(parts, self.printer, language).await;
        }
        if self.told.as_ref() == Some(&progress) {
            return Ok(News::None);
        }
        self.told = Some(progress.clone());
        Ok(News::Moved(progress))
    }

    /// The attempt that is followed: when we tried once more ourselves, that one.
    async fn newest_attempt(&mut self, parts: &ReleaseParts) -> Result<AttemptRecord, StoreError> {
        let attempt = parts.store.attempt(self.attempt).await?;
        if attempt.ended_at.is_none() {
            return Ok(attempt);
        }
        let newest = parts.store.attempts_of_job(self.job).await?.into_iter().next();
        match newest {
            Some(newest) if newest.id != self.attempt && newest.printer == self.printer => {
                self.attempt = newest.id;
                Ok(newest)
            }
            _ => Ok(attempt),
        }
    }
}

/// What a job says of itself while its printer stands still (RFC 8011 section 5.3.8).
const STANDS_STILL: [&str; 3] =
    ["printer-stopped", "printer-stopped-partly", "resources-are-not-ready"];

/// Of all that printer and job say, why it stands still: the job knows only that it does. Of several
/// equally bad reasons, the first.
fn most_telling<'a>(reasons: &[&'a str]) -> Option<&'a str> {
    let said = reasons.iter().copied().filter(|reason| !matches!(*reason, "" | "none"));
    let rank = |reason: &&str| {
        let of_the_job = reason.starts_with("job-");
        let says_why = !STANDS_STILL.contains(reason) && !of_the_job;
        (says_why, !of_the_job, sentences::severity(reason).1)
    };
    said.rev().max_by_key(rank)
}

fn progress(
    job: JobId,
    attempt: &AttemptRecord,
    live: Option<&Progress>,
    language: Language,
) -> JobProgress {
    let stopped = |reasons: &[&str]| {
        let reason = most_telling(reasons).unwrap_or("other");
        let reason = Sentence::cut(sentences::printer_state_reason(reason, language));
        JobStage::Stopped { reason }
    };
    let stored: Vec<&str> = attempt.reasons.split([',', ' ']).collect();
    let state = match (live.map(|live| live.step), attempt.state) {
        (Some(Step::Stopped), _) => {
            let reasons = live.map_or(&[][..], |live| &live.reasons);
            stopped(&reasons.iter().map(print_core::Keyword::as_str).collect::<Vec<_>>())
        }
        (_, _) if attempt.job_state == JobState::Stopped => stopped(&stored),
        (Some(Step::Sending), _) | (None, AttemptState::Created) => JobStage::Sending,
        (Some(Step::Printing | Step::Canceling), _) | (None, AttemptState::Sent) => {
            JobStage::Printing
        }
        _ => JobStage::Waiting,
    };
    let stored = u32::try_from(attempt.impressions).ok().filter(|count| *count > 0);
    let impressions = live.and_then(|live| live.impressions).or(stored);
    let waits_for = match (&state, live.map(|live| live.step)) {
        (JobStage::Waiting, Some(Step::Waking)) => Some(WaitsFor::Waking),
        (JobStage::Waiting, Some(Step::Busy)) => Some(WaitsFor::Busy),
        _ => None,
    };
    let asks_where = live.is_some_and(|live| live.offer_cancel);
    let standing = Standing { waits_for, asks_where, ..Standing::default() };
    JobProgress { job: Id::cut(job.to_string()), state, impressions, standing }
}

async fn outcome(
    parts: &ReleaseParts,
    attempt: &AttemptRecord,
    language: Language,
) -> Result<Outcome, StoreError> {
    let job = parts.store.job(attempt.job).await?;
    let printer = parts.store.printer(attempt.printer).await?.name;
    let entries = parts.store.entries_of_job(attempt.job).await?;
    let booked = entries.iter().find(|entry| entry.src.contains(&attempt.id.to_string()));
    let reason = attempt.reasons.split([',', ' ']).next().unwrap_or_default();
    // The mark of an earlier try stays on the job, and says nothing about this one.
    let uncertain = job.uncertain.as_ref().filter(|uncertain| {
        let of_this =
            uncertain.printer == attempt.printer && Some(uncertain.at) == attempt.ended_at;
        job.state == JobState::Held && of_this
    });
    let (kind, sentence) = match (attempt.state, job.state, uncertain) {
        (AttemptState::Done, ..) => {
            let known = booked.filter(|entry| entry.usage.counted != print_core::Counted::Unknown);
            let impressions = known.map(|entry| entry.usage.impressions());
            let sheets = known.map(|entry| entry.usage.sheets);
            let printed = sentences::Outcome::Printed { printer: &printer, impressions, sheets };
            (OutcomeKind::Printed, printed.sentence(language))
        }
        (_, JobState::Canceled, _) => {
            (OutcomeKind::Canceled, sentences::Outcome::Canceled.sentence(language))
        }
        (_, _, Some(uncertain)) => {
            let at = clock_time(&parts.zone, uncertain.at);
            let outcome = sentences::Outcome::MayHavePrinted { printer: &printer, at: &at };
            (OutcomeKind::Uncertain, outcome.sentence(language))
        }
        _ => {
            let outcome = sentences::Outcome::NotPrinted { printer: &printer, reason };
            let mut sentence = outcome.sentence(language);
            if nearest::is_not_free(reason)
                && let Some(nearest) = nearest::find(parts, attempt.printer, language).await
            {
                sentence = format!("{sentence} {nearest}");
            }
            (OutcomeKind::Held, sentence)
        }
    };
    let priced = booked.filter(|entry| entry.amount != print_core::Amount::ZERO);
    let amount = priced.map(|entry| numbers::money(entry.amount.rounded_hundredths(), language));
    Ok(Outcome {
        job: Id::cut(attempt.job.to_string()),
        kind,
        sentence: Sentence::cut(sentence),
        amount: amount.map(Line::cut),
    })
}

/// What is told of a job that waited for its count, and that this session did not let go after all.
pub async fn not_let_go(
    parts: &ReleaseParts,
    job: JobId,
    printer: PrinterId,
    language: Language,
) -> Result<Outcome, StoreError> {
    let (kind, sentence) = if parts.store.job(job).await?.state == JobState::Canceled {
        (OutcomeKind::Canceled, sentences::Outcome::Canceled.sentence(language))
    } else {
        let printer = parts.store.printer(printer).await?.name;
        let outcome = sentences::Outcome::NotPrinted { printer: &printer, reason: "" };
        (OutcomeKind::Held, outcome.sentence(language))
    };
    let job = Id::cut(job.to_string());
    Ok(Outcome { job, kind, sentence: Sentence::cut(sentence), amount: None })
}

fn clock_time(zone: &TimeZone, at: print_core::Timestamp) -> String {
    zone.clock_time(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_printer_is_told_by_the_reason_that_helps() {
        for (reasons, wanted) in [
            (&["printer-stopped", "media-jam-error"][..], Some("media-jam-error")),
            (
                &["resources-are-not-ready", "toner-low", "media-empty-error"],
                Some("media-empty-error"),
            ),
            (&["job-printing", "printer-stopped"], Some("printer-stopped")),
            (&["media-empty-error", "media-needed"], Some("media-empty-error")),
            (&["none", ""], None),
        ] {
            assert_eq!(most_telling(reasons), wanted, "{reasons:?}");
        }
    }
}
