//! Asks the printer until it is clear what became of a job, and cancels it where the rule says so.

use std::time::{Duration, Instant};

use ipp_codec::registry::JobState;
use print_core::job::EndedBy;
use tracing::{info, warn};

use super::deliveries::Deliveries;
use super::live;
use super::machine::Machine;
use super::printer::job::JobReport;
use super::printer::operations::{OperationError, Which};
use super::rules::mishaps::fault_of_document;
use super::rules::outcome::Reason;
use super::rules::recovery::{Action, Answer, Evidence, LastCommit, decide, history_is_proven};
use super::steps::created;
use super::work::{AtPrinter, Created, Next, Open, Verdict, Work, is_our_name};

/// Between two requests to cancel the same job.
const CANCEL_AGAIN: Duration = Duration::from_secs(2);

/// What was asked of the printer while a job is settled.
struct Asking {
    since: Instant,
    pause: Duration,
    cancelled_at: Option<Instant>,
    /// The first request to cancel, or the last time the job moved after it.
    cancel_moved_at: Option<Instant>,
    seen: Option<(JobState, Option<u32>)>,
}

impl Deliveries {
    /// Settles an attempt whose fate only the printer knows.
    pub(super) async fn settle(&self, machine: &Machine, work: &Work, mut open: Open) -> Next {
        let mut asking = Asking {
            since: Instant::now(),
            pause: self.parts.settings.poll_min,
            cancelled_at: None,
            cancel_moved_at: None,
            seen: None,
        };
        loop {
            if open.last == LastCommit::Intent
                && let Ok((facts, _)) = machine.look(self.kept()).await
                && !facts.makes_jobs_first()
            {
                open.last = LastCommit::IntentWithDocument;
            }
            let answer = self.answer(machine, work, &open, asking.since).await;
            if let Answer::Job(report) = &answer
                && open.at.is_none()
            {
                match self.commit_found(work, report).await {
                    Ok(at) => open.at = Some(at),
                    Err(next) => return next,
                }
            }
            match self.act(machine, work, &open, &answer, &mut asking).await {
                Some(next) => return next,
                None => {
                    tokio::time::sleep(asking.pause).await;
                    asking.pause = self.parts.settings.longer(asking.pause);
                }
            }
        }
    }

    /// Does what the rule says; `None`: ask again.
    async fn act(
        &self,
        machine: &Machine,
        work: &Work,
        open: &Open,
        answer: &Answer,
        asking: &mut Asking,
    ) -> Option<Next> {
        let created = match (&open.at, open.last) {
            (Some(_), _) => Created::Yes,
            (None, LastCommit::IntentWithDocument) => Created::MaybeSent,
            (None, _) => Created::No,
        };
        let by = ended_by(work, open);
        let verdict = match (decide(open.last, answer), answer) {
            (Action::AskAgain, _) => return None,
            (Action::CancelFirst, Answer::Job(report)) => {
                let given_up = self.cancel_again(machine, work, report, asking).await;
                if !given_up {
                    return None;
                }
                match open.last {
                    // Nothing can come out of a job without a document.
                    LastCommit::Intent | LastCommit::CreatedUnsent => {
                        Verdict::HandBack(open.why, by)
                    }
                    _ => Verdict::Unknown(Reason::CancelUnconfirmed),
                }
            }
            (Action::Watch, _) => match &open.at {
                Some(at) => return Some(Next::Watch(at.clone())),
                None => return None,
            },
            (Action::HandBack, Answer::Job(report)) => Verdict::HandBack(why(open, report), by),
            (Action::HandBack, _) => Verdict::HandBack(open.why, by),
            (Action::Complete, Answer::Job(report)) => Verdict::Completed(report.clone()),
            (Action::EndedEarly, Answer::Job(report)) => {
                Verdict::EndedEarly(report.clone(), why(open, report), by)
            }
            (Action::Unknown(reason), _) => Verdict::Unknown(reason),
            // The rule gives these only for an answer with a job in it.
            (Action::CancelFirst | Action::Complete | Action::EndedEarly, _) => return None,
        };
        info!(job.id = %work.job(), "An open attempt was settled: {:?} gave {verdict:?}", open.last);
        Some(Next::End(verdict, created))
    }

