//! Typing the PIN of a job: without script, and under a finger.

use real_parts::chromium::Key;
use station_protocol::*;
use tokio::task::block_in_place;

use crate::browser::{post, until_shown};
use crate::program::{CARD, Station};
use crate::server::{job, outcome, printer, session};
use crate::touch::{first_card_touched, has_room_for_fingers};

/// Kim's session beside one printer, with these jobs.
fn session_with(tap: TapNumber, jobs: Vec<JobCard>) -> ServerMessage {
    let ServerMessage::Session(whole) = session(tap, StartPolicy::Choose, &[]) else {
        unreachable!()
    };
    let printers = vec![printer("p1", "North")];
    ServerMessage::Session(Session { jobs, printers, ..whole })
}

fn with_pin(id: &str, tries_left: u32) -> JobCard {
    JobCard { pin: Some(PinWanted { tries_left, whose: WhosePin::Job }), ..job(id, "Pay.pdf") }
}

fn pins(said: StationMessage) -> Vec<(String, String)> {
    let StationMessage::Choose { options, .. } = said else { panic!("a choice, not {said:?}") };
    let pair = |one: JobPin| (one.job.to_string(), one.pin.as_str().to_owned());
    options.pins.into_iter().map(pair).collect()
}

fn pair(job: &str, pin: &str) -> Vec<(String, String)> {
    vec![(job.to_owned(), pin.to_owned())]
}

#[tokio::test]
async fn a_pin_is_typed_without_script_and_a_locked_job_cannot_be_chosen() {
    let (station, mut peer) = Station::start().await;
    let page = station.page;
    assert_eq!(post(page, "/tap", &format!("uid={CARD}")).await.status, 303);
    let tap = peer.tap().await;
    peer.send(session_with(tap, vec![with_pin("j1", 5), with_pin("j2", 0)])).await;
    let shown = until_shown(page, "Has a PIN").await;
    assert!(shown.contains("Locked for an hour") && shown.contains("Choose something to print"));
    let (j1, j2) = (format!("tap={}&job=j1", tap.0), format!("tap={}&job=j2", tap.0));
    post(page, "/do/toggle", &j2).await;
    assert!(!until_shown(page, "Has a PIN").await.contains("Type the PIN"));
    post(page, "/do/toggle", &j1).await;
    let shown = until_shown(page, "Type the PIN for").await;
    assert!(shown.contains("Pay.pdf") && shown.contains("value=\"9\""), "{shown}");
    for (at, form, typed) in [
        ("digit", "pin=&digit=4", "4"),
        ("digit", "pin=4&digit=8", "48"),
        ("erase", "pin=48", "4"),
        ("digit", "pin=4&digit=7", "47"),
    ] {
        post(page, &format!("/do/{at}"), &format!("tap={}&{form}", tap.0)).await;
        until_shown(page, &format!("name=\"pin\" value=\"{typed}\"")).await;
    }
    // An empty field is no PIN, and a key without a name is none.
    assert_eq!(post(page, "/do/pin", &format!("tap={}&pin=", tap.0)).await.status, 303);
    assert_eq!(post(page, "/do/digit", &format!("tap={}&pin=1", tap.0)).await.status, 400);
    post(page, "/do/pin", &format!("tap={}&pin=4711", tap.0)).await;
    until_shown(page, "Print 1 of 2").await;
    post(page, "/do/release", &format!("tap={}", tap.0)).await;
    assert_eq!(pins(peer.receive().await), pair("j1", "4711"));
    let shown = until_shown(page, "Printing").await;
    assert!(!shown.contains("4711"), "nothing of it is shown");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_finger_and_a_keyboard_type_a_pin_and_a_wrong_one_is_asked_again() {
    let (station, peer) = Station::start().await;
    let mut server = peer.in_background();
    let mut browser = block_in_place(|| first_card_touched(&station));
    let tap = server.tap().await;
    server.send(session_with(tap, vec![with_pin("j1", 5)])).await;
    let field = "document.getElementById('pin').value";
    block_in_place(|| {
        browser.click("#job-j1");
        browser.wait_for_text("Type the PIN for");
        has_room_for_fingers(&mut browser);
        for key in ["4", "8", "erase", "7"] {
            browser.click(&format!("[data-key='{key}']"));
        }
        assert_eq!(browser.evaluate(field), "47");
    });
    // What somebody is typing outlives news about something else.
    let busy = PrinterCard { state: PrinterState::Processing, ..printer("p1", "North") };
    let ServerMessage::Session(whole) = session_with(tap, vec![with_pin("j1", 5)]) else {
        unreachable!()
    };
    server.send(ServerMessage::Session(Session { printers: vec![busy], ..whole })).await;
    block_in_place(|| {
        assert_eq!(browser.evaluate(field), "47");
        browser.click("[data-key='1']");
        browser.click("[data-key='1']");
        browser.click("#pin-done");
    });
    assert_eq!(pins(server.receive().await), pair("j1", "4711"));
    server.send(session_with(tap, vec![with_pin("j1", 4)])).await;
    let wrong = ServerMessage::Refused {
        tap: Some(tap),
        reason: RefusedReason::WrongPin,
        job: Some(Id::cut("j1")),
        sentence: Sentence::cut("Wrong PIN for “Pay.pdf”. You can try 4 more times."),
    };
    server.send(wrong).await;
    block_in_place(|| {
        browser.wait_for_text("You can try 4 more times.");
        has_room_for_fingers(&mut browser);
        assert_eq!(browser.evaluate(field), "");
        // The field has the focus, so that a keyboard needs no finger.
        browser.wait_for("document.activeElement.id === 'pin'");
        browser.fill("#pin", "a-1234");
        browser.press(Key::Enter);
    });
    assert_eq!(pins(server.receive().await), pair("j1", "a-1234"));
    server.send(outcome("j1", OutcomeKind::Printed, "14 pages came out at North.")).await;
    block_in_place(|| {
        browser.wait_for_text("All done!");
        assert_eq!(browser.complaints(), [] as [String; 0]);
    });
}
