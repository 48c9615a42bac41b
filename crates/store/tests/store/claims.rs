//! The owner's word: each job goes to one caller, and a repeated tap repeats nothing.

use std::collections::HashSet;

use print_core::{Clock, JobState, Ticket};
use store::{JobsToClaim, Step, Stepped, TapRecord};

use crate::cards::card;
use crate::scene::{MORNING, for_each_database, keyword, nothing};

#[test]
fn many_callers_at_once_get_each_job_once() {
    for_each_database(|scene| async move {
        let mut jobs = Vec::new();
        for _ in 0..40 {
            jobs.push(scene.held().await);
        }
        let other = crate::scene::open(&scene.url, "b", &scene.clock).await;
        let mut tasks = Vec::new();
        for number in 0..16 {
            let store = if number % 4 < 2 { scene.store.clone() } else { other.clone() };
            // Some ask for everything and some for a list, each with a tap of its own.
            let which = if number % 2 == 0 {
                JobsToClaim::All
            } else {
                JobsToClaim::List(jobs[10..30].to_vec())
            };
            let mut request = scene.claim(Some(scene.tap(number)), which);
            request.limit = 7;
            tasks.push(tokio::spawn(async move { store.claim(request).await.expect("a claim") }));
        }
        let mut claimed = HashSet::new();
        for task in tasks {
            for job in task.await.expect("no panic").claimed {
                assert!(claimed.insert(job.job.id), "{} was given twice", job.job.id);
                assert_eq!(job.fence, 1);
            }
        }
        for job in &jobs {
            let attempts = scene.store.attempts_of_job(*job).await.expect("a list");
            assert_eq!(attempts.len(), usize::from(claimed.contains(job)));
        }
        assert!(claimed.len() >= 20);
        // Each job came a second after the one before, and a lease is shorter than all of them.
        scene.store.renew_lease().await.expect("the lease is ours");
        other.renew_lease().await.expect("the lease is the other's");
        scene.assert_whole().await;
        other.close().await;
    });
}

#[test]
fn the_same_tap_again_gives_the_same_release_and_nothing_new() {
    for_each_database(|scene| async move {
        let jobs = [scene.held().await, scene.held().await];
        let request = scene.claim(Some(scene.tap(1)), JobsToClaim::All);
        let first = scene.store.claim(request.clone()).await.expect("a claim");
        let ids: Vec<_> = first.claimed.iter().map(|claimed| claimed.job.id).collect();
        assert_eq!(ids, jobs);
        assert!(first.earlier.is_empty());
        let late = scene.held().await;
        scene.store.begin_incoming(scene.new_job()).await.expect("a job that comes later still");
        let request = store::ClaimRequest { at: scene.clock.now(), ..request };
        let second = scene.store.claim(request).await.expect("a claim");
        assert!(second.claimed.is_empty(), "a job that came later is another tap's");
        assert_eq!((second.tapped_at, second.arriving.len()), (first.tapped_at, 0));
        let attempts = |release: &store::Release| {
            release.earlier.iter().map(|attempt| attempt.id).collect::<Vec<_>>()
        };
        let made: Vec<_> = first.claimed.iter().map(|claimed| claimed.attempt).collect();
        assert_eq!(attempts(&second), made);
        assert_eq!(scene.state(late).await, JobState::Held);
        let of_tap = scene.store.release_of_tap(&scene.tap(1)).await.expect("a list");
        assert_eq!(of_tap.len(), 2);
    });
}

#[test]
fn the_first_job_of_a_tap_goes_alone_and_the_same_tap_lets_the_others_go_once() {
    for_each_database(|scene| async move {
        let jobs = [scene.held().await, scene.held().await, scene.held().await];
        let claim = async |tap, which| {
            let release = scene.store.claim(scene.claim(Some(scene.tap(tap)), which)).await;
            release.expect("a claim").claimed
        };
        let ids = |claimed: &[store::ClaimedJob]| {
            claimed.iter().map(|claimed| claimed.job.id).collect::<Vec<_>>()
        };
        let first = claim(1, JobsToClaim::First).await;
        assert_eq!(ids(&first), jobs[..1], "the oldest");
        // It comes back before the others are claimed: that is another tap's.
        let back = store::EndAttempt {
            attempt: first[0].attempt,
            fence: first[0].fence,
            event: print_core::JobEvent::HandBack,
            usage: nothing(),
            at: MORNING,
            reason: None,
            goes_on: false,
        };
        scene.store.end_attempt(back).await.expect("an end");
        assert_eq!(ids(&claim(1, JobsToClaim::All).await), jobs[1..]);
        for which in [JobsToClaim::First, JobsToClaim::All] {
            assert_eq!(ids(&claim(1, which).await), [], "the tap is used up");
        }
        assert_eq!(ids(&claim(2, JobsToClaim::First).await), jobs[..1]);
        // Where nothing is left the first is all, and uses the tap up.
        assert_eq!(ids(&claim(3, JobsToClaim::First).await), []);
        let late = scene.held().await;
        assert_eq!(ids(&claim(3, JobsToClaim::All).await), []);
        assert_eq!(scene.state(late).await, JobState::Held);
    });
}

