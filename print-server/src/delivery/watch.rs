//! Follows a job that the printer has, until it is really out or really ended.

use std::time::{Duration, Instant};

use ipp_codec::registry::JobState;
use print_core::Keyword;
use print_core::job::EndedBy;
use tracing::{info, warn};

use super::deliveries::Deliveries;
use super::live;
use super::machine::Machine;
use super::printer::facts::Condition;
use super::printer::job::JobReport;
use super::rules::mishaps::fault_of_document;
use super::rules::outcome::Reason;
use super::rules::recovery::Answer;
use super::rules::stops::{Patience, Rule, has_stopped, is_waiting};
use super::work::{AtPrinter, Verdict, Work};

/// Between two requests to cancel the same job.
const CANCEL_AGAIN: Duration = Duration::from_secs(2);

/// How often at most the printed sides are written down: each time is a durable commit.
const WRITE_PROGRESS: Duration = Duration::from_secs(1);

/// A job that has not moved for this long, or has stopped, lets its printer be asked how it is.
const STILL: Duration = Duration::from_millis(500);

/// What is known of a job while it is followed.
struct Watching {
    pause: Duration,
    /// The last answer that could be read.
    heard_at: Instant,
    seen: Option<(JobState, Option<u32>, Vec<Keyword>)>,
    moved_at: Instant,
    /// Since when it stands still.
    stopped_at: Option<Instant>,
    /// Whether the database says that the printer has stopped.
    stop_written: bool,
    written_at: Option<Instant>,
    /// Who wanted it cancelled and why, and when that was last said to the printer.
    cancel: Option<(EndedBy, Reason, Instant)>,
    cancel_moved_at: Option<Instant>,
}

impl Deliveries {
    /// Follows the job to its end. `stopped`: the database says that the printer had stopped with it.
    pub(super) async fn watch(
        &self,
        machine: &Machine,
        work: &Work,
        at: &AtPrinter,
        stopped: bool,
    ) -> Verdict {
        let now = Instant::now();
        let mut watching = Watching {
            pause: self.parts.settings.poll_min,
            heard_at: now,
            seen: None,
            moved_at: now,
            stopped_at: None,
            stop_written: stopped,
            written_at: None,
            cancel: None,
            cancel_moved_at: None,
        };
        loop {
            let verdict = match self.ask_by_number(machine, at).await {
                Err(error) => {
                    let silent = watching.heard_at.elapsed() >= self.parts.settings.silent;
                    silent.then(|| {
                        warn!(job.id = %work.job(), %error, "The printer is silent about a job");
                        Verdict::Unknown(Reason::ConnectionLost)
                    })
                }
                Ok(Answer::Job(report)) => self.heard(machine, work, &report, &mut watching).await,
                Ok(Answer::Reset) => Some(Verdict::Unknown(Reason::PrinterReset)),
                Ok(_) => Some(Verdict::Unknown(Reason::PrinterForgot)),
            };
            if let Some(verdict) = verdict {
                return verdict;
            }
            self.pause(work, &mut watching).await;
        }
    }

    /// Waits for the next question, and no longer than until the owner cancels.
    async fn pause(&self, work: &Work, watching: &mut Watching) {
        let cancel_is_news = watching.cancel.is_none();
        tokio::select! {
            () = tokio::time::sleep(watching.pause) => {}
            _ = work.live.cancelled(), if cancel_is_news => {}
        }
        watching.pause = self.parts.settings.longer(watching.pause);
    }

    /// Takes in one report; a verdict when it is the last.
    async fn heard(
        &self,
        machine: &Machine,
        work: &Work,
        report: &JobReport,
        watching: &mut Watching,
    ) -> Option<Verdict> {
        watching.heard_at = Instant::now();
        let seen = (report.state, report.impressions_reported(), report.reasons.clone());
        let moved = watching.seen.as_ref() != Some(&seen);
        if moved {
            watching.seen = Some(seen);
            watching.moved_at = Instant::now();
            watching.pause = self.parts.settings.poll_min;
            machine.moved();
        }
        if report.state.is_final() {
            let by = watching.cancel.map(|(by, why, _)| (by, why));
            return Some(ended(report, by));
        }
        let condition = self.condition_when_still(machine, report, watching).await;
        let stopped = has_stopped(report, condition.as_ref());
        if let Err(verdict) = self.write_down(work, report, stopped, moved, watching).await {
            return Some(verdict);
        }
        let patience = self.patience(machine, work, report, stopped, watching);
        self.show_report(work, report, condition.as_ref(), stopped, patience, watching);
        self.cancel_where_wanted(machine, work, report, patience, moved, watching).await
    }

    async fn condition_when_still(
        &self,
        machine: &Machine,
        report: &JobReport,
        watching: &Watching,
    ) -> Option<Condition> {
        if watching.moved_at.elapsed() < STILL && !has_stopped(report, None) {
            return None;
        }
        machine.condition(self.parts.settings.condition_kept).await.ok()
    }

