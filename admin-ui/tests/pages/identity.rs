//! Codes for a station, cards that were just read, personal PINs.

use store::{CodePurpose, Language, NoticeKind, Station, StationPolicy};

use crate::browser::{Browser, field};
use crate::house::House;

async fn station(house: &House, name: &str) -> Station {
    let station = Station {
        id: print_core::StationId::new(),
        name: name.into(),
        key_sha256: Some([name.len() as u8; 32]),
        language: Language::Swedish,
        policy: StationPolicy::Choose,
        printers: vec![house.printer],
        revoked_at: None,
        seen_at: None,
        guard: Default::default(),
    };
    house.store.put_station(&station).await.expect("a station");
    station
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_made_for_one_station_and_shown_once() {
    let house = House::open().await;
    let mut visitor = Browser::signed_in(house.address, "visitor").await;
    let (hall, library) = (station(&house, "Hall <b>").await, station(&house, "Library 2").await);
    let page = visitor.get("/my-prints").await.text();
    let token = field(&page, "token");
    assert!(page.contains("Hall &lt;b&gt;") && page.contains("Library 2"), "{page}");
    let id = library.id.to_string();
    let wish = [("token", token.as_str()), ("station", &id), ("purpose", "open")];
    let reply = visitor.post("/my-prints/code", &wish).await;
    let text = reply.text();
    assert_eq!(reply.status, 200);
    assert!(
        text.contains("<span>471</span> <span>108</span>") && text.contains("Library 2"),
        "{text}"
    );
    assert!(!text.contains("hreflang"), "the other language would lose the code");
    let other = house.person("staff").await;
    let open = house.store.open_codes(library.id, CodePurpose::Open, other).await;
    assert_eq!(open.expect("a count"), 1);
    for (station, status) in [("", 404), ("01234567-0000-7000-8000-000000000000", 404)] {
        let wish = [("token", token.as_str()), ("station", station), ("purpose", "open")];
        assert_eq!(visitor.post("/my-prints/code", &wish).await.status, status);
    }
    let id = hall.id.to_string();
    let wish = [("token", token.as_str()), ("station", &id), ("purpose", "everything")];
    assert_eq!(visitor.post("/my-prints/code", &wish).await.status, 303);
    let wish = [("station", id.as_str()), ("purpose", "open")];
    assert_eq!(visitor.post("/my-prints/code", &wish).await.status, 403, "without the token");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offered_card_is_asked_about_once_by_whoever_is_signed_in() {
    let house = House::open().await;
    let mut nobody = Browser::new(house.address);
    let reply = nobody.get("/card/ABCD2345").await;
    // The browser comes back from our own page, with its cookie where it has one.
    assert_eq!((reply.status, reply.header("refresh")), (200, "0; url=/card/ABCD2345?here=1"));
    let reply = nobody.get("/card/ABCD2345?here=1").await;
    assert_eq!(reply.header("location"), "/sign-in?next=%2Fcard%2FABCD2345");
    let mut staff = Browser::signed_in(house.address, "staff").await;
    for path in ["/card/ABCD2345", "/card?code=ABCD2345"] {
        let page = staff.get(path).await.text();
        assert!(page.contains("kortet som just lästes av här?"), "{page}");
        assert!(page.contains("Entré &lt;b&gt;") && page.contains("E580"), "{page}");
    }
    let reply = staff.get("/card/ZZZZ9999").await;
    assert_eq!(reply.status, 404);
    assert!(reply.text().contains("Den koden gäller inte längre"));
    let token = field(&staff.get("/card/ABCD2345").await.text(), "token");
    for (ticket, done) in [("ticket-1", "added"), ("ticket-2", "over")] {
        let reply = staff.post("/card", &[("token", &token), ("ticket", ticket)]).await;
        assert_eq!(reply.header("location"), format!("/card?done={done}"));
    }
    let page = staff.get("/card?done=added").await.text();
    assert!(page.contains("Kortet är ditt.") && page.contains("/my-prints#cards"), "{page}");
    assert_eq!(staff.post("/card", &[("ticket", "ticket-1")]).await.status, 403, "no token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_is_set_twice_alike_and_one_of_its_is_confirmed() {
    let house = House::open().await;
    let mut staff = Browser::signed_in(house.address, "staff").await;
    let page = staff.get("/my-prints").await.text();
    assert!(!page.contains("id=\"pin\""), "nobody is asked for what no queue demands");
    house.store.demand_pin(house.queue, true, "os:0").await.expect("a queue");
    let page = staff.get("/my-prints").await.text();
    assert!(page.contains("Du har ingen PIN-kod."), "{page}");
    let token = field(&page, "token");
    for (pin, again, done, says) in [
        ("4711", "4712", "differ", "De två fälten var inte lika."),
        ("471", "471", "digits", "En PIN-kod har 4 till 16 siffror."),
        ("1234", "1234", "steps", "siffrorna går i jämna steg"),
        ("4711", "4711", "set", "Din PIN-kod är sparad."),
    ] {
        let form = [("token", token.as_str()), ("pin", pin), ("again", again)];
        let reply = staff.post("/my-prints/pin", &form).await;
        assert_eq!(reply.header("location"), format!("/my-prints?pin={done}#pin"));
        let page = staff.get(&format!("/my-prints?pin={done}")).await.text();
        assert!(page.contains(says) && !page.contains("4711"), "{says}: {page}");
    }
    let person = house.person("staff").await;
    house.store.set_own_pin(person, "another", "os:0").await.expect("set");
    let page = staff.get("/my-prints").await.text();
    assert!(page.contains("IT har valt PIN-koden.") && page.contains("/pin/confirm"), "{page}");
    assert!(page.contains("IT har gett dig en personlig PIN-kod."), "the owner is told: {page}");
    let notices = house.store.notices(person, 9).await.expect("notices");
    assert_eq!(notices[0].kind, NoticeKind::PinGiven);
    let reply = staff.post("/my-prints/pin/confirm", &[("token", &token)]).await;
    assert_eq!(reply.header("location"), "/my-prints?pin=confirmed#pin");
    assert!(house.store.own_pin(person).await.expect("a PIN").expect("one").opens_from().is_none());
    let reply = staff.post("/my-prints/pin/confirm", &[("token", &token)]).await;
    assert_eq!(reply.header("location"), "/my-prints?pin=#pin", "nothing is left to confirm");
}
