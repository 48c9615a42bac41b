//! Connections and transactions: the one place that knows there are two databases.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool};

use crate::database::error::Result;
use crate::database::statement::{Repeated, Statement};
use crate::database::url::DatabaseUrl;
use crate::database::value::{Row, Value, postgres_arguments, sqlite_arguments};

/// A caller that waits longer than this for a connection is told that the database is busy.
const ACQUIRE_LIMIT: Duration = Duration::from_secs(5);
/// SQLite waits this long for a writer of another process.
const BUSY_LIMIT: Duration = Duration::from_secs(5);
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
/// More than there are statements, so that each is prepared once on a connection.
const STATEMENTS_KEPT: usize = 512;
/// A transaction that meets another one is repeated this often.
pub(crate) const ATTEMPTS_MAX: u32 = 5;

/// Runs the block in a transaction for writing and commits it; repeats all of it when it met another
/// transaction. The block may run several times, so it only borrows what it needs.
macro_rules! transact {
    ($pool:expr, |$transaction:ident| $body:expr) => {{
        let mut attempt = 1;
        loop {
            let done = async {
                let mut begun = $pool.begin().await?;
                let $transaction = &mut begun;
                let value = async { Ok::<_, $crate::StoreError>($body) }.await?;
                begun.commit().await?;
                Ok::<_, $crate::StoreError>(value)
            };
            match done.await {
                Err($crate::StoreError::Busy) if attempt < $crate::database::pool::ATTEMPTS_MAX => {
                    attempt += 1;
                }
                done => break done,
            }
        }
    }};
}
pub(crate) use transact;

/// The connections of one process.
#[derive(Debug, Clone)]
pub(crate) enum Pool {
    /// One connection writes; the others only read, beside it.
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    /// Any connection reads and writes.
    Postgres(PgPool),
}

/// A connection, of a pool or inside a transaction.
enum On<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// Runs one statement on whichever database this is.
macro_rules! each_db {
    ($on:expr, $statement:expr, $values:expr, $how:ident) => {
        match $on {
            On::Sqlite(connection) => {
                let query =
                    sqlx::query_with::<Sqlite, _>($statement.sqlite, sqlite_arguments($values)?);
                query.$how(connection).await.map(|done| done.into())
            }
            On::Postgres(connection) => {
                let query = sqlx::query_with::<Postgres, _>(
                    $statement.postgres,
                    postgres_arguments($values)?,
                );
                query.$how(connection).await.map(|done| done.into())
            }
        }
    };
}

enum Fetched {
    Sqlite(Vec<sqlx::sqlite::SqliteRow>),
    Postgres(Vec<sqlx::postgres::PgRow>),
}

impl From<Vec<sqlx::sqlite::SqliteRow>> for Fetched {
    fn from(rows: Vec<sqlx::sqlite::SqliteRow>) -> Self {
        Self::Sqlite(rows)
    }
}

impl From<Vec<sqlx::postgres::PgRow>> for Fetched {
    fn from(rows: Vec<sqlx::postgres::PgRow>) -> Self {
        Self::Postgres(rows)
    }
}

struct Changed(u64);

impl From<sqlx::sqlite::SqliteQueryResult> for Changed {
    fn from(done: sqlx::sqlite::SqliteQueryResult) -> Self {
        Self(done.rows_affected())
    }
}

impl From<sqlx::postgres::PgQueryResult> for Changed {
    fn from(done: sqlx::postgres::PgQueryResult) -> Self {
        Self(done.rows_affected())
    }
}

impl On<'_> {
    async fn rows(self, statement: Statement, values: Vec<Value>) -> Result<Vec<Row>> {
        let fetched: Fetched = each_db!(self, statement, values, fetch_all)?;
        match fetched {
            Fetched::Sqlite(rows) => rows.iter().map(Row::try_from).collect(),
            Fetched::Postgres(rows) => rows.iter().map(Row::try_from).collect(),
        }
    }

    async fn change(self, statement: Statement, values: Vec<Value>) -> Result<u64> {
        let Changed(rows) = each_db!(self, statement, values, execute)?;
        Ok(rows)
    }
}

impl Pool {
    /// Opens the database; PostgreSQL must answer, SQLite's file is made.
    pub(crate) async fn open(url: &DatabaseUrl) -> Result<Self> {
        match url {
            DatabaseUrl::Sqlite(path) => {
                let options = sqlite_options(SqliteConnectOptions::new().filename(path));
                let writer = SqlitePoolOptions::new()
                    .max_connections(1)
                    .min_connections(1)
                    .acquire_timeout(ACQUIRE_LIMIT)
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .test_before_acquire(false);
                // The writer goes first: it makes the file and turns on the write-ahead log.
                let writer = writer.connect_with(options.clone().create_if_missing(true)).await?;
                let readers = SqlitePoolOptions::new()
                    .max_connections(SQLITE_READERS)
                    .acquire_timeout(ACQUIRE_LIMIT)
                    .idle_timeout(None)
                    .max_lifetime(None)
                    .test_before_acquire(false);
                let readers = readers.connect_with(options.pragma("query_only", "on")).await?;
                Ok(Self::Sqlite { writer, readers })
            }
            DatabaseUrl::Postgres(url) => {
                let options: PgConnectOptions = url.parse()?;
                let options = options
                    .application_name("print-server")
                    .statement_cache_capacity(STATEMENTS_KEPT)
                    // An answer is a promise: it waits until the log is on disk, whatever the
                    // server's default is.
                    .options([("synchronous_commit", "on"), ("statement_timeout", "30s")]);
                let pool = PgPoolOptions::new()
                    .max_connections(POSTGRES_CONNECTIONS)
                    .acquire_timeout(ACQUIRE_LIMIT)
                    .test_before_acquire(false);
                Ok(Self::Postgres(pool.connect_with(options).await?))
            }
        }
    }

