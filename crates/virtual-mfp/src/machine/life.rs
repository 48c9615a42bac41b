//! How jobs are printed and end, one impression at a time.

use std::path::PathBuf;
use std::time::Duration;

use ipp_codec::registry::PrinterState;
use print_core::Timestamp;

use super::fault_list::Strike;
use super::faults::{Fault, ForgetWhen};
use super::job::{DocumentProgress, State};
use super::state::{CancelBy, Machine};
use crate::documents::{Counted, Unreadable};

/// A job without a document is given up after this many seconds.
pub const DOCUMENT_WAIT_SECONDS: i64 = 120;

/// What the engine does next.
#[derive(Debug)]
pub enum Step {
    /// Nothing, until something changes.
    Wait,
    /// Ask again; something has ended.
    Again,
    /// Find out what is in a document.
    Count {
        /// The job.
        job_id: i32,
        /// The document.
        file: PathBuf,
        /// What the client called its format.
        format: String,
    },
    /// Print one side.
    Print {
        /// The job.
        job_id: i32,
        /// How long that takes.
        takes: Duration,
    },
    /// The power goes.
    PowerCycle,
}

impl Machine {
    /// What happens next.
    pub fn step(&mut self, now: Timestamp) -> Step {
        self.give_up_waiting(now);
        if let Some(place) = self.current
            && let Some(by) = self.jobs[place].run.cancel_asked
            && self.jobs[place].pages.is_some()
        {
            self.finish(place, State::Canceled, &[by.reason()], now);
            return Step::Again;
        }
        if self.faults.standing().is_some() {
            return Step::Wait;
        }
        match self.current {
            Some(place) => self.next_impression(place, now),
            None => self.begin_next(now),
        }
    }

    fn give_up_waiting(&mut self, now: Timestamp) {
        let late = |place: &&usize| {
            let job = &self.jobs[**place];
            let waited = now.micros_since(Timestamp::from_micros(job.created_us));
            job.run.document == DocumentProgress::Missing
                && waited > DOCUMENT_WAIT_SECONDS * 1_000_000
        };
        let late: Vec<usize> = self.open.iter().filter(late).copied().collect();
        for place in late {
            self.finish(place, State::Aborted, &["aborted-by-system"], now);
        }
    }

    fn begin_next(&mut self, now: Timestamp) -> Step {
        if self.faults.has(&Fault::StaysPending {}) {
            return Step::Wait;
        }
        let is_ready =
            |place: &&usize| self.jobs[**place].run.document == DocumentProgress::Complete;
        let Some(place) = self.open.iter().find(is_ready).copied() else { return Step::Wait };
        let lie = self.faults.lie();
        let up_time = self.up_time(now);
        self.current = Some(place);
        let job = &mut self.jobs[place];
        job.state = State::Processing;
        job.reasons = vec!["job-transforming".to_owned()];
        job.run.lie = lie;
        job.run.processing_up_time = Some(up_time);
        job.run.processing_us = Some(now.micros());
        job.note_reported();
        Step::Count {
            job_id: job.job_id,
            file: self.folder.join(job.file.as_deref().unwrap_or_default()),
            format: job.format.clone().unwrap_or_default(),
        }
    }

    /// What is in the document of the job that is being printed.
    pub fn counted(&mut self, job_id: i32, counted: Result<Counted, Unreadable>, now: Timestamp) {
        let Some(place) = self.place(job_id).filter(|place| self.current == Some(*place)) else {
            return;
        };
        let counted = counted.and_then(|counted| {
            let known = self.model.takes(counted.format);
            if known { Ok(counted) } else { Err(Unreadable::UnknownFormat) }
        });
        match counted {
            Ok(counted) => {
                let job = &mut self.jobs[place];
                let plan = job.run.plan.as_ref();
                job.impressions_expected = plan.map_or(0, |plan| plan.impressions(counted.pages));
                job.sheets_expected = plan.map_or(0, |plan| plan.sheets(counted.pages));
                job.format = Some(counted.format.to_owned());
                job.pages = Some(counted.pages);
                if job.run.cancel_asked.is_none() {
                    job.reasons = vec!["job-printing".to_owned()];
                }
            }
            Err(unreadable) => {
                let reasons = ["aborted-by-system", unreadable.reason()];
                self.finish(place, State::Aborted, &reasons, now);
            }
        }
    }

    fn next_impression(&mut self, place: usize, now: Timestamp) -> Step {
        let impressions_out = self.jobs[place].impressions_out;
        let strike = self.faults.at_impression(impressions_out);
        let stop_reason = self.stop_reason();
        let job = &mut self.jobs[place];
        match strike {
            Some(Strike::Stop) => {
                job.state = State::ProcessingStopped;
                job.reasons = vec!["printer-stopped".to_owned()];
                job.reasons.extend(stop_reason.map(str::to_owned));
                return Step::Wait;
            }
            Some(Strike::Stuck) => return Step::Wait,
            Some(Strike::Abort) => {
                self.finish(place, State::Aborted, &["aborted-by-system"], now);
                return Step::Again;
            }
            Some(Strike::Reset) => return Step::PowerCycle,
            None => {}
        }
        if job.state == State::ProcessingStopped {
            job.state = State::Processing;
            job.reasons = vec!["job-printing".to_owned()];
        }
        if impressions_out >= job.impressions_expected {
            self.finish(place, State::Completed, &["job-completed-successfully"], now);
            return Step::Again;
        }
        let takes = Duration::from_secs(60) / self.pages_per_minute.max(1);
        Step::Print { job_id: job.job_id, takes }
    }

