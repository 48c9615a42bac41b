//! Who stands at the station when the card does not say it: a new card that its holder makes theirs, a code in
//! place of a card, the PIN beside the card.

use std::io::Write as _;
use std::process::Stdio;
use std::time::Duration;

use real_parts::chromium::{Chromium, Window};
use real_parts::documents::{Paper, pdf};
use real_parts::waiting;

use crate::scene::house::state;
use crate::scene::web::{Web, sign_in};
use crate::scene::{ANNA, House, NOBODY, Setup, Station, TapEnd};

const LIMIT: Duration = Duration::from_secs(60);
const PIN: &str = "471108";
const WRONG: &str = "815471";

fn pages(house: &House, path: &str) -> String {
    format!("https://127.0.0.1:{}{path}", house.ports().web)
}

/// A person's own phone, signed in.
fn phone(house: &House, login: &str, path: &str) -> Chromium {
    let mut browser = Chromium::start(Window::PHONE);
    browser.open(&pages(house, path));
    browser.wait_for("!!document.querySelector('#login')");
    sign_in(&mut browser, login);
    browser
}

/// The screen beside the printer.
fn screen(station: &Station) -> Chromium {
    let mut browser = Chromium::start(Window::STATION);
    browser.open(station.page());
    browser
}

fn text_of(browser: &mut Chromium, selector: &str) -> String {
    let script = format!("document.querySelector(\"{selector}\").innerText");
    browser.evaluate(&script).as_str().expect("it is there").to_owned()
}

/// Types digits with a finger.
fn type_digits(screen: &mut Chromium, digits: &str) {
    for digit in digits.chars() {
        screen.click(&format!("button[data-key='{digit}']"));
    }
    screen.click("#pin-done");
}

/// Makes a code by the form on My prints, and reads it.
fn make_code(phone: &mut Chromium, house: &House, purpose: &str) -> String {
    phone.open(&pages(house, "/my-prints?lang=en"));
    let hall = "[...document.querySelectorAll('#code-station option')]\
                .find(option => option.text === 'hall').selected = true";
    phone.evaluate(hall);
    phone.click(&format!("#code button[value='{purpose}']"));
    phone.wait_for("!!document.querySelector('p.code')");
    text_of(phone, "p.code").chars().filter(char::is_ascii_digit).collect()
}

fn print(house: &House, login: &str, title: &str) -> i32 {
    let client = house.client();
    let document = pdf(1, Paper::A4, title);
    let number = client.ask(&client.print_job(login, title), &document).job_number();
    house.wait_for_state(login, number, state::HELD);
    number
}

fn expect_in_trail(house: &mut House, events: &[&str]) {
    let audit = house.admin(&["audit", "--limit", "1000"]);
    for event in events {
        assert!(audit.contains(event), "{event}: {audit}");
    }
    for text in [&audit, &house.server_log()] {
        assert!(!text.contains(PIN) && !text.contains(WRONG) && !text.contains(NOBODY), "{text}");
    }
}

fn a_new_card(setup: Setup) {
    let mut house = setup.passwords().start();
    let job = print(&house, "anna", "Report");
    let (mfp, station) = house.hall();
    let mut screen = screen(station);
    station.tap(NOBODY).expect(TapEnd::Refused);
    screen.wait_for_text("Make this badge yours");
    screen.wait_for("!!document.querySelector('svg.qr path')");
    let code = text_of(&mut screen, ".by-hand strong");
    // The phone's camera opens this address; nobody is signed in there yet.
    let address = format!("/card/{}?lang=en", code.replace('-', ""));
    let mut anna = phone(&house, "anna", &address);
    anna.wait_for_text("Do you want to add the card that was just read here?");
    assert!(anna.text().contains("hall") && anna.text().contains("FF80"), "{}", anna.text());
    anna.click("form[action='/card'] button");
    anna.wait_for_text("The card is yours. Hold it to the reader once more.");
    screen.wait_for_text("The badge is yours!");
    // The code served once.
    let mut bo = Web::signed_in(&house, "bo");
    assert_eq!(bo.status(&format!("/card/{code}")), 404);
    assert_eq!(bo.status("/card/ABCD-2345"), 404);
    // It opens everything of its owner's at once, who is told.
    station.tap(NOBODY).expect(TapEnd::Printed);
    house.wait_for_state("anna", job, state::COMPLETED);
    assert_eq!(mfp.jobs_printed(), 1);
    anna.open(&pages(&house, "/my-prints?lang=en"));
    anna.wait_for_text("If it was not you, block it under Cards on My prints");
    anna.click("#cards tbody tr:last-child form[action$='/block'] button");
    anna.wait_for_text("The card is blocked and opens nothing");
    waiting::wait_until("the station invites", LIMIT, || station.is_inviting());
    station.tap(NOBODY).expect(TapEnd::Refused);
    for browser in [&mut screen, &mut anna] {
        let complaints: Vec<_> = browser.complaints().to_vec();
        assert!(complaints.iter().all(|text| text.contains("404")), "{complaints:?}");
    }
    expect_in_trail(&mut house, &["card-add", "card-block", "tap-refused"]);
    house.expect_whole();
}

