//! Puts millions of spoilt requests through the codec, on stable Rust and in one process.
//!
//! `cargo run --release -p ipp-codec --example mutate -- [INPUTS [FIRST_SEED]]`
//!
//! Every input depends on its seed alone. Exit status 1, with the seed, when an input breaks a law,
//! panics or takes longer than a second; or when fewer than 10 % of the inputs are proper requests
//! or an operation is never reached.

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ipp_codec::{Message, Operation};
use support::laws::{Outcome, examine_reply, examine_request};
use support::random::Random;
use support::{mutate, samples};

/// An input that takes longer is a hang.
const INPUT_TIME_MAX: Duration = Duration::from_secs(1);

/// What came of the inputs of one thread, or of all.
#[derive(Debug, Default)]
struct Tally {
    inputs: u64,
    undecodable: u64,
    refused: u64,
    accepted: BTreeMap<Operation, u64>,
    replies: u64,
    replies_read: u64,
    slowest: Duration,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.inputs += other.inputs;
        self.undecodable += other.undecodable;
        self.refused += other.refused;
        self.replies += other.replies;
        self.replies_read += other.replies_read;
        self.slowest = self.slowest.max(other.slowest);
        for (operation, count) in other.accepted {
            *self.accepted.entry(operation).or_default() += count;
        }
    }

    fn accepted_total(&self) -> u64 {
        self.accepted.values().sum()
    }

    fn print(&self, elapsed: Duration) {
        let share = |part: u64| part as f64 * 100.0 / self.inputs.max(1) as f64;
        println!("inputs       {:>12}  in {:.0} s", self.inputs, elapsed.as_secs_f64());
        println!(
            "accepted     {:>12}  {:.1} %",
            self.accepted_total(),
            share(self.accepted_total())
        );
        println!("refused      {:>12}  {:.1} %", self.refused, share(self.refused));
        println!("undecodable  {:>12}  {:.1} %", self.undecodable, share(self.undecodable));
        println!("replies      {:>12}  {} of them read", self.replies, self.replies_read);
        println!("slowest      {:>9.3} ms", self.slowest.as_secs_f64() * 1000.0);
        for operation in samples::OPERATIONS {
            let count = self.accepted.get(&operation).copied().unwrap_or(0);
            println!("  {:<24}{count:>10}", operation.to_string());
        }
    }

    fn is_enough(&self) -> bool {
        let reached =
            samples::OPERATIONS.iter().all(|operation| self.accepted.contains_key(operation));
        reached && self.accepted_total() * 10 >= self.inputs
    }
}

/// One thread's work, watched from outside.
#[derive(Debug, Default)]
struct Watched {
    seed: AtomicU64,
    failed: AtomicBool,
    finished: AtomicBool,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (inputs, first_seed) = match (arguments.next(), arguments.next()) {
        (None, None) => (1_000_000, 0),
        (Some(Ok(inputs)), None) => (inputs, 0),
        (Some(Ok(inputs)), Some(Ok(first_seed))) => (inputs, first_seed),
        _ => {
            eprintln!("usage: mutate [INPUTS [FIRST_SEED]]");
            return ExitCode::from(2);
        }
    };
    let started = Instant::now();
    let threads = thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let watched: Vec<Watched> = (0..threads).map(|_| Watched::default()).collect();
    let tally = thread::scope(|scope| {
        let workers: Vec<_> = watched
            .iter()
            .enumerate()
            .map(|(number, watched)| {
                let seeds =
                    (first_seed + number as u64..first_seed + inputs).step_by(threads as usize);
                scope.spawn(move || work(seeds, watched))
            })
            .collect();
        watch(&watched);
        let mut tally = Tally::default();
        for worker in workers {
            tally.add(worker.join().expect("a worker catches its panics"));
        }
        tally
    });
    tally.print(started.elapsed());
    let failed = watched.iter().any(|watched| watched.failed.load(Ordering::Relaxed));
    // A handful of inputs, as when one seed is tried again, cannot reach every operation.
    if failed || (inputs >= 10_000 && !tally.is_enough()) {
        println!("NOT OK");
        return ExitCode::FAILURE;
    }
    println!("ok");
    ExitCode::SUCCESS
}

fn work(seeds: impl Iterator<Item = u64>, watched: &Watched) -> Tally {
    let requests = samples::requests();
    let replies = samples::replies();
    let mut tally = Tally::default();
    for seed in seeds {
        watched.seed.store(seed, Ordering::Relaxed);
        let examined = timed(|| examine(seed, &requests, &replies, &mut tally));
        // Another program may have had the processor: only an input that is slow again is slow.
        let is_slow = examined.is_some_and(|elapsed| elapsed > INPUT_TIME_MAX)
            && timed(|| examine(seed, &requests, &replies, &mut Tally::default()))
                .is_some_and(|elapsed| elapsed > INPUT_TIME_MAX);
        match examined {
            Some(elapsed) if !is_slow => tally.slowest = tally.slowest.max(elapsed),
            _ => {
                println!("seed {seed} {}", if is_slow { "is slow" } else { "breaks a law" });
                watched.failed.store(true, Ordering::Relaxed);
                break;
            }
        }
    }
    watched.finished.store(true, Ordering::Relaxed);
    tally
}

/// How long it took; `None` when it panicked.
fn timed(action: impl FnOnce()) -> Option<Duration> {
    let started = Instant::now();
    catch_unwind(AssertUnwindSafe(action)).ok().map(|()| started.elapsed())
}

fn examine(seed: u64, requests: &[Message], replies: &[Message], tally: &mut Tally) {
    let mut random = Random::new(seed);
    let chunk_bytes = 1 + random.below(400);
    let input = mutate::input(requests, &mut random);
    tally.inputs += 1;
    match examine_request(&input, chunk_bytes) {
        Outcome::Undecodable => tally.undecodable += 1,
        Outcome::Refused(_) => tally.refused += 1,
        Outcome::Accepted(operation) => *tally.accepted.entry(operation).or_default() += 1,
    }
    if random.percent(20) {
        let input = mutate::input(replies, &mut random);
        tally.replies += 1;
        tally.replies_read += u64::from(examine_reply(&input, chunk_bytes));
    }
}

/// Returns when every worker has finished. A worker that stays at one seed for five times the
/// allowed second will not come back by itself, so that the program ends here.
fn watch(watched: &[Watched]) {
    let mut last: Vec<(u64, Instant)> =
        watched.iter().map(|_| (u64::MAX, Instant::now())).collect();
    while !watched.iter().all(|watched| watched.finished.load(Ordering::Relaxed)) {
        thread::park_timeout(Duration::from_millis(100));
        for (worker, (seed, since)) in watched.iter().zip(&mut last) {
            let current = worker.seed.load(Ordering::Relaxed);
            if current != *seed {
                (*seed, *since) = (current, Instant::now());
            } else if since.elapsed() > INPUT_TIME_MAX * 5
                && !worker.finished.load(Ordering::Relaxed)
            {
                println!("seed {current} hangs\nNOT OK");
                std::process::exit(1);
            }
        }
    }
}
