//! What is found in the documents themselves: their pages, and the password that locks them.

use std::process::Command;
use std::time::{Duration, Instant};

use ipp_codec::{Status, names};
use real_parts::documents::{Paper, pdf};
use real_parts::{hostile, programs, waiting};
use serde_json::json;

use crate::scene::house::state;
use crate::scene::{ANNA, House, Printed, Setup, TapEnd};

/// A PDF that opens with a password only.
pub fn locked(house: &House) -> Vec<u8> {
    let (plain, locked) = (house.path("plain.pdf"), house.path("locked.pdf"));
    std::fs::write(&plain, pdf(2, Paper::A4, "Locked")).expect("the folder is ours");
    let mut qpdf = Command::new(programs::find("qpdf", "qpdf"));
    qpdf.args(["--encrypt", "geheim", "owner", "256", "--"]).arg(&plain).arg(&locked);
    programs::run(&mut qpdf);
    std::fs::read(&locked).expect("it was just written")
}

/// Waits until the pages of anna's job are counted.
fn wait_for_pages(house: &House, number: i32, pages: i32) {
    waiting::wait_until("a count of the pages", Duration::from_secs(30), || {
        house.client().job("anna", number).integer(names::JOB_IMPRESSIONS) == Some(pages)
    });
}

#[test]
fn the_pages_are_counted_soon_and_again_after_a_restart() {
    let mut house = Setup::new().without_stations().start();
    let number = house.client().print("anna", &pdf(7, Paper::A4, "Seven"));
    wait_for_pages(&house, number, 7);
    house.stop_server();
    // What came while nobody counted is counted by the next run.
    let config = house.path("print-server.toml");
    let text = std::fs::read_to_string(&config).expect("the configuration is there");
    std::fs::write(&config, format!("{text}\n[documents]\nat_once = 0\n")).expect("it is ours");
    house.start_server();
    let late = house.client().print("anna", &pdf(3, Paper::A4, "Three"));
    house.stop_server();
    std::fs::write(&config, text).expect("it is ours");
    house.start_server();
    wait_for_pages(&house, late, 3);
    house.expect_whole();
}

#[test]
fn where_the_printer_does_not_count_our_own_count_is_booked_as_an_estimate() {
    let house = Setup::new().start();
    let (mfp, station) = house.hall();
    mfp.fault(json!({ "fault": "lies", "about": "nothing" }));
    let number = house.client().print("anna", &pdf(7, Paper::A4, "Seven"));
    wait_for_pages(&house, number, 7);
    station.tap(ANNA).expect(TapEnd::Printed);
    let Printed { jobs, sheets, impressions, to_check, .. } = house.booked("K8");
    assert_eq!((jobs, sheets, impressions, to_check), (1, 7, 7, 0));
}

/// A document whose colours are looked for until a limit comes, and whose pages are few.
fn slow() -> Vec<u8> {
    let costly = hostile::cases().into_iter().find(|case| case.name == "costly gradient");
    costly.expect("it is known by this name").document
}

#[test]
fn a_tap_lets_counted_jobs_go_at_once_and_the_others_when_they_are_counted() {
    let house = Setup::new().more("[documents]\nat_once = 1\n").start();
    let (mfp, station) = house.hall();
    let client = house.client();
    let ready = client.print("anna", &pdf(2, Paper::A4, "Ready"));
    wait_for_pages(&house, ready, 2);
    // Somebody else's documents keep the only lane busy for many times as long as a tap waits.
    let document = slow();
    for _ in 0..4 {
        client.print("bo", &document);
    }
    let late = client.print("anna", &pdf(3, Paper::A4, "Late"));
    let slow = client.print("anna", &document);
    let begun = Instant::now();
    let tapping = station.begin_tap(ANNA);
    house.wait_for_state("anna", ready, state::COMPLETED);
    house.wait_for_state("anna", late, state::COMPLETED);
    let quick = begun.elapsed();
    assert_eq!(client.job("anna", late).integer(names::JOB_IMPRESSIONS), Some(3));
    assert_eq!(client.job("anna", slow).integer(names::JOB_STATE), Some(state::HELD));
    let told = tapping.wait();
    println!(
        "counted jobs {} ms, the slow one {} ms",
        quick.as_millis(),
        begun.elapsed().as_millis()
    );
    assert!(told.text.contains("Counting the pages of one printout"), "{}", told.text);
    told.expect(TapEnd::Printed);
    assert_eq!(mfp.jobs_printed(), 3);
}

#[test]
fn a_document_that_needs_a_password_is_refused_at_once_and_nothing_is_left_of_it() {
    let mut house = Setup::new().without_stations().start();
    let client = house.client();
    let answer = client.ask(&client.print_job("anna", "Locked"), &locked(&house));
    let reply = answer.ipp();
    assert_eq!(reply.status(), Status::CLIENT_ERROR_DOCUMENT_PASSWORD_ERROR);
    let message = reply.status_message().expect("a sentence");
    assert!(message.contains("password"), "{message}");
    // The next document is taken as if nothing had been.
    let number = client.print("anna", &pdf(1, Paper::A4, "Open"));
    house.wait_for_state("anna", number, state::HELD);
    house.stop_server();
    house.expect_whole();
}