#[test]
fn whoever_holds_a_new_card_makes_it_theirs_with_the_phone() {
    a_new_card(Setup::new());
}

#[test]
fn whoever_holds_a_new_card_makes_it_theirs_with_postgresql() {
    a_new_card(Setup::new().postgres());
}

#[test]
fn a_code_adds_the_card_that_was_just_read_and_wrong_ones_lock_the_station() {
    let mut house = Setup::new().passwords().start();
    let job = print(&house, "anna", "Report");
    let mut anna = phone(&house, "anna", "/my-prints");
    anna.wait_for_text("No card today?");
    let code = make_code(&mut anna, &house, "add-card");
    assert_eq!(code.len(), 6);
    let station = house.hall().1;
    let mut screen = screen(station);
    station.tap(NOBODY).expect(TapEnd::Refused);
    screen.wait_for_text("Make this badge yours");
    screen.click("#type-code");
    screen.wait_for_text("Type the code for a new card");
    type_digits(&mut screen, "000000");
    screen.wait_for_text("This code does not hold here.");
    type_digits(&mut screen, &code);
    screen.wait_for_text("The badge is yours!");
    station.tap(NOBODY).expect(TapEnd::Printed);
    house.wait_for_state("anna", job, state::COMPLETED);
    screen.wait_for_text("No card today");
    screen.click("#no-card");
    // One wrong code came before.
    for left in [3, 2] {
        type_digits(&mut screen, "000000");
        screen.wait_for_text(&format!("You can try {left} more times."));
    }
    type_digits(&mut screen, "000000");
    screen.wait_for_text("You can try once more.");
    type_digits(&mut screen, "000000");
    screen.wait_for_text("Too many wrong codes here.");
    let right = make_code(&mut anna, &house, "open");
    type_digits(&mut screen, &right);
    screen.wait_for_text("Too many wrong codes here.");
    expect_in_trail(&mut house, &["code-make", "refused: wrong code, locked", "card-add"]);
}

#[test]
fn a_code_in_place_of_a_card_prints_its_owners_jobs_once_at_one_station() {
    let mut house = Setup::new().passwords().start();
    let (job, other) = (print(&house, "anna", "Report"), print(&house, "bo", "Budget"));
    let mut anna = phone(&house, "anna", "/my-prints");
    anna.wait_for_text("No card today?");
    let code = make_code(&mut anna, &house, "open");
    assert!(anna.text().contains("Holds until") && anna.text().contains("hall"), "{}", anna.text());
    let mut library = screen(house.library().1);
    library.click("#no-card");
    type_digits(&mut library, &code);
    library.wait_for_text("This code does not hold here.");
    let mut hall = screen(house.hall().1);
    hall.wait_for_text("No card today");
    hall.click("#no-card");
    hall.wait_for_text("Type your code");
    type_digits(&mut hall, &code);
    hall.wait_for_text("All done!");
    house.wait_for_state("anna", job, state::COMPLETED);
    hall.click("#finish");
    hall.wait_for_text("No card today");
    hall.click("#no-card");
    type_digits(&mut hall, &code);
    hall.wait_for_text("This code does not hold here.");
    hall.click("#pin-back");
    hall.wait_for_text("No card today");
    house.wait_for_state("bo", other, state::HELD);
    assert_eq!(house.hall().0.jobs_printed() + house.library().0.jobs_printed(), 1);
    assert!(hall.complaints().is_empty(), "{:?}", hall.complaints());
    expect_in_trail(&mut house, &["code-use", "refused: wrong code"]);
    house.expect_whole();
}

