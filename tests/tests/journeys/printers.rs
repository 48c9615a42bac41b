//! Printers as they are: lists of them, machines that are exchanged or pointed elsewhere, queues that print at once.

use std::fmt::Write as _;
use std::time::Duration;

use ipp_codec::{Operation, Status};
use real_parts::documents::{Paper, pdf};
use real_parts::waiting;

use crate::doors::{by_link, link, refused};
use crate::scene::house::state;
use crate::scene::{ANNA, House, PASSWORD, Setup, TapEnd};
use real_parts::virtual_mfp::Mfp;

/// How long anything here may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

fn refusal(house: &House, arguments: &[&str], input: &str) -> String {
    let (is_done, text) = house.admin_with(arguments, input);
    assert!(!is_done, "{arguments:?}: {text}");
    text
}

#[test]
fn a_list_of_300_printers_with_5_bad_lines_is_refused_whole_each_line_with_its_reason() {
    let house = Setup::new().without_stations().start();
    let mut list = String::from("name;address;campus;building;floor;room;stations;always-raster\n");
    for n in 0..300 {
        let (name, address, stations, raster) = match n {
            17 => (String::new(), format!("ipps://127.0.1.{n}:6310/ipp"), "", ""),
            60 => (format!("P{n}"), "http://127.0.1.60/".to_owned(), "", ""),
            111 => (format!("P{n}"), "ipp://192.0.2.9:6310/ipp".to_owned(), "", ""),
            200 => (format!("P{n}"), "ipps://127.0.1.5:6310/ipp/5".to_owned(), "", ""),
            299 => (format!("P{n}"), format!("ipps://127.0.2.1:6310/ipp/{n}"), "nowhere", ""),
            5 => (format!("P{n}"), "ipps://127.0.1.5:6310/ipp/5".to_owned(), "hall", "yes"),
            _ => (format!("P{n}"), format!("ipps://127.0.1.1:6310/ipp/{n}"), "", "no"),
        };
        let _ =
            writeln!(list, "{name};{address};Solna;Biomedicum;{};{n};{stations};{raster}", n % 9);
    }
    let file = house.path("printers.csv");
    std::fs::write(&file, &list).expect("the folder is ours");
    let path = file.to_str().expect("our folders are plain text");
    let (printers, audit) = (house.admin(&["printer", "list"]), house.admin(&["audit"]));
    let text = refusal(&house, &["printer", "import", path], "");
    assert!(text.contains("5 of 300 lines are wrong: nothing was taken in"), "{text}");
    for reason in [
        "line 19: name",
        "line 62: \"http://127.0.1.60/\"",
        "line 113: \"ipp://192.0.2.9:6310/ipp\": 192.0.2.9 lies in no network where printers may be",
        "line 202: the same address as in line 7",
        "line 301: there is no station \"nowhere\"",
    ] {
        assert!(text.contains(reason), "{reason}: {text}");
    }
    assert_eq!(text.lines().filter(|line| line.starts_with("line ")).count(), 5, "{text}");
    assert_eq!(house.admin(&["printer", "list"]), printers, "nothing was changed");
    assert_eq!(house.admin(&["audit"]), audit, "nothing was changed");

    let bad = ["http://127.0.1.60/", "192.0.2.9", "P200;", "nowhere", ";ipps://127.0.1.17"];
    let good = list
        .lines()
        .filter(|line| !bad.iter().any(|bad| line.contains(bad)) && !line.starts_with(';'));
    let good: String = good.map(|line| format!("{line}\n")).collect();
    std::fs::write(&file, &good).expect("the folder is ours");
    let dry = house.admin(&["printer", "import", path, "--dry-run"]);
    assert!(dry.contains("new        295") && dry.contains("this was a dry run"), "{dry}");
    assert_eq!(house.admin(&["printer", "list"]), printers, "nothing was changed");
    let taken = house.admin(&["printer", "import", path]);
    assert!(taken.contains("295 printers were taken in"), "{taken}");
    let shown = house.admin(&["printer", "show", "P5"]);
    assert!(shown.contains("Solna, Biomedicum, 5, 5"), "{shown}");
    assert!(shown.contains("always raster yes") && shown.contains("TLS           yes"), "{shown}");
    assert!(
        house.admin(&["station", "list"]).contains("P5"),
        "it stands beside the hall's station"
    );

    // Once more it is the same; a changed line is one.
    let again = house.admin(&["printer", "import", path, "--dry-run"]);
    assert!(again.contains("same       295"), "{again}");
    std::fs::write(&file, good.replace("/ipp/42;", "/ipp/4242;")).expect("the folder is ours");
    let moved = house.admin(&["printer", "import", path, "--dry-run"]);
    assert!(
        moved.contains("changed    1") && moved.contains("\"P42\" gets another address"),
        "{moved}"
    );
}

