//! PINs of jobs: nothing lets a job go without its own, and wrong ones lock it for an hour.

use print_core::{Clock, JobId, JobState, OwnerId};
use store::{
    Cancelled, ClaimRequest, JobPassword, JobsToClaim, LOCKED_SECONDS, NewJob, NoticeKind,
    PasswordEncryption, PasswordTry, WRONG_PINS_MAX,
};

use crate::scene::{Scene, for_each_database, keyword};

const PASSWORD: JobPassword =
    JobPassword { encryption: PasswordEncryption::Sha2_256, verifier: [5; 32] };

fn with_pin(scene: &Scene) -> NewJob {
    NewJob { password: Some(PASSWORD), ..scene.new_job() }
}

async fn held_with_pin(scene: &Scene) -> JobId {
    scene.clock.advance(1);
    scene.store.intake(with_pin(scene), scene.document()).await.expect("intake").id
}

async fn tries_left(scene: &Scene, job: JobId) -> Option<u32> {
    let now = scene.clock.now();
    let tries = scene.store.password_tries(scene.owner, now, 100).await.expect("a list");
    tries.get(&job).copied()
}

/// How many more wrong ones there may be, counted as the last one is; nothing when the job is locked.
async fn type_wrong(scene: &Scene, job: JobId) -> Option<u32> {
    match scene.store.try_password(job, scene.clock.now()).await.expect("a look") {
        Some(PasswordTry::Counted { password, left }) => {
            assert_eq!(password, PASSWORD);
            Some(left)
        }
        Some(PasswordTry::Locked) => None,
        None => panic!("the job has a PIN"),
    }
}

async fn claimed(scene: &Scene, request: ClaimRequest) -> Vec<JobId> {
    let release = scene.store.claim(request).await.expect("a claim");
    release.claimed.iter().map(|claimed| claimed.job.id).collect()
}

#[test]
fn a_job_with_a_pin_goes_only_when_it_is_named_with_its_pin() {
    for_each_database(|scene| async move {
        let locked = held_with_pin(&scene).await;
        let other = held_with_pin(&scene).await;
        let open = scene.held().await;
        let record = scene.store.job(locked).await.expect("the job");
        assert!(record.password_wait && !scene.store.job(open).await.expect("a job").password_wait);
        let list = || JobsToClaim::List(vec![locked, other, open]);
        for (tap, which) in [(1, JobsToClaim::First), (1, JobsToClaim::All)] {
            let wanted = if which == JobsToClaim::First { vec![open] } else { vec![] };
            let request = scene.claim(Some(scene.tap(tap)), which);
            assert_eq!(claimed(&scene, request).await, wanted);
        }
        assert_eq!(claimed(&scene, scene.claim(Some(scene.tap(2)), list())).await, []);
        // What is proven and not named stays, too.
        let unnamed = JobsToClaim::List(vec![open]);
        let request = scene.claim(Some(scene.tap(2)), unnamed);
        assert_eq!(claimed(&scene, ClaimRequest { proven: vec![locked], ..request }).await, []);
        assert_eq!(scene.state(locked).await, JobState::Held);
        let request = scene.claim(Some(scene.tap(2)), list());
        let proven = ClaimRequest { proven: vec![locked], ..request };
        assert_eq!(claimed(&scene, proven).await, [locked], "and not the other one");
        assert_eq!(scene.state(other).await, JobState::Held);
        scene.assert_whole().await;
    });
}

