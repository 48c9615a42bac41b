//! The failures of the printer in software that the other tests do not have: each, and what becomes of the job.
//! The last test holds that none is left out.

use std::time::{Duration, Instant};

use print_core::{JobState, Ticket};
use real_parts::virtual_mfp::Mfp;
use serde_json::{Value as Json, json};

use super::house::{House, Server, quick};
use crate::delivery::DeliverySettings;
use crate::delivery::rules::outcome::Reason;
use print_core::JobId;

/// What is held, whether it may have printed, and what is booked: sides, and entries to check.
#[derive(Debug, PartialEq)]
struct Left {
    state: JobState,
    uncertain: bool,
    sides: u32,
    to_check: usize,
}

async fn left(server: &Server, job: JobId) -> Left {
    let record = server.store.job(job).await.unwrap();
    let booked = server.booked(job).await;
    Left {
        state: record.state,
        uncertain: record.uncertain.is_some(),
        sides: booked.iter().map(|entry| entry.0 + entry.1).sum(),
        to_check: booked.iter().filter(|entry| entry.3 == "unknown").count(),
    }
}

const fn completed(sides: u32) -> Left {
    Left { state: JobState::Completed, uncertain: false, sides, to_check: 0 }
}

const HELD: Left = Left { state: JobState::Held, uncertain: false, sides: 0, to_check: 0 };
const UNKNOWN: Left = Left { state: JobState::Held, uncertain: true, sides: 0, to_check: 1 };

/// A job of three pages at a printer with this failure, after its attempt has ended.
async fn with(fault: Json) -> (House, Server, Mfp, JobId) {
    with_settings(fault, quick()).await
}

async fn with_settings(fault: Json, settings: DeliverySettings) -> (House, Server, Mfp, JobId) {
    let mfp = Mfp::start();
    let (house, server) = House::open_with(settings).await;
    let printer = server.add_printer(mfp.uri()).await;
    mfp.fault(fault);
    let job = server.hold(3, Ticket::default()).await;
    server.release(&[job], printer).await;
    server.ended(job).await;
    (house, server, mfp, job)
}

