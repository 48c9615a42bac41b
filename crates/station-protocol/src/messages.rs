//! What either side says.

use serde::{Deserialize, Serialize};

use crate::enrolment::Der;
use crate::limits::{JOBS_MAX, PRINTERS_MAX, READERS_MAX, RECENT_MAX, list};
use crate::standing::{FinishAt, Standing};
use crate::{
    BootId, Card, Id, JobCard, JobOptions, JobPin, Language, Line, Pin, PrinterCard, ReaderName,
    ReaderState, Sentence,
};

/// Counts the taps of one start of a station, from 1. Together with the station and its
/// [`BootId`] it names a tap for ever.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct TapNumber(pub u64);

/// What a station says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum StationMessage {
    /// The first message, and again whenever the readers change.
    Hello {
        /// The version of the protocol that the station speaks.
        protocol: u16,
        /// The version of the station's program.
        version: Line,
        /// A new one for each start.
        boot_id: BootId,
        /// The readers that are ready now.
        #[serde(deserialize_with = "list::<_, _, READERS_MAX>")]
        readers: Vec<ReaderName>,
        /// How its readers are.
        #[serde(default, skip_serializing_if = "ReaderState::is_unsaid")]
        reader_state: ReaderState,
        /// Whether nobody can be asked anything here: there is a reader and nothing else.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        is_reader_only: bool,
        /// Whether it has a screen on which codes are shown and typed.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        codes: bool,
    },
    /// A card was read. Sent again unchanged after a lost connection.
    Tap {
        /// The tap's number.
        tap: TapNumber,
        /// Where it was read.
        reader: ReaderName,
        /// What was read.
        card: Card,
    },
    /// A code was typed in place of a card. Sent again unchanged after a lost connection. Only servers that
    /// take codes are told it ([`ServerMessage::Welcome`]).
    Code {
        /// The tap's number.
        tap: TapNumber,
        /// What was typed.
        code: Pin,
    },
    /// A code was typed to add the card that was just read and that nobody has.
    CardCode {
        /// The tap that read the card.
        tap: TapNumber,
        /// What was typed.
        code: Pin,
    },
    /// The owner says go.
    Choose {
        /// The session's tap.
        tap: TapNumber,
        /// Where to print.
        printer: Id,
        /// Which jobs, in the order in which they are to come out.
        #[serde(deserialize_with = "list::<_, _, JOBS_MAX>")]
        jobs: Vec<Id>,
        /// What is to be different from what was asked for at the desk.
        #[serde(default)]
        options: ReleaseOptions,
    },
    /// The owner wants a started job to stop.
    Stop {
        /// The job.
        job: Id,
    },
    /// The owner's answer about a job that stands still; only servers that have asked hear it.
    Finish {
        /// The job.
        job: Id,
        /// Where it is to come out.
        at: FinishAt,
    },
    /// The owner would have a job like this: what does it cost then? Asked only of a server that says
    /// [`crate::JobTerms::can_change`] of the job.
    Price {
        /// The session's tap.
        tap: TapNumber,
        /// Where it would print.
        printer: Id,
        /// How.
        options: JobOptions,
    },
    /// The owner wants a held job to be gone. Said only where the server says
    /// [`crate::JobTerms::can_delete`] of it.
    Delete {
        /// The session's tap.
        tap: TapNumber,
        /// The job.
        job: Id,
        /// Its PIN, or the person's, where [`JobCard::pin`] wants one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pin: Option<Pin>,
    },
    /// The owner is done; nothing that was released is stopped.
    Leave {
        /// The session's tap.
        tap: TapNumber,
    },
    /// Asks for a [`ServerMessage::Pong`].
    Ping,
}

/// What the owner adds at the station. An earlier server ignores fields that a later version adds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseOptions {
    /// The PINs of those of the chosen jobs that have one.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "list::<_, _, JOBS_MAX>"
    )]
    pub pins: Vec<JobPin>,
    /// What is different with some of the chosen jobs.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "list::<_, _, JOBS_MAX>"
    )]
    pub jobs: Vec<JobOptions>,
}

/// What the server says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The answer to a `Hello`.
    Welcome {
        /// The version that both will speak: the station's.
        protocol: u16,
        /// The station's name, as its certificate says.
        station: Line,
        /// The printers beside it.
        #[serde(deserialize_with = "list::<_, _, PRINTERS_MAX>")]
        printers: Vec<PrinterCard>,
        /// What a tap does here.
        policy: StartPolicy,
        /// Whether the server takes codes in place of cards.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        codes: bool,
    },
    /// The answer to a `Tap` or a `Code`, and again whenever what it says changes.
    Session(Session),
    /// Behind the refusal of a card that nobody has: how to add it. Said again with another code, as long as
    /// the card is offered. Only stations with a screen for codes are told it.
    NewCard(NewCard),
    /// The card that this tap read has an owner now: it may be held to the reader again.
    CardAdded {
        /// The tap.
        tap: TapNumber,
    },
    /// A started job moved.
    Progress(JobProgress),
    /// A started job is over.
    Outcome(Outcome),
    /// A `Hello`, `Tap`, `Code`, `CardCode`, `Choose` or `Stop` was not obeyed.
    Refused {
        /// The tap in question; none when it was no tap's fault.
        #[serde(default)]
        tap: Option<TapNumber>,
        /// Why.
        reason: RefusedReason,
        /// The job whose PIN was wrong, when another one may be typed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        job: Option<Id>,
        /// The same for the person at the screen, in the station's or the owner's language.
        sentence: Sentence,
    },
    /// The answer to a `Price`.
    Quote {
        /// The session's tap.
        tap: TapNumber,
        /// What was asked about.
        options: JobOptions,
        /// What it would cost, ready to show; none when nobody can tell, or it is not possible.
        #[serde(default)]
        price: Option<Line>,
        /// Why it is not possible so at that printer, in the owner's language.
        #[serde(default)]
        refused: Option<Sentence>,
    },
    /// The session is over.
    Ended {
        /// The session's tap.
        tap: TapNumber,
        /// Why.
        reason: EndReason,
    },
    /// A newer certificate for the station's key, in place of the one that it showed.
    Certificate {
        /// The certificate.
        certificate: Der,
    },
    /// The answer to a `Ping`.
    Pong,
}

