//! Queues are found without an address being typed: by Avahi on the local network, by a zone beyond it.

use std::time::Duration;

use real_parts::avahi::{Avahi, HOST};
use real_parts::waiting;

use crate::scene::Setup;

/// Announcing takes a second of probing, and the queues are looked at every five.
const LIMIT: Duration = Duration::from_secs(30);

/// The keys that AirPrint, Mopria, CUPS and Windows read.
const KEYS: [&str; 24] = [
    "txtvers=1",
    "qtotal=1",
    "rp=ipp/print/followme",
    "ty=",
    "product=(",
    "note=",
    "adminurl=https://",
    "pdl=",
    "UUID=",
    "URF=",
    "Color=T",
    "Duplex=T",
    "Copies=T",
    "Collate=",
    "Staple=",
    "Punch=",
    "Fax=F",
    "Scan=F",
    "kind=document",
    "PaperMax=",
    "priority=",
    "TLS=1.3",
    "air=none",
    "mopria-certified=1.3",
];

/// The lines about services that were resolved: service, type, domain, host, address, port, TXT.
fn resolved(avahi: &Avahi, kind: &str) -> Vec<Vec<String>> {
    let fields = |line: &str| line.splitn(10, ';').map(str::to_owned).collect();
    avahi.browse(kind).lines().filter(|line| line.starts_with("=;")).map(fields).collect()
}

#[test]
fn what_browses_the_network_finds_both_services_both_subtypes_and_every_key() {
    let mut avahi = Avahi::start();
    let more = format!("[discovery]\nbus = \"{}\"\n", avahi.bus());
    let mut house = Setup::new().without_stations().more(&more).start();
    let print = house.ports().print.to_string();
    for kind in ["_ipp._tcp", "_ipps._tcp"] {
        let universal = format!("_universal._sub.{kind}");
        let driverless = format!("_print._sub.{kind}");
        for kind in [kind, &universal, &driverless] {
            let found = waiting::poll(LIMIT, || resolved(&avahi, kind).pop());
            let found = found.unwrap_or_else(|| panic!("{kind}: {}", house.server_log()));
            assert_eq!(found[3], "followme", "{kind}");
            assert_eq!((found[6].as_str(), found[8].as_str()), (HOST, print.as_str()), "{kind}");
            for key in KEYS {
                assert!(found[9].contains(&format!("\"{key}")), "{kind} lacks {key}: {}", found[9]);
            }
        }
    }
    let defence = resolved(&avahi, "_printer._tcp").pop().expect("the name is defended");
    assert_eq!((defence[3].as_str(), defence[8].as_str()), ("followme", "0"));
    assert_eq!(defence[9], "", "port 0 has no keys");

    // What CUPS's clients are told.
    let found = avahi.ippfind(&[
        "-T",
        "5",
        "_ipps._tcp,_universal",
        "--txt-pdl",
        "image/urf",
        "--print-name",
    ]);
    let names = String::from_utf8_lossy(&found.stdout).into_owned();
    assert_eq!(names.trim(), "followme", "{}", String::from_utf8_lossy(&found.stderr));

    // A queue that is new appears, one that is switched off goes, and a daemon that was started anew is told
    // everything again.
    house.admin(&["queue", "add", "labels", "--info", "Labels", "--claimed", "127.0.0.0/8"]);
    house.admin(&["queue", "change", "followme", "--enabled", "no"]);
    let names = |avahi: &Avahi| -> Vec<String> {
        resolved(avahi, "_ipp._tcp").into_iter().map(|fields| fields[3].clone()).collect()
    };
    assert!(waiting::poll(LIMIT, || (names(&avahi) == ["Labels"]).then_some(())).is_some());
    avahi.restart();
    let again = waiting::poll(LIMIT, || (names(&avahi) == ["Labels"]).then_some(()));
    assert!(again.is_some(), "{}", house.server_log());

    house.stop_server();
    // Whoever hears the goodbye forgets the record a second later (RFC 6762 section 10.1).
    let gone = waiting::poll(LIMIT, || names(&avahi).is_empty().then_some(()));
    assert!(gone.is_some(), "a server that stops says goodbye");
}

#[test]
fn without_a_responder_everything_else_works() {
    let more = "[discovery]\nbus = \"unix:path=/nonexistent/bus\"\n";
    let mut house = Setup::new().without_stations().more(more).start();
    house
        .client()
        .print("anna", &real_parts::documents::pdf(1, real_parts::documents::Paper::A4, "Report"));
    let mut said = || house.server_log().contains("The queues are not announced by DNS-SD");
    assert!(waiting::poll(LIMIT, || said().then_some(())).is_some());
}

#[test]
fn the_zone_for_a_campus_has_every_queue() {
    let house = Setup::new().without_stations().start();
    house.admin(&["queue", "add", "labels", "--info", "Labels", "--basic"]);
    let ask = |arguments: &[&str]| {
        let output = house.command(&[&["discovery", "zone"], arguments].concat()).output();
        let output = output.expect("the program is there");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.success(), text(&output.stdout), text(&output.stderr))
    };
    let (well, zone, _) = ask(&["--domain", "campus.example.org", "--host", "print.example.org"]);
    assert!(well && zone.contains("$ORIGIN campus.example.org."), "{zone}");
    for name in ["followme", "Labels"] {
        assert!(zone.contains(&format!("{name}._ipps._tcp IN SRV 0 0 ")), "{zone}");
    }
    let one =
        ["--domain", "campus.example.org", "--host", "print.example.org", "--queue", "labels"];
    let (_, zone, _) = ask(&one);
    assert!(zone.contains("Labels") && !zone.contains("followme"), "{zone}");
    let (well, _, said) = ask(&["--domain", "campus.example.org"]);
    assert!(!well && said.contains("--host"), "an address is no name: {said}");
}
