//! Readers that speak TCP and readers that type, at a station of its own.

use std::io::Write as _;
use std::time::Duration;

use station_protocol::*;
use tokio::time::{Instant, timeout};

use crate::browser::{get, until_shown};
use crate::network_reader::{Called, Reader};
use crate::program::{CARD, Folder, Station, configuration};
use crate::server::{Background, SOON, Server, session};

const WAITING: &str = "Håll kortet mot läsaren";
const AWAY: &str = "Kortläsaren är inte redo";
/// A fault is told within this time, and its end, too.
const FIVE: Duration = Duration::from_secs(5);

/// A station with these lines about its reader.
async fn start(reader: &str) -> (Station, Background) {
    let folder = Folder::new();
    let server = Server::start(&folder.0).await;
    let config = configuration(&folder.0, server.address());
    let text = std::fs::read_to_string(&config).expect("the configuration");
    let head = text.split("[[").next().expect("a first part");
    let head = head.replace("reader = \"simulated\"\n", "");
    std::fs::write(&config, format!("{head}{reader}")).expect("a file");
    let (station, peer) = Station::start_with(folder, server, &config, &[]).await;
    (station, peer.in_background())
}

async fn state(peer: &mut Background, wanted: ReaderState) -> Duration {
    let began = Instant::now();
    let told = timeout(FIVE, async {
        loop {
            if let StationMessage::Hello { reader_state, .. } = peer.receive().await
                && reader_state == wanted
            {
                return;
            }
        }
    });
    told.await.unwrap_or_else(|_| panic!("the server never hears that the reader is {wanted:?}"));
    began.elapsed()
}

