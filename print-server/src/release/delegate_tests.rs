//! What delegates may do with other people's jobs besides fetching them: nothing.

use print_core::{JobId, JobState, OwnerId, PrinterId, Ticket};
use real_parts::virtual_mfp::Mfp;
use serde_json::json;
use station_protocol::{Id, JobOptions, ReleaseOptions, ServerMessage};
use store::StationPolicy;
use texts::sentences::WishRefusal;

use super::machine_tests::person;
use super::tests::{open, tapped};
use super::{ReleaseError, Session};
use crate::delivery::tests::house::{House, Server};

fn id(job: JobId) -> Id {
    Id::cut(job.to_string())
}

/// Bo, whom the house's owner lets fetch, with a session that shows the owner's jobs.
async fn bos(server: &Server, printer: PrinterId) -> Session {
    let mut bo = server.clone();
    bo.owner = person(server, "bo").await;
    let until = server.release_parts().clock.now().plus_seconds(3_600);
    let by = format!("person:{}", server.owner);
    assert!(server.store.put_delegate(server.owner, bo.owner, until, &by).await.unwrap());
    let mut session = open(&bo, tapped(&bo, printer, StationPolicy::Choose).await).await;
    session.news().await.unwrap();
    session
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegate_takes_a_job_as_it_is() {
    let (_house, server) = House::open().await;
    let printer = server.add_printer("ipp://127.0.0.1:9/ipp/print").await;
    let job = server.hold(1, Ticket::default()).await;
    let mut session = bos(&server, printer).await;
    session.tell_again();
    let news = session.news().await.unwrap();
    let ServerMessage::Session(seen) = &news[0] else { panic!("{news:?}") };
    assert!(seen.jobs[0].terms.delegated && !seen.jobs[0].terms.can_change);
    let more = JobOptions { copies: Some(999), ..JobOptions::of(id(job)) };
    let kept = JobOptions { keep: true, ..JobOptions::of(id(job)) };
    let printer = Id::cut(printer.to_string());
    for wish in [more, kept] {
        let priced = session.price(&printer, &wish).await;
        assert!(matches!(priced, Err(ReleaseError::Unfit(WishRefusal::NotYours))), "{priced:?}");
        let options = ReleaseOptions { jobs: vec![wish], ..ReleaseOptions::default() };
        let refused = session.choose(&printer, &[id(job)], &options).await;
        assert!(matches!(refused, Err(ReleaseError::Unfit(WishRefusal::AsItIs))), "{refused:?}");
    }
    assert_eq!(server.store.job(job).await.unwrap().state, JobState::Held);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegates_stop_leaves_the_job_to_its_owner() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "jam", "after_impressions": 1 }));
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(3, Ticket::default()).await;
    let mut session = bos(&server, printer).await;
    let here = Id::cut(printer.to_string());
    session.choose(&here, &[id(job)], &ReleaseOptions::default()).await.unwrap();
    let attempt = server.store.attempts_of_job(job).await.unwrap().remove(0);
    assert!(attempt.delegate.is_some(), "a second try is the delegate's, too");
    mfp.wait_for("the jam", |status| status["printer_state"] == "stopped");
    session.stop(&id(job)).await.unwrap();
    server.is(job, JobState::Held).await;
    assert_eq!(server.store.job(job).await.unwrap().owner, OwnerId::Person(server.owner));
    let events = server.store.audit_of(&format!("job:{job}"), 9).await.unwrap();
    let stop = events.iter().find(|event| event.event == "job-stop").expect("it is written down");
    assert!(stop.actor != format!("person:{}", server.owner) && stop.outcome == "held again");
}