#[test]
fn a_tap_can_leave_alone_what_nobody_has_looked_into_and_names_it() {
    for_each_database(|scene| async move {
        let jobs = [scene.held().await, scene.held().await, scene.held().await];
        let found =
            |pages| store::DocumentFacts { pages, fault: None, detail: serde_json::Value::Null };
        let one = Some(print_core::PageCount { pages: 1, color: 0 });
        let count = async |job, pages| {
            scene.store.keep_facts(job, &found(pages)).await.expect("kept");
        };
        count(jobs[1], one).await;
        let claim = async |which| {
            let request = scene.claim(Some(scene.tap(1)), which);
            let request = store::ClaimRequest { only_counted: true, ..request };
            let release = scene.store.claim(request).await.expect("a claim");
            let claimed = release.claimed.iter().map(|claimed| claimed.job.id).collect::<Vec<_>>();
            (claimed, release.uncounted)
        };
        assert_eq!(claim(JobsToClaim::First).await, (vec![jobs[1]], vec![]), "it goes alone");
        assert_eq!(claim(JobsToClaim::All).await, (vec![], vec![jobs[0], jobs[2]]));
        let list = || JobsToClaim::List(vec![jobs[0]]);
        assert_eq!(claim(list()).await, (vec![], vec![jobs[0]]));
        // What can not be counted has been looked into.
        count(jobs[0], None).await;
        let late = scene.held().await;
        // The tap said again still means both of them, and not what came later.
        assert_eq!(claim(JobsToClaim::First).await, (vec![], vec![jobs[0], jobs[2]]));
        assert_eq!(claim(list()).await, (vec![jobs[0]], vec![]));
        assert_eq!(claim(JobsToClaim::All).await, (vec![], vec![jobs[2]]));
        let all = scene.claim(Some(scene.tap(2)), JobsToClaim::All);
        let all = scene.store.claim(all).await.expect("a claim");
        let ids: Vec<_> = all.claimed.iter().map(|claimed| claimed.job.id).collect();
        assert_eq!(
            (ids, all.uncounted),
            (vec![jobs[2], late], vec![]),
            "who does not ask waits not"
        );
    });
}

#[test]
fn a_tap_does_not_print_a_job_again_that_came_back() {
    for_each_database(|scene| async move {
        let job = scene.held().await;
        let list = || JobsToClaim::List(vec![job]);
        let claimed = scene.store.claim(scene.claim(Some(scene.tap(1)), list())).await;
        let claimed = claimed.expect("a claim").claimed.remove(0);
        let back = store::EndAttempt {
            attempt: claimed.attempt,
            fence: claimed.fence,
            event: print_core::JobEvent::HandBack,
            usage: nothing(),
            at: MORNING,
            reason: None,
            goes_on: false,
        };
        scene.store.end_attempt(back).await.expect("an end");
        assert_eq!(scene.state(job).await, JobState::Held);
        let again = scene.store.claim(scene.claim(Some(scene.tap(1)), list())).await;
        assert!(again.expect("a claim").claimed.is_empty());
        let next = scene.store.claim(scene.claim(Some(scene.tap(2)), list())).await;
        assert_eq!(next.expect("a claim").claimed.len(), 1);
    });
}

#[test]
fn the_claim_freezes_ticket_payer_and_prices_and_carries_the_key() {
    for_each_database(|scene| async move {
        let job = scene.held().await;
        let coming = scene.store.begin_incoming(scene.new_job()).await.expect("another job");
        let ticket = Ticket { copies: 9, ..Ticket::default() };
        let mut request = scene.claim(None, JobsToClaim::List(vec![job]));
        request.tickets = vec![(job, ticket.clone())];
        let release = scene.store.claim(request).await.expect("a claim");
        assert_eq!(release.arriving, [coming.id]);
        let claimed = &release.claimed[0];
        assert_eq!((&claimed.ticket, claimed.job.ticket.copies), (&ticket, 2));
        assert_eq!((claimed.key_day, claimed.wrapped_key.len()), (scene.day, 60));
        let attempt = scene.store.attempt(claimed.attempt).await.expect("the attempt");
        assert_eq!(attempt.ticket, ticket);
        assert_eq!(attempt.department, Some(scene.department));
        let prices = scene.store.price_list_on(scene.day).await.expect("a look").expect("prices");
        assert_eq!(attempt.tariff_version, Some(prices.0));
        assert_eq!((attempt.printer, attempt.mark), (scene.printers[0], claimed.mark));
        assert_eq!(scene.state(job).await, JobState::Released);
        let resumed = scene.store.claimed_job(claimed.attempt).await.expect("the job again");
        assert_eq!(&resumed, claimed);
    });
}

#[test]
fn another_owners_job_is_not_claimed() {
    for_each_database(|scene| async move {
        let job = scene.held().await;
        let other = crate::scene::person("bo", None);
        let other = scene.store.put_person(&other).await.expect("a person");
        let mut request = scene.claim(None, JobsToClaim::List(vec![job]));
        request.owner = print_core::OwnerId::Person(other);
        assert!(scene.store.claim(request.clone()).await.expect("a claim").claimed.is_empty());
        request.jobs = JobsToClaim::All;
        assert!(scene.store.claim(request).await.expect("a claim").claimed.is_empty());
        assert_eq!(scene.state(job).await, JobState::Held);
    });
}

