//! The event stream of the overview.

use std::time::Duration;

use store::StationReader;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::browser::{Browser, field};
use crate::house::House;

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_follows_learns_what_changed() {
    let house = House::open().await;
    let mut browser = Browser::signed_in(house.address, "helpdesk").await;
    let page = browser.get("/overview").await.text();
    assert!(page.contains("data-live=\"/overview/live?lang=sv\""));
    assert!(page.contains("Papper har fastnat.") && page.contains("Svarar inte"));
    let mut stream = browser.begin("GET", "/overview/live?lang=sv", &[], "").await;
    let first = until(&mut stream, "<dd class=\"value\">1</dd>").await;
    assert!(first.contains("text/event-stream") && first.contains("event: live"));
    house.held("staff", "Ny.pdf").await;
    until(&mut stream, "<dd class=\"value\">2</dd>").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_fails_and_a_station_that_is_locked_are_seen_by_whoever_looks() {
    let house = House::open().await;
    let browser = Browser::signed_in(house.address, "helpdesk").await;
    let mut stream = browser.begin("GET", "/overview/live?lang=sv", &[], "").await;
    let first = until(&mut stream, "B2 plan 3").await;
    assert!(!first.contains("Läsaren"), "{first}");
    let stations = house.store.stations().await.expect("the stations");
    let station = stations.first().expect("a station").id;
    for (reader, shown) in
        [(StationReader::Silent, "Läsaren svarar inte"), (StationReader::Away, "Läsaren är borta")]
    {
        house.store.note_station_reader(station, reader, false).await.expect("a note");
        until(&mut stream, shown).await;
    }
    for (is_minute_full, shown) in
        [(false, "Många okända kort"), (true, "Spärrad en stund: för många okända kort")]
    {
        for _ in 0..5 {
            house.store.note_unknown_card(station, is_minute_full).await.expect("a count");
        }
        until(&mut stream, shown).await;
    }
    for _ in 10..store::UNKNOWN_PER_DAY {
        house.store.note_unknown_card(station, false).await.expect("a count");
    }
    until(&mut stream, "Spärrad: för många okända kort").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_with_its_session() {
    let house = House::open().await;
    let mut browser = Browser::signed_in(house.address, "helpdesk").await;
    let token = field(&browser.get("/my-prints").await.text(), "token");
    let mut stream = browser.begin("GET", "/overview/live", &[], "").await;
    until(&mut stream, "event: live").await;
    browser.post("/sign-out", &[("token", &token)]).await;
    let mut rest = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
    read.expect("the stream ends in time").expect("and ends well");
}

/// Reads until `wanted` has come.
async fn until(stream: &mut TcpStream, wanted: &str) -> String {
    let mut seen = String::new();
    let follow = async {
        let mut bytes = [0; 4_096];
        while !seen.contains(wanted) {
            let size = stream.read(&mut bytes).await.expect("the stream can be read");
            assert!(size > 0, "the stream goes on: {seen}");
            seen.push_str(&String::from_utf8_lossy(&bytes[..size]));
        }
    };
    timeout(PATIENCE, follow).await.unwrap_or_else(|_| panic!("{wanted} comes in time"));
    seen
}
