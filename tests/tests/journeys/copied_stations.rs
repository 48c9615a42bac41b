//! A station's certificate in the wrong hands.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use e2e::house::http;
use real_parts::documents::{Paper, pdf};
use real_parts::waiting;

use crate::scene::house::state;
use crate::scene::{ANNA, House, Setup, Station, TapEnd};

const LIMIT: Duration = Duration::from_secs(60);

/// The files of a station, in somebody else's folder.
fn copied(house: &House, station: &str) -> PathBuf {
    let (from, to) = (house.path(station), house.path("thief"));
    fs::create_dir(&to).expect("the folder is ours");
    for name in ["ca.pem", "certificate.pem", "key.pem", "station.toml"] {
        fs::copy(from.join(name), to.join(name)).expect("a file");
    }
    to
}

/// Holds a card to the simulated reader of a station, and does not wait for what comes of it.
fn hold(station: &Station, card: &str) {
    let reply = http::press(station.port(), "/tap", &format!("uid={card}"));
    let reply = reply.expect("the station answers");
    assert!(matches!(reply.status, 200..400), "{}", reply.status);
}

fn tries_a_thousand_cards(house: &House) {
    let number = house.client().print("anna", &pdf(1, Paper::A4, "Secret report"));
    house.wait_for_state("anna", number, state::HELD);
    let thief = Station::start(&copied(house, "hall"));
    for card in 0..1_000 {
        // Anna's own is among them, once the station has shown what it is after, and before its first lock is over.
        let card = if card == 40 { ANNA.to_owned() } else { format!("04D0{card:04X}000080") };
        hold(&thief, &card);
        if card == ANNA {
            waiting::wait_until("what comes of it", LIMIT, || !thief.shows("Getting your"));
            assert!(
                !thief.shows("Secret") && !thief.shows("Åkesson"),
                "somebody's prints are shown"
            );
        }
    }
    house.wait_for_state("anna", number, state::HELD);
    assert_eq!(house.mfps.iter().map(crate::scene::Mfp::jobs_printed).sum::<usize>(), 0);
    let list = house.admin(&["station", "list"]);
    let line = list.lines().find(|line| line.starts_with("hall ")).expect("the station");
    assert!(line.contains("locked"), "{list}");
    let audit = house.admin(&["audit", "--limit", "3000"]);
    assert!(audit.contains("station-lock") && audit.contains("station-unknown-cards"), "{audit}");
    assert!(audit.contains("refused: locked"), "{audit}");
    assert!(!audit.contains("04D0"), "no card's number stands in the audit trail");
    drop(thief);

    // The right one is locked, too, for a while, or until somebody has looked.
    let (mfp, station) = house.hall();
    let told = station.tap(ANNA);
    told.expect(TapEnd::Refused);
    assert!(told.text.contains("This reader is locked"), "{}", told.text);
    house.admin(&["station", "unlock", "hall"]);
    station.let_the_last_tap_pass(ANNA);
    station.tap(ANNA).expect(TapEnd::Printed);
    assert_eq!(mfp.jobs_printed(), 1);
    assert!(house.admin(&["audit", "--limit", "3000"]).contains("station-unlock"));
}

#[test]
fn a_copied_certificate_that_tries_a_thousand_cards_opens_and_shows_nothing() {
    tries_a_thousand_cards(&Setup::new().start());
}

#[test]
fn a_copied_certificate_that_tries_a_thousand_cards_opens_and_shows_nothing_with_postgresql() {
    tries_a_thousand_cards(&Setup::new().postgres().start());
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("station.log")).unwrap_or_default()
}

#[test]
fn a_certificate_is_good_from_its_networks_only() {
    let house = Setup::new().start();
    let number = house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    house.wait_for_state("anna", number, state::HELD);
    house.admin(&["station", "addresses", "hall", "10.4.0.0/16", "192.0.2.7"]);
    let list = house.admin(&["station", "list"]);
    assert!(list.contains("10.4.0.0/16, 192.0.2.7/32"), "{list}");
    // One that is connected already opens nothing either, and one that connects does not get in.
    let (mfp, station) = house.hall();
    let told = station.tap(ANNA);
    assert_ne!(told.end, TapEnd::Printed, "{}", told.text);
    waiting::wait_until("the refusal in the trail", LIMIT, || {
        house.admin(&["audit", "--limit", "100"]).contains("refused: address")
    });
    assert!(!station.is_inviting(), "{}", log(&house.path("hall")));
    assert_eq!(mfp.jobs().len(), 0);
    house.admin(&["station", "addresses", "hall", "127.0.0.0/8"]);
    waiting::wait_until("the station", LIMIT, || station.is_inviting());
    station.let_the_last_tap_pass(ANNA);
    station.tap(ANNA).expect(TapEnd::Printed);
    assert_eq!(mfp.jobs_printed(), 1);
    assert!(house.admin(&["station", "addresses", "hall", "--any"]).contains("anywhere"));
}
