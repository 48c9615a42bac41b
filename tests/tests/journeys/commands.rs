//! What administrators type: `fsck`, `admin`, and the demo.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use e2e::house::ports::VARIABLES;
use e2e::house::{Database, House, Plan, Ports, programs};
use real_parts::documents::{self, Paper};
use real_parts::folder::Folder;
use real_parts::process::{Process, Stop};
use real_parts::waiting;

const LIMIT: Duration = Duration::from_secs(60);

fn house(folder: &Folder) -> House {
    House::furnish(Plan::for_test(folder.join("house"), Database::Sqlite))
        .expect("a furnished house")
}

/// Every document in the spool, by name.
fn documents(house: &House) -> Vec<PathBuf> {
    let spool = house.plan().folder.join("spool");
    let shards = fs::read_dir(spool)
        .expect("the spool is a folder")
        .flatten()
        .filter(|entry| entry.path().is_dir());
    let files =
        shards.flat_map(|shard| fs::read_dir(shard.path()).expect("a shard is one").flatten());
    let mut files: Vec<_> = files.map(|file| file.path()).collect();
    files.sort();
    files
}

/// How often `fsck` counted a promise broken.
fn count(said: &str, name: &str) -> u64 {
    let line = said.lines().find(|line| line.ends_with(&format!("  {name}")));
    let line = line.unwrap_or_else(|| panic!("{name} is not counted:\n{said}"));
    let number = line.split_whitespace().next();
    number.and_then(|number| number.parse().ok()).expect("each line begins with a number")
}

fn copy_to(file: &Path, name: &str) -> PathBuf {
    let copy = file.with_file_name(name);
    fs::copy(file, &copy).expect("the file is there");
    copy
}

#[test]
fn fsck_finds_what_is_lost_altered_or_left_over_and_repairs_what_it_can() {
    let folder = Folder::new("fsck");
    let mut house = house(&folder);
    house.start_server().unwrap();
    let document = folder.write("one.pdf", documents::pdf_of_size(1, Paper::A4, "One", 200_000));
    for _ in 0..3 {
        house.lp("anna", &document, &[]).unwrap();
    }
    assert!(house.fsck(&["--repair"]).unwrap().1.contains("the server is running"));
    assert!(house.stop_server());
    let (is_whole, said) = house.fsck(&[]).unwrap();
    assert!(is_whole, "{said}");
    assert_eq!(count(&said, "files_with_a_row"), 3);

    let files = documents(&house);
    assert_eq!(files.len(), 3);
    // A file of an earlier run that no row names; in the first file's shard, as its name begins alike.
    let name = files[0].file_name().unwrap().to_str().unwrap();
    let turned: String = name.chars().take(2).chain(name.chars().skip(2).map(next_digit)).collect();
    let left_over = copy_to(&files[0], &turned);
    let mut bytes = fs::read(&files[1]).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&files[1], &bytes).unwrap();
    fs::remove_file(&files[2]).unwrap();

    let (is_whole, said) = house.fsck(&[]).unwrap();
    assert!(!is_whole && said.contains("NOT WHOLE"), "{said}");
    for (name, wanted) in [
        ("files_without_a_row", 1),
        ("rows_without_a_file", 1),
        ("documents_altered", 1),
        ("documents_missing_when_read", 1),
        ("documents_of_another_size", 0),
        ("held_without_key", 0),
    ] {
        assert_eq!(count(&said, name), wanted, "{name}:\n{said}");
    }

    // What is left over goes; what is lost or altered no repair brings back, and it stays told.
    let (is_whole, said) = house.fsck(&["--repair"]).unwrap();
    assert!(!is_whole, "{said}");
    assert_eq!(count(&said, "files_removed"), 1, "{said}");
    assert!(!left_over.exists() && files[0].exists());
    assert_eq!(count(&house.fsck(&[]).unwrap().1, "files_without_a_row"), 0);

    // A job without its document is ended only when that is asked for, and it is written down.
    assert!(!house.fsck(&["--end-lost"]).unwrap().0, "without --repair");
    let (_, said) = house.fsck(&["--repair", "--end-lost"]).unwrap();
    assert_eq!(count(&said, "lost_jobs_ended"), 1, "{said}");
    let (is_whole, said) = house.fsck(&[]).unwrap();
    assert!(!is_whole, "an altered document stays told:\n{said}");
    assert_eq!(count(&said, "rows_without_a_file"), 0, "{said}");
    assert_eq!(count(&said, "documents_missing_when_read"), 0, "{said}");
    let audit = house.command(&["admin", "audit", "--limit", "5"]).unwrap();
    assert!(audit.contains("job-end-lost"), "{audit}");
}

fn next_digit(digit: char) -> char {
    let next = digit.to_digit(16).and_then(|value| char::from_digit((value + 1) % 16, 16));
    next.expect("the name has hexadecimal digits")
}

