//! What is let go only when it is named, what is kept, what is had once more, and what a delegate takes.

use print_core::{Clock, JobEvent, JobId, JobState, OwnerId, PersonId, PrinterId, QueueId};
use store::{
    ClaimRequest, DELEGATES_MAX, EndAttempt, Ended, JobsToClaim, NoticeKind, Printer, Queue,
    QueueRules, Starts, Step,
};

use crate::cards::card;
use crate::scene::{Scene, for_each_database, nothing, person, printer, usage};

async fn claimed(scene: &Scene, request: ClaimRequest) -> Vec<store::ClaimedJob> {
    scene.store.claim(request).await.expect("a claim").claimed
}

fn ids(claimed: &[store::ClaimedJob]) -> Vec<JobId> {
    claimed.iter().map(|claimed| claimed.job.id).collect()
}

fn named(scene: &Scene, tap: i64, jobs: &[JobId]) -> ClaimRequest {
    scene.claim(Some(scene.tap(tap)), JobsToClaim::List(jobs.to_vec()))
}

/// The printer says that all of it is out.
async fn out(scene: &Scene, claimed: &store::ClaimedJob) -> JobState {
    let created = Step::Created {
        printer_job_id: 1,
        printer_job_uuid: None,
        printer_up_time: None,
        blanks: 0,
    };
    let at = scene.clock.now();
    scene.store.step(claimed.attempt, claimed.fence, created, at).await.expect("a step");
    let end = EndAttempt {
        attempt: claimed.attempt,
        fence: claimed.fence,
        event: JobEvent::Finish,
        usage: usage(2, 0, 2),
        at,
        reason: None,
        goes_on: false,
    };
    match scene.store.end_attempt(end).await.expect("an end") {
        Ended::Done(ended) => {
            assert!(ended.booked.is_some());
            ended.state
        }
        other => panic!("{other:?}"),
    }
}

async fn encrypted_printer(scene: &Scene) -> PrinterId {
    let id = PrinterId::new();
    let row = Printer { uri: "ipps://127.0.0.1:8640/ipp/print".into(), ..printer(id, "Secret") };
    scene.store.put_printer(&row).await.expect("a printer");
    id
}

#[test]
fn what_is_confidential_is_named_and_goes_to_printers_with_tls_only() {
    for_each_database(|scene| async move {
        let (marked, plain) = (scene.held().await, scene.held().await);
        let mark = async |on| scene.store.mark_confidential(marked, scene.owner, on).await;
        assert!(mark(true).await.expect("a mark") && !mark(true).await.expect("an answer"));
        let nobody = OwnerId::Person(PersonId::new());
        let strange = scene.store.mark_confidential(plain, nobody, true).await;
        assert!(!strange.expect("an answer"), "only its owner");
        let all = scene.claim(Some(scene.tap(1)), JobsToClaim::All);
        assert_eq!(ids(&claimed(&scene, all).await), [plain]);
        assert!(claimed(&scene, named(&scene, 1, &[marked])).await.is_empty());
        let secret = encrypted_printer(&scene).await;
        let request = ClaimRequest { printer: secret, ..named(&scene, 1, &[marked]) };
        assert_eq!(ids(&claimed(&scene, request).await), [marked]);

        let job = scene.held().await;
        let rules = QueueRules { confidential: true, ..QueueRules::default() };
        scene.store.set_queue_rules(scene.queue, &rules, "os:0").await.expect("rules");
        assert_eq!(scene.store.queue_rules(scene.queue).await.expect("rules"), rules);
        let all = ClaimRequest { printer: secret, ..scene.claim(None, JobsToClaim::All) };
        assert!(claimed(&scene, all).await.is_empty(), "not by itself, wherever");
        assert!(claimed(&scene, named(&scene, 2, &[job])).await.is_empty());
        let request = ClaimRequest { printer: secret, ..named(&scene, 2, &[job]) };
        assert_eq!(ids(&claimed(&scene, request).await), [job]);
        let events = scene.store.audit_of(&format!("queue:{}", scene.queue), 9).await;
        assert_eq!(events.expect("a list")[0].event, "queue-rules");
    });
}