#[test]
fn a_direct_queues_job_goes_to_its_own_printer_only() {
    for_each_database(|scene| async move {
        let [first, second] = scene.printers;
        let direct = scene.direct_queue(second).await;
        let job = store::NewJob { queue: direct, ..scene.new_job() };
        let job = scene.store.intake(job, scene.document()).await.expect("intake").id;
        let tapped = scene.held().await;
        let claim = async |which, printer| {
            let request = store::ClaimRequest { printer, ..scene.claim(None, which) };
            let claimed = scene.store.claim(request).await.expect("a claim").claimed;
            claimed.into_iter().map(|claimed| claimed.job.id).collect::<Vec<_>>()
        };
        let card = scene.store.add_card(&card(scene.person, &[1]), "directory:ldap").await;
        let card = card.expect("a card");
        let shown = async |printer| {
            let station = scene.add_station(printer).await;
            let jobs = scene.store.jobs_for_station(scene.owner, station, card, 10).await;
            jobs.expect("a list").len()
        };
        assert_eq!((shown(first).await, shown(second).await), (1, 2));
        assert_eq!(claim(JobsToClaim::List(vec![job]), first).await, []);
        assert_eq!(claim(JobsToClaim::All, first).await, [tapped]);
        assert_eq!(claim(JobsToClaim::List(vec![job]), second).await, [job]);
    });
}

#[test]
fn a_tap_is_one_persons_and_tells_nobody_else_what_it_did() {
    for_each_database(|scene| async move {
        let job = scene.held().await;
        let request = scene.claim(Some(scene.tap(1)), JobsToClaim::All);
        let card = scene.store.add_card(&card(scene.person, &[1]), "directory:ldap").await;
        let card = card.expect("a card");
        let first =
            scene.store.claim_with(request.clone(), Some(card.into())).await.expect("a claim");
        assert_eq!(first.claimed.len(), 1);
        assert_eq!(
            scene.store.taps_of(scene.person, 10).await.expect("taps")[0].opener,
            Some(card.into())
        );
        let bo = scene.store.put_person(&crate::scene::person("bo", None)).await.expect("a person");
        let other = store::ClaimRequest { owner: print_core::OwnerId::Person(bo), ..request };
        let refused = scene.store.claim_with(other, None).await;
        assert!(matches!(refused, Err(store::StoreError::Conflict)), "{refused:?}");
        let running = scene.store.running_attempts(scene.owner, card, 10).await.expect("a list");
        assert_eq!(running.iter().map(|attempt| attempt.job).collect::<Vec<_>>(), [job]);
        let bo = print_core::OwnerId::Person(bo);
        assert!(scene.store.running_attempts(bo, card, 10).await.expect("a list").is_empty());
    });
}

#[test]
fn cancelling_a_released_job_tells_whoever_delivers_it_and_keeps_the_printers_number() {
    for_each_database(|scene| async move {
        let job = scene.held().await;
        let release = scene.store.claim(scene.claim(None, JobsToClaim::All)).await;
        let claimed = release.expect("a claim").claimed.remove(0);
        let reason = keyword("job-canceled-by-user");
        let done = scene.store.cancel_job(job, &reason, MORNING).await.expect("an answer");
        assert_eq!(done, store::Cancelled::Done);
        let created = Step::Created {
            printer_job_id: 4,
            printer_job_uuid: None,
            printer_up_time: None,
            blanks: 0,
        };
        // Whoever dies now must be able to ask the printer about this number.
        for _ in 0..2 {
            let step = scene.store.step(claimed.attempt, claimed.fence, created.clone(), MORNING);
            assert_eq!(step.await.expect("an answer"), Stepped::TakenAway);
        }
        let attempt = scene.store.attempt(claimed.attempt).await.expect("the attempt");
        assert_eq!((attempt.printer_job_id, attempt.ended_at), (Some(4), None));
        assert_eq!(scene.state(job).await, JobState::Canceled);
    });
}

#[test]
fn taps_are_remembered_once_and_told() {
    for_each_database(|scene| async move {
        let record = TapRecord {
            key: scene.tap(1),
            at: MORNING,
            person: Some(scene.person),
            opener: None,
            outcome: "session".into(),
        };
        assert!(scene.store.record_tap(&record).await.expect("an answer"));
        assert!(!scene.store.record_tap(&record).await.expect("an answer"));
        scene.held().await;
        let release = scene.store.claim(scene.claim(Some(scene.tap(1)), JobsToClaim::All)).await;
        assert_eq!(release.expect("a claim").claimed.len(), 1);
        let taps = scene.store.taps_of(scene.person, 10).await.expect("a list");
        assert_eq!(taps, [record]);
        assert_eq!(scene.store.newest_taps(10).await.expect("a list"), taps);
    });
}
