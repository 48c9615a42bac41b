//! Which faults are armed, and the one that strikes at each step of the machine.

use ipp_codec::{Operation, Status};
use serde::Serialize;

use super::faults::{Fault, ForgetWhen, HangUpAt, HangUpHow, Lie, OperationName};

/// Used-up faults that the status page still shows.
const USED_UP_MAX: usize = 100;

/// A fault that was armed.
#[derive(Debug, Clone, Serialize)]
pub struct Armed {
    /// The number that the control port gave it.
    pub id: u64,
    /// What it is.
    #[serde(flatten)]
    pub fault: Fault,
    /// How often it still strikes; without end when `None`.
    pub times_left: Option<u32>,
    /// How often it has struck.
    pub hits: u32,
    /// Whether the machine stands still because of it.
    pub active: bool,
}

impl Armed {
    fn is_used_up(&self) -> bool {
        self.times_left == Some(0) && !self.active
    }
}

/// What happens instead of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Before {
    /// The connection ends.
    HangUp(HangUpHow),
    /// An HTTP status, with a location.
    Http(u16, Option<String>),
    /// An IPP status.
    Status(Status),
}

/// What happens to the reply of an operation that was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// The connection ends without it.
    HangUp(HangUpHow),
    /// Noise.
    Garbage,
    /// Attributes of so many bytes.
    Huge(u64),
    /// Another job's number.
    WrongJobId,
    /// It comes so many milliseconds later.
    Late(u64),
    /// Chunks without end follow it.
    Chunks,
    /// It comes byte by byte, one in so many milliseconds.
    Dripping(u64),
}

/// What happens before the next impression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strike {
    /// The machine stands still with this reason for the job, until the fault is cleared.
    Stop,
    /// The job stays in `processing` without a reason, until the fault is cleared.
    Stuck,
    /// The job is given up.
    Abort,
    /// The machine restarts.
    Reset,
}

/// The faults that are armed, oldest first.
#[derive(Debug, Default)]
pub struct FaultList {
    armed: Vec<Armed>,
    next_id: u64,
}

impl FaultList {
    /// Arms a fault; `times` 0 means until cleared. Gives its number.
    pub fn arm(&mut self, fault: Fault, times: u32) -> u64 {
        self.next_id += 1;
        let times_left = (times > 0 && !fault.is_lasting()).then_some(times);
        self.armed.push(Armed { id: self.next_id, fault, times_left, hits: 0, active: false });
        let used_up = self.armed.iter().filter(|armed| armed.is_used_up()).count();
        if used_up > USED_UP_MAX
            && let Some(oldest) = self.armed.iter().position(Armed::is_used_up)
        {
            self.armed.remove(oldest);
        }
        self.next_id
    }

    /// Takes away what `chosen` says; gives how many of them could still strike or stood in the way.
    pub fn clear(&mut self, chosen: impl Fn(&Armed) -> bool) -> usize {
        let alive = self.armed.iter().filter(|armed| chosen(armed) && !armed.is_used_up()).count();
        self.armed.retain(|armed| !chosen(armed));
        alive
    }

    /// All of them, for the status page.
    pub fn all(&self) -> &[Armed] {
        &self.armed
    }

    /// Whether a lasting condition is there.
    pub fn has(&self, condition: &Fault) -> bool {
        self.armed.iter().any(|armed| armed.fault == *condition)
    }

    /// The fault because of which the machine stands still.
    pub fn standing(&self) -> Option<&Fault> {
        self.armed.iter().find(|armed| armed.active).map(|armed| &armed.fault)
    }

    /// Lets the first fault strike that `pick` knows.
    pub fn strike<T>(&mut self, pick: impl Fn(&Fault) -> Option<T>) -> Option<T> {
        self.strike_armed(pick).map(|(_, struck)| struck)
    }

    fn strike_armed<T>(&mut self, pick: impl Fn(&Fault) -> Option<T>) -> Option<(&mut Armed, T)> {
        for armed in self.armed.iter_mut().filter(|armed| armed.times_left != Some(0)) {
            if let Some(struck) = pick(&armed.fault) {
                armed.hits += 1;
                armed.times_left = armed.times_left.map(|times| times - 1);
                return Some((armed, struck));
            }
        }
        None
    }

