//! Hot writes as values. Whatever waits is carried out in one transaction and answered after its commit,
//! so that a thousand writers wait for a few syncs of the disk and not for a thousand.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

use crate::database::error::{Result, StoreError};
use crate::database::pool::{ATTEMPTS_MAX, Pool, Transaction};
use crate::database::statement::Statement;
use crate::database::value::Value;
use crate::jobs::intake::{self, Accepted, Arrival, Completion, NewJob, Numbers, StoredDocument};
use crate::nodes::NodeName;
use crate::release::claim::{self, Claiming, Release};
use crate::release::end::{self, EndAttempt, Ended};
use crate::release::steps::{self, StepOf, Stepped};
use crate::store::Store;

/// The most writes of one transaction.
const BATCH_MAX: usize = 64;
/// The most writes that wait; more wait at their callers.
const WAITING_MAX: usize = 1_024;
/// SQLite has one writer; PostgreSQL takes a second batch while the first is being synced.
const POSTGRES_WRITERS: usize = 2;

/// A caller waits this long for the word whether its write is done, when the answer to the commit was lost.
/// Print clients wait for half a minute at least.
const SETTLED_WITHIN: Duration = Duration::from_secs(10);
/// The pause between two looks whether the database is back.
const SETTLE_PAUSE: Duration = Duration::from_millis(100);

/// One thing to be written.
#[derive(Debug)]
pub(crate) enum Write {
    Arrive {
        job: Box<NewJob>,
        document: Option<StoredDocument>,
    },
    Complete(Completion),
    Claim(Box<Claiming>),
    Step(StepOf),
    End(EndAttempt),
    /// Statements that need nothing but their parameters, together.
    Change(Vec<(Statement, Vec<Value>)>),
}

/// What came of it, by kind.
#[derive(Debug)]
pub(crate) enum Written {
    Accepted(Accepted),
    Changed(bool),
    Release(Box<Release>),
    Stepped(Stepped),
    Ended(Ended),
    Rows(u64),
}

impl Written {
    /// The error of a caller that meets another kind of answer than its write has.
    pub(crate) fn unexpected(self) -> StoreError {
        StoreError::corrupt(format!("the answer {self:?} to another kind of write"))
    }
}

/// Whose name stands on what is written.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    pub(crate) node: NodeName,
    pub(crate) epoch: i64,
}

#[derive(Debug)]
struct Waiting {
    write: Write,
    reply: oneshot::Sender<Result<Written>>,
}

/// The tasks that write, and their queues.
#[derive(Debug)]
pub(crate) struct Writers {
    queues: Mutex<Vec<mpsc::Sender<Waiting>>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    turn: AtomicUsize,
}

impl Writers {
    pub(crate) fn start(pool: &Pool, node: &NodeName, epoch: i64) -> Self {
        let count = if pool.is_sqlite() { 1 } else { POSTGRES_WRITERS };
        let (mut queues, mut tasks) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let (sender, receiver) = mpsc::channel(WAITING_MAX);
            let holder = Holder { node: node.clone(), epoch };
            let writer = Writer { pool: pool.clone(), holder, numbers: Numbers::default() };
            queues.push(sender);
            tasks.push(tokio::spawn(writer.run(receiver)));
        }
        Self { queues: Mutex::new(queues), tasks: Mutex::new(tasks), turn: AtomicUsize::new(0) }
    }

    /// Writes, and waits until it is durable.
    pub(crate) async fn write(&self, write: Write) -> Result<Written> {
        let closed = || StoreError::Unavailable(Arc::new(sqlx::Error::PoolClosed));
        let queue = {
            let queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = self.turn.fetch_add(1, Ordering::Relaxed);
            queues.get(turn % queues.len().max(1)).cloned().ok_or_else(closed)?
        };
        let (reply, answer) = oneshot::channel();
        queue.send(Waiting { write, reply }).await.map_err(|_| closed())?;
        // A writer that ends without a word may have committed.
        answer.await.map_err(|_| StoreError::InDoubt)?
    }

    /// Waits until everything that was asked for is answered. Later writes fail.
    pub(crate) async fn stop(&self) {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(error = %error, "A writer of the database did not end by itself");
            }
        }
    }
}

