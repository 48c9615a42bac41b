//! Killed at any moment while ten people print: at printers that keep their history, at printers that forget, and
//! at the one that CUPS ships.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use print_core::{Clock as _, SystemClock};
use real_parts::documents::{Paper, pdf_of_size};
use real_parts::ippeveprinter::{IppEvePrinter, Model};
use real_parts::virtual_mfp::Mfp;
use serde_json::json;

use super::times;
use crate::scene::Setup;
use crate::scene::crowd::{Crowd, Dice, Fate, Machine};

/// Says how often the server is killed, for long runs.
const KILLS_VARIABLE: &str = "FOLLOWME_RANDOM_KILLS";
/// Repeats a run.
const SEED_VARIABLE: &str = "FOLLOWME_SEED";

const PAGES: usize = 5;
const DOCUMENT_BYTES: usize = 200_000;
/// A document takes half a second and a page a tenth: a whole job a good second.
const BYTES_PER_SECOND: u32 = 400_000;
const PAGES_PER_MINUTE: &str = "600";
/// Everybody taps within this.
const TAPS_WITHIN: Duration = Duration::from_millis(600);
/// The server is killed within this after the first tap.
const KILLED_WITHIN: Duration = Duration::from_millis(2_200);

const KEEPING: usize = 5;
const FORGETTING: usize = 4;

fn machines() -> Vec<Machine> {
    let start = |options: &[&str]| {
        let mfp = Mfp::start_with(&[&["--pages-per-minute", PAGES_PER_MINUTE], options].concat());
        mfp.fault(json!({ "fault": "slow", "bytes_per_second": BYTES_PER_SECOND, "times": 0 }));
        Machine::Virtual(mfp)
    };
    let mut machines: Vec<Machine> = (0..KEEPING).map(|_| start(&[])).collect();
    machines.extend((0..FORGETTING).map(|_| start(&["--history", "0"])));
    machines.push(Machine::Eve(Box::new(IppEvePrinter::start(&Model::default()))));
    machines
}

/// What kind of printer stands at a desk.
fn kind(place: usize) -> &'static str {
    match place {
        place if place < KEEPING => "keeps its history",
        place if place < KEEPING + FORGETTING => "forgets",
        _ => "ippeveprinter",
    }
}

/// Everybody taps at a moment of their own, and the server dies at one of its own.
fn tap_and_kill(crowd: &mut Crowd, dice: &mut Dice) {
    let moments: Vec<Duration> = crowd.desks.iter().map(|_| dice.time(TAPS_WITHIN)).collect();
    let death = dice.time(KILLED_WITHIN);
    for desk in &crowd.desks {
        desk.station.let_the_last_tap_pass(&desk.resident.card);
    }
    let Crowd { house, desks } = crowd;
    thread::scope(|scope| {
        for (desk, moment) in desks.iter().zip(moments) {
            scope.spawn(move || {
                thread::sleep(moment);
                desk.station.hold_card(&desk.resident.card);
            });
        }
        thread::sleep(death);
        house.kill_server();
    });
}

#[test]
fn killed_whenever_it_may_be_nothing_prints_twice_and_every_sheet_is_booked_once() {
    let kills = times(KILLS_VARIABLE, 20);
    let now = SystemClock.now().micros() / 1_000_000;
    let seed = times(SEED_VARIABLE, usize::try_from(now).expect("the clock is right"));
    println!("{SEED_VARIABLE}={seed}");
    let mut dice = Dice::from(seed as u64);
    let mut crowd = Crowd::at(Setup::new(), machines());
    let first = crowd.print(|resident| pdf_of_size(1, Paper::A4, &resident.login, 2_000));
    crowd.finish(&first, &vec![Fate::Held; first.len()]);
    let mut account: BTreeMap<(&str, Fate), usize> = BTreeMap::new();
    for round in 0..kills {
        let numbers = crowd.print(|resident| {
            let title = format!("{round} {}", resident.login);
            pdf_of_size(PAGES, Paper::A4, &title, DOCUMENT_BYTES)
        });
        tap_and_kill(&mut crowd, &mut dice);
        crowd.house.start_server();
        // A tap that the dead server did not hear is said again by its station.
        let fates = crowd.fates(&numbers);
        crowd.desks.iter().for_each(|desk| desk.machine.wait_until_idle());
        for (place, fate) in fates.iter().enumerate() {
            *account.entry((kind(place), *fate)).or_default() += 1;
        }
        crowd.send_away();
        let fates = crowd.fates(&numbers);
        crowd.finish(&numbers, &fates);
        crowd.expect_booked(PAGES as u64);
    }
    let books = crowd.house.books();
    let mut unknown: BTreeMap<&str, u64> = BTreeMap::new();
    for (place, desk) in crowd.desks.iter().enumerate() {
        let row = books.get(&desk.resident.department).cloned().unwrap_or_default();
        *unknown.entry(kind(place)).or_default() += row.to_check;
    }
    println!("{kills} kills: {account:?}; unknown: {unknown:?}");
    assert_eq!(unknown["keeps its history"], 0);
    crowd.house.stop_server();
    crowd.house.expect_whole();
}
