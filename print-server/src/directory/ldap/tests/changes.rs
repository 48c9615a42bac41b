//! Changes of an OpenLDAP server, and outages as the clock counts them.

use print_core::{CardId, Clock as _};
use real_parts::campus::{PASSWORD, numbered_person};
use real_parts::slapd::Slapd;

use super::{House, LdapDirectory, card, sign_in};
use crate::config::LongOutage;
use crate::directory::brake::Brake;
use crate::directory::{Asked, Directory, Standing, SyncError, Synced};
use crate::release::{Closed, closed};

const HOUR: i64 = 3_600;

async fn copied(directory: &Directory) -> Result<Synced, SyncError> {
    directory.all[0].sync_changes(&directory.tools).await
}

fn changed(number: usize, attribute: &str, value: &str) -> String {
    let dn = numbered_person(number).dn();
    format!("dn: {dn}\nchangetype: modify\nreplace: {attribute}\n{attribute}: {value}\n\n")
}

fn deleted(numbers: std::ops::Range<usize>) -> String {
    numbers
        .map(|one| format!("dn: {}\nchangetype: delete\n\n", numbered_person(one).dn()))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_since_the_last_copy_is_read_and_nothing_else() {
    let (mut slapd, house) = (Slapd::start(94), House::new().await);
    let directory = house.directory(house.config(&slapd));
    assert_eq!(copied(&directory).await.unwrap().people, 100, "the first copy has everybody");
    assert_eq!(copied(&directory).await.unwrap(), Synced::default());

    slapd.change(&(changed(1, "mail", "x@y.test") + &changed(2, "campusDisabled", "TRUE")));
    let synced = copied(&directory).await.unwrap();
    assert_eq!((synced.people, synced.disabled), (2, 1));
    assert_eq!(house.person("user00001").await.unwrap().mail.as_deref(), Some("x@y.test"));
    assert!(house.person("user00002").await.unwrap().disabled);

    slapd.change(&deleted(3..5));
    let synced = copied(&directory).await.unwrap();
    assert_eq!(synced.disabled, 2);
    assert!(house.person("user00004").await.unwrap().disabled);
    assert!(!house.person("user00005").await.unwrap().disabled);

    // The server's own start loses no change.
    slapd.change(&changed(5, "mail", "z@y.test"));
    slapd.bring_up();
    assert_eq!(copied(&directory).await.unwrap().people, 1);

    // A change of a group stands at none of its members: everybody is read.
    slapd.change(
        "dn: cn=print-admins,ou=groups,dc=campus,dc=test\nchangetype: modify\nadd: member\n\
         member: uid=bo,ou=people,dc=campus,dc=test\n",
    );
    assert_eq!(copied(&directory).await.unwrap().people, 98);
    let bo = house.person("bo").await.unwrap();
    assert!(house.store.groups_of(bo.id).await.unwrap().contains(&"print-admins".to_owned()));
    assert_eq!(copied(&directory).await.unwrap(), Synced::default());

    // Once a day everybody is read, whatever the server says.
    house.clock.advance(24 * HOUR);
    assert_eq!(copied(&directory).await.unwrap().people, 98);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_deletions_among_changes_are_not_followed_and_the_overview_says_so() {
    let (slapd, house) = (Slapd::start(94), House::new().await);
    let directory = house.directory(house.config(&slapd));
    copied(&directory).await.unwrap();
    slapd.change(&deleted(10..20));
    for _ in 0..2 {
        let refused = copied(&directory).await;
        let Err(SyncError::Brake(brake)) = refused else { panic!("{refused:?}") };
        assert_eq!(brake, Brake::TooMany { gone: 10, known: 97, percent: 5 });
    }
    assert!(!house.person("user00010").await.unwrap().disabled);
    let health = directory.health().await;
    assert!(health[0].brake.as_ref().is_some_and(|why| why.contains("10 of 97")), "{health:?}");
    let raised = LdapDirectory { brake_percent: 20, ..house.config(&slapd) };
    assert_eq!(copied(&house.directory(raised)).await.unwrap().disabled, 10);
    assert_eq!(directory.health().await[0].brake, None, "a good copy ends the alarm");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_counted_from_the_last_good_copy() {
    let (mut slapd, house) = (Slapd::start(0), House::new().await);
    let config = house.config(&slapd);
    let works = LdapDirectory { after_72_hours: LongOutage::Works, ..config.clone() };
    let (directory, works) = (house.directory(config.clone()), house.directory(works));
    for one in [&directory, &works] {
        copied(one).await.unwrap();
    }
    let anna = house.person("anna").await.unwrap();
    slapd.take_down();
    for (hours, wanted, kinder) in [
        (23, Standing::Fresh, Standing::Fresh),
        (1, Standing::Aged, Standing::Aged),
        (47, Standing::Aged, Standing::Aged),
        (1, Standing::Over, Standing::Aged),
    ] {
        house.clock.advance(hours * HOUR);
        assert!(copied(&directory).await.is_err());
        assert_eq!(directory.standing(&anna).await.unwrap(), wanted);
        assert_eq!(works.standing(&anna).await.unwrap(), kinder);
        // Nor does a code open what a card would not.
        let why = (wanted == Standing::Over).then_some(Closed::DirectoryOld);
        assert_eq!(closed(&directory, &anna).await.unwrap(), why);
    }
    // Each use is written down.
    directory.after_tap(anna.id, CardId::new().into()).await;
    let trail = house.store.audit_newest(1).await.unwrap();
    assert_eq!(trail[0].event, "tap-by-old-copy");
    assert_eq!(trail[0].detail["copy_hours"], 72);
    // A server that is started meanwhile knows how long it has lasted.
    let restarted = house.directory(config);
    restarted.recall().await;
    assert_eq!(restarted.standing(&anna).await.unwrap(), Standing::Over);
    let health = restarted.health().await;
    assert_eq!((health[0].answers, health[0].age_hours), (false, 72));
    assert_eq!(directory.find_unknown_card(&card("04FFFFFFFFFFFF")).await, Asked::Unreachable);

    slapd.bring_up();
    let back = std::time::Instant::now();
    while copied(&restarted).await.is_err() {
        assert!(back.elapsed() < std::time::Duration::from_secs(5), "back by itself");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(restarted.standing(&anna).await.unwrap(), Standing::Fresh);
    assert_eq!(restarted.tools.clock.now(), house.clock.now());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_taps_is_asked_for_again_and_out_when_the_directory_has_closed_the_account() {
    let (slapd, house) = (Slapd::start(3), House::new().await);
    let directory = house.directory(house.config(&slapd));
    copied(&directory).await.unwrap();
    let person = house.person("user00001").await.unwrap();
    let other = house.person("user00002").await.unwrap();
    slapd.change(&changed(1, "campusDisabled", "TRUE"));
    // An entry that is not there proves nothing: the base may have been emptied.
    slapd.change(&deleted(2..3));
    for person in [&person, &other] {
        directory.after_tap(person.id, CardId::new().into()).await;
    }
    assert!(house.person("user00001").await.unwrap().disabled);
    assert!(!house.person("user00002").await.unwrap().disabled);
    assert_eq!(house.store.audit_newest(1).await.unwrap()[0].event, "account-closed");
    assert_eq!(sign_in(&directory, "user00001", PASSWORD).await, "wrong");
    // Once in ten minutes is enough.
    let (_, asked) = slapd.asked();
    directory.after_tap(other.id, CardId::new().into()).await;
    assert_eq!(slapd.asked().1, asked);
}
