//! One person's session: which jobs are chosen, which are on their way, what became of them.

use std::collections::{BTreeMap, BTreeSet};

use station_protocol::{
    FinishAt, Id, JobCard, JobPin, JobProgress, JobStage, Line, Outcome, OutcomeKind, Pin,
    PrinterState, ReleaseOptions, Sentence, Session, Standing, StartPolicy, StationMessage,
};

use super::event::TapSource;
use super::pins::Asking;
use super::wishes::{Editing, Wish};

/// One person's session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Active {
    /// The tap that began it.
    pub source: TapSource,
    /// What the server last said about it.
    pub session: Session,
    /// The held jobs that are chosen.
    pub chosen: BTreeSet<Id>,
    /// Where they are to be printed.
    pub printer: Option<Id>,
    /// The jobs that were released, in that order.
    pub running: Vec<Running>,
    /// A sentence from the server that concerns the whole session.
    pub notice: Option<Sentence>,
    /// The job whose PIN is asked for.
    pub asking: Option<Asking>,
    /// The job whose options are shown.
    pub editing: Option<Editing>,
    /// What is to be different with jobs, until the server has the choice.
    pub wishes: BTreeMap<Id, Wish>,
    /// The PINs of chosen jobs, until the server has the choice.
    pub(super) pins: BTreeMap<Id, Pin>,
    /// The last choice, as long as nothing shows that the server took it.
    pub(super) unconfirmed: Option<StationMessage>,
    /// The job that was last to be deleted with a PIN.
    pub(super) deleting: Option<Id>,
}

/// A released job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// The job.
    pub job: Id,
    /// Its title.
    pub title: Line,
    /// Printed sides to expect, when that is known.
    pub expected: Option<u32>,
    /// How far it has come.
    pub stage: JobStage,
    /// Printed sides so far, when the printer tells.
    pub impressions: Option<u32>,
    /// What else there is to say of it.
    pub standing: Standing,
    /// Its end.
    pub outcome: Option<Outcome>,
    /// The owner asked to stop it.
    pub is_stopping: bool,
    /// It came to its end while the server could not be reached; nobody told us how.
    pub is_lost: bool,
}

impl Running {
    fn new(job: &JobCard) -> Self {
        Self {
            job: job.id.clone(),
            title: job.title.clone(),
            expected: job.pages.and_then(|pages| pages.checked_mul(job.copies)),
            stage: JobStage::Waiting,
            impressions: None,
            standing: Standing::default(),
            outcome: None,
            is_stopping: false,
            is_lost: false,
        }
    }

    /// Whether nothing more will be told about it: `done` alone is not it, the sentence follows.
    pub fn is_over(&self) -> bool {
        self.outcome.is_some() || self.is_lost
    }
}

impl Active {
    /// Begins with what the server said. Everything is chosen but what may have been printed
    /// already, what a colleague may have printed, and what has a PIN: that takes a decision.
    pub fn new(source: TapSource, session: Session) -> Self {
        let mut active = Self {
            source,
            session,
            chosen: BTreeSet::new(),
            printer: None,
            running: Vec::new(),
            notice: None,
            asking: None,
            editing: None,
            wishes: BTreeMap::new(),
            pins: BTreeMap::new(),
            unconfirmed: None,
            deleting: None,
        };
        active.choose_sure();
        active.choose_first_printer();
        active.take_started();
        active
    }

    /// The jobs that wait for their owner's decision.
    pub fn held(&self) -> impl Iterator<Item = &JobCard> {
        self.session.jobs.iter().filter(|job| !self.is_running(&job.id))
    }

    /// Those of them that are this person's own.
    pub fn own(&self) -> impl Iterator<Item = &JobCard> {
        self.held().filter(|job| job.shared.is_none())
    }

    /// Those that a machine printed for several people.
    pub fn shared(&self) -> impl Iterator<Item = &JobCard> {
        self.held().filter(|job| job.shared.is_some() && !job.terms.delegated)
    }

