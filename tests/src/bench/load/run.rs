//! Many connections at once, until so many jobs are sent.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

use super::connection::{Address, Connection};
use super::request::Post;
use crate::bench::statistics::{ms, percentile};

/// A run that takes longer is ended; what was sent until then counts.
const LIMIT: Duration = Duration::from_secs(120);
/// So many refusals spoil a run: it is ended, because it measures something else.
const REFUSALS_MAX: usize = 50;

/// So many jobs over so many connections.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Connections, each with one request under way.
    pub connections: usize,
    /// Requests of all connections together.
    pub requests: usize,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Requests that were answered with success.
    pub accepted: usize,
    /// Requests that were refused, or not answered.
    pub refused: usize,
    /// The first refusal in words.
    pub first_refusal: Option<String>,
    /// From the first request to the last answer.
    pub took: Duration,
    /// From each accepted request's first byte to its answer's last, in milliseconds.
    pub latencies_ms: Vec<f64>,
}

impl Outcome {
    /// Accepted requests per second.
    pub fn per_second(&self) -> f64 {
        self.accepted as f64 / self.took.as_secs_f64().max(f64::EPSILON)
    }

    /// What `percent` of the accepted requests did not exceed, in milliseconds.
    pub fn latency_ms(&self, percent: f64) -> f64 {
        percentile(&self.latencies_ms, percent)
    }

    /// The outcome, if nothing was refused: otherwise the run measured something else.
    ///
    /// # Errors
    /// The first refusal, with how many there were.
    pub fn whole(self, whose: &str) -> Result<Outcome, String> {
        match &self.first_refusal {
            None => Ok(self),
            Some(first) => Err(format!("{whose} refused {} requests: {first}", self.refused)),
        }
    }
}

/// What the connections of a run share; they are tasks of one thread.
struct Shared {
    left: Cell<usize>,
    deadline: Instant,
    outcome: RefCell<Outcome>,
}

impl Shared {
    /// Whether there is another request to be sent.
    fn take_one(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0 && Instant::now() < self.deadline && self.outcome.borrow().refused < REFUSALS_MAX
    }

    fn refused(&self, why: String) {
        let mut outcome = self.outcome.borrow_mut();
        outcome.refused += 1;
        outcome.first_refusal.get_or_insert(why);
    }
}

impl Load {
    /// Sends `post` again and again. The connections are there before the clock starts. Everything
    /// runs on this thread, so that the server has the rest of the machine.
    ///
    /// # Errors
    /// When no connection can be made.
    pub fn send(self, address: &Address, post: &Post) -> Result<Outcome, String> {
        let runtime = single_thread();
        let run = LocalSet::new().block_on(&runtime, self.all(address, post));
        run.map_err(|error| format!("no connection: {error}"))
    }

    /// Asks a server that has just started once, so that what it makes at its first request (a
    /// prepared statement, a password's check) is not measured.
    ///
    /// # Errors
    /// As [`Load::send`], or when the server refuses.
    pub fn first(address: &Address, post: &Post) -> Result<(), String> {
        let first = Load { connections: 1, requests: 1 }.send(address, post)?;
        first.whole("a server that has just started").map(drop)
    }

    async fn all(self, address: &Address, post: &Post) -> std::io::Result<Outcome> {
        let mut connections = Vec::with_capacity(self.connections);
        for _ in 0..self.connections {
            connections.push(Connection::open(address).await?);
        }
        let began = Instant::now();
        let shared = Rc::new(Shared {
            left: Cell::new(self.requests),
            deadline: began + LIMIT,
            outcome: RefCell::default(),
        });
        let tasks: Vec<_> = connections
            .into_iter()
            .map(|connection| {
                let (address, post) = (address.clone(), post.clone());
                tokio::task::spawn_local(one(connection, address, post, Rc::clone(&shared)))
            })
            .collect();
        for task in tasks {
            task.await.map_err(std::io::Error::other)?;
        }
        let mut outcome = shared.outcome.take();
        outcome.took = began.elapsed();
        Ok(outcome)
    }
}

/// One connection's part of a run. A connection that ends is made anew, and its request counts as
/// refused.
async fn one(mut connection: Connection, address: Address, post: Post, shared: Rc<Shared>) {
    while shared.take_one() {
        let sent = Instant::now();
        match connection.ask(&post).await {
            Ok(answer) if answer.is_good() => {
                let mut outcome = shared.outcome.borrow_mut();
                outcome.accepted += 1;
                outcome.latencies_ms.push(ms(sent.elapsed()));
            }
            Ok(answer) => shared.refused(answer.sentence()),
            Err(error) => {
                shared.refused(error.to_string());
                match Connection::open(&address).await {
                    Ok(next) => connection = next,
                    Err(_) => return,
                }
            }
        }
    }
}

/// A runtime on the calling thread.
pub fn single_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a process may open one more epoll")
}
