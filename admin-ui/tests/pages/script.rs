//! What the script adds, in a real browser; and that nothing is lost without it.

use real_parts::chromium::{Chromium, Key, Window};
use tokio::task::block_in_place;

use crate::house::{House, PASSWORD};

/// A browser with somebody signed in, on `path`.
pub fn browser(house: &House, login: &str, window: Window, path: &str) -> Chromium {
    let mut browser = Chromium::start(window);
    sign_in(&mut browser, house, login);
    browser.open(&at(house, path));
    browser
}

fn sign_in(browser: &mut Chromium, house: &House, login: &str) {
    browser.open(&at(house, "/sign-in?lang=sv"));
    browser.fill("#login", login);
    browser.fill("#password", PASSWORD);
    browser.press(Key::Enter);
    browser.wait_for("!location.pathname.startsWith('/sign-in') && !!document.querySelector('h1')");
}

pub fn at(house: &House, path: &str) -> String {
    format!("http://{}{path}", house.address)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_filters_while_typing_and_goes_back_to_what_was_there() {
    let house = House::with_history().await;
    block_in_place(|| {
        let mut browser = browser(&house, "finance", Window::DESK, "/usage?month=2026-10");
        let rows = "document.querySelectorAll('#rows tbody tr').length";
        browser.wait_for(&format!("{rows} === 6"));
        assert_eq!(
            browser.evaluate("getComputedStyle(document.querySelector('.scriptless')).display"),
            "none"
        );
        browser.click("#rows a[data-key=sheets]");
        browser.wait_for("document.querySelector('th[aria-sort] a').dataset.key === 'sheets'");
        browser.fill("#q", "neuro");
        browser.wait_for(&format!("{rows} === 1"));
        assert_eq!(browser.evaluate("document.activeElement.id"), "q", "the focus stays");
        browser.wait_for("document.getElementById('rows-status').textContent.startsWith('1')");
        assert!(
            browser.address().contains("q=neuro") && browser.address().contains("month=2026-10")
        );
        browser.evaluate("history.back()");
        browser.wait_for(&format!("{rows} === 6 && document.getElementById('q').value === ''"));
        assert_eq!(browser.complaints(), &[] as &[String]);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_is_sorted_by_keyboard_and_keeps_the_focus() {
    let house = House::with_history().await;
    block_in_place(|| {
        let mut browser = browser(&house, "finance", Window::DESK, "/usage?month=2026-10");
        browser.wait_for("document.documentElement.classList.contains('script')");
        browser.evaluate("document.querySelector('#rows a[data-key=name]').focus()");
        browser.press(Key::Enter);
        browser
            .wait_for("!!document.querySelector('th[aria-sort=ascending] a[data-key=name]:focus')");
        browser.press(Key::Enter);
        browser.wait_for(
            "!!document.querySelector('th[aria-sort=descending] a[data-key=name]:focus')",
        );
        let first = "document.querySelector('#rows tbody th a').textContent";
        assert_eq!(browser.evaluate(first), "Universitetsbiblioteket");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_overview_follows_what_happens() {
    let house = House::open().await;
    let held = "document.querySelector('.figures .value').textContent === ";
    let mut browser = block_in_place(|| {
        let mut browser = browser(&house, "helpdesk", Window::DESK, "/overview");
        browser.wait_for(&format!("{held} '1'"));
        browser
    });
    house.held("staff", "Ny.pdf").await;
    block_in_place(|| {
        browser.wait_for(&format!("{held} '2'"));
        assert_eq!(browser.complaints(), &[] as &[String]);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_works_without_a_script() {
    let house = House::with_history().await;
    block_in_place(|| {
        let mut browser = Chromium::start(Window::DESK);
        let off = serde_json::json!({ "value": true });
        browser.command("Emulation.setScriptExecutionDisabled", off);
        sign_in(&mut browser, &house, "it");
        browser.open(&at(&house, "/usage?month=2026-10&sort=name"));
        browser.fill("#q", "neuro");
        browser.click("button.scriptless");
        browser.wait_for("document.querySelectorAll('#rows tbody tr').length === 1");
        assert!(browser.address().contains("sort=name"), "the order stays");
        browser.open(&at(&house, &format!("/jobs/{}", house.secret_job)));
        browser.click("button.danger");
        browser.wait_for_text("Jobbet raderas.");
        browser.click(".who button");
        browser.wait_for_text("Du är utloggad.");
    });
    assert_eq!(house.store.take_requests(10).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_is_wider_than_a_phone_and_the_menu_unfolds_by_keyboard() {
    let house = House::with_history().await;
    block_in_place(|| {
        let phone = Window { width: 360, height: 780 };
        let mut browser = browser(&house, "it", phone, "/overview");
        for path in ["/overview", "/jobs", "/jobs/1", "/usage", "/to-check", "/my-prints", "/start"]
        {
            browser.open(&at(&house, path));
            browser.wait_for(&format!(
                "location.pathname === '{path}' && document.readyState === 'complete'"
            ));
            let wide = "document.documentElement.scrollWidth > innerWidth";
            assert_eq!(browser.evaluate(wide), false, "{path}");
        }
        let folded = "document.querySelector('.menu ul').getClientRects().length === 0";
        assert_eq!(browser.evaluate(folded), true);
        browser.evaluate("document.getElementById('unfold').focus()");
        browser.press(Key::Space);
        browser.wait_for(&format!("!({folded})"));
        browser.click(".menu a[href='/jobs']");
        browser.wait_for("location.pathname === '/jobs'");
        assert_eq!(browser.complaints(), &[] as &[String]);
    });
}
