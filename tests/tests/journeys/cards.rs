//! Cards that administrators add: what they open, and what they never open without the owner's word.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

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

#[test]
fn an_imported_card_opens_the_next_job_at_once_and_its_form_is_learnt_from_three_cards() {
    let house = Setup::new().start();
    // Decimal digits of the bytes in reverse order, as many door systems write them.
    let decimal = |digits: &str| {
        let bytes =
            (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16));
        let bytes = bytes.map(|byte| u128::from(byte.expect("a byte")));
        bytes.rev().fold(0_u128, |number, byte| number << 8 | byte).to_string()
    };
    let list = house.path("cards.csv");
    let write = |text: &str| std::fs::write(&list, text).expect("the folder is ours");
    let file = list.to_str().expect("our folders are plain text");
    write(&format!("person;number;label\nanna;{};Door\n", decimal(NOBODY)));
    let (is_done, text) = said(&house, &["card", "import", file], "");
    assert!(!is_done && text.contains("card form learn"), "{text}");
    let samples: Vec<_> = [ANNA, BO, NOBODY].iter().map(|card| (*card, decimal(card))).collect();
    let mut learn = vec!["card", "form", "learn"];
    for (reading, number) in &samples[..2] {
        learn.extend(["--reading", reading, "--number", number]);
    }
    let (is_done, text) = said(&house, &learn, "");
    assert!(!is_done && text.contains("3 different cards are needed"), "{text}");
    learn.extend(["--reading", samples[2].0, "--number", &samples[2].1]);
    assert!(house.admin(&learn).contains("reversed-decimal"));
    assert_eq!(house.admin(&["card", "form", "show"]).trim(), "reversed-decimal");
    let dry =
        house.admin(&["card", "import", file, "--dry-run", "--sample", NOBODY, "--sample", ANNA]);
    for text in ["matched         1", "line 2, anna", "no line has it", "1 of 2 match", "dry run"] {
        assert!(dry.contains(text), "{text}: {dry}");
    }
    tap(house.hall().1, NOBODY).expect(TapEnd::Refused);
    assert!(house.admin(&["card", "import", file]).contains("1 cards were imported"));
    assert!(house.admin(&["card", "import", file]).contains("0 cards were imported"), "twice");
    house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    tap(house.hall().1, NOBODY).expect(TapEnd::Printed);
    let audit = house.admin(&["audit", "--limit", "1000"]);
    for event in ["card-form-set", "card-import", "card-add"] {
        assert!(audit.contains(event), "{event}: {audit}");
    }
    assert!(!audit.contains(&decimal(NOBODY)) && !audit.contains(NOBODY), "{audit}");
}

/// A part of the number is all that some lists have.
#[test]
fn a_card_is_found_by_the_part_of_its_number_that_the_list_has() {
    let house = Setup::new().start();
    house.admin(&["card", "form", "set", "last3-wiegand26"]);
    let list = house.path("cards.csv");
    // The last three bytes of the card: FF, FF and 80.
    std::fs::write(&list, "person;number\nanna;255,65408\n").expect("the folder is ours");
    let file = list.to_str().expect("our folders are plain text");
    house.admin(&["card", "import", file]);
    house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    tap(house.hall().1, NOBODY).expect(TapEnd::Printed);
    // Whoever has a card of the same whole number goes before the part.
    tap(house.hall().1, BO).expect(TapEnd::Nothing);
}

#[test]
fn a_list_of_five_thousand_cards_with_forty_faults_names_each_and_changes_nothing() {
    let house = Setup::new().without_stations().start();
    let path = house.path("people.toml");
    let mut people = std::fs::read_to_string(&path).expect("the file of people");
    let mut list = String::from("person,number,label\n");
    for n in 0..5_000 {
        let _ = write!(people, "[[person]]\nlogin = \"p{n}\"\nname = \"P {n}\"\n");
        let (person, number) = match n % 500 {
            7 => (format!("nobody{n}"), format!("04{n:06X}000180")),
            11 => (format!("p{n}"), "no number".to_owned()),
            13 => (format!("p{n}"), format!("04{:06X}000180", n - 1)),
            17 => (format!("p{n}"), BO.to_owned()),
            _ => (format!("p{n}"), format!("04{n:06X}000180")),
        };
        let _ = writeln!(list, "{person},{number},Badge {n}");
    }
    std::fs::write(&path, people).expect("the file is ours");
    house.admin(&["person", "sync"]);
    let file = house.path("cards.csv");
    std::fs::write(&file, &list).expect("the folder is ours");
    let file = file.to_str().expect("our folders are plain text");
    let before = house.admin(&["audit", "--limit", "10000"]);
    let began = Instant::now();
    let (is_done, text) = said(&house, &["card", "import", file, "--form", "hex"], "");
    println!("5,000 lines with 40 faults were refused in {:?}", began.elapsed());
    assert!(
        !is_done && text.contains("40 of 5000 lines are wrong: nothing was imported"),
        "{text}"
    );
    assert_eq!(text.lines().filter(|line| line.starts_with("line ")).count(), 40, "{text}");
    for reason in [
        "line 9: nobody has the login or directory key \"nobody7\"",
        "line 13: there are other characters",
        "line 15: the same card as in line 14",
        "line 19: the card is bo's already",
    ] {
        assert!(text.contains(reason), "{reason}: {text}");
    }
    assert_eq!(house.admin(&["audit", "--limit", "10000"]), before, "nothing was changed");
    let good: Vec<_> = list.lines().enumerate().collect();
    let wrong: Vec<_> =
        text.lines().filter_map(|line| line.strip_prefix("line ")?.split(':').next()).collect();
    let good = good.into_iter().filter(|(at, _)| !wrong.contains(&(at + 1).to_string().as_str()));
    let good: String = good.map(|(_, line)| format!("{line}\n")).collect();
    std::fs::write(file, good).expect("the folder is ours");
    let began = Instant::now();
    let text = house.admin(&["card", "import", file, "--form", "hex"]);
    let took = began.elapsed();
    println!("4,960 cards were imported in {took:?}");
    assert!(text.contains("4960 cards were imported"), "{text}");
    assert!(took < LIMIT, "{took:?}");
}