    /// Commits that the printer stopped or went on, and now and then how far it is.
    async fn write_down(
        &self,
        work: &Work,
        report: &JobReport,
        stopped: bool,
        moved: bool,
        watching: &mut Watching,
    ) -> Result<(), Verdict> {
        if stopped != watching.stop_written {
            let reasons = words(&report.reasons);
            let step =
                if stopped { store::Step::Stopped { reasons } } else { store::Step::Resumed };
            self.step(work, step).await?;
            watching.stop_written = stopped;
            let what = if stopped { "stopped with" } else { "went on with" };
            info!(job.id = %work.job(), "The printer {what} the job");
        }
        let due = watching.written_at.is_none_or(|at| at.elapsed() >= WRITE_PROGRESS);
        if moved && due {
            let impressions = i64::from(report.impressions_reported().unwrap_or(0));
            let reasons = words(&report.reasons);
            self.step(work, store::Step::Progress { impressions, reasons }).await?;
            watching.written_at = Some(Instant::now());
        }
        Ok(())
    }

    /// How much longer a job may stand still. One that waits behind others of ours stands still only
    /// when they do.
    fn patience(
        &self,
        machine: &Machine,
        work: &Work,
        report: &JobReport,
        stopped: bool,
        watching: &mut Watching,
    ) -> Patience {
        if !stopped && !is_waiting(report) {
            watching.stopped_at = None;
            let still = watching.moved_at.elapsed();
            return match &self.parts.settings {
                settings if still >= settings.stuck => Patience::Cancel,
                settings if still >= settings.offer_cancel => Patience::Offer,
                _ => Patience::Wait,
            };
        }
        let mut since = *watching.stopped_at.get_or_insert_with(Instant::now);
        if !stopped {
            since = machine.moved_at().map_or(since, |moved| moved.max(since));
        }
        self.judge_standing(machine, work, since)
    }

    /// How much longer a job may stand still that has done so since `since`.
    pub(super) fn judge_standing(
        &self,
        machine: &Machine,
        work: &Work,
        since: Instant,
    ) -> Patience {
        let settings = &self.parts.settings;
        let rule =
            Rule { offer_cancel: settings.offer_cancel, owner_absent: settings.owner_absent };
        let seen = self.live.last_seen(work.claimed.job.owner, machine.id);
        rule.judge(since, seen, Instant::now())
    }

    fn show_report(
        &self,
        work: &Work,
        report: &JobReport,
        condition: Option<&Condition>,
        stopped: bool,
        patience: Patience,
        watching: &Watching,
    ) {
        let mut reasons = report.reasons.clone();
        let of_printer = condition.into_iter().flat_map(|condition| &condition.state_reasons);
        reasons.extend(of_printer.cloned());
        reasons.dedup();
        let step = match (watching.cancel, stopped) {
            (Some(_), _) => live::Step::Canceling,
            (None, true) => live::Step::Stopped,
            (None, false) => live::Step::Printing,
        };
        let may_be_asked = work.live.may_be_asked(self.parts.settings.offer_cancel);
        self.show(work, |progress| {
            progress.step = step;
            progress.impressions = report.impressions_reported().or(progress.impressions);
            progress.offer_cancel = patience != Patience::Wait && may_be_asked;
            progress.reasons = reasons;
        });
    }

    /// Asks for the job's end where its owner wants it, or has left. A verdict when the printer does not
    /// listen: then nobody can tell what it does.
    async fn cancel_where_wanted(
        &self,
        machine: &Machine,
        work: &Work,
        report: &JobReport,
        patience: Patience,
        moved: bool,
        watching: &mut Watching,
    ) -> Option<Verdict> {
        let now = Instant::now();
        let (by, why) = match watching.cancel {
            Some((by, why, at)) => {
                let since = watching.cancel_moved_at.get_or_insert(at);
                if moved {
                    *since = now;
                } else if now.duration_since(*since) >= self.parts.settings.cancel_confirmed {
                    return Some(Verdict::Unknown(Reason::CancelUnconfirmed));
                }
                if now.duration_since(at) < CANCEL_AGAIN {
                    return None;
                }
                (by, why)
            }
            None => match work.live.wish() {
                Some(wish) => (wish.by(), wish.reason()),
                // The owner said so beforehand.
                None if work.has_run_out(self.parts.clock.now()) => {
                    (EndedBy::Owner, Reason::CanceledAfterTimeOut)
                }
                None if patience == Patience::Cancel => {
                    (EndedBy::OwnersAbsence, Reason::OwnerAbsent)
                }
                None => return None,
            },
        };
        info!(job.id = %work.job(), "The printer is asked to cancel the job ({by:?})");
        watching.cancel = Some((by, why, now));
        watching.pause = self.parts.settings.poll_min;
        self.show(work, |progress| progress.step = live::Step::Canceling);
        if let Err(error) = machine.client.cancel_job(report.id).await {
            warn!(job.id = %work.job(), %error, "The printer did not take Cancel-Job");
        }
        None
    }
}

/// The meaning of a final state. `asked`: who of us asked for the end, and why.
fn ended(report: &JobReport, asked: Option<(EndedBy, Reason)>) -> Verdict {
    if report.state == JobState::COMPLETED {
        return Verdict::Completed(report.clone());
    }
    let (by, reason) = asked.unwrap_or_else(|| {
        let reason = match fault_of_document(&report.reasons) {
            Some(fault) => fault,
            None if report.state == JobState::ABORTED => Reason::PrinterAborted,
            None => Reason::CanceledAtPrinter,
        };
        (EndedBy::Printer, reason)
    });
    if report.proves_nothing_printed() {
        Verdict::HandBack(reason, by)
    } else {
        Verdict::EndedEarly(report.clone(), reason, by)
    }
}

fn words(reasons: &[Keyword]) -> String {
    let words: Vec<&str> = reasons.iter().map(Keyword::as_str).collect();
    words.join(",")
}