    /// Asks for the job's end, not more often than a printer can follow. True: it does not listen.
    async fn cancel_again(
        &self,
        machine: &Machine,
        work: &Work,
        report: &JobReport,
        asking: &mut Asking,
    ) -> bool {
        self.show(work, |progress| progress.step = live::Step::Canceling);
        let now = Instant::now();
        let seen = Some((report.state, report.impressions_reported()));
        let moved_at = *asking.cancel_moved_at.get_or_insert(now);
        if asking.seen != seen {
            asking.seen = seen;
            asking.cancel_moved_at = Some(now);
        } else if now.duration_since(moved_at) >= self.parts.settings.cancel_confirmed {
            return true;
        }
        if asking.cancelled_at.is_none_or(|at| now.duration_since(at) >= CANCEL_AGAIN) {
            asking.cancelled_at = Some(now);
            asking.pause = self.parts.settings.poll_min;
            if let Err(error) = machine.client.cancel_job(report.id).await {
                warn!(job.id = %work.job(), %error, "The printer did not take Cancel-Job");
            }
        }
        false
    }

    /// The job was found by its name: its number is committed before anything is done about it.
    async fn commit_found(&self, work: &Work, report: &JobReport) -> Result<AtPrinter, Next> {
        let at = AtPrinter {
            id: report.id,
            uuid: report.uuid.clone(),
            up_time: report.up_time,
            name: work.job_name(),
        };
        match self.step(work, created(&at, work.blanks())).await {
            Ok(()) => Ok(at),
            Err(verdict) => Err(Next::End(verdict, Created::No)),
        }
    }

    /// Asks the printer once.
    async fn answer(&self, machine: &Machine, work: &Work, open: &Open, since: Instant) -> Answer {
        let asked = match &open.at {
            Some(at) => self.ask_by_number(machine, at).await,
            None => self.ask_by_name(machine, work).await,
        };
        asked.unwrap_or_else(|error| {
            let given_up = since.elapsed() >= self.parts.settings.silent;
            if given_up {
                warn!(job.id = %work.job(), %error, "The printer could not be asked about a job");
            }
            Answer::Unreachable { given_up }
        })
    }

    /// What the printer says about a job whose number is known.
    pub(super) async fn ask_by_number(
        &self,
        machine: &Machine,
        at: &AtPrinter,
    ) -> Result<Answer, OperationError> {
        match machine.client.job_report(at.id).await? {
            Some(report) if at.is_before_reset(report.up_time) => Ok(Answer::Reset),
            Some(report) if at.is_in(&report) => Ok(Answer::Job(report)),
            _ => {
                let condition = machine.client.printer_condition().await?;
                let reset = at.is_before_reset(condition.up_time);
                Ok(if reset { Answer::Reset } else { Answer::NotFound })
            }
        }
    }

    /// What the printer says about a job of which only the name is known. The jobs still to be done are
    /// read first: one that ends between the two lists is then in the second.
    async fn ask_by_name(&self, machine: &Machine, work: &Work) -> Result<Answer, OperationError> {
        let mut listed = machine.client.jobs(Which::NotCompleted).await?;
        listed.extend(machine.client.jobs(Which::Completed).await?);
        let name = work.job_name();
        if let Some(found) = listed.iter().rposition(|job| job.name.as_ref() == Some(&name)) {
            return Ok(Answer::Job(listed.swap_remove(found)));
        }
        let up_time = machine.client.printer_condition().await?.up_time;
        let waited = self.parts.clock.now().micros_since(work.claimed.claimed_at);
        let seconds_since_intent = waited.div_euclid(1_000_000);
        let evidence = Evidence { up_time, seconds_since_intent, listed: &listed };
        let ours = |job: &JobReport| job.name.as_deref().is_some_and(is_our_name);
        let proven = history_is_proven(&evidence, ours);
        Ok(if proven { Answer::NeverHadIt } else { Answer::NotFound })
    }
}

/// Whose word the end is: paper that came out before its owner left, or went elsewhere, is no riddle.
fn ended_by(work: &Work, open: &Open) -> EndedBy {
    match work.live.wish() {
        Some(wish) => wish.by(),
        None if open.why == Reason::OwnerAbsent => EndedBy::OwnersAbsence,
        None => EndedBy::Printer,
    }
}

/// The most telling reason: what the printer says about the document, else what broke.
fn why(open: &Open, report: &JobReport) -> Reason {
    fault_of_document(&report.reasons).unwrap_or(open.why)
}
