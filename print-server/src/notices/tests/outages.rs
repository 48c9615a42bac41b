//! A mail server that is away, or that is there and says nothing.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use print_core::Clock as _;
use real_parts::certificates::Authority;
use store::{Language, NoticeKind};

use super::house::House;
use super::server::{MailServer, Manner};
use crate::config::MailSecurity;

const NOTICES: usize = 500;

#[tokio::test(flavor = "multi_thread")]
async fn after_two_hours_without_a_mail_server_500_notices_are_each_delivered_once() {
    let house = House::open().await;
    let somewhere = "127.0.0.1:0".parse().expect("an address");
    // A port where nobody listens, until somebody does.
    let address = MailServer::start(somewhere, Manner::Tls, &house.authority).await.address;
    let logins: Vec<String> = (0..NOTICES).map(|number| format!("p{number}")).collect();
    let people = house.people(&logins, Language::Swedish).await;
    join_all(people.iter().map(|person| house.tell(*person))).await;
    let mailer = house.mailer(&house.mail(address, MailSecurity::Tls));
    for _minute in 0..120 {
        house.send_all(&mailer).await;
        house.clock.advance(60);
    }
    assert_eq!(house.store.mail_waiting().await.expect("a count"), NOTICES as i64);
    let server = MailServer::start(address, Manner::Tls, &house.authority).await;
    // The longest pause is a quarter of an hour.
    for _minute in 0..=15 {
        house.send_all(&mailer).await;
        house.clock.advance(60);
    }
    let taken = server.taken();
    let ids: BTreeSet<String> = taken.iter().map(|mail| mail.header("Message-ID")).collect();
    let readers: BTreeSet<&str> = taken.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!((taken.len(), ids.len(), readers.len()), (NOTICES, NOTICES, NOTICES));
    assert_eq!(house.store.mail_waiting().await.expect("a count"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_waits_for_a_mail_server_that_says_nothing() {
    let house = House::open().await;
    let somewhere = "127.0.0.1:0".parse().expect("an address");
    let server = MailServer::start(somewhere, Manner::Silent, &Authority::new("any")).await;
    let people = house.people(&["anna".into(), "bob".into()], Language::Swedish).await;
    house.tell(people[0]).await;
    let mailer = house.mailer(&house.mail(server.address, MailSecurity::Tls));
    let round = mailer.round();
    tokio::pin!(round);
    // The first look at the outbox takes the mail; from then on the round hangs in the mail server.
    while house.store.next_mail().await.expect("an answer") <= Some(house.clock.now()) {
        tokio::select! {
            done = &mut round => panic!("the round is over: {done:?}"),
            () = tokio::task::yield_now() => {}
        }
    }
    // What jobs do to the store meanwhile is done while the round still waits.
    let work = async {
        for minute in 0..100 {
            let at = house.clock.now().plus_seconds(minute * 3_600);
            let told = house.store.tell(people[1], NoticeKind::ExpiresSoon, at).await;
            assert!(told.expect("the store answers"));
        }
    };
    tokio::select! {
        biased;
        done = &mut round => panic!("the round is over: {done:?}"),
        () = work => {}
        () = tokio::time::sleep(Duration::from_secs(15)) => panic!("the store waits for the mail"),
    }
}
