//! Every address with every role.

use admin_ui::routes::declared;
use admin_ui::{Access, UPLOAD_PATH};

use crate::browser::{Browser, Reply, field};
use crate::house::House;
use crate::uploads::upload;

const ROLES: [(&str, &[Access]); 4] = [
    ("staff", &[Access::Everybody, Access::SignedIn]),
    ("helpdesk", &[Access::Everybody, Access::SignedIn, Access::Helpdesk]),
    ("finance", &[Access::Everybody, Access::SignedIn, Access::Finance]),
    ("it", &[Access::Everybody, Access::SignedIn, Access::Helpdesk, Access::Finance]),
];

/// Asks for an address as a person would, with the right token where one is needed.
async fn ask(house: &House, browser: &mut Browser, method: &str, path: &str, own: i32) -> Reply {
    let number = if path.starts_with("/my-prints") { own } else { house.secret_job.get() };
    let path = path.replace("{number}", &number.to_string()).replace("{name}", "none");
    let path = path.replace("{queue}", "followme").replace("{kind}", "linux");
    let path = path.replace("{code}", "ABCD2345");
    if path == "/overview/live" {
        return head_only(browser, &path).await;
    }
    if method == "GET" {
        return browser.get(&path).await;
    }
    let page = browser.get("/my-prints").await.text();
    let token =
        if page.contains("name=\"token\"") { field(&page, "token") } else { "x".repeat(64) };
    if path == UPLOAD_PATH {
        return upload(browser, &[("token", &token)], &[("a.pdf", b"%PDF-1.7")], &[]).await;
    }
    browser.post(&path, &[("token", &token)]).await
}

/// The status of an answer that never ends.
async fn head_only(browser: &Browser, path: &str) -> Reply {
    use tokio::io::AsyncReadExt;
    let mut stream = browser.begin("GET", path, &[], "").await;
    let mut start = [0; 12];
    stream.read_exact(&mut start).await.expect("an answer begins");
    let status = std::str::from_utf8(&start[9..]).expect("a status is plain text");
    Reply { status: status.parse().expect("a number"), headers: Vec::new(), body: Vec::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_is_open_to_those_and_only_those_who_may() {
    let house = House::open().await;
    assert!(declared().len() >= 17);
    for (method, path, access) in declared() {
        let mut nobody = Browser::new(house.address);
        let reply = ask(&house, &mut nobody, method, path, 1).await;
        match access {
            Access::Everybody => assert_ne!(reply.status, 303, "{method} {path}"),
            _ => {
                assert_eq!(reply.status, 303, "{method} {path}");
                assert!(
                    reply.header("location").starts_with("/sign-in") || path.ends_with("/live")
                );
            }
        }
    }
    for (login, may) in ROLES {
        for (method, path, access) in declared() {
            let mut browser = Browser::signed_in(house.address, login).await;
            let own = house.held(login, "Eget.pdf").await.1.get();
            let status = ask(&house, &mut browser, method, path, own).await.status;
            // Signing in again, an asset that does not exist: open, though there is nothing to
            // show.
            let opens = [200, 303, 404, 403].contains(&status);
            let refused = status == 403 && path != "/sign-in";
            assert!(
                opens && refused != may.contains(&access),
                "{login}: {method} {path} is {status}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_begins_where_the_person_may_be() {
    let house = House::open().await;
    for (login, first) in [
        ("it", "/overview"),
        ("helpdesk", "/overview"),
        ("finance", "/usage"),
        ("staff", "/my-prints"),
    ] {
        let mut browser = Browser::signed_in(house.address, login).await;
        assert_eq!(browser.get("/").await.header("location"), first);
        let page = browser.get(first).await.text();
        assert_eq!(page.contains("href=\"/jobs\""), first == "/overview", "{login}");
        assert_eq!(page.contains("href=\"/to-check\""), ["it", "finance"].contains(&login));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_taken_away_is_gone_at_the_next_page() {
    let house = House::open().await;
    let mut browser = Browser::signed_in(house.address, "finance").await;
    assert_eq!(browser.get("/usage").await.status, 200);
    let grant = store::RoleGrant {
        role: store::Role::Finance,
        to: store::Grantee::Group("print-finance".into()),
    };
    house.store.revoke_role(&grant).await.unwrap();
    let reply = browser.get("/usage").await;
    assert_eq!(reply.status, 403);
    assert!(reply.text().contains("Du får inte öppna den här sidan"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_is_idle_and_when_its_person_signs_out() {
    let house = House::open().await;
    let mut browser = Browser::signed_in(house.address, "staff").await;
    house.clock.advance(50 * 60);
    assert_eq!(browser.get("/my-prints").await.status, 200);
    house.clock.advance(50 * 60);
    assert_eq!(browser.get("/my-prints").await.status, 200, "use keeps it");
    house.clock.advance(61 * 60);
    assert_eq!(browser.get("/my-prints").await.status, 303);

    let mut browser = Browser::signed_in(house.address, "staff").await;
    let stolen = browser.cookies.clone();
    let token = field(&browser.get("/my-prints").await.text(), "token");
    assert_eq!(browser.post("/sign-out", &[("token", &token)]).await.status, 303);
    browser.cookies = stolen;
    assert_eq!(browser.get("/my-prints").await.status, 303, "the cookie opens nothing any more");
}
