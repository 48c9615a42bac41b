//! What a station is told of a session: jobs, printers, and what each of them costs or still needs.

use std::collections::{BTreeMap, HashSet};

use print_core::price::price;
use print_core::{JobId, JobState, PrinterId};
use station_protocol::{
    Id, JOBS_MAX, JobTerms, Line, PinWanted, RECENT_MAX, ServerMessage, WhosePin,
};
use store::{JobRecord, Opener, StoreError};
use texts::numbers;

use super::Session;
use crate::release::cards::{job_card, printer_card, protocol_language, start_policy};
use crate::release::options::is_stapled;

impl Session {
    pub(super) async fn describe(&mut self) -> Result<ServerMessage, StoreError> {
        let limit = u32::try_from(JOBS_MAX).unwrap_or(u32::MAX);
        let (station, opener) = (self.open.station.id, self.open.opener);
        let mut jobs =
            self.parts.store.jobs_for_station(self.owner(), station, opener, limit).await?;
        jobs.reverse();
        // What this tap has let go and is kept goes by another tap.
        let is_ours = |job: &JobRecord| self.tracked.iter().any(|tracked| tracked.job == job.id);
        jobs.retain(|job| !(job.kept && is_ours(job)));
        self.read_others().await?;
        jobs.extend(self.delegations.jobs(&self.parts.store, station, opener, limit).await?);
        jobs.extend(self.machines.jobs(&self.parts.store, station, opener, limit).await?);
        let tracked = self.tracked.iter().filter(|tracked| !tracked.over);
        // What waits for its count has its owner's word already. It may have been let go just now, and is then
        // held no more.
        let started = tracked.map(|tracked| tracked.job).chain(self.counting.jobs());
        let started: Vec<JobId> = started.collect();
        for job in &started {
            if !jobs.iter().any(|known| known.id == *job) {
                jobs.push(self.parts.store.job(*job).await?);
            }
        }
        jobs.truncate(JOBS_MAX);
        let started = started.iter().filter(|one| jobs.iter().any(|job| job.id == **one));
        let started = started.map(|job| Id::cut(job.to_string()));
        // With a longer list a station could read nothing of this.
        let started = started.take(JOBS_MAX).collect();
        let mut printers = Vec::with_capacity(self.open.station.printers.len());
        for printer in &self.open.station.printers {
            printers.push(self.parts.store.printer(*printer).await?);
        }
        self.printers = printers;
        let today = self.parts.zone.accounting_day(self.parts.clock.now());
        let mut recent = self.recent().await?;
        let shown: Vec<&JobRecord> = jobs.iter().chain(&recent).collect();
        self.read_own_pin(&shown).await?;
        recent.retain(|job| !self.own_pin.hides(job));
        // Without a counted job there is nothing to reckon.
        self.prices = match jobs.iter().chain(&recent).any(|job| job.pages.is_some()) {
            true => self.parts.store.price_list_on(today).await?.map(|(_, prices)| prices),
            false => None,
        };
        let counting = self.counting.worth_saying();
        self.listed = jobs.iter().chain(&recent).cloned().collect();
        let tries = self.pin_tries(&jobs).await?;
        let printers = self.printers.iter().map(|printer| printer_card(printer, self.language));
        let printers = printers.collect();
        Ok(ServerMessage::Session(station_protocol::Session {
            tap: self.open.tap,
            language: protocol_language(self.language),
            person: Line::cut(&self.open.person.name),
            printers,
            jobs: jobs.iter().map(|job| self.card(job, &tries)).collect(),
            arriving: self.parts.store.arriving(self.owner()).await?,
            counting: u32::try_from(counting).unwrap_or(u32::MAX),
            hidden: self.hidden().await?,
            policy: start_policy(self.parts.rules.policy(&self.open.station)),
            started,
            recent: recent.iter().map(|job| self.recent_card(job)).collect(),
        }))
    }

    /// How many earlier jobs wait until the owner has confirmed the card; asked only of cards for which there may
    /// be any.
    async fn hidden(&self) -> Result<u32, StoreError> {
        match self.open.opener {
            Opener::Card(card) if self.open.hides_earlier => {
                self.parts.store.hidden_jobs(self.owner(), card).await
            }
            _ => Ok(0),
        }
    }

