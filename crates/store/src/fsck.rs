//! The promises of the database, counted: each number is how often one of them is broken.

use crate::books::ledger::to_check;
use crate::database::error::{Result, StoreError};
use crate::database::pool::transact;
use crate::database::statement::{Statement, statements};
use crate::database::value::{Value, values};
use crate::nodes::LEASE_SECONDS;
use crate::store::Store;

/// How often each promise is broken. All zero: the database is whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Invariants {
    /// Jobs that wait or are on their way, whose document's key is missing.
    pub held_without_key: i64,
    /// The same, whose document's place is missing.
    pub held_without_location: i64,
    /// Jobs on their way that nobody delivers.
    pub out_without_attempt: i64,
    /// Deliveries of nodes whose lease ended.
    pub open_attempts_beyond_lease: i64,
    /// Arriving jobs of nodes whose lease ended.
    pub incoming_beyond_lease: i64,
    /// Deliveries that are out and not in the ledger.
    pub done_attempts_unbooked: i64,
    /// Charges in the ledger that no ended delivery stands behind.
    pub charges_without_attempt: i64,
    /// Days and departments, or days and printers, whose sum is not the ledger's.
    pub sums_that_differ: i64,
    /// Keys of documents that nobody may read any more and nobody is going to destroy.
    pub keys_without_job: i64,
    /// Open jobs that wait for a PIN which nothing could prove.
    pub pins_without_proof: i64,
    /// What proves PINs of jobs that are over, and that nobody is going to delete.
    pub proofs_without_job: i64,
}

impl Invariants {
    /// Each promise with its name and count.
    #[must_use]
    pub fn rows(&self) -> [(&'static str, i64); 11] {
        [
            ("held_without_key", self.held_without_key),
            ("held_without_location", self.held_without_location),
            ("out_without_attempt", self.out_without_attempt),
            ("open_attempts_beyond_lease", self.open_attempts_beyond_lease),
            ("incoming_beyond_lease", self.incoming_beyond_lease),
            ("done_attempts_unbooked", self.done_attempts_unbooked),
            ("charges_without_attempt", self.charges_without_attempt),
            ("sums_that_differ", self.sums_that_differ),
            ("keys_without_job", self.keys_without_job),
            ("pins_without_proof", self.pins_without_proof),
            ("proofs_without_job", self.proofs_without_job),
        ]
    }

    /// Whether none is broken.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.rows().iter().all(|(_, count)| *count == 0)
    }
}

