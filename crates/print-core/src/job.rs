//! A job's states and the one function that changes them, [`Job::apply`].
//!
//! The states are those of RFC 8011 section 5.3.7 with our own names; the database repeats the rule in
//! its `WHERE state = …`. "Uncertain" is no state: it is what the last attempt left behind, shown to the
//! owner as "may have printed".

use std::fmt;
use std::str::FromStr;

/// Where a job is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobState {
    /// The document is still arriving.
    Incoming,
    /// Whole and durable, waiting for its owner.
    Held,
    /// The owner said go; the printer does not know the job yet.
    Released,
    /// The printer has given the job a number of its own.
    Delivering,
    /// The printer has stopped with the job: jam, no paper, cover open.
    Stopped,
    /// Out, as the printer reported.
    Completed,
    /// Ended by its owner, an administrator or its age.
    Canceled,
    /// Never became whole.
    Aborted,
}

impl JobState {
    /// Every state, in the order of a job's life.
    pub const ALL: [Self; 8] = [
        Self::Incoming,
        Self::Held,
        Self::Released,
        Self::Delivering,
        Self::Stopped,
        Self::Completed,
        Self::Canceled,
        Self::Aborted,
    ];

    /// The value of `job-state` (RFC 8011 section 5.3.7).
    #[must_use]
    pub fn job_state(self) -> i32 {
        match self {
            Self::Incoming | Self::Held => 4,
            Self::Released => 3,
            Self::Delivering => 5,
            Self::Stopped => 6,
            Self::Canceled => 7,
            Self::Aborted => 8,
            Self::Completed => 9,
        }
    }

    /// Whether nothing is to come any more: but that a completed job's owner may have it once more, as long
    /// as its document is kept ([`JobEvent::Reprint`]).
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Canceled | Self::Aborted)
    }

    /// The word that the database keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Held => "held",
            Self::Released => "released",
            Self::Delivering => "delivering",
            Self::Stopped => "stopped",
            Self::Completed => "completed",
            Self::Canceled => "canceled",
            Self::Aborted => "aborted",
        }
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names no job state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a job state")]
pub struct UnknownState(String);

impl FromStr for JobState {
    type Err = UnknownState;

    fn from_str(word: &str) -> Result<Self, UnknownState> {
        let found = Self::ALL.into_iter().find(|state| state.as_str() == word);
        found.ok_or_else(|| UnknownState(word.chars().take(32).collect()))
    }
}

/// What the printer proved about paper when it ended a job without completing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Printed {
    /// It reported that not one impression was made. A missing count is never this.
    Nothing,
    /// It reported some impressions, or did not say.
    SomeOrUnsaid,
}

/// Why the printer was asked to end a job, if it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndedBy {
    /// The printer ended it by itself.
    Printer,
    /// The owner, or an administrator, cancelled it.
    Owner,
    /// We did, because its owner left a stopped printer: nothing may come out when somebody clears it.
    OwnersAbsence,
}

/// What can happen to a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobEvent {
    /// The whole document is durable.
    DocumentComplete,
    /// The client went away, was too slow, or the spool failed.
    IntakeFailed,
    /// The owner or an administrator wants the job gone.
    Cancel,
    /// The job was held for as long as its queue allows.
    Expire,
    /// The owner said go at a printer.
    Claim,
    /// The owner wants a completed job once more, because the printout was not right, and names it. The
    /// precedent is Restart-Job (RFC 8011 section 4.3.7).
    Reprint,
    /// The printer's own number for the job is committed.
    CreatedAtPrinter,
    /// The printer refused before it knew the job, or whoever claimed it lost the claim.
    HandBack,
    /// The printer stopped with the job.
    Stop,
    /// The printer went on.
    Resume,
    /// The printer reported the job as completed.
    Finish,
    /// The printer ended the job without completing it.
    End { printed: Printed, by: EndedBy },
    /// Nobody can tell what the printer did.
    OutcomeUnknown,
}

/// What the ledger gets when a job changes state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Booking {
    /// Nothing was printed, or nothing is known to be over.
    Nothing,
    /// One entry for what the printer reported.
    Charge,
    /// One entry without a count, shown to finance under "to check".
    ToCheck,
}

