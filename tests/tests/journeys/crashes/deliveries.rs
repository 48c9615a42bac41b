//! Killed while a job is on its way to a printer.

use real_parts::documents::{Paper, pdf, pdf_of_size};
use serde_json::{Value as Json, json};

use crate::scene::house::state;
use crate::scene::{ANNA, House, Mfp, Setup};

/// What is left after a crash and a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    /// Printed once.
    Printed,
    /// Nothing came out of this attempt, and the printer proved it: held, or tried once more.
    Nothing,
    /// Held, and marked as perhaps printed.
    InDoubt,
}

/// One place to be killed at.
struct Step<'a> {
    document: &'a [u8],
    fault: Json,
    /// When the printer says this, the server is killed.
    reached: fn(&Json) -> bool,
    /// What happens before the server is started again.
    meanwhile: fn(&Mfp),
    left: Left,
}

/// Kills the server at the step, starts it again, and holds what must be true.
fn crash_at(step: &Step) {
    let mut house = Setup::new().start();
    let number = house.client().print("anna", step.document);
    house.mfps[0].fault(step.fault.clone());
    let tap = house.hall().1.begin_tap(ANNA);
    let fault = &step.fault;
    house.mfps[0].wait_for(&format!("the step of {fault}"), step.reached);
    house.kill_server();
    tap.walk_away();
    (step.meanwhile)(&house.mfps[0]);
    house.start_server();
    let (user, mfp) = ("anna", &house.mfps[0]);
    match step.left {
        Left::Printed => {
            house.wait_for_state(user, number, state::COMPLETED);
        }
        Left::InDoubt => {
            let message = house.wait_for_state(user, number, state::HELD);
            assert!(message.contains("may have printed"), "{fault}: {message}");
        }
        Left::Nothing => {
            mfp.wait_for("the end of the attempt", |status| is_over(&status["jobs"][0]));
            assert_eq!(mfp.jobs()[0]["sheets_out"], 0, "{fault}");
        }
    }
    mfp.clear();
    tap_again(&mut house, step, number);
    // Whatever happened, it was printed at most once, and every sheet is booked.
    let printed = house.mfps[0].jobs_printed();
    assert!(printed <= 1, "{fault}: {printed} jobs were printed");
    let sheets = house.mfps[0].sheets_out();
    assert_eq!(house.booked("K8").sheets, sheets, "{fault}: {sheets} sheets came out");
    house.expect_whole();
}

/// Whether the printer has done with a job.
fn is_over(job: &Json) -> bool {
    matches!(job["state"].as_str(), Some("completed" | "canceled" | "aborted"))
}

/// Afterwards the owner taps: what is held comes out, what may have been printed waits for a word, and
/// what was printed stays printed.
fn tap_again(house: &mut House, step: &Step, number: i32) {
    house.stations[0].wait_for_connection();
    let before = house.mfps[0].jobs_printed();
    let told = house.hall().1.tap(ANNA);
    if step.left == Left::Nothing {
        // Within a minute of the tap the server may have tried once more by itself.
        let message = house.wait_for_state("anna", number, state::COMPLETED);
        assert_eq!(house.mfps[0].jobs_printed(), 1, "{message} {}", told.text);
    } else {
        assert_eq!(house.mfps[0].jobs_printed(), before, "{}: {}", step.fault, told.text);
    }
}

fn nothing(_: &Mfp) {}

/// The printer goes on by itself until it is done.
fn prints_to_the_end(mfp: &Mfp) {
    mfp.clear();
    mfp.wait_for("the end of the job", |status| status["jobs"][0]["state"] == "completed");
}

#[test]
fn killed_before_the_printer_told_its_number_nothing_is_printed_and_the_job_is_held() {
    crash_at(&Step {
        document: &pdf(3, Paper::A4, "Report"),
        fault: json!({ "fault": "slow-reply", "milliseconds": 4000, "operation": "Create-Job" }),
        reached: |status| status["jobs_accepted"] == 1,
        meanwhile: nothing,
        left: Left::Nothing,
    });
}

