//! Printers that sleep: one tap, the screen says what is going on, and it prints.

use real_parts::documents::{Paper, pdf};
use serde_json::{Value as Json, json};

use crate::scene::house::state;
use crate::scene::{ANNA, Setup, TapEnd};

fn wakes_up(fault: Json) {
    let house = Setup::new().start();
    let (mfp, station) = house.hall();
    house.client().print("anna", &pdf(2, Paper::A4, "Report"));
    mfp.fault(fault);
    let told = station.tap(ANNA);
    told.expect(TapEnd::Printed);
    assert!(told.text.contains("waking up"), "{}", told.text);
    assert_eq!((mfp.jobs_printed(), house.booked("K8").sheets), (1, 2));
    house.expect_whole();
}

#[test]
fn a_printer_that_refuses_for_twenty_seconds_prints_by_one_tap_and_is_said_to_wake_up() {
    wakes_up(json!({ "fault": "asleep", "seconds": 20 }));
}

#[test]
fn a_printer_that_answers_after_thirty_seconds_prints_by_one_tap_and_is_said_to_wake_up() {
    wakes_up(json!({ "fault": "asleep", "seconds": 30, "how": "silent" }));
}

#[test]
fn a_jam_is_told_with_the_question_where_to_finish() {
    let house = Setup::new().start();
    let (mfp, station) = house.hall();
    let number = house.client().print("anna", &pdf(3, Paper::A4, "Report"));
    mfp.fault(json!({ "fault": "jam", "after_impressions": 1 }));
    station.hold_card(ANNA);
    // After two minutes of standing still.
    station.wait_long_until_it_shows("id=\"elsewhere-");
    station.press("elsewhere");
    mfp.wait_for("the printer has ended it", |status| status["jobs"][0]["state"] == "canceled");
    mfp.clear();
    house.wait_for_state("anna", number, state::HELD);
    station.send_away();
    let (library, next) = house.library();
    next.tap(ANNA).expect(TapEnd::Printed);
    assert_eq!((mfp.sheets_out(), library.sheets_out()), (1, 3));
    assert_eq!(house.booked("K8").sheets, 4);
    house.expect_whole();
}
