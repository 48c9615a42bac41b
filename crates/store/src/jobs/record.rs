//! A job's row.

use print_core::names::BadText;
use print_core::{
    ClaimedName, JobId, JobName, JobNumber, JobState, Keyword, OwnerId, PageCount, PrinterId,
    QueueId, Ticket, Timestamp,
};

use crate::database::error::{Result, StoreError};
use crate::database::value::{Row, Value};
use crate::nodes::NodeName;

/// How a queue learned who prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Door {
    /// A password, over TLS.
    Basic,
    /// Kerberos.
    Negotiate,
    /// A token of an identity provider.
    Bearer,
    /// An address made for one person.
    Link,
    /// A name that a client from a configured network said; matched to a person, not proven.
    Claimed,
    /// A file sent by somebody who is signed in to the pages.
    Web,
}

impl Door {
    /// The word that the database keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Negotiate => "negotiate",
            Self::Bearer => "bearer",
            Self::Link => "link",
            Self::Claimed => "claimed",
            Self::Web => "web",
        }
    }

    /// The door of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let all =
            [Self::Basic, Self::Negotiate, Self::Bearer, Self::Link, Self::Claimed, Self::Web];
        all.into_iter().find(|door| door.as_str() == word)
    }
}

/// Where the spool keeps a document, in the spool's own words.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Location {
    /// What kind of place it is, as `file`.
    pub kind: String,
    /// Which one, unique among documents.
    pub id: String,
}

/// "May have printed": what the last attempt left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uncertain {
    /// Where it may have printed.
    pub printer: PrinterId,
    /// When that attempt ended.
    pub at: Timestamp,
}

/// Everything that is known of a job but its document and its key.
#[derive(Debug, Clone, PartialEq)]
pub struct JobRecord {
    /// Our key.
    pub id: JobId,
    /// The client's number.
    pub number: JobNumber,
    /// The queue that it came in by.
    pub queue: QueueId,
    /// Whose it is.
    pub owner: OwnerId,
    /// Its title; only its owner sees it.
    pub title: JobName,
    /// What the client said its user was called.
    pub claimed_name: Option<ClaimedName>,
    /// How the owner was known.
    pub door: Door,
    /// Whether that was proof.
    pub verified: bool,
    /// What the owner asked for.
    pub ticket: Ticket,
    /// The document's MIME type; empty while it is arriving.
    pub document_format: Option<Keyword>,
    /// The size of the document; 0 while it is arriving.
    pub size_bytes: i64,
    /// The SHA-256 of the document as it was sent.
    pub sha256: Option<[u8; 32]>,
    /// The document's pages by our own count, when there is one.
    pub pages: Option<PageCount>,
    /// Why no printer can print the document, as a keyword of `job-state-reasons`.
    pub document_fault: Option<Keyword>,
    /// Where the document is, while it is kept.
    pub location: Option<Location>,
    /// The node that works on it.
    pub node: NodeName,
    /// That node's epoch.
    pub epoch: i64,
    /// Raised by whoever takes the job over.
    pub fence: i64,
    /// Where it is in its life.
    pub state: JobState,
    /// Since when.
    pub state_changed_at: Timestamp,
    /// When the client sent it.
    pub created_at: Timestamp,
    /// When it was whole.
    pub held_at: Option<Timestamp>,
    /// When it is cancelled if nobody fetches it.
    pub expires_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Why it ended, as a keyword of `job-state-reasons`.
    pub end_reason: Option<Keyword>,
    /// `job-hold-until` as the client gave it.
    pub client_hold: Option<Keyword>,
    /// Whether it goes only with its PIN (`job-password-wait`).
    pub password_wait: bool,
    /// Whether its owner has marked it as confidential; its queue may say so, too.
    pub confidential: bool,
    /// Whether it goes only when it is named, whatever its queue says.
    pub named_only: bool,
    /// Whether no delegate may fetch it, whatever its queue says.
    pub no_delegates: bool,
    /// Whether it was printed and is kept until it expires.
    pub kept: bool,
    /// Whether and where it may have printed.
    pub uncertain: Option<Uncertain>,
    /// The printer of the last attempt.
    pub printer: Option<PrinterId>,
    /// What that printer reported of the last attempt (`job-impressions-completed`).
    pub impressions_completed: i64,
}