    fn stop_reason(&self) -> Option<&'static str> {
        match self.faults.standing() {
            Some(Fault::MediaEmpty { .. }) => Some("resources-are-not-ready"),
            _ => None,
        }
    }

    /// One more side is out, unless the power went meanwhile.
    pub fn put_out(&mut self, job_id: i32, now: Timestamp) {
        let Some(place) = self.place(job_id).filter(|place| self.current == Some(*place)) else {
            return;
        };
        let job = &mut self.jobs[place];
        let pages = job.pages.unwrap_or(0);
        let index = job.impressions_out;
        let plan = job.run.plan.as_ref();
        let color = plan.is_some_and(|plan| plan.color);
        let ends_sheet = plan.is_none_or(|plan| plan.ends_sheet(pages, index));
        job.first_impression_us.get_or_insert(now.micros());
        job.count_impression(color, ends_sheet);
    }

    /// Ends a job for good. A sheet that is printed on one side only leaves the machine too.
    pub(super) fn finish(&mut self, place: usize, state: State, reasons: &[&str], now: Timestamp) {
        let up_time = self.up_time(now);
        let forgotten = state != State::Reset && self.faults.forgets(ForgetWhen::Done);
        let job = &mut self.jobs[place];
        if let Some(plan) = &job.run.plan
            && let Some(last) = job.impressions_out.checked_sub(1)
            && !plan.ends_sheet(job.pages.unwrap_or(0), last)
            && state != State::Reset
        {
            job.sheets_out += 1;
        }
        job.state = state;
        job.reasons = reasons.iter().map(|reason| (*reason).to_owned()).collect();
        job.finished_us = Some(now.micros());
        job.run.finished_up_time = Some(up_time);
        job.visible &= !forgotten;
        job.note_reported();
        if let Err(error) = self.folder.log(job) {
            tracing::error!(%error, "The list of printed jobs cannot be written");
        }
        self.open.remove(&place);
        if self.current == Some(place) {
            self.current = None;
        }
        if self.jobs[place].visible {
            self.history.push(place);
        }
        while self.history.len() > self.model.history {
            let oldest = self.history.remove(0);
            self.jobs[oldest].visible = false;
        }
    }

    /// The power goes and comes back: nothing of what was not put out ever comes out, and IPP
    /// clients see no earlier job.
    pub fn power_cycle(&mut self, now: Timestamp) {
        let lost: Vec<usize> = self.open.iter().copied().collect();
        for place in lost {
            self.finish(place, State::Reset, &["none"], now);
        }
        for job in &mut self.jobs[self.earlier..] {
            job.visible = false;
        }
        self.history.clear();
        self.started = now;
        self.resets += 1;
    }

    /// What the machine as a whole is doing.
    pub fn printer_state(&self) -> PrinterState {
        match (self.faults.standing(), self.current) {
            (
                Some(Fault::Jam { .. } | Fault::MediaEmpty { .. } | Fault::JamWhileReading { .. }),
                _,
            ) => PrinterState::STOPPED,
            (_, Some(_)) => PrinterState::PROCESSING,
            _ => PrinterState::IDLE,
        }
    }

    /// `printer-up-time` at the last change between idle and printing.
    pub fn state_change_time(&self) -> i32 {
        let begun = self.current.and_then(|place| self.jobs[place].run.processing_up_time);
        let ended = || self.history.last().and_then(|place| self.jobs[*place].run.finished_up_time);
        begun.or_else(ended).unwrap_or(1)
    }

    /// Why; `none` when there is nothing to say.
    pub fn printer_state_reasons(&self) -> Vec<String> {
        let mut reasons: Vec<String> = Vec::new();
        match self.faults.standing() {
            Some(Fault::Jam { .. } | Fault::JamWhileReading { .. }) => {
                reasons.push("media-jam-error".to_owned())
            }
            Some(Fault::MediaEmpty { .. }) => {
                reasons.extend(["media-empty-error".to_owned(), "media-needed".to_owned()]);
            }
            _ => {}
        }
        for armed in self.faults.all() {
            if let Fault::Reasons { reasons: more } = &armed.fault {
                reasons.extend(more.iter().cloned());
            }
        }
        if reasons.is_empty() {
            reasons.push("none".to_owned());
        }
        reasons
    }

    /// Whether new jobs are taken.
    pub fn is_accepting(&self) -> bool {
        !self.faults.has(&Fault::NotAccepting {})
    }

    /// Somebody presses the button at the panel. False when there is nothing to cancel.
    pub fn cancel_at_panel(&mut self, job_id: i32, now: Timestamp) -> bool {
        self.cancel(job_id, CancelBy::Operator, now).is_ok()
    }
}
