//! The faults that a test can arm, as the control port spells them.

use ipp_codec::Operation;
use serde::{Deserialize, Serialize};

/// One fault, with what it needs to know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fault {
    /// Paper stops in the machine after so many impressions of a job.
    Jam {
        /// Impressions that come out first.
        #[serde(default)]
        after_impressions: u32,
    },
    /// The paper runs out after so many impressions of a job.
    MediaEmpty {
        /// Impressions that come out first.
        #[serde(default)]
        after_impressions: u32,
    },
    /// The job stays in `processing` and nothing says why.
    Stuck {
        /// Impressions that come out first.
        #[serde(default)]
        after_impressions: u32,
    },
    /// Jobs are taken but none begins.
    StaysPending {},
    /// The machine gives a job up.
    Aborts {
        /// Impressions that come out first.
        #[serde(default)]
        after_impressions: u32,
    },
    /// The machine restarts in the middle of a job.
    Resets {
        /// Impressions that come out first.
        #[serde(default)]
        after_impressions: u32,
    },
    /// Paper stops in the machine while it still reads the document: it prints as it reads, as machines with
    /// little memory do. Nothing more is read until the fault is cleared.
    JamWhileReading {
        /// Document bytes that are read first.
        #[serde(default)]
        after_bytes: u64,
    },
    /// The clock of the machine begins anew, and it remembers its jobs: an update, or a counter that overflows.
    NewUpTime {},
    /// The operation is executed; the reply is whole, and noise follows it in chunks that do not end.
    EndlessChunks {
        /// Only this operation.
        #[serde(default)]
        operation: Option<OperationName>,
    },
    /// The operation is executed; the reply comes byte by byte, one in so many milliseconds.
    DrippingReply {
        /// Between two bytes.
        milliseconds: u64,
        /// Only this operation.
        #[serde(default)]
        operation: Option<OperationName>,
    },
    /// Documents are read slowly.
    Slow {
        /// How fast.
        bytes_per_second: u32,
    },
    /// The machine sleeps, from now on.
    Asleep {
        /// How long; until cleared when not given.
        #[serde(default)]
        seconds: Option<f32>,
        /// What a client notices.
        #[serde(default)]
        how: SleepHow,
    },
    /// The connection ends where no client expects it.
    HangUp {
        /// At which step.
        at: HangUpAt,
        /// In which way.
        #[serde(default)]
        how: HangUpHow,
        /// For `document-bytes`: document bytes that are read first.
        #[serde(default)]
        after_bytes: u64,
        /// Only this operation.
        #[serde(default)]
        operation: Option<OperationName>,
    },
    /// A job is unknown to IPP although it prints.
    Forgets {
        /// From when on.
        #[serde(default)]
        when: ForgetWhen,
    },
    /// The counts that the machine reports for a job are not true.
    Lies {
        /// How they are wrong.
        about: Lie,
    },
    /// A document format that is advertised is refused.
    RefusesFormat {
        /// Which ones; all when empty.
        #[serde(default)]
        formats: Vec<String>,
    },
    /// `server-error-busy`.
    Busy {
        /// Only this operation; every operation that brings a job when not given.
        #[serde(default)]
        operation: Option<OperationName>,
    },
    /// Any IPP status instead of the operation.
    Status {
        /// The status code.
        code: u16,
        /// Only this operation.
        #[serde(default)]
        operation: Option<OperationName>,
    },
    /// Any HTTP status instead of the operation.
    Http {
        /// The status code.
        code: u16,
        /// Only this operation.
        #[serde(default)]
        operation: Option<OperationName>,
        /// The `Location` header.
        #[serde(default)]
        location: Option<String>,
    },
    /// HTTP 307 to another address.
    Redirect {
        /// The `Location` header.
        location: String,
    },
    /// The operation is executed; the reply is noise.
    GarbageReply {
        /// Only this operation.
        #[serde(default)]
        operation: Option<OperationName>,
    },
    /// The operation is executed; the reply is well formed and does not end.
    HugeReply {
        /// How long it is.
        #[serde(default = "one_gibibyte")]
        bytes: u64,
        /// Only this operation.
        #[serde(default)]
        operation: Option<OperationName>,
    },
    /// The operation is executed; the reply names another job.
    WrongJobId {
        /// Only this operation.
        #[serde(default)]
        operation: Option<OperationName>,
    },
    /// The operation is executed; the reply comes late.
    SlowReply {
        /// How late.
        milliseconds: u64,
        /// Only this operation.
        #[serde(default)]
        operation: Option<OperationName>,
    },
    /// The machine takes no new jobs.
    NotAccepting {},
    /// Cancel-Job is answered with success and nothing is canceled.
    IgnoresCancel {},
    /// Cancel-Job is answered with `client-error-not-possible`.
    RefusesCancel {},
    /// Parts of the ticket are not applied, and the reply says so.
    IgnoresTicket {
        /// The job template attributes.
        attributes: Vec<String>,
    },
    /// Another machine seems to answer at this address.
    WrongUuid {},
    /// More reasons in `printer-state-reasons`.
    Reasons {
        /// The registered keywords.
        reasons: Vec<String>,
    },
}

impl Fault {
    /// Whether it describes a condition that lasts until it is cleared, and not an event.
    pub fn is_lasting(&self) -> bool {
        matches!(
            self,
            Fault::StaysPending {}
                | Fault::Asleep { .. }
                | Fault::NewUpTime {}
                | Fault::NotAccepting {}
                | Fault::WrongUuid {}
                | Fault::Reasons { .. }
        )
    }

    /// The name that the control port uses.
    pub fn name(&self) -> String {
        let json = serde_json::to_value(self).unwrap_or_default();
        json["fault"].as_str().unwrap_or_default().to_owned()
    }
}

fn one_gibibyte() -> u64 {
    1 << 30
}

/// What a sleeping machine does with connections.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SleepHow {
    /// The port is closed.
    #[default]
    Refuse,
    /// Connections are taken, nothing is answered.
    Silent,
}

/// At which step a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HangUpAt {
    /// As soon as it is there.
    Connect,
    /// The attributes are read, nothing is executed.
    Request,
    /// The same, for Create-Job only.
    CreateBefore,
    /// Create-Job is executed, no reply.
    CreateAfter,
    /// No byte of the document is read.
    DocumentBefore,
    /// So many bytes of the document are read.
    DocumentBytes,
    /// The document is there and will be printed, no reply.
    DocumentAfter,
    /// Any operation is executed, no reply.
    Reply,
}

/// In which way a connection ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HangUpHow {
    /// Closed in order (FIN).
    #[default]
    Close,
    /// Reset (RST).
    Reset,
    /// It stays open and nothing comes.
    Silence,
}

/// From when on a job is forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForgetWhen {
    /// When it is done.
    #[default]
    Done,
    /// As soon as its document is there.
    AtOnce,
}

/// How reported counts are wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lie {
    /// Nothing came out, it says.
    Zero,
    /// One more impression came out, it says.
    OneMore,
    /// No counts at all.
    Nothing,
    /// Totals without the split by colour.
    NoColorSplit,
}

/// An operation by its registered name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OperationName(pub Operation);

impl TryFrom<String> for OperationName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        let mut registered = Operation::REGISTERED.iter();
        let found = registered.find(|operation| operation.name() == Some(&name));
        found.map(|operation| OperationName(*operation)).ok_or(format!("no operation {name}"))
    }
}

impl From<OperationName> for String {
    fn from(name: OperationName) -> String {
        name.0.to_string()
    }
}
