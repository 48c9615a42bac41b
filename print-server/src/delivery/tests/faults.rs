//! Connections that break and printers that fail while they have a job.

use std::time::Duration;

use print_core::{JobState, Ticket};
use serde_json::{Value as Json, json};

use super::house::{House, Server, quick};
use crate::delivery::rules::outcome::Reason;
use crate::delivery::{DeliverySettings, End};
use print_core::JobId;
use real_parts::virtual_mfp::Mfp;

/// A server, a printer with this fault, and a job of this many pages whose attempt has ended.
async fn after(fault: Json, pages: usize) -> (House, Server, Mfp, JobId) {
    let mfp = Mfp::start();
    let (house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    mfp.fault(fault);
    let job = server.hold(pages, Ticket::default()).await;
    server.release(&[job], printer).await;
    server.ended(job).await;
    (house, server, mfp, job)
}

/// Whether the owner reads "may have printed".
async fn is_uncertain(server: &Server, job: JobId) -> bool {
    let record = server.store.job(job).await.unwrap();
    assert_eq!(record.state, JobState::Held);
    record.uncertain.is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_before_the_document_leaves_the_job_held_and_certain() {
    for at in ["create-before", "create-after", "document-before"] {
        let mfp = Mfp::start();
        let (_house, server) = House::open().await;
        let printer = server.add_printer(mfp.uri()).await;
        mfp.fault(json!({ "fault": "hang-up", "at": at, "times": 1 }));
        let job = server.hold(2, Ticket::default()).await;
        server.release(&[job], printer).await;
        server.ended(job).await;
        assert!(!is_uncertain(&server, job).await, "{at}");
        assert_eq!(server.booked(job).await, [], "{at}");
        assert_eq!(mfp.impressions_out(), 0, "{at}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_in_the_document_is_no_print_when_the_printer_says_zero() {
    let fault = json!({ "fault": "hang-up", "at": "document-bytes", "after_bytes": 200 });
    let (_house, server, mfp, job) = after(fault, 2).await;
    assert!(!is_uncertain(&server, job).await);
    assert_eq!(server.booked(job).await, []);
    assert_eq!(mfp.impressions_out(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_whose_reply_is_lost_is_cancelled_and_what_came_out_is_booked() {
    let fault = json!({ "fault": "hang-up", "at": "document-after" });
    let (_house, server, mfp, job) = after(fault, 5).await;
    let out = mfp.impressions_out();
    let uncertain = is_uncertain(&server, job).await;
    let booked: u32 = server.booked(job).await.iter().map(|entry| entry.0 + entry.1).sum();
    assert_eq!(u64::from(booked), out);
    assert_eq!(uncertain, out > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_reply_to_a_question_changes_nothing() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    for operation in ["Get-Printer-Attributes", "Get-Job-Attributes"] {
        let how = json!({ "fault": "hang-up", "at": "reply", "operation": operation, "times": 2 });
        mfp.fault(how);
    }
    let job = server.hold(2, Ticket::default()).await;
    server.release(&[job], printer).await;
    server.is(job, JobState::Completed).await;
    assert_eq!((mfp.impressions_out(), mfp.requests("Create-Job")), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_aborts_with_paper_is_booked_and_marked() {
    let (_house, server, _mfp, job) =
        after(json!({ "fault": "aborts", "after_impressions": 3 }), 5).await;
    assert!(is_uncertain(&server, job).await);
    let (monochrome, color, _, _) = server.booked(job).await[0];
    assert_eq!(monochrome + color, 3);
    let outcome = server.told(job).await;
    assert_eq!(outcome.end, End::Ended(Reason::PrinterAborted));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_aborts_without_paper_gets_one_more_try_shortly_after_the_tap() {
    let settings = DeliverySettings { retry_window: Duration::from_secs(60), ..quick() };
    let mfp = Mfp::start();
    let (_house, server) = House::open_with(settings).await;
    let printer = server.add_printer(mfp.uri()).await;
    mfp.fault(json!({ "fault": "aborts", "times": 1 }));
    let job = server.hold(2, Ticket::default()).await;
    server.release(&[job], printer).await;
    server.is(job, JobState::Completed).await;
    assert_eq!(server.store.attempts_of_job(job).await.unwrap().len(), 2);
    assert_eq!((server.booked(job).await.len(), mfp.impressions_out()), (1, 2));

    mfp.fault(json!({ "fault": "aborts", "times": 0 }));
    let again = server.hold(2, Ticket::default()).await;
    server.release(&[again], printer).await;
    server
        .wait("both tries have ended", async || {
            let attempts = server.store.attempts_of_job(again).await.unwrap();
            (attempts.len() == 2 && attempts[0].ended_at.is_some()).then_some(())
        })
        .await;
    assert!(!is_uncertain(&server, again).await);
    assert_eq!(mfp.jobs().len(), 4, "there is no third try");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_aborts_long_after_the_tap_is_not_tried_again() {
    let (_house, server, mfp, job) = after(json!({ "fault": "aborts", "times": 0 }), 2).await;
    assert!(!is_uncertain(&server, job).await);
    assert_eq!(mfp.jobs().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_forgets_or_restarts_leaves_the_outcome_unknown_and_never_gets_the_job_again()
 {
    let table = [
        (json!({ "fault": "forgets", "when": "at-once" }), Reason::PrinterForgot),
        (json!({ "fault": "resets", "after_impressions": 2 }), Reason::PrinterReset),
    ];
    for (fault, reason) in table {
        let (_house, server, mfp, job) = after(fault.clone(), 4).await;
        assert!(is_uncertain(&server, job).await, "{fault}");
        assert_eq!(server.booked(job).await, [(0, 0, 0, "unknown")], "{fault}");
        assert_eq!(mfp.jobs().len(), 1, "{fault}");
        let end = server.told(job).await.end;
        // A restart that is over before the next question may look like forgetting.
        let forgot = End::Unknown(Reason::PrinterForgot);
        assert!(end == End::Unknown(reason) || end == forgot, "{fault}: {end:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_goes_silent_with_the_job_leaves_the_outcome_unknown() {
    let mut mfp = Mfp::start();
    mfp.pages_per_minute(60);
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(50, Ticket::default()).await;
    server.release(&[job], printer).await;
    server.is(job, JobState::Delivering).await;
    mfp.wait_for("the document is there", |status| status["documents_received"] == json!(1));
    mfp.switch_off();
    let attempt = server.ended(job).await;
    assert_eq!(attempt.reasons, "connection-lost");
    assert!(is_uncertain(&server, job).await);
    assert_eq!(server.booked(job).await, [(0, 0, 0, "unknown")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_job_number_in_the_reply_is_never_taken_for_success() {
    let fault = json!({ "fault": "wrong-job-id", "operation": "Create-Job" });
    let (_house, server, mfp, job) = after(fault, 2).await;
    let record = server.store.job(job).await.unwrap();
    assert_eq!((record.state, mfp.impressions_out()), (JobState::Held, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn noise_instead_of_a_reply_is_settled_by_asking() {
    let fault = json!({ "fault": "garbage-reply", "operation": "Create-Job" });
    let (_house, server, mfp, job) = after(fault, 2).await;
    assert!(!is_uncertain(&server, job).await);
    assert_eq!(mfp.impressions_out(), 0);
    mfp.wait_for("the empty job is cancelled", |status| status["jobs"][0]["state"] == "canceled");
}