struct Writer {
    pool: Pool,
    holder: Holder,
    numbers: Numbers,
}

/// Where a batch failed.
enum Failed {
    /// No transaction could be begun: nothing of the batch can be written now.
    ToBegin(StoreError),
    /// In the middle, rolled back.
    Within(StoreError),
    /// At its end: the commit was sent, and the answer is lost.
    InDoubt(StoreError),
}

impl Writer {
    async fn run(mut self, mut queue: mpsc::Receiver<Waiting>) {
        let mut batch = Vec::with_capacity(BATCH_MAX);
        // Each began with a transaction, so that there are few: without a database none begins.
        let mut in_doubt = JoinSet::new();
        while queue.recv_many(&mut batch, BATCH_MAX).await > 0 {
            let unsettled = self.carry_out(&mut batch).await;
            if !unsettled.is_empty() {
                in_doubt.spawn(self.successor().settle(unsettled));
            }
            while in_doubt.try_join_next().is_some() {}
        }
        in_doubt.join_all().await;
    }

    /// A writer beside this one, with numbers of its own.
    fn successor(&self) -> Self {
        let (pool, holder) = (self.pool.clone(), self.holder.clone());
        Self { pool, holder, numbers: Numbers::default() }
    }

    /// Answers every write of the batch but those whose commit is in doubt, and gives these back. One that
    /// cannot be done does not spoil the others: when the batch fails, each is tried alone.
    async fn carry_out(&mut self, batch: &mut Vec<Waiting>) -> Vec<Waiting> {
        let writes: Vec<&Write> = batch.iter().map(|waiting| &waiting.write).collect();
        match self.together(&writes).await {
            Ok(answers) => {
                for (waiting, answer) in batch.drain(..).zip(answers) {
                    // A caller that has gone away does not want to know.
                    let _ = waiting.reply.send(Ok(answer));
                }
                Vec::new()
            }
            Err(Failed::ToBegin(error)) => {
                for waiting in batch.drain(..) {
                    let _ = waiting.reply.send(Err(error.clone()));
                }
                Vec::new()
            }
            Err(Failed::Within(error)) => {
                tracing::debug!(error = %error, "A batch of {} is taken apart", batch.len());
                let mut unsettled = Vec::new();
                for waiting in batch.drain(..) {
                    match self.alone(&waiting.write).await {
                        Ok(answer) => drop(waiting.reply.send(Ok(answer))),
                        Err(Failed::InDoubt(_)) => unsettled.push(waiting),
                        Err(Failed::ToBegin(error) | Failed::Within(error)) => {
                            drop(waiting.reply.send(Err(error)));
                        }
                    }
                }
                unsettled
            }
            Err(Failed::InDoubt(error)) => {
                tracing::warn!(error = %error, "The answer to a commit of {} was lost", batch.len());
                std::mem::take(batch)
            }
        }
    }

    async fn alone(&mut self, write: &Write) -> Result<Written, Failed> {
        let mut attempt = 1;
        loop {
            match self.together(&[write]).await {
                Ok(mut answers) => return answers.pop().ok_or_else(unanswered),
                Err(Failed::Within(StoreError::Busy)) if attempt < ATTEMPTS_MAX => attempt += 1,
                Err(failed) => return Err(failed),
            }
        }
    }

    /// Writes once more what may be written already. Each write meets itself, when it is: jobs by their
    /// identifier, claims by those of their attempts, all others by the state that they start from. A database that
    /// still works on the lost commit lets the second try wait for it.
    async fn settle(mut self, batch: Vec<Waiting>) {
        let deadline = Instant::now() + SETTLED_WITHIN;
        for mut waiting in batch {
            if let Write::Claim(claiming) = &mut waiting.write {
                claiming.is_again = true;
            }
            let answer = self.settle_one(&waiting.write, deadline).await;
            let _ = waiting.reply.send(answer);
        }
    }

