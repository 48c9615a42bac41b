//! Places with a reader and nothing else, in one process.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use station_protocol::*;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use crate::browser::{get, until_shown};
use crate::network_reader::Called;
use crate::program::{CARD, Folder, PROGRAM};
use crate::server::{Peer, SOON, Server, session};

/// A running process with places; it is ended at the end.
struct Places {
    _child: Child,
    page: SocketAddr,
}

async fn start(folder: &Path, server: SocketAddr, places: &str) -> Places {
    let config = folder.join("places.toml");
    let text =
        format!("server = \"{server}\"\npage = \"127.0.0.1:0\"\nlanguage = \"en\"\n{places}");
    std::fs::write(&config, text).expect("a file");
    let mut child = Command::new(PROGRAM)
        .arg("run")
        .arg("--config")
        .arg(&config)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("the program starts");
    let out = child.stdout.take().expect("its output");
    let line = timeout(SOON, BufReader::new(out).lines().next_line()).await;
    let line = line.expect("a line in time").expect("output").expect("the page's address");
    let page = line.trim_start_matches("http://").trim_end_matches('/').parse();
    Places { _child: child, page: page.expect("an address") }
}

/// The files of one station, as `enrol` leaves them.
fn enrol(from: &Path, place: &Path) {
    std::fs::create_dir_all(place).expect("a folder");
    for (file, name) in
        [("ca.pem", "ca.pem"), ("station.pem", "certificate.pem"), ("station.key", "key.pem")]
    {
        std::fs::copy(from.join(file), place.join(name)).expect("a file");
    }
}

async fn until(page: SocketAddr, is_so: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + SOON;
    loop {
        let body = get(page, "/status.json").await.body;
        let status: Value = serde_json::from_str(&body).expect("JSON");
        if is_so(&status) {
            return status;
        }
        assert!(Instant::now() < deadline, "it stays so: {status}");
        sleep(std::time::Duration::from_millis(20)).await;
    }
}

fn place(name: &str, reader: SocketAddr, ask: &str) -> String {
    format!(
        "[[place]]\nname = \"{name}\"\nfolder = \"{name}\"\nreader = \"network\"\n\
         network = {{ dial = \"{reader}\"{ask} }}\n\
         signals = {{ printed = \"green\\n\", attention = \"beep\\n\", nothing = \"dark\\n\" }}\n"
    )
}

async fn greeted(server: &Server) -> Peer {
    let mut peer = server.accept().await;
    match peer.receive().await {
        StationMessage::Hello { is_reader_only, .. } => assert!(is_reader_only),
        other => panic!("a greeting, not {other:?}"),
    }
    peer.send(ServerMessage::Welcome {
        protocol: PROTOCOL,
        station: Line::cut("A station"),
        printers: vec![],
        policy: StartPolicy::AllAtOnce,
        codes: false,
    })
    .await;
    peer
}

#[tokio::test]
async fn a_place_that_cannot_start_or_hangs_keeps_no_other_waiting_and_is_shown() {
    let folder = Folder::new();
    let server = Server::start(&folder.0).await;
    enrol(&folder.0, &folder.0.join("hall"));
    let (good, silent) = (Called::start().await, Called::start().await);
    let text =
        place("hall", good.address(), "") + &place("porch", silent.address(), ", ask = \"?\\n\"");
    let places = start(&folder.0, server.address(), &text).await;
    let mut peer = greeted(&server).await.in_background();
    let mut reader = good.accept().await;
    let status = until(places.page, |status| status["ready"] == 1).await;
    assert_eq!(status["places"][0]["signal"], "ready");
    assert_eq!(status["places"][1]["signal"], "away");
    let trouble = status["places"][1]["trouble"].as_str().expect("a sentence");
    assert!(trouble.contains("porch/certificate.pem"), "{trouble}");
    assert!(get(places.page, "/ready").await.body.contains("not ready: porch"));

    // Enrolled, the place begins by itself; its reader takes the call and says nothing.
    enrol(&folder.0, &folder.0.join("porch"));
    let _porch = greeted(&server).await.in_background();
    let _connection = silent.accept().await;
    until(places.page, |status| status["places"][1]["reader"] == "silent").await;
    until_shown(places.page, "Does not answer").await;

    reader.write(&format!("{CARD}\n")).await;
    let number = loop {
        match peer.receive().await {
            StationMessage::Tap { tap, .. } => break tap,
            StationMessage::Hello { .. } => {}
            other => panic!("a tap, not {other:?}"),
        }
    };
    peer.send(session(number, StartPolicy::Choose, &[])).await;
    reader.hear("beep").await;
    assert_eq!(get(places.page, "/").await.status, 200);
    assert_eq!(get(places.page, "/do/leave").await.status, 404, "it shows and changes nothing");
}