#[test]
fn killed_in_the_middle_of_the_document_nothing_is_printed_and_the_job_is_held() {
    crash_at(&Step {
        document: &pdf_of_size(3, Paper::A4, "Report", 2_000_000),
        fault: json!({ "fault": "slow", "bytes_per_second": 100_000 }),
        reached: |status| status["jobs"][0]["first_document_byte_us"].is_u64(),
        meanwhile: nothing,
        left: Left::Nothing,
    });
}

#[test]
fn killed_before_the_printer_said_that_it_has_the_document_the_owner_is_asked() {
    crash_at(&Step {
        document: &pdf(3, Paper::A4, "Report"),
        fault: json!({ "fault": "slow-reply", "milliseconds": 4000, "operation": "Send-Document" }),
        reached: |status| status["documents_received"] == 1,
        meanwhile: prints_to_the_end,
        left: Left::InDoubt,
    });
}

#[test]
fn killed_while_the_printer_prints_the_job_is_followed_to_its_end() {
    crash_at(&Step {
        document: &pdf(3, Paper::A4, "Report"),
        fault: json!({ "fault": "stuck", "after_impressions": 2 }),
        reached: |status| status["sheets_out"] == 2 && is_sent(status),
        meanwhile: Mfp::clear,
        left: Left::Printed,
    });
}

#[test]
fn killed_before_the_booking_the_printed_sheets_are_booked_at_the_next_start() {
    crash_at(&Step {
        document: &pdf(3, Paper::A4, "Report"),
        fault: json!({ "fault": "stuck", "after_impressions": 2 }),
        reached: |status| status["sheets_out"] == 2 && is_sent(status),
        meanwhile: prints_to_the_end,
        left: Left::Printed,
    });
}

#[test]
fn killed_and_the_printer_was_switched_off_meanwhile_the_owner_is_asked() {
    let mut house = Setup::new().start();
    let number = house.client().print("anna", &pdf(3, Paper::A4, "Report"));
    house.mfps[0].fault(json!({ "fault": "stuck", "after_impressions": 1 }));
    let tap = house.hall().1.begin_tap(ANNA);
    house.mfps[0].wait_for("a sheet", |status| status["sheets_out"] == 1 && is_sent(status));
    house.kill_server();
    tap.walk_away();
    house.mfps[0].reset();
    house.start_server();
    let message = house.wait_for_state("anna", number, state::HELD);
    assert!(message.contains("may have printed"), "{message}");
    let booked = house.booked("K8");
    assert_eq!((booked.sheets, booked.to_check), (0, 1), "what nobody can count is to be checked");
    assert_eq!(house.mfps[0].jobs_printed(), 1);
    house.expect_whole();
}

#[test]
fn killed_again_and_again_while_it_prints_a_job_is_printed_and_booked_once() {
    let mut house = Setup::new().start();
    let number = house.client().print("anna", &pdf(5, Paper::A4, "Report"));
    house.mfps[0].fault(json!({ "fault": "stuck", "after_impressions": 3 }));
    let tap = house.hall().1.begin_tap(ANNA);
    house.mfps[0].wait_for("three sheets", |status| status["sheets_out"] == 3 && is_sent(status));
    for _ in 0..3 {
        house.kill_server();
        house.start_server();
    }
    tap.walk_away();
    house.mfps[0].clear();
    house.wait_for_state("anna", number, state::COMPLETED);
    assert_eq!((house.mfps[0].jobs_printed(), house.booked("K8").sheets), (1, 5));
    house.expect_whole();
}

/// The server has asked how the job is, which it does only when it has committed that it was sent.
fn is_sent(status: &Json) -> bool {
    status["requests"]["Get-Job-Attributes"].as_u64().is_some_and(|asked| asked > 0)
}