#[test]
fn wrong_pins_lock_a_job_for_an_hour_however_many_stations_ask_at_once() {
    for_each_database(|scene| async move {
        let (job, open) = (held_with_pin(&scene).await, scene.held().await);
        assert_eq!(tries_left(&scene, job).await, Some(WRONG_PINS_MAX));
        assert_eq!(scene.store.try_password(open, scene.clock.now()).await.expect("a look"), None);
        assert_eq!(type_wrong(&scene, job).await, Some(4));
        assert_eq!(tries_left(&scene, job).await, Some(4));
        scene.store.password_was_right(job).await.expect("a change");
        assert_eq!(tries_left(&scene, job).await, Some(WRONG_PINS_MAX), "the right one forgets");

        let mut tasks = Vec::new();
        for _ in 0..12 {
            let (store, now) = (scene.store.clone(), scene.clock.now());
            tasks.push(tokio::spawn(async move { store.try_password(job, now).await }));
        }
        let mut left = Vec::new();
        for task in tasks {
            match task.await.expect("no panic").expect("a look") {
                Some(PasswordTry::Counted { left: more, .. }) => left.push(more),
                other => assert_eq!(other, Some(PasswordTry::Locked)),
            }
        }
        left.sort_unstable();
        assert_eq!(left, [0, 1, 2, 3, 4], "each try was counted once");
        assert_eq!(tries_left(&scene, job).await, Some(0));
        scene.clock.advance(LOCKED_SECONDS - 1);
        assert_eq!(type_wrong(&scene, job).await, None, "locked, and that prolongs nothing");
        scene.clock.advance(1);
        assert_eq!(tries_left(&scene, job).await, Some(WRONG_PINS_MAX));
        assert_eq!(type_wrong(&scene, job).await, Some(4));
        let told = scene.store.tell(scene.person, NoticeKind::PinLocked, scene.clock.now()).await;
        assert!(told.expect("a notice"));
        let notices = scene.store.notices(scene.person, 9).await.expect("notices");
        assert_eq!(notices[0].kind, NoticeKind::PinLocked);
    });
}

#[test]
fn what_proves_a_pin_goes_with_its_job_however_that_ends() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let cancelled = held_with_pin(&scene).await;
        let aborted = store.begin_incoming(with_pin(&scene)).await.expect("incoming").id;
        let stale = store.begin_incoming(with_pin(&scene)).await.expect("incoming").id;
        let completed = store.begin_incoming(with_pin(&scene)).await.expect("incoming").id;
        let now = scene.clock.now();
        let expires_at = now.plus_seconds(60);
        let whole = store.document_complete(completed, scene.document(), now, expires_at).await;
        assert!(whole.expect("a change"));
        assert!(store.job(completed).await.expect("the job").password_wait, "it came in two steps");
        let reason = keyword("job-canceled-by-user");
        let ended = store.cancel_job(cancelled, &reason, now).await.expect("a change");
        assert_eq!(ended, Cancelled::Done);
        let reason = keyword("submission-interrupted");
        assert!(store.abort_incoming(aborted, &reason, None, now).await.expect("a change"));
        scene.assert_whole().await;
        // The same node starts again; nobody goes on with what was arriving.
        let again = crate::scene::open(&scene.url, "a", &scene.clock).await;
        assert_eq!(again.abort_stale_incoming(9).await.expect("a change"), [stale]);
        let due = again.documents_due(scene.clock.now(), 9).await.expect("a list");
        let mut jobs: Vec<_> = due.into_iter().map(|due| due.job).collect();
        jobs.sort_unstable();
        let mut wanted = vec![cancelled, aborted, stale];
        wanted.sort_unstable();
        assert_eq!(jobs, wanted);
        for job in jobs {
            again.destroy_document(job).await.expect("a change");
            assert_eq!(
                again.try_password(job, now).await.expect("a look"),
                Some(PasswordTry::Locked)
            );
        }
        let tries = again.password_tries(scene.owner, now, 9).await.expect("a list");
        assert_eq!(tries.into_keys().collect::<Vec<_>>(), [completed]);
        let nobody = again.password_tries(OwnerId::Group(print_core::GroupId::new()), now, 9).await;
        assert!(nobody.expect("a list").is_empty());
        let invariants = again.invariants().await.expect("the invariants");
        assert!(invariants.is_whole(), "{invariants:?}");
        again.close().await;
    });
}
