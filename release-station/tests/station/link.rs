//! The connection to the server: lost, silent, talking nonsense.

use std::os::unix::fs::PermissionsExt;

use station_protocol::*;
use tokio::process::Command;
use tokio::time::timeout;

use crate::browser::{post, until_shown};
use crate::program::{CARD, Folder, PROGRAM, Station, configuration};
use crate::server::{SOON, Server, session};

#[tokio::test]
async fn after_a_lost_connection_it_sends_the_same_tap_again() {
    let (station, mut peer) = Station::start().await;
    post(station.page, "/tap", &format!("uid={CARD}")).await;
    let first = peer.receive().await;
    drop(peer);
    let mut peer = station.server.welcome().await;
    let second = peer.receive().await;
    assert!(matches!(first, StationMessage::Tap { .. }));
    assert_eq!(first, second);
    peer.send(session(TapNumber(1), StartPolicy::Choose, &[])).await;
    until_shown(station.page, "Your printouts").await;
}

#[tokio::test]
async fn a_lost_server_is_said_and_a_new_one_is_found() {
    let (station, peer) = Station::start().await;
    drop(peer);
    until_shown(station.page, "Ingen kontakt med utskriftstjänsten").await;
    let _peer = station.server.welcome().await;
    until_shown(station.page, "Håll kortet mot läsaren").await;
}

#[tokio::test]
async fn a_server_that_answers_no_pings_is_no_connection() {
    let (station, mut peer) = Station::start().await;
    peer.answers_pings = false;
    let mut pings = 0;
    let hung_up = timeout(SOON, async {
        while let Some(message) = peer.next().await {
            pings += usize::from(message == StationMessage::Ping);
        }
    });
    hung_up.await.expect("the station hangs up");
    assert_eq!(pings, 2);
    until_shown(station.page, "Ingen kontakt").await;
}

#[tokio::test]
async fn a_server_that_talks_nonsense_is_left() {
    let (station, mut peer) = Station::start().await;
    peer.send_text("{\"type\":\"surprise\"}").await;
    let hung_up = timeout(SOON, async { while peer.next().await.is_some() {} });
    hung_up.await.expect("the station hangs up");
    let _peer = station.server.welcome().await;
}

#[tokio::test]
async fn a_server_with_another_authority_is_not_trusted() {
    let (folder, other) = (Folder::new(), Folder::new());
    let server = Server::start(&folder.0).await;
    Server::start(&other.0).await;
    std::fs::copy(other.0.join("ca.pem"), folder.0.join("ca.pem")).unwrap();
    let config = configuration(&folder.0, server.address());
    let mut child = Command::new(PROGRAM)
        .args(["run", "--config"])
        .arg(config)
        .stderr(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut log = tokio::io::BufReader::new(child.stderr.take().unwrap());
    let accept = server.accept_failing();
    let says_why = async {
        use tokio::io::AsyncBufReadExt;
        let mut line = String::new();
        while !line.contains("invalid peer certificate") {
            line.clear();
            assert_ne!(log.read_line(&mut line).await.unwrap(), 0, "the station ended");
        }
    };
    let (refused, ()) = timeout(SOON, async { tokio::join!(accept, says_why) }).await.unwrap();
    assert!(refused);
}

#[tokio::test]
async fn check_config_reads_the_certificates_and_says_what_is_wrong() {
    let folder = Folder::new();
    let server = Server::start(&folder.0).await;
    let config = configuration(&folder.0, server.address());
    let check = || Command::new(PROGRAM).args(["check-config", "--config"]).arg(&config).output();
    let output = check().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let key = folder.0.join("station.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let output = check().await.unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("everybody can read"));
    std::fs::write(folder.0.join("station.pem"), "nothing").unwrap();
    let output = check().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("station.pem") && said.contains("no certificate"), "{said}");
}
