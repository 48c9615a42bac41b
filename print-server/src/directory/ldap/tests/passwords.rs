//! Passwords, names made to deceive, and what is remembered.

use real_parts::campus::PASSWORD;
use real_parts::slapd::Slapd;

use super::{House, sign_in};

#[tokio::test(flavor = "multi_thread")]
async fn only_the_right_name_with_the_right_password_signs_in() {
    let (slapd, house) = (Slapd::start(3), House::new().await);
    let directory = house.directory(house.config(&slapd));
    directory.sync().await.unwrap();
    for (name, password, expected) in [
        ("anna", PASSWORD, "right"),
        ("BO", PASSWORD, "right"),
        ("cecilia", "", "wrong"),
        ("cecilia", "PW", "wrong"),
        ("o,(x)*\\b", PASSWORD, "right"),
        ("nobody", PASSWORD, "wrong"),
        // Has left.
        ("elsa", PASSWORD, "wrong"),
        // Would be everybody, anybody, or the product itself, if they were taken for filters or places.
        ("*", PASSWORD, "wrong"),
        ("*)(uid=*", PASSWORD, "wrong"),
        ("anna)(|(uid=*", PASSWORD, "wrong"),
        ("svc", PASSWORD, "wrong"),
        ("uid=anna,ou=people,dc=campus,dc=test", PASSWORD, "wrong"),
    ] {
        assert_eq!(sign_in(&directory, name, password).await, expected, "{name} {password}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_name_asks_as_much_of_the_directory_as_a_wrong_password() {
    let (slapd, house) = (Slapd::start(0), House::new().await);
    let directory = house.directory(house.config(&slapd));
    directory.sync().await.unwrap();
    // The first sign-in opens the connections.
    assert_eq!(sign_in(&directory, "anna", PASSWORD).await, "right");
    for name in ["bo", "nobody", "elsa", "*"] {
        let (binds, searches) = slapd.asked();
        assert_eq!(sign_in(&directory, name, "guess").await, "wrong");
        assert_eq!(slapd.asked(), (binds + 1, searches + 1), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_was_not_copied_yet_signs_in_and_is_known_then() {
    let (slapd, house) = (Slapd::start(0), House::new().await);
    let directory = house.directory(house.config(&slapd));
    assert!(house.person("bo").await.is_none());
    assert_eq!(sign_in(&directory, "bo", "wrong").await, "wrong");
    assert!(house.person("bo").await.is_none());
    assert_eq!(sign_in(&directory, "bo", PASSWORD).await, "right");
    let bo = house.person("bo").await.unwrap();
    let groups = house.store.groups_of(bo.id).await.unwrap();
    assert!(["print-finance", "hospital"].iter().all(|group| groups.contains(&(*group).into())));
    assert_eq!(house.card_of("04B1B2C3D4E581").await.as_deref(), Some("bo"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_remembered_while_the_directory_is_down() {
    let (mut slapd, house) = (Slapd::start(0), House::new().await);
    let directory = house.directory(house.config(&slapd));
    assert_eq!(sign_in(&directory, "anna", PASSWORD).await, "right");
    slapd.take_down();
    assert_eq!(sign_in(&directory, "anna", PASSWORD).await, "right");
    assert_eq!(sign_in(&directory, "anna", "other").await, "unreachable");
    assert_eq!(sign_in(&directory, "anna", "").await, "wrong");
    assert_eq!(sign_in(&directory, "bo", PASSWORD).await, "unreachable");
}

#[tokio::test(flavor = "multi_thread")]
async fn our_own_throttle_trips_before_the_directory_locks_the_account() {
    let (slapd, house) = (Slapd::start(0), House::new().await);
    let directory = house.directory(house.config(&slapd));
    for attempt in 0..10 {
        let expected = if attempt < 3 { "wrong" } else { "throttled" };
        assert_eq!(sign_in(&directory, "anna", &format!("guess {attempt}")).await, expected);
    }
    let anna = real_parts::campus::named_people().remove(0);
    assert!(slapd.signs_in(&anna.dn(), PASSWORD), "the directory has not locked the account");
}
