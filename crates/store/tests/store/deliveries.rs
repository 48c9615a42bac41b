//! Deliveries: steps, fences, adoption, ends.

use print_core::job::{EndedBy, Printed};
use print_core::{JobEvent, JobState, Timestamp, Usage};
use store::{
    AttemptState, ClaimedJob, EndAttempt, Ended, EndedAttempt, JobsToClaim, LEASE_SECONDS, Step,
    Stepped,
};

use crate::scene::{MORNING, Scene, for_each_database, nothing, open, usage};

async fn claimed(scene: &Scene) -> ClaimedJob {
    scene.held().await;
    let release = scene.store.claim(scene.claim(None, JobsToClaim::All)).await.expect("a claim");
    release.claimed.into_iter().next().expect("the held job")
}

fn created() -> Step {
    Step::Created {
        printer_job_id: 41,
        printer_job_uuid: Some("urn:uuid:1".into()),
        printer_up_time: Some(77),
        blanks: 3,
    }
}

async fn step(scene: &Scene, job: &ClaimedJob, step: Step) -> Stepped {
    scene.store.step(job.attempt, job.fence, step, MORNING).await.expect("an answer")
}

fn end(job: &ClaimedJob, event: JobEvent, usage: Usage) -> EndAttempt {
    EndAttempt {
        attempt: job.attempt,
        fence: job.fence,
        event,
        usage,
        at: MORNING,
        reason: None,
        goes_on: false,
    }
}

#[test]
fn a_delivery_goes_step_by_step_to_its_booking() {
    for_each_database(|scene| async move {
        let job = claimed(&scene).await;
        assert_eq!(step(&scene, &job, Step::Sent).await, Stepped::LostFence, "not yet created");
        assert_eq!(step(&scene, &job, created()).await, Stepped::Done);
        assert_eq!(step(&scene, &job, created()).await, Stepped::Done, "an answer that was lost");
        assert_eq!(scene.state(job.job.id).await, JobState::Delivering);
        assert_eq!(step(&scene, &job, Step::Sent).await, Stepped::Done);
        let progress = Step::Progress { impressions: 3, reasons: "job-printing".into() };
        step(&scene, &job, progress).await;
        step(&scene, &job, Step::Stopped { reasons: "media-jam".into() }).await;
        assert_eq!(scene.state(job.job.id).await, JobState::Stopped);
        step(&scene, &job, Step::Resumed).await;
        let read = scene.store.job(job.job.id).await.expect("the job");
        assert_eq!((read.state, read.impressions_completed), (JobState::Delivering, 3));
        let attempt = scene.store.attempt(job.attempt).await.expect("the attempt");
        assert_eq!((attempt.state, attempt.printer_job_id), (AttemptState::Sent, Some(41)));
        let done = scene.store.end_attempt(end(&job, JobEvent::Finish, usage(14, 0, 8))).await;
        let Ended::Done(done) = done.expect("an end") else { panic!("the end was taken") };
        assert_eq!((done.state, done.uncertain), (JobState::Completed, false));
        let amount = print_core::Amount::from_ten_thousandths(14 * 7_000 + 8 * 3_000);
        assert_eq!(done.booked, Some(amount));
        let attempt = scene.store.attempt(job.attempt).await.expect("the attempt");
        assert_eq!((attempt.state, attempt.ended_at), (AttemptState::Done, Some(MORNING)));
        scene.assert_whole().await;
        let soon = MORNING.plus_seconds(599);
        assert!(scene.store.documents_due(soon, 10).await.expect("a list").is_empty());
        let later = scene.store.documents_due(MORNING.plus_seconds(600), 10).await;
        assert_eq!(later.expect("a list").len(), 1);
    });
}

