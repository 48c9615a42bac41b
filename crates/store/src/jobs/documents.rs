//! Keys of documents, and what was found in them. A document whose key row is gone can never be read
//! again, wherever copies are.

use print_core::{AccountingDay, JobId, Keyword, PageCount, Timestamp};

use crate::database::error::Result;
use crate::database::pool::transact;
use crate::database::statement::statements;
use crate::database::value::values;
use crate::jobs::passwords::DELETE_PASSWORD;
use crate::jobs::record::{Location, NOT_COUNTABLE, location};
use crate::store::Store;

/// How long after its completion a document can still be printed again.
pub const KEPT_AFTER_COMPLETION_SECONDS: i64 = 600;

/// A document's key, wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentKeyRow {
    /// Whose document it is.
    pub job: JobId,
    /// The day whose key wraps it.
    pub day: AccountingDay,
    /// The wrapped key.
    pub wrapped: Vec<u8>,
}

/// A document whose time is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueDocument {
    /// Whose document it is.
    pub job: JobId,
    /// The day whose key wraps its key; nothing when the document never came.
    pub day: Option<AccountingDay>,
    /// Where it is.
    pub location: Option<Location>,
}

/// A document that must be in the spool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveDocument {
    /// Whose document it is.
    pub job: JobId,
    /// Where it is.
    pub location: Location,
    /// How long it is before sealing.
    pub size_bytes: i64,
    /// The day whose key wraps its key.
    pub day: AccountingDay,
}

/// What was found in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFacts {
    /// Its pages; nothing when they cannot be counted.
    pub pages: Option<PageCount>,
    /// Why no printer can print it, as a keyword of `job-state-reasons`.
    pub fault: Option<Keyword>,
    /// Everything that was found, for whoever prepares the document for a printer.
    pub detail: serde_json::Value,
}

statements! {
    KEEP_PAGES = "UPDATE job SET pages = $2, pages_color = $3, document_fault = $4
        WHERE id = $1 AND spool_id IS NOT NULL";
    KEEP_FACTS = "INSERT INTO document_facts (job, facts)
        SELECT id, $2 FROM job WHERE id = $1 AND spool_id IS NOT NULL
        ON CONFLICT (job) DO UPDATE SET facts = excluded.facts";
    FACTS = "SELECT facts FROM document_facts WHERE job = $1";
    DELETE_FACTS = "DELETE FROM document_facts WHERE job = $1";
    KEY = "SELECT job, day, wrapped FROM document_key WHERE job = $1";
    DUE = "SELECT id, spool_kind, spool_id, (SELECT day FROM document_key WHERE job = job.id)
        FROM job WHERE key_due_at <= $1 ORDER BY key_due_at, id LIMIT $2";
    DELETE_KEY = "DELETE FROM document_key WHERE job = $1";
    // Not of a job whose owner wants it once more since it was found to be due.
    FORGET = "UPDATE job SET spool_kind = NULL, spool_id = NULL, key_due_at = NULL
        WHERE id = $1 AND ended_at IS NOT NULL";
    // Step by step from day to day, so that it costs as much as there are days, not documents.
    NEXT_DAY = "SELECT day FROM document_key WHERE day > $1 ORDER BY day LIMIT 1";
    LIVE = "SELECT j.id, j.spool_kind, j.spool_id, j.size_bytes, k.day
        FROM job j JOIN document_key k ON k.job = j.id
        WHERE j.spool_id IS NOT NULL AND j.spool_id > $1 ORDER BY j.spool_id LIMIT $2";
}

impl Store {
    /// Keeps what was found in a job's document, while there is one.
    pub async fn keep_facts(&self, job: JobId, facts: &DocumentFacts) -> Result<()> {
        let pages = facts.pages.map_or(NOT_COUNTABLE, |count| count.pages.into());
        let color = facts.pages.map_or(NOT_COUNTABLE, |count| count.color.into());
        let fault = facts.fault.as_ref().map(Keyword::as_str);
        let detail = facts.detail.to_string();
        let statements = vec![
            (KEEP_PAGES, values![job, pages, color, fault]),
            (KEEP_FACTS, values![job, detail]),
        ];
        self.change_all(statements).await.map(drop)
    }

    /// Everything that was found in a job's document, while it is kept.
    pub async fn facts(&self, job: JobId) -> Result<Option<serde_json::Value>> {
        let Some(mut row) = self.pool().row(FACTS, values![job]).await? else { return Ok(None) };
        row.opt_json()
    }

    /// The key of a job's document, while there is one.
    pub async fn document_key(&self, job: JobId) -> Result<Option<DocumentKeyRow>> {
        let Some(mut row) = self.pool().row(KEY, values![job]).await? else { return Ok(None) };
        let (job, day, wrapped) = (row.parsed()?, row.day()?, row.bytes()?);
        Ok(Some(DocumentKeyRow { job, day, wrapped }))
    }

    /// Documents whose time is over, the first to end first.
    pub async fn documents_due(&self, now: Timestamp, limit: u32) -> Result<Vec<DueDocument>> {
        let mut due = Vec::new();
        for mut row in self.pool().rows(DUE, values![now, limit]).await? {
            let (job, location) = (row.parsed()?, location(&mut row)?);
            let day = row.opt_int()?.and_then(|day| i32::try_from(day).ok());
            due.push(DueDocument { job, location, day: day.map(AccountingDay::from_number) });
        }
        Ok(due)
    }

    /// Destroys the key of a job that has ended and what proves its PIN, and forgets where the document was.
    /// Unlink the document after this: a crash between the two leaves bytes that nobody can read, which the walk
    /// for orphans removes. `false`: the job has not ended, or its owner wants it once more; the document stays.
    pub async fn destroy_document(&self, job: JobId) -> Result<bool> {
        transact!(self.pool(), |transaction| {
            // The job's row before the others: who lets it go or keeps facts locks that row first.
            if transaction.change(FORGET, values![job]).await? == 0 {
                return Ok(false);
            }
            for statement in [DELETE_KEY, DELETE_FACTS, DELETE_PASSWORD] {
                transaction.change(statement, values![job]).await?;
            }
            true
        })
    }

    /// The days whose keys still wrap documents, in order.
    pub async fn days_in_use(&self) -> Result<Vec<AccountingDay>> {
        let mut days: Vec<AccountingDay> = Vec::new();
        let mut after = i64::from(i32::MIN);
        while let Some(mut row) = self.pool().row(NEXT_DAY, values![after]).await? {
            let day = row.day()?;
            after = i64::from(day.number());
            days.push(day);
        }
        Ok(days)
    }

    /// The documents that must be in the spool, by the location's identifier, the page after `after`.
    pub async fn live_documents(&self, after: &str, limit: u32) -> Result<Vec<LiveDocument>> {
        let mut live = Vec::new();
        for mut row in self.pool().rows(LIVE, values![after, limit]).await? {
            let job = row.parsed()?;
            let Some(location) = location(&mut row)? else { continue };
            live.push(LiveDocument { job, location, size_bytes: row.int()?, day: row.day()? });
        }
        Ok(live)
    }
}