/// What a change of state brings with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Transition {
    /// The new state; the old one when the event only asks something of the printer.
    pub to: JobState,
    /// What is booked in the same transaction.
    pub booking: Booking,
    /// Whether the owner is to be told "may have printed" before the job is released again.
    pub uncertain: bool,
    /// Whether the printer must be asked to cancel; its answer is another event.
    pub ask_printer_to_cancel: bool,
}

impl Transition {
    fn to(state: JobState) -> Self {
        Self {
            to: state,
            booking: Booking::Nothing,
            uncertain: false,
            ask_printer_to_cancel: false,
        }
    }

    fn booking(self, booking: Booking) -> Self {
        Self { booking, ..self }
    }

    fn uncertain(self) -> Self {
        Self { uncertain: true, ..self }
    }

    fn asking(self) -> Self {
        Self { ask_printer_to_cancel: true, ..self }
    }
}

/// An event that the job's state does not know: somebody else was first. An answer, not a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a job that is {state} cannot take {event:?}")]
pub struct NotNow {
    /// The state the job is in.
    pub state: JobState,
    /// What was asked of it.
    pub event: JobEvent,
}

/// The part of a job that its rules need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Job {
    /// Where it is in its life.
    pub state: JobState,
    /// Whether its owner has it printed and keeps it: what is out waits again until it expires.
    pub is_kept: bool,
}

impl Job {
    /// A job in this state that its owner does not keep.
    #[must_use]
    pub fn at(state: JobState) -> Self {
        Self { state, is_kept: false }
    }

    /// What `event` does to the job. Pure and total: every state meets every event.
    ///
    /// # Errors
    /// [`NotNow`] when the event has no meaning in this state; the job stays as it is.
    pub fn apply(self, event: JobEvent) -> Result<Transition, NotNow> {
        use JobEvent as E;
        use JobState as S;
        let to = Transition::to;
        let next = match (self.state, event) {
            (S::Incoming, E::DocumentComplete) => to(S::Held),
            (S::Incoming, E::IntakeFailed) => to(S::Aborted),
            (S::Incoming | S::Held | S::Released, E::Cancel) => to(S::Canceled),
            (S::Held, E::Expire) => to(S::Canceled),
            (S::Held, E::Claim) | (S::Completed, E::Reprint) => to(S::Released),
            (S::Released, E::CreatedAtPrinter) => to(S::Delivering),
            (S::Released, E::HandBack) => to(S::Held),
            (S::Delivering, E::Stop) => to(S::Stopped),
            (S::Stopped, E::Resume) => to(S::Delivering),
            (S::Delivering | S::Stopped, E::Cancel) => to(self.state).asking(),
            (S::Delivering | S::Stopped, E::Finish) if self.is_kept => {
                to(S::Held).booking(Booking::Charge)
            }
            (S::Delivering | S::Stopped, E::Finish) => to(S::Completed).booking(Booking::Charge),
            (S::Delivering | S::Stopped, E::End { printed, by }) => Self::ended(printed, by),
            // Create-Job was sent but its answer never came: paper cannot have come out, for no
            // document was sent, yet the printer may still hold an empty job of ours.
            (S::Released, E::OutcomeUnknown) => to(S::Held).uncertain(),
            (S::Delivering | S::Stopped, E::OutcomeUnknown) => {
                to(S::Held).uncertain().booking(Booking::ToCheck)
            }
            (state, event) => return Err(NotNow { state, event }),
        };
        Ok(next)
    }

