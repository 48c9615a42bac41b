//! PINs at the screen: one job is asked about at a time, and nothing of a PIN is kept once the server has it.

use station_protocol::{Id, JobCard, Pin, Sentence, StationMessage, WhosePin};

use super::active::Active;

/// A job whose PIN is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asking {
    /// The job.
    pub job: Id,
    /// What was typed so far, on a page without script.
    pub typed: Option<Pin>,
    /// What the server said about the last PIN.
    pub notice: Option<Sentence>,
    /// The job is to be deleted with it, in place of being chosen.
    pub deletes: bool,
}

impl Active {
    /// Asks for the PIN of a held job that has one, and that is not locked.
    pub(super) fn ask_pin(&mut self, job: &Id, notice: Option<Sentence>) {
        self.ask(job, notice, false);
    }

    /// Asks for the PIN with which such a job is deleted.
    pub(super) fn ask_pin_to_delete(&mut self, job: &Id, notice: Option<Sentence>) {
        self.ask(job, notice, true);
    }

    fn ask(&mut self, job: &Id, notice: Option<Sentence>, deletes: bool) {
        if self.takes_pin(job) {
            // What the pad says is not said a second time over the list.
            self.notice = None;
            self.asking = Some(Asking { job: job.clone(), typed: None, notice, deletes });
        }
    }

    /// Takes what was typed so far.
    pub(super) fn type_pin(&mut self, typed: Option<Pin>) {
        if let Some(asking) = &mut self.asking {
            asking.typed = typed;
        }
    }

    /// Chooses the job that was asked about, or deletes it. Where there is nothing else to be chosen, it is let go.
    pub(super) fn take_pin(&mut self, pin: Pin, is_connected: bool) -> Option<StationMessage> {
        let asking = self.asking.take()?;
        if asking.deletes {
            return is_connected.then(|| self.delete_with(asking.job, Some(pin)));
        }
        let goes = self.pin_releases();
        self.chosen.insert(asking.job.clone());
        self.pins.insert(asking.job, pin);
        if goes && is_connected { self.release() } else { None }
    }

    /// Whether a PIN that is typed lets its job go at once: when there is one job and one printer.
    pub fn pin_releases(&self) -> bool {
        self.held().nth(1).is_none() && self.session.printers.len() == 1
    }

    /// The job that is asked about.
    pub fn asked_job(&self) -> Option<&JobCard> {
        let asking = self.asking.as_ref()?;
        self.held().find(|job| job.id == asking.job)
    }

    /// The person's own PIN, when it was typed for another job already: it opens all that want it.
    pub(super) fn own_pin(&self, job: &Id) -> Option<Pin> {
        let is_own = |job: &Id| {
            let held = self.held().find(|held| held.id == *job);
            held.and_then(|held| held.pin).is_some_and(|pin| pin.whose == WhosePin::Person)
        };
        if !is_own(job) {
            return None;
        }
        self.pins.iter().find(|(other, _)| is_own(other)).map(|(_, pin)| pin.clone())
    }

    /// Forgets PINs of jobs that are not chosen any more, and asks for none that does not help.
    pub(super) fn forget_pins(&mut self) {
        let Self { pins, chosen, .. } = self;
        pins.retain(|job, _| chosen.contains(job));
        if self.asking.as_ref().is_some_and(|asking| !self.takes_pin(&asking.job)) {
            self.asking = None;
        }
    }

    fn takes_pin(&self, job: &Id) -> bool {
        let held = self.held().find(|held| held.id == *job);
        held.and_then(|held| held.pin).is_some_and(|pin| pin.tries_left > 0)
    }
}