macro_rules! usage_of_ledger {
    () => {
        concat!(
            "SELECT accounting_day, department, period, COUNT(*), CAST(SUM(sheets) AS BIGINT),
            CAST(SUM(impressions_monochrome) AS BIGINT), CAST(SUM(impressions_color) AS BIGINT),
            CAST(SUM(amount) AS BIGINT), COUNT(CASE WHEN counted = 'estimated' THEN 1 END),
            COUNT(CASE WHEN ",
            to_check!(),
            " THEN 1 END) FROM ledger_entry GROUP BY accounting_day, department, period"
        )
    };
}

macro_rules! usage {
    () => {
        "SELECT accounting_day, department, period, jobs, sheets, impressions_monochrome,
            impressions_color, amount, estimated, to_check FROM usage_day"
    };
}

macro_rules! printers_of_ledger {
    () => {
        "SELECT accounting_day, printer, period, COUNT(*), CAST(SUM(sheets) AS BIGINT),
            CAST(SUM(impressions_monochrome) AS BIGINT), CAST(SUM(impressions_color) AS BIGINT)
        FROM ledger_entry WHERE printer IS NOT NULL GROUP BY accounting_day, printer, period"
    };
}

macro_rules! printers {
    () => {
        "SELECT accounting_day, printer, period, jobs, sheets, impressions_monochrome,
            impressions_color FROM printer_day"
    };
}

/// How many rows of one query the other does not have.
macro_rules! missing {
    ($all:expr, $but:expr) => {
        concat!("SELECT COUNT(*) FROM (", $all, " EXCEPT ", $but, ") AS missing")
    };
}

statements! {
    HELD_WITHOUT_KEY = "SELECT COUNT(*) FROM job WHERE ended_at IS NULL AND state <> 'incoming'
        AND NOT EXISTS (SELECT 1 FROM document_key WHERE job = job.id)";
    HELD_WITHOUT_LOCATION = "SELECT COUNT(*) FROM job WHERE ended_at IS NULL AND state <> 'incoming'
        AND spool_id IS NULL";
    OUT_WITHOUT_ATTEMPT = "SELECT COUNT(*) FROM job j
        WHERE j.ended_at IS NULL AND j.state IN ('released', 'delivering', 'stopped')
            AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.job = j.id AND a.ended_at IS NULL)";
    OPEN_ATTEMPTS = "SELECT COUNT(*) FROM attempt a WHERE a.ended_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM node n
            WHERE n.id = a.node AND n.epoch = a.epoch AND n.lease_until > $1)";
    INCOMING = "SELECT COUNT(*) FROM job j WHERE j.ended_at IS NULL AND j.state = 'incoming'
        AND NOT EXISTS (SELECT 1 FROM node n
            WHERE n.id = j.node AND n.epoch = j.epoch AND n.lease_until > $1)";
    UNBOOKED = "SELECT COUNT(*) FROM attempt a WHERE a.state = 'done'
        AND NOT EXISTS (SELECT 1 FROM ledger_entry l WHERE l.attempt = a.id)";
    WITHOUT_ATTEMPT = "SELECT COUNT(*) FROM ledger_entry l WHERE l.kind = 'charge'
        AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.id = l.attempt AND a.ended_at IS NOT NULL)";
    KEYS_WITHOUT_JOB = "SELECT COUNT(*) FROM document_key k WHERE NOT EXISTS (SELECT 1 FROM job j
        WHERE j.id = k.job AND (j.ended_at IS NULL OR j.key_due_at IS NOT NULL))";
    PINS_WITHOUT_PROOF = "SELECT COUNT(*) FROM job WHERE ended_at IS NULL AND password_wait = 1
        AND NOT EXISTS (SELECT 1 FROM job_password p WHERE p.job = job.id)";
    PROOFS_WITHOUT_JOB = "SELECT COUNT(*) FROM job_password p WHERE NOT EXISTS (SELECT 1 FROM job j
        WHERE j.id = p.job AND (j.ended_at IS NULL OR j.key_due_at IS NOT NULL))";
    USAGE_MISSING = missing!(usage_of_ledger!(), usage!());
    USAGE_TOO_MUCH = missing!(usage!(), usage_of_ledger!());
    PRINTERS_MISSING = missing!(printers_of_ledger!(), printers!());
    PRINTERS_TOO_MUCH = missing!(printers!(), printers_of_ledger!());
    FORGET_USAGE = "DELETE FROM usage_day";
    FORGET_PRINTERS = "DELETE FROM printer_day";
    REBUILD_USAGE = concat!("INSERT INTO usage_day (accounting_day, department, period, jobs, sheets,
        impressions_monochrome, impressions_color, amount, estimated, to_check) ",
        usage_of_ledger!());
    REBUILD_PRINTERS = concat!("INSERT INTO printer_day (accounting_day, printer, period, jobs,
        sheets, impressions_monochrome, impressions_color) ", printers_of_ledger!());
}

impl Store {
    /// Counts every promise. It reads whole tables: for `fsck` and tests, not for pages.
    pub async fn invariants(&self) -> Result<Invariants> {
        // A node is given a while after its lease: others wait as long before they take over.
        let since = self.now().plus_seconds(-LEASE_SECONDS / 6);
        let mut sums_that_differ = 0;
        for statement in [USAGE_MISSING, USAGE_TOO_MUCH, PRINTERS_MISSING, PRINTERS_TOO_MUCH] {
            sums_that_differ += self.count(statement, values![]).await?;
        }
        Ok(Invariants {
            held_without_key: self.count(HELD_WITHOUT_KEY, values![]).await?,
            held_without_location: self.count(HELD_WITHOUT_LOCATION, values![]).await?,
            out_without_attempt: self.count(OUT_WITHOUT_ATTEMPT, values![]).await?,
            open_attempts_beyond_lease: self.count(OPEN_ATTEMPTS, values![since]).await?,
            incoming_beyond_lease: self.count(INCOMING, values![since]).await?,
            done_attempts_unbooked: self.count(UNBOOKED, values![]).await?,
            charges_without_attempt: self.count(WITHOUT_ATTEMPT, values![]).await?,
            sums_that_differ,
            keys_without_job: self.count(KEYS_WITHOUT_JOB, values![]).await?,
            pins_without_proof: self.count(PINS_WITHOUT_PROOF, values![]).await?,
            proofs_without_job: self.count(PROOFS_WITHOUT_JOB, values![]).await?,
        })
    }

    /// Adds the sums up again from the ledger.
    pub async fn rebuild_sums(&self) -> Result<()> {
        transact!(self.pool(), |transaction| {
            for statement in [FORGET_USAGE, REBUILD_USAGE, FORGET_PRINTERS, REBUILD_PRINTERS] {
                transaction.change(statement, values![]).await?;
            }
        })
    }

    async fn count(&self, statement: Statement, values: Vec<Value>) -> Result<i64> {
        self.pool().row(statement, values).await?.ok_or(StoreError::NotFound)?.int()
    }
}
