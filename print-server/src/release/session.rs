//! One person at one station, from the tap to the end.

use std::collections::HashSet;
use std::time::Duration;

use print_core::{JobId, JobState, OwnerId, PrinterId};
use station_protocol::{Id, JOBS_MAX, Line, RefusedReason, ServerMessage, StartPolicy, TapNumber};
use store::{
    AttemptRecord, ClaimRequest, JobListing, JobRecord, JobsToClaim, Person, Printer, Station,
    StationPolicy, StoreError, TapKey, WhichJobs,
};
use texts::Language;
use tokio::time::Instant;

use super::ReleaseParts;
use super::cards::{job_card, printer_card};
use super::tracked::{News, Tracked};
use crate::changes::Change;
use crate::delivery::Released;

/// How long a tap waits for documents that were arriving when it was made.
const ARRIVAL_WAIT: Duration = Duration::from_secs(20);
/// How long a session without anything going on is kept for a station that says nothing.
const IDLE: Duration = Duration::from_secs(120);

/// Why something in a session was not obeyed.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// The printer does not stand beside this station, or the job is not this person's.
    #[error("the printer or the job does not belong to this session")]
    NotHere,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReleaseError {
    /// What the station is told.
    #[must_use]
    pub fn reason(&self) -> RefusedReason {
        match self {
            Self::NotHere => RefusedReason::NotThisStation,
            Self::Store(_) => RefusedReason::TryAgain,
        }
    }
}

/// A tap whose owner is known.
#[derive(Debug)]
pub struct OpenTap {
    /// The station where it was made.
    pub station: Station,
    /// The station's start and the tap's number there.
    pub key: TapKey,
    /// The number as the station says it.
    pub tap: TapNumber,
    /// Who tapped.
    pub person: Person,
}

/// A running session.
#[derive(Debug)]
pub struct Session {
    parts: ReleaseParts,
    open: OpenTap,
    language: Language,
    printers: Vec<Printer>,
    tracked: Vec<Tracked>,
    /// Jobs that were arriving when the tap was made: they go with it.
    awaited: HashSet<JobId>,
    begun: Instant,
    touched: Instant,
    shown: Option<ServerMessage>,
}

impl Session {
    /// Opens the session. Where everything goes at once, it is let go before anything else is done.
    ///
    /// # Errors
    /// What the store answers; then nothing was let go.
    pub async fn open(parts: ReleaseParts, open: OpenTap) -> Result<Self, StoreError> {
        let language = language_of(&open.person);
        let mut printers = Vec::new();
        for id in &open.station.printers {
            printers.push(parts.store.printer(*id).await?);
        }
        let now = Instant::now();
        let mut session = Self {
            parts,
            open,
            language,
            printers,
            tracked: Vec::new(),
            awaited: HashSet::new(),
            begun: now,
            touched: now,
            shown: None,
        };
        match session.only_printer() {
            Some(printer) => session.let_all_go(printer).await?,
            None => session.take_up_earlier().await?,
        }
        Ok(session)
    }

    /// The number of the tap that opened it.
    #[must_use]
    pub fn tap(&self) -> TapNumber {
        self.open.tap
    }

    /// The key of the tap that opened it.
    #[must_use]
    pub fn key(&self) -> &TapKey {
        &self.open.key
    }

