//! Active Directory and OpenLDAP together.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use print_core::{CardNumber, PersonId};
use real_parts::campus::{self, numbered_person};
use real_parts::samba::{self, Samba, dn, person_ldif};
use real_parts::slapd::Slapd;
use store::CardSource;

use super::{House, LdapDirectory, card, login, sign_in};
use crate::config;
use crate::directory::{Asked, Directory, new_card};

/// People who are in both, by a number that both directories say.
const IN_BOTH: std::ops::Range<usize> = 1..51;
/// Other people, whose login names somebody else has in the other directory.
const EQUAL_NAMES: std::ops::Range<usize> = 61..81;

impl House {
    fn both(&self, samba: &Samba, slapd: &Slapd) -> Directory {
        let campus = LdapDirectory {
            name: "campus".into(),
            suffix: Some("people.example".into()),
            link_attribute: Some("employeeNumber".into()),
            ..self.config(slapd)
        };
        self.directories(&[
            config::Directory::Ldap(Box::new(campus)),
            config::Directory::Active(Box::new(self.domain(samba))),
        ])
    }

    async fn linked(&self) -> usize {
        let mut linked = 0;
        for person in self.store.people("", None, 1_000).await.unwrap() {
            linked += usize::from(self.store.accounts_of(person.id).await.unwrap().len() == 2);
        }
        linked
    }

    async fn of(&self, directory: &str, name: &str) -> PersonId {
        self.store.person_of_directory(directory, &login(name)).await.unwrap().expect(name).id
    }
}

/// A card that only the domain names.
fn domain_card(number: usize) -> String {
    format!("0477{number:010X}")
}

fn furnish(samba: &Samba, slapd: &Slapd) {
    let (mut domain, mut campus) = (String::new(), String::new());
    for number in IN_BOTH {
        let more = format!("employeeNumber: {number}\nextensionName: {}\n", domain_card(number));
        domain += &person_ldif(&format!("ad{number:03}"), &more);
        campus += &format!(
            "dn: {}\nchangetype: modify\nreplace: employeeNumber\nemployeeNumber: {number}\n\n",
            numbered_person(number).dn()
        );
    }
    for number in EQUAL_NAMES {
        domain += &person_ldif(&numbered_person(number).uid, "");
    }
    samba.change(&domain);
    slapd.change(&campus);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_people_in_both_are_linked_and_twenty_equal_names_are_nobody_else_s() {
    let (mut samba, mut slapd, house) = (Samba::start(), Slapd::start(90), House::new().await);
    furnish(&samba, &slapd);
    let directory = house.both(&samba, &slapd);
    directory.sync().await.unwrap();
    assert_eq!(house.linked().await, 50);
    let mut owners = HashSet::new();
    for number in IN_BOTH {
        let campus = numbered_person(number);
        let one = house.of("campus", &campus.uid).await;
        assert_eq!(one, house.of("ad", &format!("ad{number:03}")).await, "{number}");
        // Who is closed in one goes on by the other, without the closed one's cards.
        let of_campus = if campus.disabled { None } else { Some(one) };
        for (digits, wanted) in campus
            .cards
            .iter()
            .map(|digits| (digits.clone(), of_campus))
            .chain([(domain_card(number), Some(one))])
        {
            assert_eq!(house.card(&digits).await.map(|found| found.person.id), wanted, "{number}");
        }
        assert!(owners.insert(one), "{number} has an owner of its own");
    }
    for number in EQUAL_NAMES {
        let name = numbered_person(number).uid;
        assert_ne!(house.of("campus", &name).await, house.of("ad", &name).await, "{name}");
        let found = house.store.person_by_login(&login(&name)).await;
        assert!(matches!(found, Err(store::StoreError::Conflict)), "{found:?}");
    }
    let name = numbered_person(61).uid;
    let at = |domain: &str| format!("{name}@{domain}");
    for (text, password, wanted) in [
        (name.clone(), samba::PASSWORD, "ambiguous"),
        (name.clone(), campus::PASSWORD, "ambiguous"),
        (at(samba::SUFFIX), samba::PASSWORD, "right"),
        (at(samba::SUFFIX), campus::PASSWORD, "wrong"),
        (at("people.example"), campus::PASSWORD, "right"),
        (at("people.example"), samba::PASSWORD, "wrong"),
        (format!("CAMPUS\\{name}"), samba::PASSWORD, "right"),
        // Only one directory has these.
        ("ad001".into(), samba::PASSWORD, "right"),
        ("user00001".into(), campus::PASSWORD, "right"),
    ] {
        assert_eq!(sign_in(&directory, &text, password).await, wanted, "{text}");
    }

    // One directory down: the other's people notice nothing.
    samba.take_down();
    assert_eq!(sign_in(&directory, "user00002", campus::PASSWORD).await, "right");
    assert_eq!(sign_in(&directory, "ad002", samba::PASSWORD).await, "unreachable");
    assert!(house.card(&domain_card(2)).await.is_some(), "known cards stay");
    assert_eq!(directory.find_unknown_card(&card("0499999999999A")).await, Asked::Unreachable);
    slapd.change(&format!(
        "dn: {}\nchangetype: modify\nadd: campusCard\ncampusCard: 0488888888888A\n",
        numbered_person(3).dn()
    ));
    assert_eq!(directory.find_unknown_card(&card("0488888888888A")).await, Asked::Known);
    assert!(directory.all[0].sync_changes(&directory.tools).await.is_ok());
    assert!(directory.all[1].sync_changes(&directory.tools).await.is_err());
    assert_eq!(house.linked().await, 50);
    samba.bring_up();
    let back = Instant::now();
    while sign_in(&directory, "ad003", samba::PASSWORD).await != "right" {
        assert!(back.elapsed() < Duration::from_secs(5), "back by itself");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    slapd.take_down();
    assert_eq!(sign_in(&directory, "ad004", samba::PASSWORD).await, "right");
    assert_eq!(sign_in(&directory, "user00004", campus::PASSWORD).await, "unreachable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_number_parts_two_people_and_each_keeps_their_own_cards_and_password() {
    let (samba, slapd, house) = (Samba::start(), Slapd::start(90), House::new().await);
    furnish(&samba, &slapd);
    let directory = house.both(&samba, &slapd);
    directory.sync().await.unwrap();
    let one = house.of("campus", "user00005").await;
    // The person has a card of their own, too.
    let own = CardNumber::Whole(card("04666666666666"));
    let own = new_card(&house.keys, one, CardSource::Own, "", &own);
    house.store.add_card(&own, &format!("person:{one}")).await.unwrap();
    assert_eq!(sign_in(&directory, "ad005", samba::PASSWORD).await, "right");
    samba.change(&format!(
        "dn: {}\nchangetype: modify\nreplace: employeeNumber\nemployeeNumber: 999\n",
        dn("ad005")
    ));
    directory.sync().await.unwrap();
    assert_eq!(house.linked().await, 49);
    let other = house.of("ad", "ad005").await;
    assert_ne!(one, other);
    for (digits, wanted) in [
        (numbered_person(5).cards[0].clone(), one),
        (domain_card(5), other),
        ("04666666666666".into(), one),
    ] {
        assert_eq!(
            house.card(&digits).await.map(|found| found.person.id),
            Some(wanted),
            "{digits}"
        );
    }
    // What was right a moment ago is asked again: it is another person's password now.
    assert_eq!(sign_in(&directory, "ad005", samba::PASSWORD).await, "wrong");
}