fn add_card(house: &House, arguments: &[&str]) -> String {
    let mut command = house.command(&[&["admin", "card", "add"], arguments].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program is there");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(NOBODY.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_card_until_tonight_opens_what_comes_and_the_station_says_what_waits() {
    let house = Setup::new().start();
    let older = print(&house, "anna", "Older");
    add_card(&house, &["anna", "--today"]);
    assert!(house.admin(&["card", "list", "anna"]).contains("temporary"));
    let station = house.hall().1;
    let mut screen = screen(station);
    let told = station.tap(NOBODY);
    told.expect(TapEnd::Nothing);
    let waits = "One older print waits until you confirm this card on My prints.";
    assert!(told.text.contains(waits), "{}", told.text);
    screen.wait_for_text(waits);
    let newer = print(&house, "anna", "Newer");
    waiting::wait_until("the station invites", LIMIT, || station.is_inviting());
    let told = station.tap(NOBODY);
    told.expect(TapEnd::Printed);
    assert!(told.text.contains(waits), "{}", told.text);
    house.wait_for_state("anna", newer, state::COMPLETED);
    house.wait_for_state("anna", older, state::HELD);
}

fn a_pin_beside_the_card(setup: Setup) {
    let mut house = setup.passwords().start();
    house.admin(&["queue", "change", crate::scene::QUEUE, "--pin-with-card", "yes"]);
    let job = print(&house, "anna", "Grades");
    let (mfp, station) = house.hall();
    let mut screen = screen(station);
    let told = station.tap(ANNA);
    told.expect_either(TapEnd::Nothing, TapEnd::Incomplete);
    assert!(!told.text.contains("Grades"), "the card alone shows no title: {}", told.text);
    let mut anna = phone(&house, "anna", "/my-prints?lang=en");
    anna.wait_for_text("You have no PIN.");
    anna.fill("#own-pin", "123456");
    anna.fill("#own-pin-again", "123456");
    anna.click("form[action='/my-prints/pin'] button");
    anna.wait_for_text("its digits go in equal steps");
    anna.fill("#own-pin", PIN);
    anna.fill("#own-pin-again", PIN);
    anna.click("form[action='/my-prints/pin'] button");
    anna.wait_for_text("Your PIN is saved.");
    // Whoever has copied the card does not know the PIN.
    let tap = begin(station, ANNA);
    screen.wait_for_text("Needs your personal PIN");
    assert!(!screen.text().contains("Grades"), "{}", screen.text());
    screen.click("button[id^='job-']");
    screen.wait_for_text("Type your personal PIN");
    let notice = "(document.querySelector('p.notice.warn')?.innerText ?? '')";
    let mut tries = 0;
    while !screen.text().contains("locked for a quarter of an hour") {
        let before = screen.evaluate(notice);
        type_digits(&mut screen, WRONG);
        screen.wait_for(&format!("![{before}, ''].includes({notice})"));
        tries += 1;
        assert!(tries <= 5, "{}", screen.text());
    }
    assert!(!screen.text().contains("Grades"), "{}", screen.text());
    tap.walk_away();
    screen.click("#leave");
    assert_eq!(mfp.jobs_printed(), 0);
    house.wait_for_state("anna", job, state::HELD);
    anna.open(&pages(&house, "/my-prints?lang=en"));
    anna.wait_for_text("Somebody with your card typed a wrong personal PIN too many times");
    // Who is signed in and chooses another waits for no lock.
    anna.fill("#own-pin", PIN);
    anna.fill("#own-pin-again", PIN);
    anna.click("form[action='/my-prints/pin'] button");
    anna.wait_for_text("Your PIN is saved.");
    // A PIN of the helpdesk's is no way around it.
    let given = house.admin(&["pin", "give", "anna"]);
    let given = given.split("PIN ").nth(1).and_then(|text| text.split('.').next()).expect("a PIN");
    let tap = begin(station, ANNA);
    screen.wait_for_text("Choose or confirm one on My prints.");
    assert_eq!(screen.evaluate("document.querySelector(\"button[id^='job-']\").disabled"), true);
    tap.walk_away();
    screen.click("#leave");
    let newer = print(&house, "anna", "Later");
    let tap = begin(station, ANNA);
    screen.wait_for_text("Needs your personal PIN");
    screen.click("button[id^='job-']:not([disabled])");
    screen.wait_for_text("Type your personal PIN");
    type_digits(&mut screen, given);
    screen.wait_for("!!document.querySelector('#release')");
    screen.click("#release");
    house.wait_for_state("anna", newer, state::COMPLETED);
    tap.walk_away();
    house.wait_for_state("anna", job, state::HELD);
    // The owner says that it is theirs.
    anna.open(&pages(&house, "/my-prints?lang=en"));
    anna.click("form[action='/my-prints/pin/confirm'] button");
    anna.wait_for_text("The PIN is confirmed.");
    waiting::wait_until("the station invites", LIMIT, || station.is_inviting());
    let tap = begin(station, ANNA);
    screen.wait_for_text("Needs your personal PIN");
    screen.click("button[id^='job-']");
    screen.wait_for_text("Type your personal PIN");
    type_digits(&mut screen, given);
    tap.wait().expect(TapEnd::Printed);
    house.wait_for_state("anna", job, state::COMPLETED);
    assert_eq!(mfp.jobs_printed(), 2);
    let audit = house.admin(&["audit", "--limit", "1000"]);
    assert!(!audit.contains(given), "{audit}");
    expect_in_trail(
        &mut house,
        &["queue-pin", "pin-set", "pin-confirm", "refused: wrong PIN, locked"],
    );
    house.expect_whole();
}

/// A tap of its own, late enough behind the last one.
fn begin(station: &Station, card: &str) -> crate::scene::station::Tapping {
    station.let_the_last_tap_pass(card);
    waiting::wait_until("the station invites", LIMIT, || station.is_inviting());
    station.begin_tap(card)
}

#[test]
fn a_copied_card_opens_nothing_of_a_queue_that_demands_a_pin() {
    a_pin_beside_the_card(Setup::new());
}

#[test]
fn a_copied_card_opens_nothing_of_a_queue_that_demands_a_pin_with_postgresql() {
    a_pin_beside_the_card(Setup::new().postgres());
}
