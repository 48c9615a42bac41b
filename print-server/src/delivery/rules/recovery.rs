//! What to do with a job whose fate is open: after a crash, or after a broken connection.
//!
//! [`decide`] is the whole rule, pure and total: the last commit says what may have happened, the
//! printer's answer says what did. Whoever asks again and cancels is in [`super::settle`].

use ipp_codec::registry::JobState;

use super::outcome::Reason;
use crate::delivery::printer::job::JobReport;

/// The last thing about the attempt that is in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastCommit {
    /// The intent. No number of the printer's is known, and if the job is made before its document is
    /// sent, no byte of the document can have left.
    Intent,
    /// The intent, at a printer that gets job and document in one request.
    IntentWithDocument,
    /// The printer's number, and this very run knows that no byte of the document has left.
    CreatedUnsent,
    /// The printer's number. The document may have left in part or whole.
    Created,
    /// The printer took the whole document.
    Sent,
}

/// What the printer says about the job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// This is the job.
    Job(JobReport),
    /// It knows no such job, although it lists older ones of ours and was not switched off since: it
    /// never had it.
    NeverHadIt,
    /// It knows no such job, which proves nothing.
    NotFound,
    /// It was switched off and on since it had the job.
    Reset,
    /// It cannot be asked.
    Unreachable {
        /// Whether we have asked for as long as we do.
        given_up: bool,
    },
}

/// What follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Ask again a little later.
    AskAgain,
    /// Cancel-Job, and ask until the job has ended.
    CancelFirst,
    /// The printer has all it needs: follow the job until it ends.
    Watch,
    /// Nothing was printed: held again.
    HandBack,
    /// Done: the printer's count is booked.
    Complete,
    /// It ended early, or nobody can tell whether it was whole: book what the printer counted, hold,
    /// and mark as "may have printed".
    EndedEarly,
    /// Nobody can tell: hold and mark.
    Unknown(Reason),
}

/// The rule.
pub fn decide(last: LastCommit, answer: &Answer) -> Action {
    match (last, answer) {
        (_, Answer::Unreachable { given_up: false }) => Action::AskAgain,
        (LastCommit::CreatedUnsent, Answer::Job(job)) => empty_job(job),
        // Without a document nothing can come out, whatever became of the job.
        (LastCommit::CreatedUnsent, _) => Action::HandBack,
        (_, Answer::Unreachable { given_up: true }) => Action::Unknown(Reason::ConnectionLost),
        (LastCommit::Intent | LastCommit::IntentWithDocument, Answer::NeverHadIt) => {
            Action::HandBack
        }
        // The printer's number is committed before the document is sent: without it nothing can come out,
        // whatever the printer has forgotten.
        (LastCommit::Intent, Answer::NotFound | Answer::Reset) => Action::HandBack,
        (_, Answer::NotFound | Answer::NeverHadIt) => Action::Unknown(Reason::PrinterForgot),
        (_, Answer::Reset) => Action::Unknown(Reason::PrinterReset),
        (LastCommit::Intent, Answer::Job(job)) => empty_job(job),
        (LastCommit::IntentWithDocument | LastCommit::Created, Answer::Job(job)) => unsent_job(job),
        (LastCommit::Sent, Answer::Job(job)) => sent_job(job),
    }
}

/// The printer has a job of ours that no document was sent for.
fn empty_job(job: &JobReport) -> Action {
    if !job.state.is_final() {
        return Action::CancelFirst;
    }
    // A count above zero means that this is not the empty job we made: believe the paper.
    if job.impressions_reported().unwrap_or(0) > 0 { Action::EndedEarly } else { Action::HandBack }
}

/// The printer has a number for the job; how much of the document it got is not known.
fn unsent_job(job: &JobReport) -> Action {
    if !job.state.is_final() {
        return Action::CancelFirst;
    }
    let completed = job.state == JobState::COMPLETED;
    if !completed && job.proves_nothing_printed() { Action::HandBack } else { Action::EndedEarly }
}

