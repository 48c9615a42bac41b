//! Sessions that are opened by a code, and queues that demand their people's PIN.

use print_core::{CodeId, JobId, JobState, Ticket};
use real_parts::virtual_mfp::Mfp;
use station_protocol::{
    Id, JobCard, JobOptions, JobPin, Pin, RefusedReason, ReleaseOptions, ServerMessage, WhosePin,
};
use store::{CodePurpose, NewPersonCode, NoticeKind, Opener, StationPolicy};
use texts::sentences::{PinRefusal, WishRefusal};

use super::tests::{again, open, tapped};
use super::{OpenTap, PinRefused, ReleaseError, Session};
use crate::delivery::tests::house::{House, Server};
use crate::proofs::own_pins;

const PIN: &str = "4711081547110815";
const WRONG: &str = "1111222233334444";

fn id(job: JobId) -> Id {
    Id::cut(job.to_string())
}

fn typed(job: JobId, pin: &str) -> ReleaseOptions {
    let pin = JobPin { job: id(job), pin: Pin::parse(pin).unwrap() };
    ReleaseOptions { pins: vec![pin], jobs: Vec::new() }
}

fn why(result: Result<(), ReleaseError>) -> PinRefusal {
    match result {
        Err(ReleaseError::Pin(PinRefused { why, .. })) => why,
        other => panic!("{other:?}"),
    }
}

async fn demand_pin(server: &Server) {
    let queue = server.store.queues().await.unwrap().remove(0).id;
    server.store.demand_pin(queue, true, "os:0").await.unwrap();
}

async fn set_pin(server: &Server, by: &str) {
    let keys = server.release_parts().keys;
    let verifier = own_pins::sealed(&keys, server.owner, PIN).await.unwrap();
    server.store.set_own_pin(server.owner, &verifier, by).await.unwrap();
}

async fn shown(session: &mut Session) -> station_protocol::Session {
    session.tell_again();
    match session.news().await.unwrap().remove(0) {
        ServerMessage::Session(session) => session,
        other => panic!("{other:?}"),
    }
}

fn card(session: &station_protocol::Session, job: JobId) -> JobCard {
    session.jobs.iter().find(|card| card.id == id(job)).expect("the job is shown").clone()
}