    /// Those of people who let this person fetch them.
    pub fn delegated(&self) -> impl Iterator<Item = &JobCard> {
        self.held().filter(|job| job.terms.delegated)
    }

    /// Whether the owner only has to say where (one touch and everything goes).
    pub fn chooses_only_printer(&self) -> bool {
        self.session.policy == StartPolicy::AllAtOnce && self.session.printers.len() > 1
    }

    /// Whether jobs were released and nothing more will happen to any of them.
    pub fn is_over(&self) -> bool {
        !self.running.is_empty() && self.running.iter().all(Running::is_over)
    }

    fn is_running(&self, job: &Id) -> bool {
        self.running.iter().any(|running| running.job == *job)
    }

    /// Chooses or leaves one job; one with a PIN is chosen when that is typed.
    pub fn toggle(&mut self, job: &Id) {
        let Some(card) = self.card(job) else { return };
        let has_pin = card.pin.is_some();
        if self.chosen.remove(job) {
            self.pins.remove(job);
        } else if let Some(pin) = self.own_pin(job) {
            self.chosen.insert(job.clone());
            self.pins.insert(job.clone(), pin);
        } else if has_pin {
            self.ask_pin(job, None);
        } else {
            self.chosen.insert(job.clone());
        }
    }

    /// Those of the owner's own jobs that nothing keeps from being chosen together.
    pub fn plain(&self) -> impl Iterator<Item = &JobCard> {
        self.own().filter(|job| job.pin.is_none() && !job.terms.named)
    }

    /// Chooses every job of the owner's own, and leaves what the owner has chosen of those with PINs and of
    /// shared ones.
    pub fn choose_all(&mut self) {
        let own: Vec<Id> = self.plain().map(|job| job.id.clone()).collect();
        self.chosen.extend(own);
    }

    /// Chooses nothing.
    pub fn choose_none(&mut self) {
        self.chosen.clear();
        self.pins.clear();
    }

    /// Whether all of the owner's own jobs are chosen.
    pub fn has_chosen_all(&self) -> bool {
        self.plain().all(|job| self.chosen.contains(&job.id))
    }

    /// Chooses every held job but those that perhaps came out already, are shared or have a PIN, and
    /// leaves what the owner has chosen.
    pub fn choose_sure(&mut self) {
        let sure = self.held().filter(|job| !job.is_to_be_named());
        let sure: Vec<Id> = sure.map(|job| job.id.clone()).collect();
        self.chosen.extend(sure);
    }

    /// Chooses a printer, when it is one of this station's.
    pub fn choose_printer(&mut self, printer: Id) {
        if self.session.printers.iter().any(|known| known.id == printer) {
            self.printer = Some(printer);
        }
    }

    /// Prefers a printer that can print now.
    fn choose_first_printer(&mut self) {
        let printers = &self.session.printers;
        let is_known = |id: &Id| printers.iter().any(|printer| printer.id == *id);
        if self.printer.as_ref().is_some_and(is_known) {
            return;
        }
        let works = |state| matches!(state, PrinterState::Idle | PrinterState::Processing);
        let best = printers.iter().find(|printer| works(printer.state)).or(printers.first());
        self.printer = best.map(|printer| printer.id.clone());
    }

    /// Releases what is chosen; none when there is nothing or nowhere.
    pub fn release(&mut self) -> Option<StationMessage> {
        let printer = self.printer.clone()?;
        let known = self.held().chain(&self.session.recent);
        let cards: Vec<JobCard> =
            known.filter(|job| self.chosen.contains(&job.id)).cloned().collect();
        if cards.is_empty() {
            return None;
        }
        self.chosen.clear();
        (self.notice, self.deleting) = (None, None);
        let pins = std::mem::take(&mut self.pins).into_iter();
        let pins = pins.map(|(job, pin)| JobPin { job, pin }).collect();
        self.running.retain(|running| !running.is_over());
        self.running.extend(cards.iter().map(Running::new));
        let chosen: Vec<Id> = cards.into_iter().map(|job| job.id).collect();
        let options = ReleaseOptions { pins, jobs: self.take_wishes(&chosen) };
        let tap = self.source.tap;
        let message = StationMessage::Choose { tap, printer, jobs: chosen, options };
        self.unconfirmed = Some(message.clone());
        Some(message)
    }

