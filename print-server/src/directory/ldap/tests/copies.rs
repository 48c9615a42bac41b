//! Everybody, copied.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use real_parts::campus::{self, named_people, numbered_person};
use real_parts::slapd::Slapd;
use tokio::sync::watch;

use super::{House, LdapDirectory, login};
use crate::directory::SyncError;
use crate::directory::brake::Brake;

fn delete(slapd: &Slapd, numbers: impl Iterator<Item = usize>) {
    let changes = numbers
        .map(|number| format!("dn: {}\nchangetype: delete\n\n", numbered_person(number).dn()));
    slapd.change(&changes.collect::<String>());
}

fn replace(slapd: &Slapd, dn: &str, attribute: &str, value: &str) {
    slapd.change(&format!(
        "dn: {dn}\nchangetype: modify\nreplace: {attribute}\n{attribute}: {value}\n"
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_copied_page_by_page_with_departments_nested_groups_and_cards() {
    let (slapd, house) = (Slapd::start(1_200), House::new().await);
    let directory = house.directory(house.config(&slapd));
    let synced = directory.sync().await.unwrap();
    // One "card" is no number.
    assert_eq!((synced.people, synced.disabled, synced.cards_refused), (1_206, 0, 1));

    let anna = house.person("anna").await.unwrap();
    assert_eq!((anna.name.as_str(), anna.disabled), ("Anna Åkesson", false));
    assert_eq!(anna.mail.as_deref(), Some("anna@campus.test"));
    let department = house.store.department(anna.department.unwrap()).await.unwrap();
    assert_eq!((department.code.as_str(), department.name_en.as_str()), ("D001", "D001"));
    let groups: HashSet<_> = house.store.groups_of(anna.id).await.unwrap().into_iter().collect();
    for group in ["print-admins", "d001", "hospital", "all-staff"] {
        assert!(groups.contains(group), "{group} is not in {groups:?}");
    }
    let cecilia = house.person("cecilia").await.unwrap();
    assert!(!house.store.groups_of(cecilia.id).await.unwrap().contains(&"print-admins".into()));

    assert!(house.person("elsa").await.unwrap().disabled);
    assert!(house.person("user00050").await.unwrap().disabled);
    assert!(house.person("o,(x)*\\b").await.is_some());
    assert_eq!(house.card_of("A1B2C3D4").await.as_deref(), Some("david"));
    assert_eq!(house.card_of("04D1B2C3D4E583").await.as_deref(), Some("david"));
    assert_eq!(house.card_of("80E5D4C3B2A104").await.as_deref(), Some("anna"));
    let last = numbered_person(1_199);
    assert_eq!(house.card_of(&last.cards[0]).await.as_deref(), Some("user01199"));

    house.clock.advance(300);
    assert_eq!(directory.sync().await.unwrap().people, 1_206);
    let again = house.person("anna").await.unwrap();
    assert_eq!(again, anna, "what did not change is not written again");
    let restarted = house.directory(house.config(&slapd));
    assert_eq!(restarted.sync().await.unwrap().cards_refused, 1);
    assert_eq!(house.person("anna").await.unwrap(), anna, "nor after a start");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_in_the_directory_changes_in_the_store() {
    let (slapd, house) = (Slapd::start(2), House::new().await);
    let directory = house.directory(house.config(&slapd));
    directory.sync().await.unwrap();
    let [anna, bo, cecilia, david, ..] = &named_people()[..] else { panic!("named people") };
    let (anna_before, bo_before) = (house.person("anna").await, house.person("bo").await);

    replace(&slapd, &cecilia.dn(), "campusCard", "04D1B2C3D4E583");
    replace(&slapd, &david.dn(), "campusCard", "0411223344556677889A");
    slapd.change(&format!("dn: {}\nchangetype: delete\n", numbered_person(1).dn()));
    // Anna and Bo exchange their logins.
    let people = format!("ou=people,{}", campus::BASE);
    for (from, to) in [("anna", "nobody"), ("bo", "anna"), ("nobody", "bo")] {
        slapd.change(&format!(
            "dn: uid={from},{people}\nchangetype: modrdn\nnewrdn: uid={to}\ndeleteoldrdn: 1\n"
        ));
    }
    let synced = directory.sync().await.unwrap();
    assert_eq!((synced.people, synced.disabled), (7, 1));

    assert_eq!(house.card_of("04C1B2C3D4E582").await, None);
    assert_eq!(house.card_of("04D1B2C3D4E583").await.as_deref(), Some("cecilia"));
    assert_eq!(house.card_of("0411223344556677889A").await.as_deref(), Some("david"));
    assert!(house.person("user00001").await.unwrap().disabled);
    assert_eq!(house.card_of(&numbered_person(1).cards[0]).await, None);
    // The trail says whose cards open nothing any more, and no number of them.
    let trail = house.store.audit_newest(100).await.unwrap();
    let removed = trail.iter().filter(|event| event.event == "card-remove");
    let removed: HashSet<_> = removed.map(|event| event.detail["person"].to_string()).collect();
    for login in ["cecilia", "david", "user00001"] {
        let person = house.person(login).await.unwrap();
        assert!(removed.contains(&format!("\"{}\"", person.id)), "{login}: {trail:?}");
    }
    assert_eq!(removed.len(), 3);
    assert!(!format!("{trail:?}").to_uppercase().contains("04C1B2C3D4E582"));
    let (anna_after, bo_after) = (house.person("anna").await, house.person("bo").await);
    assert_eq!(anna_after.map(|person| person.id), bo_before.map(|person| person.id));
    assert_eq!(bo_after.map(|person| person.id), anna_before.map(|person| person.id));
    assert_eq!((anna.uid.as_str(), bo.uid.as_str()), ("anna", "bo"));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_who_vanish_in_numbers_are_kept_and_the_trail_says_so_once() {
    let (slapd, house) = (Slapd::start(94), House::new().await);
    let config = house.config(&slapd);
    let directory = house.directory(config.clone());
    assert_eq!(directory.sync().await.unwrap().people, 100);

    delete(&slapd, 1..5);
    assert_eq!(directory.sync().await.unwrap().disabled, 4);
    delete(&slapd, 5..11);
    for _ in 0..2 {
        let refused = directory.sync().await;
        let Err(SyncError::Brake(brake)) = refused else { panic!("{refused:?}") };
        assert_eq!(brake, Brake::TooMany { gone: 6, known: 93, percent: 5 });
    }
    assert!(!house.person("user00005").await.unwrap().disabled);
    let trail = house.store.audit_of("directory:ldap", 10).await.unwrap();
    assert_eq!(trail.len(), 1);
    assert_eq!(
        (trail[0].event.as_str(), trail[0].outcome.as_str()),
        ("directory-sync", "refused: brake")
    );

    let raised = house.directory(LdapDirectory { brake_percent: 7, ..config });
    assert_eq!(raised.sync().await.unwrap().disabled, 6);
    assert!(house.person("user00005").await.unwrap().disabled);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_base_and_a_refusal_change_nothing() {
    let (slapd, house) = (Slapd::start(3), House::new().await);
    let config = house.config(&slapd);
    house.directory(config.clone()).sync().await.unwrap();

    let empty = LdapDirectory { person_filter: "(objectClass=device)".into(), ..config.clone() };
    let refused = house.directory(empty).sync().await;
    assert!(matches!(refused, Err(SyncError::Brake(Brake::Nobody))), "{refused:?}");

    let base = format!("ou=nowhere,{}", campus::BASE);
    let refused = house.directory(LdapDirectory { base, ..config.clone() }).sync().await;
    let no_such_object = matches!(refused, Err(SyncError::Brake(Brake::Refused { code: 32, .. })));
    assert!(no_such_object, "{refused:?}");

    let bind_dn = campus::ROOT_DN.to_owned();
    let refused = house.directory(LdapDirectory { bind_dn, ..config }).sync().await;
    assert!(
        matches!(refused, Err(SyncError::Brake(Brake::Refused { code: 49, .. }))),
        "{refused:?}"
    );
    assert!(!house.person("anna").await.unwrap().disabled);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_with_one_login_do_not_stop_the_copy_and_the_first_one_keeps_it() {
    let (slapd, house) = (Slapd::start(3), House::new().await);
    let directory = house.directory(house.config(&slapd));
    directory.sync().await.unwrap();
    let anna = house.person("anna").await.unwrap();
    slapd.change(&format!(
        "dn: uid=ANNA,ou=elsewhere,{}\nchangetype: add\nobjectClass: inetOrgPerson\n\
         objectClass: campusPerson\nuid: ANNA\ncn: Another Anna\nsn: Anna\n",
        campus::BASE
    ));
    assert_eq!(directory.sync().await.unwrap().people, 10);
    let still = house.person("anna").await.unwrap();
    assert_eq!((still.id, still.disabled), (anna.id, false));
    assert_eq!(super::sign_in(&directory, "anna", campus::PASSWORD).await, "wrong");
    assert_eq!(login("ANNA").as_str(), "ANNA");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_copied_when_the_server_starts_until_it_stops() {
    let (slapd, house) = (Slapd::start(3), House::new().await);
    let directory = Arc::new(house.directory(house.config(&slapd)));
    let (stop, stopping) = watch::channel(false);
    let keeping = Arc::clone(&directory);
    let task = tokio::spawn(async move { keeping.keep_in_step(stopping).await });
    let limit = Duration::from_secs(30);
    let copied = async {
        while house.person("user00002").await.is_none() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(limit, copied).await.expect("people are copied");
    stop.send(true).unwrap();
    tokio::time::timeout(limit, task).await.expect("the copying ends").unwrap();
    let health = directory.health().await;
    let names: Vec<_> = health.iter().map(|one| (one.name.as_str(), one.answers)).collect();
    assert_eq!(names, [("127.0.0.1", true)]);
}
