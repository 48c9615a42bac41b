//! Killed while jobs come in.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use ipp_codec::{GroupTag, Reply, names};
use real_parts::documents::{Paper, pdf_of_size};
use real_parts::waiting;

use crate::scene::{ANNA, Client, House, Setup, TapEnd};

/// Says how often the server is killed, for long runs.
const KILLS_VARIABLE: &str = "FOLLOWME_KILLS";
const CONNECTIONS: usize = 64;
/// The server is killed after so many acknowledgements, more or less.
const ACKNOWLEDGED: usize = 60;

/// Nobody panics with a list half written.
const WHOLE: &str = "the list is whole";

/// What the clients of one run know.
#[derive(Default)]
struct Sent {
    /// SHA-256 of each acknowledged document, in hexadecimal.
    acknowledged: Mutex<BTreeSet<String>>,
    /// SHA-256 of every document that was sent, acknowledged or not.
    begun: Mutex<BTreeSet<String>>,
    in_flight: AtomicUsize,
    over: AtomicBool,
}

fn hexadecimal(document: &[u8]) -> String {
    digest(&SHA256, document).as_ref().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Prints documents of its own, none like another, until the server dies.
fn print_on(client: &Client, name: &str, sent: &Sent) {
    for number in 0.. {
        if sent.over.load(Ordering::SeqCst) {
            return;
        }
        let size = [1_000, 10_000, 100_000, 400_000][number % 4];
        let document = pdf_of_size(1, Paper::A4, &format!("{name} {number}"), size);
        let sum = hexadecimal(&document);
        sent.begun.lock().expect(WHOLE).insert(sum.clone());
        let request = client.print_job("anna", "Report");
        sent.in_flight.fetch_add(1, Ordering::SeqCst);
        let answer = client.try_ask(&request, &document);
        sent.in_flight.fetch_sub(1, Ordering::SeqCst);
        let Ok(answer) = answer else { return };
        let reply = Reply::decode(&answer.body).ok();
        let number = reply.and_then(|reply| reply.integer(GroupTag::JOB, names::JOB_ID));
        if number.is_some() {
            sent.acknowledged.lock().expect(WHOLE).insert(sum);
        }
    }
}

/// Lets 64 clients print and kills the server in the middle of it. Gives how many requests were open.
fn kill_while_jobs_come_in(house: &mut House, round: usize, sent: &Sent) -> usize {
    let client = house.client();
    sent.over.store(false, Ordering::SeqCst);
    let goal = sent.acknowledged.lock().expect(WHOLE).len() + ACKNOWLEDGED;
    thread::scope(|scope| {
        for connection in 0..CONNECTIONS {
            let (client, name) = (client.clone(), format!("{round} {connection}"));
            scope.spawn(move || print_on(&client, &name, sent));
        }
        waiting::wait_until("acknowledged jobs", Duration::from_secs(60), || {
            sent.acknowledged.lock().expect(WHOLE).len() >= goal
        });
        let open = sent.in_flight.load(Ordering::SeqCst);
        house.kill_server();
        sent.over.store(true, Ordering::SeqCst);
        open
    })
}

#[test]
fn every_acknowledged_job_outlives_a_killed_server_whole() {
    let kills = env::var(KILLS_VARIABLE).ok().and_then(|text| text.parse().ok()).unwrap_or(10);
    let mut house = Setup::new().without_limits().start();
    let sent = Sent::default();
    for round in 1..=kills {
        let open = kill_while_jobs_come_in(&mut house, round, &sent);
        assert!(open > 0, "round {round}: no request was open when the server was killed");
        let begun = Instant::now();
        house.start_server();
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(10), "round {round}: the start took {took:?}");
        house.expect_whole();
        // Not more jobs than a station lets go at one tap.
        if round % 2 == 0 || round == kills {
            release_all(&mut house, &sent);
        }
    }
    // Beside a running server fsck cannot tell left-overs from what is just coming in.
    house.stop_server();
    house.expect_whole();
    let acknowledged = sent.acknowledged.lock().expect(WHOLE).len();
    println!("{kills} kills, {acknowledged} acknowledged jobs, none lost");
}

/// Taps until nothing is held; every acknowledged document comes out as it was sent, none twice.
fn release_all(house: &mut House, sent: &Sent) {
    house.stations[0].wait_for_connection();
    let (mfp, station) = house.hall();
    while station.tap(ANNA).expect_either(TapEnd::Printed, TapEnd::Nothing) == TapEnd::Printed {}
    let jobs = mfp.jobs();
    let printed: Vec<&str> = jobs.iter().filter_map(|job| job["sha256"].as_str()).collect();
    let distinct: BTreeSet<&str> = printed.iter().copied().collect();
    assert_eq!(printed.len(), distinct.len(), "a document came out twice");
    let acknowledged = sent.acknowledged.lock().expect(WHOLE);
    let lost: Vec<_> = acknowledged.iter().filter(|sum| !distinct.contains(sum.as_str())).collect();
    assert!(lost.is_empty(), "{} of {} were lost", lost.len(), acknowledged.len());
    let begun = sent.begun.lock().expect(WHOLE);
    let strange: Vec<_> = distinct.iter().filter(|sum| !begun.contains(**sum)).collect();
    assert!(strange.is_empty(), "{} documents came out that nobody sent", strange.len());
    house.expect_whole();
}
