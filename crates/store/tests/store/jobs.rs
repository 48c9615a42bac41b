//! Jobs: intake, lists, changes, documents.

use print_core::{JobId, JobState, OwnerId, PageCount, PersonId, Ticket};
use serde_json::json;
use store::{
    Cancelled, DocumentFacts, Holding, JobEdit, JobListing, JobsToClaim, NewJob, StoreError,
    WhichJobs,
};

use crate::scene::{MORNING, Scene, for_each_database, keyword, person};

#[test]
fn a_job_is_read_as_it_was_taken_in() {
    for_each_database(|scene| async move {
        let (job, document) = (scene.new_job(), scene.document());
        let accepted = scene.store.intake(job.clone(), document.clone()).await.expect("intake");
        let read = scene.store.job(job.id).await.expect("the job");
        assert_eq!((read.id, read.number), (job.id, accepted.number));
        assert_eq!((read.owner, read.queue), (job.owner, job.queue));
        assert_eq!((read.title, read.ticket), (job.title, job.ticket));
        assert_eq!((read.state, read.held_at), (JobState::Held, Some(job.created_at)));
        assert_eq!(read.location.as_ref(), Some(&document.location));
        assert_eq!((read.sha256, read.size_bytes), (Some(document.sha256), document.size_bytes));
        let key = scene.store.document_key(job.id).await.expect("a look").expect("a key");
        assert_eq!((key.wrapped, key.day), (document.wrapped_key, document.day));
        assert!(matches!(scene.store.job(JobId::new()).await, Err(StoreError::NotFound)));
        scene.assert_whole().await;
    });
}

#[test]
fn a_job_in_two_steps_is_held_when_its_document_is_whole() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let accepted = store.begin_incoming(scene.new_job()).await.expect("a job");
        assert_eq!(scene.state(accepted.id).await, JobState::Incoming);
        assert_eq!(store.arriving(scene.owner).await.expect("a count"), 1);
        assert!(store.held_jobs(scene.owner, 10).await.expect("a list").is_empty());
        let done = || store.document_complete(accepted.id, scene.document(), MORNING, MORNING);
        assert!(done().await.expect("an answer"));
        assert!(!done().await.expect("an answer"), "a document completes its job once");
        assert_eq!(store.held_jobs(scene.owner, 10).await.expect("a list").len(), 1);
        let late = store.begin_incoming(scene.new_job()).await.expect("a job");
        let reason = keyword("aborted-by-system");
        assert!(store.abort_incoming(late.id, &reason, None, MORNING).await.expect("an answer"));
        assert_eq!(scene.state(late.id).await, JobState::Aborted);
        scene.assert_whole().await;
    });
}

#[test]
fn what_waits_for_an_owner_is_weighed_and_the_look_stops_at_its_limit() {
    for_each_database(|scene| async move {
        let mut jobs = Vec::new();
        for _ in 0..3 {
            jobs.push(scene.held().await);
        }
        scene.store.begin_incoming(scene.new_job()).await.expect("a job");
        let holding = |limit| scene.store.holding(scene.owner, limit);
        let all = Holding { jobs: 4, size_bytes: 3 * 10_240 };
        assert_eq!(holding(10).await.expect("a look"), all);
        assert_eq!(holding(2).await.expect("a look").jobs, 2);
        let other = OwnerId::Person(PersonId::new());
        let nothing = Holding { jobs: 0, size_bytes: 0 };
        assert_eq!(scene.store.holding(other, 10).await.expect("a look"), nothing);
        // What is on its way to a printer waits no longer.
        let claim = scene.claim(None, JobsToClaim::List(jobs[..1].to_vec()));
        scene.store.claim(claim).await.expect("a claim");
        let rest = Holding { jobs: 3, size_bytes: 2 * 10_240 };
        assert_eq!(holding(10).await.expect("a look"), rest);
    });
}

#[test]
fn held_jobs_are_listed_in_the_order_of_their_coming_and_only_to_their_owner() {
    for_each_database(|scene| async move {
        let jobs = [scene.held().await, scene.held().await, scene.held().await];
        let ids = |list: Vec<store::JobRecord>| list.iter().map(|job| job.id).collect::<Vec<_>>();
        let held = scene.store.held_jobs(scene.owner, 10).await.expect("a list");
        assert_eq!(ids(held), jobs);
        assert_eq!(ids(scene.store.held_jobs(scene.owner, 2).await.expect("a list")), jobs[..2]);
        let other = scene.store.put_person(&person("bo", None)).await.expect("a person");
        let others = scene.store.held_jobs(OwnerId::Person(other), 10).await.expect("a list");
        assert!(others.is_empty());
    });
}