    /// Waits until every connection is given back and closes it.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// All rows of a query that changes nothing.
    pub(crate) async fn rows(&self, statement: Statement, values: Vec<Value>) -> Result<Vec<Row>> {
        match self {
            Self::Sqlite { readers, .. } => {
                let mut connection = readers.acquire().await?;
                On::Sqlite(&mut connection).rows(statement, values).await
            }
            Self::Postgres(pool) => {
                let mut connection = pool.acquire().await?;
                On::Postgres(&mut connection).rows(statement, values).await
            }
        }
    }

    /// The first row of such a query.
    pub(crate) async fn row(
        &self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Option<Row>> {
        Ok(self.rows(statement, values).await?.into_iter().next())
    }

    /// Runs one statement that writes, in a transaction of its own; gives the number of rows changed.
    pub(crate) async fn change(&self, statement: Statement, values: Vec<Value>) -> Result<u64> {
        transact!(self, |transaction| transaction.change(statement, values.clone()).await?)
    }

    /// Runs one statement that writes and gives rows, in a transaction of its own.
    pub(crate) async fn write_rows(
        &self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Vec<Row>> {
        transact!(self, |transaction| transaction.rows(statement, values.clone()).await?)
    }

    /// Begins a transaction for writing. On SQLite it takes the write lock at once: a transaction that
    /// began by reading could be refused it later, whatever the time-out.
    pub(crate) async fn begin(&self) -> Result<Transaction> {
        Ok(match self {
            Self::Sqlite { writer, .. } => {
                Transaction::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?)
            }
            Self::Postgres(pool) => Transaction::Postgres(begin_on(pool).await?),
        })
    }

    /// Whether this is SQLite, which needs neither locks nor collations checked.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite { .. })
    }
}

/// Begins on a connection that is alive. A database that was started anew has ended all that lie ready, which
/// each of them tells whoever takes it next; nothing of the caller's was sent by then.
async fn begin_on(pool: &PgPool) -> Result<sqlx::Transaction<'static, Postgres>, sqlx::Error> {
    for _ in 0..POSTGRES_CONNECTIONS {
        match pool.begin().await {
            Err(error) if is_ended_connection(&error) => {}
            other => return other,
        }
    }
    pool.begin().await
}

fn is_ended_connection(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        // Ended by the administrator, or after a crash.
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| matches!(&*code, "57P01" | "57P02"))
        }
        _ => false,
    }
}

fn sqlite_options(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .journal_mode(SqliteJournalMode::Wal)
        // With NORMAL a commit that was answered could be gone after a power cut.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_LIMIT)
        .foreign_keys(true)
        // Without it, INSERT OR REPLACE would delete rows of the books past their triggers.
        .pragma("recursive_triggers", "on")
        // A document's key that is deleted must be gone from the file as well.
        .pragma("secure_delete", "on")
        .pragma("cache_size", "-8000")
        .pragma("journal_size_limit", "67108864")
        .statement_cache_capacity(STATEMENTS_KEPT)
}

/// A transaction for writing. Dropped without [`Transaction::commit`], it changes nothing.
#[derive(Debug)]
pub(crate) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Transaction {
    fn on(&mut self) -> On<'_> {
        match self {
            Self::Sqlite(transaction) => On::Sqlite(&mut *transaction),
            Self::Postgres(transaction) => On::Postgres(&mut *transaction),
        }
    }

    pub(crate) async fn rows(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Vec<Row>> {
        self.on().rows(statement, values).await
    }

    pub(crate) async fn row(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Option<Row>> {
        Ok(self.rows(statement, values).await?.into_iter().next())
    }

    pub(crate) async fn change(&mut self, statement: Statement, values: Vec<Value>) -> Result<u64> {
        self.on().change(statement, values).await
    }

    /// Inserts all rows, in as few statements as the sizes allow.
    pub(crate) async fn insert_rows(
        &mut self,
        statement: &Repeated,
        rows: Vec<Vec<Value>>,
    ) -> Result<()> {
        for (statement, values) in statement.of_rows(&[], rows) {
            self.change(statement, values).await?;
        }
        Ok(())
    }

    /// Runs a script of several statements without parameters.
    pub(crate) async fn script(&mut self, script: &'static str) -> Result<()> {
        match self {
            Self::Sqlite(transaction) => {
                sqlx::raw_sql(script).execute(&mut **transaction).await?;
            }
            Self::Postgres(transaction) => {
                sqlx::raw_sql(script).execute(&mut **transaction).await?;
            }
        }
        Ok(())
    }

    /// Makes all of it durable.
    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await?,
            Self::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }
}
