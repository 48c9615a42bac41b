//! Documents that nobody sends by accident: each costs a process of its own, and the server nothing.

use std::time::{Duration, Instant};

use e2e::house::http;
use ipp_codec::{Reply, names};
use real_parts::documents::{Paper, pdf};
use real_parts::hostile::{Case, Expected, cases};
use real_parts::waiting;

use super::load::{anonymous_kib, resident_kib};
use crate::scene::house::state;
use crate::scene::{Client, House, Setup};

/// The server's memory may grow so much over all of them.
const GROWTH_KIB_MAX: u64 = 1_024;
/// Looking into one document ends by then (20 s on the wall, and a moment for a busy machine).
const LOOK_LIMIT: Duration = Duration::from_secs(25);
/// Documents of either kind that are sent before the memory is looked at.
const WARM: usize = 100;

/// What became of a document.
#[derive(Debug)]
enum End {
    /// Not taken: the status.
    Refused(String),
    /// Held, with so many pages, or unknown ones.
    Held(Option<i32>),
}

/// How many documents were looked into so far.
fn looked_into(house: &House) -> u64 {
    let metrics = http::get(house.ports().manage, "/metrics").expect("metrics").body;
    let counts = metrics.lines().filter_map(|line| {
        let line = line.strip_prefix("followme_documents_looked_into_total{")?;
        line.rsplit(' ').next()?.parse::<u64>().ok()
    });
    counts.sum()
}

/// Sends a document and waits until it has been looked into.
fn send(house: &House, client: &Client, document: &[u8]) -> (End, Duration) {
    let before = looked_into(house);
    let answer = client.ask(&client.print_job("anna", "Report"), document);
    let begun = Instant::now();
    let reply: Reply = answer.ipp();
    if !reply.status().is_successful() {
        return (End::Refused(reply.status().to_string()), begun.elapsed());
    }
    waiting::wait_until("the document is looked into", LOOK_LIMIT * 2, || {
        looked_into(house) > before
    });
    let took = begun.elapsed();
    let job = client.job("anna", answer.job_number());
    assert_eq!(job.integer(names::JOB_STATE), Some(state::HELD));
    (End::Held(job.integer(names::JOB_IMPRESSIONS)), took)
}

/// What is wrong about it.
fn fault(case: &Case, end: &End, took: Duration) -> Option<String> {
    let is_right = match (case.expected, end) {
        (Expected::Pages { pages, .. }, End::Held(Some(counted))) => {
            u32::try_from(*counted) == Ok(pages)
        }
        (Expected::Refused, End::Held(pages)) => pages.is_none(),
        // It begins as something else, or not at all: nobody need look into it.
        (_, End::Refused(status)) => {
            !case.document.starts_with(b"%PDF-") && !status.contains("server-error")
        }
        (Expected::Pages { .. }, End::Held(None)) => false,
    };
    let is_quick = took <= LOOK_LIMIT;
    (!is_right || !is_quick).then(|| format!("{}: {end:?} after {took:?}", case.name))
}

#[test]
fn hostile_documents_cost_the_server_no_memory_and_each_ends_within_its_limits() {
    let mut house = Setup::new().without_stations().without_limits().start();
    let client = house.client();
    let cases = cases();
    // What the server makes once (the allocator's pools of each thread, the databases' pages, the code of
    // each answer that is read from the disk) is made by honest documents and by the quick hostile ones,
    // the largest among them. What grows after that grows with what is inside the documents.
    let quick = ["tree of 50,000 levels", "count says 1 of 50", "nothing", "cut in the middle"];
    let quick: Vec<&Case> = cases.iter().filter(|case| quick.contains(&case.name)).collect();
    assert_eq!(quick.len(), 4, "they are known by these names");
    for number in 0..WARM {
        send(&house, &client, &pdf(1 + number % 5, Paper::A4, "Warm"));
        send(&house, &client, &quick[number % quick.len()].document);
    }
    let server = house.server().id();
    let (before, anonymous_before) = (resident_kib(server), anonymous_kib(server));
    let mut wrong = Vec::new();
    let mut slowest = Duration::ZERO;
    for case in &cases {
        let (end, took) = send(&house, &client, &case.document);
        slowest = slowest.max(took);
        wrong.extend(fault(case, &end, took));
    }
    let (after, anonymous_after) = (resident_kib(server), anonymous_kib(server));
    println!(
        "{} hostile documents, slowest {} ms; resident {before} -> {after} KiB, of it not from files \
         {anonymous_before} -> {anonymous_after} KiB",
        cases.len(),
        slowest.as_millis(),
    );
    assert_eq!(wrong, Vec::<String>::new());
    assert!(house.server().is_running(), "{}", house.server_log());
    assert!(!house.server_log().contains("panicked"), "{}", house.server_log());
    assert!(after <= before + GROWTH_KIB_MAX, "memory grew from {before} to {after} KiB");
    house.expect_whole();
}