#[test]
fn whoever_lost_the_fence_changes_nothing() {
    for_each_database(|scene| async move {
        let job = claimed(&scene).await;
        step(&scene, &job, created()).await;
        let fence = scene.store.adopt(job.attempt, job.fence).await.expect("an answer");
        assert_eq!(fence, Some(job.fence + 1));
        assert_eq!(scene.store.adopt(job.attempt, job.fence).await.expect("an answer"), None);
        let before = scene.store.attempt(job.attempt).await.expect("the attempt");
        let steps = [
            created(),
            Step::Sent,
            Step::Progress { impressions: 9, reasons: String::new() },
            Step::Stopped { reasons: "media-jam".into() },
            Step::Resumed,
        ];
        for next in steps {
            assert_eq!(step(&scene, &job, next).await, Stepped::LostFence);
        }
        let late = scene.store.end_attempt(end(&job, JobEvent::Finish, usage(1, 0, 1))).await;
        assert_eq!(late.expect("an answer"), Ended::LostFence);
        assert_eq!(scene.store.attempt(job.attempt).await.expect("the attempt"), before);
        assert_eq!(scene.state(job.job.id).await, JobState::Delivering);
        assert!(scene.store.entries_of_job(job.job.id).await.expect("entries").is_empty());
    });
}

#[test]
fn booking_twice_books_once() {
    for_each_database(|scene| async move {
        let job = claimed(&scene).await;
        step(&scene, &job, created()).await;
        let finish = end(&job, JobEvent::Finish, usage(2, 1, 2));
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (store, finish) = (scene.store.clone(), finish.clone());
                tokio::spawn(async move { store.end_attempt(finish).await.expect("an answer") })
            })
            .collect();
        let mut booked = 0;
        for task in tasks {
            booked += usize::from(matches!(task.await.expect("no panic"), Ended::Done(_)));
        }
        assert_eq!(booked, 1);
        assert_eq!(scene.store.entries_of_job(job.job.id).await.expect("entries").len(), 1);
        let total = scene.store.month_total(scene.day.period()).await.expect("the total");
        assert_eq!((total.jobs, total.sheets, total.impressions_color), (1, 2, 1));
        scene.assert_whole().await;
    });
}

async fn ends_as(scene: &Scene, event: JobEvent, out: Usage) -> (ClaimedJob, EndedAttempt) {
    let job = claimed(scene).await;
    step(scene, &job, created()).await;
    match scene.store.end_attempt(end(&job, event, out)).await.expect("an end") {
        Ended::Done(done) => (job, done),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_unknown_outcome_is_held_marked_and_left_for_finance_to_check() {
    for_each_database(|scene| async move {
        let (job, done) = ends_as(&scene, JobEvent::OutcomeUnknown, usage(5, 0, 5)).await;
        assert_eq!((done.state, done.uncertain), (JobState::Held, true));
        let read = scene.store.job(job.job.id).await.expect("the job");
        let uncertain = read.uncertain.expect("the mark");
        assert_eq!((uncertain.printer, uncertain.at), (scene.printers[0], MORNING));
        let entries = scene.store.to_check(Some(scene.day.period()), 10).await.expect("entries");
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].usage, Usage::UNKNOWN);
        // Nobody prints it again by a tap for everything; the owner must name it.
        let all = scene.store.claim(scene.claim(Some(scene.tap(1)), JobsToClaim::All)).await;
        assert!(all.expect("a claim").claimed.is_empty());
        let named = JobsToClaim::List(vec![job.job.id]);
        let named = scene.store.claim(scene.claim(Some(scene.tap(1)), named)).await;
        assert_eq!(named.expect("a claim").claimed.len(), 1);
        scene.assert_whole().await;
    });
}

#[test]
fn an_unknown_outcome_before_the_printers_number_is_to_check_unless_nothing_was_sent() {
    for_each_database(|scene| async move {
        for (out, entries) in [(nothing(), 0), (Usage::UNKNOWN, 1)] {
            let job = claimed(&scene).await;
            let ended = scene.store.end_attempt(end(&job, JobEvent::OutcomeUnknown, out)).await;
            let Ended::Done(done) = ended.expect("an end") else { panic!("the end was taken") };
            assert_eq!((done.state, done.uncertain), (JobState::Held, true));
            let booked = scene.store.entries_of_job(job.job.id).await.expect("entries");
            assert_eq!(booked.len(), entries);
        }
        scene.assert_whole().await;
    });
}