macro_rules! job_columns {
    () => {
        "id, number, queue, owner_kind, owner, title, claimed_name, door, verified, ticket, \
         document_format, size_bytes, sha256, pages, pages_color, document_fault, spool_kind, \
         spool_id, node, epoch, fence, state, state_changed_at, created_at, held_at, expires_at, ended_at, end_reason, \
         client_hold, password_wait, confidential, named_only, no_delegates, kept, uncertain_printer, uncertain_at, printer, impressions"
    };
}
pub(crate) use job_columns;

/// What stands for the pages when they cannot be counted; empty means that nobody has tried.
pub(crate) const NOT_COUNTABLE: i64 = -1;

pub(crate) fn read(row: &mut Row) -> Result<JobRecord> {
    Ok(JobRecord {
        id: row.parsed()?,
        number: number(row.int()?)?,
        queue: row.parsed()?,
        owner: owner(row)?,
        title: row.named(JobName::parse)?,
        claimed_name: row.opt_named(ClaimedName::parse)?,
        door: row.word(Door::from_word)?,
        verified: row.flag()?,
        ticket: row.json()?,
        document_format: keyword(row)?,
        size_bytes: row.int()?,
        sha256: row.opt_hash()?,
        pages: pages(row)?,
        document_fault: keyword(row)?,
        location: location(row)?,
        node: row.named(NodeName::parse)?,
        epoch: row.int()?,
        fence: row.int()?,
        state: row.parsed()?,
        state_changed_at: row.time()?,
        created_at: row.time()?,
        held_at: row.opt_time()?,
        expires_at: row.time()?,
        ended_at: row.opt_time()?,
        end_reason: keyword(row)?,
        client_hold: keyword(row)?,
        password_wait: row.flag()?,
        confidential: row.flag()?,
        named_only: row.flag()?,
        no_delegates: row.flag()?,
        kept: row.flag()?,
        uncertain: uncertain(row)?,
        printer: row.opt_parsed()?,
        impressions_completed: row.int()?,
    })
}

pub(crate) fn read_all(rows: Vec<Row>) -> Result<Vec<JobRecord>> {
    rows.into_iter().map(|mut row| read(&mut row)).collect()
}

pub(crate) fn number(number: i64) -> Result<JobNumber> {
    JobNumber::new(number).ok_or_else(|| StoreError::corrupt(format!("the job number {number}")))
}

pub(crate) fn location(row: &mut Row) -> Result<Option<Location>> {
    let (kind, id) = (row.opt_text()?, row.opt_text()?);
    Ok(kind.zip(id).map(|(kind, id)| Location { kind, id }))
}

fn pages(row: &mut Row) -> Result<Option<PageCount>> {
    let counts = (row.opt_int()?, row.opt_int()?);
    let (Some(pages), Some(color)) = counts else { return Ok(None) };
    // NOT_COUNTABLE is negative.
    let (pages, color) = (u32::try_from(pages).ok(), u32::try_from(color).ok());
    Ok(pages.zip(color).map(|(pages, color)| PageCount { pages, color }))
}

fn keyword(row: &mut Row) -> Result<Option<Keyword>> {
    row.opt_named::<_, BadText>(Keyword::parse)
}

fn uncertain(row: &mut Row) -> Result<Option<Uncertain>> {
    let (printer, at) = (row.opt_parsed()?, row.opt_time()?);
    Ok(printer.zip(at).map(|(printer, at)| Uncertain { printer, at }))
}

pub(crate) fn owner(row: &mut Row) -> Result<OwnerId> {
    match row.text()?.as_str() {
        "person" => row.parsed().map(OwnerId::Person),
        "group" => row.parsed().map(OwnerId::Group),
        other => Err(StoreError::corrupt(format!("an owner that is a {other}"))),
    }
}

/// The two parameters of an owner: kind and identifier.
pub(crate) fn owner_values(owner: OwnerId) -> [Value; 2] {
    match owner {
        OwnerId::Person(id) => [Value::from("person"), Value::from(id)],
        OwnerId::Group(id) => [Value::from("group"), Value::from(id.to_string())],
    }
}

/// A ticket as the database keeps it.
pub(crate) fn ticket_text(ticket: &Ticket) -> Result<String> {
    serde_json::to_string(ticket).map_err(|error| StoreError::corrupt(error.to_string()))
}