#[test]
fn a_queue_whose_jobs_are_to_be_chosen_lets_none_go_by_a_tap_for_everything() {
    for_each_database(|scene| async move {
        let job = scene.held().await;
        let rules = QueueRules { starts: Starts::ListFirst, ..QueueRules::default() };
        scene.store.set_queue_rules(scene.queue, &rules, "os:0").await.expect("rules");
        for which in [JobsToClaim::First, JobsToClaim::All] {
            assert!(claimed(&scene, scene.claim(Some(scene.tap(1)), which)).await.is_empty());
        }
        // Nor is it waited for.
        let only = ClaimRequest { only_counted: true, ..scene.claim(None, JobsToClaim::All) };
        assert!(scene.store.claim(only).await.expect("a claim").uncounted.is_empty());
        assert_eq!(ids(&claimed(&scene, named(&scene, 1, &[job])).await), [job]);
        let known = scene.store.rules_of_queues().await.expect("a list");
        assert_eq!(known, [(scene.queue, rules)]);
        let printer = scene.printers[0];
        scene.store.set_printer_starts(printer, Starts::ListFirst, "os:0").await.expect("rules");
        assert_eq!(scene.store.printers_with_list().await.expect("a list"), [printer]);
    });
}

#[test]
fn a_kept_job_is_held_again_when_it_is_out_and_each_time_is_booked() {
    for_each_database(|scene| async move {
        let job = scene.held().await;
        let request = ClaimRequest { keep: vec![job], ..named(&scene, 1, &[job]) };
        let first = claimed(&scene, request).await.remove(0);
        assert!(first.keep);
        let again = scene.store.claimed_job(first.attempt).await.expect("the attempt");
        assert!(again.keep, "whoever takes it over keeps it, too");
        assert_eq!(out(&scene, &first).await, JobState::Held);
        scene.assert_whole().await;
        assert!(scene.store.job(job).await.expect("the job").kept);
        let all = scene.claim(Some(scene.tap(2)), JobsToClaim::All);
        assert!(claimed(&scene, all).await.is_empty());
        let second = claimed(&scene, named(&scene, 2, &[job])).await.remove(0);
        assert!(second.keep, "until it expires");
        assert_eq!(out(&scene, &second).await, JobState::Held);
        assert_eq!(scene.store.entries_of_job(job).await.expect("a list").len(), 2);
        let due = scene.store.job(job).await.expect("the job").expires_at;
        assert_eq!(scene.store.expire_due(due, 9).await.expect("a sweep"), [job]);
        scene.assert_whole().await;
    });
}

#[test]
fn what_is_out_can_be_had_once_more_for_ten_minutes_by_another_tap_that_names_it() {
    for_each_database(|scene| async move {
        let job = scene.held().await;
        let first = claimed(&scene, named(&scene, 1, &[job])).await.remove(0);
        assert_eq!(out(&scene, &first).await, JobState::Completed);
        let shown = scene.store.job(job).await.expect("the job").ended_at.expect("it is out");
        let again = |tap| ClaimRequest { again: vec![(job, shown)], ..named(&scene, tap, &[job]) };
        assert!(claimed(&scene, again(1)).await.is_empty(), "not by the same tap");
        assert!(claimed(&scene, named(&scene, 2, &[job])).await.is_empty(), "it is to be meant");
        let card = scene.store.add_card(&card(scene.person, &[1]), "directory:ldap").await;
        let card = card.expect("a card");
        let recent = async || {
            let list = scene.store.recent_jobs(scene.owner, scene.station, card, 9).await;
            list.expect("a list").into_iter().map(|job| job.id).collect::<Vec<_>>()
        };
        assert_eq!(recent().await, [job]);
        scene.clock.advance(1);
        let second = claimed(&scene, again(2)).await.remove(0);
        let open = scene.store.job(job).await.expect("the job");
        assert_eq!((open.state, open.ended_at), (JobState::Released, None));
        assert!(recent().await.is_empty());
        // Whoever listed it for shredding a moment ago leaves it.
        assert!(!scene.store.destroy_document(job).await.expect("an answer"));
        scene.assert_whole().await;
        assert_eq!(out(&scene, &second).await, JobState::Completed);
        assert_eq!(scene.store.entries_of_job(job).await.expect("a list").len(), 2);
        // It came out anew since that was shown: whoever asks for it has it already.
        let stale = ClaimRequest { at: scene.clock.now(), ..again(4) };
        assert!(claimed(&scene, stale).await.is_empty());
        scene.clock.advance(601);
        assert!(recent().await.is_empty());
        let late = ClaimRequest { at: scene.clock.now(), ..again(3) };
        assert!(claimed(&scene, late).await.is_empty(), "its time is over");
        assert!(scene.store.destroy_document(job).await.expect("destroyed"));
        scene.assert_whole().await;
    });
}