async fn tap(peer: &mut Background) -> (TapNumber, String, String) {
    loop {
        match peer.receive().await {
            StationMessage::Tap { tap, reader, card } => {
                return (tap, reader.to_string(), card.hex.to_hex());
            }
            StationMessage::Hello { .. } => {}
            other => panic!("a tap, not {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_reader_that_is_called_reads_and_its_lamp_says_how_it_goes() {
    let reader = Called::start().await;
    let text = format!(
        "reader = \"network\"\n[network]\ndial = \"{}\"\npattern = '^UID=(\\w+)$'\n\
         [signals]\nready = \"red\\n\"\nworking = \"amber\\n\"\nattention = \"beep\\n\"\n",
        reader.address()
    );
    let (station, mut peer) = start(&text).await;
    let mut connection = reader.accept().await;
    connection.hear("red").await;
    until_shown(station.page, WAITING).await;
    connection.write("VERSION 3\r\nUID=04A1").await;
    connection.write("B2C3D4E580\r").await;
    let (number, name, card) = tap(&mut peer).await;
    assert_eq!((name, card), (reader.address().to_string(), CARD.to_owned()));
    connection.hear("amber").await;
    peer.send(session(number, StartPolicy::Choose, &[])).await;
    connection.hear("beep").await;
    drop(connection);
    state(&mut peer, ReaderState::Away).await;
    reader.accept().await.hear("beep").await;
    state(&mut peer, ReaderState::Ready).await;
    assert!(station.terminate().await);
}

#[tokio::test]
async fn a_reader_that_stops_in_the_middle_or_does_not_answer_hangs_and_is_told_so() {
    let reader = Called::start().await;
    let text = format!(
        "reader = \"network\"\n[network]\ndial = \"{}\"\nask = \"?\\n\"\n",
        reader.address()
    );
    let (station, mut peer) = start(&text).await;
    let mut connection = reader.accept().await;
    connection.hear("?").await;
    until_shown(station.page, AWAY).await;
    connection.write("ok\n").await;
    state(&mut peer, ReaderState::Ready).await;
    connection.write("04A1B2").await;
    state(&mut peer, ReaderState::Silent).await;
    connection.until_left().await;
    let mut connection = reader.accept().await;
    connection.write("ok\n").await;
    state(&mut peer, ReaderState::Ready).await;
    // From now on it takes what is asked and says nothing.
    state(&mut peer, ReaderState::Silent).await;
    connection.until_left().await;
    let _silent = reader.accept().await;
    assert_eq!(get(station.page, "/ready").await.status, 503);
}

#[tokio::test]
async fn readers_that_call_are_known_by_their_addresses_and_strangers_are_not_heard() {
    let port = real_parts::ports::free();
    let text = format!(
        "reader = \"network\"\n[network]\nlisten = \"127.0.0.1:{port}\"\n\
         from = [\"127.0.0.7\", \"127.0.0.8\"]\nframing = \"stx-etx\"\nnumber = \"decimal-reversed\"\n"
    );
    let (station, mut peer) = start(&text).await;
    let hub = format!("127.0.0.1:{port}").parse().expect("an address");
    until_shown(station.page, AWAY).await;
    Reader::call("127.0.0.9", hub).await.until_left().await;
    let mut one = Reader::call("127.0.0.7", hub).await;
    let mut two = Reader::call("127.0.0.8", hub).await;
    two.write("\u{2}3536403172\u{3}").await;
    let (_, reader, card) = tap(&mut peer).await;
    assert_eq!((reader.as_str(), card.as_str()), ("127.0.0.8", "E43AC9D2"));
    one.write("\u{2}0000000005\u{3}").await;
    let (_, reader, card) = tap(&mut peer).await;
    assert_eq!((reader.as_str(), card.as_str()), ("127.0.0.7", "05000000"));
    // A reader that starts anew calls again; its earlier connection is of no use any more.
    let mut again = Reader::call("127.0.0.7", hub).await;
    one.until_left().await;
    again.write("\u{2}0000000006\u{3}").await;
    assert_eq!(tap(&mut peer).await.2, "06000000");
    drop((two, again));
    state(&mut peer, ReaderState::Away).await;
}

/// What the kernel writes for a key that goes down and up.
fn key(code: u16, millis: usize) -> Vec<u8> {
    let events = [(1_u16, code, 1_i32), (0, 0, 0), (1, code, 0), (0, 0, 0)];
    let event = |(kind, code, value): (u16, u16, i32)| {
        let times = [millis / 1_000, millis % 1_000 * 1_000].map(usize::to_ne_bytes).concat();
        [&times[..], &kind.to_ne_bytes(), &code.to_ne_bytes(), &value.to_ne_bytes()].concat()
    };
    events.into_iter().flat_map(event).collect()
}

#[tokio::test]
async fn a_reader_that_types_reads_and_is_back_by_itself_after_it_was_pulled_out() {
    let device_folder = Folder::new();
    let device = device_folder.0.join("event0");
    let text = format!("reader = \"keyboard\"\n[keyboard]\ndevice = \"{}\"\n", device.display());
    let (station, mut peer) = start(&text).await;
    until_shown(station.page, AWAY).await;
    let made = std::process::Command::new("mkfifo").arg(&device).status();
    assert!(made.expect("coreutils are there").success());
    let path = device.clone();
    // Opened for both, so that it is neither waited for nor ended by the station's own looks.
    let mut keys =
        std::fs::OpenOptions::new().read(true).write(true).open(path).expect("the pipe is ours");
    until_shown(station.page, WAITING).await;
    // 04A1B2C3, Enter.
    let codes = [11, 5, 30, 2, 48, 3, 46, 4, 28];
    let typed: Vec<u8> =
        codes.iter().enumerate().flat_map(|(place, code)| key(*code, 5_000 + place * 7)).collect();
    keys.write_all(&typed).expect("the pipe has room");
    let (_, reader, card) = tap(&mut peer).await;
    assert_eq!((reader.as_str(), card.as_str()), ("event0", "04A1B2C3"));
    std::fs::remove_file(&device).expect("the pipe is ours");
    drop(keys);
    state(&mut peer, ReaderState::Away).await;
}

#[tokio::test]
async fn a_station_without_a_reader_asks_for_no_badge() {
    let (station, peer) = start("reader = \"none\"\n").await;
    let page = until_shown(station.page, "Öppna Mina utskrifter i din telefon").await;
    assert!(!page.contains(WAITING), "{page}");
    assert_eq!(get(station.page, "/ready").await.status, 200);
    peer.send(ServerMessage::Pong).await;
    assert!(timeout(SOON, station.terminate()).await.expect("in time"));
}
