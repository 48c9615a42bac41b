//! Readers that fail, and places with a reader and nothing else.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use real_parts::chromium::{Chromium, Window};
use real_parts::documents::{Paper, pdf};
use real_parts::pcscd::{Pcscd, SOCKET_VARIABLE};
use real_parts::waiting;
use tokio::runtime::{Builder, Runtime};

use crate::scene::house::state;
use crate::scene::readers::{NetworkReader, Places, place};
use crate::scene::web::sign_in;
use crate::scene::wire::Wire;
use crate::scene::{ANNA, House, NOBODY, Setup, Station};

/// So many places are served by one process.
const PLACES: usize = 50;
/// A tap every so often: 200 a minute.
const PACE: Duration = Duration::from_millis(300);
/// A fault is shown within this time, and over within this time of its end.
const FIVE: Duration = Duration::from_secs(5);
const LIMIT: Duration = Duration::from_secs(60);

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}

/// How long it takes until this is so.
fn until(what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    waiting::wait_until(what, LIMIT, &mut is_so);
    began.elapsed()
}

/// The line of a station in the list that administrators see.
fn listed(house: &House, station: &str) -> String {
    let list = house.admin(&["station", "list"]);
    let line = list.lines().find(|line| line.starts_with(&format!("{station} ")));
    line.unwrap_or_else(|| panic!("{station} is not in:\n{list}")).to_owned()
}

fn add_places(house: &House, count: usize) {
    for number in 0..count {
        let name = format!("place{number:02}");
        let out = house.path(&name);
        let out = out.to_str().expect("our folders are plain text");
        let add = ["station", "add", &name, "--printer", "Hall", "--policy", "all", "--out", out];
        house.admin(&add);
    }
}

/// Lets so many taps come, 200 a minute, at fifty places of which one hangs; every fifth tap has a job.
fn taps_at_fifty_places(taps: usize) {
    let house = Setup::new().without_stations().without_limits().start();
    add_places(&house, PLACES);
    let runtime = runtime();
    let readers: Vec<_> = (0..PLACES).map(|_| NetworkReader::start(&runtime)).collect();
    let text: String = readers
        .iter()
        .enumerate()
        .map(|(number, reader)| place(&format!("place{number:02}"), reader.address))
        .collect();
    let places = Places::start(&house.path("."), house.ports().station, &text);
    until("all places", || places.readers().0 == PLACES as u64);

    let hanging = 7;
    readers[hanging].hang(true);
    let here = until("the place that hangs", || places.readers().1["place07"] == "silent");
    let there =
        here + until("the overview", || listed(&house, "place07").contains("does not answer"));
    assert!(there <= FIVE, "shown here after {here:?}, at the server after {there:?}");

    let mut held: Vec<(usize, Instant)> = Vec::new();
    let mut jobs = 0;
    let began = Instant::now();
    for tap in 0..taps {
        let at = tap % PLACES;
        if at == hanging {
            continue;
        }
        if tap % 5 == 0 {
            house.client().print("anna", &pdf(1, Paper::A4, "Report"));
            jobs += 1;
        }
        let due = began + PACE * u32::try_from(tap).expect("a small number");
        waiting::wait_until("the next tap", LIMIT, || Instant::now() >= due);
        held.push((at, readers[at].hold(ANNA)));
    }
    let paced = began.elapsed();
    let mut answers: Vec<Duration> = Vec::new();
    for (number, (at, tapped)) in held.iter().enumerate() {
        // What comes after the next tap at the same place is that one's answer.
        let next = held[number + 1..].iter().find(|(place, _)| place == at).map(|(_, when)| *when);
        let ended = |line: &str| matches!(line, "printed" | "nothing");
        let answer = || {
            let shown = readers[*at].shown_since(*tapped).into_iter();
            let mut own = shown.filter(|(when, _)| next.is_none_or(|next| *when < next));
            own.find(|(_, line)| ended(line)).map(|(when, _)| when - *tapped)
        };
        let limit = next.map_or(LIMIT, |next| next.saturating_duration_since(Instant::now()));
        answers.push(waiting::poll(limit, answer).unwrap_or_else(|| {
            let shown = readers[*at].shown_since(*tapped).into_iter();
            let shown: Vec<_> = shown.map(|(when, line)| (when - *tapped, line)).collect();
            panic!("tap {number}, at place {at}, was not answered by itself: {shown:?}")
        }));
    }
    answers.sort();
    println!(
        "{} taps in {paced:?} at {PLACES} places, one hanging (shown after {here:?}, at the server after {there:?}): \
         all served, half within {:?}, all within {:?}; {jobs} jobs",
        held.len(),
        answers[answers.len() / 2],
        answers[answers.len() - 1],
    );
    house.mfps[0].wait_for("the paper", |status| status["sheets_out"] == jobs);
    assert_eq!(house.mfps[0].jobs_printed(), jobs);

    readers[hanging].hang(false);
    let back = until("the place that hung", || listed(&house, "place07").contains("in use"));
    assert!(back <= FIVE, "{back:?}");
    assert_eq!(places.readers().0, PLACES as u64);
    house.expect_whole();
}

#[test]
fn fifty_readers_of_one_process_are_all_served_while_one_hangs() {
    taps_at_fifty_places(50);
}

