//! One person at one station, from the tap to the end.

mod elsewhere;
mod own_pin;
mod pins;
mod running;
mod shown;
mod wishes;

use std::collections::HashSet;
use std::time::Duration;

use print_core::{AttemptId, JobId, JobState, OwnerId, PersonId, PriceList, PrinterId, Timestamp};
use station_protocol::{Id, RefusedReason, ReleaseOptions, ServerMessage, TapNumber};
use store::{
    AttemptRecord, JobListing, JobRecord, JobsToClaim, Opener, Person, Printer, Station,
    StationPolicy, StoreError, TapKey, WhichJobs,
};
use texts::Language;
use texts::sentences::{PinRefusal, WishRefusal};
use tokio::time::Instant;

use self::own_pin::OwnPin;
pub use self::pins::PinRefused;
use super::ReleaseParts;
use super::cards::language_of;
use super::counting::Countings;
use super::delegations::Delegations;
use super::machines::Machines;
use super::tracked::{News, Tracked, not_let_go};
use super::word::{Letting, Wishes, Word};
use crate::changes::Change;
use crate::delivery::Released;

/// How long a tap waits: for documents that were arriving when it was made, which then are another tap's,
/// and for pages that are not counted yet, which then are unknown.
const TAP_WAIT: Duration = Duration::from_secs(20);
/// How often it is looked whether the person and the card may still open anything.
const STANDING_EVERY: Duration = Duration::from_secs(1);
/// How long a session without anything going on is kept for a station that says nothing.
const IDLE: Duration = Duration::from_secs(120);

