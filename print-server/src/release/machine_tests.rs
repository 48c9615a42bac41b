//! A machine's jobs at a station: seen by its members, taken by one of them, once.

use print_core::{GroupId, JobId, JobState, Login, OwnerId, PersonId, PrinterId, Ticket};
use station_protocol::{Id, JobCard, ReleaseOptions, ServerMessage};
use store::{DirectoryPerson, Language, Machine, StationPolicy};
use texts::sentences::WishRefusal;

use super::tests::{open, tapped};
use super::{OpenTap, ReleaseError, Session};
use crate::delivery::tests::house::{House, Server};
use real_parts::virtual_mfp::Mfp;

pub async fn person(server: &Server, login: &str) -> PersonId {
    let person = DirectoryPerson {
        source: "file".into(),
        key: login.into(),
        login: Login::parse(login).unwrap(),
        name: login.into(),
        mail: None,
        language: Language::English,
        department: None,
        disabled: false,
        groups: Vec::new(),
    };
    server.store.put_person(&person).await.unwrap()
}

async fn machine(server: &Server, members: &[PersonId]) -> GroupId {
    let department = server.store.departments().await.unwrap().remove(0).id;
    let machine = Machine {
        id: GroupId::new(),
        name: "lab12".into(),
        networks: vec!["10.0.0.0/8".into()],
        department: Some(department),
        revoked_at: None,
    };
    server.store.put_machine(&machine).await.unwrap();
    for member in members {
        server.store.join_machine(machine.id, *member).await.unwrap();
    }
    machine.id
}

/// Somebody taps beside a printer of their own.
async fn taps(server: &Server, person: PersonId, printer: PrinterId) -> (OpenTap, Session) {
    let mut whose = server.clone();
    whose.owner = person;
    let tap = tapped(&whose, printer, StationPolicy::AllAtOnce).await;
    let session = open(server, super::tests::again(&tap)).await;
    (tap, session)
}

/// The jobs that the session shows.
async fn shown(session: &mut Session) -> Vec<JobCard> {
    session.tell_again();
    let mut news = session.news().await.unwrap();
    let ServerMessage::Session(session) = news.remove(0) else { panic!("{news:?}") };
    session.jobs
}

fn ids(jobs: &[JobId]) -> Vec<Id> {
    jobs.iter().map(|job| Id::cut(job.to_string())).collect()
}

/// What is not theirs is let go for nobody, and they are told.
fn refused(chosen: Result<(), ReleaseError>) {
    assert!(matches!(chosen, Err(ReleaseError::Unfit(WishRefusal::NotYours))), "{chosen:?}");
}

fn at(printer: PrinterId) -> Id {
    Id::cut(printer.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn three_members_see_a_machines_job_one_takes_it_and_a_fourth_person_never_sees_it() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let anna = server.owner;
    let (bo, cia, dan) =
        (person(&server, "bo").await, person(&server, "cia").await, person(&server, "dan").await);
    let lab12 = machine(&server, &[anna, bo, cia]).await;
    let own = server.hold(1, Ticket::default()).await;
    let job = server.hold_for(OwnerId::Group(lab12)).await;

    // A tap lets the person's own go, and leaves what a colleague may have printed.
    let (_tap, mut annas) = taps(&server, anna, printer).await;
    server.is(own, JobState::Completed).await;
    let cards = shown(&mut annas).await;
    let shared = cards.iter().find(|card| card.id == ids(&[job])[0]).unwrap();
    assert_eq!(shared.shared.as_ref().unwrap().to_string(), "lab12");
    assert!(cards.iter().all(|card| card.shared.is_some() || card.id == ids(&[own])[0]));
    assert_eq!(server.store.job(job).await.unwrap().state, JobState::Held);

    let (_tap, mut bos) = taps(&server, bo, printer).await;
    let (_tap, mut cias) = taps(&server, cia, printer).await;
    let (_tap, mut dans) = taps(&server, dan, printer).await;
    for session in [&mut bos, &mut cias] {
        assert_eq!(shown(session).await.len(), 1);
    }
    assert!(shown(&mut dans).await.is_empty());
    // Not even when somebody tells Dan its number.
    refused(dans.choose(&at(printer), &ids(&[job]), &ReleaseOptions::default()).await);
    assert_eq!(server.store.job(job).await.unwrap().state, JobState::Held);

    bos.choose(&at(printer), &ids(&[job]), &ReleaseOptions::default()).await.unwrap();
    server.is(job, JobState::Completed).await;
    for session in [&mut annas, &mut cias, &mut dans] {
        assert!(shown(session).await.iter().all(|card| card.shared.is_none()), "it is gone");
    }
    let late = cias.choose(&at(printer), &ids(&[job]), &ReleaseOptions::default()).await;
    assert!(matches!(late, Err(ReleaseError::Unfit(WishRefusal::Gone))), "she is told: {late:?}");
    assert_eq!(server.store.attempts_of_job(job).await.unwrap().len(), 1, "once");
    assert_eq!(server.booked(job).await.len(), 1);
    let department = server.store.machine(lab12).await.unwrap().department;
    let attempt = server.store.attempts_of_job(job).await.unwrap().remove(0);
    assert_eq!(attempt.department, department, "the machine pays");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_made_a_member_later_opens_no_earlier_job() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let lab12 = machine(&server, &[server.owner]).await;
    let earlier = server.hold_for(OwnerId::Group(lab12)).await;
    let late = person(&server, "late").await;
    server.store.join_machine(lab12, late).await.unwrap();
    let later = server.hold_for(OwnerId::Group(lab12)).await;

    let (_tap, mut session) = taps(&server, late, printer).await;
    let seen: Vec<Id> = shown(&mut session).await.into_iter().map(|card| card.id).collect();
    assert_eq!(seen, ids(&[later]));
    let both = ids(&[earlier, later]);
    refused(session.choose(&at(printer), &both, &ReleaseOptions::default()).await);
    server.is(later, JobState::Completed).await;
    assert_eq!(server.store.job(earlier).await.unwrap().state, JobState::Held);
}

#[tokio::test(flavor = "multi_thread")]
async fn own_jobs_and_a_machines_are_taken_together_and_not_after_one_has_left_the_group() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let lab12 = machine(&server, &[server.owner]).await;
    let tap = tapped(&server, printer, StationPolicy::Choose).await;
    let (own, job) =
        (server.hold(1, Ticket::default()).await, server.hold_for(OwnerId::Group(lab12)).await);
    let late = server.hold_for(OwnerId::Group(lab12)).await;
    let mut session = open(&server, tap).await;
    assert_eq!(shown(&mut session).await.len(), 3);
    session.choose(&at(printer), &ids(&[own, job]), &ReleaseOptions::default()).await.unwrap();
    server.is(own, JobState::Completed).await;
    server.is(job, JobState::Completed).await;
    assert!(server.store.leave_machine(lab12, server.owner).await.unwrap());
    refused(session.choose(&at(printer), &ids(&[late]), &ReleaseOptions::default()).await);
    assert_eq!(server.store.job(late).await.unwrap().state, JobState::Held);
}
