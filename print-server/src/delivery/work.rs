//! One attempt under way, and the words that its steps hand to each other.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use print_core::job::EndedBy;
use print_core::{JobId, Timestamp};
use store::ClaimedJob;

use super::live::Live;
use super::printer::job::JobReport;
use super::printer::operations::NewJobReply;
use super::rules::outcome::Reason;
use super::rules::recovery::LastCommit;

/// One attempt under way.
#[derive(Debug)]
pub struct Work {
    /// What the claim froze.
    pub claimed: ClaimedJob,
    /// What the owner sees of it, and how the owner stops it.
    pub live: Arc<Live>,
    /// When this process got it.
    pub started: Instant,
    /// When the owner said go; a second try by ourselves counts from here.
    pub tap_at: Timestamp,
    /// Which try since the tap this is, from 1.
    pub tries: u8,
    /// How long after `started` the document's first byte was on its way.
    pub first_byte: OnceLock<Duration>,
    /// The empty backs between the copies of a drawn document, once it is known that it is drawn.
    pub blanks: OnceLock<u32>,
}

impl Work {
    /// The job's key.
    pub fn job(&self) -> JobId {
        self.claimed.job.id
    }

    /// The empty backs between the copies of a drawn document.
    pub fn blanks(&self) -> u32 {
        self.blanks.get().copied().unwrap_or(0)
    }

    /// Whether the printing has taken longer than the owner allowed (`job-cancel-after`).
    pub fn has_run_out(&self, now: Timestamp) -> bool {
        let allowed = self.claimed.ticket.job_cancel_after.map(i64::from);
        let since = now.micros_since(self.claimed.claimed_at);
        allowed.is_some_and(|seconds| since >= seconds.saturating_mul(1_000_000))
    }

    /// The name under which the printer gets the job. It tells nothing about the document or its owner,
    /// and it is how the job is found again when the printer's number for it is not known.
    pub fn job_name(&self) -> String {
        job_name(self.claimed.mark)
    }
}

/// What every name of ours at a printer begins with.
const NAME_BEGINS: &str = "Print ";

/// The name for a mark: its upper half is enough to tell one printer's jobs apart.
pub fn job_name(mark: i64) -> String {
    format!("{NAME_BEGINS}{:08x}", mark.cast_unsigned() >> 32)
}

/// Whether a job at a printer bears a name of ours.
pub fn is_our_name(name: &str) -> bool {
    let mark = name.strip_prefix(NAME_BEGINS);
    mark.is_some_and(|mark| mark.len() == 8 && mark.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The job as the printer knows it; its number is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtPrinter {
    /// The printer's `job-id`.
    pub id: i32,
    /// The printer's `job-uuid`, if it makes such.
    pub uuid: Option<String>,
    /// `printer-up-time` when it got the job.
    pub up_time: Option<i32>,
    /// The name it was given.
    pub name: String,
}

impl AtPrinter {
    /// The job that a printer has just made.
    pub fn new(reply: &NewJobReply, up_time: Option<i32>, name: String) -> Self {
        Self { id: reply.id, uuid: reply.uuid.clone(), up_time, name }
    }

    /// Whether the report is about this job, and not about another one that got its number after the
    /// printer forgot. A printer that makes uuids is believed; else the name has to fit.
    pub fn is_in(&self, report: &JobReport) -> bool {
        match (&self.uuid, &report.uuid) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => report.name.as_ref().is_none_or(|name| *name == self.name),
        }
    }

    /// Whether the printer was switched on after it got the job.
    pub fn is_before_reset(&self, up_time: Option<i32>) -> bool {
        self.up_time.zip(up_time).is_some_and(|(then, now)| now < then)
    }
}

/// Where an attempt goes from one step.
#[derive(Debug)]
pub enum Next {
    /// The printer has everything: follow the job.
    Watch(AtPrinter),
    /// Something broke: ask the printer what became of the job.
    Settle(Open),
    /// It is over.
    End(Verdict, Created),
}

/// An attempt whose fate only the printer knows.
#[derive(Debug)]
pub struct Open {
    /// What is committed, or known by this very run.
    pub last: LastCommit,
    /// The job at the printer, once its number is committed.
    pub at: Option<AtPrinter>,
    /// Why it is held again should nothing have been printed.
    pub why: Reason,
}

/// Whether the printer's number for the job is committed: the job is then `Delivering` or `Stopped`,
/// else it is still `Released`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// It is not, and no document was sent.
    No,
    /// It is not, although the document may have been sent: the printer gets both in one request.
    MaybeSent,
    /// It is.
    Yes,
}

/// How an attempt is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing was printed: the job is held again.
    HandBack(Reason, EndedBy),
    /// The printer reported it as completed.
    Completed(JobReport),
    /// It ended early, perhaps with paper.
    EndedEarly(JobReport, Reason, EndedBy),
    /// Nobody can tell.
    Unknown(Reason),
    /// Somebody else has the job now.
    FenceLost,
    /// The database does not take the step; the attempt stays open until it is taken up as lost.
    LeftOpen,
}

#[cfg(test)]
mod tests {
    use super::*;
    use ipp_codec::registry::JobState;

    #[test]
    fn a_name_at_a_printer_is_neutral_and_known_again() {
        let name = job_name(-1);
        assert_eq!(name, "Print ffffffff");
        assert_eq!(job_name(0x0123_4567_89ab_cdef), "Print 01234567");
        assert!(is_our_name(&name));
        for other in ["", "Print", "Print 1234567", "Print report.p", "print 01234567"] {
            assert!(!is_our_name(other), "{other}");
        }
    }

    #[test]
    fn another_job_with_the_same_number_is_not_ours() {
        let report = |uuid: Option<&str>, name: Option<&str>| JobReport {
            id: 7,
            uuid: uuid.map(str::to_owned),
            name: name.map(str::to_owned),
            state: JobState::COMPLETED,
            reasons: Vec::new(),
            impressions: None,
            sheets: None,
            impressions_split: None,
            sheets_split: None,
            up_time: None,
            created_at: None,
        };
        let at = |uuid: Option<&str>| AtPrinter {
            id: 7,
            uuid: uuid.map(str::to_owned),
            up_time: Some(100),
            name: "Print 01234567".into(),
        };
        let table = [
            (Some("urn:uuid:1"), Some("urn:uuid:1"), Some("renamed"), true),
            (Some("urn:uuid:1"), Some("urn:uuid:2"), Some("Print 01234567"), false),
            (None, Some("urn:uuid:2"), Some("Print 01234567"), true),
            (None, None, Some("Print 89abcdef"), false),
            (None, None, None, true),
        ];
        for (ours, theirs, name, same) in table {
            assert_eq!(at(ours).is_in(&report(theirs, name)), same, "{ours:?} {theirs:?} {name:?}");
        }
        assert!(at(None).is_before_reset(Some(99)));
        assert!(!at(None).is_before_reset(Some(100)));
        assert!(!at(None).is_before_reset(None));
    }
}