#[test]
fn a_delegate_takes_only_what_is_named_and_nothing_older_than_an_administrators_word() {
    for_each_database(|scene| async move {
        let bo = scene.store.put_person(&person("bo", None)).await.expect("a person");
        let owner = scene.person;
        let earlier = scene.held().await;
        let word = |tap, jobs: &[JobId]| ClaimRequest {
            member: Some(bo),
            at: scene.clock.now(),
            ..named(&scene, tap, jobs)
        };
        assert!(claimed(&scene, word(1, &[earlier])).await.is_empty(), "Bo is nobody's delegate");
        scene.clock.advance(1);
        let until = scene.clock.now().plus_seconds(3_600);
        scene.store.put_delegate(owner, bo, until, "os:0").await.expect("a delegate");
        let notices = scene.store.notices(owner, 9).await.expect("a list");
        assert_eq!(notices.iter().map(|n| n.kind).collect::<Vec<_>>(), [NoticeKind::DelegateAdded]);
        let (later, secret) = (scene.held().await, scene.held().await);
        assert!(scene.store.mark_confidential(secret, scene.owner, true).await.expect("a mark"));
        let all = ClaimRequest { jobs: JobsToClaim::All, ..word(2, &[]) };
        assert!(claimed(&scene, all).await.is_empty(), "never all of them");
        let card = scene.store.add_card(&card(scene.person, &[1]), "directory:ldap").await;
        let card = card.expect("a card");
        let listed = async || {
            let list = scene.store.jobs_for_delegate(bo, scene.station, card, 9).await;
            list.expect("a list").into_iter().map(|job| job.id).collect::<Vec<_>>()
        };
        assert_eq!(listed().await, [later]);
        let taken = claimed(&scene, word(2, &[earlier, later, secret])).await;
        assert_eq!(ids(&taken), [later]);
        let taps = scene.store.taps_of(bo, 9).await.expect("a list");
        assert!(!taps.is_empty(), "it is Bo's tap");
        let events = scene.store.audit_of(&format!("person:{owner}"), 9).await.expect("a list");
        assert_eq!(
            (events[0].event.as_str(), &events[0].actor),
            ("delegate-print", &format!("person:{bo}"))
        );
        let notices = scene.store.notices(owner, 9).await.expect("a list");
        assert!(notices.iter().any(|notice| notice.kind == NoticeKind::DelegatePrinted));

        let shown = scene.store.delegates_of(owner).await.expect("a list").remove(0);
        // What was changed since the owner saw it is not what the owner confirms.
        scene.clock.advance(1);
        scene
            .store
            .put_delegate(owner, bo, until.plus_seconds(9), "os:0")
            .await
            .expect("a delegate");
        assert!(!scene.store.confirm_delegate(&shown).await.expect("an answer"));
        let shown = scene.store.delegates_of(owner).await.expect("a list").remove(0);
        assert!(scene.store.confirm_delegate(&shown).await.expect("a word"));
        assert_eq!(listed().await, [earlier]);
        let rules = QueueRules { delegates: false, ..QueueRules::default() };
        scene.store.set_queue_rules(scene.queue, &rules, "os:0").await.expect("rules");
        assert!(listed().await.is_empty());
        assert!(claimed(&scene, word(3, &[earlier])).await.is_empty(), "the queue lets nobody in");
        // The rule stays with what came under it, whatever an administrator does.
        let loose = QueueRules::default();
        scene.store.set_queue_rules(scene.queue, &loose, "os:0").await.expect("rules");
        assert!(listed().await.is_empty());
        assert!(claimed(&scene, word(3, &[earlier])).await.is_empty(), "it came under the rule");
        let earlier = scene.held().await;
        assert_eq!(listed().await, [earlier]);
        scene.clock.advance(3_700);
        assert!(claimed(&scene, word(3, &[earlier])).await.is_empty(), "its time is over");
        assert!(scene.store.delegations_to(bo).await.expect("a list").is_empty());
        // By the owner's own word all of it, at once, and nobody is told what they did.
        let until = scene.clock.now().plus_seconds(3_600);
        let by = format!("person:{owner}");
        scene.store.put_delegate(owner, bo, until, &by).await.expect("a delegate");
        assert_eq!(ids(&claimed(&scene, word(4, &[earlier])).await), [earlier]);
        assert!(scene.store.end_delegate(owner, bo, &by).await.expect("an end"));
        assert!(scene.store.delegates_of(owner).await.expect("a list").is_empty());
    });
}

