//! The same promises with PostgreSQL, and with two servers on it.

use print_core::{Clock, JobState, Keyword, SystemClock, Ticket};
use serde_json::json;
use store::Step;

use super::house::{House, quick};
use real_parts::virtual_mfp::Mfp;

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_that_are_told_the_same_print_each_job_once() {
    let mfp = Mfp::start();
    let (house, first) = House::open_with_postgres().await;
    let second = house.start_node("b", quick()).await;
    let printer = first.add_printer(mfp.uri()).await;
    let mut jobs = Vec::new();
    for _ in 0..6 {
        jobs.push(first.hold(1, Ticket::default()).await);
    }
    let (one, other) = tokio::join!(
        first.deliveries.release(first.word(&jobs, printer)),
        second.deliveries.release(second.word(&jobs, printer)),
    );
    assert_eq!(one.unwrap().jobs.len() + other.unwrap().jobs.len(), jobs.len());
    for job in &jobs {
        first.is(*job, JobState::Completed).await;
        assert_eq!(first.booked(*job).await.len(), 1);
    }
    assert_eq!((mfp.jobs().len(), mfp.impressions_out()), (6, 6));
    let open = first.store.invariants().await.unwrap();
    assert!(open.is_whole(), "{open:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_server_left_is_taken_over_by_the_other_while_it_runs() {
    let mfp = Mfp::start();
    let (house, first) = House::open_with_postgres().await;
    let second = house.start_node("b", quick()).await;
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let rounds = tokio::spawn(second.deliveries.clone().make_rounds(stopping));
    let printer = first.add_printer(mfp.uri()).await;
    mfp.pages_per_minute(1_200);
    let job = first.hold(20, Ticket::default()).await;
    first.release(&[job], printer).await;
    mfp.wait_for("some sides are out", |status| status["impressions_out"].as_u64() > Some(1));
    first.kill().await;
    second.is(job, JobState::Completed).await;
    assert_eq!(second.store.job(job).await.unwrap().node.as_str(), "b");
    let (monochrome, color, _, _) = second.booked(job).await[0];
    assert_eq!((monochrome + color, mfp.impressions_out(), mfp.jobs().len()), (20, 20, 1));
    stop.send_replace(true);
    rounds.await.unwrap();
    let open = second.store.invariants().await.unwrap();
    assert!(open.is_whole(), "{open:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_before_the_document_hands_the_job_back_and_the_next_word_prints_it() {
    let mfp = Mfp::start();
    let (house, server) = House::open_with_postgres().await;
    let printer = server.add_printer(mfp.uri()).await;
    mfp.fault(json!({ "fault": "slow-reply", "operation": "Create-Job", "milliseconds": 500 }));
    let job = server.hold(2, Ticket::default()).await;
    server.release(&[job], printer).await;
    mfp.wait_for("Create-Job is under way", |s| s["requests"]["Create-Job"].as_u64() > Some(0));
    server.kill().await;
    mfp.clear();
    let server = house.start(quick()).await;
    assert_eq!(server.deliveries.recover().await.unwrap(), 1);
    server.ended(job).await;
    assert_eq!(server.store.job(job).await.unwrap().state, JobState::Held);
    assert_eq!(mfp.impressions_out(), 0);
    server.release(&[job], printer).await;
    server.is(job, JobState::Completed).await;
    assert_eq!((server.booked(job).await.len(), mfp.impressions_out()), (1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_cancelled_on_another_server_before_its_document_left_ends_everywhere() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "slow-reply", "operation": "Create-Job", "milliseconds": 3000 }));
    let (house, first) = House::open_with_postgres().await;
    let second = house.start_node("b", quick()).await;
    let printer = first.add_printer(mfp.uri()).await;
    let job = first.hold(1, Ticket::default()).await;
    first.release(&[job], printer).await;
    mfp.wait_for("Create-Job is under way", |s| s["requests"]["Create-Job"].as_u64() > Some(0));
    let reason = Keyword::parse("job-canceled-by-user").unwrap();
    let cancelled = second.store.cancel_job(job, &reason, SystemClock.now()).await.unwrap();
    assert_eq!(cancelled, store::Cancelled::Done);
    assert!(first.ended(job).await.ended_at.is_some());
    assert_eq!(second.store.job(job).await.unwrap().state, JobState::Canceled);
    assert_eq!((first.booked(job).await.len(), mfp.impressions_out()), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_was_overtaken_changes_nothing_and_books_nothing() {
    let mfp = Mfp::start();
    let (house, first) = House::open_with_postgres().await;
    let second = house.start_node("b", quick()).await;
    let printer = first.add_printer(mfp.uri()).await;
    mfp.pages_per_minute(1_200);
    let job = first.hold(20, Ticket::default()).await;
    first.release(&[job], printer).await;
    mfp.wait_for("some sides are out", |status| status["impressions_out"].as_u64() > Some(1));
    let attempt = first.store.attempts_of_job(job).await.unwrap().swap_remove(0);
    let fence = second.store.adopt(attempt.id, attempt.fence).await.unwrap().unwrap();
    // The second server settles it; the first still follows the job, with a fence that is worth nothing.
    mfp.wait_for("all of it is out", |status| status["jobs"][0]["state"] == "completed");
    first
        .wait("the first has given it up", async || {
            first.deliveries.progress(job).is_none().then_some(())
        })
        .await;
    assert_eq!(second.store.job(job).await.unwrap().state, JobState::Delivering);
    assert_eq!(second.booked(job).await, []);
    let step = second.store.step(attempt.id, fence, Step::Sent, SystemClock.now()).await;
    assert_eq!(step.unwrap(), store::Stepped::Done);
}
