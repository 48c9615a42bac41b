//! `release-station tap`.

use station_protocol::*;

use crate::browser::until_shown;
use crate::program::{CARD, Station};
use crate::server::{outcome, session};

#[tokio::test]
async fn it_prints_each_sentence_and_succeeds_when_everything_came_out() {
    let (station, mut peer) = Station::start().await;
    let command = station.tap_command(&[CARD]);
    let tap = peer.tap().await;
    peer.send(session(tap, StartPolicy::AllAtOnce, &["j1", "j2"])).await;
    peer.send(outcome("j1", OutcomeKind::Printed, "14 pages came out.")).await;
    peer.send(outcome("j2", OutcomeKind::Printed, "Out as well.")).await;
    let (status, said) = command.end().await;
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("Letter & list.pdf: 14 pages came out. (SEK 5.60)"), "{said}");
    assert!(said.contains("Out as well."), "{said}");
}

#[tokio::test]
async fn the_same_card_at_once_again_is_the_same_tap_and_that_is_said() {
    let (station, mut peer) = Station::start().await;
    let command = station.tap_command(&[CARD]);
    let tap = peer.tap().await;
    peer.send(session(tap, StartPolicy::AllAtOnce, &["j1"])).await;
    peer.send(outcome("j1", OutcomeKind::Printed, "Out.")).await;
    assert_eq!(command.end().await.0, 0);
    let (status, said) = station.tap_command(&[CARD]).end().await;
    assert_eq!(status, 0, "{said}");
    assert!(said.starts_with("The badge was held here just now"), "{said}");
}

#[tokio::test]
async fn two_jobs_of_the_same_title_are_told_one_by_one() {
    let (station, mut peer) = Station::start().await;
    let command = station.tap_command(&[CARD]);
    let tap = peer.tap().await;
    let ServerMessage::Session(mut both) = session(tap, StartPolicy::AllAtOnce, &["j1", "j2"])
    else {
        panic!("a session")
    };
    for job in &mut both.jobs {
        job.title = Line::cut("Same.pdf");
    }
    peer.send(ServerMessage::Session(both)).await;
    peer.send(outcome("j1", OutcomeKind::Printed, "Out.")).await;
    peer.send(outcome("j2", OutcomeKind::Printed, "Out.")).await;
    let (status, said) = command.end().await;
    assert_eq!(status, 0, "{said}");
    assert_eq!(said.matches("Same.pdf: Out.").count(), 2, "{said}");
}

#[tokio::test]
async fn it_releases_everything_at_a_named_printer() {
    let (station, mut peer) = Station::start().await;
    let command = station.tap_command(&[CARD, "--printer", "south"]);
    let tap = peer.tap().await;
    peer.send(session(tap, StartPolicy::Choose, &[])).await;
    let StationMessage::Choose { printer, jobs, .. } = peer.receive().await else {
        panic!("a choice")
    };
    assert_eq!((printer, jobs.len()), (Id::cut("p2"), 2));
    peer.send(outcome("j1", OutcomeKind::Printed, "Out.")).await;
    peer.send(outcome("j2", OutcomeKind::Held, "The printer did not take it.")).await;
    let (status, said) = command.end().await;
    assert_eq!(status, 4, "something did not come out: {said}");
    assert!(said.contains("The printer did not take it."), "{said}");
}

#[tokio::test]
async fn it_names_the_printers_when_none_was_named_and_ends_when_nobody_chooses() {
    let (station, mut peer) = Station::start().await;
    let command = station.tap_command(&[CARD, "--reader", "North reader"]);
    let StationMessage::Tap { tap, reader, .. } = peer.receive().await else { panic!("a tap") };
    assert_eq!(reader.as_str(), "North reader");
    peer.send(session(tap, StartPolicy::Choose, &[])).await;
    until_shown(station.page, "Print all 2").await;
    peer.send(ServerMessage::Ended { tap, reason: EndReason::Idle }).await;
    let (status, said) = command.end().await;
    assert_eq!(status, 3, "{said}");
    assert!(said.contains("--printer: North, South"), "{said}");
    assert!(said.ends_with("Nothing was chosen. Everything is still held.\n"), "{said}");
}

#[tokio::test]
async fn a_refused_card_is_told_with_its_reason() {
    let (station, mut peer) = Station::start().await;
    let command = station.tap_command(&[CARD]);
    let tap = peer.tap().await;
    peer.send(ServerMessage::Refused {
        tap: Some(tap),
        reason: RefusedReason::UnknownCard,
        job: None,
        sentence: Sentence::cut("This card is not known."),
    })
    .await;
    let (status, said) = command.end().await;
    assert_eq!(status, 2, "{said}");
    assert!(said.contains("This card is not known."), "{said}");
}

#[tokio::test]
async fn without_a_station_or_a_card_it_says_so() {
    let (station, _peer) = Station::start().await;
    let (status, said) = station.tap_command(&["no card"]).end().await;
    assert_eq!(status, 1);
    assert!(said.contains("hex"), "{said}");
    let page = station.page;
    assert!(station.terminate().await);
    let output = tokio::process::Command::new(crate::program::PROGRAM)
        .args(["tap", CARD, "--page", &format!("http://{page}")])
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("is it running?"), "{said}");
}