#[tokio::test(flavor = "multi_thread")]
async fn stays_pending_is_taken_back_when_its_owner_has_left() {
    let settings = DeliverySettings { owner_absent: Duration::from_millis(900), ..quick() };
    let fault = json!({ "fault": "stays-pending" });
    let (_house, server, mfp, job) = with_settings(fault, settings).await;
    assert_eq!(left(&server, job).await, HELD);
    mfp.clear();
    assert_eq!(mfp.impressions_out(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_reading_of_a_kilobyte_a_second_is_no_silence() {
    let settings = DeliverySettings { silent: Duration::from_secs(2), ..quick() };
    let began = Instant::now();
    // Three seconds are longer than a silent printer has.
    let fault = json!({ "fault": "slow", "bytes_per_second": 1_024, "times": 1 });
    let mfp = Mfp::start();
    let (_house, server) = House::open_with(settings).await;
    let printer = server.add_printer(mfp.uri()).await;
    mfp.fault(fault);
    let document =
        real_parts::documents::pdf_of_size(3, real_parts::documents::Paper::A4, "slow", 1_024);
    let job = server.hold_document(&document, "application/pdf", Ticket::default()).await;
    server.release(&[job], printer).await;
    server.is(job, JobState::Completed).await;
    assert_eq!(left(&server, job).await, completed(3));
    assert!(began.elapsed() > Duration::from_millis(900));
}

#[tokio::test(flavor = "multi_thread")]
async fn hang_up_at_any_step_and_in_any_way_loses_no_sheet_of_the_books() {
    for how in ["close", "reset", "silence"] {
        for at in
            ["connect", "request", "create-after", "document-before", "document-after", "reply"]
        {
            let operation = match at {
                "request" => json!("Create-Job"),
                "reply" => json!("Send-Document"),
                _ => Json::Null,
            };
            let fault = json!({
                "fault": "hang-up", "at": at, "how": how, "operation": operation, "times": 1,
            });
            let (_house, server, mfp, job) = with(fault.clone()).await;
            mfp.clear();
            let out = u32::try_from(mfp.impressions_out()).unwrap();
            let left = left(&server, job).await;
            assert_eq!((left.sides, left.to_check), (out, 0), "{fault}: {left:?}");
            assert!(mfp.jobs().len() <= 1, "{fault}: it was sent again");
            let is_plain = left.state == JobState::Completed || !left.uncertain;
            assert!(is_plain || out > 0, "{fault}: {left:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_after_the_data_is_asked_about_and_what_came_out_is_booked() {
    let fault = json!({ "fault": "hang-up", "at": "document-after", "how": "silence" });
    let (_house, server, mfp, job) = with(fault).await;
    let printed = Left { uncertain: true, state: JobState::Held, ..completed(3) };
    assert_eq!(left(&server, job).await, printed);
    mfp.clear();
    assert_eq!((mfp.impressions_out(), mfp.jobs().len()), (3, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn forgets_when_it_is_done_leaves_the_outcome_unknown() {
    let (_house, server, mfp, job) = with(json!({ "fault": "forgets", "when": "done" })).await;
    assert_eq!(left(&server, job).await, UNKNOWN);
    assert_eq!(mfp.jobs().len(), 1, "it is never sent again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lie_of_zero_is_believed_of_a_completed_job_and_booked_as_said() {
    let (_house, server, mfp, job) = with(json!({ "fault": "lies", "about": "zero" })).await;
    assert_eq!(left(&server, job).await, completed(0));
    assert_eq!(mfp.impressions_out(), 3, "nobody else counts");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_up_time_while_it_has_the_job_leaves_the_outcome_unknown() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    mfp.wait_for("two seconds", |s| s["up_time_seconds"].as_i64() > Some(2));
    mfp.fault(json!({ "fault": "stuck", "after_impressions": 1 }));
    let job = server.hold(3, Ticket::default()).await;
    server.release(&[job], printer).await;
    mfp.wait_for("a side is out", |s| s["impressions_out"] == 1);
    server.is(job, JobState::Delivering).await;
    mfp.fault(json!({ "fault": "new-up-time" }));
    let attempt = server.ended(job).await;
    assert_eq!(attempt.reasons, Reason::PrinterReset.keyword());
    assert_eq!(left(&server, job).await, UNKNOWN);
    assert_eq!(mfp.jobs().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn endless_chunks_behind_a_reply_cost_nothing_but_the_connection() {
    for operation in ["Create-Job", "Send-Document", "Get-Job-Attributes"] {
        let began = Instant::now();
        let fault = json!({ "fault": "endless-chunks", "operation": operation, "times": 1 });
        let (_house, server, mfp, job) = with(fault).await;
        assert_eq!(left(&server, job).await, completed(3), "{operation}");
        assert_eq!(mfp.jobs().len(), 1, "{operation}");
        assert!(began.elapsed() < Duration::from_secs(10), "{operation}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dripping_reply_is_given_up_and_asked_about() {
    let fault =
        json!({ "fault": "dripping-reply", "milliseconds": 200, "operation": "Create-Job" });
    let (_house, server, mfp, job) = with(fault).await;
    assert_eq!(left(&server, job).await, HELD);
    assert_eq!((mfp.impressions_out(), mfp.jobs().len()), (0, 1));
    assert_eq!(mfp.jobs()[0]["state"], json!("canceled"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_is_noise_or_huge_is_settled_by_asking_whatever_it_answers() {
    for fault in ["garbage-reply", "huge-reply"] {
        for (operation, times) in
            [("Create-Job", 1), ("Send-Document", 1), ("Get-Job-Attributes", 2)]
        {
            let wrong = json!({ "fault": fault, "operation": operation, "times": times });
            let (_house, server, mfp, job) = with(wrong.clone()).await;
            let out = u32::try_from(mfp.impressions_out()).unwrap();
            let left = left(&server, job).await;
            assert_eq!((left.sides, left.to_check), (out, 0), "{wrong}: {left:?}");
            assert_eq!(mfp.jobs().len(), 1, "{wrong}");
            assert_eq!(
                left.uncertain,
                left.state == JobState::Held && out > 0,
                "{wrong}: {left:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_job_id_is_never_taken_for_ours() {
    for operation in ["Create-Job", "Get-Job-Attributes", "Send-Document"] {
        let fault = json!({ "fault": "wrong-job-id", "operation": operation, "times": 1 });
        let (_house, server, mfp, job) = with(fault).await;
        let out = u32::try_from(mfp.impressions_out()).unwrap();
        let left = left(&server, job).await;
        assert_eq!(left.sides, if left.to_check > 0 { 0 } else { out }, "{operation}: {left:?}");
        assert_eq!(mfp.jobs().len(), 1, "{operation}: it is never sent again");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn http_statuses_in_the_place_of_answers_hold_the_job() {
    for code in [401, 404, 500, 503] {
        let fault = json!({ "fault": "http", "code": code, "operation": "Create-Job" });
        let (_house, server, mfp, job) = with(fault).await;
        let left = left(&server, job).await;
        assert_eq!(left, HELD, "{code}");
        assert_eq!(mfp.impressions_out(), 0, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_only_says_that_it_cancels_leaves_the_outcome_unknown() {
    let mfp = Mfp::start();
    let settings = DeliverySettings { cancel_confirmed: Duration::from_millis(800), ..quick() };
    let (_house, server) = House::open_with(settings).await;
    let printer = server.add_printer(mfp.uri()).await;
    mfp.fault(json!({ "fault": "ignores-cancel", "times": 0 }));
    mfp.fault(json!({ "fault": "stuck", "after_impressions": 1 }));
    let job = server.hold(3, Ticket::default()).await;
    server.release(&[job], printer).await;
    mfp.wait_for("a side is out", |s| s["impressions_out"] == 1);
    assert!(server.deliveries.cancel(job));
    let attempt = server.ended(job).await;
    assert_eq!(attempt.reasons, Reason::CancelUnconfirmed.keyword());
    assert_eq!(left(&server, job).await.to_check, 1);
}

/// The names of the printer's failures, as its own source has them.
fn failures() -> Vec<String> {
    let source = include_str!("../../../../crates/virtual-mfp/src/machine/faults.rs");
    let list = source.split("pub enum Fault {").nth(1).unwrap().split("impl Fault").next().unwrap();
    let names = list.lines().filter_map(|line| line.strip_prefix("    ")?.split_once(" {"));
    let names = names.map(|(name, _)| name).filter(|name| name.starts_with(char::is_uppercase));
    let kebab = |name: &str| {
        name.chars().fold(String::new(), |mut text, letter| {
            if letter.is_uppercase() && !text.is_empty() {
                text.push('-');
            }
            text.push(letter.to_ascii_lowercase());
            text
        })
    };
    names.map(kebab).collect()
}

#[test]
fn every_failure_of_the_printer_in_software_has_a_test() {
    let tests = [
        include_str!("cancels.rs"),
        include_str!("crashes.rs"),
        include_str!("failures.rs"),
        include_str!("faults.rs"),
        include_str!("prints.rs"),
        include_str!("refusals.rs"),
        include_str!("standing.rs"),
    ];
    let failures = failures();
    assert!(failures.len() > 20, "{failures:?}");
    for failure in failures {
        let armed = format!("\"fault\": \"{failure}\"");
        let either = format!("\"{failure}\"");
        let is_tested = tests.iter().any(|test| test.contains(&armed) || test.contains(&either));
        assert!(is_tested, "nothing tests a printer with the failure {failure}");
    }
}
