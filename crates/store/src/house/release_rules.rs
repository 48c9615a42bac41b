//! What a tap lets go without a question, and what others see of it at a station: settings of queues and
//! printers.

use print_core::{PrinterId, QueueId, Timestamp};
use serde_json::json;

use crate::books::audit::{self, AuditEvent};
use crate::database::error::{Result, StoreError};
use crate::database::pool::{Transaction, transact};
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::house::queues::{self, Queue};
use crate::store::Store;

/// What a tap does with jobs, as far as a queue or a printer says it. Of queue, printer and station the
/// strictest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Starts {
    /// They go.
    #[default]
    AtOnce,
    /// Their owner chooses from the list.
    ListFirst,
}

impl Starts {
    /// The word in the database and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AtOnce => "at-once",
            Self::ListFirst => "list-first",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::AtOnce, Self::ListFirst].into_iter().find(|one| one.as_str() == word)
    }
}

/// How much of a title a station shows, where others may look over one's shoulder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Titles {
    /// All of it.
    Full,
    /// Its beginning.
    #[default]
    Cut,
    /// Nothing.
    None,
}

impl Titles {
    /// The word in the database and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Cut => "cut",
            Self::None => "none",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Full, Self::Cut, Self::None].into_iter().find(|one| one.as_str() == word)
    }
}

/// How a queue's jobs are released.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueRules {
    /// What a tap does with them.
    pub starts: Starts,
    /// Whether all of them are confidential: they go only when they are named, to printers with TLS, and to
    /// no delegate.
    pub confidential: bool,
    /// How much of their titles a station shows.
    pub titles: Titles,
    /// Whether delegates may fetch them.
    pub delegates: bool,
}

impl Default for QueueRules {
    fn default() -> Self {
        Self {
            starts: Starts::default(),
            confidential: false,
            titles: Titles::default(),
            delegates: true,
        }
    }
}

macro_rules! rule_columns {
    () => {
        "starts, confidential, titles, delegates"
    };
}

statements! {
    OF_QUEUE = concat!("SELECT ", rule_columns!(), " FROM queue WHERE id = $1");
    SET_QUEUE = "UPDATE queue SET starts = $2, confidential = $3, titles = $4, delegates = $5
        WHERE id = $1";
    // Whoever else sets the rules waits.
    LOCK = "UPDATE queue SET starts = starts WHERE id = $1";
    // Also what came out a moment ago: it can be had once more.
    STAMP = "UPDATE job SET confidential = CASE WHEN $2 = 1 THEN 1 ELSE confidential END,
            named_only = CASE WHEN $3 = 1 THEN 1 ELSE named_only END,
            no_delegates = CASE WHEN $4 = 1 THEN 1 ELSE no_delegates END
        WHERE queue = $1 AND (ended_at IS NULL OR key_due_at IS NOT NULL)";
    OF_QUEUES = concat!("SELECT ", rule_columns!(), ", id FROM queue ORDER BY id LIMIT 10000");
    SET_PRINTER = "UPDATE printer SET starts = $2 WHERE id = $1";
    LIST_FIRST = "SELECT id FROM printer WHERE starts = 'list-first' ORDER BY id LIMIT 10000";
}

fn read(row: &mut Row) -> Result<QueueRules> {
    Ok(QueueRules {
        starts: row.word(Starts::from_word)?,
        confidential: row.flag()?,
        titles: row.word(Titles::from_word)?,
        delegates: row.flag()?,
    })
}

async fn set(
    transaction: &mut Transaction,
    queue: QueueId,
    rules: &QueueRules,
    (by, at): (&str, Timestamp),
) -> Result<()> {
    let QueueRules { starts, confidential, titles, delegates } = *rules;
    transaction.change(LOCK, values![queue]).await?;
    let before = transaction.row(OF_QUEUE, values![queue]).await?;
    let before = read(&mut before.ok_or(StoreError::NotFound)?)?;
    if before == *rules {
        return Ok(());
    }
    let opened = before.confidential && !confidential;
    let unnamed = before.starts == Starts::ListFirst && starts == Starts::AtOnce;
    let let_in = !before.delegates && delegates;
    if opened || unnamed || let_in {
        transaction.change(STAMP, values![queue, opened, unnamed, let_in]).await?;
    }
    let values = values![queue, starts.as_str(), confidential, titles.as_str(), delegates];
    transaction.change(SET_QUEUE, values).await?;
    let detail = json!({
        "starts": starts.as_str(),
        "confidential": confidential,
        "titles": titles.as_str(),
        "delegates": delegates,
    });
    let (actor, event, object) =
        (by.to_owned(), "queue-rules".to_owned(), format!("queue:{queue}"));
    let event = AuditEvent { at, actor, event, object, outcome: "done".to_owned(), detail };
    audit::append(transaction, &event).await
}

impl Store {
    /// How this queue's jobs are released.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such queue.
    pub async fn queue_rules(&self, queue: QueueId) -> Result<QueueRules> {
        let row = self.pool().row(OF_QUEUE, values![queue]).await?;
        read(&mut row.ok_or(StoreError::NotFound)?)
    }

    /// How the jobs of each queue are released.
    pub async fn rules_of_queues(&self) -> Result<Vec<(QueueId, QueueRules)>> {
        let rows = self.pool().rows(OF_QUEUES, values![]).await?;
        let read = |mut row: Row| {
            let rules = read(&mut row)?;
            Ok((row.parsed()?, rules))
        };
        rows.into_iter().map(read).collect()
    }

    /// Sets how this queue's jobs are released, by the word of `by`; the row of the audit trail is the same
    /// commit. A rule that is loosened stays with the jobs that came under it: nobody but their owners opens
    /// them more than they were.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such queue.
    pub async fn set_queue_rules(
        &self,
        queue: QueueId,
        rules: &QueueRules,
        by: &str,
    ) -> Result<()> {
        let at = self.now();
        transact!(self.pool(), |transaction| {
            set(transaction, queue, rules, (by, at)).await?;
        })
    }

    /// Adds the queue, or changes the one with this key, and sets how its jobs are released, in one commit.
    ///
    /// # Errors
    /// As [`Store::put_queue`].
    pub async fn put_queue_with_rules(
        &self,
        queue: &Queue,
        rules: &QueueRules,
        by: &str,
    ) -> Result<()> {
        let at = self.now();
        transact!(self.pool(), |transaction| {
            transaction.change(queues::PUT, queues::put_values(queue)).await?;
            set(transaction, queue.id, rules, (by, at)).await?;
        })
    }

    /// The printers at which nothing goes before its owner has chosen it.
    pub async fn printers_with_list(&self) -> Result<Vec<PrinterId>> {
        let rows = self.pool().rows(LIST_FIRST, values![]).await?;
        rows.into_iter().map(|mut row| row.parsed()).collect()
    }

    /// Sets what a tap does at this printer, by the word of `by`; the row of the audit trail is the same
    /// commit.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such printer.
    pub async fn set_printer_starts(
        &self,
        printer: PrinterId,
        starts: Starts,
        by: &str,
    ) -> Result<()> {
        let detail = json!({ "starts": starts.as_str() });
        let (at, actor, event) = (self.now(), by.to_owned(), "printer-rules".to_owned());
        let (object, outcome) = (format!("printer:{printer}"), "done".to_owned());
        let event = AuditEvent { at, actor, event, object, outcome, detail };
        transact!(self.pool(), |transaction| {
            let values = values![printer, starts.as_str()];
            if transaction.change(SET_PRINTER, values).await? == 0 {
                Err(StoreError::NotFound)?;
            }
            audit::append(transaction, &event).await?;
        })
    }
}
