//! Killed at each step of a delivery, at all of them by one kill: a desk for each step, and at each the delivery
//! has come so far.

use std::collections::BTreeMap;

use ipp_codec::names;
use real_parts::documents::{Paper, pdf_of_size};
use real_parts::virtual_mfp::Mfp;
use real_parts::waiting;
use serde_json::{Value as Json, json};

use super::times;
use crate::scene::Setup;
use crate::scene::crowd::{Crowd, Desk, Fate, Machine};
use crate::scene::house::STATE_LIMIT;

/// Says how often each step is killed at, for long runs.
const KILLS_VARIABLE: &str = "FOLLOWME_STEP_KILLS";

const PAGES: usize = 4;
const DOCUMENT_BYTES: usize = 300_000;
/// Older than this a job of ours must be to prove what the printer remembers.
const HISTORY_SECONDS: i64 = 8;

/// One step of a delivery.
struct Step {
    name: &'static str,
    /// What keeps the delivery at the step.
    fault: fn() -> Json,
    /// Whether it is there: what the printer said before the tap, and what it says now.
    reached: fn(&Json, &Json) -> bool,
    /// Whether the printer goes on to its end before the server is there again.
    ends_meanwhile: bool,
    /// Whether bytes of the document have left.
    has_left: bool,
    /// Whether the printer stands still in the middle of the document.
    jams: bool,
}

const STEPS: [Step; 9] = [
    Step {
        name: "intent",
        fault: || slow("Get-Printer-Attributes"),
        // It is seen at the job: the printer has heard of nothing.
        reached: |_, _| true,
        ends_meanwhile: false,
        has_left: false,
        jams: false,
    },
    Step {
        name: "Create-Job carried out, its number not committed",
        fault: || slow("Create-Job"),
        reached: |before, now| grew("jobs_accepted", before, now) == 1,
        ends_meanwhile: false,
        has_left: false,
        jams: false,
    },
    sending("0 KiB of the document", || jam(0)),
    sending("64 KiB of the document", || jam(1)),
    sending("128 KiB of the document", || jam(2)),
    sending("192 KiB of the document", || jam(3)),
    Step {
        name: "the document is there, that it was sent not committed",
        fault: || slow("Send-Document"),
        reached: |before, now| grew("documents_received", before, now) == 1,
        ends_meanwhile: false,
        has_left: true,
        jams: false,
    },
    Step {
        name: "printing",
        fault: || json!({ "fault": "stuck", "after_impressions": 2 }),
        reached: prints,
        ends_meanwhile: false,
        has_left: true,
        jams: false,
    },
    Step {
        name: "printed, not booked",
        fault: || json!({ "fault": "stuck", "after_impressions": 2 }),
        reached: prints,
        ends_meanwhile: true,
        has_left: true,
        jams: false,
    },
];

const fn sending(name: &'static str, fault: fn() -> Json) -> Step {
    Step { name, fault, reached: is_jammed, ends_meanwhile: false, has_left: true, jams: true }
}

fn slow(operation: &str) -> Json {
    json!({ "fault": "slow-reply", "milliseconds": 15_000, "operation": operation, "times": 0 })
}

fn jam(pieces: u64) -> Json {
    json!({ "fault": "jam-while-reading", "after_bytes": pieces * 65_536 })
}

fn grew(what: &str, before: &Json, now: &Json) -> u64 {
    let count = |status: &Json| status[what].as_u64().unwrap_or(0);
    count(now) - count(before)
}

fn is_jammed(_: &Json, now: &Json) -> bool {
    now["faults"].as_array().is_some_and(|faults| faults.iter().any(|f| f["active"] == true))
}

/// Two sheets are out, and the server has asked how the job is, which it does only when it has committed that it
/// was sent.
fn prints(before: &Json, now: &Json) -> bool {
    let asked = "Get-Job-Attributes";
    grew("sheets_out", before, now) == 2
        && now["requests"][asked].as_u64().unwrap_or(0)
            > before["requests"][asked].as_u64().unwrap_or(0)
}

fn mfp(desk: &Desk) -> &Mfp {
    match &desk.machine {
        Machine::Virtual(mfp) => mfp,
        Machine::Eve(_) => unreachable!("the steps need faults"),
    }
}

/// How the jobs of each step ended up.
type Account = BTreeMap<(usize, Fate), usize>;

