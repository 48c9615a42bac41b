//! What a configuration may say, and what is said of one that is wrong.

use super::*;

const GOOD: &str = "server = \"h:1\"\nca = \"a\"\ncertificate = \"b\"\nkey = \"c\"\n";
const PLACES: &str = "server = \"h:1\"\n[[place]]\nname = \"Hall\"\nfolder = \"hall\"\n";

fn check(head: &str, more: &str) -> Result<Setup, String> {
    Setup::parse(&format!("{head}{more}"), Path::new("/base/station.toml"))
        .map_err(|error| error.to_string())
}

fn screen(more: &str) -> Config {
    match check(GOOD, more).expect("it is good") {
        Setup::Screen(config) => *config,
        Setup::Places(_) => panic!("a station with a screen"),
    }
}

#[test]
fn a_short_file_has_sensible_defaults() {
    let config = screen("reader = \"simulated\"\n");
    assert_eq!(config.page.to_string(), PAGE_DEFAULT);
    assert_eq!(config.language, Language::Sv);
    assert_eq!(config.key, Path::new("/base/c"));
}

#[test]
fn the_example_configurations_can_be_read() {
    let base = Path::new("/base/station.toml");
    let example = include_str!("../../../deploy/station.toml");
    let Setup::Screen(config) = Setup::parse(example, base).unwrap() else {
        panic!("a station with a screen")
    };
    assert_eq!((config.page.to_string().as_str(), config.reader), (PAGE_DEFAULT, ReaderKind::Pcsc));
    let example = include_str!("../../../deploy/places.toml");
    let Setup::Places(places) = Setup::parse(example, base).unwrap() else { panic!("places") };
    assert!(places.places.len() >= 3, "one of each kind");
    assert_eq!(places.places[0].station.key.parent(), places.places[0].station.ca.parent());
}

#[test]
fn what_cannot_be_is_refused_with_its_reason() {
    let network = |more: &str| format!("reader = \"network\"\n[network]\n{more}");
    let table = [
        ("reader = \"simulated\"\npage = \"0.0.0.0:8634\"".to_owned(), "loopback"),
        ("reader = \"simulated\"\npages = \"127.0.0.1:1\"".to_owned(), "unknown field"),
        (
            "reader = \"simulated\"\n[[simulated_card]]\nlabel = \"Kim\"\nuid = \"XYZ\"".to_owned(),
            "hex",
        ),
        ("reader = \"keyboard\"".to_owned(), "needs keyboard.device"),
        ("reader = \"none\"\n[keyboard]\ndevice = \"/dev/x\"".to_owned(), "the table keyboard"),
        ("reader = \"none\"\n[signals]\nprinted = \"00\"".to_owned(), "signals are for"),
        ("reader = \"keyboard\"\n[keyboard]\ndevice = \"x\"\nbytes = 11".to_owned(), "bytes = 11"),
        ("reader = \"network\"".to_owned(), "needs network.dial"),
        (network("framing = \"line\""), "one of them"),
        (network("dial = \"h:1\"\nlisten = \"0.0.0.0:1\""), "one of them"),
        (network("dial = \"host\""), "not host:port"),
        (network("dial = \"h:1\"\nfrom = [\"10.0.0.1\"]"), "network.from is for"),
        (network("listen = \"0.0.0.0:7777\""), "needs network.from"),
        (network("dial = \"h:1\"\npattern = \"(\""), "network.pattern"),
        (network("dial = \"h:1\"\nidle_seconds = 9999"), "idle_seconds"),
    ];
    for (more, reason) in table {
        let error = check(GOOD, &more).unwrap_err();
        assert!(error.contains(reason), "{more}: {error}");
    }
}

