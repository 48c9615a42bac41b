//! The file of people through the directory's front door.

use std::sync::Arc;

use print_core::time::ManualClock;
use print_core::{CardNumber, CardReading, Clock, Login, Timestamp};
use real_parts::folder::Folder;
use store::{CardSource, DatabaseUrl, Language, NodeName, Person, Store};

use super::brake::Brake;
use super::{Directory, SyncError, Synced, card_lookups, new_card};
use crate::config::{self, FileDirectory};
use crate::keys::{InstallationKey, Keys};

/// A store, keys and a file of people of one test.
struct House {
    folder: Folder,
    store: Store,
    keys: Arc<Keys>,
    directory: Directory,
}

impl House {
    async fn new() -> Self {
        let folder = Folder::new("file-house");
        InstallationKey::create_new(&folder.join("key")).unwrap();
        let keys = Arc::new(Keys::open(&folder.join("days"), &folder.join("key")).unwrap());
        let clock: Arc<dyn Clock> =
            Arc::new(ManualClock::at(Timestamp::from_micros(1_760_000_000_000_000)));
        let url = DatabaseUrl::sqlite(&folder.join("house.db"));
        let node = NodeName::parse("main").unwrap();
        let store = Store::open(&url, node, Arc::clone(&clock)).await.unwrap();
        let path = folder.join("people.toml");
        let config = config::Directory::File(FileDirectory {
            path,
            brake_percent: 25,
            name: "file".into(),
            suffix: None,
            prefix: None,
            realm: None,
        });
        let directory = Directory::new(&[config], store.clone(), Arc::clone(&keys), clock).unwrap();
        Self { folder, store, keys, directory }
    }

    /// Writes the file anew and copies it.
    async fn copy(&self, text: &str) -> Result<Synced, SyncError> {
        self.folder.write("people.toml", text);
        self.directory.sync().await
    }

    async fn person(&self, name: &str) -> Person {
        let login = Login::parse(name).unwrap();
        self.store.person_by_login(&login).await.unwrap().expect(name)
    }

    async fn card_of(&self, digits: &str) -> Option<String> {
        let reading = CardReading::parse_hex(digits).unwrap();
        let found = self.store.find_card(&card_lookups(&self.keys, &reading)).await.unwrap();
        Some(found?.person.login.as_str().to_owned())
    }

    /// The trail of events, the oldest first: what happened to what.
    async fn trail(&self) -> Vec<(String, String)> {
        let events = self.store.audit_newest(100).await.unwrap();
        events.into_iter().rev().map(|event| (event.event, event.outcome)).collect()
    }
}

fn entry(login: &str, more: &str) -> String {
    format!("[[person]]\nlogin = \"{login}\"\nname = \"{login}\"\n{more}\n")
}

/// So many people, each with a card.
fn many(people: std::ops::Range<usize>) -> String {
    let one = |number| entry(&format!("p{number}"), &format!("cards = [\"04A1B2{number:02X}\"]"));
    people.map(one).collect()
}

#[tokio::test]
async fn the_language_that_a_person_chose_outlives_a_change_of_the_file() {
    let house = House::new().await;
    house.copy(&entry("anna", "language = \"sv\"")).await.unwrap();
    let anna = house.person("anna").await.id;
    house.store.set_language(anna, Language::English).await.unwrap();
    house.copy(&entry("anna", "language = \"sv\"\nmail = \"a@b.example\"")).await.unwrap();
    let anna = house.person("anna").await;
    assert_eq!((anna.language, anna.mail.as_deref()), (Language::English, Some("a@b.example")));
}

#[tokio::test]
async fn a_card_that_left_the_file_opens_nothing_and_one_of_another_source_stays() {
    let house = House::new().await;
    house.copy(&entry("anna", "cards = [\"04A1B2C3\", \"04A1B2C4\"]")).await.unwrap();
    let anna = house.person("anna").await.id;
    let own = CardReading::parse_hex("04FFFFFF").unwrap();
    let own = new_card(&house.keys, anna, CardSource::Helpdesk, "", &CardNumber::Whole(own));
    house.store.add_card(&own, "os:0").await.unwrap();
    house.copy(&entry("anna", "cards = [\"04A1B2C4\"]")).await.unwrap();
    assert_eq!(house.card_of("04A1B2C3").await, None);
    assert_eq!(house.card_of("04A1B2C4").await.as_deref(), Some("anna"));
    assert_eq!(house.card_of("04FFFFFF").await.as_deref(), Some("anna"));
    let done = |event: &str| (event.to_owned(), "done".to_owned());
    assert_eq!(house.trail().await, [done("card-add"), done("card-remove")]);
}

#[tokio::test]
async fn the_card_of_somebody_who_left_can_be_given_to_somebody_else() {
    let house = House::new().await;
    house.copy(&entry("anna", "cards = [\"04A1B2C3\"]")).await.unwrap();
    let synced = house.copy(&entry("bo", "cards = [\"04A1B2C3\"]")).await.unwrap();
    assert_eq!(synced, Synced { people: 1, disabled: 1, cards_refused: 0 });
    assert!(house.person("anna").await.disabled);
    assert_eq!(house.card_of("04A1B2C3").await.as_deref(), Some("bo"));
    // A second look at the same file finds nothing more to do.
    let again = house.copy(&entry("bo", "cards = [\"04A1B2C3\"]")).await.unwrap();
    assert_eq!(again, Synced { people: 1, disabled: 0, cards_refused: 0 });
    assert_eq!(house.trail().await.len(), 1);
}

#[tokio::test]
async fn a_file_that_lost_many_people_or_cards_is_not_followed() {
    let house = House::new().await;
    house.copy(&many(0..20)).await.unwrap();
    for (text, wanted) in [
        (String::new(), Brake::Nobody),
        (many(0..14), Brake::TooMany { gone: 6, known: 20, percent: 25 }),
        (
            many(0..14) + &(14..20).map(|p| entry(&format!("p{p}"), "")).collect::<String>(),
            Brake::TooManyCards { gone: 6, known: 20, percent: 25 },
        ),
    ] {
        for _ in 0..2 {
            let refused = house.copy(&text).await;
            let Err(SyncError::Brake(brake)) = refused else { panic!("{wanted}: {refused:?}") };
            assert_eq!(brake, wanted);
        }
        assert!(!house.person("p19").await.disabled);
        assert_eq!(house.card_of("04A1B213").await.as_deref(), Some("p19"));
    }
    let braked = ("directory-sync".to_owned(), "refused: brake".to_owned());
    assert_eq!(house.trail().await, [braked.clone(), braked.clone(), braked]);
    // Five may always go.
    assert_eq!(house.copy(&many(0..15)).await.unwrap().disabled, 5);
}