    /// What happens instead of this operation.
    pub fn before(&mut self, operation: Operation) -> Option<Before> {
        self.strike(|fault| match fault {
            Fault::HangUp { at: HangUpAt::Request, how, operation: only, .. }
                if concerns(*only, operation) =>
            {
                Some(Before::HangUp(*how))
            }
            Fault::HangUp { at: HangUpAt::CreateBefore, how, .. }
                if operation == Operation::CREATE_JOB =>
            {
                Some(Before::HangUp(*how))
            }
            Fault::Http { code, operation: only, location } if concerns(*only, operation) => {
                Some(Before::Http(*code, location.clone()))
            }
            Fault::Redirect { location } => Some(Before::Http(307, Some(location.clone()))),
            Fault::Status { code, operation: only } if concerns(*only, operation) => {
                Some(Before::Status(Status::new(*code)))
            }
            Fault::Busy { operation: only }
                if brings_job(operation) && concerns(*only, operation) =>
            {
                Some(Before::Status(Status::SERVER_ERROR_BUSY))
            }
            _ => None,
        })
    }

    /// What happens to the reply of this operation.
    pub fn after(&mut self, operation: Operation) -> Option<After> {
        let document = [Operation::SEND_DOCUMENT, Operation::PRINT_JOB].contains(&operation);
        self.strike(|fault| match fault {
            Fault::HangUp { at, how, operation: only, .. } if concerns(*only, operation) => {
                let here = match at {
                    HangUpAt::CreateAfter => operation == Operation::CREATE_JOB,
                    HangUpAt::DocumentAfter => document,
                    HangUpAt::Reply => true,
                    _ => false,
                };
                here.then_some(After::HangUp(*how))
            }
            Fault::GarbageReply { operation: only } if concerns(*only, operation) => {
                Some(After::Garbage)
            }
            Fault::HugeReply { bytes, operation: only } if concerns(*only, operation) => {
                Some(After::Huge(*bytes))
            }
            Fault::WrongJobId { operation: only } if concerns(*only, operation) => {
                Some(After::WrongJobId)
            }
            Fault::SlowReply { milliseconds, operation: only } if concerns(*only, operation) => {
                Some(After::Late(*milliseconds))
            }
            Fault::EndlessChunks { operation: only } if concerns(*only, operation) => {
                Some(After::Chunks)
            }
            Fault::DrippingReply { milliseconds, operation: only }
                if concerns(*only, operation) =>
            {
                Some(After::Dripping(*milliseconds))
            }
            _ => None,
        })
    }

    /// Whether a new connection ends at once.
    pub fn at_connect(&mut self) -> Option<HangUpHow> {
        self.strike(|fault| match fault {
            Fault::HangUp { at: HangUpAt::Connect, how, .. } => Some(*how),
            _ => None,
        })
    }

    /// After how many bytes of this document the connection ends.
    pub fn in_document(&mut self) -> Option<(u64, HangUpHow)> {
        self.strike(|fault| match fault {
            Fault::HangUp { at: HangUpAt::DocumentBefore, how, .. } => Some((0, *how)),
            Fault::HangUp { at: HangUpAt::DocumentBytes, how, after_bytes, .. } => {
                Some((*after_bytes, *how))
            }
            _ => None,
        })
    }

    /// After how many bytes of this document the paper stops; see [`FaultList::jam_in_document`].
    pub fn jams_in_document(&self) -> Option<u64> {
        self.armed.iter().find_map(|armed| match &armed.fault {
            Fault::JamWhileReading { after_bytes } if armed.times_left != Some(0) => {
                Some(*after_bytes)
            }
            _ => None,
        })
    }

    /// Whether it has, and nobody has taken it out yet.
    pub fn is_jammed_in_document(&self) -> bool {
        let is_jam = |armed: &Armed| matches!(armed.fault, Fault::JamWhileReading { .. });
        self.armed.iter().any(|armed| armed.active && is_jam(armed))
    }

    /// The paper stops while the document is read.
    pub fn jam_in_document(&mut self) {
        let jam = |fault: &Fault| matches!(fault, Fault::JamWhileReading { .. }).then_some(());
        if let Some((armed, ())) = self.strike_armed(jam) {
            armed.active = true;
        }
    }

