//! Codes in place of a card, cards that were just read, and PINs of people.

use print_core::{CodeId, PersonId, StationId};
use store::{
    CardOffer, CardSource, CodePurpose, CodeTry, JobsToClaim, NewCard, NewPersonCode, NoticeKind,
    OfferState, Opener, OwnPinTry, StoreError, TypedCode, WRONG_CODES_MAX, WRONG_OWN_PINS_A_DAY,
};

use crate::cards::card;
use crate::scene::{Scene, for_each_database, person};

fn code(scene: &Scene, person: PersonId, station: StationId, digits: u8) -> NewPersonCode {
    use print_core::Clock as _;
    NewPersonCode {
        id: CodeId::new(),
        person,
        purpose: CodePurpose::Open,
        station,
        lookup: [digits; 32],
        expires_at: scene.clock.now().plus_seconds(600),
    }
}

fn typed(scene: &Scene, tap: i64, digits: u8) -> TypedCode {
    TypedCode { key: scene.tap(tap), purpose: CodePurpose::Open, lookup: [digits; 32] }
}

async fn tried(scene: &Scene, tap: i64, digits: u8) -> CodeTry {
    scene.store.try_code(&typed(scene, tap, digits)).await.expect("an answer")
}

#[test]
fn a_code_opens_its_owners_jobs_once_at_its_station_and_is_known_by_the_tap() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let job = scene.held().await;
        let made = code(&scene, scene.person, scene.station, 1);
        assert!(store.make_code(&made).await.expect("an answer"));
        let elsewhere = scene.add_station(scene.printers[0]).await;
        let key = store::TapKey { station: elsewhere, ..scene.tap(1) };
        let other = TypedCode { key, ..typed(&scene, 1, 1) };
        let wrong = store.try_code(&other).await.expect("an answer");
        assert_eq!(wrong, CodeTry::Wrong { left: 4, until: None }, "it holds at one station");
        let purpose = CodePurpose::AddCard;
        let wrong = store.try_code(&TypedCode { purpose, ..typed(&scene, 1, 1) }).await;
        assert_eq!(
            wrong.expect("an answer"),
            CodeTry::Wrong { left: 4, until: None },
            "it does one thing"
        );
        let CodeTry::Right(right) = tried(&scene, 1, 1).await else { panic!("it is right") };
        assert_eq!((right.id, right.person), (made.id, scene.person));
        assert!(matches!(tried(&scene, 1, 1).await, CodeTry::Right(_)), "the same tap again");
        assert_eq!(tried(&scene, 2, 1).await, CodeTry::Wrong { left: 3, until: None }, "once");
        let opener = Opener::Code(right.id);
        assert!(store.may_go_on(scene.person, opener).await.expect("an answer"));
        let claim = scene.claim(Some(scene.tap(1)), JobsToClaim::All);
        let release = store.claim_with(claim, Some(opener)).await.expect("a claim");
        assert_eq!(release.claimed.iter().map(|one| one.job.id).collect::<Vec<_>>(), [job]);
        let taps = store.taps_of(scene.person, 9).await.expect("taps");
        assert_eq!((taps.len(), taps[0].opener), (1, Some(opener)), "its own kind");
        let trail = store.audit_newest(9).await.expect("the trail");
        let trail: Vec<_> = trail.iter().map(|e| (e.event.as_str(), e.outcome.as_str())).collect();
        let wrong = ("code-use", "refused: wrong code");
        let used = ("code-use", "done");
        assert_eq!(trail, [wrong, used, used, wrong, wrong, ("code-make", "done")]);
    });
}

#[test]
fn a_new_code_ends_the_one_before_and_none_outlives_its_time_or_its_person() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let bo = store.put_person(&person("bo", None)).await.expect("a person");
        let open = |person| store.open_codes(scene.station, CodePurpose::Open, person);
        assert!(store.make_code(&code(&scene, scene.person, scene.station, 1)).await.expect("one"));
        assert!(store.make_code(&code(&scene, scene.person, scene.station, 2)).await.expect("one"));
        assert_eq!(open(bo).await.expect("a count"), 1, "the first is over");
        assert_eq!(open(scene.person).await.expect("a count"), 0, "one's own does not count");
        assert!(matches!(tried(&scene, 1, 1).await, CodeTry::Wrong { .. }));
        assert!(!store.make_code(&code(&scene, bo, scene.station, 2)).await.expect("an answer"));
        scene.clock.advance(601);
        assert!(matches!(tried(&scene, 2, 2).await, CodeTry::Wrong { .. }), "its time is over");
        assert_eq!(open(bo).await.expect("a count"), 0);
        assert!(store.make_code(&code(&scene, bo, scene.station, 3)).await.expect("one"));
        let leaver = store::DirectoryPerson { disabled: true, ..person("bo", None) };
        store.put_person(&leaver).await.expect("a person");
        assert!(matches!(tried(&scene, 3, 3).await, CodeTry::Wrong { .. }), "bo has left");
    });
}