    /// The language of the person.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    fn owner(&self) -> OwnerId {
        OwnerId::Person(self.open.person.id)
    }

    /// The printer to which everything goes without a question.
    fn only_printer(&self) -> Option<PrinterId> {
        match (self.open.station.policy, self.open.station.printers.as_slice()) {
            (StationPolicy::AllAtOnce, [only]) => Some(*only),
            _ => None,
        }
    }

    async fn let_all_go(&mut self, printer: PrinterId) -> Result<(), StoreError> {
        let release = self.claim(printer, JobsToClaim::All).await?;
        if release.arriving > 0 {
            self.awaited = self.incoming().await?;
        }
        Ok(())
    }

    /// After a lost connection: what this tap has already let go.
    async fn take_up_earlier(&mut self) -> Result<(), StoreError> {
        let earlier = self.parts.store.release_of_tap(&self.open.key).await?;
        self.track_earlier(&earlier);
        Ok(())
    }

    async fn incoming(&self) -> Result<HashSet<JobId>, StoreError> {
        let listing = JobListing {
            which: WhichJobs::State(JobState::Incoming),
            owner: Some(self.owner()),
            queue: None,
            first_index: 1,
            limit: 50,
        };
        let jobs = self.parts.store.list_jobs(&listing).await?;
        Ok(jobs.into_iter().map(|job| job.id).collect())
    }

    async fn claim(
        &mut self,
        printer: PrinterId,
        jobs: JobsToClaim,
    ) -> Result<Released, StoreError> {
        let now = self.parts.clock.now();
        let request = ClaimRequest {
            tap: Some(self.open.key.clone()),
            station: Some(self.open.station.id),
            owner: self.owner(),
            jobs,
            tickets: Vec::new(),
            printer,
            at: now,
            accounting_day: self.parts.zone.accounting_day(now),
            limit: u32::try_from(JOBS_MAX).unwrap_or(u32::MAX),
        };
        let released = self.parts.deliveries.release(request).await?;
        self.parts.deliveries.owner_seen(self.owner(), printer);
        self.parts.metrics.released(released.jobs.len());
        for (job, attempt) in &released.jobs {
            self.tracked.push(Tracked::new(*job, *attempt, printer));
        }
        self.track_earlier(&released.earlier);
        Ok(released)
    }

    fn track_earlier(&mut self, earlier: &[AttemptRecord]) {
        for attempt in earlier {
            if !self.tracked.iter().any(|tracked| tracked.job == attempt.job) {
                self.tracked.push(Tracked::new(attempt.job, attempt.id, attempt.printer));
            }
        }
    }

    /// The owner says go for these jobs at this printer.
    ///
    /// # Errors
    /// [`ReleaseError::NotHere`] for a printer that is not beside the station or a job that is none.
    pub async fn choose(&mut self, printer: &Id, jobs: &[Id]) -> Result<(), ReleaseError> {
        self.touched = Instant::now();
        let printer: PrinterId = printer.parse().map_err(|_| ReleaseError::NotHere)?;
        if !self.open.station.printers.contains(&printer) {
            return Err(ReleaseError::NotHere);
        }
        let jobs = jobs.iter().map(|id| id.parse().map_err(|_| ReleaseError::NotHere));
        let jobs = jobs.collect::<Result<Vec<JobId>, _>>()?;
        // A job that was let go and came back is let go again by its owner's hand only.
        self.tracked.retain(|tracked| !(tracked.over && jobs.contains(&tracked.job)));
        self.claim(printer, JobsToClaim::List(jobs)).await?;
        Ok(())
    }

    /// The owner wants a started job to stop.
    ///
    /// # Errors
    /// [`ReleaseError::NotHere`] when the job was not started in this session.
    pub async fn stop(&mut self, job: &Id) -> Result<(), ReleaseError> {
        self.touched = Instant::now();
        let job: JobId = job.parse().map_err(|_| ReleaseError::NotHere)?;
        if !self.tracked.iter().any(|tracked| tracked.job == job) {
            return Err(ReleaseError::NotHere);
        }
        if !self.parts.deliveries.cancel(job) {
            let reason = print_core::Keyword::parse("job-canceled-by-user");
            let reason = reason.expect("a registered keyword");
            self.parts.store.cancel_job(job, &reason, self.parts.clock.now()).await?;
        }
        self.parts.changes.job(job);
        Ok(())
    }

    /// Whether a change concerns a job of this session.
    #[must_use]
    pub fn concerns(&self, change: Change) -> bool {
        match change {
            Change::Job(job) => {
                self.awaited.contains(&job) || self.tracked.iter().any(|t| t.job == job && !t.over)
            }
            Change::Printer(printer) => self.open.station.printers.contains(&printer),
            Change::Everything => true,
        }
    }

    /// Whether nothing has happened for so long that the session may end.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.touched.elapsed() >= IDLE && self.tracked.iter().all(|tracked| tracked.over)
    }

    /// What is new since the last call, in the order in which it is to be said.
    ///
    /// # Errors
    /// What the store answers; what is new is then said by a later call.
    pub async fn news(&mut self) -> Result<Vec<ServerMessage>, StoreError> {
        let mut messages = Vec::new();
        self.take_in_arrivals().await?;
        let shown = self.describe().await?;
        if self.shown.as_ref() != Some(&shown) {
            self.shown = Some(shown.clone());
            messages.push(shown);
        }
        for tracked in self.tracked.iter_mut().filter(|tracked| !tracked.over) {
            match tracked.news(&self.parts, self.language).await? {
                News::None => {}
                News::Moved(progress) => messages.push(ServerMessage::Progress(progress)),
                News::Over(outcome) => {
                    self.touched = Instant::now();
                    messages.push(ServerMessage::Outcome(outcome));
                }
            }
        }
        Ok(messages)
    }

    /// Lets go what was arriving when the tap was made and is here now.
    async fn take_in_arrivals(&mut self) -> Result<(), StoreError> {
        let Some(printer) = self.only_printer() else { return Ok(()) };
        if self.awaited.is_empty() {
            return Ok(());
        }
        if self.begun.elapsed() >= ARRIVAL_WAIT {
            self.awaited.clear();
            return Ok(());
        }
        let still_arriving = self.incoming().await?;
        let (waiting, here): (HashSet<_>, HashSet<_>) =
            self.awaited.iter().partition(|job| still_arriving.contains(job));
        self.awaited = waiting;
        if !here.is_empty() {
            self.claim(printer, JobsToClaim::List(here.into_iter().collect())).await?;
        }
        Ok(())
    }

    async fn describe(&self) -> Result<ServerMessage, StoreError> {
        let limit = u32::try_from(JOBS_MAX).unwrap_or(u32::MAX);
        let station = self.open.station.id;
        let mut jobs = self.parts.store.jobs_for_station(self.owner(), station, limit).await?;
        jobs.reverse();
        let running = self.tracked.iter().filter(|tracked| !tracked.over);
        for tracked in running {
            if !jobs.iter().any(|job| job.id == tracked.job) {
                jobs.push(self.parts.store.job(tracked.job).await?);
            }
        }
        jobs.truncate(JOBS_MAX);
        let started = self.tracked.iter().filter(|tracked| !tracked.over);
        let started = started.map(|tracked| Id::cut(tracked.job.to_string())).collect();
        let mut printers = Vec::with_capacity(self.printers.len());
        for printer in &self.printers {
            let printer = self.parts.store.printer(printer.id).await?;
            printers.push(printer_card(&printer, self.language));
        }
        Ok(ServerMessage::Session(station_protocol::Session {
            tap: self.open.tap,
            language: protocol_language(self.language),
            person: Line::cut(&self.open.person.name),
            printers,
            jobs: jobs.iter().map(|job| self.card(job)).collect(),
            arriving: self.parts.store.arriving(self.owner()).await?,
            policy: start_policy(self.open.station.policy),
            started,
        }))
    }

    fn card(&self, job: &JobRecord) -> station_protocol::JobCard {
        let name = |id: PrinterId| {
            let printer = self.printers.iter().find(|printer| printer.id == id);
            let elsewhere = || self.language.pick("en annan skrivare", "another printer").into();
            printer.map_or_else(elsewhere, |printer| printer.name.clone())
        };
        job_card(job, name, &self.parts.zone, self.parts.clock.now(), self.language)
    }
}

/// The policy as a station knows it.
#[must_use]
pub fn start_policy(policy: StationPolicy) -> StartPolicy {
    match policy {
        StationPolicy::AllAtOnce => StartPolicy::AllAtOnce,
        StationPolicy::Choose => StartPolicy::Choose,
    }
}

fn language_of(person: &Person) -> Language {
    match person.language {
        store::Language::Swedish => Language::Swedish,
        store::Language::English => Language::English,
    }
}

fn protocol_language(language: Language) -> station_protocol::Language {
    language.pick(station_protocol::Language::Sv, station_protocol::Language::En)
}
