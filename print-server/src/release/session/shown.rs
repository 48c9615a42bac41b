//! What a station is told of a session: jobs, printers, and what each of them costs or still needs.

use std::collections::{BTreeMap, HashSet};

use print_core::price::price;
use print_core::{JobId, JobState, PrinterId};
use station_protocol::{Id, JOBS_MAX, Line, PinWanted, ServerMessage, WhosePin};
use store::{JobRecord, Opener, StoreError};
use texts::numbers;

use super::Session;
use crate::release::cards::{job_card, printer_card, protocol_language, start_policy};

impl Session {
    pub(super) async fn describe(&mut self) -> Result<ServerMessage, StoreError> {
        let limit = u32::try_from(JOBS_MAX).unwrap_or(u32::MAX);
        let (station, opener) = (self.open.station.id, self.open.opener);
        let mut jobs =
            self.parts.store.jobs_for_station(self.owner(), station, opener, limit).await?;
        jobs.reverse();
        self.machines = self.my_machines().await?;
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
        // Without a counted job there is nothing to reckon.
        self.prices = match jobs.iter().any(|job| job.pages.is_some()) {
            true => self.parts.store.price_list_on(today).await?.map(|(_, prices)| prices),
            false => None,
        };
        let counting = self.counting.worth_saying();
        let tries = self.pin_tries(&jobs).await?;
        self.read_own_pin(&jobs).await?;
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
            policy: start_policy(self.open.station.policy),
            started,
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
    pub(super) fn hidden_title(&self, job: &JobRecord) -> Option<&'static str> {
        let words = || self.language.pick("Kräver din PIN-kod", "Needs your PIN");
        self.own_pin.hides(job).then(words)
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
        // Whoever has not proved that the card is theirs reads no titles of a queue that wants the proof.
        let title = match self.hidden_title(job) {
            Some(words) => Line::cut(words),
            None => card.title,
        };
        station_protocol::JobCard { title, shared: self.machines.origin(job), pin, ..card }
    }
}