#[test]
fn five_wrong_codes_lock_one_station_longer_each_time_and_a_hundred_lock_all() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        assert!(store.make_code(&code(&scene, scene.person, scene.station, 1)).await.expect("one"));
        let locked_for = |seconds| {
            use print_core::Clock as _;
            CodeTry::Wrong { left: 0, until: Some(scene.clock.now().plus_seconds(seconds)) }
        };
        for left in (1..WRONG_CODES_MAX).rev() {
            assert_eq!(tried(&scene, 1, 9).await, CodeTry::Wrong { left, until: None });
        }
        assert_eq!(tried(&scene, 1, 9).await, locked_for(60));
        let locked = tried(&scene, 2, 1).await;
        assert!(matches!(locked, CodeTry::Locked { .. }), "the right one comes too late");
        scene.clock.advance(60);
        assert_eq!(tried(&scene, 3, 9).await, locked_for(120));
        scene.clock.advance(119);
        assert!(matches!(tried(&scene, 4, 1).await, CodeTry::Locked { .. }), "two minutes now");
        scene.clock.advance(1);
        assert!(matches!(tried(&scene, 5, 1).await, CodeTry::Right(_)));
        let code = |tap| typed(&scene, tap, 9);
        // Twenty stations more, five wrong ones at each.
        for _ in 0..20 {
            let station = scene.add_station(scene.printers[0]).await;
            for tap in 0..5 {
                let key = store::TapKey { station, ..scene.tap(tap) };
                store.try_code(&TypedCode { key, ..code(tap) }).await.expect("an answer");
            }
        }
        let station = scene.add_station(scene.printers[0]).await;
        let key = store::TapKey { station, ..scene.tap(1) };
        let all = store.try_code(&TypedCode { key, ..code(1) }).await.expect("an answer");
        assert!(matches!(all, CodeTry::Locked { .. }), "{all:?}");
    });
}

#[test]
fn an_offered_card_is_taken_once_with_all_its_codes() {
    for_each_database(|scene| async move {
        use print_core::Clock as _;
        let store = &scene.store;
        let now = scene.clock.now();
        let offer = |code: u8, tap| CardOffer {
            lookup: [code; 32],
            key: scene.tap(tap),
            sealed: vec![code],
            expires_at: now.plus_seconds(60),
        };
        for (code, tap) in [(1, 1), (2, 1), (3, 2)] {
            assert!(store.offer_card(&offer(code, tap)).await.expect("an answer"));
        }
        assert!(!store.offer_card(&offer(1, 3)).await.expect("an answer"), "one card a code");
        let found = store.offered_card(&[2; 32], now).await.expect("an answer").expect("a card");
        assert_eq!((found.station, found.sealed), (scene.station, vec![2]));
        let late = now.plus_seconds(60);
        assert!(store.offered_card(&[2; 32], late).await.expect("an answer").is_none());
        assert_eq!(store.offer_state(&scene.tap(1)).await.expect("an answer"), OfferState::Open);
        store.refuse_offered_card(&[1; 32]).await.expect("noted");
        let refused = store.offer_state(&scene.tap(1)).await.expect("an answer");
        assert_eq!(refused, OfferState::Refused(now), "and the offer goes on");
        assert!(store.take_offered_card(&[2; 32]).await.expect("an answer"));
        assert!(!store.take_offered_card(&[1; 32]).await.expect("an answer"), "together");
        assert!(store.offered_card(&[1; 32], now).await.expect("an answer").is_none());
        assert_eq!(store.offer_state(&scene.tap(1)).await.expect("an answer"), OfferState::Taken);
        let other = store.offer_state(&scene.tap(2)).await.expect("an answer");
        assert_eq!(other, OfferState::Open, "another card");
        assert!(store.offered_card(&[3; 32], now).await.expect("an answer").is_some());
    });
}