    fn ended(printed: Printed, by: EndedBy) -> Transition {
        let state = if by == EndedBy::Owner { JobState::Canceled } else { JobState::Held };
        let next = Transition::to(state);
        match (printed, by) {
            (Printed::Nothing, _) => next,
            (Printed::SomeOrUnsaid, EndedBy::Printer) => next.uncertain().booking(Booking::Charge),
            (Printed::SomeOrUnsaid, _) => next.booking(Booking::Charge),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use JobEvent as E;
    use JobState as S;

    const EVENTS: [JobEvent; 18] = [
        E::DocumentComplete,
        E::IntakeFailed,
        E::Cancel,
        E::Expire,
        E::Claim,
        E::Reprint,
        E::CreatedAtPrinter,
        E::HandBack,
        E::Stop,
        E::Resume,
        E::Finish,
        E::End { printed: Printed::Nothing, by: EndedBy::Printer },
        E::End { printed: Printed::Nothing, by: EndedBy::Owner },
        E::End { printed: Printed::Nothing, by: EndedBy::OwnersAbsence },
        E::End { printed: Printed::SomeOrUnsaid, by: EndedBy::Printer },
        E::End { printed: Printed::SomeOrUnsaid, by: EndedBy::Owner },
        E::End { printed: Printed::SomeOrUnsaid, by: EndedBy::OwnersAbsence },
        E::OutcomeUnknown,
    ];

    /// Every state against every event, in the order of `EVENTS`: the state it leads to, with `+` for a
    /// charge, `?` for an entry to check, `!` for "may have printed", `>` for a question to the printer
    /// and `-` where the event has no meaning.
    const TABLE: [(JobState, &str); 8] = [
        (S::Incoming, "held aborted canceled - - - - - - - - - - - - - - -"),
        (S::Held, "- - canceled canceled released - - - - - - - - - - - - -"),
        (S::Released, "- - canceled - - - delivering held - - - - - - - - - held!"),
        (
            S::Delivering,
            "- - delivering> - - - - - stopped - completed+ held canceled held held+! canceled+ \
             held+ held?!",
        ),
        (
            S::Stopped,
            "- - stopped> - - - - - - delivering completed+ held canceled held held+! canceled+ \
             held+ held?!",
        ),
        (S::Completed, "- - - - - released - - - - - - - - - - - -"),
        (S::Canceled, "- - - - - - - - - - - - - - - - - -"),
        (S::Aborted, "- - - - - - - - - - - - - - - - - -"),
    ];

    fn written(result: Result<Transition, NotNow>) -> String {
        let Ok(next) = result else { return "-".into() };
        let booking = match next.booking {
            Booking::Nothing => "",
            Booking::Charge => "+",
            Booking::ToCheck => "?",
        };
        let uncertain = if next.uncertain { "!" } else { "" };
        let asking = if next.ask_printer_to_cancel { ">" } else { "" };
        format!("{}{booking}{uncertain}{asking}", next.to)
    }

    #[test]
    fn every_state_meets_every_event_as_the_table_says() {
        for (state, row) in TABLE {
            let wanted: Vec<&str> = row.split_whitespace().collect();
            assert_eq!(wanted.len(), EVENTS.len(), "{state}");
            for (event, wanted) in EVENTS.into_iter().zip(wanted) {
                assert_eq!(written(Job::at(state).apply(event)), wanted, "{state} and {event:?}");
            }
        }
    }

    #[test]
    fn a_final_state_has_no_way_out_but_its_owners_wish_to_have_it_once_more() {
        for state in S::ALL.into_iter().filter(|state| state.is_final()) {
            let moves = |event: &JobEvent| Job::at(state).apply(*event).is_ok();
            let ways: Vec<_> = EVENTS.into_iter().filter(moves).collect();
            assert_eq!(ways, if state == S::Completed { vec![E::Reprint] } else { vec![] });
        }
    }

    #[test]
    fn a_kept_job_waits_again_when_it_is_out_and_is_charged_all_the_same() {
        for state in S::ALL {
            for event in EVENTS {
                let kept = Job { state, is_kept: true }.apply(event);
                let plain = written(Job::at(state).apply(event));
                let wanted = if plain == "completed+" { "held+".to_owned() } else { plain };
                assert_eq!(written(kept), wanted, "{state} and {event:?}");
            }
        }
    }

    #[test]
    fn the_word_of_a_state_leads_back_to_it() {
        for state in S::ALL {
            assert_eq!(state.as_str().parse::<JobState>(), Ok(state));
        }
        assert!("printing".parse::<JobState>().is_err());
    }
}
