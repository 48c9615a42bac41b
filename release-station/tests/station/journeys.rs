//! From the card to the result, on the page.

use station_protocol::*;

use crate::browser::{Events, post, until_shown};
use crate::program::{CARD, Station};
use crate::server::{outcome, session};

#[tokio::test]
async fn a_person_taps_chooses_and_sees_the_result_without_script() {
    let (station, mut peer) = Station::start().await;
    let page = station.page;
    until_shown(page, "Håll kortet mot läsaren").await;
    assert_eq!(post(page, "/tap", &format!("uid={CARD}")).await.status, 303);
    let tap = peer.tap().await;
    until_shown(page, "Hämtar dina utskrifter").await;
    peer.send(session(tap, StartPolicy::Choose, &[])).await;
    let shown = until_shown(page, "Your printouts").await;
    assert!(shown.contains("Letter &amp; list.pdf") && shown.contains("Print all 2"));
    assert!(!shown.contains("<script>x") && !shown.contains("<b>Berg"), "titles are only text");

    post(page, "/do/toggle", &format!("tap={}&job=j2", tap.0)).await;
    until_shown(page, "Print 1 of 2").await;
    post(page, "/do/printer", &format!("tap={}&printer=p2", tap.0)).await;
    post(page, "/do/release", &format!("tap={}", tap.0)).await;
    let StationMessage::Choose { printer, jobs, .. } = peer.receive().await else {
        panic!("a choice")
    };
    assert_eq!((printer, jobs), (Id::cut("p2"), vec![Id::cut("j1")]));

    let impressions = Some(3);
    let progress = JobProgress {
        job: Id::cut("j1"),
        state: JobStage::Printing,
        impressions,
        standing: Standing::default(),
    };
    peer.send(ServerMessage::Progress(progress)).await;
    until_shown(page, "Page 3 of 14").await;
    peer.send(outcome("j1", OutcomeKind::Printed, "14 pages came out at South.")).await;
    let shown = until_shown(page, "14 pages came out at South.").await;
    assert!(shown.contains("All done!") && shown.contains("SEK 5.60"));
    assert!(shown.contains("Show what is left (1)"));
    post(page, "/do/leave", &format!("tap={}", tap.0)).await;
    assert_eq!(peer.receive().await, StationMessage::Leave { tap });
    until_shown(page, "Håll kortet mot läsaren").await;
}

#[tokio::test]
async fn an_unknown_card_is_met_kindly_in_both_languages() {
    let (station, mut peer) = Station::start().await;
    post(station.page, "/tap", "uid=04FFFFFFFFFF80").await;
    let tap = peer.tap().await;
    peer.send(ServerMessage::Refused {
        tap: Some(tap),
        reason: RefusedReason::UnknownCard,
        job: None,
        sentence: Sentence::cut("Unknown card."),
    })
    .await;
    until_shown(station.page, "Vi känner inte igen kortet").await;
    post(station.page, "/do/language", &format!("tap={}&language=en", tap.0)).await;
    until_shown(station.page, "We do not know this badge yet").await;
}

#[tokio::test]
async fn the_event_stream_follows_the_station_and_tells_the_time() {
    let (station, mut peer) = Station::start().await;
    let mut events = Events::open(station.page).await;
    events.until("Håll kortet mot läsaren").await;
    events.until("data: 0 0").await;
    post(station.page, "/tap", &format!("uid={CARD}")).await;
    let tap = peer.tap().await;
    events.until("Hämtar dina utskrifter").await;
    peer.send(session(tap, StartPolicy::AllAtOnce, &["j1", "j2"])).await;
    events.until("event: screen").await;
    events.until("Letter &amp; list.pdf").await;
    events.until("event: time").await;
    events.until(" 60000\n").await;
    assert!(station.terminate().await, "an open stream does not keep it from ending");
}

#[tokio::test]
async fn a_button_of_the_last_persons_page_does_nothing() {
    let (station, mut peer) = Station::start().await;
    post(station.page, "/tap", &format!("uid={CARD}")).await;
    let first = peer.tap().await;
    peer.send(session(first, StartPolicy::Choose, &[])).await;
    until_shown(station.page, "Print all 2").await;
    post(station.page, "/tap", "uid=04B1B2C3D4E580").await;
    let second = peer.tap().await;
    peer.send(session(second, StartPolicy::Choose, &[])).await;
    until_shown(station.page, &format!("data-tap=\"{}\"", second.0)).await;
    post(station.page, "/do/release", &format!("tap={}", first.0)).await;
    post(station.page, "/do/leave", &format!("tap={}", second.0)).await;
    let said = peer.receive().await;
    assert_eq!(said, StationMessage::Leave { tap: second }, "no choice came before it");
}
