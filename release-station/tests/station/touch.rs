//! The page under a finger: a real browser with the page's own script.

use real_parts::chromium::{Chromium, Key, Window};
use station_protocol::*;
use tokio::task::block_in_place;

use crate::program::Station;
use crate::server::{outcome, session};

/// The usual small panel.
pub const PANEL: Window = Window { width: 800, height: 480 };

/// Each visible button is at least 64 by 64 and the page is no wider than the window.
pub fn has_room_for_fingers(browser: &mut Chromium) {
    for window in [PANEL, Window::STATION, Window::DESK] {
        browser.resize(window);
        let small = browser.evaluate(
            "[...document.querySelectorAll('button')].filter(e => { \
             const r = e.getBoundingClientRect(); return r.width < 64 || r.height < 64; }) \
             .map(e => e.id + ' ' + e.textContent).join(', ')",
        );
        assert_eq!(small, "", "too small at {window:?}");
        let overflow = browser.evaluate("document.documentElement.scrollWidth > innerWidth");
        assert_eq!(overflow, false, "wider than {window:?}");
    }
    browser.resize(PANEL);
}

/// The page on a panel, with the first card under a finger. What it keeps in `window.kept` is gone when it is
/// loaded again.
pub fn first_card_touched(station: &Station) -> Chromium {
    let mut browser = Chromium::start(PANEL);
    browser.open(&format!("http://{}/", station.page));
    browser.wait_for_text("Håll kortet mot läsaren");
    browser.evaluate("window.kept = 'kept'");
    has_room_for_fingers(&mut browser);
    browser.click("#card-0");
    browser
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_finger_and_the_keyboard_release_jobs_without_loading_the_page_again() {
    let (station, peer) = Station::start().await;
    let mut server = peer.in_background();
    let mut browser = block_in_place(|| first_card_touched(&station));
    let tap = server.tap().await;
    server.send(session(tap, StartPolicy::Choose, &[])).await;
    block_in_place(|| {
        browser.wait_for_text("Print all 2");
        has_room_for_fingers(&mut browser);
        browser.click("#job-j2");
        browser.wait_for_text("Print 1 of 2");
        assert_eq!(browser.evaluate("document.activeElement.id"), "job-j2", "the focus stayed");
        browser.press(Key::Space);
        browser.wait_for_text("Print all 2");
        browser.click("#printer-p2");
        browser.wait_for("!!document.querySelector('#printer-p2[aria-pressed=true]')");
        assert_eq!(browser.evaluate("document.getElementById('time').hidden"), false);
        browser.click("#release");
    });
    let said = server.receive().await;
    let StationMessage::Choose { printer, jobs, .. } = said else { panic!("{said:?}") };
    assert_eq!((printer.as_str(), jobs.len()), ("p2", 2));
    let state = JobStage::Printing;
    let progress = JobProgress {
        job: Id::cut("j1"),
        state,
        impressions: Some(5),
        standing: Standing::default(),
    };
    server.send(ServerMessage::Progress(progress)).await;
    block_in_place(|| {
        browser.wait_for_text("Page 5 of 14");
        has_room_for_fingers(&mut browser);
    });
    server.send(outcome("j1", OutcomeKind::Printed, "14 pages came out at South.")).await;
    server.send(outcome("j2", OutcomeKind::Printed, "Out as well.")).await;
    block_in_place(|| {
        browser.wait_for_text("All done!");
        assert_eq!(browser.evaluate("document.documentElement.lang"), "en");
        assert_eq!(
            browser.evaluate("document.getElementById('announce').textContent"),
            "All done!"
        );
        browser.click("#finish");
        browser.wait_for_text("Håll kortet mot läsaren");
        assert_eq!(browser.evaluate("window.kept"), "kept", "the page was never loaded again");
        assert_eq!(browser.complaints(), [] as [String; 0]);
    });
    assert_eq!(server.receive().await, StationMessage::Leave { tap });
}
