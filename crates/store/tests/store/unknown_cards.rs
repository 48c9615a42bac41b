//! Stations with unknown cards: how many, how long a station is locked for them, who is told where there is no screen.

use print_core::job::{EndedBy, Printed};
use print_core::{Clock, JobEvent, StationId, Usage};
use store::{
    AtReader, ClaimedJob, EndAttempt, JobsToClaim, NoticeKind, StationLock, StationReader, Step,
    TapKey, UNKNOWN_PER_DAY, UnknownNoted,
};

use crate::scene::{Scene, for_each_database, nothing};

const MINUTE: i64 = 60;

async fn unknown(scene: &Scene, station: StationId, is_minute_full: bool) -> UnknownNoted {
    scene.store.note_unknown_card(station, is_minute_full).await.expect("a count")
}

async fn events(scene: &Scene, station: StationId) -> Vec<String> {
    let trail = scene.store.audit_of(&format!("station:{station}"), 1_000).await.expect("a trail");
    trail.into_iter().map(|event| event.event).collect()
}

#[test]
fn each_lock_is_twice_as_long_as_the_one_before_and_ends_by_itself() {
    for_each_database(|scene| async move {
        let station = scene.add_station(scene.printers[0]).await;
        let mut minutes = Vec::new();
        for _ in 0..8 {
            // Few enough for every hour.
            scene.clock.advance(2 * 3_600);
            let now = scene.clock.now();
            let Some(StationLock::Until(until)) = unknown(&scene, station, true).await.lock else {
                panic!("it is locked for a time");
            };
            minutes.push(until.micros_since(now) / 60_000_000);
            let guard = scene.store.station(station).await.expect("a station").guard;
            assert!(guard.is_locked(now) && !guard.is_locked(until));
        }
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60]);
        scene.clock.advance(24 * 3_600);
        let now = scene.clock.now();
        let again = StationLock::Until(now.plus_seconds(MINUTE));
        assert_eq!(unknown(&scene, station, true).await.lock, Some(again), "a day later");
    });
}

#[test]
fn patience_gives_no_more_tries_and_the_house_is_told_long_before_the_lock_for_good() {
    for_each_database(|scene| async move {
        let station = scene.add_station(scene.printers[0]).await;
        let mut locks = Vec::new();
        let mut alarms = Vec::new();
        // Nine a minute for ever: never ten within one.
        for card in 1..=UNKNOWN_PER_DAY {
            let guard = scene.store.station(station).await.expect("a station").guard;
            if let Some(until) = guard.locked_until.filter(|_| guard.is_locked(scene.clock.now())) {
                scene.clock.advance(until.micros_since(scene.clock.now()) / 1_000_000);
            }
            scene.clock.advance(7);
            let noted = unknown(&scene, station, false).await;
            alarms.extend(noted.is_alarm.then_some(card));
            locks.extend(noted.lock.map(|lock| (card, lock == StationLock::ForGood)));
        }
        assert_eq!(alarms, [5, 35, 50, 65, 95]);
        assert_eq!(locks, [(30, false), (60, false), (90, false), (100, true)]);
        scene.clock.advance(30 * 24 * 3_600);
        let guard = scene.store.station(station).await.expect("a station").guard;
        assert!(guard.is_locked(scene.clock.now()) && guard.locked_until.is_none());
        let events = events(&scene, station).await;
        assert_eq!(events.iter().filter(|event| *event == "station-lock").count(), 4);
        assert_eq!(events.iter().filter(|event| *event == "station-unknown-cards").count(), 5);
        assert!(scene.store.unlock_station(station, "os:0").await.expect("unlocked"));
        let guard = scene.store.station(station).await.expect("a station").guard;
        assert!(!guard.is_locked(scene.clock.now()));
        assert_eq!(unknown(&scene, station, true).await.unknown.day(scene.clock.now()), 1);
    });
}

async fn let_go_at(scene: &Scene, station: StationId) -> ClaimedJob {
    scene.held().await;
    let tap = TapKey { station, boot_id: "boot-1".into(), tap: scene.clock.now().micros() };
    let request = scene.claim(Some(tap), JobsToClaim::All);
    let claimed = scene.store.claim(request).await.expect("a claim").claimed;
    claimed.into_iter().next().expect("the held job")
}

async fn end(scene: &Scene, job: &ClaimedJob, event: JobEvent, usage: Usage, goes_on: bool) {
    let (attempt, fence, at) = (job.attempt, job.fence, scene.clock.now());
    let end = EndAttempt { attempt, fence, event, usage, at, reason: None, goes_on };
    scene.store.end_attempt(end).await.expect("an end");
}

#[test]
fn what_becomes_of_a_print_at_a_reader_without_a_screen_is_told_in_the_commit_of_its_end() {
    for_each_database(|scene| async move {
        let (screen, alone) = (
            scene.add_station(scene.printers[0]).await,
            scene.add_station(scene.printers[0]).await,
        );
        for (station, is_alone) in [(screen, false), (alone, true)] {
            let note = scene.store.note_station_reader(station, StationReader::Ready, is_alone);
            note.await.expect("a note");
        }
        let told = || async {
            let notices = scene.store.notices(scene.person, 100).await.expect("an inbox");
            notices.into_iter().map(|notice| notice.kind).collect::<Vec<_>>()
        };
        let failed = let_go_at(&scene, screen).await;
        end(&scene, &failed, JobEvent::HandBack, nothing(), false).await;
        assert_eq!(told().await, [], "the screen says so");

        let first = let_go_at(&scene, alone).await;
        assert_eq!(first.station, Some(alone), "a second try is of the same station");
        end(&scene, &first, JobEvent::HandBack, nothing(), true).await;
        assert_eq!(told().await, [], "another try follows");
        let second = let_go_at(&scene, alone).await;
        end(&scene, &second, JobEvent::HandBack, nothing(), false).await;
        assert_eq!(told().await, [NoticeKind::AtReader(AtReader::Failed)]);

        scene.clock.advance(1);
        let third = let_go_at(&scene, alone).await;
        let created = Step::Created {
            printer_job_id: 41,
            printer_job_uuid: None,
            printer_up_time: None,
            blanks: 0,
        };
        for step in [created, Step::Stopped { reasons: "media-jam".into() }] {
            let at = scene.clock.now();
            scene.store.step(third.attempt, third.fence, step, at).await.expect("a step");
        }
        assert_eq!(told().await[0], NoticeKind::AtReader(AtReader::Stopped));
        scene.clock.advance(1);
        end(&scene, &third, JobEvent::OutcomeUnknown, Usage::UNKNOWN, false).await;
        assert_eq!(told().await[0], NoticeKind::AtReader(AtReader::Uncertain));

        scene.clock.advance(1);
        let fourth = let_go_at(&scene, alone).await;
        let by_owner = JobEvent::End { printed: Printed::Nothing, by: EndedBy::Owner };
        end(&scene, &fourth, by_owner, nothing(), false).await;
        assert_eq!(told().await.len(), 3, "whoever ended it knows");
    });
}
