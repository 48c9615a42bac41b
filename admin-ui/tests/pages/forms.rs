//! Forms: only our own pages' ones, only with the session's token, only as wide as they need to be.

use store::RequestKind;

use crate::browser::{Browser, field};
use crate::house::{House, PASSWORD};

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_becomes_a_request_row() {
    let house = House::open().await;
    let mut browser = Browser::signed_in(house.address, "helpdesk").await;
    let path = format!("/jobs/{}", house.secret_job);
    let token = field(&browser.get(&path).await.text(), "token");
    let reply = browser.post(&format!("{path}/cancel"), &[("token", &token)]).await;
    assert_eq!((reply.status, reply.header("location")), (303, format!("{path}?asked=1").as_str()));
    let requests = house.store.take_requests(10).await.unwrap();
    let [request] = &requests[..] else { panic!("one request, not {requests:?}") };
    assert_eq!((request.kind, request.actor.as_str()), (RequestKind::Cancel, "helpdesk"));
    let page = browser.get(&format!("{path}?asked=1")).await.text();
    assert!(page.contains("Jobbet raderas."));
    let audit = house.store.audit_newest(1).await.unwrap();
    assert_eq!((audit[0].event.as_str(), audit[0].outcome.as_str()), ("job-end-asked", "asked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_deletes_a_job_by_the_owners_own_word() {
    let house = House::open().await;
    let mut browser = Browser::signed_in(house.address, "staff").await;
    let token = field(&browser.get("/my-prints").await.text(), "token");
    let path = format!("/my-prints/{}/cancel", house.secret_job);
    assert_eq!(browser.post(&path, &[("token", &token)]).await.status, 303);
    let requests = house.store.take_requests(10).await.unwrap();
    assert_eq!((requests[0].kind, requests[0].actor.as_str()), (RequestKind::Delete, "staff"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_persons_job_is_not_deleted_from_ones_own_page() {
    let house = House::open().await;
    let mut browser = Browser::signed_in(house.address, "visitor").await;
    let token = field(&browser.get("/my-prints").await.text(), "token");
    let path = format!("/my-prints/{}/cancel", house.secret_job);
    assert_eq!(browser.post(&path, &[("token", &token)]).await.status, 404);
    assert!(house.store.take_requests(10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_the_sessions_token_or_from_another_site_changes_nothing() {
    let house = House::open().await;
    let mut browser = Browser::signed_in(house.address, "helpdesk").await;
    let path = format!("/jobs/{}/cancel", house.secret_job);
    let other = Browser::signed_in(house.address, "helpdesk").await.get("/my-prints").await.text();
    let other = field(&other, "token");
    for token in ["", "x", &other] {
        assert_eq!(browser.post(&path, &[("token", token)]).await.status, 403, "{token:?}");
    }
    let token = field(&browser.get("/my-prints").await.text(), "token");
    let body = format!("token={token}");
    let kind = ("content-type", "application/x-www-form-urlencoded");
    for site in [
        &[kind][..],
        &[kind, ("origin", "https://evil.example")],
        &[kind, ("sec-fetch-site", "cross-site")],
        &[kind, ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")],
    ] {
        assert_eq!(browser.send("POST", &path, site, &body).await.status, 403, "{site:?}");
    }
    assert!(house.store.take_requests(10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opened_page_changes_nothing() {
    let house = House::open().await;
    let mut browser = Browser::signed_in(house.address, "it").await;
    for path in [format!("/jobs/{}/cancel", house.secret_job), "/sign-out".into()] {
        assert_eq!(browser.get(&path).await.status, 405, "{path}");
    }
    assert_eq!(browser.get("/my-prints").await.status, 200);
    assert!(house.store.take_requests(10).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_fails_says_why_and_keeps_the_name_but_not_the_password() {
    let house = House::open().await;
    for (login, password, status, said) in [
        ("finance", "wrong-one", 401, "stämmer inte"),
        ("nobody-here", PASSWORD, 401, "stämmer inte"),
        ("finance", "", 422, "både användarnamn och lösenord"),
        ("throttled", "wrong-one", 429, "för många försök"),
        ("down", "wrong-one", 503, "svarar inte just nu"),
    ] {
        let mut browser = Browser::new(house.address);
        let reply = browser.sign_in(login, password).await;
        let page = reply.text();
        assert_eq!(reply.status, status, "{login}");
        assert!(page.contains(said) && page.contains(&format!("value=\"{login}\"")), "{page}");
        assert!(password.is_empty() || !page.contains(password));
        assert!(!browser.cookies.contains_key("__Host-session"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_form_that_this_browser_did_not_get_is_refused() {
    let house = House::open().await;
    let mut victim = Browser::new(house.address);
    victim.get("/sign-in").await;
    let fields =
        [("token", "a".repeat(64)), ("login", "staff".into()), ("password", PASSWORD.into())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let reply = victim.post("/sign-in", &fields).await;
    assert_eq!(reply.status, 403);
    assert!(!victim.cookies.contains_key("__Host-session"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_comes_back_to_the_page_one_wanted_and_to_no_other_site() {
    let house = House::open().await;
    let mut browser = Browser::new(house.address);
    let reply = browser.get("/usage?month=2026-10").await;
    let sign_in = reply.header("location").to_owned();
    let form = browser.get(&sign_in).await.text();
    let next = field(&form, "next");
    assert_eq!(next, "/usage?month=2026-10");
    for (next, wanted) in [(next.as_str(), "/usage?month=2026-10"), ("//evil.example/", "/")] {
        let mut browser = Browser::new(house.address);
        let token = field(&browser.get("/sign-in").await.text(), "token");
        let fields = [
            ("token", token.as_str()),
            ("login", "finance"),
            ("password", PASSWORD),
            ("next", next),
        ];
        assert_eq!(browser.post("/sign-in", &fields).await.header("location"), wanted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_headers_that_keep_a_browser_safe() {
    let house = House::open().await;
    let mut browser = Browser::signed_in(house.address, "it").await;
    for path in ["/overview", "/sign-in", "/nowhere", "/usage.csv", "/favicon.ico"] {
        let reply = browser.get(path).await;
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("strict-transport-security"), "max-age=31536000");
        if path != "/favicon.ico" {
            assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        }
    }
    let mut browser = Browser::new(house.address);
    let token = field(&browser.get("/sign-in").await.text(), "token");
    let fields = [("token", token.as_str()), ("login", "it"), ("password", PASSWORD)];
    let reply = browser.post("/sign-in", &fields).await;
    let cookie = reply.header("set-cookie");
    assert!(cookie.starts_with("__Host-session="));
    for word in ["Secure", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(word), "{cookie}");
    }
    let (_, secret) = cookie.split_once('=').unwrap();
    assert_eq!(secret.split(';').next().unwrap().len(), 64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_too_large_is_refused() {
    let house = House::open().await;
    let mut browser = Browser::signed_in(house.address, "it").await;
    let path = format!("/jobs/{}/cancel", house.secret_job);
    let reply = browser.post(&path, &[("token", &"x".repeat(20_000))]).await;
    assert_eq!(reply.status, 400);
    assert!(reply.text().contains("Formuläret gick inte att läsa"));
}
