//! Phones that have the queue in their list of printers: each asks about it once a second.

use std::cell::RefCell;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::task::LocalSet;

use super::connection::{Address, Connection};
use super::request::Post;
use super::run::{Outcome, single_thread};
use crate::bench::statistics::ms;

/// How often each asks.
const EVERY: Duration = Duration::from_secs(1);
/// They end by themselves after this time, whatever happens to whoever started them.
const LIMIT: Duration = Duration::from_secs(120);

/// Phones that ask until they are stopped, each from an address of its own.
#[derive(Debug)]
pub struct Phones {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<Outcome, String>>,
}

impl Phones {
    /// Starts `count` phones; they ask one after the other and never all at once.
    pub fn start(address: Address, post: Post, count: u16) -> Phones {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::spawn(move || {
            let run =
                LocalSet::new().block_on(&single_thread(), all(address, post, count, stopped));
            run.map_err(|error| format!("a phone: {error}"))
        });
        Phones { stop, thread }
    }

    /// Stops them. What they were answered, and how fast.
    ///
    /// # Errors
    /// When one found no connection.
    pub fn stop(self) -> Result<Outcome, String> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| "the phones broke off".to_owned())?
    }
}

async fn all(
    address: Address,
    post: Post,
    count: u16,
    stop: Arc<AtomicBool>,
) -> std::io::Result<Outcome> {
    let mut connections = Vec::new();
    for number in 0..count {
        let [high, low] = number.to_be_bytes();
        // Each phone has its own address, as on a campus.
        let source = Ipv4Addr::new(127, 1, high, low);
        connections.push(Connection::open_from(source, &address).await?);
    }
    let began = Instant::now();
    let outcome = Rc::new(RefCell::new(Outcome::default()));
    let mut phones = Vec::new();
    for (number, connection) in (0..count).zip(connections) {
        let first = began + EVERY * u32::from(number) / u32::from(count);
        let (post, stop, outcome) = (post.clone(), Arc::clone(&stop), Rc::clone(&outcome));
        phones.push(tokio::task::spawn_local(one(connection, first, post, stop, outcome)));
    }
    for phone in phones {
        phone.await.map_err(std::io::Error::other)??;
    }
    let mut outcome = outcome.take();
    outcome.took = began.elapsed();
    Ok(outcome)
}

async fn one(
    mut connection: Connection,
    first: Instant,
    post: Post,
    stop: Arc<AtomicBool>,
    outcome: Rc<RefCell<Outcome>>,
) -> std::io::Result<()> {
    let mut next = first;
    while !stop.load(Ordering::Relaxed) && first.elapsed() < LIMIT {
        tokio::time::sleep_until(next.into()).await;
        next = Instant::now() + EVERY;
        let sent = Instant::now();
        let answer = connection.ask(&post).await?;
        let mut outcome = outcome.borrow_mut();
        if answer.is_good() {
            outcome.accepted += 1;
            outcome.latencies_ms.push(ms(sent.elapsed()));
        } else {
            outcome.refused += 1;
            outcome.first_refusal.get_or_insert(answer.sentence());
        }
    }
    Ok(())
}
