//! Real card readers: a daemon of our own with readers whose cards are files.

use std::time::Duration;

use real_parts::pcscd::{Pcscd, Reader, SOCKET_VARIABLE};
use station_protocol::*;
use tokio::task::block_in_place;
use tokio::time::{Instant, sleep, timeout};

use crate::browser::{get, until_shown};
use crate::program::{CARD, Folder, Station, configuration};
use crate::server::{Background, SOON, Server, session};

const WAITING: &str = "Håll kortet mot läsaren";
const AWAY: &str = "Kortläsaren är inte redo";

/// A daemon with readers, and a station that reads from them.
async fn start(readers: usize, prepare: impl FnOnce(&Pcscd)) -> (Pcscd, Station, Background) {
    start_with(readers, prepare, "").await
}

/// The same, with more in the configuration.
async fn start_with(
    readers: usize,
    prepare: impl FnOnce(&Pcscd),
    more: &str,
) -> (Pcscd, Station, Background) {
    let pcscd = block_in_place(|| Pcscd::start(readers));
    prepare(&pcscd);
    let folder = Folder::new();
    let server = Server::start(&folder.0).await;
    let config = configuration(&folder.0, server.address());
    let text = std::fs::read_to_string(&config).expect("the configuration");
    let head = text.split("[[").next().expect("a first part");
    let text = format!("{}{more}", head.replace("simulated", "pcsc"));
    std::fs::write(&config, text).expect("a file");
    let environment = [(SOCKET_VARIABLE, pcscd.socket())];
    let (station, peer) = Station::start_with(folder, server, &config, &environment).await;
    let peer = peer.in_background();
    (pcscd, station, peer)
}

/// Waits for a tap, past the greetings that tell of changed readers.
async fn tap(peer: &mut Background) -> (TapNumber, ReaderName, CardNumber) {
    loop {
        match peer.receive().await {
            StationMessage::Tap { tap, reader, card } => return (tap, reader, card.hex),
            StationMessage::Hello { .. } => {}
            other => panic!("a tap, not {other:?}"),
        }
    }
}

/// Holds a card to the reader as often as it takes, as a person does: lifts what lies there, lays
/// the card there, and again. The driver may miss a gap that is too short for it.
async fn hold(reader: &Reader, card: &str, peer: &mut Background) -> TapNumber {
    let deadline = Instant::now() + SOON;
    loop {
        reader.lift();
        sleep(Duration::from_millis(100)).await;
        reader.lay(card);
        if let Ok((number, _, _)) = timeout(Duration::from_millis(500), tap(peer)).await {
            return number;
        }
        assert!(Instant::now() < deadline, "no tap");
    }
}

/// Nothing but greetings was said.
fn no_tap(peer: &mut Background) {
    while let Some(message) = peer.unheard() {
        assert!(matches!(message, StationMessage::Hello { .. }), "{message:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_is_held_to_a_reader_becomes_one_tap() {
    let (pcscd, station, mut peer) = start(2, |_| {}).await;
    until_shown(station.page, WAITING).await;
    pcscd.reader(2).lay(CARD);
    let (number, reader, card) = tap(&mut peer).await;
    assert_eq!(card, CardNumber::parse(CARD).unwrap());
    assert!(reader.starts_with("Test Reader 2"), "{reader}");
    peer.send(session(number, StartPolicy::Choose, &[])).await;
    until_shown(station.page, "Print all 2").await;
    // The other reader answers, so the first one was looked at again: the card counted once.
    pcscd.reader(1).lay("04B1B2C3D4E580");
    let (_, reader, _) = tap(&mut peer).await;
    assert!(reader.starts_with("Test Reader 1"), "{reader}");
    no_tap(&mut peer);
    assert!(station.terminate().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_lay_there_at_the_start_signs_nobody_in() {
    let (pcscd, station, mut peer) = start(1, |pcscd| pcscd.reader(1).lay(CARD)).await;
    until_shown(station.page, WAITING).await;
    no_tap(&mut peer);
    assert_eq!(hold(pcscd.reader(1), CARD, &mut peer).await, TapNumber(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_random_number_never_reaches_the_server() {
    let (pcscd, station, mut peer) = start(1, |_| {}).await;
    until_shown(station.page, WAITING).await;
    pcscd.reader(1).lay("08A1B2C3");
    until_shown(station.page, "Kortet behöver en säkrare läsning").await;
    no_tap(&mut peer);
}

/// Waits until this command was the last that the reader got.
async fn until_sent(reader: &Reader, command: &str) {
    let deadline = Instant::now() + SOON;
    while reader.commands().last().is_none_or(|last| last != command) {
        assert!(Instant::now() < deadline, "{:?}", reader.commands());
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_has_commands_for_its_lamp_shows_how_it_goes() {
    let signals = "[signals]\nready = \"E001\"\nworking = \"E0 02\"\nattention = \"E0:03\"\n";
    let (pcscd, station, mut peer) = start_with(1, |_| {}, signals).await;
    until_shown(station.page, WAITING).await;
    until_sent(pcscd.reader(1), "E001").await;
    pcscd.reader(1).lay(CARD);
    let (number, _, _) = tap(&mut peer).await;
    peer.send(session(number, StartPolicy::Choose, &[])).await;
    until_shown(station.page, "Print all 2").await;
    until_sent(pcscd.reader(1), "E003").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_hangs_is_told_within_five_seconds_and_is_back_by_itself() {
    let (pcscd, station, mut peer) = start(1, |_| {}).await;
    until_shown(station.page, WAITING).await;
    while peer.unheard().is_some() {}
    pcscd.reader(1).hang();
    pcscd.reader(1).lay(CARD);
    for (wanted, sentence) in [(ReaderState::Silent, AWAY), (ReaderState::Ready, "")] {
        let told = timeout(Duration::from_secs(5), async {
            loop {
                match peer.receive().await {
                    StationMessage::Hello { reader_state, .. } if reader_state == wanted => return,
                    StationMessage::Hello { .. } | StationMessage::Tap { .. } => {}
                    other => panic!("a greeting, not {other:?}"),
                }
            }
        });
        told.await.unwrap_or_else(|_| panic!("nobody hears that the reader is {wanted:?}"));
        until_shown(station.page, sentence).await;
        pcscd.reader(1).answer();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_daemon_that_dies_is_said_and_its_return_is_no_tap() {
    let (mut pcscd, station, mut peer) = start(1, |_| {}).await;
    until_shown(station.page, WAITING).await;
    pcscd.reader(1).lay(CARD);
    let (number, _, _) = tap(&mut peer).await;
    peer.send(ServerMessage::Ended { tap: number, reason: EndReason::Idle }).await;
    until_shown(station.page, WAITING).await;
    block_in_place(|| pcscd.kill());
    until_shown(station.page, AWAY).await;
    assert_eq!(get(station.page, "/ready").await.status, 503);
    block_in_place(|| pcscd.restart());
    until_shown(station.page, WAITING).await;
    no_tap(&mut peer);
    assert_eq!(hold(pcscd.reader(1), "04B1B2C3D4E580", &mut peer).await, TapNumber(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_is_pulled_out_is_said_and_its_return_is_no_tap() {
    let (pcscd, station, mut peer) = start(1, |_| {}).await;
    until_shown(station.page, WAITING).await;
    pcscd.reader(1).unplug();
    until_shown(station.page, AWAY).await;
    pcscd.reader(1).plug_in();
    until_shown(station.page, WAITING).await;
    no_tap(&mut peer);
    hold(pcscd.reader(1), CARD, &mut peer).await;
}
