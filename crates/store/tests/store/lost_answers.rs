//! A commit whose answer is lost together with the database.

use std::time::Duration;

use print_core::JobState;
use real_parts::lost_answer::LostAnswer;
use real_parts::postgres::Postgres;
use real_parts::waiting;
use sqlx::{Connection, PgConnection};
use store::{Accepted, DatabaseUrl, JobsToClaim, NewJob, StoreError, StoredDocument, Withdrawn};

use crate::scene::{MORNING, Scene, for_each_database};

const LIMIT: Duration = Duration::from_secs(30);

/// A scene on PostgreSQL, reached through a relay; and the way past the relay.
async fn scene() -> (Scene, LostAnswer, String) {
    let direct = Postgres::shared().create_database();
    let (relay, url) = LostAnswer::before(&direct);
    (Scene::new(DatabaseUrl::parse(&url).expect("a URL")).await, relay, direct)
}

fn wait_until(what: &str, ready: impl FnMut() -> bool) {
    tokio::task::block_in_place(|| waiting::wait_until(what, LIMIT, ready));
}

/// Begins to take a job in whose commit is done and never answered.
fn intake_without_answer(
    scene: &Scene,
    relay: &LostAnswer,
    job: &NewJob,
    document: StoredDocument,
) -> tokio::task::JoinHandle<store::Result<Accepted>> {
    relay.lose_the_commit_of(&job.id.to_string());
    let (store, job) = (scene.store.clone(), job.clone());
    tokio::spawn(async move { store.intake(job, document).await })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_waits_while_the_database_is_away_and_hears_what_was_committed() {
    let (scene, relay, _) = scene().await;
    let job = scene.new_job();
    let intake = intake_without_answer(&scene, &relay, &job, scene.document());
    wait_until("a look whether the database is back", || relay.refused() > 0);
    relay.mend();
    let accepted = intake.await.expect("no panic").expect("the job is there");
    let held = scene.store.held_jobs(scene.owner, 10).await.expect("a list");
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].id, held[0].number), (accepted.id, accepted.number));
    scene.assert_whole().await;
    scene.store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_was_refused_in_doubt_goes_when_it_turns_out_to_be_there() {
    let (scene, relay, _) = scene().await;
    let job = scene.new_job();
    let intake = intake_without_answer(&scene, &relay, &job, scene.document());
    let refused = intake.await.expect("no panic");
    assert!(matches!(refused, Err(StoreError::InDoubt)), "{refused:?}");
    let early = scene.store.withdraw(job.id, Some(&job), MORNING).await;
    assert!(early.is_err_and(|error| error.is_temporary()), "nothing can be known yet");

    relay.mend();
    for _ in 0..2 {
        let withdrawn = scene.store.withdraw(job.id, Some(&job), MORNING).await;
        assert_eq!(withdrawn.expect("an answer"), Withdrawn::Ended);
    }
    assert_eq!(scene.state(job.id).await, JobState::Canceled);
    let due = scene.store.documents_due(MORNING, 10).await.expect("a list");
    assert_eq!(due.len(), 1, "its document is shredded");
    scene.assert_whole().await;
    scene.store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_never_called_gone_while_its_commit_may_still_be_on_its_way() {
    let (scene, _relay, direct) = scene().await;
    let known = scene.held().await;
    for (is_committed, number) in [(true, 1_000_000), (false, 2_000_000)] {
        let job = scene.new_job();
        // Another connection has written the row and not committed it.
        let mut other = PgConnection::connect(&direct).await.expect("a connection");
        let mut transaction = other.begin().await.expect("a transaction");
        let copy = format!(
            "CREATE TEMPORARY TABLE copied ON COMMIT DROP AS SELECT * FROM job WHERE id = '{known}';
             UPDATE copied SET id = '{}', number = {number};
             INSERT INTO job SELECT * FROM copied",
            job.id
        );
        sqlx::raw_sql(sqlx::AssertSqlSafe(copy)).execute(&mut *transaction).await.expect("a row");
        let (store, new) = (scene.store.clone(), job.clone());
        let asked = tokio::spawn(async move { store.withdraw(new.id, Some(&new), MORNING).await });
        let waits = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND \
                     datname = current_database()";
        let mut looking = PgConnection::connect(&direct).await.expect("a connection");
        let mut waiting = 0_i64;
        while waiting == 0 {
            assert!(!asked.is_finished(), "it did not wait for the other transaction");
            waiting = sqlx::query_scalar(waits).fetch_one(&mut looking).await.expect("a count");
        }
        if is_committed {
            transaction.commit().await.expect("a commit");
            assert!(matches!(asked.await.expect("no panic"), Err(StoreError::Busy)));
            let again = scene.store.withdraw(job.id, Some(&job), MORNING).await;
            assert_eq!(again.expect("an answer"), Withdrawn::Ended);
        } else {
            transaction.rollback().await.expect("a rollback");
            assert_eq!(asked.await.expect("no panic").expect("an answer"), Withdrawn::Never);
            let found = scene.store.job(job.id).await;
            assert!(matches!(found, Err(StoreError::NotFound)), "nothing of the look stays");
        }
    }
    scene.store.close().await;
}

fn created() -> store::Step {
    store::Step::Created {
        printer_job_id: 1,
        printer_job_uuid: None,
        printer_up_time: None,
        blanks: 0,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_whose_claim_was_not_answered_gets_the_jobs_that_it_claimed_in_their_order() {
    let (scene, relay, _) = scene().await;
    let jobs = [scene.held().await, scene.held().await, scene.held().await];
    // Once for the first job alone, once for the others.
    let mut claimed = Vec::new();
    for which in [JobsToClaim::First, JobsToClaim::All] {
        let tap = store::TapKey { boot_id: "boot-of-this-test".into(), ..scene.tap(1) };
        let request = scene.claim(Some(tap), which);
        relay.lose_the_commit_of("boot-of-this-test");
        let (store, looks) = (scene.store.clone(), relay.refused());
        let claim = tokio::spawn(async move { store.claim(request).await });
        wait_until("a look whether the database is back", || relay.refused() > looks);
        relay.mend();
        let release = claim.await.expect("no panic").expect("an answer");
        assert_eq!(release.earlier.len(), claimed.len(), "only what another word let go");
        claimed.extend(release.claimed);
    }
    assert_eq!(claimed.iter().map(|claimed| claimed.job.id).collect::<Vec<_>>(), jobs);
    let open = scene.store.my_open_attempts().await.expect("a list");
    assert_eq!(open.len(), jobs.len(), "each was claimed once");
    for claimed in &claimed {
        let (attempt, fence) = (claimed.attempt, claimed.fence);
        let step = scene.store.step(attempt, fence, created(), MORNING).await;
        assert!(matches!(step, Ok(store::Stepped::Done)), "{step:?}");
    }
    scene.assert_whole().await;
    scene.store.close().await;
}

#[test]
fn a_job_that_its_owner_let_go_meanwhile_is_left_alone() {
    for_each_database(|scene| async move {
        let job = scene.held().await;
        let claim = scene.claim(Some(scene.tap(1)), JobsToClaim::List(vec![job]));
        scene.store.claim(claim).await.expect("a claim");
        let withdrawn = scene.store.withdraw(job, None, MORNING).await.expect("an answer");
        assert_eq!(withdrawn, Withdrawn::LetGo);
        assert_eq!(scene.state(job).await, JobState::Released);

        let arriving = scene.new_job();
        scene.store.begin_incoming(arriving.clone()).await.expect("a job");
        let withdrawn = scene.store.withdraw(arriving.id, Some(&arriving), MORNING).await;
        assert_eq!(withdrawn.expect("an answer"), Withdrawn::Ended);
        assert_eq!(scene.state(arriving.id).await, JobState::Aborted);
        let never = scene.new_job();
        let withdrawn = scene.store.withdraw(never.id, Some(&never), MORNING).await;
        assert_eq!(withdrawn.expect("an answer"), Withdrawn::Never);
        scene.assert_whole().await;
    });
}
