//! Jobs with PINs at a station: a tap never lets them go, a right PIN does, wrong ones lock them.

use print_core::{JobId, JobState, OwnerId, PrinterId, Ticket};
use station_protocol::{Id, JobCard, JobPin, Pin, ReleaseOptions, ServerMessage};
use store::{NoticeKind, StationPolicy};
use texts::sentences::{PinRefusal, WishRefusal};

use super::tests::{again, open, tapped};
use super::{PinRefused, ReleaseError, Session};
use crate::delivery::tests::house::{House, Server};
use real_parts::virtual_mfp::Mfp;

/// So long that no identifier has them by chance.
const PIN: &str = "4711081547110815";
const OTHER: &str = "0815471108154711";
const WRONG: &str = "1111222233334444";

fn id(job: JobId) -> Id {
    Id::cut(job.to_string())
}

fn typed(job: JobId, pin: &str) -> ReleaseOptions {
    let pins = vec![JobPin { job: id(job), pin: Pin::parse(pin).unwrap() }];
    ReleaseOptions { pins, ..ReleaseOptions::default() }
}

fn why(result: Result<(), ReleaseError>) -> PinRefusal {
    match result {
        Err(ReleaseError::Pin(PinRefused { why, .. })) => why,
        other => panic!("{other:?}"),
    }
}

async fn state(server: &Server, job: JobId) -> JobState {
    server.store.job(job).await.unwrap().state
}

async fn card(session: &mut Session, job: JobId) -> JobCard {
    session.tell_again();
    let news = session.news().await.unwrap();
    let sessions = news.into_iter().filter_map(|message| match message {
        ServerMessage::Session(session) => Some(session.jobs),
        _ => None,
    });
    let jobs: Vec<JobCard> = sessions.flatten().collect();
    jobs.into_iter().find(|card| card.id == id(job)).expect("the job is shown")
}

async fn audited(server: &Server, job: JobId) -> Vec<String> {
    let events = server.store.audit_of(&format!("job:{job}"), 100).await.unwrap();
    let shown = format!("{events:?}");
    assert!(!shown.contains(PIN) && !shown.contains(WRONG), "{shown}");
    events.into_iter().filter(|e| e.event == "job-password").map(|e| e.outcome).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_leaves_a_job_with_a_pin_and_the_right_pin_prints_it_once() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let (locked, plain) =
        (server.hold_with_pin(PIN).await, server.hold(1, Ticket::default()).await);
    let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    let mut session = open(&server, again(&tap)).await;
    server.is(plain, JobState::Completed).await;
    let shown = card(&mut session, locked).await;
    assert_eq!(shown.pin.unwrap().tries_left, 5);
    assert!(shown.is_to_be_named());
    assert_eq!(state(&server, locked).await, JobState::Held);

    let here = id_of(printer);
    // As a station does that knows no PINs.
    assert_eq!(
        why(session.choose(&here, &[id(locked)], &ReleaseOptions::default()).await),
        PinRefusal::NotAsked
    );
    let wrong = session.choose(&here, &[id(locked)], &typed(locked, WRONG)).await;
    assert_eq!(why(wrong), PinRefusal::Wrong { left: 4 });
    assert_eq!(card(&mut session, locked).await.pin.unwrap().tries_left, 4);
    assert_eq!(state(&server, locked).await, JobState::Held);
    assert_eq!(audited(&server, locked).await, ["refused: wrong PIN"]);

    session.choose(&here, &[id(locked)], &typed(locked, PIN)).await.unwrap();
    server.is(locked, JobState::Completed).await;
    session.choose(&here, &[id(locked)], &typed(locked, PIN)).await.unwrap();
    assert_eq!(server.store.attempts_of_job(locked).await.unwrap().len(), 1);
    assert_eq!(server.booked(locked).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_wrong_pin_keeps_the_whole_choice_and_five_lock_the_job() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let (one, other) = (server.hold_with_pin(PIN).await, server.hold_with_pin(OTHER).await);
    let plain = server.hold(1, Ticket::default()).await;
    let tap = tapped(&server, printer, StationPolicy::Choose).await;
    let mut session = open(&server, tap).await;
    let (here, all) = (id_of(printer), [one, other, plain].map(id));
    for left in [4, 3, 2, 1, 0] {
        let mut pins = typed(one, PIN);
        pins.pins.extend(typed(other, WRONG).pins);
        let refused = session.choose(&here, &all, &pins).await;
        assert_eq!(why(refused), PinRefusal::Wrong { left });
        for job in [one, other, plain] {
            assert_eq!(state(&server, job).await, JobState::Held, "all or nothing");
        }
    }
    assert_eq!(card(&mut session, other).await.pin.unwrap().tries_left, 0);
    assert_eq!(card(&mut session, one).await.pin.unwrap().tries_left, 5);
    let late = session.choose(&here, &all[1..2], &typed(other, OTHER)).await;
    assert_eq!(why(late), PinRefusal::Locked, "the right one comes too late");
    let outcomes = audited(&server, other).await;
    assert_eq!(outcomes.len(), 5);
    assert_eq!(outcomes[0], "refused: wrong PIN, locked", "the newest first");
    let notices = server.store.notices(server.owner, 9).await.unwrap();
    assert_eq!(notices.iter().map(|n| n.kind).collect::<Vec<_>>(), [NoticeKind::PinLocked]);
    let both = [all[0].clone(), all[2].clone()];
    session.choose(&here, &both, &typed(one, PIN)).await.unwrap();
    server.is(one, JobState::Completed).await;
    server.is(plain, JobState::Completed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_can_try_or_lock_a_job_of_somebody_else() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold_with_pin(PIN).await;
    let mut other = server.clone();
    other.owner = super::machine_tests::person(&server, "bo").await;
    let mut session = open(&other, tapped(&other, printer, StationPolicy::Choose).await).await;
    for pin in [WRONG, PIN] {
        let chosen = session.choose(&id_of(printer), &[id(job)], &typed(job, pin)).await;
        assert!(matches!(chosen, Err(ReleaseError::Unfit(WishRefusal::NotYours))), "{chosen:?}");
    }
    let trail = server.store.audit_of(&format!("job:{job}"), 9).await.unwrap();
    let outcomes: Vec<_> = trail.iter().map(|event| event.outcome.as_str()).collect();
    assert_eq!(outcomes, ["refused: not theirs"; 2]);
    assert_eq!(state(&server, job).await, JobState::Held);
    let owner = OwnerId::Person(server.owner);
    let now = server.release_parts().clock.now();
    let tries = server.store.password_tries(owner, now, 9).await.unwrap();
    assert_eq!(tries[&job], 5);
}

fn id_of(printer: PrinterId) -> Id {
    Id::cut(printer.to_string())
}