    /// What stands for the title of a job of which nothing is to be read.
    fn hidden_title(&self, job: &JobRecord) -> Option<&'static str> {
        let words = || self.language.pick("Kräver din PIN-kod", "Needs your PIN");
        self.own_pin.hides(job).then(words)
    }

    /// What the job is called here, as far as whoever stands there may read it: nothing of it before the PIN that its
    /// queue demands was typed, and then as much as its queue says.
    pub(super) fn title(&self, job: &JobRecord) -> String {
        let words = self.hidden_title(job).map(str::to_owned);
        words.unwrap_or_else(|| self.parts.rules.title(job, self.language))
    }

    /// How often wrong PINs may still be typed, where the list has jobs that wait for one.
    async fn pin_tries(&self, jobs: &[JobRecord]) -> Result<BTreeMap<JobId, u32>, StoreError> {
        let limit = u32::try_from(JOBS_MAX).unwrap_or(u32::MAX);
        let waiting = jobs.iter().filter(|job| job.password_wait).map(|job| job.owner);
        let mut tries = BTreeMap::new();
        for owner in waiting.collect::<HashSet<_>>() {
            let now = self.parts.clock.now();
            tries.extend(self.parts.store.password_tries(owner, now, limit).await?);
        }
        Ok(tries)
    }

    fn card(&self, job: &JobRecord, tries: &BTreeMap<JobId, u32>) -> station_protocol::JobCard {
        let name = |id: PrinterId| {
            let printer = self.printers.iter().find(|printer| printer.id == id);
            let elsewhere = || self.language.pick("en annan skrivare", "another printer").into();
            printer.map_or_else(elsewhere, |printer| printer.name.clone())
        };
        let price = self.prices.zip(job.pages).map(|(prices, pages)| {
            let amount = price(&pages.usage(&job.ticket), &prices);
            numbers::money(amount.rounded_hundredths(), self.language)
        });
        let (zone, now) = (&self.parts.zone, self.parts.clock.now());
        let card = job_card(job, name, price, zone, now, self.language);
        let tries_left = tries.get(&job.id).copied().unwrap_or(0);
        let pin = match job.password_wait && job.state == JobState::Held {
            true => Some(PinWanted { tries_left, whose: WhosePin::Job }),
            false => self.own_pin.wanted_for(job),
        };
        let of_owner = self.delegations.origin(job, &self.parts.rules);
        let terms = self.terms(job, of_owner.is_some(), pin);
        // A station of before knows no delegates, and shows theirs with what colleagues printed.
        let shared = of_owner.or_else(|| self.machines.origin(job));
        let title = Line::cut(self.title(job));
        station_protocol::JobCard { title, shared, pin, terms, ..card }
    }

    fn terms(&self, job: &JobRecord, delegated: bool, pin: Option<PinWanted>) -> JobTerms {
        let is_own = job.owner == self.owner();
        let is_held = job.state == JobState::Held;
        JobTerms {
            named: delegated || self.parts.rules.is_to_be_named(job),
            confidential: self.parts.rules.is_confidential(job),
            kept_until: job.kept.then(|| Line::cut(self.parts.zone.minute(job.expires_at))),
            printed_at: None,
            delegated,
            staple: is_stapled(&job.ticket),
            can_change: is_own && is_held,
            can_keep: is_own && is_held,
            // Without its PIN it is not deleted, either.
            can_delete: is_own && is_held && pin.is_none_or(|pin| pin.tries_left > 0),
        }
    }

    /// The person's jobs that came out a moment ago, but by this tap.
    async fn recent(&self) -> Result<Vec<JobRecord>, StoreError> {
        let (station, opener) = (self.open.station.id, self.open.opener);
        let limit = u32::try_from(RECENT_MAX).unwrap_or(u32::MAX);
        let mut recent = self.parts.store.recent_jobs(self.owner(), station, opener, limit).await?;
        // A PIN is asked for where a job is held.
        let is_shown = |job: &JobRecord| {
            !job.password_wait && !self.tracked.iter().any(|tracked| tracked.job == job.id)
        };
        recent.retain(is_shown);
        Ok(recent)
    }

    /// A job that came out a moment ago: when that was stands where the others have when they came.
    fn recent_card(&self, job: &JobRecord) -> station_protocol::JobCard {
        let printed_at = job.ended_at.unwrap_or(job.created_at);
        let submitted = Line::cut(self.parts.zone.clock_time(printed_at));
        let card = self.card(job, &BTreeMap::new());
        let terms = JobTerms {
            named: true,
            can_change: true,
            printed_at: Some(printed_at.micros()),
            ..card.terms
        };
        station_protocol::JobCard { submitted, terms, ..card }
    }
}