#[test]
fn a_mistake_at_the_command_line_is_told_and_changes_nothing() {
    let folder = Folder::new("admin");
    let house = house(&folder);
    let audited = || house.command(&["admin", "audit", "--limit", "1000"]).unwrap();
    let before = audited();
    let out = folder.join("again").display().to_string();
    let key_folder = house.plan().folder.join("station").display().to_string();
    for (arguments, wanted) in [
        (&["queue", "add", "followme"][..], "already a queue"),
        (&["queue", "add", "a/b"], "no name for a queue"),
        (&["queue", "add", "q", "--claimed", "10.0.0.0/33"], "is not a network"),
        (&["queue", "add", "q", "--at-once", "Nowhere"], "no printer \"Nowhere\""),
        (&["queue", "allow", "followme", "anna"], "everybody may print"),
        (&["printer", "add", "P", "http://x/"], "ipp://HOST/PATH"),
        (&["printer", "add", "P", "ipp://127.0.0.1:1025/", "--probe"], "does not answer"),
        (&["printer", "remove", "Entré"], "is used by"),
        (&["station", "add", "S", "--printer", "Nowhere", "--out", &out], "no printer"),
        (&["station", "add", "Biomedicum 1", "--printer", "Entré", "--out", &out], "renew"),
        (&["station", "add", "S", "--printer", "Entré", "--out", &key_folder], "key.pem"),
        (&["station", "revoke", "S"], "no station"),
        (&["person", "show", "nobody"], "nobody with the login"),
        (&["card", "block", "anna", "--ending", "0000"], "no card ending in 0000"),
        (&["role", "grant", "finance"], "--group"),
        (&["holiday", "add", "2026-02-30", "x"], "not a date"),
        (&["export", "2026-13"], "not a date"),
    ] {
        let all = [&["admin"], arguments].concat();
        let error = house.command(&all).unwrap_err();
        assert!(error.contains(wanted), "{arguments:?}: {error}");
    }
    assert_eq!(audited(), before);
}

#[test]
fn every_change_is_audited_and_a_stations_key_is_its_own() {
    let folder = Folder::new("audit");
    let house = house(&folder);
    let station = folder.join("s2");
    let out = station.display().to_string();
    for arguments in [
        &["queue", "add", "labels", "--at-once", "Entré", "--allow", "bo"][..],
        &["queue", "change", "labels", "--hold-hours", "24", "--enabled", "no"],
        &["queue", "remove", "labels"],
        &["station", "add", "S2", "--printer", "Biblioteket", "--policy", "all", "--out", &out],
        &["station", "revoke", "S2"],
        &["card", "block", "anna"],
        &["holiday", "add", "2026-12-24", "Julafton"],
        &["role", "grant", "helpdesk", "--login", "bo"],
        &["department", "add", "Z9", "--sv", "Rymdfysik"],
    ] {
        house.command(&[&["admin"], arguments].concat()).unwrap();
    }
    let trail = house.command(&["admin", "audit", "--limit", "1000"]).unwrap();
    for event in [
        "queue-add",
        "queue-allow",
        "queue-change",
        "queue-remove",
        "station-add",
        "station-revoke",
        "card-block",
        "holiday-add",
        "role-grant",
        "department-add",
    ] {
        assert!(trail.contains(&format!("  {event} ")), "{event}:\n{trail}");
    }
    assert!(house.command(&["admin", "card", "list", "anna"]).unwrap().contains("blocked"));
    let mode = |name: &str| fs::metadata(station.join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("key.pem"), 0o600);
    for name in ["certificate.pem", "ca.pem", "station.toml"] {
        assert!(station.join(name).is_file(), "{name}");
    }
}

/// Starts the demo on these ports and waits until it says what to type, or ends.
fn demo(state: &Path, ports: &Ports, log: &Path) -> Process {
    let mut command = Command::new(programs::ours("demo").expect("the demo was built"));
    command.env("FOLLOWME_DEMO_STATE", state);
    for (name, port) in VARIABLES.iter().zip(ports.all()) {
        command.env(name, port.to_string());
    }
    let mut demo = Process::start("demo", command, log, Stop::Interrupt);
    waiting::poll(LIMIT, || {
        (demo.status().is_some() || demo.log().contains("Ctrl-C")).then_some(())
    });
    demo
}

#[test]
fn the_demo_survives_being_started_twice_and_being_killed() {
    let folder = Folder::new("demo");
    let (state, ports) = (folder.join("state"), Ports::free());
    let mut first = demo(&state, &ports, &folder.join("first.log"));
    assert!(first.log().contains("lp -h 127.0.0.1:"), "{}", first.log());
    let mut second = demo(&state, &ports, &folder.join("second.log"));
    let status = second.wait_for_end(LIMIT).expect("it ends by itself");
    assert!(status.success() && second.log().contains("running already"), "{}", second.log());

    first.kill();
    let mut third = demo(&state, &ports, &folder.join("third.log"));
    assert!(third.is_running(), "{}", third.log());
    // The same people with the same passwords, in the house that was there.
    let passwords = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.starts_with("     anna ")).map(str::to_owned);
        lines.collect()
    };
    assert_eq!(passwords(&third.log()), passwords(&first.log()));
    assert!(!third.log().contains("Setting up"), "{}", third.log());
    assert!(third.stop().is_some_and(|status| status.success()), "{}", third.log());
    // Its printers have moved, which an administrator has to say before they get anything.
    let elsewhere = Ports::free();
    let mut moved = demo(&state, &elsewhere, &folder.join("moved.log"));
    assert!(moved.is_running(), "{}", moved.log());
    let trail = Command::new(programs::ours("print-server").expect("the program was built"))
        .arg("--config")
        .arg(state.join("house").join("print-server.toml"))
        .args(["admin", "audit"])
        .output()
        .expect("the program runs");
    let trail = String::from_utf8_lossy(&trail.stdout).into_owned();
    assert_eq!(trail.matches("printer-pin").count(), 2, "{trail}");
    assert!(moved.stop().is_some_and(|status| status.success()), "{}", moved.log());
    assert!(ports.all().iter().all(|port| !real_parts::ports::answers(*port)));
}