fn temporary(scene: &Scene, person: PersonId, form: u8, seconds: i64) -> NewCard {
    use print_core::Clock as _;
    let expires_at = Some(scene.clock.now().plus_seconds(seconds));
    NewCard { source: CardSource::Temporary, expires_at, ..card(person, &[form]) }
}

#[test]
fn a_card_for_a_time_that_is_over_is_given_again_to_anybody_and_opens_nothing_older() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let bo = store.put_person(&person("bo", None)).await.expect("a person");
        let first = store.add_card(&temporary(&scene, bo, 7, 60), "os:0").await.expect("a card");
        let early = store.add_card(&temporary(&scene, scene.person, 7, 60), "os:0").await;
        assert!(matches!(early, Err(StoreError::Conflict)), "it is still bo's");
        let job = scene.held().await;
        scene.clock.advance(60);
        for (tap, whose) in [(1, scene.person), (2, bo), (3, scene.person)] {
            let again = temporary(&scene, whose, 7, 60);
            let id = store.add_card(&again, "os:0").await.expect("given again");
            assert!(id == again.id && id != first);
            assert_eq!(store.cards_of(whose).await.expect("cards").len(), 1);
            let claim = scene.claim(Some(scene.tap(tap)), JobsToClaim::List(vec![job]));
            if whose == scene.person {
                let release = store.claim_with(claim, Some(id.into())).await.expect("a claim");
                assert!(release.claimed.is_empty(), "nothing older");
                let hidden = store.hidden_jobs(scene.owner, id).await.expect("a count");
                assert_eq!(hidden, 1, "and the station says so");
            }
            scene.clock.advance(60);
        }
        let removed = store.audit_newest(99).await.expect("the trail");
        assert_eq!(removed.iter().filter(|event| event.event == "card-remove").count(), 3);
    });
}

#[test]
fn the_directory_vouches_for_a_card_that_it_has_too() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let imported = NewCard { source: CardSource::Import, ..card(scene.person, &[1]) };
        let id = store.add_card(&imported, "os:0").await.expect("a card");
        for _ in 0..2 {
            store.vouch_for_card(id, scene.person).await.expect("an answer");
            let known = store.cards_of(scene.person).await.expect("cards").remove(0);
            assert!(!known.waits_for_owner());
        }
        let trail = store.audit_newest(9).await.expect("the trail");
        let trail: Vec<_> = trail.iter().map(|event| event.event.as_str()).collect();
        assert_eq!(trail, ["card-confirm", "card-add"], "once");
    });
}

#[test]
fn ones_own_card_is_told_of_at_once() {
    for_each_database(|scene| async move {
        let own = NewCard { source: CardSource::Own, ..card(scene.person, &[1]) };
        let id = scene.store.add_card(&own, "person:x").await.expect("a card");
        let notices = scene.store.notices(scene.person, 9).await.expect("notices");
        assert_eq!(notices.iter().map(|n| n.kind).collect::<Vec<_>>(), [NoticeKind::OwnCardAdded]);
        let known = scene.store.cards_of(scene.person).await.expect("cards").remove(0);
        assert!(known.id == id && !known.waits_for_owner(), "the owner's word opens everything");
    });
}

