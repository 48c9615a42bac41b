//! Printers that fail, each in its own way: what becomes of the job, what is booked, and that nothing
//! prints twice.

use real_parts::documents::{Paper, pdf, pdf_of_size};
use real_parts::ippeveprinter::{IppEvePrinter, Model};
use serde_json::{Value as Json, json};

use crate::scene::house::state;
use crate::scene::{ANNA, House, Setup, TapEnd};

/// What a fault shall lead to.
struct Row {
    fault: Json,
    /// How the tap ends.
    tap: TapEnd,
    /// The job afterwards.
    state: i32,
    /// Whether it is marked as perhaps printed.
    uncertain: bool,
    /// What came out, where that does not hang on who was faster. All of it is booked.
    sheets: Option<u64>,
    /// Whether the printer can say what came out.
    counted: bool,
}

/// The job has this many pages, each a sheet.
const PAGES: u64 = 4;

fn held(fault: Json) -> Row {
    Row {
        fault,
        tap: TapEnd::Incomplete,
        state: state::HELD,
        uncertain: false,
        sheets: Some(0),
        counted: true,
    }
}

fn printed(fault: Json) -> Row {
    let (tap, state) = (TapEnd::Printed, state::COMPLETED);
    Row { fault, tap, state, uncertain: false, sheets: Some(PAGES), counted: true }
}

fn in_doubt(fault: Json, sheets: Option<u64>) -> Row {
    let (tap, state) = (TapEnd::Incomplete, state::HELD);
    Row { fault, tap, state, uncertain: true, sheets, counted: true }
}

fn in_doubt_uncounted(fault: Json) -> Row {
    Row { counted: false, ..in_doubt(fault, Some(PAGES)) }
}

/// Prints a job at a printer with the row's fault, and holds what comes of it.
fn try_row(house: &House, row: &Row) {
    let (mfp, station) = house.hall();
    let (sheets, booked) = (mfp.sheets_out(), house.booked("K8"));
    let document = pdf(usize::try_from(PAGES).expect("few"), Paper::A4, "Report");
    let number = house.client().print("anna", &document);
    mfp.fault(row.fault.clone());
    let told = station.tap(ANNA);
    if row.sheets.is_none() && told.end == TapEnd::Printed {
        // The printer was done before it could be asked to stop, and said so: nothing is in doubt.
        house.wait_for_state("anna", number, state::COMPLETED);
        assert_eq!(mfp.sheets_out() - sheets, PAGES, "{}", row.fault);
        assert_eq!(house.booked("K8").sheets - booked.sheets, PAGES, "{}", row.fault);
        mfp.clear();
        return;
    }
    assert_eq!(told.end, row.tap, "{}: {}", row.fault, told.text);
    let message = house.wait_for_state("anna", number, row.state);
    assert_eq!(message.contains("may have printed"), row.uncertain, "{}: {message}", row.fault);
    if let Some(wanted) = row.sheets {
        // What the printer has forgotten for IPP may still be printing.
        mfp.wait_for("every sheet", |status| status["sheets_out"] == sheets + wanted);
    }
    let came_out = mfp.sheets_out() - sheets;
    let now = house.booked("K8");
    let counted = if row.counted { (came_out, 0) } else { (0, 1) };
    let entry = (now.sheets - booked.sheets, now.to_check - booked.to_check);
    assert_eq!(entry, counted, "{}: {came_out} sheets came out", row.fault);
    mfp.clear();
    if row.state == state::HELD {
        again(house, row, number);
    }
}

/// The owner decides, and it prints; but never without the owner.
fn again(house: &House, row: &Row, number: i32) {
    let (mfp, station) = house.hall();
    let before = mfp.jobs_printed();
    let told = station.tap(ANNA);
    if row.uncertain {
        // What may be lying in the tray goes only when the owner says so on the screen.
        assert_eq!(mfp.jobs_printed(), before, "{}: {}", row.fault, told.text);
        house.cancel("anna", number);
        return;
    }
    told.expect(TapEnd::Printed);
    assert_eq!(mfp.jobs_printed(), before + 1, "{}", row.fault);
    house.wait_for_state("anna", number, state::COMPLETED);
}

