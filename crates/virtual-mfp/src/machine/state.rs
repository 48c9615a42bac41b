//! The machine's memory: jobs come in, are looked up and canceled here.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use ipp_codec::{Attribute, Operation};
use print_core::Timestamp;
use serde_json::Map;

use super::fault_list::FaultList;
use super::faults::{Fault, ForgetWhen};
use super::folder::{Folder, new_uuid};
use super::job::{DocumentProgress, Job, Run, State};
use super::plan::Plan;
use crate::options::Model;

/// Everything the machine knows. One lock guards it; nothing here waits.
#[derive(Debug)]
pub struct Machine {
    /// What it can do.
    pub model: Model,
    /// Its folder.
    pub folder: Folder,
    /// Its armed faults.
    pub faults: FaultList,
    /// How often an operation was asked for.
    pub requests: BTreeMap<String, u64>,
    /// Connections ever accepted.
    pub connections: u64,
    /// Connections that are open.
    pub connections_open: u64,
    /// Documents that came in whole.
    pub documents_received: u64,
    /// Power cycles while the program runs.
    pub resets: u64,
    /// Impressions a minute.
    pub pages_per_minute: u32,
    pub(super) jobs: Vec<Job>,
    /// The jobs before this place have ended before the program began; the rest are looked up.
    pub(super) earlier: usize,
    /// Places in `jobs` that have not ended.
    pub(super) open: BTreeSet<usize>,
    /// Places in `jobs` that have ended and are still shown, oldest end first.
    pub(super) history: Vec<usize>,
    /// The place of the job that is being printed.
    pub(super) current: Option<usize>,
    pub(super) started: Timestamp,
}

/// A job as an IPP client asks for it.
#[derive(Debug)]
pub struct NewJob {
    /// `job-name`.
    pub name: String,
    /// `requesting-user-name`.
    pub user: String,
    /// The template attributes as asked for.
    pub asked: Vec<Attribute>,
    /// Those of them that are applied.
    pub applied: Vec<Attribute>,
    /// Whether its document arrives in the same request.
    pub with_document: bool,
}

/// A document that came in whole.
#[derive(Debug)]
pub struct StoredDocument {
    /// The format that the client named, or [`crate::options::UNKNOWN_FORMAT`].
    pub format: String,
    /// Its file in the machine's folder.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
}

/// Who cancels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelBy {
    /// An IPP client.
    User,
    /// Somebody at the panel.
    Operator,
}

/// Why a job is not canceled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelRefused {
    /// There is no such job.
    NotFound,
    /// It has ended, or the machine does not want to.
    NotPossible,
}

impl Machine {
    /// Switches the machine on.
    pub fn new(model: Model, folder: Folder, pages_per_minute: u32, now: Timestamp) -> Machine {
        let jobs = folder.earlier_jobs();
        Machine {
            model,
            folder,
            faults: FaultList::default(),
            requests: BTreeMap::new(),
            connections: 0,
            connections_open: 0,
            documents_received: 0,
            resets: 0,
            pages_per_minute,
            earlier: jobs.len(),
            jobs,
            open: BTreeSet::new(),
            history: Vec::new(),
            current: None,
            started: now,
        }
    }

    /// `printer-up-time`: seconds since the power came, from 1 on.
    pub fn up_time(&self, now: Timestamp) -> i32 {
        let seconds = now.micros_since(self.started) / 1_000_000;
        i32::try_from(seconds.max(0)).unwrap_or(i32::MAX - 1) + 1
    }

    /// Counts `printer-up-time` from now on.
    pub fn begin_up_time(&mut self, now: Timestamp) {
        self.started = now;
    }

    /// `printer-uuid`.
    pub fn uuid(&self) -> &str {
        if self.faults.has(&Fault::WrongUuid {}) {
            self.folder.other_uuid()
        } else {
            self.folder.uuid()
        }
    }

    /// Counts one request.
    pub fn count_request(&mut self, operation: Operation) {
        *self.requests.entry(operation.to_string()).or_default() += 1;
    }

    /// Every job ever, oldest first.
    pub fn all_jobs(&self) -> &[Job] {
        &self.jobs
    }

    /// The jobs that have not ended and that IPP clients see, oldest first.
    pub fn open_jobs(&self) -> impl Iterator<Item = &Job> {
        self.open.iter().filter_map(|place| self.jobs.get(*place)).filter(|job| job.visible)
    }

    /// The ended jobs that IPP clients see, newest end first.
    pub fn ended_jobs(&self) -> impl Iterator<Item = &Job> {
        self.history.iter().rev().filter_map(|place| self.jobs.get(*place))
    }

    /// A job that IPP clients see.
    pub fn job(&self, job_id: i32) -> Option<&Job> {
        self.jobs.get(self.place(job_id)?).filter(|job| job.visible)
    }

    pub(super) fn place(&self, job_id: i32) -> Option<usize> {
        let running = &self.jobs[self.earlier..];
        let place = running.binary_search_by_key(&job_id, |job| job.job_id).ok()?;
        Some(self.earlier + place)
    }

