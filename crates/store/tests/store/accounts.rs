//! One person in several directories.

use print_core::{Login, PersonId};
use store::{CardSource, DirectoryPerson, NewAccount, NewCard, Store, StoreError};

use crate::cards::{card, lookup};
use crate::scene::{MORNING, for_each_database, keyword, person};

fn login(text: &str) -> Login {
    Login::parse(text).expect("a login")
}

/// An account of a directory, linked to others by this value.
fn account(directory: &str, name: &str, link: Option<&str>) -> NewAccount {
    let person = DirectoryPerson {
        source: directory.into(),
        key: format!("{directory}-{name}"),
        groups: vec![format!("{directory}-people")],
        ..person(name, None)
    };
    NewAccount { person, link: link.map(str::to_owned) }
}

async fn put(store: &Store, account: &NewAccount) -> PersonId {
    store.put_account(account).await.expect("an account").person
}

async fn add_card(store: &Store, directory: &str, person: PersonId, form: u8) {
    let card = NewCard { source: CardSource::Directory, ..card(person, &[form]) };
    let added = store.add_cards(directory, &[card]).await.expect("a card");
    assert!(added[0].is_some());
}

async fn owner(store: &Store, form: u8) -> Option<PersonId> {
    let found = store.find_card(&[lookup(form)]).await.expect("a look");
    found.map(|found| found.person.id)
}

#[test]
fn equal_names_of_two_directories_are_nobody_s_until_one_says_which() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let staff = put(store, &account("staff", "kim", Some("1"))).await;
        let student = put(store, &account("students", "Kim", Some("2"))).await;
        assert_ne!(staff, student);
        let bare = store.person_by_login(&login("kim")).await;
        assert!(matches!(bare, Err(StoreError::Conflict)), "{bare:?}");
        for (directory, wanted) in [("staff", staff), ("students", student)] {
            let found = store.person_of_directory(directory, &login("KIM")).await.expect("a look");
            assert_eq!(found.map(|person| person.id), Some(wanted));
        }
        // Whose account is closed stands in nobody's way.
        let mut closed = account("students", "Kim", Some("2"));
        closed.person.disabled = true;
        put(store, &closed).await;
        let found = store.person_by_login(&login("kim")).await.expect("a look");
        assert_eq!(found.map(|person| person.id), Some(staff));
    });
}

#[test]
fn linked_accounts_are_one_person_with_the_cards_and_groups_of_both() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let staff = put(store, &account("staff", "kim", Some("1"))).await;
        assert_eq!(put(store, &account("students", "kim99", Some("1"))).await, staff);
        for name in ["kim", "kim99"] {
            let found = store.person_by_login(&login(name)).await.expect("a look");
            assert_eq!(found.map(|person| person.id), Some(staff), "{name}");
        }
        let groups = store.groups_of(staff).await.expect("groups");
        assert_eq!(groups, ["staff-people", "students-people"]);
        add_card(store, "staff", staff, 1).await;
        add_card(store, "students", staff, 2).await;
        // One directory takes back what it gave, and no more.
        let of_staff = store.cards_of_directory(staff, "staff").await.expect("cards");
        store.remove_card_of_source(of_staff[0], staff, "staff").await.expect("removed");
        assert_eq!((owner(store, 1).await, owner(store, 2).await), (None, Some(staff)));
        // The person goes on by the account that is still open.
        let mut closed = account("staff", "kim", Some("1"));
        closed.person.disabled = true;
        put(store, &closed).await;
        let person = store.person(staff).await.expect("the person");
        assert_eq!((person.disabled, person.login.as_str()), (false, "kim99"));
        assert_eq!(store.groups_of(staff).await.expect("groups"), ["students-people"]);
    });
}

#[test]
fn a_link_that_two_accounts_of_one_directory_share_links_nobody() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let staff = put(store, &account("staff", "kim", Some("1"))).await;
        let first = put(store, &account("students", "a", Some("1"))).await;
        let second = put(store, &account("students", "b", Some("1"))).await;
        assert_eq!(first, staff);
        assert_ne!(second, staff);
    });
}

#[test]
fn parting_gives_each_its_own_directory_s_cards_and_nobody_the_other_s_jobs() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        // Anna of the scene has a job, and comes from "file".
        let job = scene.held().await;
        let anna = NewAccount { person: person("anna", None), link: Some("7".into()) };
        assert_eq!(put(store, &anna).await, scene.person);
        let linked = account("students", "anna99", Some("7"));
        assert_eq!(put(store, &linked).await, scene.person);
        add_card(store, "students", scene.person, 9).await;
        // It joined somebody with a job: its card opens only what comes from then on.
        let found = store.find_card(&[lookup(9)]).await.expect("a look").expect("a card");
        assert!(found.card.waits_for_owner());
        assert!(!store.card_opens(found.card.id, MORNING).await.expect("an answer"));
        let parted = put(store, &account("students", "anna99", Some("8"))).await;
        assert_ne!(parted, scene.person);
        assert_eq!(owner(store, 9).await, Some(parted));
        let held = store.job(job).await.expect("the job");
        assert_eq!(held.owner, print_core::OwnerId::Person(scene.person));
        assert_eq!(store.groups_of(scene.person).await.expect("groups"), ["print-admins", "staff"]);
        assert_eq!(store.groups_of(parted).await.expect("groups"), ["students-people"]);
        // Together again: who parted has no jobs and is taken in; the person is the same as before.
        assert_eq!(put(store, &linked).await, scene.person);
        assert!(store.person(parted).await.expect("the person").disabled);
    });
}

#[test]
fn a_person_with_open_jobs_is_taken_into_nobody_before_these_are_over() {
    for_each_database(|scene| async move {
        let store = &scene.store;
        let job = scene.held().await;
        let other = put(store, &account("students", "anna99", Some("7"))).await;
        let anna = NewAccount { person: person("anna", None), link: Some("7".into()) };
        let placed = store.put_account(&anna).await.expect("an account");
        assert_eq!((placed.person, placed.waits), (scene.person, true));
        store.cancel_job(job, &keyword("job-canceled-by-user"), MORNING).await.expect("cancelled");
        let placed = store.put_account(&anna).await.expect("an account");
        assert_eq!((placed.person, placed.waits), (other, false));
    });
}