async fn list(scene: &Scene, which: WhichJobs, first_index: u32, limit: u32) -> Vec<JobId> {
    let mut lists = Vec::new();
    for owner in [None, Some(scene.owner)] {
        for queue in [None, Some(scene.queue)] {
            let listing = JobListing { which, owner, queue, first_index, limit };
            let jobs = scene.store.list_jobs(&listing).await.expect("a list");
            lists.push(jobs.iter().map(|job| job.id).collect::<Vec<_>>());
        }
    }
    assert!(lists.iter().all(|list| *list == lists[0]), "the filters give {lists:?}");
    lists.swap_remove(0)
}

#[test]
fn lists_of_jobs_are_stable_bounded_and_in_order() {
    for_each_database(|scene| async move {
        let mut jobs = Vec::new();
        for _ in 0..6 {
            jobs.push(scene.held().await);
        }
        for job in [jobs[1], jobs[4]] {
            scene.clock.advance(1);
            let now = print_core::Clock::now(scene.clock.as_ref());
            let reason = keyword("job-canceled-by-user");
            let cancelled = scene.store.cancel_job(job, &reason, now);
            assert_eq!(cancelled.await.expect("an answer"), Cancelled::Done);
        }
        let open = [jobs[0], jobs[2], jobs[3], jobs[5]];
        assert_eq!(list(&scene, WhichJobs::NotCompleted, 1, 10).await, open);
        assert_eq!(list(&scene, WhichJobs::NotCompleted, 3, 1).await, [jobs[3]]);
        assert_eq!(list(&scene, WhichJobs::Completed, 1, 10).await, [jobs[4], jobs[1]]);
        let all = list(&scene, WhichJobs::All, 1, 10).await;
        assert_eq!(all, [jobs[0], jobs[2], jobs[3], jobs[5], jobs[4], jobs[1]]);
        assert_eq!(list(&scene, WhichJobs::All, 4, 2).await, [jobs[5], jobs[4]]);
        assert_eq!(list(&scene, WhichJobs::State(JobState::Held), 2, 2).await, open[1..3]);
        let canceled = list(&scene, WhichJobs::State(JobState::Canceled), 1, 1).await;
        assert_eq!(canceled, [jobs[4]]);
        let counts = scene.store.job_counts().await.expect("the counts");
        assert_eq!(counts.into_iter().collect::<Vec<_>>(), [("held", 4)]);
    });
}

#[test]
fn a_held_job_changes_and_an_ended_one_does_not() {
    for_each_database(|scene| async move {
        let job = scene.held().await;
        let ticket = Ticket { copies: 5, ..Ticket::default() };
        let hold = Some(Some(keyword("indefinite")));
        let edit =
            JobEdit { ticket: Some(ticket.clone()), client_hold: hold, ..JobEdit::default() };
        assert!(scene.store.edit_held(job, &edit).await.expect("an answer"));
        let read = scene.store.job(job).await.expect("the job");
        assert_eq!((read.ticket, read.title.as_str()), (ticket, "Report.pdf"));
        assert_eq!(read.client_hold, Some(keyword("indefinite")));
        let edit = JobEdit { client_hold: Some(None), ..JobEdit::default() };
        assert!(scene.store.edit_held(job, &edit).await.expect("an answer"));
        assert_eq!(scene.store.job(job).await.expect("the job").client_hold, None);
        let reason = keyword("job-canceled-by-user");
        let cancel = || scene.store.cancel_job(job, &reason, MORNING);
        assert_eq!(cancel().await.expect("an answer"), Cancelled::Done);
        assert_eq!(cancel().await.expect("an answer"), Cancelled::Ended(JobState::Canceled));
        assert!(!scene.store.edit_held(job, &edit).await.expect("an answer"));
    });
}