    async fn settle_one(&mut self, write: &Write, deadline: Instant) -> Result<Written> {
        loop {
            match self.alone(write).await {
                Ok(answer) => return Ok(answer),
                Err(Failed::Within(error)) if !error.is_temporary() => return Err(error),
                Err(_) if Instant::now() >= deadline => return Err(StoreError::InDoubt),
                Err(_) => tokio::time::sleep(SETTLE_PAUSE).await,
            }
        }
    }

    async fn together(&mut self, writes: &[&Write]) -> Result<Vec<Written>, Failed> {
        let mut transaction = self.pool.begin().await.map_err(Failed::ToBegin)?;
        // A block of numbers that was taken in a transaction that is rolled back was not taken.
        let numbers = self.numbers.clone();
        match self.write_all(&mut transaction, writes).await {
            Ok(answers) => match transaction.commit().await {
                Ok(()) => Ok(answers),
                Err(error) => {
                    // The commit may have happened all the same: its numbers are not given again.
                    self.numbers = Numbers::default();
                    Err(self.at_commit(error))
                }
            },
            Err(error) => {
                self.numbers = numbers;
                Err(Failed::Within(error))
            }
        }
    }

    /// SQLite says what it did, and a refusal is an answer, too. Everything else, also what PostgreSQL says
    /// when it is being ended, leaves open whether the commit is done.
    fn at_commit(&self, error: StoreError) -> Failed {
        match error {
            StoreError::Busy | StoreError::Conflict => Failed::Within(error),
            _ if self.pool.is_sqlite() => Failed::Within(error),
            _ => Failed::InDoubt(error),
        }
    }

    async fn write_all(
        &mut self,
        transaction: &mut Transaction,
        writes: &[&Write],
    ) -> Result<Vec<Written>> {
        let mut arrivals = Vec::new();
        for write in writes {
            if let Write::Arrive { job, document } = write {
                let number = self.numbers.take(transaction).await?;
                arrivals.push(Arrival { job, document: document.as_ref(), number });
            }
        }
        intake::insert(transaction, &self.holder, &arrivals).await?;
        let mut accepted = arrivals
            .iter()
            .map(|arrival| Accepted { id: arrival.job.id, number: arrival.number })
            .collect::<Vec<_>>()
            .into_iter();
        let mut answers = Vec::with_capacity(writes.len());
        for write in writes {
            answers.push(match write {
                Write::Arrive { .. } => {
                    let accepted = accepted.next();
                    Written::Accepted(accepted.expect("each arrival was accepted in this order"))
                }
                Write::Complete(done) => {
                    Written::Changed(intake::complete(transaction, done).await?)
                }
                Write::Claim(claiming) => {
                    let release = claim::claim(transaction, &self.holder, claiming).await?;
                    Written::Release(Box::new(release))
                }
                Write::Step(step) => Written::Stepped(steps::take(transaction, step).await?),
                Write::End(end) => Written::Ended(end::end(transaction, end).await?),
                Write::Change(statements) => {
                    let mut rows = 0;
                    for (statement, values) in statements {
                        rows += transaction.change(*statement, values.clone()).await?;
                    }
                    Written::Rows(rows)
                }
            });
        }
        Ok(answers)
    }
}

/// Nothing was said of a write, which cannot be.
fn unanswered() -> Failed {
    Failed::Within(StoreError::corrupt("a write unanswered"))
}

impl Store {
    /// Runs one statement that writes; gives the number of rows changed, when they are durable.
    pub(crate) async fn change(&self, statement: Statement, values: Vec<Value>) -> Result<u64> {
        self.change_all(vec![(statement, values)]).await
    }

    /// Runs statements that write, all or none.
    pub(crate) async fn change_all(&self, statements: Vec<(Statement, Vec<Value>)>) -> Result<u64> {
        match self.writers().write(Write::Change(statements)).await? {
            Written::Rows(rows) => Ok(rows),
            other => Err(other.unexpected()),
        }
    }
}