    /// Takes what the server newly says about the session. After a lost connection the last choice
    /// is given back to be sent again when the server did not get it.
    pub fn update(&mut self, session: Session) -> Option<StationMessage> {
        let chose_all = self.has_chosen_all();
        let before = std::mem::replace(&mut self.session, session);
        let known: BTreeSet<&Id> = before.jobs.iter().map(|job| &job.id).collect();
        let started = self.session.started.clone();
        // Started jobs are in the list until their outcome is told: whatever the list has lost
        // has come to its end while we were not connected.
        let cards = self.session.jobs.iter().chain(&self.session.recent);
        let listed: BTreeSet<&Id> = cards.map(|job| &job.id).collect();
        for running in &mut self.running {
            if !listed.contains(&running.job) && !running.is_over() {
                running.is_lost = true;
            }
        }
        self.take_started();
        let held: Vec<(Id, bool)> =
            self.held().map(|job| (job.id.clone(), !job.is_to_be_named())).collect();
        self.leave_what_changed(&before);
        self.forget_pins();
        self.forget_wishes();
        if chose_all {
            // What arrives while everything is chosen is chosen too.
            let new = held.into_iter().filter(|(job, is_sure)| *is_sure && !known.contains(&job));
            self.chosen.extend(new.map(|(job, _)| job));
        }
        self.choose_first_printer();
        match &self.unconfirmed {
            Some(StationMessage::Choose { jobs, .. })
                if jobs.iter().any(|job| started.contains(job)) =>
            {
                self.unconfirmed = None;
                None
            }
            unconfirmed => unconfirmed.clone(),
        }
    }

    /// What is not what it was when it was chosen is to be chosen anew: it is gone, it may go only by a decision
    /// now, or it has come out meanwhile, and whoever wanted it once did not want it twice.
    fn leave_what_changed(&mut self, before: &Session) {
        let is_same = |job: &Id| {
            let held = self.held().find(|card| card.id == *job);
            if let Some(card) = held {
                let was = before.jobs.iter().find(|card| card.id == *job);
                return was.is_some_and(|was| was.is_to_be_named() || !card.is_to_be_named());
            }
            let recent = self.session.recent.iter().find(|card| card.id == *job);
            let was = before.recent.iter().find(|card| card.id == *job);
            recent.zip(was).is_some_and(|(card, was)| card.terms.printed_at == was.terms.printed_at)
        };
        let wanted = self.chosen.iter().chain(self.wishes.keys());
        let edited = self.editing.as_ref().map(|editing| &editing.options.job);
        let changed: BTreeSet<Id> =
            wanted.chain(edited).filter(|job| !is_same(job)).cloned().collect();
        self.chosen.retain(|job| !changed.contains(job));
        self.wishes.retain(|job, _| !changed.contains(job));
        self.editing.take_if(|editing| changed.contains(&editing.options.job));
    }

    fn take_started(&mut self) {
        for id in &self.session.started {
            if self.is_running(id) {
                continue;
            }
            if let Some(job) = self.session.jobs.iter().find(|job| job.id == *id) {
                self.chosen.remove(id);
                self.running.push(Running::new(job));
            }
        }
    }

    /// Takes a job's progress; whether it was one of this session's.
    pub fn progress(&mut self, progress: JobProgress) -> bool {
        let Some(running) = self.running(&progress.job) else { return false };
        running.stage = progress.state;
        running.impressions = progress.impressions.or(running.impressions);
        running.standing = progress.standing;
        self.unconfirmed = None;
        true
    }

