//! What a device says is recorded on its way to the running server, and nobody's name with it.

use std::fs;
use std::process::Command;
use std::time::Duration;

use ipp_codec::{Decoder, GroupTag, Limits, Message, Reply, names};
use real_parts::documents::{Paper, pdf};
use real_parts::process::{Process, Stop};
use real_parts::{ports, programs, waiting};
use serde_json::Value;

use crate::scene::house::state;
use crate::scene::{Client, House, PASSWORD, QUEUE, Setup};

const LIMIT: Duration = Duration::from_secs(20);

/// A capture in front of the house: its port, and the file that it writes.
fn capture(house: &House) -> (Process, u16, std::path::PathBuf) {
    let (port, out) = (ports::free(), house.path("capture.jsonl"));
    let mut command = house.command(&["capture", "--listen", &format!("127.0.0.1:{port}")]);
    command.args(["--device", "Journey 1.0", "--out"]).arg(&out);
    let mut process =
        Process::start("capture", command, &house.path("capture.log"), Stop::Terminate);
    process.wait_until(LIMIT, || ports::answers(port));
    (process, port, out)
}

fn records(out: &std::path::Path) -> Vec<Value> {
    let text = fs::read_to_string(out).expect("the capture writes it");
    text.lines().map(|line| serde_json::from_str(line).expect("a line is a record")).collect()
}

/// The request as a test would send it again.
fn bytes(record: &Value) -> Message {
    let encoded = record["request"]["bytes"].as_str().expect("the bytes are there");
    let output = Command::new("sh")
        .args(["-c", "printf %s \"$1\" | base64 -d", "sh", encoded])
        .output()
        .expect("base64 is there on every Debian");
    let mut decoder = Decoder::new(Limits::REQUEST);
    decoder.feed(&output.stdout).expect("it is IPP");
    decoder.finish().expect("it is whole")
}

#[test]
fn a_print_goes_through_and_is_recorded_without_a_name() {
    let house = Setup::new().passwords().without_stations().start();
    let (mut process, port, out) = capture(&house);
    // By the word of this machine, in the clear; then with a password, under TLS.
    let plain = Client::plain(port, QUEUE);
    let number = plain.print("anna", &pdf(2, Paper::A4, "Report"));
    let secured = Client::plain(port, QUEUE).over_tls(&house.authority());
    let secured = secured.signed_in("bo", PASSWORD);
    secured.print("bo", &pdf(1, Paper::A4, "Budget"));
    house.wait_for_state("anna", number, state::HELD);
    let whole = waiting::poll(LIMIT, || Some(records(&out)).filter(|all| all.len() == 2));
    let records = whole.expect("both requests are recorded");
    assert!(process.stop().is_some_and(|status| status.success()), "{}", process.log());

    let text = fs::read_to_string(&out).expect("the capture wrote it");
    for secret in ["anna", "\"bo\"", "Report", "Budget", PASSWORD, "Basic Ym"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
    for record in &records {
        assert_eq!(record["operation"], "Print-Job");
        assert_eq!(record["origin"]["device"], "Journey 1.0");
        assert_eq!(record["origin"]["kind"], "recorded");
        assert_eq!(record["answer"]["status"], "successful-ok");
        assert!(record["document_bytes"].as_u64() > Some(500), "{record}");
    }
    assert_eq!((&records[0]["tls"], &records[1]["tls"]), (&false.into(), &true.into()));
    let again = bytes(&records[0]);
    let user = again.get(GroupTag::OPERATION, names::REQUESTING_USER_NAME);
    assert_eq!(user.and_then(|user| user.as_str()), Some("user-1"));
}

#[test]
fn only_the_one_device_is_recorded_and_a_file_is_never_written_over() {
    let house = Setup::new().without_stations().start();
    let (_process, _, out) = capture(&house);
    let ask = |arguments: &[&str]| {
        let mut command = house.command(&["capture", "--device", "Journey 1.0"]);
        let output = command.args(arguments).output().expect("the program is there");
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let out = out.to_str().expect("our folders are plain text");
    let everybody = ask(&["--listen", "0.0.0.0:0", "--out", "/nonexistent/x"]);
    assert!(everybody.contains("--from ADDRESS"), "{everybody}");
    let taken = ask(&["--listen", "127.0.0.1:0", "--out", out]);
    assert!(taken.contains("capture.jsonl"), "{taken}");
}

/// Print-Job from this address of this machine by curl; whether it was taken.
fn prints_from(house: &House, address: &str, port: u16) -> bool {
    let client = Client::plain(port, QUEUE);
    let mut body = client.print_job("anna", "Report").encode().expect("our own request");
    body.extend_from_slice(&pdf(1, Paper::A4, "Report"));
    let (request, answer) = (house.path("request.ipp"), house.path("answer.ipp"));
    fs::write(&request, body).expect("the folder is ours");
    let mut curl = Command::new(programs::find("curl", "curl"));
    curl.args(["--silent", "--show-error", "--fail", "--max-time", "30", "--noproxy", "*"]);
    curl.args(["--interface", address, "--header", "Content-Type: application/ipp"]);
    // What a device says of itself is not believed.
    curl.args(["--header", "Followme-Captured: 127.0.0.1 x"]);
    curl.args(["--header", "X-Forwarded-For: 127.0.0.1", "--output"]).arg(&answer);
    curl.arg("--data-binary").arg(format!("@{}", request.display()));
    programs::run(curl.arg(format!("http://127.0.0.1:{port}/ipp/print/{QUEUE}")));
    let answer = fs::read(answer).expect("curl wrote it");
    let reply = Reply::decode(&answer).expect("it is IPP");
    reply.status().is_successful()
}

#[test]
fn a_device_that_is_recorded_is_believed_in_its_own_network_and_not_in_the_relays() {
    let house = Setup::new().without_stations().start();
    let believe = |network: &str, port: u16, wanted: bool| {
        house.admin(&["queue", "change", QUEUE, "--claimed", network]);
        let there = waiting::poll(LIMIT, || {
            (prints_from(&house, "127.0.0.2", port) == wanted).then_some(())
        });
        assert!(there.is_some(), "{network}: never {wanted}");
    };
    let (port, out) = (ports::free(), house.path("capture.jsonl"));
    let mut command = house.command(&["capture", "--listen", &format!("127.0.0.1:{port}")]);
    command.args(["--from", "127.0.0.2", "--device", "Journey 1.0", "--out"]).arg(&out);
    let mut process =
        Process::start("capture", command, &house.path("capture.log"), Stop::Terminate);
    process.wait_until(LIMIT, || ports::answers(port));
    believe("127.0.0.2/32", port, true);
    believe("127.0.0.1/32", port, false);
    // The relay is at 127.0.0.1, whose programs are believed when they come by themselves.
    assert!(prints_from(&house, "127.0.0.1", house.ports().print));
    assert!(!fs::read_to_string(&out).expect("the capture writes it").contains("127.0.0.2"));
}