#[test]
fn a_printer_that_is_pointed_elsewhere_gets_nothing_until_an_administrator_signs_in_and_says_so() {
    let house = Setup::new().with_passwords().start();
    let elsewhere = Mfp::start();
    // What the machine is known by is there since it was added.
    let before = house.admin(&["printer", "show", "Hall"]);
    assert!(before.contains("urn:uuid:"), "{before}");
    let said = house.admin(&["printer", "change", "Hall", "--uri", elsewhere.uri()]);
    assert!(said.contains("It gets nothing at this address"), "{said}");
    assert!(house.admin(&["printer", "list"]).contains("to be pinned"));
    let number = house.client().print("anna", &pdf(2, Paper::A4, "Report"));
    let (_, station) = house.hall();
    let told = station.tap(ANNA);
    told.expect(TapEnd::Incomplete);
    assert!(told.text.contains("IT has yet to confirm it"), "{}", told.text);
    house.wait_for_state("anna", number, state::HELD);
    assert_eq!(elsewhere.jobs().len(), 0, "not even a job without a document");

    // Neither a wrong password, nor somebody without the role, nor nobody says that it is right.
    let pin = ["printer", "pin", "Hall", "--by", "bo"];
    assert!(refusal(&house, &pin, "").contains("password"), "none");
    assert!(refusal(&house, &pin, "wrong\n").contains("name or password is wrong"), "wrong");
    assert!(refusal(&house, &pin, PASSWORD).contains("bo is no administrator"), "no role");
    house.admin(&["role", "grant", "admin", "--login", "bo"]);
    let (is_done, text) = house.admin_with(&pin, PASSWORD);
    assert!(is_done && text.contains("another machine stands in its place"), "{text}");
    station.tap(ANNA).expect(TapEnd::Printed);
    house.wait_for_state("anna", number, state::COMPLETED);
    assert_eq!(elsewhere.jobs_printed(), 1);
    let audit = house.admin(&["audit", "--limit", "50"]);
    for event in ["printer-exchange", "printer-change", "command-sign-in"] {
        assert!(audit.contains(event), "{event}: {audit}");
    }
    house.expect_whole();
}

#[test]
fn an_exchanged_machine_leaves_place_stations_and_books_as_they_were() {
    let house = Setup::new().with_passwords().start();
    house.admin(&["printer", "change", "Hall", "--building", "Biomedicum", "--floor", "4"]);
    let first = house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    let (old, station) = house.hall();
    station.tap(ANNA).expect(TapEnd::Printed);
    house.wait_for_state("anna", first, state::COMPLETED);
    let new = Mfp::start();
    house.exchange("Hall", new.uri());
    let second = house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    station.tap(ANNA).expect(TapEnd::Printed);
    house.wait_for_state("anna", second, state::COMPLETED);
    assert_eq!((old.jobs_printed(), new.jobs_printed()), (1, 1));
    assert_eq!(house.booked("K8").sheets, 2, "both are one printer's in the books");
    let shown = house.admin(&["printer", "show", "Hall"]);
    let uuids: Vec<&str> = shown
        .split_whitespace()
        .filter(|word| word.starts_with("urn:uuid:"))
        .map(|word| word.trim_end_matches(','))
        .collect();
    assert!(uuids.len() == 2 && uuids[0] != uuids[1], "the new and the old one: {shown}");
    assert!(shown.contains("Biomedicum, 4"), "{shown}");
    house.expect_whole();
}

#[test]
fn a_printer_is_added_by_its_address_alone_and_shows_what_it_is() {
    let house = Setup::new().without_stations().start();
    let mfp = Mfp::start();
    let added = house.admin(&["printer", "add", mfp.uri()]);
    assert!(added.contains("Added the printer \"") && added.contains("answers:"), "{added}");
    assert!(added.contains("IPP without TLS is open"), "{added}");
    let name = added.split('"').nth(1).expect("a name in quotation marks").to_owned();
    let shown = house.admin(&["printer", "show", &name]);
    for line in ["application/pdf", "trays", "finishings", "keeps its history", "serial"] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let forbidden = refusal(&house, &["printer", "add", "X", "ipp://192.0.2.1:22/", "--probe"], "");
    assert!(forbidden.contains("permits no printer"), "{forbidden}");
}

#[test]
fn a_queue_that_prints_at_once_takes_jobs_of_its_people_and_machines_where_somebody_pays() {
    let house = Setup::new().start();
    let claims = ["--claimed", "127.0.0.0/8"];
    let add = ["queue", "add", "labels", "--at-once", "Hall", "--allow", "anna"];
    house.admin(&[&add[..], &claims].concat());
    let labels = house.client_of("labels");
    waiting::wait_until("the server knows the queue", LIMIT, || {
        let question = labels.request(Operation::GET_PRINTER_ATTRIBUTES, "anna");
        labels.ask(&question, &[]).ipp().status() == Status::SUCCESSFUL_OK
    });
    let number = labels.print("anna", &pdf(1, Paper::A4, "Label"));
    house.wait_for_state("anna", number, state::COMPLETED);
    refused(&labels, "bo", Status::CLIENT_ERROR_NOT_AUTHORIZED, "not on this queue's list");

    let network = ["--network", "127.0.0.0/8", "--department", "C2"];
    house.admin(&[&["machine", "add", "labeller"][..], &network].concat());
    let address = link(&house, &["--machine", "labeller"], "PC").replace("followme/", "labels/");
    let machine = by_link(&house, &address);
    refused(&machine, "chronos", Status::CLIENT_ERROR_NOT_AUTHORIZED, "not on this queue's list");
    house.admin(&["queue", "allow", "labels", "--machine", "labeller"]);
    machine.print("chronos", &pdf(2, Paper::A4, "Label"));
    let (mfp, _) = house.hall();
    mfp.wait_for("the machine's labels", |status| status["impressions_out"] == 3);
    let booked = || Some(house.booked("C2")).filter(|booked| booked.impressions == 2);
    let booked = waiting::poll(LIMIT, booked);
    assert!(booked.is_some(), "the machine's department pays: {}", house.csv());
    house.admin(&["queue", "disallow", "labels", "--machine", "labeller"]);
    refused(&machine, "chronos", Status::CLIENT_ERROR_NOT_AUTHORIZED, "not on this queue's list");
    let audit = house.admin(&["audit", "--limit", "50"]);
    assert!(audit.contains("refused: not on the list") && audit.contains("queue-allow"), "{audit}");
    house.expect_whole();
}
