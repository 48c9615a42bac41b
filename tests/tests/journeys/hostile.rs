//! Requests that nobody sends by accident: each gets its answer, and nobody else waits for it.

mod cases;
mod documents;
mod load;

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ipp_codec::{Operation, Reply};

use crate::scene::client::read_answer;
use crate::scene::{Client, Setup};
use cases::{Case, Wanted};
pub use load::{peak_kib, resident_kib};

/// A request that is not polite must not make a polite one wait longer.
const POLITE_LIMIT: Duration = Duration::from_secs(1);
/// Every hostile request has its answer, or its end, by then.
const CASE_LIMIT: Duration = Duration::from_secs(5);
/// The server's memory may grow so much over all of them, for its buffers and caches.
const GROWTH_KIB_MAX: u64 = 24 * 1024;

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// An IPP answer of success.
    Accepted,
    /// An IPP or HTTP answer that refuses.
    Refused,
    /// The server hung up without a word.
    Closed,
    /// Nothing came in time.
    Silent,
}

impl Wanted {
    fn is_met_by(self, verdict: Verdict) -> bool {
        match self {
            Wanted::Accept => verdict == Verdict::Accepted,
            Wanted::Refuse => verdict == Verdict::Refused,
            Wanted::Answer => matches!(verdict, Verdict::Accepted | Verdict::Refused),
            Wanted::RefuseOrClose => matches!(verdict, Verdict::Refused | Verdict::Closed),
        }
    }
}

fn send(client: &Client, case: &Case) -> (Verdict, String) {
    let mut connection = client.connect().expect("the server accepts connections");
    connection.wait_at_most(CASE_LIMIT);
    for piece in case.pieces() {
        // It may answer and close before it has read everything.
        if connection.write_all(piece).and_then(|()| connection.flush()).is_err() {
            break;
        }
    }
    if case.ends_early {
        connection.finish_sending();
    }
    match read_answer(&mut connection) {
        Ok(answer) if answer.http == 200 => match Reply::decode(&answer.body) {
            Ok(reply) if reply.status().is_successful() => {
                (Verdict::Accepted, reply.status().to_string())
            }
            Ok(reply) => (Verdict::Refused, reply.status().to_string()),
            Err(error) => (Verdict::Closed, format!("no IPP: {error:?}")),
        },
        Ok(answer) => (Verdict::Refused, format!("HTTP {}", answer.http)),
        Err(error) => match error.kind() {
            std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut => {
                (Verdict::Silent, error.to_string())
            }
            _ => (Verdict::Closed, error.to_string()),
        },
    }
}

/// Asks politely, again and again, until told to stop; gives the slowest answer.
fn bystander(client: &Client, over: &AtomicBool) -> (u32, Duration) {
    let request = client.request(Operation::GET_PRINTER_ATTRIBUTES, "anna");
    let (mut asked, mut slowest) = (0, Duration::ZERO);
    while !over.load(Ordering::Relaxed) {
        let begun = Instant::now();
        let reply = client.ask(&request, &[]).ipp();
        assert!(reply.status().is_successful(), "{}", reply.status());
        slowest = slowest.max(begun.elapsed());
        asked += 1;
    }
    (asked, slowest)
}

#[test]
fn hostile_requests_are_refused_and_nobody_else_notices() {
    let mut house = Setup::new().without_stations().start();
    let client = house.client();
    // Everything that is made once is made before the memory is looked at.
    for case in cases::all(&client) {
        send(&client, &case);
    }
    let before = resident_kib(house.server().id());
    let over = AtomicBool::new(false);
    let (wrong, asked, slowest) = thread::scope(|scope| {
        let polite = scope.spawn(|| bystander(&client, &over));
        let mut wrong = Vec::new();
        for _ in 0..3 {
            for case in cases::all(&client) {
                let begun = Instant::now();
                let (verdict, told) = send(&client, &case);
                let (took, wanted) = (begun.elapsed(), case.wanted);
                if !wanted.is_met_by(verdict) || took > CASE_LIMIT {
                    let name = case.name;
                    wrong.push(format!(
                        "{name}: wanted {wanted:?}, got {verdict:?} ({told}), {took:?}"
                    ));
                }
            }
        }
        over.store(true, Ordering::Relaxed);
        let (asked, slowest) = polite.join().expect("a polite request was not answered");
        (wrong, asked, slowest)
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(asked > 20 && slowest < POLITE_LIMIT, "{asked} polite requests, slowest {slowest:?}");
    assert!(house.server().is_running(), "{}", house.server_log());
    let after = resident_kib(house.server().id());
    assert!(after < before + GROWTH_KIB_MAX, "memory grew from {before} to {after} KiB");
    assert!(!house.server_log().contains("panicked"), "{}", house.server_log());
    house.expect_whole();
}

#[test]
fn slow_and_silent_connections_keep_nobody_waiting() {
    let house = Setup::new()
        .without_stations()
        .more("[limits]\nheader_seconds = 2\nattributes_seconds = 2\nidle_seconds = 2\n")
        .start();
    let client = house.client();
    let head = client.head("Content-Length: 1000\r\n");
    let beginnings = [&b""[..], b"P", b"POST / HTTP/1.1\r\nHost: x", head.as_bytes()];
    let slow: Vec<_> = (0..100)
        .map(|number| {
            let mut connection = client.connect().expect("the server accepts connections");
            connection.write_all(beginnings[number % beginnings.len()]).expect("it is read");
            connection
        })
        .collect();
    let begun = Instant::now();
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let polite = scope.spawn(|| bystander(&client, &over));
        for mut connection in slow {
            connection.wait_at_most(Duration::from_secs(10));
            // Refused or cut off: either way it has ended.
            let ended = read_answer(&mut connection);
            let timed_out = ended.err().is_some_and(|error| {
                matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                )
            });
            assert!(!timed_out, "a connection was open after {:?}", begun.elapsed());
        }
        over.store(true, Ordering::Relaxed);
        let (asked, slowest) = polite.join().expect("a polite request was not answered");
        assert!(slowest < POLITE_LIMIT, "{asked} polite requests, slowest {slowest:?}");
    });
}
