//! Cards: found by any form, one person's each, trusted as far as whoever added them may be.

use print_core::{CardForm, CardId, JobId};
use serde_json::json;
use store::{
    CardChange, CardLookup, CardSource, ImportedCards, JobsToClaim, NewCard, NoticeKind, StoreError,
};

use crate::scene::{Scene, for_each_database, person};

/// A day of seconds.
const DAY: i64 = 24 * 3_600;

pub fn card(person: print_core::PersonId, forms: &[u8]) -> NewCard {
    NewCard {
        id: CardId::new(),
        person,
        source: CardSource::Directory,
        sealed: vec![1, 2, 3],
        last4: "B2C3".into(),
        label: "Badge".into(),
        expires_at: None,
        lookups: forms.iter().map(|form| lookup(*form)).collect(),
    }
}

fn of_helpdesk(person: print_core::PersonId, form: u8) -> NewCard {
    NewCard { source: CardSource::Helpdesk, ..card(person, &[form]) }
}

pub fn lookup(form: u8) -> CardLookup {
    CardLookup { kind: "uid4".into(), bits: 32, lookup: vec![form; 32] }
}

/// What a station shows of anna's jobs to whoever holds this card.
async fn shown(scene: &Scene, card: CardId) -> Vec<JobId> {
    let station = scene.add_station(scene.printers[0]).await;
    let jobs = scene.store.jobs_for_station(scene.owner, station, card, 10).await;
    jobs.expect("a list").into_iter().map(|job| job.id).collect()
}

async fn claimed(scene: &Scene, card: CardId, tap: i64, jobs: JobsToClaim) -> Vec<JobId> {
    let claim = scene.claim(Some(scene.tap(tap)), jobs);
    let release = scene.store.claim_with(claim, Some(card.into())).await.expect("a claim");
    release.claimed.into_iter().map(|claimed| claimed.job.id).collect()
}

async fn told(scene: &Scene) -> Vec<NoticeKind> {
    let notices = scene.store.notices(scene.person, 10).await.expect("notices");
    notices.into_iter().map(|notice| notice.kind).collect()
}

async fn trail(scene: &Scene) -> Vec<String> {
    let events = scene.store.audit_newest(100).await.expect("the trail");
    events.into_iter().rev().map(|event| event.event).collect()
}

#[test]
fn a_card_is_found_by_any_of_its_forms_and_belongs_to_one_person() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let bo = store.put_person(&person("bo", None)).await.expect("a person");
        let id = store.add_card(&card(scene.person, &[1, 2]), "os:0").await.expect("a card");
        let again = store.add_card(&card(scene.person, &[2, 3]), "os:0").await;
        assert_eq!(again.expect("a card"), id);
        for form in [1, 2, 3] {
            let found = store.find_card(&[lookup(form)]).await.expect("a look").expect("a card");
            assert_eq!((found.card.id, found.person.id), (id, scene.person));
        }
        assert!(store.find_card(&[lookup(4)]).await.expect("a look").is_none());
        let other_kind = CardLookup { kind: "uid7".into(), ..lookup(1) };
        assert!(store.find_card(&[other_kind]).await.expect("a look").is_none());
        let taken = store.add_card(&card(bo, &[9, 3]), "os:0").await;
        assert!(matches!(taken, Err(StoreError::Conflict)));
        assert!(store.find_card(&[lookup(9)]).await.expect("a look").is_none(), "all or nothing");
        let page = [card(scene.person, &[3, 4]), card(bo, &[9, 4]), card(bo, &[5])];
        let added = store.add_cards("file", &page).await.expect("a page of cards");
        assert_eq!((added[0], added[1], added[2].is_some()), (Some(id), None, true));
        assert!(store.find_card(&[lookup(9)]).await.expect("a look").is_none(), "all or nothing");
        let two = store.find_card(&[lookup(1), lookup(5)]).await;
        assert!(matches!(two, Err(StoreError::Conflict)), "forms of two people are nobody's");
        store.remove_card_of_source(id, scene.person, "file").await.expect("removed");
        assert!(store.find_card(&[lookup(1)]).await.expect("a look").is_none());
        assert!(matches!(
            store.remove_card_of_source(id, scene.person, "file").await,
            Err(StoreError::NotFound)
        ));
    });
}