/// Why something in a session was not obeyed.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    /// The printer does not stand beside this station, or the job is not this person's.
    #[error("the printer or the job does not belong to this session")]
    NotHere,
    /// The person or the card was blocked since the tap.
    #[error("the person or the card is blocked")]
    Blocked,
    /// A job's PIN was wrong, and nothing of the choice was let go; or the station did not ask for it, and
    /// only what has no PIN was.
    #[error("the PIN of a job was wrong or missing")]
    Pin(PinRefused),
    /// A job is not this person's, or cannot be had so at this printer.
    #[error("a job cannot be had so: {0:?}")]
    Unfit(WishRefusal),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReleaseError {
    /// What the station is told.
    #[must_use]
    pub fn reason(&self) -> RefusedReason {
        match self {
            Self::NotHere | Self::Unfit(_) => RefusedReason::NotThisStation,
            Self::Blocked => RefusedReason::BlockedCard,
            // A station that sends no PINs does not know the other word.
            Self::Pin(PinRefused {
                why: PinRefusal::NotAsked | PinRefusal::OwnMissing, ..
            }) => RefusedReason::NotThisStation,
            Self::Pin(_) => RefusedReason::WrongPin,
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
    /// With which card, or with a code in its place.
    pub opener: Opener,
    /// Whether the card opens only what came after it, as long as its owner has not confirmed it.
    pub hides_earlier: bool,
}

/// A running session.
#[derive(Debug)]
pub struct Session {
    parts: ReleaseParts,
    open: OpenTap,
    language: Language,
    printers: Vec<Printer>,
    /// Today's prices, where the jobs that are shown are counted.
    prices: Option<PriceList>,
    machines: Machines,
    own_pin: OwnPin,
    delegations: Delegations,
    /// The jobs as they were last shown.
    listed: Vec<JobRecord>,
    tracked: Vec<Tracked>,
    /// Jobs that were arriving when the tap was made: they go with it, until then.
    awaited: HashSet<JobId>,
    awaited_until: Instant,
    /// Jobs that go when their pages are counted.
    counting: Countings,
    counting_until: Instant,
    /// What was counted and will not go, and where it would have gone, until it is said.
    gone: Vec<(JobId, PrinterId)>,
    /// What was found out before a later read failed: the next news begin with it.
    unsaid: Vec<ServerMessage>,
    touched: Instant,
    allowed_at: Instant,
    shown: Option<ServerMessage>,
    /// Something was chosen here: what comes now is no choice of before a lost connection.
    has_chosen: bool,
}

impl Session {
    /// Opens the session. Where everything goes at once, it is let go before anything else is done.
    ///
    /// # Errors
    /// What the store answers; then nothing was let go.
    pub async fn open(parts: ReleaseParts, open: OpenTap) -> Result<Self, StoreError> {
        let language = language_of(&open.person);
        let now = Instant::now();
        let mut session = Self {
            parts,
            open,
            language,
            printers: Vec::new(),
            prices: None,
            machines: Machines::default(),
            own_pin: OwnPin::default(),
            delegations: Delegations::default(),
            listed: Vec::new(),
            tracked: Vec::new(),
            awaited: HashSet::new(),
            awaited_until: now,
            counting: Countings::default(),
            counting_until: now + TAP_WAIT,
            gone: Vec::new(),
            unsaid: Vec::new(),
            touched: now,
            allowed_at: now,
            shown: None,
            has_chosen: false,
        };
        match session.only_printer() {
            Some(printer) => session.let_all_go(printer).await?,
            None => session.take_up_earlier().await?,
        }
        session.read_others().await?;
        session.notice_owner();
        session.follow_running().await;
        Ok(session)
    }

    /// Reads whose jobs the person may take besides their own.
    async fn read_others(&mut self) -> Result<(), StoreError> {
        let (store, person) = (&self.parts.store, self.open.person.id);
        self.delegations = Delegations::of(store, person, self.open.opener).await?;
        self.machines = self.my_machines().await?;
        Ok(())
    }

    /// Whether the tap is in the store already, with its card.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.only_printer().is_some()
    }

    /// Has everything told again by the next [`Session::news`].
    pub fn tell_again(&mut self) {
        self.shown = None;
        self.tracked.iter_mut().for_each(Tracked::tell_again);
    }

    /// Whoever taps stands there, whatever is chosen then: a job that a jam keeps at one of these printers
    /// is not given up.
    fn notice_owner(&self) {
        for printer in &self.open.station.printers {
            // Not owners who let this person fetch their jobs: they stand somewhere else.
            for owner in [self.owner()].into_iter().chain(self.machines.owners()) {
                self.parts.deliveries.owner_seen(owner, *printer);
            }
        }
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

    /// Who tapped.
    #[must_use]
    pub fn person(&self) -> PersonId {
        self.open.person.id
    }

    async fn my_machines(&self) -> Result<Machines, StoreError> {
        Machines::of(&self.parts.store, self.open.person.id, self.open.opener).await
    }

    fn owner(&self) -> OwnerId {
        OwnerId::Person(self.open.person.id)
    }

    /// The printer to which everything goes without a question.
    fn only_printer(&self) -> Option<PrinterId> {
        let station = &self.open.station;
        match (self.parts.rules.policy(station), station.printers.as_slice()) {
            (StationPolicy::AllAtOnce, [only]) => Some(*only),
            _ => None,
        }
    }

    async fn let_all_go(&mut self, printer: PrinterId) -> Result<(), StoreError> {
        // It answers while the claim is written.
        self.parts.deliveries.look_ahead(printer);
        let plain = Wishes::default();
        let released = self.claim(self.owner(), printer, JobsToClaim::All, &plain).await?;
        // The time counts from the tap: its message may come again much later, and then nobody waits.
        let left = wait_left(released.tapped_at, self.parts.clock.now());
        if !left.is_zero() {
            self.awaited = released.arriving.into_iter().collect();
            self.awaited_until = Instant::now() + left;
            self.counting_until = self.awaited_until;
            self.count_first(self.owner(), printer, released.uncounted, &plain);
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
        owner: OwnerId,
        printer: PrinterId,
        jobs: JobsToClaim,
        wishes: &Wishes,
    ) -> Result<Released, StoreError> {
        let waits = self.parts.inspector.is_at_work() && Instant::now() < self.counting_until;
        let letting = if waits { Letting::Counted } else { Letting::Everything };
        let word = Word::of(&self.parts, &self.open).wanting(wishes);
        let released = word.let_go(owner, printer, jobs, letting).await?;
        self.track(&released.jobs, printer);
        self.track_earlier(&released.earlier);
        Ok(released)
    }

    /// These go when their pages are counted, or the tap has waited long enough.
    fn count_first(
        &mut self,
        owner: OwnerId,
        printer: PrinterId,
        jobs: Vec<JobId>,
        wishes: &Wishes,
    ) {
        let word = Word::of(&self.parts, &self.open).wanting(wishes);
        self.counting.begin(word, owner, printer, jobs, self.counting_until);
    }

    /// Takes up what has been counted, and let go or not.
    async fn take_up_counted(&mut self) -> Result<(), StoreError> {
        for (printer, settled) in self.counting.settled() {
            self.track(&settled.released, printer);
            self.gone.extend(settled.gone.into_iter().map(|job| (job, printer)));
        }
        if !self.gone.is_empty() {
            // The same tap may have let it go by the wait of an earlier connection.
            self.take_up_earlier().await?;
            self.gone.retain(|(job, _)| !self.tracked.iter().any(|tracked| tracked.job == *job));
        }
        Ok(())
    }

    fn track(&mut self, released: &[(JobId, AttemptId)], printer: PrinterId) {
        for (job, attempt) in released {
            self.tracked.push(Tracked::new(*job, *attempt, printer));
        }
    }

    fn track_earlier(&mut self, earlier: &[AttemptRecord]) {
        for attempt in earlier {
            if !self.tracked.iter().any(|tracked| tracked.job == attempt.job) {
                self.tracked.push(Tracked::new(attempt.job, attempt.id, attempt.printer));
            }
        }
    }

    /// The printer of this name, when it stands beside the station.
    fn printer_here(&self, printer: &Id) -> Result<PrinterId, ReleaseError> {
        let printer: PrinterId = printer.parse().map_err(|_| ReleaseError::NotHere)?;
        let is_here = self.open.station.printers.contains(&printer);
        if is_here { Ok(printer) } else { Err(ReleaseError::NotHere) }
    }

    /// The owner says go for these jobs at this printer, with the PINs of those that have one, and with what
    /// is to be different.
    ///
    /// # Errors
    /// [`ReleaseError::NotHere`] for a printer that is not beside the station or a job that is none,
    /// [`ReleaseError::Pin`], [`ReleaseError::Unfit`].
    pub async fn choose(
        &mut self,
        printer: &Id,
        jobs: &[Id],
        options: &ReleaseOptions,
    ) -> Result<(), ReleaseError> {
        self.touched = Instant::now();
        let _hurried = self.parts.hurry.begin();
        let printer = self.printer_here(printer)?;
        let jobs = jobs.iter().map(|id| id.parse().map_err(|_| ReleaseError::NotHere));
        let jobs = jobs.collect::<Result<Vec<JobId>, _>>()?;
        self.check_standing(Duration::ZERO).await?;
        // Whose delegate the person is was read with the last list; what decides stands in the claim.
        self.machines = self.my_machines().await?;
        let mut wishes = self.wishes(printer, &jobs, &options.jobs).await?;
        wishes.proven = self.prove(&jobs, &options.pins).await?;
        // A job that was let go and came back is let go again by its owner's hand only.
        self.tracked.retain(|tracked| !(tracked.over && jobs.contains(&tracked.job)));
        let (store, mut own) = (&self.parts.store, jobs.clone());
        let others = self.delegations.take_out(&self.listed, &mut own);
        let sorted = self.machines.sort(store, self.owner(), own).await?;
        for chosen in sorted.into_iter().chain(others).filter(|one| !one.jobs.is_empty()) {
            let list = JobsToClaim::List(chosen.jobs);
            let released = self.claim(chosen.owner, printer, list, &wishes).await?;
            self.count_first(chosen.owner, printer, released.uncounted, &wishes);
        }
        self.refuse_unasked(&jobs).await?;
        self.refuse_unfit(printer, &jobs, &wishes).await
    }

    /// Whether a change concerns a job of this session.
    #[must_use]
    pub fn concerns(&self, change: Change) -> bool {
        match change {
            Change::Job(job) => {
                self.awaited.contains(&job)
                    || self.tracked.iter().any(|tracked| tracked.job == job && !tracked.over)
                    || self.counting.contains(job)
            }
            Change::Printer(printer) => self.open.station.printers.contains(&printer),
            Change::Everything => true,
        }
    }

    /// Whether nothing has happened for so long that the session may end.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let is_over = self.tracked.iter().all(|tracked| tracked.over) && self.counting.is_empty();
        is_over && self.touched.elapsed() >= IDLE
    }

    /// What is new since the last call, in the order in which it is to be said.
    ///
    /// # Errors
    /// [`ReleaseError::Blocked`] when the session is over. What the store answers; what is new is then
    /// said by a later call.
    pub async fn news(&mut self) -> Result<Vec<ServerMessage>, ReleaseError> {
        self.check_standing(STANDING_EVERY).await?;
        self.take_in_arrivals().await?;
        self.take_up_counted().await?;
        let shown = self.describe().await?;
        if self.shown.as_ref() != Some(&shown) {
            self.shown = Some(shown.clone());
            self.unsaid.push(shown);
        }
        while let Some((job, printer)) = self.gone.last().copied() {
            let outcome = not_let_go(&self.parts, job, printer, self.language).await?;
            self.unsaid.push(ServerMessage::Outcome(outcome));
            self.gone.pop();
        }
        for tracked in self.tracked.iter_mut().filter(|tracked| !tracked.over) {
            match tracked.news(&self.parts, &self.open.station.printers, self.language).await? {
                News::None => {}
                News::Moved(progress) => self.unsaid.push(ServerMessage::Progress(progress)),
                News::Over(outcome) => {
                    self.touched = Instant::now();
                    self.unsaid.push(ServerMessage::Outcome(outcome));
                }
            }
        }
        Ok(std::mem::take(&mut self.unsaid))
    }

    /// Reads again whether the person and the card may open anything, unless that was done `lately`.
    async fn check_standing(&mut self, lately: Duration) -> Result<(), ReleaseError> {
        if self.allowed_at.elapsed() < lately {
            return Ok(());
        }
        if !Word::of(&self.parts, &self.open).holds().await? {
            return Err(ReleaseError::Blocked);
        }
        self.allowed_at = Instant::now();
        Ok(())
    }

    /// Lets go what was arriving when the tap was made and is here now.
    async fn take_in_arrivals(&mut self) -> Result<(), ReleaseError> {
        let Some(printer) = self.only_printer() else { return Ok(()) };
        if self.awaited.is_empty() {
            return Ok(());
        }
        if Instant::now() >= self.awaited_until {
            self.awaited.clear();
            return Ok(());
        }
        let still_arriving = self.incoming().await?;
        let (waiting, here): (HashSet<_>, HashSet<_>) =
            self.awaited.iter().partition(|job| still_arriving.contains(job));
        let mut jobs = Vec::new();
        for job in here {
            // One that was let go elsewhere meanwhile and may have printed is its owner's to name.
            if self.parts.store.job(job).await?.uncertain.is_none() {
                jobs.push(job);
            }
        }
        if !jobs.is_empty() {
            self.check_standing(Duration::ZERO).await?;
            let (plain, list) = (Wishes::default(), JobsToClaim::List(jobs));
            let released = self.claim(self.owner(), printer, list, &plain).await?;
            self.count_first(self.owner(), printer, released.uncounted, &plain);
        }
        self.awaited = waiting;
        Ok(())
    }
}

/// How much longer a tap waits.
fn wait_left(tapped_at: Timestamp, now: Timestamp) -> Duration {
    // A clock that went backwards proves no short wait.
    let waited = u64::try_from(now.micros_since(tapped_at)).map(Duration::from_micros);
    waited.map_or(Duration::ZERO, |waited| TAP_WAIT.saturating_sub(waited))
}