/// The printer has the whole document.
fn sent_job(job: &JobReport) -> Action {
    match job.state {
        JobState::COMPLETED => Action::Complete,
        JobState::CANCELED | JobState::ABORTED if job.proves_nothing_printed() => Action::HandBack,
        JobState::CANCELED | JobState::ABORTED => Action::EndedEarly,
        _ => Action::Watch,
    }
}

/// What is known about an older job of ours, as evidence that the printer keeps its history.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// `printer-up-time` now.
    pub up_time: Option<i32>,
    /// Seconds since the intent was committed.
    pub seconds_since_intent: i64,
    /// Every job that the printer lists, ended or not.
    pub listed: &'a [JobReport],
}

/// Seconds by which the printer's clock and ours may disagree about one interval.
const CLOCK_SLACK_SECONDS: i64 = 5;

/// Whether a job that is not listed was never there: the printer has been up since before the intent,
/// and still lists an ended job of ours from before it.
pub fn history_is_proven(evidence: &Evidence<'_>, is_ours: impl Fn(&JobReport) -> bool) -> bool {
    let Some(up_time) = evidence.up_time.map(i64::from) else { return false };
    if evidence.seconds_since_intent < 0 {
        return false;
    }
    let intent_at = up_time - evidence.seconds_since_intent - CLOCK_SLACK_SECONDS;
    let older = |job: &JobReport| job.created_at.is_some_and(|at| i64::from(at) < intent_at);
    let kept = |job: &JobReport| job.state.is_final() && is_ours(job) && older(job);
    intent_at > 0 && evidence.listed.iter().any(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Action as A;
    use JobState as S;
    use LastCommit::{Created, CreatedUnsent, Intent, IntentWithDocument, Sent};

    fn job(state: JobState, impressions: Option<u32>) -> Answer {
        Answer::Job(report(state, impressions))
    }

    fn report(state: JobState, impressions: Option<u32>) -> JobReport {
        JobReport {
            id: 1,
            uuid: None,
            name: Some("Print 0000002a".into()),
            state,
            reasons: Vec::new(),
            impressions,
            sheets: None,
            impressions_split: None,
            sheets_split: None,
            up_time: None,
            created_at: Some(100),
        }
    }

    const OPEN: [JobState; 4] = [S::PENDING, S::PENDING_HELD, S::PROCESSING, S::PROCESSING_STOPPED];
    const ENDED: [JobState; 2] = [S::CANCELED, S::ABORTED];

    #[test]
    fn intent_and_our_job_without_document_is_cancelled_and_held() {
        for state in OPEN {
            assert_eq!(decide(Intent, &job(state, None)), A::CancelFirst, "{state}");
        }
        for state in ENDED {
            assert_eq!(decide(Intent, &job(state, None)), A::HandBack, "{state}");
            assert_eq!(decide(Intent, &job(state, Some(0))), A::HandBack, "{state}");
            assert_eq!(decide(Intent, &job(state, Some(1))), A::EndedEarly, "{state}");
        }
    }

    #[test]
    fn intent_and_no_job_is_held_when_the_printers_history_proves_it() {
        for intent in [Intent, IntentWithDocument] {
            assert_eq!(decide(intent, &Answer::NeverHadIt), A::HandBack);
        }
    }

    #[test]
    fn intent_and_no_job_and_no_proof_is_unknown_only_where_the_document_goes_with_the_job() {
        let answers =
            [(Answer::NotFound, Reason::PrinterForgot), (Answer::Reset, Reason::PrinterReset)];
        for (answer, reason) in answers {
            assert_eq!(decide(Intent, &answer), A::HandBack, "no byte of it can have left");
            assert_eq!(decide(IntentWithDocument, &answer), A::Unknown(reason));
        }
    }

    #[test]
    fn a_job_that_may_have_its_document_is_cancelled_before_it_is_judged() {
        for last in [IntentWithDocument, Created] {
            for state in OPEN {
                assert_eq!(decide(last, &job(state, Some(0))), A::CancelFirst, "{state}");
                assert_eq!(decide(last, &job(state, Some(3))), A::CancelFirst, "{state}");
            }
            for state in ENDED {
                assert_eq!(decide(last, &job(state, Some(0))), A::HandBack, "{state}");
                assert_eq!(decide(last, &job(state, Some(3))), A::EndedEarly, "{state}");
                assert_eq!(decide(last, &job(state, None)), A::EndedEarly, "no count is no zero");
            }
            for impressions in [None, Some(0), Some(3)] {
                assert_eq!(decide(last, &job(S::COMPLETED, impressions)), A::EndedEarly);
            }
        }
    }

    #[test]
    fn a_job_that_was_never_sent_its_document_is_held_whatever_the_printer_says() {
        for state in OPEN {
            assert_eq!(decide(CreatedUnsent, &job(state, None)), A::CancelFirst, "{state}");
        }
        assert_eq!(decide(CreatedUnsent, &job(S::ABORTED, None)), A::HandBack);
        assert_eq!(decide(CreatedUnsent, &job(S::CANCELED, Some(1))), A::EndedEarly);
        let gone = [Answer::NotFound, Answer::Reset, Answer::Unreachable { given_up: true }];
        for answer in gone {
            assert_eq!(decide(CreatedUnsent, &answer), A::HandBack, "{answer:?}");
        }
    }

    #[test]
    fn a_created_or_sent_job_that_is_not_found_is_unknown() {
        for last in [Created, Sent] {
            for answer in [Answer::NotFound, Answer::NeverHadIt] {
                assert_eq!(decide(last, &answer), A::Unknown(Reason::PrinterForgot));
            }
            assert_eq!(decide(last, &Answer::Reset), A::Unknown(Reason::PrinterReset));
        }
    }

    #[test]
    fn a_sent_job_is_followed_to_its_end() {
        for state in OPEN {
            assert_eq!(decide(Sent, &job(state, None)), A::Watch, "{state}");
        }
        for impressions in [None, Some(0), Some(7)] {
            assert_eq!(decide(Sent, &job(S::COMPLETED, impressions)), A::Complete);
        }
        for state in ENDED {
            assert_eq!(decide(Sent, &job(state, Some(0))), A::HandBack, "{state}");
            assert_eq!(decide(Sent, &job(state, Some(2))), A::EndedEarly, "{state}");
            assert_eq!(decide(Sent, &job(state, None)), A::EndedEarly, "{state}");
        }
    }

    #[test]
    fn a_printer_that_cannot_be_asked_is_asked_again_and_then_unknown() {
        for last in [Intent, IntentWithDocument, Created, Sent] {
            let asked = |given_up| decide(last, &Answer::Unreachable { given_up });
            assert_eq!(asked(false), A::AskAgain);
            assert_eq!(asked(true), A::Unknown(Reason::ConnectionLost));
        }
    }

    #[test]
    fn history_is_proven_by_an_older_job_on_a_printer_that_stayed_on() {
        let older = [report(S::COMPLETED, Some(1))];
        let open = [report(S::PROCESSING, None)];
        let table = [
            // Up for 1,000 s, the intent 60 s ago, a job of ours from second 100 still listed.
            (Some(1_000), 60, &older, true, true),
            // Switched on after the intent.
            (Some(50), 60, &older, true, false),
            // The listed job is younger than the intent.
            (Some(1_000), 950, &older, true, false),
            // It is somebody else's.
            (Some(1_000), 60, &older, false, false),
            // It has not ended: that says nothing about the memory of ended ones.
            (Some(1_000), 60, &open, true, false),
            // The printer does not say how long it has been up, or our clock went backwards.
            (None, 60, &older, true, false),
            (Some(1_000), -1, &older, true, false),
        ];
        for (up_time, seconds_since_intent, listed, ours, proven) in table {
            let evidence = Evidence { up_time, seconds_since_intent, listed };
            assert_eq!(history_is_proven(&evidence, |_| ours), proven, "{evidence:?}");
        }
    }
}