    /// How fast this document is read, in bytes a second.
    pub fn reading_speed(&mut self) -> Option<u32> {
        self.strike(|fault| match fault {
            Fault::Slow { bytes_per_second } => Some((*bytes_per_second).max(1)),
            _ => None,
        })
    }

    /// Whether this format is refused though it is advertised.
    pub fn refuses_format(&mut self, format: &str) -> bool {
        let refused = self.strike(|fault| match fault {
            Fault::RefusesFormat { formats } => {
                (formats.is_empty() || formats.iter().any(|one| one == format)).then_some(())
            }
            _ => None,
        });
        refused.is_some()
    }

    /// Which parts of a new job's ticket are ignored.
    pub fn ignored_attributes(&mut self) -> Vec<String> {
        let ignored = self.strike(|fault| match fault {
            Fault::IgnoresTicket { attributes } => Some(attributes.clone()),
            _ => None,
        });
        ignored.unwrap_or_default()
    }

    /// How the counts of a job that begins to print are wrong.
    pub fn lie(&mut self) -> Option<Lie> {
        self.strike(|fault| match fault {
            Fault::Lies { about } => Some(*about),
            _ => None,
        })
    }

    /// Whether a job is forgotten at this moment.
    pub fn forgets(&mut self, moment: ForgetWhen) -> bool {
        let forgotten = self.strike(|fault| match fault {
            Fault::Forgets { when } if *when == moment => Some(()),
            _ => None,
        });
        forgotten.is_some()
    }

    /// What happens to a job of which so many impressions are out.
    pub fn at_impression(&mut self, impressions_out: u32) -> Option<Strike> {
        let (armed, strike) = self.strike_armed(|fault| {
            let (after, strike) = match fault {
                Fault::Jam { after_impressions } | Fault::MediaEmpty { after_impressions } => {
                    (*after_impressions, Strike::Stop)
                }
                Fault::Stuck { after_impressions } => (*after_impressions, Strike::Stuck),
                Fault::Aborts { after_impressions } => (*after_impressions, Strike::Abort),
                Fault::Resets { after_impressions } => (*after_impressions, Strike::Reset),
                _ => return None,
            };
            (after <= impressions_out).then_some(strike)
        })?;
        armed.active = matches!(strike, Strike::Stop | Strike::Stuck);
        Some(strike)
    }
}

fn concerns(only: Option<OperationName>, operation: Operation) -> bool {
    only.is_none_or(|only| only.0 == operation)
}

/// Operations that bring a job or a part of one.
pub fn brings_job(operation: Operation) -> bool {
    [Operation::PRINT_JOB, Operation::VALIDATE_JOB, Operation::CREATE_JOB, Operation::SEND_DOCUMENT]
        .contains(&operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_strikes_as_often_as_it_was_armed_for() {
        let mut faults = FaultList::default();
        faults.arm(Fault::Busy { operation: None }, 2);
        let busy = Some(Before::Status(Status::SERVER_ERROR_BUSY));
        assert_eq!(faults.before(Operation::GET_JOBS), None);
        assert_eq!(faults.before(Operation::CREATE_JOB), busy);
        assert_eq!(faults.before(Operation::PRINT_JOB), busy);
        assert_eq!(faults.before(Operation::CREATE_JOB), None);
        assert_eq!(faults.all()[0].hits, 2);
    }

    #[test]
    fn a_jam_stands_until_it_is_cleared() {
        let mut faults = FaultList::default();
        faults.arm(Fault::Jam { after_impressions: 2 }, 1);
        assert_eq!(faults.at_impression(1), None);
        assert_eq!(faults.at_impression(2), Some(Strike::Stop));
        assert!(faults.standing().is_some());
        assert_eq!(faults.clear(|armed| armed.fault.name() == "jam"), 1);
        assert!(faults.standing().is_none());
        assert_eq!(faults.at_impression(2), None);
    }

    #[test]
    fn an_unknown_field_of_a_fault_is_refused() {
        let wrong = serde_json::json!({ "fault": "jam", "after_pages": 1 });
        assert!(serde_json::from_value::<Fault>(wrong).is_err());
        let unknown = serde_json::json!({ "fault": "busy", "operation": "Print-Jobs" });
        assert!(serde_json::from_value::<Fault>(unknown).is_err());
        let lasting = serde_json::json!({ "fault": "not-accepting" });
        assert!(serde_json::from_value::<Fault>(lasting).is_ok());
    }
}
