//! One person's card at several real stations at the same moment: every job comes out once, counted at the printers.

use std::collections::BTreeMap;
use std::env;
use std::thread;

use real_parts::documents::{Paper, pdf};
use real_parts::virtual_mfp::Mfp;

use crate::scene::Setup;
use crate::scene::crowd::{Crowd, Machine};
use crate::scene::house::state;

/// Says how many rounds there are, for long runs.
const ROUNDS_VARIABLE: &str = "FOLLOWME_STATION_RACES";
const ROUNDS: usize = 16;

const STATIONS: usize = 8;
const JOBS: usize = 3;

fn race(setup: Setup) {
    let rounds = env::var(ROUNDS_VARIABLE).ok().and_then(|text| text.parse().ok());
    let rounds: usize = rounds.unwrap_or(ROUNDS);
    let machines = (0..STATIONS).map(|_| Machine::Virtual(Mfp::start())).collect();
    let mut crowd = Crowd::at(setup, machines);
    let client = crowd.house.client();
    for round in 0..rounds {
        let owner = &crowd.desks[round % STATIONS].resident;
        let numbers: Vec<i32> = (0..JOBS)
            .map(|job| {
                client.print(&owner.login, &pdf(1, Paper::A4, &format!("round {round}, job {job}")))
            })
            .collect();
        let together = 2 + round % (STATIONS - 1);
        thread::scope(|scope| {
            for place in 0..together {
                let station = &crowd.desks[(round + place) % STATIONS].station;
                scope.spawn(move || station.hold_card(&owner.card));
            }
        });
        for number in numbers {
            crowd.house.wait_for_state(&owner.login, number, state::COMPLETED);
        }
    }
    let mut printed: BTreeMap<String, u32> = BTreeMap::new();
    for desk in &crowd.desks {
        for (document, times) in desk.machine.printed() {
            *printed.entry(document).or_default() += times;
        }
    }
    assert_eq!(printed.len(), rounds * JOBS, "every job came out");
    assert!(printed.values().all(|times| *times == 1), "and none of them twice");
    println!(
        "{rounds} rounds of 2 to {STATIONS} taps at real stations: {} jobs once",
        printed.len()
    );
    crowd.house.stop_server();
    crowd.house.expect_whole();
}

#[test]
fn simultaneous_taps_at_stations_print_every_job_once_with_sqlite() {
    race(Setup::new());
}

#[test]
fn simultaneous_taps_at_stations_print_every_job_once_with_postgresql() {
    race(Setup::new().postgres());
}
