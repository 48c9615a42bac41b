//! The person's own cards: confirmed by their owner only, and blocked.

use print_core::CardId;
use store::{Card, CardLookup, CardSource, NewCard};

use crate::browser::{Browser, field};
use crate::house::House;

async fn add(house: &House, login: &str, source: CardSource) -> CardId {
    let id = CardId::new();
    let lookup = CardLookup { kind: "uid4".into(), bits: 32, lookup: id.as_bytes().to_vec() };
    let card = NewCard {
        id,
        person: house.person(login).await,
        source,
        sealed: vec![1],
        last4: "B2C3".into(),
        label: "Kortet <b>".into(),
        expires_at: None,
        lookups: vec![lookup],
    };
    house.store.add_card(&card, "os:0").await.expect("a card")
}

async fn first(house: &House, login: &str) -> Card {
    house.store.cards_of(house.person(login).await).await.expect("cards").remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_it_added_waits_for_its_owner_who_confirms_it() {
    let house = House::open().await;
    let mut staff = Browser::signed_in(house.address, "staff").await;
    assert!(staff.get("/my-prints").await.text().contains("Du har inget kort."));
    let id = add(&house, "staff", CardSource::Helpdesk).await;
    let page = staff.get("/my-prints").await.text();
    for text in
        ["Kortet &lt;b&gt; …B2C3", "tillagt av IT", "Väntar på dig", "IT har lagt till ett kort"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    let path = format!("/my-prints/cards/{id}/confirm");
    let mut visitor = Browser::signed_in(house.address, "visitor").await;
    let theirs = field(&visitor.get("/my-prints").await.text(), "token");
    let reply = visitor.post(&path, &[("token", &theirs)]).await;
    assert_eq!(reply.header("location"), "/my-prints?card=no#cards");
    assert!(first(&house, "staff").await.waits_for_owner(), "nobody else's word counts");
    assert_eq!(staff.post(&path, &[]).await.status, 403, "without the session's token");
    let token = field(&page, "token");
    let reply = staff.post(&path, &[("token", &token)]).await;
    assert_eq!((reply.status, reply.header("location")), (303, "/my-prints?card=confirmed#cards"));
    assert!(!first(&house, "staff").await.waits_for_owner());
    let page = staff.get("/my-prints?card=confirmed").await.text();
    assert!(page.contains("Kortet är bekräftat.") && !page.contains("/confirm\""), "{page}");
    let audit = house.store.audit_newest(1).await.expect("the trail").remove(0);
    let actor = format!("person:{}", house.person("staff").await);
    assert_eq!((audit.event.as_str(), audit.actor), ("card-confirm", actor));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_card_is_blocked_by_its_owner() {
    let house = House::open().await;
    let id = add(&house, "visitor", CardSource::Directory).await;
    let mut visitor = Browser::signed_in(house.address, "visitor").await;
    let page = visitor.get("/my-prints").await.text();
    assert!(page.contains("from the directory") && !page.contains("/confirm\""), "{page}");
    let token = field(&page, "token");
    let path = format!("/my-prints/cards/{id}/block");
    let reply = visitor.post(&path, &[("token", &token)]).await;
    assert_eq!(reply.header("location"), "/my-prints?card=blocked#cards");
    assert!(first(&house, "visitor").await.blocked_at.is_some());
    let page = visitor.get("/my-prints?card=blocked").await.text();
    assert!(page.contains("is blocked and opens nothing") && !page.contains("/block\""), "{page}");
    let reply = visitor.post("/my-prints/cards/no-card/block", &[("token", &token)]).await;
    assert_eq!(reply.status, 404);
}