async fn state(server: &Server, job: JobId) -> JobState {
    server.store.job(job).await.unwrap().state
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_card_on_a_queue_with_pin_shows_no_title_and_lets_nothing_go() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    demand_pin(&server).await;
    let jobs = [server.hold(1, Ticket::default()).await, server.hold(1, Ticket::default()).await];
    let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    let mut session = open(&server, again(&tap)).await;
    let here = Id::cut(printer.to_string());
    let pin = card(&shown(&mut session).await, jobs[0]).pin.unwrap();
    assert_eq!((pin.tries_left, pin.whose), (0, WhosePin::PersonMissing), "there is none yet");
    let missing = session.choose(&here, &[id(jobs[0])], &typed(jobs[0], PIN)).await;
    assert_eq!(why(missing), PinRefusal::OwnMissing);

    set_pin(&server, &format!("person:{}", server.owner)).await;
    let told = shown(&mut session).await;
    let shown_card = card(&told, jobs[0]);
    assert_eq!(shown_card.pin.unwrap().whose, WhosePin::Person);
    let title = server.store.job(jobs[0]).await.unwrap().title;
    assert!(!told.jobs.iter().any(|job| job.title.contains(title.as_str())), "{told:?}");
    let unasked =
        session.choose(&here, &jobs.map(id), &ReleaseOptions::default()).await.unwrap_err();
    assert_eq!(unasked.reason(), RefusedReason::NotThisStation, "a station that does not ask");
    for left in [4, 3, 2, 1, 0] {
        let wrong = session.choose(&here, &jobs.map(id), &typed(jobs[0], WRONG)).await;
        assert_eq!(why(wrong), PinRefusal::OwnWrong { left });
    }
    let late = session.choose(&here, &jobs.map(id), &typed(jobs[0], PIN)).await;
    assert_eq!(why(late), PinRefusal::OwnLocked, "the right one comes too late");
    for job in jobs {
        assert_eq!(state(&server, job).await, JobState::Held);
    }
    let trail = server.store.audit_of(&format!("person:{}", server.owner), 9).await.unwrap();
    let wrong: Vec<_> = trail.iter().filter(|event| event.event == "own-pin").collect();
    assert_eq!(wrong.len(), 5);
    assert_eq!(wrong[0].outcome, "refused: wrong PIN, locked");
    assert!(!format!("{trail:?}").contains(WRONG));
    let notices = server.store.notices(server.owner, 9).await.unwrap();
    assert_eq!(notices[0].kind, NoticeKind::OwnPinLocked);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pin_is_typed_once_for_all_that_want_it_and_a_jobs_own_is_another() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    demand_pin(&server).await;
    set_pin(&server, &format!("person:{}", server.owner)).await;
    let jobs = [server.hold(1, Ticket::default()).await, server.hold(1, Ticket::default()).await];
    let locked = server.hold_with_pin("0815471108154711").await;
    let tap = tapped(&server, printer, StationPolicy::Choose).await;
    let mut session = open(&server, tap).await;
    shown(&mut session).await;
    let here = Id::cut(printer.to_string());
    session.choose(&here, &[id(jobs[0])], &typed(jobs[0], PIN)).await.unwrap();
    server.is(jobs[0], JobState::Completed).await;
    let told = shown(&mut session).await;
    assert_eq!(card(&told, jobs[1]).pin, None, "it was proved");
    assert_eq!(card(&told, locked).pin.unwrap().whose, WhosePin::Job);
    let title = server.store.job(locked).await.unwrap().title;
    assert_eq!(&*card(&told, locked).title, title.as_str(), "it was proved");
    session.choose(&here, &[id(jobs[1])], &ReleaseOptions::default()).await.unwrap();
    server.is(jobs[1], JobState::Completed).await;
    let asked = session.choose(&here, &[id(locked)], &ReleaseOptions::default()).await;
    assert_eq!(why(asked), PinRefusal::NotAsked);
    assert_eq!(state(&server, locked).await, JobState::Held);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_card_reads_no_title_of_a_job_with_its_own_pin_or_on_its_way() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    demand_pin(&server).await;
    set_pin(&server, &format!("person:{}", server.owner)).await;
    let locked = server.hold_with_pin("0815471108154711").await;
    let job = server.hold(1, Ticket::default()).await;
    let title = server.store.job(job).await.unwrap().title;
    let here = Id::cut(printer.to_string());
    let tap = tapped(&server, printer, StationPolicy::Choose).await;
    let mut owner = open(&server, again(&tap)).await;
    shown(&mut owner).await;
    owner.choose(&here, &[id(job)], &typed(job, PIN)).await.unwrap();
    // The same tap after a lost connection: the PIN was typed in another session.
    let mut session = open(&server, tap).await;
    let told = shown(&mut session).await;
    assert_eq!(card(&told, locked).pin.unwrap().whose, WhosePin::Job);
    assert!(!told.jobs.iter().any(|job| job.title.contains(title.as_str())), "{told:?}");
    let wrong = session.choose(&here, &[id(locked)], &typed(locked, WRONG)).await;
    let Err(ReleaseError::Pin(wrong)) = wrong else { panic!("{wrong:?}") };
    assert!(!wrong.title.contains(title.as_str()), "{wrong:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copied_card_deletes_nothing_that_needs_a_pin() {
    let (_house, server) = House::open().await;
    let printer = server.add_printer("ipp://127.0.0.1:9/ipp/print").await;
    demand_pin(&server).await;
    let jobs = [server.hold(1, Ticket::default()).await, server.hold(1, Ticket::default()).await];
    let locked = server.hold_with_pin("0815471108154711").await;
    let tap = tapped(&server, printer, StationPolicy::Choose).await;
    let mut session = open(&server, tap).await;
    let [right, wrong] = [PIN, WRONG].map(|typed| Pin::parse(typed).unwrap());
    // Before anything was shown, and with a PIN where there is none.
    for pin in [None, Some(&right)] {
        assert_eq!(why(session.delete(&id(jobs[0]), pin).await), PinRefusal::OwnMissing);
    }
    set_pin(&server, &format!("person:{}", server.owner)).await;
    assert!(card(&shown(&mut session).await, jobs[0]).terms.can_delete, "where it is asked for");
    let refused = session.delete(&id(jobs[0]), Some(&wrong)).await;
    assert_eq!(why(refused), PinRefusal::OwnWrong { left: 4 });
    assert_eq!(why(session.delete(&id(locked), None).await), PinRefusal::NotAsked);
    for job in [jobs[0], jobs[1], locked] {
        assert_eq!(state(&server, job).await, JobState::Held);
    }
    session.delete(&id(jobs[0]), Some(&right)).await.unwrap();
    session.delete(&id(jobs[1]), None).await.expect("it was typed here");
    let own = Pin::parse("0815471108154711").unwrap();
    session.delete(&id(locked), Some(&own)).await.unwrap();
    for job in [jobs[0], jobs[1], locked] {
        assert_eq!(state(&server, job).await, JobState::Canceled);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_out_by_a_pin_is_had_once_more_only_when_it_is_typed_again() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    let plain = server.hold(1, Ticket::default()).await;
    let here = Id::cut(printer.to_string());
    let tap = tapped(&server, printer, StationPolicy::Choose).await;
    let mut session = open(&server, again(&tap)).await;
    session.choose(&here, &[id(job)], &ReleaseOptions::default()).await.unwrap();
    server.is(job, JobState::Completed).await;
    demand_pin(&server).await;
    set_pin(&server, &format!("person:{}", server.owner)).await;

    let mut tap = tap;
    tap.key.tap += 1;
    let mut session = open(&server, tap).await;
    let told = shown(&mut session).await;
    assert!(told.recent.is_empty(), "nor is its title read: {told:?}");
    session.choose(&here, &[id(plain)], &typed(plain, PIN)).await.unwrap();
    let recent = shown(&mut session).await.recent;
    assert_eq!(recent.iter().map(|card| card.id.clone()).collect::<Vec<_>>(), [id(job)]);
    let ended_at = server.store.job(job).await.unwrap().ended_at.unwrap().micros();
    let once_more = JobOptions { again: Some(ended_at), ..JobOptions::of(id(job)) };
    let options = ReleaseOptions { pins: Vec::new(), jobs: vec![once_more] };
    session.choose(&here, &[id(job)], &options).await.unwrap();
    let twice = server
        .wait("it is out twice", async || (server.booked(job).await.len() == 2).then_some(()));
    twice.await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_and_a_queue_with_pin_show_a_delegate_nothing() {
    let (_house, server) = House::open().await;
    let printer = server.add_printer("ipp://127.0.0.1:9/ipp/print").await;
    let job = server.hold(1, Ticket::default()).await;
    let mut bo = server.clone();
    bo.owner = super::machine_tests::person(&server, "bo").await;
    let until = server.release_parts().clock.now().plus_seconds(3_600);
    let by = format!("person:{}", server.owner);
    assert!(server.store.put_delegate(server.owner, bo.owner, until, &by).await.unwrap());
    let tap = tapped(&bo, printer, StationPolicy::Choose).await;
    let mut by_card = open(&bo, again(&tap)).await;
    assert_eq!(shown(&mut by_card).await.jobs.len(), 1);
    let code = NewPersonCode {
        id: CodeId::new(),
        person: bo.owner,
        purpose: CodePurpose::Open,
        station: tap.station.id,
        lookup: [7; 32],
        expires_at: until,
    };
    assert!(server.store.make_code(&code).await.unwrap());
    let mut by_code = open(&bo, OpenTap { opener: Opener::Code(code.id), ..tap }).await;
    assert!(shown(&mut by_code).await.jobs.is_empty(), "it opens nobody else's");
    let here = Id::cut(printer.to_string());
    let refused = by_code.choose(&here, &[id(job)], &ReleaseOptions::default()).await;
    assert!(matches!(refused, Err(ReleaseError::Unfit(WishRefusal::NotYours))), "{refused:?}");

    demand_pin(&server).await;
    set_pin(&bo, &format!("person:{}", bo.owner)).await;
    assert!(shown(&mut by_card).await.jobs.is_empty(), "the PIN is its owner's");
    let refused = by_card.choose(&here, &[id(job)], &typed(job, PIN)).await;
    assert!(matches!(refused, Err(ReleaseError::Unfit(_))), "{refused:?}");
    assert_eq!(state(&server, job).await, JobState::Held);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_that_is_said_again_after_a_lost_connection_costs_one_try() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let parts = server.release_parts();
    let job = server.hold_with_pin("0815471108154711").await;
    let tap = tapped(&server, printer, StationPolicy::Choose).await;
    let here = Id::cut(printer.to_string());
    for (tap, left) in [(again(&tap), 4), (tap, 4)] {
        let mut session = Session::open(parts.clone(), tap).await.unwrap();
        let wrong = session.choose(&here, &[id(job)], &typed(job, WRONG)).await;
        assert_eq!(why(wrong), PinRefusal::Wrong { left });
    }
    let tries = server.store.password_tries(
        server.store.job(job).await.unwrap().owner,
        parts.clock.now(),
        9,
    );
    assert_eq!(tries.await.unwrap().get(&job), Some(&4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_that_the_helpdesk_set_opens_no_earlier_job() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    demand_pin(&server).await;
    let older = server.hold(1, Ticket::default()).await;
    set_pin(&server, "os:7").await;
    let newer = server.hold(1, Ticket::default()).await;
    let tap = tapped(&server, printer, StationPolicy::Choose).await;
    let mut session = open(&server, tap).await;
    let told = shown(&mut session).await;
    assert_eq!(card(&told, older).pin.unwrap().whose, WhosePin::PersonMissing);
    let here = Id::cut(printer.to_string());
    let refused = session.choose(&here, &[id(older)], &typed(older, PIN)).await;
    assert_eq!(why(refused), PinRefusal::OwnMissing);
    session.choose(&here, &[id(newer)], &typed(newer, PIN)).await.unwrap();
    server.is(newer, JobState::Completed).await;
    let refused = session.choose(&here, &[id(older)], &ReleaseOptions::default()).await;
    assert_eq!(why(refused), PinRefusal::OwnMissing, "though the PIN was proved here");
    assert_eq!(state(&server, older).await, JobState::Held);
    assert!(server.store.confirm_own_pin(server.owner).await.unwrap());
    shown(&mut session).await;
    session.choose(&here, &[id(older)], &typed(older, PIN)).await.unwrap();
    server.is(older, JobState::Completed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_opens_its_owners_own_jobs_and_ends_with_the_account() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    let tap = tapped(&server, printer, StationPolicy::AllAtOnce).await;
    let code = NewPersonCode {
        id: CodeId::new(),
        person: server.owner,
        purpose: CodePurpose::Open,
        station: tap.station.id,
        lookup: [7; 32],
        expires_at: server.release_parts().clock.now().plus_seconds(600),
    };
    assert!(server.store.make_code(&code).await.unwrap());
    let mut session = open(&server, OpenTap { opener: Opener::Code(code.id), ..tap }).await;
    server.is(job, JobState::Completed).await;
    let taps = server.store.taps_of(server.owner, 9).await.unwrap();
    assert_eq!(taps[0].opener, Some(Opener::Code(code.id)), "a tap of its own kind");
    shown(&mut session).await;
    let person = server.store.person(server.owner).await.unwrap();
    let leaver = store::DirectoryPerson {
        source: person.source,
        key: person.key,
        login: person.login,
        name: person.name,
        mail: None,
        language: person.language,
        department: person.department,
        disabled: true,
        groups: Vec::new(),
    };
    server.store.put_person(&leaver).await.unwrap();
    let here = Id::cut(printer.to_string());
    let gone = session.choose(&here, &[id(job)], &ReleaseOptions::default()).await;
    assert!(matches!(gone, Err(ReleaseError::Blocked)), "{gone:?}");
}
