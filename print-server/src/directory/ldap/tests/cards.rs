//! Cards that were issued after the last copy.

use real_parts::campus::{self, PASSWORD};
use real_parts::slapd::Slapd;

use super::{House, card};
use crate::directory::Asked;

#[tokio::test(flavor = "multi_thread")]
async fn a_new_card_is_asked_for_once_and_brings_its_person() {
    let (slapd, house) = (Slapd::start(0), House::new().await);
    let directory = house.directory(house.config(&slapd));
    let reading = card("04D1B2C3D4E583");
    let taps = (0..20).map(|_| directory.find_unknown_card(&reading));
    let answers = futures_util::future::join_all(taps).await;
    assert!(answers.iter().all(|answer| *answer == Asked::Known));
    assert_eq!(house.card_of("04D1B2C3D4E583").await.as_deref(), Some("david"));
    assert_eq!(
        house.card_of("A1B2C3D4").await.as_deref(),
        Some("david"),
        "the other card came too"
    );

    // A reader that turns the bytes round.
    assert_eq!(directory.find_unknown_card(&card("80E5D4C3B2A104")).await, Asked::Known);
    assert_eq!(house.card_of("04A1B2C3D4E580").await.as_deref(), Some("anna"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_of_nobody_or_of_somebody_who_left_opens_nothing() {
    let (slapd, house) = (Slapd::start(0), House::new().await);
    let directory = house.directory(house.config(&slapd));
    assert_eq!(
        directory.find_unknown_card(&card("04E1B2C3D4E584")).await,
        Asked::Unknown,
        "has left"
    );
    assert_eq!(directory.find_unknown_card(&card("04FFFFFFFFFFFF")).await, Asked::Unknown);
    let bo = campus::named_people().remove(1);
    slapd.change(&format!(
        "dn: {}\nchangetype: modify\nadd: campusCard\ncampusCard: 04FFFFFFFFFFFF\n",
        bo.dn()
    ));
    let again = directory.find_unknown_card(&card("04FFFFFFFFFFFF")).await;
    assert_eq!(again, Asked::Unknown, "the answer holds for a minute");
    directory.sync().await.unwrap();
    assert_eq!(house.card_of("04FFFFFFFFFFFF").await.as_deref(), Some("bo"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_two_people_have_is_nobody_s() {
    let (slapd, house) = (Slapd::start(0), House::new().await);
    let directory = house.directory(house.config(&slapd));
    let bo = campus::named_people().remove(1);
    slapd.change(&format!(
        "dn: {}\nchangetype: modify\nadd: campusCard\ncampusCard: 04A1B2C3D4E580\n",
        bo.dn()
    ));
    assert_eq!(directory.find_unknown_card(&card("04A1B2C3D4E580")).await, Asked::Unknown);
    assert!(house.person("anna").await.is_none() && house.person("bo").await.is_none());
    assert_eq!(super::sign_in(&directory, "bo", PASSWORD).await, "right");
}