/// One kill, at all steps; gives how many outcomes nobody knows at each.
fn kill_once(crowd: &mut Crowd, round: usize, account: &mut Account) -> Vec<u64> {
    let known = to_check(crowd);
    let numbers = crowd.print(|resident| {
        pdf_of_size(PAGES, Paper::A4, &format!("{round} {}", resident.login), DOCUMENT_BYTES)
    });
    let before: Vec<Json> = crowd.desks.iter().map(|desk| mfp(desk).status()).collect();
    for (desk, step) in crowd.desks.iter().zip(&STEPS) {
        mfp(desk).fault((step.fault)());
    }
    for desk in &crowd.desks {
        desk.station.hold_card(&desk.resident.card);
    }
    for (place, (desk, step)) in crowd.desks.iter().zip(&STEPS).enumerate() {
        wait_for_release(crowd, desk, numbers[place]);
        mfp(desk).wait_for(step.name, |now| (step.reached)(&before[place], now));
    }
    crowd.house.kill_server();
    for (desk, step) in crowd.desks.iter().zip(&STEPS) {
        // Every other time the printer reads on what is in its network already.
        if !step.jams || round % 2 == 1 {
            mfp(desk).clear();
        }
        if step.ends_meanwhile {
            desk.machine.wait_until_idle();
        }
        // What becomes of a second try is not the question.
        mfp(desk).fault(json!({ "fault": "not-accepting" }));
    }
    crowd.house.start_server();
    let fates = crowd.fates(&numbers);
    let unknown = to_check(crowd).iter().zip(known).map(|(now, known)| now - known).collect();
    crowd.desks.iter().for_each(|desk| mfp(desk).clear());
    crowd.desks.iter().for_each(|desk| desk.machine.wait_until_idle());
    for (place, fate) in fates.iter().enumerate() {
        *account.entry((place, *fate)).or_default() += 1;
    }
    crowd.send_away();
    crowd.finish(&numbers, &fates);
    unknown
}

/// Waits until the owner's word is in the store.
fn wait_for_release(crowd: &Crowd, desk: &Desk, number: i32) {
    let client = crowd.house.client();
    let released = waiting::poll(STATE_LIMIT, || {
        let state = client.job(&desk.resident.login, number).integer(names::JOB_STATE);
        (state != Some(crate::scene::house::state::HELD)).then_some(())
    });
    assert!(released.is_some(), "{} was not released", desk.resident.login);
}

/// A first job of everybody, old enough to prove what the printer remembers.
fn give_history(crowd: &Crowd) {
    let numbers = crowd.print(|resident| pdf_of_size(1, Paper::A4, &resident.login, 2_000));
    crowd.finish(&numbers, &vec![Fate::Held; numbers.len()]);
    let up = |status: &Json| status["up_time_seconds"].as_i64().unwrap_or(0);
    for desk in &crowd.desks {
        let since = up(&mfp(desk).status());
        mfp(desk).wait_for("some seconds", |now| up(now) > since + HISTORY_SECONDS);
    }
}

/// Kills at every step, as often as asked; gives how many outcomes nobody knew at each.
fn kill_at_each_step(options: &[&str]) -> [usize; STEPS.len()] {
    let kills = times(KILLS_VARIABLE, 1);
    let machines = STEPS.iter().map(|_| Machine::Virtual(Mfp::start_with(options))).collect();
    let mut crowd = Crowd::at(Setup::new(), machines);
    give_history(&crowd);
    let mut account = Account::new();
    let mut unknown = [0; STEPS.len()];
    for round in 0..kills {
        let more = kill_once(&mut crowd, round, &mut account);
        crowd.expect_booked(PAGES as u64);
        for (unknown, more) in unknown.iter_mut().zip(more) {
            *unknown += usize::try_from(more).expect("few");
        }
    }
    for (place, step) in STEPS.iter().enumerate() {
        let of = |fate| account.get(&(place, fate)).copied().unwrap_or(0);
        println!(
            "{}: {kills} kills, {} held, {} in doubt, {} printed, {} unknown",
            step.name,
            of(Fate::Held),
            of(Fate::InDoubt),
            of(Fate::Printed),
            unknown[place]
        );
    }
    crowd.house.stop_server();
    crowd.house.expect_whole();
    unknown
}

/// The entries that nobody could count, desk by desk.
fn to_check(crowd: &Crowd) -> Vec<u64> {
    let books = crowd.house.books();
    let of = |desk: &Desk| books.get(&desk.resident.department).map_or(0, |row| row.to_check);
    crowd.desks.iter().map(of).collect()
}

#[test]
fn killed_at_every_step_with_printers_that_keep_their_history_nothing_is_unknown() {
    assert_eq!(kill_at_each_step(&[]), [0; STEPS.len()]);
}

#[test]
fn killed_at_every_step_with_printers_that_forget_only_what_has_left_is_unknown() {
    let unknown = kill_at_each_step(&["--history", "0"]);
    for (step, unknown) in STEPS.iter().zip(unknown) {
        assert!(step.has_left || unknown == 0, "{}: {unknown}", step.name);
    }
}
