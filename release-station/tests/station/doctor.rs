//! `release-station doctor`: what it finds, and what it says about it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tokio::process::Command;

use crate::program::{Folder, PROGRAM, Station, configuration};
use crate::server::Server;

async fn doctor(config: &Path) -> (i32, String) {
    let output = Command::new(PROGRAM).arg("doctor").arg("--config").arg(config).output().await;
    let output = output.expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("text");
    (output.status.code().expect("an exit status"), text)
}

/// Changes a line of the configuration.
fn change(config: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(config).expect("the configuration");
    assert!(text.contains(from), "{text}");
    std::fs::write(config, text.replacen(from, to, 1)).expect("a file");
}

fn wrong(said: &(i32, String), sentence: &str) {
    assert_eq!(said.0, 1, "{}", said.1);
    let line = said.1.lines().find(|line| line.contains(sentence));
    let line = line.unwrap_or_else(|| panic!("\"{sentence}\" is not said:\n{}", said.1));
    assert!(line.starts_with("WRONG"), "{}", said.1);
}

#[tokio::test]
async fn a_station_that_runs_well_has_nothing_wrong() {
    let (station, mut peer) = Station::start().await;
    peer.answers_pings = true;
    let _peer = peer.in_background();
    let folder = station.folder();
    let config = folder.join("station.toml");
    let secret = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(folder.join("station.key"), secret).expect("the file is ours");
    change(&config, "127.0.0.1:0", &station.page.to_string());
    let mut asked = Box::pin(doctor(&config));
    let said = tokio::select! {
        said = &mut asked => said,
        // The examination is a connection of its own.
        _ = station.server.accept() => asked.await,
    };
    assert_eq!(said.0, 0, "{}", said.1);
    for good in ["holds for", "takes this station", "a tap would be served now", "Nothing is wrong"]
    {
        assert!(said.1.contains(good), "{good}: {}", said.1);
    }
}

#[tokio::test]
async fn each_thing_that_is_wrong_is_said_with_what_to_do() {
    let folder = Folder::new();
    let server = Server::start(&folder.0).await;
    let config = configuration(&folder.0, server.address());
    drop(server);
    let said = doctor(&config).await;
    wrong(&said, "The station does not run.");
    wrong(&said, "no connection");
    assert!(said.1.contains("things are wrong"), "{}", said.1);

    let server = Server::start(&folder.0).await;
    let config = configuration(&folder.0, server.address());
    let other = Folder::new();
    Server::start(&other.0).await;
    std::fs::copy(other.0.join("ca.pem"), folder.0.join("ca.pem")).expect("a file");
    let (said, _) = tokio::join!(doctor(&config), server.accept_failing());
    wrong(&said, "not of the authority");

    std::fs::write(folder.0.join("station.pem"), "nothing").expect("a file");
    wrong(&doctor(&config).await, "certificate or key cannot be used");
    std::fs::write(&config, "reader = 5").expect("a file");
    wrong(&doctor(&config).await, "The configuration cannot be used");
}

#[tokio::test]
async fn a_server_of_another_name_a_wrong_clock_and_a_taken_port_are_told_apart() {
    let folder = Folder::new();
    let server = Server::start(&folder.0).await;
    let config = configuration(&folder.0, server.address());
    change(&config, "ca = ", "server_name = \"print.example.org\"\nca = ");
    let (said, _) = tokio::join!(doctor(&config), server.accept_failing());
    wrong(&said, "for another name");

    let config = configuration(&folder.0, server.address());
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    change(&config, "127.0.0.1:0", &taken.local_addr().expect("an address").to_string());
    std::thread::spawn(move || {
        use std::io::Write as _;
        while let Ok((mut stream, _)) = taken.accept() {
            let _ = stream.write_all(b"SSH-2.0-other\r\n");
        }
    });
    let dated = server.accept_dated("Sun, 06 Nov 1994 08:49:37 GMT");
    let (said, _) = tokio::join!(doctor(&config), dated);
    wrong(&said, "clock and the print server's differ");
    wrong(&said, "Another program");
}

#[tokio::test]
async fn a_reader_that_is_not_there_is_told_with_where_to_look() {
    let folder = Folder::new();
    let server = Server::start(&folder.0).await;
    let config = configuration(&folder.0, server.address());
    let text = std::fs::read_to_string(&config).expect("the configuration");
    let head =
        text.split("[[").next().expect("a first part").replace("reader = \"simulated\"\n", "");
    let free = real_parts::ports::free();
    for (reader, sentence) in [
        (
            "reader = \"keyboard\"\nkeyboard = { device = \"/dev/input/nowhere\" }\n".to_owned(),
            "/dev/input/nowhere is not there",
        ),
        (
            format!("reader = \"network\"\nnetwork = {{ dial = \"127.0.0.1:{free}\" }}\n"),
            "takes no call",
        ),
        (
            format!(
                "reader = \"network\"\nnetwork = {{ listen = \"{}\", from = [\"127.0.0.9\"] }}\n",
                server.address()
            ),
            "cannot be had",
        ),
    ] {
        std::fs::write(&config, format!("{head}{reader}")).expect("a file");
        let (said, _) = tokio::join!(doctor(&config), server.accept());
        wrong(&said, sentence);
    }
}
