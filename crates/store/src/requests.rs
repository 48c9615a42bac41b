//! What pages, clients and stations ask the engine to do. The node that owns the work carries it out.

use print_core::{JobId, PrinterId, RequestId, Timestamp};

use crate::database::error::{Result, StoreError};
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::store::Store;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// End the job, at its printer if need be.
    Cancel,
    /// Print the job at the printer that the request names.
    Release,
    /// Do not print the job by itself.
    Hold,
    /// Remove the job and its document.
    Delete,
    /// Go on with the job.
    Resume,
}

impl RequestKind {
    /// The word that the database keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cancel => "cancel",
            Self::Release => "release",
            Self::Hold => "hold",
            Self::Delete => "delete",
            Self::Resume => "resume",
        }
    }

    /// The kind of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Cancel, Self::Release, Self::Hold, Self::Delete, Self::Resume];
        all.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestState {
    /// Nobody has seen it.
    Open,
    /// A node works on it.
    Taken,
    /// It has its answer.
    Answered,
}

impl RequestState {
    fn from_word(word: &str) -> Option<Self> {
        match word {
            "open" => Some(Self::Open),
            "taken" => Some(Self::Taken),
            "answered" => Some(Self::Answered),
            _ => None,
        }
    }
}

/// A request to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// What is asked for.
    pub kind: RequestKind,
    /// Of which job.
    pub job: JobId,
    /// At which printer.
    pub printer: Option<PrinterId>,
    /// Who asks, as the audit trail names actors.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Our own key.
    pub id: RequestId,
    /// What is asked for.
    pub kind: RequestKind,
    /// Of which job.
    pub job: JobId,
    /// At which printer.
    pub printer: Option<PrinterId>,
    /// Who asks.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// How far it has come.
    pub state: RequestState,
    /// What became of it, as a keyword.
    pub answer: Option<String>,
}

macro_rules! request_columns {
    () => {
        "id, kind, job, printer, actor, at, state, answer"
    };
}

statements! {
    INSERT = "INSERT INTO request (id, kind, job, printer, actor, at, state)
        VALUES ($1, $2, $3, $4, $5, $6, 'open')";
    // A job that waits is anybody's; one on its way is its node's.
    TAKE = concat!("UPDATE request SET state = 'taken', node = $1
        WHERE state = 'open' AND id IN (
            SELECT r.id FROM request r JOIN job j ON j.id = r.job
            WHERE r.state = 'open' AND r.state <> 'answered'
                AND (j.node = $1 OR j.state NOT IN ('released', 'delivering', 'stopped'))
            ORDER BY r.at, r.id LIMIT $2)
        RETURNING ", request_columns!());
    // What a process had taken when it died is open again when its node starts.
    REOPEN = "UPDATE request SET state = 'open'
        WHERE state <> 'answered' AND state = 'taken' AND node = $1";
    ANSWER = "UPDATE request SET state = 'answered', answer = $2 WHERE id = $1";
    BY_ID = concat!("SELECT ", request_columns!(), " FROM request WHERE id = $1");
}

fn read(mut row: Row) -> Result<Request> {
    Ok(Request {
        id: row.parsed()?,
        kind: row.word(RequestKind::from_word)?,
        job: row.parsed()?,
        printer: row.opt_parsed()?,
        actor: row.text()?,
        at: row.time()?,
        state: row.word(RequestState::from_word)?,
        answer: row.opt_text()?,
    })
}

impl Store {
    /// Makes a request; the engine is woken or finds it when it looks next.
    pub async fn insert_request(&self, request: &NewRequest) -> Result<RequestId> {
        let id = RequestId::new();
        let NewRequest { kind, job, printer, actor, at } = request;
        let values = values![id, kind.as_str(), *job, *printer, actor, *at];
        self.change(INSERT, values).await?;
        Ok(id)
    }

    /// Takes open requests that this node may carry out, in the order of their making.
    pub async fn take_requests(&self, limit: u32) -> Result<Vec<Request>> {
        let rows = self.pool().write_rows(TAKE, values![self.node().as_str(), limit]).await?;
        let mut requests = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        requests.sort_by_key(|request| (request.at, request.id));
        Ok(requests)
    }

    /// Keeps what became of a request, as a keyword.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such request.
    pub async fn answer_request(&self, id: RequestId, answer: &str) -> Result<()> {
        match self.change(ANSWER, values![id, answer]).await? {
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }

    /// One request.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn request(&self, id: RequestId) -> Result<Request> {
        let row = self.pool().row(BY_ID, values![id]).await?;
        read(row.ok_or(StoreError::NotFound)?)
    }
}