#[test]
fn jobs_of_a_queue_with_pin_go_only_when_it_was_proved() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let job = scene.held().await;
        assert!(store.demand_pin(scene.queue, true, "os:0").await.expect("changed"));
        assert!(!store.demand_pin(scene.queue, true, "os:0").await.expect("as before"));
        assert!(store.queues_with_pin().await.expect("queues").demands(scene.queue));
        let nothing = store.claim(scene.claim(Some(scene.tap(1)), JobsToClaim::First)).await;
        assert!(nothing.expect("a claim").claimed.is_empty(), "not by a tap for everything");
        let counted = store::ClaimRequest {
            only_counted: true,
            ..scene.claim(Some(scene.tap(1)), JobsToClaim::All)
        };
        let all = store.claim(counted).await.expect("a claim");
        assert!(all.claimed.is_empty() && all.uncounted.is_empty(), "nor when it is counted");
        let listed = scene.claim(Some(scene.tap(2)), JobsToClaim::List(vec![job]));
        let unproven = store.claim(listed.clone()).await.expect("a claim");
        assert!(unproven.claimed.is_empty(), "nor by its name");
        scene.clock.advance(1);
        assert!(store.demand_pin(scene.queue, false, "os:0").await.expect("changed"));
        let queues = store.queues_with_pin().await.expect("queues");
        assert!(!queues.demands(scene.queue), "for jobs to come");
        let again = scene.claim(Some(scene.tap(3)), JobsToClaim::List(vec![job]));
        let still = store.claim(again).await.expect("a claim");
        assert!(still.claimed.is_empty(), "an administrator's word opens nothing that waits");
        let later = scene.held().await;
        let after = store.claim(scene.claim(Some(scene.tap(4)), JobsToClaim::First)).await;
        let after = after.expect("a claim").claimed;
        assert_eq!(after.iter().map(|one| one.job.id).collect::<Vec<_>>(), [later]);
        let proven = store::ClaimRequest { proven: vec![job], ..listed };
        assert_eq!(store.claim(proven).await.expect("a claim").claimed.len(), 1);
        let away = store.demand_pin(print_core::QueueId::new(), true, "os:0").await;
        assert!(!away.expect("an answer"), "there is no such queue");
        let trail = store.audit_newest(9).await.expect("the trail");
        let trail: Vec<_> = trail.iter().map(|event| event.event.as_str()).collect();
        assert_eq!(trail, ["queue-pin", "queue-pin"], "what changed nothing is no change");
    });
}

#[test]
fn a_queue_that_never_demanded_a_pin_keeps_no_job_when_it_is_told_not_to() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let job = scene.held().await;
        scene.clock.advance(60);
        assert!(!store.demand_pin(scene.queue, false, "os:0").await.expect("an answer"));
        assert!(store.queues_with_pin().await.expect("queues").is_empty());
        let claim = store.claim(scene.claim(Some(scene.tap(1)), JobsToClaim::All)).await;
        let claimed = claim.expect("a claim").claimed;
        assert_eq!(claimed.iter().map(|one| one.job.id).collect::<Vec<_>>(), [job]);
    });
}

#[test]
fn a_used_code_opens_again_for_the_same_tap_for_a_minute_only() {
    for_each_database(|scene| async move {
        let made = code(&scene, scene.person, scene.station, 1);
        assert!(scene.store.make_code(&made).await.expect("an answer"));
        assert!(matches!(tried(&scene, 1, 1).await, CodeTry::Right(_)));
        scene.clock.advance(59);
        assert!(matches!(tried(&scene, 1, 1).await, CodeTry::Right(_)), "a connection was lost");
        scene.clock.advance(1);
        assert!(matches!(tried(&scene, 1, 1).await, CodeTry::Wrong { .. }), "counted from its use");
    });
}

#[test]
fn each_card_code_and_pin_is_told_of_also_within_the_hour() {
    for_each_database(|scene| async move {
        let (store, me) = (&scene.store, scene.person);
        for form in [1, 2] {
            let own = NewCard { source: CardSource::Own, ..card(me, &[form]) };
            store.add_card(&own, &format!("person:{me}")).await.expect("a card");
            let made = code(&scene, me, scene.station, form);
            assert!(store.make_code(&made).await.expect("an answer"));
            for _ in 0..2 {
                let used = tried(&scene, i64::from(form), form).await;
                assert!(matches!(used, CodeTry::Right(_)), "said again, it is told of once");
            }
            store.set_own_pin(me, "one", &format!("person:{me}")).await.expect("set");
            assert!(store.remove_own_pin(me, "os:0").await.expect("removed"));
            scene.clock.advance(1);
        }
        let notices = store.notices(me, 99).await.expect("notices");
        for (kind, times) in [
            (NoticeKind::OwnCardAdded, 2),
            // One mail an hour is enough of what has opened nothing yet.
            (NoticeKind::CodeMade, 1),
            (NoticeKind::CodeUsed, 2),
            (NoticeKind::PinSet, 2),
            (NoticeKind::PinRemoved, 2),
        ] {
            let count = notices.iter().filter(|notice| notice.kind == kind).count();
            assert_eq!(count, times, "{kind:?}");
        }
    });
}