#[test]
#[ignore = "takes minutes; `make torture` runs it"]
fn two_hundred_taps_a_minute_at_fifty_places_are_all_served_while_one_hangs() {
    taps_at_fifty_places(600);
}

#[test]
fn what_a_reader_cannot_ask_is_told_by_a_notice() {
    let house = Setup::new().with_passwords().start();
    let out = house.path("porch");
    let out = out.to_str().expect("our folders are plain text");
    let beside = ["--printer", "Hall", "--printer", "Library"];
    house.admin(
        &[&["station", "add", "porch", "--policy", "all", "--out", out][..], &beside].concat(),
    );
    let runtime = runtime();
    let reader = NetworkReader::start(&runtime);
    let text = place("porch", reader.address);
    let places = Places::start(&house.path("."), house.ports().station, &text);
    until("the place", || places.readers().0 == 1);
    let shows = |since: Instant, wanted: &str| {
        reader.shown_since(since).iter().any(|(_, line)| line == wanted)
    };
    let unknown = reader.hold(NOBODY);
    until("that the card is unknown", || shows(unknown, "attention"));

    let number = house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    house.wait_for_state("anna", number, state::HELD);
    let tapped = reader.hold(ANNA);
    until("that somebody is needed", || shows(tapped, "attention"));
    house.wait_for_state("anna", number, state::HELD);
    let mut browser = Chromium::start(Window::PHONE);
    browser.open(&format!("https://127.0.0.1:{}/my-prints?lang=en", house.ports().web));
    sign_in(&mut browser, "anna");
    browser.wait_for_text("did not come out at a reader without a screen");
}

/// A station with a reader of this daemon, which finds the server by this cable.
fn with_reader(house: &House, pcscd: &Pcscd, wire: &Wire) -> Station {
    let folder = house.path("hall");
    let settings = folder.join("station.toml");
    let text = fs::read_to_string(&settings).expect("the administrator made it");
    let head = text.split("[[").next().expect("a first part");
    let server = format!("127.0.0.1:{}", house.ports().station);
    let text =
        head.replace("\"simulated\"", "\"pcsc\"").replace(&server, &wire.address.to_string());
    fs::write(&settings, text).expect("it is ours");
    start(&folder, pcscd)
}

fn start(folder: &Path, pcscd: &Pcscd) -> Station {
    let socket = pcscd.socket();
    Station::start_in(folder, &[(SOCKET_VARIABLE, socket.as_os_str())])
}

/// Holds Anna's card to the reader until something comes out, as she would.
fn tap_until_printed(house: &House, pcscd: &Pcscd, number: i32) {
    let printed = waiting::poll(LIMIT, || {
        pcscd.reader(1).lift();
        std::thread::sleep(Duration::from_millis(200));
        pcscd.reader(1).lay(ANNA);
        std::thread::sleep(Duration::from_millis(1_500));
        let job = house.client().job("anna", number);
        (job.integer(ipp_codec::names::JOB_STATE) == Some(state::COMPLETED)).then_some(())
    });
    assert!(printed.is_some(), "a tap brought nothing");
    pcscd.reader(1).lift();
}

#[test]
fn whatever_fails_at_a_station_is_shown_and_over_within_five_seconds_of_its_end() {
    let house = Setup::new().without_stations().start();
    let runtime = runtime();
    let mut pcscd = Pcscd::start(1);
    let wire = Wire::lay(&runtime, house.ports().station);
    let mut station = with_reader(&house, &pcscd, &wire);
    let is_listed = |word: &str| listed(&house, "hall").contains(word);
    let mut faults = Vec::new();

    pcscd.reader(1).unplug();
    let shown = until("the reader away at the server", || is_listed("reader is away"));
    station.wait_until_it_shows("The badge reader is not ready");
    pcscd.reader(1).plug_in();
    let back = until("the reader back", || station.is_inviting() && is_listed("in use"));
    faults.push(("reader unplugged", shown, back));

    pcscd.kill();
    let shown = until("the daemon away at the server", || is_listed("reader is away"));
    pcscd.restart();
    let back = until("the daemon back", || station.is_inviting() && is_listed("in use"));
    faults.push(("pcscd restarted", shown, back));

    wire.cut();
    let shown = until("no connection", || station.shows("No contact with the print service"));
    // Long enough that the station tries, in vain, again and again.
    std::thread::sleep(Duration::from_secs(6));
    assert!(!station.is_inviting());
    wire.mend();
    let back = until("the connection back", || station.is_inviting());
    faults.push(("network cut", shown, back));

    station.kill();
    station = start(&house.path("hall"), &pcscd);
    let back = until("the station back", || station.is_inviting() && is_listed("in use"));
    faults.push(("station rebooted", Duration::ZERO, back));

    for (fault, shown, back) in &faults {
        println!("{fault}: shown after {shown:?}, back {back:?} after its end");
        assert!(*shown <= FIVE && *back <= FIVE, "{fault}: {shown:?}, {back:?}");
    }
    let number = house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    house.wait_for_state("anna", number, state::HELD);
    tap_until_printed(&house, &pcscd, number);
    assert_eq!(house.mfps[0].jobs_printed(), 1);
}
