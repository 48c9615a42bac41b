//! From the card on the reader to the document's first byte at the printer.
//!
//! The card lies on a reader of PC/SC's own daemon, the station and the server are processes, and
//! between them is TLS. Each person has 20 jobs held, which all come out at one printer; the time is
//! that of the first. Beside it CUPS's way: a held job, Release-Job, and the first byte at the device.

use std::time::Duration;

use print_core::SystemClock;
use store::{DatabaseUrl, NodeName, Store};
use tokio::runtime::Runtime;

use crate::bench::report::Report;
use crate::bench::servers::{CupsRelease, Ground, ReleaseHouse};
use crate::bench::statistics::{Figure, percentile};

use super::{Measure, Plan};

/// Jobs that wait for each tap.
const HELD: usize = 20;
/// So many times CUPS releases one of its jobs, of 20 held.
const CUPS_RELEASES: u32 = 200;
/// What we promise at least, in milliseconds.
const P99_LIMIT_MS: f64 = 40.0;
/// The promise where the disk is slow: so many times the p99 of two commits.
const COMMITS: f64 = 10.0;

pub(super) fn take(plan: &Plan, ground: &Ground, report: &mut Report) -> Result<(), String> {
    let mut house = ReleaseHouse::start(ground)?;
    let commits = Commits::start(ground)?;
    let (mut taps, mut pairs) = (Vec::new(), Vec::new());
    for number in 0..plan.taps {
        if number % 50 == 0 {
            report.say(&format!("tap {} of {}", number + 1, plan.taps));
        }
        house.hold(HELD)?;
        taps.push(house.tap(HELD)?);
        // In between, so that both meet the same disk.
        pairs.push(commits.two()?);
    }
    report.line("taps that the reader missed", "", Figure::single(f64::from(house.missed())));
    house.stop();
    let pairs_p99 = percentile(&pairs, 99.0);
    let at_device = cups_releases(report, "to a socket", CupsRelease::to_a_socket()?)?;
    let at_printer = cups_releases(report, "over IPP", CupsRelease::over_ipp()?)?;
    let cups = Figure::single(percentile(&at_device, 50.0));
    let p50 = Figure::single(percentile(&taps, 50.0));
    let limit = P99_LIMIT_MS.max(COMMITS * pairs_p99);
    let commits = Figure::single(pairs_p99);
    report.add(Measure::TapP50, p50, cups);
    report.add(Measure::TapP99, Figure::single(percentile(&taps, 99.0)), Figure::single(limit));
    report.add(Measure::TapVsCupsd, p50, cups);
    report.add(Measure::TwoCommits, commits, commits);
    report.line("tap to first byte: all", "ms", Figure::of(&taps));
    report.line("two durable commits: all", "ms", Figure::of(&pairs));
    report.line("cupsd, Release-Job to first byte, socket: all", "ms", Figure::of(&at_device));
    report.line("cupsd, Release-Job to first byte, IPP: all", "ms", Figure::of(&at_printer));
    Ok(())
}

fn cups_releases(report: &Report, how: &str, mut cups: CupsRelease) -> Result<Vec<f64>, String> {
    report.say(&format!("cupsd releases {how}"));
    let times = (0..CUPS_RELEASES).map(|_| cups.release(HELD)).collect();
    cups.stop();
    times
}

/// A database of its own on the same disk.
struct Commits {
    runtime: Runtime,
    store: Store,
}

impl Commits {
    fn start(ground: &Ground) -> Result<Commits, String> {
        let file = ground.new_folder("commits")?.join("commits.db");
        let url = DatabaseUrl::parse(&format!("sqlite:{}", file.display()));
        let url = url.map_err(|error| error.to_string())?;
        let node = NodeName::parse("bench").map_err(|error| error.to_string())?;
        let runtime = crate::bench::load::single_thread();
        let store = runtime.block_on(Store::open(&url, node, std::sync::Arc::new(SystemClock)));
        Ok(Commits { runtime, store: store.map_err(|error| error.to_string())? })
    }

    /// The milliseconds of two commits, one after the other.
    fn two(&self) -> Result<f64, String> {
        let began = std::time::Instant::now();
        self.runtime.block_on(async {
            self.store.ping().await.map_err(|error| error.to_string())?;
            self.store.ping().await.map_err(|error| error.to_string())
        })?;
        Ok(began.elapsed().max(Duration::from_nanos(1)).as_secs_f64() * 1_000.0)
    }
}