#[test]
fn what_needs_its_owners_pin_is_no_delegates_and_goes_again_only_when_it_was_typed_again() {
    for_each_database(|scene| async move {
        let bo = scene.store.put_person(&person("bo", None)).await.expect("a person");
        let until = scene.clock.now().plus_seconds(3_600);
        let by = format!("person:{}", scene.person);
        scene.store.put_delegate(scene.person, bo, until, &by).await.expect("a delegate");
        let job = scene.held().await;
        let card = scene.store.add_card(&card(scene.person, &[1]), "directory:ldap").await;
        let card = card.expect("a card");
        let listed = async || {
            let list = scene.store.jobs_for_delegate(bo, scene.station, card, 9).await;
            list.expect("a list").len()
        };
        assert_eq!(listed().await, 1);
        assert!(scene.store.demand_pin(scene.queue, true, "os:0").await.expect("changed"));
        assert_eq!(listed().await, 0);
        // Not even with a PIN of the delegate's own.
        let bos = ClaimRequest { member: Some(bo), proven: vec![job], ..named(&scene, 1, &[job]) };
        assert!(claimed(&scene, bos).await.is_empty());

        let typed = |tap| ClaimRequest { proven: vec![job], ..named(&scene, tap, &[job]) };
        let taken = claimed(&scene, typed(2)).await;
        assert_eq!(ids(&taken), [job]);
        assert_eq!(out(&scene, &taken[0]).await, JobState::Completed);
        let shown = scene.store.job(job).await.expect("the job").ended_at.expect("it is over");
        let untyped = ClaimRequest { again: vec![(job, shown)], ..named(&scene, 3, &[job]) };
        assert!(claimed(&scene, untyped).await.is_empty(), "nor once more without it");
        let again = ClaimRequest { again: vec![(job, shown)], ..typed(4) };
        assert_eq!(ids(&claimed(&scene, again).await), [job]);
    });
}

#[test]
fn a_rule_that_is_loosened_stays_with_the_jobs_that_came_under_it() {
    for_each_database(|scene| async move {
        let strict = QueueRules {
            starts: Starts::ListFirst,
            confidential: true,
            delegates: false,
            ..QueueRules::default()
        };
        scene.store.set_queue_rules(scene.queue, &strict, "os:0").await.expect("rules");
        let before = scene.held().await;
        let loose = QueueRules::default();
        scene.store.set_queue_rules(scene.queue, &loose, "os:0").await.expect("rules");
        let after = scene.held().await;
        let job = scene.store.job(before).await.expect("the job");
        assert!(job.confidential && job.named_only && job.no_delegates);
        let all = scene.claim(Some(scene.tap(1)), JobsToClaim::All);
        assert_eq!(ids(&claimed(&scene, all).await), [after]);
        assert!(
            claimed(&scene, named(&scene, 2, &[before])).await.is_empty(),
            "still not without TLS"
        );
        let secret = encrypted_printer(&scene).await;
        let request = ClaimRequest { printer: secret, ..named(&scene, 2, &[before]) };
        assert_eq!(ids(&claimed(&scene, request).await), [before]);
    });
}

