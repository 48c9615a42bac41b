//! One person's card at several stations at the same moment, again and again: every job comes out once, counted
//! at the printers.

use std::collections::BTreeMap;
use std::env;

use print_core::{JobState, Ticket};
use real_parts::documents::{Paper, pdf};
use real_parts::virtual_mfp::Mfp;
use station_protocol::TapNumber;
use store::StationPolicy;

use super::tests::{again, tapped};
use super::{OpenTap, Session};
use crate::delivery::tests::house::{House, Server};

/// Says how many rounds there are, for long runs.
const ROUNDS_VARIABLE: &str = "FOLLOWME_RACE_ROUNDS";
const ROUNDS: usize = 200;

/// Stations, each beside a printer of its own.
const STATIONS: usize = 8;
const JOBS: usize = 3;

/// The next tap at this station.
fn next(tap: &mut OpenTap) -> OpenTap {
    tap.key.tap += 1;
    tap.tap = TapNumber(tap.tap.0 + 1);
    again(tap)
}

async fn race(server: Server) {
    let rounds = env::var(ROUNDS_VARIABLE).ok().and_then(|text| text.parse().ok());
    let rounds: usize = rounds.unwrap_or(ROUNDS);
    let mut mfps = Vec::new();
    let mut taps = Vec::new();
    for _ in 0..STATIONS {
        let mfp = Mfp::start();
        let printer = server.add_printer(mfp.uri()).await;
        taps.push(tapped(&server, printer, StationPolicy::AllAtOnce).await);
        mfps.push(mfp);
    }
    let parts = server.release_parts();
    let mut printing_at = BTreeMap::new();
    for round in 0..rounds {
        let mut jobs = Vec::new();
        for job in 0..JOBS {
            let document = pdf(1, Paper::A4, &format!("round {round}, job {job}"));
            let held = server.hold_document(&document, "application/pdf", Ticket::default());
            jobs.push(held.await);
        }
        let together = 2 + round % (STATIONS - 1);
        let first = round % STATIONS;
        let mut opening = tokio::task::JoinSet::new();
        for place in 0..together {
            let tap = next(&mut taps[(first + place) % STATIONS]);
            opening.spawn(Session::open(parts.clone(), tap));
        }
        for session in opening.join_all().await {
            session.expect("the store answers");
        }
        for job in jobs {
            server.is(job, JobState::Completed).await;
            let attempts = server.store.attempts_of_job(job).await.unwrap();
            assert_eq!(attempts.len(), 1, "round {round}");
            *printing_at.entry(attempts[0].printer).or_insert(0_u32) += 1;
        }
    }
    let mut printed: BTreeMap<String, u32> = BTreeMap::new();
    for job in mfps.iter().flat_map(Mfp::jobs) {
        assert_eq!(job["sheets_out"], 1, "{job}");
        *printed
            .entry(job["sha256"].as_str().expect("it arrived whole").to_owned())
            .or_default() += 1;
    }
    assert_eq!(printed.len(), rounds * JOBS, "every job came out");
    assert!(printed.values().all(|times| *times == 1), "and none of them twice");
    let invariants = server.store.invariants().await.unwrap();
    assert!(invariants.is_whole(), "{invariants:?}");
    println!("{rounds} rounds of 2 to {STATIONS} taps: each of {} jobs once", printed.len());
    println!("jobs by printer: {:?}", printing_at.values().collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn simultaneous_taps_print_every_job_once_with_sqlite() {
    let (_house, server) = House::open().await;
    race(server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn simultaneous_taps_print_every_job_once_with_postgresql() {
    let (_house, server) = House::open_with_postgres().await;
    race(server).await;
}
