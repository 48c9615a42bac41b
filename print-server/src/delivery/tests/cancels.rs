//! Jobs that are stopped: by their owner, by an empty tray, by the server's own end.

use std::time::Duration;

use print_core::{JobState, OwnerId, Ticket};
use serde_json::json;

use super::house::{House, impatient, quick};
use crate::delivery::rules::outcome::Reason;
use crate::delivery::{DeliverySettings, End, Outcome, Step};
use real_parts::virtual_mfp::Mfp;

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_cancel_is_confirmed_by_the_printer_and_what_came_out_is_booked() {
    let mfp = Mfp::start();
    mfp.pages_per_minute(600);
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(100, Ticket::default()).await;
    server.release(&[job], printer).await;
    mfp.wait_for("some sides are out", |status| status["impressions_out"].as_u64() > Some(1));
    assert!(server.deliveries.cancel(job));
    let record = server.is(job, JobState::Canceled).await;
    assert_eq!(record.uncertain, None);
    let (monochrome, color, _, _) = server.booked(job).await[0];
    assert_eq!(u64::from(monochrome + color), mfp.impressions_out());
    assert_eq!(server.told(job).await.end, End::Canceled);
    assert!(!server.deliveries.cancel(job), "it is not under way any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_takes_longer_than_its_owner_allowed_is_cancelled_and_booked() {
    let mfp = Mfp::start();
    mfp.pages_per_minute(600);
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let ticket = Ticket { job_cancel_after: Some(1), ..Ticket::default() };
    let job = server.hold(1_000, ticket).await;
    server.release(&[job], printer).await;
    let record = server.is(job, JobState::Canceled).await;
    let reason = record.end_reason.map(|reason| reason.as_str().to_owned());
    assert_eq!(reason.as_deref(), Some("job-canceled-after-timeout"));
    let (monochrome, color, _, _) = server.booked(job).await[0];
    assert_eq!(u64::from(monochrome + color), mfp.impressions_out());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_while_the_printer_sleeps_ends_the_job_before_anything_is_sent() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "asleep" }));
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    server.release(&[job], printer).await;
    assert!(server.deliveries.cancel(job));
    server.is(job, JobState::Canceled).await;
    mfp.clear();
    assert_eq!(mfp.jobs().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_in_the_store_before_the_printer_has_the_job_leaves_no_job_there() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "slow-reply", "operation": "Create-Job", "milliseconds": 500 }));
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    server.release(&[job], printer).await;
    mfp.wait_for("Create-Job is under way", |s| s["requests"]["Create-Job"].as_u64() > Some(0));
    let reason = print_core::Keyword::parse("job-canceled-by-user").unwrap();
    let now = print_core::Clock::now(&print_core::SystemClock);
    let cancelled = server.store.cancel_job(job, &reason, now).await.unwrap();
    assert_eq!(cancelled, store::Cancelled::Done);
    let status =
        mfp.wait_for("the empty job is cancelled", |s| s["jobs"][0]["state"] == "canceled");
    assert_eq!(status["documents_received"], json!(0));
    // An attempt that stays open would be taken up again at every start.
    assert!(server.ended(job).await.ended_at.is_some());
    assert_eq!(server.booked(job).await, []);
    assert_eq!(server.store.job(job).await.unwrap().state, JobState::Canceled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_while_the_end_is_committed_is_obeyed_and_there_is_no_second_try() {
    let settings = DeliverySettings { retry_window: Duration::from_secs(60), ..quick() };
    let mfp = Mfp::start();
    let (_house, server) = House::open_with(settings).await;
    let printer = server.add_printer(mfp.uri()).await;
    mfp.fault(json!({ "fault": "aborts", "times": 1 }));
    let job = server.hold(2, Ticket::default()).await;
    let deliveries = std::sync::Arc::downgrade(&server.deliveries);
    let cancel = move |outcome: &Outcome| {
        let deliveries = deliveries.upgrade().expect("the server runs");
        assert!(deliveries.cancel(outcome.job), "the owner is told that it is cancelled");
    };
    assert!(server.at_end.set(Box::new(cancel)).is_ok());
    server.release(&[job], printer).await;
    server.is(job, JobState::Canceled).await;
    assert_eq!(server.store.attempts_of_job(job).await.unwrap().len(), 1);
    assert_eq!((mfp.jobs().len(), mfp.impressions_out()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jam_is_told_and_the_job_goes_on_when_it_is_cleared() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "jam", "after_impressions": 2 }));
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(5, Ticket::default()).await;
    server.release(&[job], printer).await;
    server.is(job, JobState::Stopped).await;
    let told = server.wait("the owner may cancel here", async || {
        server.deliveries.progress(job).filter(|progress| progress.offer_cancel)
    });
    let told = told.await;
    assert_eq!((told.step, told.impressions), (Step::Stopped, Some(2)));
    assert!(told.reasons.iter().any(|reason| reason.as_str().starts_with("media-jam")), "{told:?}");
    mfp.clear();
    server.is(job, JobState::Completed).await;
    assert_eq!(mfp.impressions_out(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jam_whose_owner_leaves_is_cancelled_booked_and_held() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "media-empty", "after_impressions": 2 }));
    let (_house, server) = House::open_with(impatient()).await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(5, Ticket::default()).await;
    server.release(&[job], printer).await;
    let attempt = server.ended(job).await;
    assert_eq!(attempt.reasons, "owner-absent");
    let record = server.store.job(job).await.unwrap();
    assert_eq!((record.state, record.uncertain), (JobState::Held, None));
    let (monochrome, color, _, _) = server.booked(job).await[0];
    assert_eq!(monochrome + color, 2);
    mfp.clear();
    assert_eq!(mfp.impressions_out(), 2, "nothing comes out when somebody fills the tray");
    assert_eq!(server.told(job).await.end, End::Ended(Reason::OwnerAbsent));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jam_is_not_given_up_while_its_owner_stands_there() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "jam", "after_impressions": 1 }));
    let (house, server) = House::open_with(impatient()).await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(2, Ticket::default()).await;
    server.release(&[job], printer).await;
    server.is(job, JobState::Stopped).await;
    let owner = OwnerId::Person(house.owner);
    let until = std::time::Instant::now() + impatient().owner_absent * 2;
    server
        .wait("twice the time of patience", async || {
            server.deliveries.owner_seen(owner, printer);
            (std::time::Instant::now() > until).then_some(())
        })
        .await;
    assert_eq!(server.store.job(job).await.unwrap().state, JobState::Stopped);
    mfp.clear();
    server.is(job, JobState::Completed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_does_not_confirm_a_cancel_leaves_the_outcome_unknown() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "stuck", "after_impressions": 1 }));
    mfp.fault(json!({ "fault": "refuses-cancel", "times": 0 }));
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(2, Ticket::default()).await;
    server.release(&[job], printer).await;
    mfp.wait_for("one side is out", |status| status["impressions_out"].as_u64() == Some(1));
    assert!(server.deliveries.cancel(job));
    let attempt = server.ended(job).await;
    assert_eq!(attempt.reasons, "cancel-unconfirmed");
    assert!(server.store.job(job).await.unwrap().uncertain.is_some());
    assert_eq!(server.booked(job).await, [(0, 0, 0, "unknown")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_the_printer_claims_to_print_for_ever_is_given_up() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "stuck", "after_impressions": 1 }));
    let settings = DeliverySettings { stuck: Duration::from_millis(600), ..quick() };
    let (_house, server) = House::open_with(settings).await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(2, Ticket::default()).await;
    server.release(&[job], printer).await;
    assert_eq!(server.ended(job).await.reasons, "owner-absent");
    assert_eq!(server.store.job(job).await.unwrap().state, JobState::Held);
    let (monochrome, color, _, _) = server.booked(job).await[0];
    assert_eq!(monochrome + color, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_at_the_printers_panel_is_booked_and_marked() {
    let mfp = Mfp::start();
    mfp.pages_per_minute(600);
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(100, Ticket::default()).await;
    server.release(&[job], printer).await;
    let fits = |status: &serde_json::Value| status["impressions_out"].as_u64() > Some(1);
    let status = mfp.wait_for("some sides are out", fits);
    mfp.cancel_at_panel(status["jobs"][0]["job_id"].as_i64().unwrap());
    let attempt = server.ended(job).await;
    assert_eq!(attempt.reasons, "canceled-at-printer");
    assert!(server.store.job(job).await.unwrap().uncertain.is_some());
    let (monochrome, color, _, _) = server.booked(job).await[0];
    assert_eq!(u64::from(monochrome + color), mfp.impressions_out());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_graceful_stop_lets_the_printed_end_and_hands_the_waiting_back() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "slow-reply", "operation": "Create-Job", "milliseconds": 300 }));
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let first = server.hold(2, Ticket::default()).await;
    let second = server.hold(2, Ticket::default()).await;
    server.release(&[first, second], printer).await;
    mfp.wait_for("the first is under way", |s| s["requests"]["Create-Job"].as_u64() > Some(0));
    server.deliveries.stop(Duration::from_secs(15)).await;
    assert_eq!(server.store.job(first).await.unwrap().state, JobState::Completed);
    let attempt = server.store.attempts_of_job(second).await.unwrap().swap_remove(0);
    assert_eq!(attempt.reasons, "server-stopping");
    assert_eq!(server.store.job(second).await.unwrap().state, JobState::Held);
    assert_eq!(mfp.impressions_out(), 2);
}
