//! Writes that share commits.

use print_core::JobState;
use store::StoreError;

use crate::scene::{MORNING, for_each_database};

#[test]
fn a_write_that_fails_does_not_spoil_the_others_of_its_batch() {
    for_each_database(|scene| async move {
        let known = scene.new_job();
        scene.store.intake(known.clone(), scene.document()).await.expect("intake");
        let mut tasks = Vec::new();
        for number in 0..200 {
            let mut job = scene.new_job();
            if number % 20 == 7 {
                job.id = known.id;
            }
            let (store, document) = (scene.store.clone(), scene.document());
            tasks.push(tokio::spawn(async move {
                let id = job.id;
                (id, store.intake(job, document).await)
            }));
        }
        let (mut accepted, mut refused) = (0, 0);
        for task in tasks {
            match task.await.expect("no panic") {
                (id, Ok(answer)) => {
                    assert_eq!(answer.id, id);
                    let job = scene.store.job_by_number(answer.number).await.expect("a look");
                    assert_eq!(job.expect("the job").id, id);
                    accepted += 1;
                }
                (id, Err(StoreError::Conflict)) => {
                    assert_eq!(id, known.id);
                    refused += 1;
                }
                (id, Err(error)) => panic!("{id}: {error}"),
            }
        }
        assert_eq!((accepted, refused), (190, 10));
        assert_eq!(scene.state(known.id).await, JobState::Held);
        scene.assert_whole().await;
    });
}

#[test]
fn a_write_that_was_done_before_and_whose_answer_was_lost_is_the_same_job_and_no_second_one() {
    for_each_database(|scene| async move {
        let (store, job, document) = (&scene.store, scene.new_job(), scene.document());
        let first = store.intake(job.clone(), document.clone()).await.expect("intake");
        let again = store.intake(job.clone(), document).await;
        assert!(again.is_ok_and(|again| again == first));
        let other = store.intake(job, scene.document()).await;
        assert!(matches!(other, Err(StoreError::Conflict)), "{other:?}");

        let (arriving, document) = (scene.new_job(), scene.document());
        let first = store.begin_incoming(arriving.clone()).await.expect("a job");
        assert!(store.begin_incoming(arriving).await.is_ok_and(|again| again == first));
        for _ in 0..2 {
            let done = store.document_complete(first.id, document.clone(), MORNING, MORNING);
            assert!(done.await.expect("an answer"));
        }
        let held = store.held_jobs(scene.owner, 10).await.expect("a list");
        assert_eq!(held.len(), 2);
        scene.assert_whole().await;
    });
}

#[test]
fn closing_answers_what_waits_and_refuses_what_comes_later() {
    for_each_database(|scene| async move {
        let mut tasks = Vec::new();
        for _ in 0..100 {
            let (store, job, document) = (scene.store.clone(), scene.new_job(), scene.document());
            tasks.push(tokio::spawn(async move { store.intake(job, document).await }));
        }
        tokio::task::yield_now().await;
        scene.store.close().await;
        let mut accepted = 0;
        for task in tasks {
            match task.await.expect("no panic") {
                Ok(_) => accepted += 1,
                Err(error) => assert!(matches!(error, StoreError::Unavailable(_)), "{error}"),
            }
        }
        let late = scene.store.intake(scene.new_job(), scene.document()).await;
        assert!(matches!(late, Err(StoreError::Unavailable(_))));
        let store = crate::scene::open(&scene.url, "a", &scene.clock).await;
        let held = store.held_jobs(scene.owner, 1_000).await.expect("a list");
        assert_eq!(held.len(), accepted, "what was answered is there, and nothing else");
        store.close().await;
    });
}
