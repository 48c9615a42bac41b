//! Somebody who taps at one printer, and then at another.

use std::time::Duration;

use print_core::{Clock, JobId, JobState, SystemClock, Ticket};
use real_parts::virtual_mfp::Mfp;
use serde_json::json;
use station_protocol::{FinishAt, Id, JobProgress, JobStage, ServerMessage, WaitsFor};
use store::{ClaimRequest, StationPolicy};

use super::Session;
use super::tests::{open, tapped};
use crate::delivery::DeliverySettings;
use crate::delivery::tests::house::{House, Server, quick};

/// A printer that sleeps is waited for as long as these tests take on a busy machine.
fn patient() -> DeliverySettings {
    DeliverySettings { waking: Duration::from_secs(60), ..quick() }
}

/// Let go at this printer some seconds ago.
async fn let_go_before(server: &Server, job: JobId, printer: print_core::PrinterId) {
    let at = SystemClock.now().plus_seconds(-5);
    let request = ClaimRequest { at, ..server.word(&[job], printer) };
    let claimed = server.store.claim(request).await.unwrap().claimed;
    server.deliveries.start(claimed);
}

/// Waits until the session says this of the job.
async fn told(
    server: &Server,
    session: &mut Session,
    fits: impl Fn(&JobProgress) -> bool,
) -> JobProgress {
    let mut said = Vec::new();
    let until = std::time::Instant::now() + Duration::from_secs(20);
    loop {
        for message in session.news().await.unwrap() {
            if let ServerMessage::Progress(progress) = message {
                said.push(progress.clone());
                if fits(&progress) {
                    return progress;
                }
            }
        }
        assert!(std::time::Instant::now() < until, "never told: {said:?}");
        server.wait("a moment", async || Some(())).await;
        tokio::task::yield_now().await;
    }
}

/// A job that was let go at a printer that sleeps, and then a tap at one that does not.
struct Moved {
    server: Server,
    job: JobId,
    asleep: Mfp,
    awake: Mfp,
    /// Both live as long as the test does.
    _kept: (House, Session),
}

impl Moved {
    async fn to(policy: StationPolicy) -> Moved {
        let (asleep, awake) = (Mfp::start(), Mfp::start());
        asleep.fault(json!({ "fault": "asleep" }));
        let (house, server) = House::open_with(patient()).await;
        let (far, near) =
            (server.add_printer(asleep.uri()).await, server.add_printer(awake.uri()).await);
        let job = server.hold(2, Ticket::default()).await;
        let_go_before(&server, job, far).await;
        let tap = tapped(&server, near, policy).await;
        let session = open(&server, tap).await;
        Moved { server, job, asleep, awake, _kept: (house, session) }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_at_another_printer_takes_over_what_the_first_has_not_heard_of() {
    let Moved { server, job, asleep, awake, _kept } = Moved::to(StationPolicy::AllAtOnce).await;
    server.is(job, JobState::Completed).await;
    asleep.clear();
    assert_eq!((asleep.jobs().len(), awake.impressions_out()), (0, 2));
    assert_eq!(server.store.attempts_of_job(job).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_one_chooses_a_job_that_was_taken_back_is_there_to_be_chosen() {
    let Moved { server, job, awake, .. } = &Moved::to(StationPolicy::Choose).await;
    server.is(*job, JobState::Held).await;
    assert_eq!(awake.jobs().len(), 0, "nobody has chosen it yet");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_prints_elsewhere_is_shown_with_its_place_and_can_be_finished_here() {
    let (jammed, awake) = (Mfp::start(), Mfp::start());
    jammed.fault(json!({ "fault": "jam", "after_impressions": 1 }));
    let settings = DeliverySettings { offer_cancel: Duration::from_millis(300), ..quick() };
    let (_house, server) = House::open_with(settings).await;
    let (far, near) =
        (server.add_printer(jammed.uri()).await, server.add_printer(awake.uri()).await);
    let job = server.hold(3, Ticket::default()).await;
    let_go_before(&server, job, far).await;
    jammed.wait_for("the jam", |status| status["printer_state"] == "stopped");
    let tap = tapped(&server, near, StationPolicy::AllAtOnce).await;
    let mut session = open(&server, tap).await;
    let asked = told(&server, &mut session, |progress| progress.standing.asks_where).await;
    assert!(matches!(asked.state, JobStage::Stopped { .. }), "{asked:?}");
    assert!(asked.standing.at.is_some(), "{asked:?}");
    let id = Id::cut(job.to_string());
    session.finish(&id, FinishAt::Elsewhere).await.unwrap();
    server.is(job, JobState::Held).await;
    assert_eq!(jammed.jobs()[0]["state"], json!("canceled"), "the printer has confirmed it");
    jammed.clear();
    let tap = tapped(&server, near, StationPolicy::AllAtOnce).await;
    let _next = open(&server, tap).await;
    server.is(job, JobState::Completed).await;
    assert_eq!((jammed.impressions_out(), awake.impressions_out()), (1, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_wakes_up_or_is_busy_is_said_to_be() {
    for (fault, wanted) in [
        (json!({ "fault": "asleep" }), WaitsFor::Waking),
        (json!({ "fault": "asleep", "how": "silent" }), WaitsFor::Waking),
        (json!({ "fault": "busy", "times": 0 }), WaitsFor::Busy),
    ] {
        let mfp = Mfp::start();
        let settings = DeliverySettings { waking: Duration::from_secs(30), ..quick() };
        let (_house, server) = House::open_with(settings).await;
        let printer = server.add_printer(mfp.uri()).await;
        mfp.fault(fault.clone());
        let job = server.hold(1, Ticket::default()).await;
        let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
        let mut session = open(&server, tap).await;
        let said =
            told(&server, &mut session, |progress| progress.standing.waits_for == Some(wanted));
        let said = said.await;
        assert_eq!(said.state, JobStage::Waiting, "{fault}");
        mfp.clear();
        server.is(job, JobState::Completed).await;
        assert_eq!(mfp.jobs_printed(), 1, "{fault}");
    }
}
