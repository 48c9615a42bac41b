//! When a job that stands still at its printer is given up.
//!
//! Paper must not come out for somebody who has left: whoever clears the jam would find it. So a job
//! that stands still is cancelled three minutes after its owner was last noticed there.

use std::time::{Duration, Instant};

use ipp_codec::registry::{JobState, PrinterState};

use crate::delivery::printer::facts::Condition;
use crate::delivery::printer::job::JobReport;

/// What to do about a job that stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Wait.
    Wait,
    /// Wait, and offer the owner to cancel here and release elsewhere.
    Offer,
    /// The owner is gone: cancel.
    Cancel,
}

/// How long a job may stand still.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Until the owner is offered to cancel.
    pub offer_cancel: Duration,
    /// Until it is cancelled without its owner.
    pub owner_absent: Duration,
}

impl Rule {
    /// What to do now about a job that has stood still since `since`, whose owner was last noticed at
    /// `owner_seen`.
    pub fn judge(self, since: Instant, owner_seen: Option<Instant>, now: Instant) -> Patience {
        let still = now.saturating_duration_since(since);
        let alone = owner_seen.map_or(still, |seen| now.saturating_duration_since(seen).min(still));
        if alone >= self.owner_absent {
            Patience::Cancel
        } else if still >= self.offer_cancel {
            Patience::Offer
        } else {
            Patience::Wait
        }
    }
}

/// Whether the printer has stopped with the job. Many machines leave the job `processing` and say only
/// of themselves that they have stopped.
pub fn has_stopped(job: &JobReport, printer: Option<&Condition>) -> bool {
    let says_so = job.reasons.iter().any(|reason| reason.as_str() == "printer-stopped");
    let machine = printer.is_some_and(|condition| condition.state == PrinterState::STOPPED);
    match job.state {
        JobState::PROCESSING_STOPPED => true,
        JobState::PROCESSING | JobState::PENDING | JobState::PENDING_HELD => says_so || machine,
        _ => false,
    }
}

/// Whether the job waits at the printer without being printed.
pub fn is_waiting(job: &JobReport) -> bool {
    matches!(job.state, JobState::PENDING | JobState::PENDING_HELD)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule =
        Rule { offer_cancel: Duration::from_secs(120), owner_absent: Duration::from_secs(180) };

    #[test]
    fn a_job_stands_still_for_three_minutes_without_its_owner() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let table = [
            (None, 0, Patience::Wait),
            (None, 119, Patience::Wait),
            (None, 120, Patience::Offer),
            (None, 179, Patience::Offer),
            (None, 180, Patience::Cancel),
            // Noticed at second 100: three minutes from there.
            (Some(100), 180, Patience::Offer),
            (Some(100), 279, Patience::Offer),
            (Some(100), 280, Patience::Cancel),
        ];
        for (seen, now, wanted) in table {
            assert_eq!(RULE.judge(start, seen.map(at), at(now)), wanted, "{seen:?} {now}");
        }
    }

    #[test]
    fn an_owner_who_was_noticed_before_the_stop_has_three_minutes_from_the_stop() {
        let seen = Instant::now();
        let stopped = seen + Duration::from_secs(600);
        let after = |seconds| stopped + Duration::from_secs(seconds);
        assert_eq!(RULE.judge(stopped, Some(seen), after(1)), Patience::Wait);
        assert_eq!(RULE.judge(stopped, Some(seen), after(180)), Patience::Cancel);
    }
}