#[cfg(feature = "pcsc")]
#[test]
fn a_command_for_a_reader_is_written_in_hex() {
    let config = screen("reader = \"pcsc\"\n[signals]\nprinted = \"E0 00 00 28 01 0A\"\n");
    let readers::ReaderPlan::Pcsc(plan) = config.plan().unwrap() else { panic!("PC/SC") };
    let command = plan.escapes.get(crate::signals::Signal::Printed);
    assert_eq!(command, Some(&[0xE0, 0, 0, 0x28, 1, 0x0A][..]));
    let wrong = check(GOOD, "reader = \"pcsc\"\n[signals]\nprinted = \"beep\"\n").unwrap_err();
    assert!(wrong.contains("not a command in hex"), "{wrong}");
}

#[test]
fn two_places_share_nothing() {
    let listen = |address: &str, folder: &str, name: &str| {
        format!(
            "[[place]]\nname = \"{name}\"\nfolder = \"{folder}\"\nreader = \"network\"\n\
             network = {{ listen = \"0.0.0.0:7777\", from = [\"{address}\"] }}\n"
        )
    };
    let first =
        "reader = \"network\"\nnetwork = { listen = \"0.0.0.0:7777\", from = [\"10.0.0.1\"] }\n";
    let good = format!("{first}{}", listen("10.0.0.2", "porch", "Porch"));
    let Ok(Setup::Places(places)) = check(PLACES, &good) else { panic!("two places are good") };
    assert_eq!(places.places[1].station.certificate, Path::new("/base/porch/certificate.pem"));
    for (more, reason) in [
        (listen("10.0.0.2", "porch", "hall"), "this name"),
        (listen("10.0.0.2", "hall", "Porch"), "this folder"),
        (listen("10.0.0.1", "porch", "Porch"), "\"Hall\"'s already"),
    ] {
        let error = check(PLACES, &format!("{first}{more}")).unwrap_err();
        assert!(error.contains(reason), "{error}");
    }
    let many: String = (0..50)
        .map(|number| {
            listen(&format!("10.0.1.{number}"), &format!("f{number}"), &format!("n{number}"))
        })
        .collect();
    let error = check(PLACES, &format!("{first}{many}")).unwrap_err();
    assert!(error.contains("51 places"), "{error}");
    let error = check(PLACES, "reader = \"none\"\n").unwrap_err();
    assert!(error.contains("place \"Hall\""), "{error}");
}

#[cfg(feature = "pcsc")]
#[test]
fn no_reader_is_two_places() {
    let second = "[[place]]\nname = \"Porch\"\nfolder = \"porch\"\n";
    let pcsc = |first: &str, other: &str| {
        let reader = |name: &str| format!("reader = \"pcsc\"\npcsc = {{ reader = \"{name}\" }}\n");
        check(PLACES, &format!("{}{second}{}", reader(first), reader(other)))
    };
    assert!(pcsc("ACS 00", "ACS 01").is_ok());
    for (first, other, reason) in [
        ("ACS 00", "ACS 00", "can be one reader"),
        ("ACS", "ACS 01", "can be one reader"),
        ("ACS 01", "ACS", "can be one reader"),
        ("", "ACS", "is empty"),
        ("ACS", "  ", "is empty"),
    ] {
        let error = pcsc(first, other).unwrap_err();
        assert!(error.contains(reason), "{first}, {other}: {error}");
    }
}

#[test]
fn a_keyboard_device_is_the_same_under_another_name() {
    let folder = real_parts::folder::Folder::new("keyboard");
    let (device, link) = (folder.join("event3"), folder.join("by-id"));
    std::fs::write(&device, b"").expect("a file");
    std::os::unix::fs::symlink(&device, &link).expect("a link");
    let keyboard = |device: &Path| {
        format!("reader = \"keyboard\"\nkeyboard = {{ device = \"{}\" }}\n", device.display())
    };
    let second = "[[place]]\nname = \"Porch\"\nfolder = \"porch\"\n";
    let both = format!("{}{second}{}", keyboard(&device), keyboard(&link));
    let error = check(PLACES, &both).unwrap_err();
    assert!(error.contains("another place has this reader"), "{error}");
}