#[test]
fn the_pages_of_a_document_are_counted_once_and_go_with_it() {
    for_each_database(|scene| async move {
        let jobs = [scene.held().await, scene.held().await, scene.held().await];
        let pages = Some(PageCount { pages: 7, color: 2 });
        let detail = json!({ "pages": 7 });
        let counted = DocumentFacts { pages, fault: None, detail: detail.clone() };
        scene.store.keep_facts(jobs[0], &counted).await.expect("kept");
        let fault = Some(keyword("document-password-error"));
        let locked = DocumentFacts { pages: None, fault: fault.clone(), detail: json!({}) };
        scene.store.keep_facts(jobs[1], &locked).await.expect("kept");
        let left = scene.store.uncounted(10, 10).await.expect("a list");
        assert_eq!(left, [(jobs[2], scene.owner)]);
        let job = scene.store.job(jobs[0]).await.expect("the job");
        assert_eq!((job.pages, job.document_fault), (pages, None));
        let job = scene.store.job(jobs[1]).await.expect("the job");
        assert_eq!((job.pages, job.document_fault), (None, fault));
        assert_eq!(scene.store.facts(jobs[0]).await.expect("an answer"), Some(detail));
        assert!(!scene.store.destroy_document(jobs[0]).await.expect("an answer"), "it is held");
        assert!(scene.store.facts(jobs[0]).await.expect("an answer").is_some());
        let reason = keyword("job-canceled-by-user");
        scene.store.cancel_job(jobs[0], &reason, MORNING).await.expect("cancelled");
        assert!(scene.store.destroy_document(jobs[0]).await.expect("destroyed"));
        assert_eq!(scene.store.facts(jobs[0]).await.expect("an answer"), None);
        // A count that comes late keeps nothing of a document that is gone.
        scene.store.keep_facts(jobs[0], &counted).await.expect("an answer");
        assert_eq!(scene.store.facts(jobs[0]).await.expect("an answer"), None);
    });
}

#[test]
fn what_is_to_be_counted_comes_in_turns_of_its_owners() {
    for_each_database(|scene| async move {
        let mut jobs = Vec::new();
        for _ in 0..4 {
            jobs.push(scene.held().await);
        }
        let bo = scene.store.put_person(&person("bo", None)).await.expect("a person");
        let owner = OwnerId::Person(bo);
        let late = NewJob { owner, ..scene.new_job() };
        let late = scene.store.intake(late, scene.document()).await.expect("intake").id;
        let uncounted = async |limit, of_each| {
            let found = scene.store.uncounted(limit, of_each).await.expect("a list");
            found.into_iter().map(|(job, _)| job).collect::<Vec<_>>()
        };
        assert_eq!(uncounted(3, 10).await, [jobs[0], late, jobs[1]]);
        assert_eq!(uncounted(10, 2).await, [jobs[0], late, jobs[1]]);
        assert_eq!(uncounted(10, 10).await, [jobs[0], late, jobs[1], jobs[2], jobs[3]]);
    });
}

#[test]
fn an_expired_job_is_cancelled_and_its_key_destroyed() {
    for_each_database(|scene| async move {
        let job = scene.held().await;
        let read = scene.store.job(job).await.expect("the job");
        let due = read.expires_at;
        assert_eq!(scene.store.next_expiry().await.expect("a look"), Some(due));
        let early = scene.store.expire_due(due.plus_seconds(-1), 10).await.expect("a sweep");
        assert!(early.is_empty());
        assert_eq!(scene.store.expire_due(due, 10).await.expect("a sweep"), [job]);
        assert_eq!(scene.state(job).await, JobState::Canceled);
        scene.assert_whole().await;
        let documents = scene.store.documents_due(due, 10).await.expect("a list");
        assert_eq!(documents.len(), 1);
        assert_eq!((documents[0].job, documents[0].day), (job, Some(scene.day)));
        assert_eq!(documents[0].location, read.location);
        scene.store.destroy_document(job).await.expect("destroyed");
        assert_eq!(scene.store.document_key(job).await.expect("a look"), None);
        assert!(scene.store.documents_due(due, 10).await.expect("a list").is_empty());
        assert!(scene.store.days_in_use().await.expect("days").is_empty());
        scene.assert_whole().await;
    });
}

#[test]
fn live_documents_are_walked_in_pages() {
    for_each_database(|scene| async move {
        let mut wanted = Vec::new();
        for _ in 0..5 {
            let job = scene.held().await;
            wanted.push(scene.store.job(job).await.expect("the job").location.expect("a place").id);
        }
        wanted.sort();
        let (mut walked, mut after) = (Vec::new(), String::new());
        loop {
            let page = scene.store.live_documents(&after, 2).await.expect("a page");
            let Some(last) = page.last() else { break };
            after = last.location.id.clone();
            walked.extend(page.into_iter().map(|live| live.location.id));
        }
        assert_eq!(walked, wanted);
        assert_eq!(scene.store.days_in_use().await.expect("days"), [scene.day]);
    });
}
