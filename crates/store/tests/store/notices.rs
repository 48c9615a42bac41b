//! Notices: who is told what and how often, and each mail to one process at a time.

use print_core::{Clock, OwnerId, Timestamp};
use store::{DirectoryPerson, MailEnd, NoticeKind, Refused};

use crate::scene::{MORNING, Scene, for_each_database, keyword, open, person};

const HOUR: i64 = 3_600;
const TOLD: NoticeKind = NoticeKind::JobRefused(Refused::Password);

async fn kinds(scene: &Scene) -> Vec<NoticeKind> {
    let notices = scene.store.notices(scene.person, 100).await.expect("an inbox");
    notices.into_iter().map(|notice| notice.kind).collect()
}

async fn give_address(scene: &Scene) {
    let with_mail = DirectoryPerson {
        mail: Some("anna@example.org".into()),
        ..person("anna", Some(scene.department))
    };
    scene.store.put_person(&with_mail).await.expect("a person with an address");
}

#[test]
fn of_one_kind_a_person_is_told_once_an_hour() {
    for_each_database(async |scene| {
        let Scene { store, person, .. } = &scene;
        let tell = async |kind, at| store.tell(*person, kind, at).await.expect("an answer");
        assert!(tell(TOLD, MORNING).await);
        let other_reason = NoticeKind::JobRefused(Refused::Format);
        assert!(!tell(other_reason, MORNING.plus_seconds(HOUR - 1)).await);
        assert!(tell(NoticeKind::ExpiresSoon, MORNING.plus_seconds(1)).await);
        assert!(tell(other_reason, MORNING.plus_seconds(HOUR)).await);
        assert_eq!(kinds(&scene).await, [other_reason, NoticeKind::ExpiresSoon, TOLD]);
        // Nobody wrote down an address, so there is nothing to send.
        assert_eq!(store.next_mail().await.expect("an answer"), None);
        assert_eq!(store.read_notices(*person, MORNING.plus_seconds(1)).await.expect("read"), 2);
        let read = store.notices(*person, 100).await.expect("an inbox");
        assert_eq!(
            read.iter().map(|notice| notice.is_read).collect::<Vec<_>>(),
            [false, true, true]
        );
        assert_eq!(store.forget_notices(MORNING.plus_seconds(1), 10).await.expect("forgotten"), 1);
    });
}

#[test]
fn who_has_left_is_told_nothing() {
    for_each_database(async |scene| {
        let gone = DirectoryPerson { disabled: true, ..person("anna", None) };
        scene.store.put_person(&gone).await.expect("a person who has left");
        assert!(!scene.store.tell(scene.person, TOLD, MORNING).await.expect("an answer"));
    });
}

#[test]
fn an_owner_is_told_once_that_held_jobs_expire_within_four_hours() {
    for_each_database(async |scene| {
        let job = scene.held().await;
        scene.held().await;
        let mut short = scene.new_job();
        short.expires_at = scene.clock.now().plus_seconds(2 * HOUR);
        scene.store.intake(short, scene.document()).await.expect("a job of a quick queue");
        let tell = async || {
            let now = scene.clock.now();
            scene.store.tell_of_expiry(now, 100).await.expect("a look")
        };
        assert_eq!(tell().await, 0, "one has three days, the other never had four hours");
        scene.clock.advance(68 * HOUR);
        assert_eq!(tell().await, 2);
        assert_eq!(tell().await, 0);
        scene.clock.advance(HOUR);
        assert_eq!(tell().await, 0, "also in the next hour");
        assert_eq!(kinds(&scene).await, [NoticeKind::ExpiresSoon]);
        // Kept longer, it is told again before its new end.
        let end = scene.clock.now().plus_seconds(24 * HOUR);
        assert!(scene.store.keep_longer(job, scene.owner, end).await.expect("an answer"));
        scene.clock.advance(21 * HOUR);
        assert_eq!(tell().await, 1);
        assert_eq!(kinds(&scene).await.len(), 2);
    });
}

#[test]
fn a_job_is_kept_longer_by_its_owner_only_and_not_for_ever() {
    for_each_database(async |scene| {
        let job = scene.held().await;
        let Scene { store, owner, .. } = &scene;
        let other = store.put_person(&person("bo", None)).await.expect("a person");
        let until = |days: i64| MORNING.plus_seconds(days * 24 * HOUR);
        let keep = async |owner: OwnerId, until: Timestamp| {
            store.keep_longer(job, owner, until).await.expect("an answer")
        };
        assert!(!keep(OwnerId::Person(other), until(5)).await, "it is somebody else's");
        assert!(!keep(*owner, until(1)).await, "that would be shorter");
        for days in [5, 7] {
            let choice = store.jobs_to_keep_longer(*owner, 10).await.expect("a list");
            assert!(choice.contains(&job));
            assert!(keep(*owner, until(days)).await);
        }
        assert!(!keep(*owner, until(9)).await, "twice is enough");
        assert!(store.jobs_to_keep_longer(*owner, 10).await.expect("a list").is_empty());
        assert_eq!(store.job(job).await.expect("the job").expires_at, until(7));
    });
}

#[test]
fn an_aborted_job_tells_its_owner_in_the_same_commit_and_only_if_it_was_aborted() {
    for_each_database(async |scene| {
        let reason = keyword("document-password-error");
        let new = scene.new_job();
        let job = scene.store.begin_incoming(new).await.expect("a row").id;
        let abort = async |at| {
            let tell = Some(Refused::Password);
            scene.store.abort_incoming(job, &reason, tell, at).await.expect("an answer")
        };
        assert!(abort(MORNING).await);
        assert_eq!(kinds(&scene).await, [TOLD]);
        assert!(!abort(MORNING.plus_seconds(2 * HOUR)).await);
        assert_eq!(kinds(&scene).await, [TOLD]);
    });
}

#[test]
fn a_mail_is_with_one_process_at_a_time_and_a_late_answer_changes_nothing() {
    for_each_database(async |scene| {
        give_address(&scene).await;
        let second = open(&scene.url, "b", &scene.clock).await;
        let store = &scene.store;
        assert!(store.tell(scene.person, TOLD, MORNING).await.expect("an answer"));
        let lease = MORNING.plus_seconds(60);
        let (one, other) =
            tokio::join!(store.take_mail(MORNING, lease, 10), second.take_mail(MORNING, lease, 10));
        let mut taken = one.expect("mail");
        taken.extend(other.expect("mail"));
        let [late] = taken[..] else { panic!("taken {} times", taken.len()) };
        // The first one was too slow; the second one takes over and is told to try again later.
        let then = MORNING.plus_seconds(61);
        let again = second.take_mail(then, then.plus_seconds(60), 10).await.expect("mail");
        assert_eq!((again.len(), again[0].id, again[0].attempt), (1, late.id, 2));
        assert!(!store.end_mail(&late, MailEnd::Sent, then).await.expect("an answer"));
        let due = then.plus_seconds(300);
        assert!(second.end_mail(&again[0], MailEnd::Later(due), then).await.expect("an answer"));
        assert_eq!(store.next_mail().await.expect("an answer"), Some(due));
        let last = store.take_mail(due, due.plus_seconds(60), 10).await.expect("mail");
        assert!(store.end_mail(&last[0], MailEnd::Sent, due).await.expect("an answer"));
        assert_eq!(store.mail_waiting().await.expect("a count"), 0);
        assert_eq!(store.next_mail().await.expect("an answer"), None);
        second.close().await;
    });
}