#[test]
fn a_tap_for_everything_that_lists_what_it_waited_for_lets_nothing_go_that_is_to_be_named() {
    for_each_database(|scene| async move {
        let (marked, plain) = (scene.held().await, scene.held().await);
        assert!(scene.store.mark_confidential(marked, scene.owner, true).await.expect("a mark"));
        let secret = encrypted_printer(&scene).await;
        let word = |tap, by_hand| ClaimRequest {
            printer: secret,
            by_hand,
            named: Vec::new(),
            ..named(&scene, tap, &[marked, plain])
        };
        assert_eq!(ids(&claimed(&scene, word(1, false)).await), [plain]);
        assert!(
            claimed(&scene, word(2, true)).await.is_empty(),
            "nor a screen that knows no such jobs"
        );
        let only = ClaimRequest { only_counted: true, ..word(3, false) };
        assert!(scene.store.claim(only).await.expect("a claim").uncounted.is_empty());
        let request = ClaimRequest { printer: secret, ..named(&scene, 4, &[marked]) };
        assert_eq!(ids(&claimed(&scene, request).await), [marked]);
    });
}

#[test]
fn what_was_to_come_out_once_more_and_was_handed_back_goes_only_when_it_is_named() {
    for_each_database(|scene| async move {
        let job = scene.held().await;
        let first = claimed(&scene, named(&scene, 1, &[job])).await.remove(0);
        assert_eq!(out(&scene, &first).await, JobState::Completed);
        let shown = scene.store.job(job).await.expect("the job").ended_at.expect("it is out");
        // Also where nobody knows how many pages it has: it has been printed.
        let again = ClaimRequest {
            again: vec![(job, shown)],
            only_counted: true,
            ..named(&scene, 2, &[job])
        };
        let second = claimed(&scene, again).await.remove(0);
        let back = EndAttempt {
            attempt: second.attempt,
            fence: second.fence,
            event: JobEvent::HandBack,
            usage: nothing(),
            at: scene.clock.now(),
            reason: None,
            goes_on: false,
        };
        scene.store.end_attempt(back).await.expect("an end");
        assert_eq!(scene.state(job).await, JobState::Held);
        let all = scene.claim(Some(scene.tap(3)), JobsToClaim::All);
        assert!(claimed(&scene, all).await.is_empty());
        assert_eq!(ids(&claimed(&scene, named(&scene, 3, &[job])).await), [job]);
    });
}

#[test]
fn the_owner_is_told_of_each_delegate_and_has_not_more_than_so_many() {
    for_each_database(|scene| async move {
        let until = scene.clock.now().plus_seconds(3_600);
        let mut added = Vec::new();
        for number in 0..=DELEGATES_MAX {
            let login = format!("delegate{number}");
            let one = scene.store.put_person(&person(&login, None)).await.expect("a person");
            scene.clock.advance(1);
            let put = scene.store.put_delegate(scene.person, one, until, "os:0").await;
            added.push(put.expect("an answer"));
        }
        let most = usize::try_from(DELEGATES_MAX).expect("a number");
        assert_eq!(added.iter().filter(|one| **one).count(), most);
        assert_eq!(added.last(), Some(&false));
        let notices = scene.store.notices(scene.person, 99).await.expect("a list");
        assert_eq!(notices.len(), most, "each of them, also within the hour");
    });
}

#[test]
fn a_queue_comes_with_its_rules_or_not_at_all() {
    for_each_database(|scene| async move {
        let queue = scene.store.queue(scene.queue).await.expect("a queue");
        let another = Queue { id: QueueId::new(), ..queue };
        let rules = QueueRules { confidential: true, ..QueueRules::default() };
        let put = scene.store.put_queue_with_rules(&another, &rules, "os:0").await;
        assert!(put.is_err(), "the name is taken");
        assert!(scene.store.queue_rules(another.id).await.is_err());
        let another = Queue { name: "secret".into(), ..another };
        scene.store.put_queue_with_rules(&another, &rules, "os:0").await.expect("a queue");
        assert_eq!(scene.store.queue_rules(another.id).await.expect("rules"), rules);
    });
}
