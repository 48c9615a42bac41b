//! Cards that administrators add: what they open, and what they never open without the owner's word.

use std::io::Write as _;
use std::process::{Output, Stdio};
use std::time::Duration;

use real_parts::chromium::{Chromium, Window};
use real_parts::documents::{Paper, pdf};
use real_parts::waiting;

use crate::scene::house::state;
use crate::scene::station::{Station, Told};
use crate::scene::web::sign_in;
use crate::scene::{ANNA, BO, House, NOBODY, Setup, TapEnd};

const LIMIT: Duration = Duration::from_secs(60);

/// The helpdesk's own card.
const HELPDESK: &str = "04C0FFEE112280";

fn run(house: &House, arguments: &[&str], input: &str) -> Output {
    let mut command = house.command(&[&["admin"], arguments].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program is there");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

/// What a command says, and whether it was obeyed.
fn said(house: &House, arguments: &[&str], input: &str) -> (bool, String) {
    let output = run(house, arguments, input);
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).expect("its output is text"))
}

fn add_card(house: &House, arguments: &[&str], number: &str) {
    let (is_done, text) = said(house, &[&["card", "add"], arguments].concat(), number);
    assert!(is_done, "{text}");
    assert!(!text.contains(number), "{text}");
}

/// A tap of its own: the same card once more would end a session that is still shown.
fn tap(station: &Station, card: &str) -> Told {
    waiting::wait_until("the station invites", LIMIT, || station.is_inviting());
    station.tap(card)
}

fn open_my_prints(house: &House, login: &str) -> Chromium {
    let mut browser = Chromium::start(Window::PHONE);
    browser.open(&format!("https://127.0.0.1:{}/my-prints?lang=en", house.ports().web));
    sign_in(&mut browser, login);
    browser
}

fn journey(mut house: House) {
    let (client, document) = (house.client(), pdf(1, Paper::A4, "Report"));
    let older = client.print("anna", &document);
    house.wait_for_state("anna", older, state::HELD);
    add_card(&house, &["anna", "--label", "Spare"], HELPDESK);
    tap(house.hall().1, HELPDESK).expect(TapEnd::Nothing);
    let newer = client.print("anna", &document);
    tap(house.hall().1, HELPDESK).expect(TapEnd::Printed);
    house.wait_for_state("anna", newer, state::COMPLETED);
    house.wait_for_state("anna", older, state::HELD);
    assert_eq!(house.hall().0.jobs_printed(), 1, "what waited before the card came stays");
    // The owner is told, and says that the card is hers.
    let mut browser = open_my_prints(&house, "anna");
    browser.wait_for_text("IT has added a card for you, or opened one");
    browser.wait_for_text("Spare …2280");
    browser.click("#cards form[action$='/confirm'] button");
    browser.wait_for_text("The card is confirmed.");
    tap(house.library().1, HELPDESK).expect(TapEnd::Printed);
    house.wait_for_state("anna", older, state::COMPLETED);
    let used = || !house.admin(&["card", "list", "anna"]).contains("never");
    // Her own card is used, too, so that no card is without a last use.
    tap(house.library().1, ANNA).expect(TapEnd::Nothing);
    waiting::wait_until("the last use of both cards", LIMIT, used);
    // She loses it.
    client.print("anna", &document);
    browser.open(&format!("https://127.0.0.1:{}/my-prints?lang=en", house.ports().web));
    browser.click("#cards tbody tr:last-child form[action$='/block'] button");
    browser.wait_for_text("The card is blocked and opens nothing");
    let told = tap(house.hall().1, HELPDESK);
    told.expect(TapEnd::Refused);
    assert!(told.text.contains("This card is blocked"), "{}", told.text);
    assert!(browser.complaints().is_empty(), "{:?}", browser.complaints());
    let audit = house.admin(&["audit", "--limit", "1000"]);
    for event in ["card-add", "card-confirm", "card-block", "tap-refused"] {
        assert!(audit.contains(&format!("  {event} ")), "{event}: {audit}");
    }
    for text in [&audit, &house.server_log()] {
        assert!(!text.contains(HELPDESK) && !text.contains("04C0FFEE"), "{text}");
    }
    house.expect_whole();
}

#[test]
fn a_card_that_the_helpdesk_added_opens_no_earlier_job_until_its_owner_confirms_it() {
    journey(Setup::new().passwords().start());
}

#[test]
fn a_card_that_the_helpdesk_added_waits_for_its_owner_with_postgresql() {
    journey(Setup::new().postgres().passwords().start());
}

#[test]
fn a_card_for_a_time_and_one_of_somebody_else_are_refused_where_they_should_be() {
    let house = Setup::new().start();
    let (is_done, text) = said(&house, &["card", "add", "bo"], ANNA);
    assert!(!is_done && text.contains("belongs to somebody else"), "{text}");
    let (is_done, text) = said(&house, &["card", "add", "bo", "--until", "2026-01-01"], NOBODY);
    assert!(!is_done && text.contains("that day is over"), "{text}");
    add_card(&house, &["bo", "--until", &house.today()], NOBODY);
    let list = house.admin(&["card", "list", "bo"]);
    assert!(list.contains("temporary") && list.contains("in use, not confirmed"), "{list}");
    let (is_done, text) = said(&house, &["card", "remove", "bo", "--ending", &BO[10..]], "");
    assert!(!is_done && text.contains("block it here"), "{text}");
    house.admin(&["card", "remove", "bo", "--ending", &NOBODY[10..]]);
    tap(house.hall().1, NOBODY).expect(TapEnd::Refused);
}
