//! What systemd hears of the server.

use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use crate::scene::Setup;

const LIMIT: Duration = Duration::from_secs(60);

fn hears(socket: &UnixDatagram) -> String {
    let mut bytes = [0; 64];
    let length = socket.recv(&mut bytes).expect("the server says something in time");
    String::from_utf8_lossy(&bytes[..length]).into_owned()
}

#[test]
fn systemd_hears_when_the_server_is_ready_that_it_lives_and_that_it_stops() {
    let mut house = Setup::new().without_stations().start();
    house.stop_server();
    let path = house.path("notify");
    let socket = UnixDatagram::bind(&path).expect("a socket in the folder of the test");
    socket.set_read_timeout(Some(LIMIT)).expect("a limit");
    let mut command = house.command(&["serve"]);
    command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "1000000");
    house.start_server_by(command);
    let mut heard = vec![hears(&socket), hears(&socket), hears(&socket)];
    // The first two come at the same moment, in either order.
    heard[..2].sort();
    assert_eq!(heard, ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]);
    house.stop_server();
    while heard.last().is_some_and(|last| last == "WATCHDOG=1") {
        heard.push(hears(&socket));
    }
    assert_eq!(heard.last().map(String::as_str), Some("STOPPING=1"));
}