fn try_all(rows: &[Row]) {
    let house = Setup::new().start();
    for row in rows {
        try_row(&house, row);
    }
    house.expect_whole();
}

/// Gives the printer a history from which it can be proven what it never had: an ended job of ours, old
/// enough that no clock's second matters.
fn give_history(house: &House) {
    let (mfp, station) = house.hall();
    house.client().print("anna", &pdf(1, Paper::A4, "Earlier"));
    station.tap(ANNA).expect(TapEnd::Printed);
    let up = mfp.status()["up_time_seconds"].as_i64().expect("a number");
    mfp.wait_for("some seconds", |status| {
        status["up_time_seconds"].as_i64().is_some_and(|now| now > up + 8)
    });
}

#[test]
fn a_connection_that_breaks_before_the_document_arrives_is_tried_again_and_prints_once() {
    let house = Setup::new().start();
    give_history(&house);
    for row in [
        printed(json!({ "fault": "hang-up", "at": "connect" })),
        printed(json!({ "fault": "hang-up", "at": "request", "operation": "Create-Job" })),
        printed(json!({ "fault": "hang-up", "at": "create-before", "how": "reset" })),
        printed(json!({ "fault": "hang-up", "at": "create-after" })),
        printed(json!({ "fault": "hang-up", "at": "create-after", "how": "reset" })),
        printed(json!({ "fault": "hang-up", "at": "document-before" })),
        // The printer ended it without a side, and says so: sent once more.
        printed(json!({ "fault": "hang-up", "at": "document-bytes", "after_bytes": 500 })),
    ] {
        try_row(&house, &row);
    }
    house.expect_whole();
}

#[test]
fn before_the_first_byte_of_the_document_nothing_is_in_doubt_also_at_a_printer_without_history() {
    // It cannot say whether it made a job of the request; without a document nothing of it comes out.
    try_all(&[printed(json!({ "fault": "hang-up", "at": "create-before" }))]);
}

#[test]
fn a_connection_that_breaks_after_the_document_arrived_never_prints_it_again() {
    // The printer has the document and did not say so: it is asked to stop, and the owner decides.
    try_all(&[
        in_doubt(json!({ "fault": "hang-up", "at": "document-after" }), None),
        in_doubt(json!({ "fault": "hang-up", "at": "document-after", "how": "reset" }), None),
        in_doubt(json!({ "fault": "garbage-reply", "operation": "Send-Document" }), None),
    ]);
}

#[test]
fn a_printer_that_does_not_answer_a_question_is_asked_again() {
    try_all(&[
        printed(json!({ "fault": "hang-up", "at": "reply", "operation": "Get-Job-Attributes" })),
        printed(json!({ "fault": "garbage-reply", "operation": "Get-Job-Attributes" })),
        printed(json!({ "fault": "wrong-job-id", "operation": "Get-Job-Attributes" })),
    ]);
}

#[test]
fn a_printer_that_is_busy_or_asleep_is_waited_for() {
    let house = Setup::new().start();
    // After HTTP 503 nobody knows what was done, unless the printer's list says it.
    give_history(&house);
    for row in [
        printed(json!({ "fault": "busy", "times": 3 })),
        printed(json!({ "fault": "asleep", "seconds": 2, "how": "refuse" })),
        printed(json!({ "fault": "http", "code": 503, "operation": "Create-Job" })),
        printed(json!({ "fault": "slow-reply", "milliseconds": 3000, "operation": "Create-Job" })),
        printed(
            json!({ "fault": "slow-reply", "milliseconds": 3000, "operation": "Send-Document" }),
        ),
    ] {
        try_row(&house, &row);
    }
    house.expect_whole();
}