#[test]
fn what_a_printer_proved_not_to_have_printed_is_held_and_free() {
    for_each_database(|scene| async move {
        let event = JobEvent::End { printed: Printed::Nothing, by: EndedBy::Printer };
        let (job, done) = ends_as(&scene, event, nothing()).await;
        let free = EndedAttempt { state: JobState::Held, booked: None, uncertain: false };
        assert_eq!(done, free);
        assert!(scene.store.entries_of_job(job.job.id).await.expect("entries").is_empty());
        // The next attempt is booked as an entry of its own.
        let release = scene.store.claim(scene.claim(None, JobsToClaim::All)).await;
        let again = release.expect("a claim").claimed.remove(0);
        assert!(again.fence > job.fence);
        step(&scene, &again, created()).await;
        let done = scene.store.end_attempt(end(&again, JobEvent::Finish, usage(1, 0, 1))).await;
        assert!(matches!(done.expect("an end"), Ended::Done(_)));
        scene.assert_whole().await;
    });
}

#[test]
fn sheets_of_a_job_that_was_cancelled_meanwhile_are_booked() {
    for_each_database(|scene| async move {
        let job = claimed(&scene).await;
        let reason = crate::scene::keyword("job-canceled-by-user");
        scene.store.cancel_job(job.job.id, &reason, MORNING).await.expect("cancelled");
        let event = JobEvent::End { printed: Printed::SomeOrUnsaid, by: EndedBy::Owner };
        let done = scene.store.end_attempt(end(&job, event, usage(3, 0, 3))).await.expect("an end");
        let Ended::Done(done) = done else { panic!("the end was taken") };
        assert_eq!(done.state, JobState::Canceled);
        assert!(done.booked.is_some());
        scene.assert_whole().await;
    });
}

#[test]
fn an_event_that_ends_nothing_is_refused_and_leaves_all_as_it_was() {
    for_each_database(|scene| async move {
        let job = claimed(&scene).await;
        step(&scene, &job, created()).await;
        for event in [JobEvent::Stop, JobEvent::Cancel] {
            let refused = scene.store.end_attempt(end(&job, event, nothing())).await;
            assert!(matches!(refused, Err(store::StoreError::Conflict)), "{event:?}");
        }
        let attempt = scene.store.attempt(job.attempt).await.expect("the attempt");
        assert_eq!((attempt.ended_at, attempt.job_state), (None, JobState::Delivering));
    });
}

#[test]
fn the_attempts_of_a_dead_node_are_found_after_its_lease_and_adopted_once() {
    for_each_database(|scene| async move {
        let job = claimed(&scene).await;
        step(&scene, &job, created()).await;
        let other = open(&scene.url, "b", &scene.clock).await;
        assert!(other.open_attempts(10).await.expect("a list").is_empty(), "its lease still runs");
        assert_eq!(scene.store.my_open_attempts().await.expect("a list").len(), 1);
        scene.clock.advance(2 * LEASE_SECONDS);
        other.renew_lease().await.expect("a lease");
        let found = other.open_attempts(10).await.expect("a list");
        assert_eq!(found.iter().map(|attempt| attempt.id).collect::<Vec<_>>(), [job.attempt]);
        let fence = other.adopt(job.attempt, found[0].fence).await.expect("an answer");
        assert_eq!(fence, Some(job.fence + 1));
        assert!(other.open_attempts(10).await.expect("a list").is_empty());
        let read = other.job(job.job.id).await.expect("the job");
        assert_eq!((read.node.as_str(), read.fence), ("b", job.fence + 1));
        other.close().await;
    });
}

#[test]
fn the_attempts_of_an_earlier_start_are_found_at_once() {
    for_each_database(|scene| async move {
        let first = claimed(&scene).await;
        step(&scene, &first, created()).await;
        let again = open(&scene.url, "a", &scene.clock).await;
        let found = again.open_attempts(10).await.expect("a list");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].printer_up_time, found[0].blanks), (Some(77), 3));
        let time: Option<Timestamp> = found[0].created_at;
        assert_eq!(time, Some(MORNING));
        again.close().await;
    });
}
