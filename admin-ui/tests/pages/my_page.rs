//! What everybody who prints does on the own page: read notices, keep a job longer, choose a language.

use print_core::OwnerId;
use real_parts::chromium::{Chromium, Key, Window};
use store::{Language, NoticeKind, Refused};
use tokio::task::block_in_place;

use crate::browser::{Browser, field};
use crate::house::{House, PASSWORD};

const PASSWORD_NEEDED: NoticeKind = NoticeKind::JobRefused(Refused::Password);

#[tokio::test(flavor = "multi_thread")]
async fn a_person_without_any_role_reads_notices_in_the_chosen_language_and_marks_them_read() {
    let house = House::open().await;
    let mut staff = Browser::signed_in(house.address, "staff").await;
    assert!(!staff.get("/my-prints").await.text().contains("Meddelanden"), "an empty inbox");
    let person = house.person("staff").await;
    let at = print_core::Clock::now(&*house.clock);
    assert!(house.store.tell(person, PASSWORD_NEEDED, at).await.unwrap());
    let page = staff.get("/my-prints").await.text();
    assert!(page.contains("skyddat med lösenord") && page.contains("Nytt"), "{page}");
    let token = field(&page, "token");
    let reply = staff.post("/my-prints/language/en", &[("token", &token)]).await;
    assert_eq!((reply.status, reply.header("location")), (303, "/my-prints?lang=en"));
    assert_eq!(house.store.person(person).await.unwrap().language, Language::English);
    let page = staff.get("/my-prints?lang=en").await.text();
    assert!(page.contains("protected by a password") && page.contains("New"));
    assert_eq!(staff.post("/my-prints/notices/read", &[("token", &token)]).await.status, 303);
    let page = staff.get("/my-prints").await.text();
    assert!(page.contains("protected by a password") && !page.contains("Mark as read"));
    assert_eq!(staff.post("/my-prints/language/fi", &[("token", &token)]).await.status, 404);
    let mut visitor = Browser::signed_in(house.address, "visitor").await;
    assert!(!visitor.get("/my-prints").await.text().contains("protected"), "somebody else's");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_keeps_a_job_longer_by_the_queues_rule_and_not_for_ever() {
    let house = House::open().await;
    let path = format!("/my-prints/{}/keep", house.secret_job);
    let mut visitor = Browser::signed_in(house.address, "visitor").await;
    let theirs = field(&visitor.get("/my-prints").await.text(), "token");
    assert_eq!(visitor.post(&path, &[("token", &theirs)]).await.status, 404);
    // It came on a Thursday at noon. 72 hours of working days later it is Tuesday.
    for (hours, wanted, until) in [
        (4, "yes", "2026-11-17 16:00"),
        (20, "yes", "2026-11-18 12:00"),
        (1, "no", "2026-11-18 12:00"),
    ] {
        house.clock.advance(hours * 3_600);
        // A session does not last over so many hours.
        let mut staff = Browser::signed_in(house.address, "staff").await;
        let token = field(&staff.get("/my-prints").await.text(), "token");
        let reply = staff.post(&path, &[("token", &token)]).await;
        assert_eq!(reply.header("location"), format!("/my-prints?kept={wanted}"));
        let page = staff.get(&format!("/my-prints?kept={wanted}")).await.text();
        assert!(page.contains(&format!("Sparas till {until}")), "{page}");
    }
    let mut staff = Browser::signed_in(house.address, "staff").await;
    assert!(!staff.get("/my-prints").await.text().contains("Spara längre"), "it is not offered");
    let owner = OwnerId::Person(house.person("staff").await);
    assert!(house.store.jobs_to_keep_longer(owner, 10).await.unwrap().is_empty());
    let audit = house.store.audit_newest(1).await.unwrap();
    assert_eq!(
        (audit[0].event.as_str(), audit[0].outcome.as_str()),
        ("job-keep-longer", "refused")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_own_page_fits_a_phone_and_a_desk_in_both_languages() {
    let house = House::open().await;
    let person = house.person("staff").await;
    let at = print_core::Clock::now(&*house.clock);
    for (kind, back) in [(PASSWORD_NEEDED, 0), (NoticeKind::ExpiresSoon, 3_600)] {
        assert!(house.store.tell(person, kind, at.plus_seconds(-back)).await.unwrap());
    }
    block_in_place(|| {
        for (name, window) in [("phone", Window::PHONE), ("desk", Window::DESK)] {
            let mut browser = Chromium::start(window);
            browser.open(&format!("http://{}/sign-in?lang=sv", house.address));
            browser.fill("#login", "staff");
            browser.fill("#password", PASSWORD);
            browser.press(Key::Enter);
            browser
                .wait_for("location.pathname === '/my-prints' && !!document.querySelector('h1')");
            for language in ["sv", "en"] {
                browser.open(&format!("http://{}/my-prints?lang={language}", house.address));
                browser.wait_for("!!document.querySelector('#notices .mark')");
                let wide = browser.evaluate("document.documentElement.scrollWidth > innerWidth");
                assert_eq!(wide, false, "{name} {language} scrolls sideways");
            }
        }
    });
}