    /// Takes a job. Gives its number.
    ///
    /// # Errors
    /// When the machine's folder cannot be written.
    pub fn create_job(&mut self, new: NewJob, now: Timestamp) -> io::Result<i32> {
        let job_id = self.folder.next_job_id()?;
        let plan = Plan::new(&new.applied, &self.model);
        let ticket = new.asked.iter();
        let ticket: Map<String, _> = ticket
            .map(|attribute| (attribute.name.clone(), super::job::json_of(attribute)))
            .collect();
        let reason = if new.with_document { "job-incoming" } else { "job-data-insufficient" };
        let mut job = Job {
            number: job_id,
            job_id,
            job_uuid: new_uuid(),
            name: new.name,
            user: new.user,
            state: State::Pending,
            reasons: vec![reason.to_owned()],
            visible: true,
            ticket,
            format: None,
            file: None,
            bytes: 0,
            sha256: None,
            pages: None,
            copies: plan.copies,
            two_sided: plan.two_sided,
            impressions_expected: 0,
            sheets_expected: 0,
            impressions_out: 0,
            sheets_out: 0,
            impressions_monochrome_out: 0,
            impressions_color_out: 0,
            impressions_reported: None,
            sheets_reported: None,
            created_us: now.micros(),
            first_document_byte_us: None,
            document_end_us: None,
            first_impression_us: None,
            finished_us: None,
            run: Run {
                template: new.applied,
                plan: Some(plan),
                created_up_time: self.up_time(now),
                ..Run::default()
            },
        };
        job.note_reported();
        self.open.insert(self.jobs.len());
        self.jobs.push(job);
        Ok(job_id)
    }

    /// A job that has not ended, by number, whether IPP clients see it or not.
    pub fn open_job(&mut self, job_id: i32) -> Option<&mut Job> {
        let place = self.place(job_id)?;
        self.open.contains(&place).then(|| &mut self.jobs[place])
    }

    /// The document's first bytes are on their way.
    pub fn document_begins(&mut self, job_id: i32) {
        if let Some(job) = self.open_job(job_id) {
            job.run.document = DocumentProgress::Arriving;
            job.reasons = vec!["job-incoming".to_owned()];
        }
    }

    /// The document's first byte is here.
    pub fn first_document_byte(&mut self, job_id: i32, now: Timestamp) {
        if let Some(job) = self.open_job(job_id) {
            job.first_document_byte_us.get_or_insert(now.micros());
        }
    }

    /// The document is here as a whole: the job waits for its turn. False when it has ended
    /// meanwhile.
    pub fn document_ends(&mut self, job_id: i32, document: StoredDocument, now: Timestamp) -> bool {
        let Some(job) = self.open_job(job_id) else { return false };
        job.format = Some(document.format);
        job.file = Some(document.file);
        job.bytes = document.bytes;
        job.sha256 = Some(document.sha256);
        job.document_end_us = Some(now.micros());
        job.run.document = DocumentProgress::Complete;
        job.reasons = vec!["none".to_owned()];
        self.documents_received += 1;
        if self.faults.forgets(ForgetWhen::AtOnce)
            && let Some(job) = self.open_job(job_id)
        {
            job.visible = false;
        }
        true
    }

    /// The document did not come in whole: the job ends with nothing on paper.
    pub fn document_fails(&mut self, job_id: i32, now: Timestamp) {
        if let Some(place) = self.place(job_id).filter(|place| self.open.contains(place)) {
            self.finish(
                place,
                State::Aborted,
                &["aborted-by-system", "submission-interrupted"],
                now,
            );
        }
    }

    /// Ends a job, at once or, when it is being printed, before its next impression.
    ///
    /// # Errors
    /// When there is no such job, or it has ended, or a fault is against it.
    pub fn cancel(
        &mut self,
        job_id: i32,
        by: CancelBy,
        now: Timestamp,
    ) -> Result<(), CancelRefused> {
        let place = self.place(job_id).filter(|place| self.jobs[*place].visible);
        let place = place.ok_or(CancelRefused::NotFound)?;
        if !self.open.contains(&place) {
            return Err(CancelRefused::NotPossible);
        }
        if by == CancelBy::User {
            let pick = |fault: &Fault| match fault {
                Fault::IgnoresCancel {} => Some(Ok(())),
                Fault::RefusesCancel {} => Some(Err(CancelRefused::NotPossible)),
                _ => None,
            };
            if let Some(answer) = self.faults.strike(pick) {
                return answer;
            }
        }
        if self.current == Some(place) {
            let job = &mut self.jobs[place];
            job.run.cancel_asked.get_or_insert(by);
            job.reasons = vec!["processing-to-stop-point".to_owned()];
        } else {
            self.finish(place, State::Canceled, &[by.reason()], now);
        }
        Ok(())
    }
}

impl CancelBy {
    /// The reason that the job ends with.
    pub fn reason(self) -> &'static str {
        match self {
            CancelBy::User => "job-canceled-by-user",
            CancelBy::Operator => "job-canceled-by-operator",
        }
    }
}
