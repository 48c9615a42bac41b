//! The control port and the program's own manners.

use std::process::Command;

use real_parts::folder::Folder;
use serde_json::json;

use crate::client::Exchange;
use crate::machine::Mfp;

#[test]
fn a_fault_that_is_not_known_is_refused_with_a_reason() {
    let mfp = Mfp::start(&[]);
    let table = [
        json!({ "fault": "explodes" }),
        json!({ "fault": "jam", "after_pages": 1 }),
        json!({ "fault": "busy", "operation": "Print-Everything" }),
        json!({ "fault": "jam", "times": -1 }),
        json!([]),
    ];
    for fault in table {
        let (code, answer) = mfp.control("POST /fault", &fault);
        assert_eq!(code, 400, "{fault}");
        assert!(answer["error"].as_str().is_some_and(|error| !error.is_empty()), "{answer}");
    }
    assert_eq!(mfp.control("GET /nothing", &json!(null)).0, 404);
    assert_eq!(mfp.status()["faults"], json!([]));
}

#[test]
fn an_armed_fault_is_listed_until_it_is_cleared() {
    let mfp = Mfp::start(&[]);
    let id = mfp.fault(json!({ "fault": "busy", "times": 2 }));
    let status = mfp.status();
    let fault = &status["faults"][0];
    assert_eq!((fault["id"].as_u64(), fault["times_left"].as_u64()), (Some(id), Some(2)));
    assert_eq!(mfp.clear(json!({ "fault": "jam" })), 0);
    assert_eq!(mfp.clear(json!({ "id": id })), 1);
    assert_eq!(mfp.status()["faults"], json!([]));
}

#[test]
fn connections_and_requests_are_counted() {
    let mfp = Mfp::start(&[]);
    mfp.read_printer();
    mfp.created("counted", Vec::new());
    let status = mfp.status();
    assert_eq!(status["connections"], 2);
    assert_eq!(status["requests"], json!({ "Create-Job": 1, "Get-Printer-Attributes": 1 }));
}

#[test]
fn a_status_can_be_limited_to_the_newest_jobs() {
    let mfp = Mfp::start(&[]);
    for name in ["old", "new"] {
        mfp.print(name, 1, Vec::new());
        mfp.wait_for(name, "completed");
    }
    let (_, status) = mfp.control("GET /status?last=1", &json!(null));
    assert_eq!(status["jobs"].as_array().map(Vec::len), Some(1));
    assert_eq!(status["jobs"][0]["name"], "new");
    assert_eq!(status["sheets_out"], 2);
}

#[test]
fn the_control_port_is_never_open_to_the_network() {
    let folder = Folder::new("virtual-mfp");
    let output = Command::new(env!("CARGO_BIN_EXE_virtual-mfp"))
        .args(["--listen", "127.0.0.1:0", "--control", "0.0.0.0:0", "--state"])
        .arg(folder.path())
        .output()
        .expect("the program starts");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("loopback"), "{said}");
}

#[test]
fn what_is_not_ipp_is_refused() {
    let mfp = Mfp::start(&[]);
    let listen = mfp.address("listen");
    let code = |request: &str, content_type: &str, body: &[u8]| {
        Exchange::new(listen, request, content_type, body).run().expect("an answer").code
    };
    assert_eq!(code("GET /ipp/print", "text/plain", b""), 200);
    assert_eq!(code("POST /ipp/print", "text/plain", b"hello"), 415);
    assert_eq!(code("POST /ipp/print", "application/ipp", b"\x02\x00"), 400);
    let truncated = b"\x02\x00\x00\x0b\x00\x00\x00\x01\x01";
    let answer = Exchange::new(listen, "POST /ipp/print", "application/ipp", truncated).run();
    let reply = answer.expect("an answer").ipp();
    assert_eq!(reply.status(), ipp_codec::Status::CLIENT_ERROR_BAD_REQUEST);
}
