//! Delegates: named by their owner, or by IT and confirmed by the owner; and prints that only their owner
//! collects.

use print_core::Clock as _;

use crate::browser::{Browser, field};
use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn a_delegate_that_it_named_is_confirmed_or_removed_by_its_owner_only() {
    let house = House::open().await;
    let (staff, visitor) = (house.person("staff").await, house.person("visitor").await);
    let until = house.clock.now().plus_seconds(3_600);
    house.store.put_delegate(staff, visitor, until, "os:0").await.expect("a delegate");
    let mut browser = Browser::signed_in(house.address, "staff").await;
    let page = browser.get("/my-prints").await.text();
    for text in ["angett av IT", "Väntar på dig", "IT har angett ett ombud", "IT har angett någon"]
    {
        assert!(page.contains(text), "{text}: {page}");
    }
    let path = format!("/my-prints/delegates/{visitor}/confirm");
    let mut other = Browser::signed_in(house.address, "visitor").await;
    let theirs = field(&other.get("/my-prints").await.text(), "token");
    let reply = other.post(&path, &[("token", &theirs)]).await;
    assert_eq!(reply.header("location"), "/my-prints?delegate=no#delegates");
    let waits =
        async || house.store.delegates_of(staff).await.expect("a list")[0].waits_for_owner();
    assert!(waits().await, "nobody else's word counts");
    let (token, shown) = (field(&page, "token"), field(&page, "shown"));
    let form = [("token", token.as_str()), ("shown", &shown)];
    // Changed since the page was shown: the owner sees that first.
    house
        .store
        .put_delegate(staff, visitor, until.plus_seconds(9), "os:0")
        .await
        .expect("a delegate");
    let reply = browser.post(&path, &form).await;
    assert_eq!(reply.header("location"), "/my-prints?delegate=no#delegates");
    assert!(waits().await, "not what was shown");
    let shown = field(&browser.get("/my-prints").await.text(), "shown");
    let form = [("token", token.as_str()), ("shown", &shown)];
    let reply = browser.post(&path, &form).await;
    assert_eq!(reply.header("location"), "/my-prints?delegate=confirmed#delegates");
    assert!(!waits().await);
    let path = format!("/my-prints/delegates/{visitor}/remove");
    browser.post(&path, &[("token", &token)]).await;
    assert!(house.store.delegates_of(staff).await.expect("a list").is_empty());
    assert!(browser.get("/my-prints").await.text().contains("Du har inget ombud."));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_name_their_own_delegates_until_a_day() {
    let house = House::open().await;
    let mut browser = Browser::signed_in(house.address, "staff").await;
    let token = field(&browser.get("/my-prints").await.text(), "token");
    for (login, until, how) in [
        ("nobody-here", "2100-01-01", "nobody"),
        ("staff", "2100-01-01", "nobody"),
        ("visitor", "2001-01-01", "day"),
        ("visitor", "soon", "day"),
        ("visitor", "2100-01-01", "added"),
    ] {
        let fields = [("token", token.as_str()), ("login", login), ("until", until)];
        let reply = browser.post("/my-prints/delegates", &fields).await;
        let wanted = format!("/my-prints?delegate={how}#delegates");
        assert_eq!(reply.header("location"), wanted, "{login} {until}");
    }
    let staff = house.person("staff").await;
    let delegates = house.store.delegates_of(staff).await.expect("a list");
    assert_eq!(delegates.len(), 1);
    assert!(!delegates[0].waits_for_owner(), "it is the owner's own word");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_marks_a_held_job_as_confidential_and_nobody_else_does() {
    let house = House::open().await;
    let (job, number) = house.held("staff", "Betyg.pdf").await;
    let is_marked = async || house.store.job(job).await.expect("the job").confidential;
    let mut other = Browser::signed_in(house.address, "visitor").await;
    let theirs = field(&other.get("/my-prints").await.text(), "token");
    let path = format!("/my-prints/{number}/confidential/yes");
    assert_eq!(other.post(&path, &[("token", &theirs)]).await.status, 404);
    assert!(!is_marked().await);
    let mut browser = Browser::signed_in(house.address, "staff").await;
    let token = field(&browser.get("/my-prints").await.text(), "token");
    assert_eq!(browser.post(&path, &[("token", &token)]).await.status, 303);
    assert!(is_marked().await);
    let page = browser.get("/my-prints").await.text();
    assert!(page.contains("Konfidentiell") && page.contains("/confidential/no"), "{page}");
    let path = format!("/my-prints/{number}/confidential/no");
    browser.post(&path, &[("token", &token)]).await;
    assert!(!is_marked().await);
}