#[test]
fn a_pin_that_is_taken_away_and_set_anew_gives_no_further_tries_that_day() {
    for_each_database(|scene| async move {
        let (store, me) = (&scene.store, scene.person);
        let own = format!("person:{me}");
        let left = async || store.own_pin(me).await.expect("an answer").expect("a PIN").tries_left;
        let mut tried = 0;
        for round in 0..4 {
            store.set_own_pin(me, "own", &own).await.expect("set");
            while let Ok(Some(OwnPinTry::Counted { .. })) = store.try_own_pin(me).await {
                tried += 1;
            }
            assert_eq!(left().await, 0, "{round}");
            assert!(store.remove_own_pin(me, "os:0").await.expect("removed"));
            assert!(!store.remove_own_pin(me, "os:0").await.expect("an answer"), "there is none");
            assert_eq!(store.own_pin(me).await.expect("an answer"), None);
            assert!(store.try_own_pin(me).await.expect("an answer").is_none());
        }
        assert_eq!(tried, WRONG_OWN_PINS_A_DAY);
        store.set_own_pin(me, "given", "os:0").await.expect("set");
        assert_eq!(left().await, 0, "nor by one that somebody gives");
        // Who is signed in and sets another in place of one that is there begins anew.
        store.set_own_pin(me, "own", &own).await.expect("set");
        assert_eq!(left().await, 5);
    });
}

#[test]
fn a_pin_locks_after_five_wrong_ones_and_one_that_it_set_waits_for_its_owner() {
    for_each_database(|scene| async move {
        use print_core::Clock as _;
        let (store, me) = (&scene.store, scene.person);
        assert!(store.try_own_pin(me).await.expect("an answer").is_none());
        store.set_own_pin(me, "one", &format!("person:{me}")).await.expect("set");
        let pin = store.own_pin(me).await.expect("an answer").expect("a PIN");
        assert!(pin.opens(print_core::Timestamp::from_micros(0)), "one's own opens all");
        for left in [4, 3, 2, 1, 0] {
            let tried = store.try_own_pin(me).await.expect("an answer").expect("a PIN");
            let OwnPinTry::Counted { verifier, pin } = tried else { panic!("locked too early") };
            assert_eq!((verifier.as_str(), pin.tries_left), ("one", left));
        }
        assert_eq!(store.try_own_pin(me).await.expect("an answer"), Some(OwnPinTry::Locked));
        scene.clock.advance(899);
        assert_eq!(store.try_own_pin(me).await.expect("an answer"), Some(OwnPinTry::Locked));
        scene.clock.advance(1);
        assert!(matches!(store.try_own_pin(me).await, Ok(Some(OwnPinTry::Counted { .. }))));
        scene.clock.advance(1_799);
        store.set_own_pin(me, "given", "os:0").await.expect("set");
        let locked = store.try_own_pin(me).await.expect("an answer");
        assert_eq!(locked, Some(OwnPinTry::Locked), "twice as long, whatever the helpdesk does");
        scene.clock.advance(1);
        assert!(matches!(store.try_own_pin(me).await, Ok(Some(OwnPinTry::Counted { .. }))));
        store.own_pin_was_right(me).await.expect("forgotten");
        let left = store.own_pin(me).await.expect("an answer").expect("a PIN").tries_left;
        assert_eq!(left, 4, "six were wrong today, of ten");
        let now = scene.clock.now();
        store.set_own_pin(me, "two", "os:0").await.expect("set");
        let pin = store.own_pin(me).await.expect("an answer").expect("a PIN");
        assert!(!pin.opens(now.plus_seconds(-1)) && pin.opens(now), "only what comes");
        let notices = store.notices(me, 9).await.expect("notices");
        let told: Vec<_> = notices.iter().map(|notice| notice.kind).collect();
        assert_eq!(told, [NoticeKind::PinGiven, NoticeKind::PinGiven, NoticeKind::PinSet]);
        assert!(store.confirm_own_pin(me).await.expect("an answer"));
        assert!(!store.confirm_own_pin(me).await.expect("an answer"), "nothing is left to confirm");
        assert!(store.own_pin(me).await.expect("an answer").expect("a PIN").opens_from().is_none());
        assert!(store.remove_own_pin(me, "os:0").await.expect("an answer"));
        assert!(store.own_pin(me).await.expect("an answer").is_none());
        let trail = store.audit_newest(9).await.expect("the trail");
        let trail: Vec<_> = trail.iter().map(|event| event.event.as_str()).collect();
        assert_eq!(trail, ["pin-remove", "pin-confirm", "pin-set", "pin-set", "pin-set"]);
    });
}