#[test]
fn a_card_that_somebody_else_added_opens_only_what_came_afterwards_until_its_owner_confirms_it() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let before = scene.held().await;
        scene.clock.advance(1);
        let id = store.add_card(&of_helpdesk(scene.person, 1), "os:7").await.expect("a card");
        assert_eq!(told(&scene).await, [NoticeKind::CardAdded], "at once");
        let after = scene.held().await;
        assert_eq!(shown(&scene, id).await, [after]);
        assert_eq!(claimed(&scene, id, 1, JobsToClaim::List(vec![before])).await, []);
        assert_eq!(claimed(&scene, id, 2, JobsToClaim::First).await, [after]);
        assert_eq!(claimed(&scene, id, 2, JobsToClaim::All).await, []);
        // What the owner lets go elsewhere is not shown to whoever holds the card either.
        let own = store.add_card(&card(scene.person, &[2]), "directory").await.expect("a card");
        let third = scene.held().await;
        assert_eq!(claimed(&scene, own, 3, JobsToClaim::All).await, [before, third]);
        let running = store.running_attempts(scene.owner, id, 10).await.expect("a list");
        let running: Vec<_> = running.into_iter().map(|attempt| attempt.job).collect();
        assert_eq!(running, [after, third]);
        let by = format!("person:{}", scene.person);
        let confirm = CardChange::Confirm;
        let bo = store.put_person(&person("bo", None)).await.expect("a person");
        assert!(store.change_card(id, bo, confirm, &by).await.expect("an answer").is_none());
        assert!(store.change_card(id, scene.person, confirm, &by).await.expect("done").is_some());
        assert!(store.change_card(id, scene.person, confirm, &by).await.expect("so").is_none());
        let running = store.running_attempts(scene.owner, id, 10).await.expect("a list");
        assert_eq!(running.len(), 3);
        assert_eq!(trail(&scene).await, ["card-add", "card-add", "card-confirm"]);
    });
}

#[test]
fn a_confirmed_card_opens_everything_and_the_owners_own_does_at_once() {
    for_each_database(|scene| async move {
        let before = scene.held().await;
        scene.clock.advance(1);
        let own = NewCard { source: CardSource::Own, ..card(scene.person, &[1]) };
        let own = scene.store.add_card(&own, "person").await.expect("a card");
        assert_eq!(
            (shown(&scene, own).await, told(&scene).await),
            (vec![before], vec![NoticeKind::OwnCardAdded])
        );
        let other = of_helpdesk(scene.person, 2);
        let other = scene.store.add_card(&other, "os:0").await.expect("a card");
        assert_eq!(shown(&scene, other).await, []);
        let by = format!("person:{}", scene.person);
        scene.store.change_card(other, scene.person, CardChange::Confirm, &by).await.expect("done");
        assert_eq!(shown(&scene, other).await, [before]);
        assert_eq!(claimed(&scene, other, 1, JobsToClaim::All).await, [before]);
    });
}

#[test]
fn a_blocked_card_that_somebody_else_opens_again_opens_no_earlier_job() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let id = store.add_card(&card(scene.person, &[1]), "directory").await.expect("a card");
        let before = scene.held().await;
        let change = async |change, by: &str| {
            store.change_card(id, scene.person, change, by).await.expect("an answer").is_some()
        };
        assert!(
            change(CardChange::Block, "os:0").await && !change(CardChange::Block, "os:0").await
        );
        assert!(!store.may_go_on(scene.person, id).await.expect("an answer"));
        scene.clock.advance(1);
        assert!(change(CardChange::Unblock, "os:0").await);
        assert!(store.may_go_on(scene.person, id).await.expect("an answer"));
        assert_eq!(
            (shown(&scene, id).await, told(&scene).await),
            (vec![], vec![NoticeKind::CardAdded])
        );
        let own = format!("person:{}", scene.person);
        assert!(change(CardChange::Block, &own).await && change(CardChange::Unblock, &own).await);
        assert_eq!(shown(&scene, id).await, [before], "the owner's own word opens it");
        assert!(!change(CardChange::Remove, "os:0").await, "the directory would bring it back");
    });
}