/// One person at the station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The tap that began it.
    pub tap: TapNumber,
    /// The owner's language.
    pub language: Language,
    /// The owner's name, as it is shown.
    pub person: Line,
    /// Where the owner may print from here.
    #[serde(deserialize_with = "list::<_, _, PRINTERS_MAX>")]
    pub printers: Vec<PrinterCard>,
    /// The owner's held jobs, newest first, and the started ones until their outcome is told.
    #[serde(deserialize_with = "list::<_, _, JOBS_MAX>")]
    pub jobs: Vec<JobCard>,
    /// How many more of the owner's jobs are still arriving.
    #[serde(default)]
    pub arriving: u32,
    /// How many of the started jobs wait for their pages to be counted before they go, longer than a moment.
    #[serde(default)]
    pub counting: u32,
    /// How many more of the owner's held jobs the card does not open before its owner has confirmed it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub hidden: u32,
    /// What a tap does here for this owner.
    pub policy: StartPolicy,
    /// The jobs among `jobs` that are already released.
    #[serde(default, deserialize_with = "list::<_, _, JOBS_MAX>")]
    pub started: Vec<Id>,
    /// The owner's jobs that came out a moment ago and can be had once more, the newest first.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "list::<_, _, RECENT_MAX>"
    )]
    pub recent: Vec<JobCard>,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// A card that nobody has, offered to whoever holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCard {
    /// The tap that read it.
    pub tap: TapNumber,
    /// The page that adds it, for the camera of a telephone.
    pub address: Line,
    /// The same page without the code, for people to type.
    pub page: Line,
    /// The code to be entered there.
    pub code: Line,
}

/// What a tap does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartPolicy {
    /// Everything goes at once; with several printers the owner only chooses the printer.
    AllAtOnce,
    /// The owner chooses the jobs.
    #[default]
    Choose,
}

/// How far a started job has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobProgress {
    /// The job.
    pub job: Id,
    /// What happens to it.
    pub state: JobStage,
    /// Printed sides so far, as the printer says; none when it does not say.
    #[serde(default)]
    pub impressions: Option<u32>,
    /// What else there is to say of it.
    #[serde(default, skip_serializing_if = "Standing::is_empty")]
    pub standing: Standing,
}

/// What happens to a started job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobStage {
    /// It waits its turn.
    Waiting,
    /// It is on its way to the printer.
    Sending,
    /// The printer has it and works.
    Printing,
    /// The printer has it and needs a person.
    Stopped {
        /// What is wrong, in the owner's language.
        reason: Sentence,
    },
    /// It is out. An [`Outcome`] follows.
    Done,
    /// It will not come out now. An [`Outcome`] follows.
    Failed,
}

/// The end of a started job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The job.
    pub job: Id,
    /// What became of it.
    pub kind: OutcomeKind,
    /// The same, ready to show, in the owner's language.
    pub sentence: Sentence,
    /// What was booked, ready to show; none when nothing was or nobody can tell yet.
    #[serde(default)]
    pub amount: Option<Line>,
}

/// What became of a started job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// It came out.
    Printed,
    /// Nothing came out; it is held again.
    Held,
    /// Something may have come out; it is held again and its owner decides.
    Uncertain,
    /// It was canceled.
    Canceled,
}

/// Why something was not obeyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusedReason {
    /// Nobody has this card.
    UnknownCard,
    /// The card is blocked.
    BlockedCard,
    /// The person may not print any more.
    DisabledPerson,
    /// The station or the person's rights do not allow it here, or the printer is not beside it.
    NotThisStation,
    /// Somebody else was first: the job is being released elsewhere.
    Busy,
    /// The server cannot tell just now.
    TryAgain,
    /// The PIN of a chosen job was wrong, or the job is locked for too many wrong ones. Only stations that
    /// send PINs hear it.
    WrongPin,
    /// The code was wrong, or too many were. Only stations that send codes hear it.
    WrongCode,
    /// The card gives another number at each tap, or none that is a card's. Only stations with a screen for
    /// codes hear it.
    UnusableCard,
    /// The station speaks a version that the server does not, or said something out of order.
    Protocol,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The station said `Leave`.
    Left,
    /// Another tap took its place.
    Replaced,
    /// Nothing happened for too long.
    Idle,
    /// The person or the card was blocked meanwhile.
    Blocked,
    /// The server stops; the station finds another or waits for it.
    Stopping,
}