#[test]
fn a_printer_that_refuses_leaves_the_job_held() {
    try_all(&[
        held(json!({ "fault": "not-accepting" })),
        held(json!({ "fault": "refuses-format", "times": 0 })),
        held(json!({ "fault": "status", "code": 0x0403, "operation": "Create-Job", "times": 0 })),
        held(json!({ "fault": "http", "code": 401, "operation": "Create-Job", "times": 0 })),
        held(json!({ "fault": "http", "code": 301, "operation": "Create-Job", "times": 0,
                     "location": "http://127.0.0.1:1/" })),
        // Two pages on a sheet were asked for, and paid for: paper is not to be wasted.
        held(json!({ "fault": "ignores-ticket", "attributes": ["sides"] })),
    ]);
}

#[test]
fn a_printer_that_ends_the_job_half_way_books_what_came_out_and_asks_the_owner() {
    try_all(&[
        in_doubt(json!({ "fault": "aborts", "after_impressions": 2 }), Some(2)),
        in_doubt_uncounted(json!({ "fault": "forgets", "when": "at-once" })),
        Row {
            sheets: Some(1),
            ..in_doubt_uncounted(json!({ "fault": "resets", "after_impressions": 1 }))
        },
    ]);
}

#[test]
fn a_jam_is_said_and_the_job_goes_on_when_somebody_clears_it() {
    for fault in ["jam", "media-empty"] {
        let house = Setup::new().start();
        let (mfp, station) = house.hall();
        let number = house.client().print("anna", &pdf(4, Paper::A4, "Report"));
        mfp.fault(json!({ "fault": fault, "after_impressions": 1 }));
        let tap = station.begin_tap(ANNA);
        house.wait_for_state("anna", number, state::STOPPED);
        assert_eq!(mfp.sheets_out(), 1);
        let reason = if fault == "jam" { "jam" } else { "The paper is out" };
        station.wait_until_it_shows(reason);
        mfp.clear();
        tap.wait().expect(TapEnd::Printed);
        house.wait_for_state("anna", number, state::COMPLETED);
        assert_eq!((mfp.sheets_out(), house.booked("K8").sheets), (4, 4));
    }
}

#[test]
fn a_job_that_is_canceled_while_it_prints_is_booked_as_far_as_it_came() {
    let house = Setup::new().start();
    let (mfp, station) = house.hall();
    let number = house.client().print("anna", &pdf(6, Paper::A4, "Report"));
    mfp.fault(json!({ "fault": "stuck", "after_impressions": 2 }));
    let tap = station.begin_tap(ANNA);
    mfp.wait_for("two sheets", |status| status["sheets_out"] == 2);
    house.cancel("anna", number);
    house.wait_for_state("anna", number, state::CANCELED);
    tap.wait();
    assert_eq!((mfp.sheets_out(), house.booked("K8").sheets), (2, 2));
    house.expect_whole();
}

#[test]
fn a_printer_that_is_switched_off_keeps_nobody_from_printing_elsewhere() {
    let mut house = Setup::new().start();
    house.mfps[0].switch_off();
    let number = house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    house.hall().1.tap(ANNA).expect(TapEnd::Incomplete);
    house.wait_for_state("anna", number, state::HELD);
    let (library, station) = house.library();
    station.tap(ANNA).expect(TapEnd::Printed);
    assert_eq!(library.jobs_printed(), 1);
    house.wait_for_state("anna", number, state::COMPLETED);
    assert_eq!(house.booked("K8").sheets, 1);
    house.expect_whole();
}

#[test]
fn an_independent_printer_prints_and_is_booked() {
    let eve = IppEvePrinter::start(&Model::default());
    let house = Setup::new().with_passwords().start();
    house.exchange("Library", &eve.uri());
    let document = pdf_of_size(3, Paper::A4, "Report", 2_000_000);
    let number = house.client().print("anna", &document);
    let (_, station) = house.library();
    let told = station.tap(ANNA);
    told.expect(TapEnd::Printed);
    house.wait_for_state("anna", number, state::COMPLETED);
    let files = eve.documents();
    assert_eq!(files.len(), 1, "{files:?}\n{}", eve.log());
    assert_eq!(std::fs::read(&files[0]).expect("it keeps what it printed"), document);
    let booked = house.booked("K8");
    assert_eq!((booked.jobs, booked.impressions), (1, 3), "{}", told.text);
}