#[test]
fn a_card_has_an_end_and_a_last_use() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let end = print_core::Clock::now(&*scene.clock).plus_seconds(DAY);
        let temporary = NewCard {
            source: CardSource::Temporary,
            expires_at: Some(end),
            ..card(scene.person, &[1])
        };
        let id = store.add_card(&temporary, "os:0").await.expect("a card");
        let first = store.cards_of(scene.person).await.expect("cards").remove(0);
        assert_eq!((first.source, first.used_at), (CardSource::Temporary, None));
        store.use_card(id, None).await.expect("noted");
        let used = store.cards_of(scene.person).await.expect("cards")[0].used_at;
        assert_eq!(used, Some(print_core::Clock::now(&*scene.clock)));
        scene.clock.advance(3_599);
        store.use_card(id, None).await.expect("an answer");
        assert_eq!(store.cards_of(scene.person).await.expect("cards")[0].used_at, used, "hourly");
        assert!(store.may_go_on(scene.person, id).await.expect("an answer"));
        scene.clock.advance(DAY);
        assert!(!store.may_go_on(scene.person, id).await.expect("an answer"), "its time is over");
        assert!(
            store.cards_of(scene.person).await.expect("cards")[0]
                .is_expired(print_core::Clock::now(&*scene.clock))
        );
        store.use_card(id, used).await.expect("noted");
        let used = store.cards_of(scene.person).await.expect("cards")[0].used_at;
        assert_eq!(used, Some(print_core::Clock::now(&*scene.clock)));
    });
}

#[test]
fn a_list_of_cards_comes_whole_or_not_at_all() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let bo = store.put_person(&person("bo", None)).await.expect("a person");
        store.add_card(&card(bo, &[9]), "directory").await.expect("a card");
        store.add_card(&card(scene.person, &[8]), "directory").await.expect("a card");
        let import = |form| NewCard { source: CardSource::Import, ..card(scene.person, &[form]) };
        let summary = json!({ "rows": 3 });
        let bad = [import(1), import(9), import(2), import(1)];
        let taken = store.import_cards(&bad, "os:0", &summary).await.expect("an answer");
        assert_eq!(taken, ImportedCards::Taken(vec![1, 3]));
        assert_eq!(store.cards_of(scene.person).await.expect("cards").len(), 1, "nothing came");
        let good = [import(1), import(2), import(8)];
        let added = store.import_cards(&good, "os:0", &summary).await.expect("an answer");
        assert_eq!(added, ImportedCards::Added(2), "one was there");
        assert_eq!(told(&scene).await, [NoticeKind::CardAdded]);
        let newest = store.audit_newest(1).await.expect("the trail").remove(0);
        assert_eq!((newest.event.as_str(), &newest.detail["added"]), ("card-import", &json!(2)));
        let forms = [lookup(1), lookup(9), lookup(7)];
        let holders = store.card_holders(&forms.iter().collect::<Vec<_>>()).await.expect("a look");
        assert_eq!(holders.len(), 2);
        assert_eq!(holders[&lookup(9).lookup].1, bo);
    });
}

#[test]
fn the_sites_form_is_kept_and_each_change_is_written_down() {
    for_each_database(|scene| async move {
        let form = |text: &str| text.parse::<CardForm>().expect("a form");
        assert_eq!(scene.store.card_form().await.expect("an answer"), None);
        for text in ["hex", "reversed-decimal"] {
            scene.store.set_card_form(form(text), "os:0").await.expect("set");
            assert_eq!(scene.store.card_form().await.expect("an answer"), Some(form(text)));
        }
        let newest = scene.store.audit_newest(1).await.expect("the trail").remove(0);
        assert_eq!(newest.detail, json!({ "form": "reversed-decimal", "before": "hex" }));
    });
}

#[test]
fn a_card_that_is_blocked_or_removed_while_somebody_stands_at_a_station_opens_nothing_any_more() {
    for_each_database(|scene| async move {
        let job = scene.held().await;
        for (form, change) in [(7, CardChange::Block), (8, CardChange::Remove)] {
            let card = NewCard { source: CardSource::Own, ..card(scene.person, &[form]) };
            let by = format!("person:{}", scene.person);
            let id = scene.store.add_card(&card, &by).await.expect("a card");
            assert_eq!(shown(&scene, id).await, [job]);
            let changed = scene.store.change_card(id, scene.person, change, &by).await;
            assert!(changed.expect("an answer").is_some());
            assert_eq!(shown(&scene, id).await, []);
            assert_eq!(claimed(&scene, id, form.into(), JobsToClaim::All).await, []);
            assert!(!scene.store.card_opens(id, crate::scene::MORNING).await.expect("an answer"));
        }
    });
}