    /// Takes a job's end; whether it was one of this session's.
    pub fn outcome(&mut self, outcome: Outcome) -> bool {
        let Some(running) = self.running(&outcome.job) else { return false };
        running.outcome = Some(outcome.clone());
        match outcome.kind {
            OutcomeKind::Printed | OutcomeKind::Canceled => {
                self.session.jobs.retain(|job| job.id != outcome.job);
            }
            OutcomeKind::Uncertain => {
                for job in self.session.jobs.iter_mut().filter(|job| job.id == outcome.job) {
                    job.may_have_printed = Some(outcome.sentence.clone());
                }
            }
            OutcomeKind::Held => {}
        }
        self.session.started.retain(|job| *job != outcome.job);
        self.unconfirmed = None;
        true
    }

    /// Shows the jobs that are still held, once the released ones are over.
    pub fn show_held(&mut self) {
        self.running.retain(|running| !running.is_over());
        self.notice = None;
        self.asking = None;
        self.editing = None;
        self.choose_sure();
    }

    /// The server did not do as it was told: a choice's jobs wait again, a stop can be asked for
    /// again. The PINs are forgotten, so that their jobs are to be chosen again. False when no choice
    /// was open, nor a part of one.
    pub fn choice_refused(&mut self, sentence: Sentence) -> bool {
        self.notice = Some(sentence);
        for running in &mut self.running {
            running.is_stopping = false;
        }
        let unconfirmed = self.unconfirmed.take();
        if unconfirmed.is_none() {
            // A part of a choice: the server has said what of it is on its way, and the rest is not.
            let (started, before) = (&self.session.started, self.running.len());
            self.running.retain(|running| {
                let is_heard_of = running.stage != JobStage::Waiting || running.is_over();
                is_heard_of || started.contains(&running.job)
            });
            return self.running.len() < before;
        }
        let Some(StationMessage::Choose { jobs, options, .. }) = unconfirmed else {
            return false;
        };
        self.give_back_wishes(options.jobs);
        self.running.retain(|running| !jobs.contains(&running.job));
        // What takes a decision is to be decided anew: it may have changed since.
        let is_plain = |job: &Id| {
            let card = self.held().find(|card| card.id == *job);
            card.is_some_and(|card| !card.is_to_be_named())
        };
        let jobs: Vec<Id> = jobs.into_iter().filter(is_plain).collect();
        self.chosen.extend(jobs);
        true
    }

    /// Asks for a job to be stopped; none when it is over or was asked for already.
    pub fn stop(&mut self, job: &Id) -> Option<StationMessage> {
        let running = self.running.iter_mut().find(|running| running.job == *job)?;
        if running.is_over() || running.is_stopping {
            return None;
        }
        running.is_stopping = true;
        Some(StationMessage::Stop { job: job.clone() })
    }

    /// Answers where a job that stands still is to come out; none when it is not asked, or is being stopped.
    pub fn finish(&mut self, job: &Id, at: FinishAt) -> Option<StationMessage> {
        let running = self.running.iter_mut().find(|running| running.job == *job)?;
        if running.is_over() || running.is_stopping || !running.standing.asks_where {
            return None;
        }
        running.standing.asks_where = false;
        running.is_stopping = at == FinishAt::Elsewhere;
        Some(StationMessage::Finish { job: job.clone(), at })
    }

    /// Whether a printer stands still with a job, or wakes up for one: its owner has reason to stay.
    pub fn stands_still(&self) -> bool {
        let mut open = self.running.iter().filter(|running| !running.is_over());
        open.any(|running| {
            matches!(running.stage, JobStage::Stopped { .. })
                || running.standing.waits_for.is_some()
                || running.standing.asks_where
        })
    }

    /// The released job of that name. The server may start a job before it says so in a session.
    fn running(&mut self, job: &Id) -> Option<&mut Running> {
        if !self.is_running(job) {
            let card = self.session.jobs.iter().find(|card| card.id == *job)?;
            self.chosen.remove(job);
            self.running.push(Running::new(card));
        }
        self.running.iter_mut().find(|running| running.job == *job)
    }
}
