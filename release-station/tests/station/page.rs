//! Who may use the page, and what it lets a browser do.

use crate::browser::{get, post, post_from, send, until_shown};
use crate::program::Station;

#[tokio::test]
async fn each_answer_carries_the_strict_headers() {
    let (station, _peer) = Station::start().await;
    for path in ["/", "/station.css", "/station.js", "/favicon.svg", "/nothing"] {
        let head = get(station.page, path).await.head;
        for header in [
            "content-security-policy: default-src 'none'; style-src 'self'; script-src 'self'",
            "x-content-type-options: nosniff",
            "referrer-policy: same-origin",
            "cache-control: no-store",
        ] {
            assert!(head.contains(header), "{path}: {head}");
        }
        assert!(!head.contains("unsafe"), "{path}");
    }
}

#[tokio::test]
async fn the_page_has_nothing_inline() {
    let (station, _peer) = Station::start().await;
    let body = get(station.page, "/").await.body;
    let is_handler = |word: &str| word.starts_with("on") && word.contains("=\"");
    assert!(!body.contains("style=") && !body.contains("<style"), "{body}");
    assert!(!body.split_whitespace().any(is_handler), "{body}");
    assert_eq!(body.matches("<script").count(), 1);
    assert!(body.contains("<script src=\"/station.js\" defer></script>"));
}

#[tokio::test]
async fn another_name_or_another_sites_form_is_refused() {
    let (station, _peer) = Station::start().await;
    let page = station.page;
    let rebound = "GET / HTTP/1.1\r\nHost: station.example\r\nConnection: close\r\n\r\n";
    assert_eq!(send(page, rebound).await.status, 403);
    for origin in ["", "Origin: null\r\n", "Origin: http://evil.example\r\n"] {
        let form = "uid=04A1B2C3D4E580";
        assert_eq!(post_from(page, "/tap", form, origin).await.status, 403, "{origin}");
    }
}

#[tokio::test]
async fn it_is_ready_only_while_a_tap_would_be_served() {
    let (station, peer) = Station::start().await;
    assert_eq!(get(station.page, "/ready").await.status, 200);
    drop(peer);
    until_shown(station.page, "Ingen kontakt").await;
    assert_eq!(get(station.page, "/ready").await.status, 503);
}

#[tokio::test]
async fn nonsense_is_refused_without_harm() {
    let (station, _peer) = Station::start().await;
    let page = station.page;
    assert_eq!(post(page, "/tap", "uid=XYZ").await.status, 400);
    assert_eq!(post(page, "/do/format-disk", "").await.status, 400);
    assert_eq!(post(page, "/do/toggle", "tap=1").await.status, 400);
    assert_eq!(post(page, "/do/release", "tap=-1").await.status, 422);
    assert_eq!(post(page, "/do/release", &"a".repeat(20_000)).await.status, 413);
    assert_eq!(get(page, "/").await.status, 200);
}

#[tokio::test]
async fn a_random_number_is_refused_with_its_own_message() {
    let (station, _peer) = Station::start().await;
    post(station.page, "/tap", "uid=08A1B2C3").await;
    let body = get(station.page, "/").await.body;
    assert!(body.contains("Kortet behöver en säkrare läsning"), "{body}");
}
