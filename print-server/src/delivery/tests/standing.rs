//! Printers that stand still: in the middle of a document, for an owner who waits, and for one who walks on.

use std::time::Duration;

use print_core::{JobState, Ticket};
use real_parts::documents::{Paper, pdf_of_size};
use real_parts::virtual_mfp::Mfp;
use serde_json::json;

use super::house::{House, quick};
use crate::delivery::rules::outcome::Reason;
use crate::delivery::{DeliverySettings, End, Step};

/// The silence of a printer is over long before its owner is asked.
fn patient() -> DeliverySettings {
    DeliverySettings {
        silent: Duration::from_millis(700),
        offer_cancel: Duration::from_millis(2_000),
        poll_max: Duration::from_millis(100),
        ..quick()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jam_in_the_middle_of_a_document_is_waited_for_as_long_as_its_owner_has() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "jam-while-reading", "after_bytes": 100_000 }));
    let (_house, server) = House::open_with(patient()).await;
    let printer = server.add_printer(mfp.uri()).await;
    let document = pdf_of_size(3, Paper::A4, "Report", 1_000_000);
    let job = server.hold_document(&document, "application/pdf", Ticket::default()).await;
    server.release(&[job], printer).await;
    // It is asked after the printer has taken nothing for much longer than a silent one has.
    let asked = server.wait("the owner is asked", async || {
        server.deliveries.progress(job).filter(|progress| progress.offer_cancel)
    });
    let asked = asked.await;
    assert_eq!(asked.step, Step::Stopped);
    assert!(asked.reasons.iter().any(|reason| reason.as_str() == "media-jam-error"), "{asked:?}");
    mfp.clear();
    server.is(job, JobState::Completed).await;
    assert_eq!((mfp.impressions_out(), mfp.requests("Send-Document")), (3, 1));
    assert_eq!(server.booked(job).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jam_in_the_middle_of_a_document_whose_owner_leaves_is_cancelled_and_held() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "jam-while-reading", "after_bytes": 100_000 }));
    let settings = DeliverySettings { owner_absent: Duration::from_millis(1_500), ..patient() };
    let (_house, server) = House::open_with(settings).await;
    let printer = server.add_printer(mfp.uri()).await;
    let document = pdf_of_size(3, Paper::A4, "Report", 1_000_000);
    let job = server.hold_document(&document, "application/pdf", Ticket::default()).await;
    server.release(&[job], printer).await;
    let attempt = server.ended(job).await;
    assert_eq!(attempt.reasons, Reason::OwnerAbsent.keyword());
    let record = server.store.job(job).await.unwrap();
    assert_eq!((record.state, record.uncertain), (JobState::Held, None));
    mfp.clear();
    assert_eq!(mfp.impressions_out(), 0);
    assert_eq!(server.booked(job).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_is_finished_elsewhere_is_ended_here_first_and_what_came_out_is_booked() {
    let (here, elsewhere) = (Mfp::start(), Mfp::start());
    here.fault(json!({ "fault": "jam", "after_impressions": 2 }));
    let (_house, server) = House::open().await;
    let printer = server.add_printer(here.uri()).await;
    let job = server.hold(5, Ticket::default()).await;
    server.release(&[job], printer).await;
    let asked = server.wait("the owner is asked", async || {
        server.deliveries.progress(job).filter(|progress| progress.offer_cancel)
    });
    asked.await;
    assert!(server.deliveries.finish_elsewhere(job));
    let attempt = server.ended(job).await;
    assert_eq!(attempt.reasons, Reason::FinishedElsewhere.keyword());
    assert_eq!(server.told(job).await.end, End::Ended(Reason::FinishedElsewhere));
    let record = server.store.job(job).await.unwrap();
    assert_eq!((record.state, record.uncertain), (JobState::Held, None));
    assert_eq!(here.jobs()[0]["state"], json!("canceled"));
    here.clear();
    let next = server.add_printer(elsewhere.uri()).await;
    server.release(&[job], next).await;
    server.is(job, JobState::Completed).await;
    assert_eq!((here.impressions_out(), elsewhere.impressions_out()), (2, 5));
    let sides: u32 = server.booked(job).await.iter().map(|entry| entry.0 + entry.1).sum();
    assert_eq!(sides, 7, "what came out at either is booked");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_who_waits_here_is_asked_again_later_and_the_job_is_not_given_up() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "jam", "after_impressions": 1 }));
    let settings = DeliverySettings {
        offer_cancel: Duration::from_millis(400),
        owner_absent: Duration::from_millis(2_500),
        ..quick()
    };
    let (_house, server) = House::open_with(settings).await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(3, Ticket::default()).await;
    server.release(&[job], printer).await;
    let owner = server.store.job(job).await.unwrap().owner;
    for round in 0..2 {
        let asked = server.wait("the owner is asked", async || {
            server.deliveries.progress(job).filter(|progress| progress.offer_cancel)
        });
        asked.await;
        server.deliveries.finish_here(owner, job, printer);
        let progress = server.deliveries.progress(job).expect("it is under way");
        assert!(!progress.offer_cancel, "{round}");
    }
    mfp.clear();
    server.is(job, JobState::Completed).await;
    assert_eq!(mfp.impressions_out(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_printer_has_not_heard_of_is_taken_over_and_what_it_prints_is_not() {
    let (asleep, awake) = (Mfp::start(), Mfp::start());
    asleep.fault(json!({ "fault": "asleep" }));
    let (_house, server) = House::open().await;
    let (far, near) =
        (server.add_printer(asleep.uri()).await, server.add_printer(awake.uri()).await);
    let job = server.hold(2, Ticket::default()).await;
    server.release(&[job], far).await;
    let waking = server.wait("it wakes up", async || {
        server.deliveries.progress(job).filter(|progress| progress.step == Step::Waking)
    });
    waking.await;
    let attempt = server.store.attempts_of_job(job).await.unwrap().swap_remove(0);
    assert!(server.deliveries.take_back(&attempt).await.unwrap());
    assert!(!server.deliveries.take_back(&attempt).await.unwrap(), "it is back already");
    server.release(&[job], near).await;
    server.is(job, JobState::Completed).await;
    asleep.clear();
    assert_eq!((asleep.jobs().len(), awake.impressions_out()), (0, 2));
    let rows = server.store.attempts_of_job(job).await.unwrap();
    assert_eq!(rows[1].reasons, Reason::TakenElsewhere.keyword());
    assert_eq!(server.booked(job).await.len(), 1);

    awake.pages_per_minute(600);
    let printing = server.hold(20, Ticket::default()).await;
    server.release(&[printing], near).await;
    awake.wait_for("some sides are out", |s| s["impressions_out"].as_u64() > Some(3));
    let attempt = server.store.attempts_of_job(printing).await.unwrap().swap_remove(0);
    assert!(!server.deliveries.take_back(&attempt).await.unwrap());
    assert!(server.deliveries.cancel(printing));
    server.is(printing, JobState::Canceled).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_waits_for_no_page_that_is_being_drawn() {
    let mfp = Mfp::start_with(&["--formats", "image/pwg-raster"]);
    let (house, server) = House::open().await;
    server.kill().await;
    // One that draws for ever.
    std::fs::write(house.renderer(), "#!/bin/sh\nexec sleep 600\n").unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(house.renderer(), mode).unwrap();
    let server = house.start(quick()).await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(2, Ticket::default()).await;
    server.release(&[job], printer).await;
    mfp.wait_for("the printer is asked", |s| {
        s["requests"]["Get-Printer-Attributes"].as_u64() > Some(0)
    });
    let since = std::time::Instant::now();
    server.deliveries.stop(Duration::from_secs(20)).await;
    assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
    let attempt = server.ended(job).await;
    assert_eq!(attempt.reasons, Reason::ServerStopping.keyword());
    assert_eq!((server.store.job(job).await.unwrap().state, mfp.jobs().len()), (JobState::Held, 0));
}
