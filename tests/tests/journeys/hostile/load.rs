//! Much at once, passwords on the wrong wire, and a full disk.

use std::fs;
use std::io::Write as _;
use std::thread;
use std::time::Duration;

use ipp_codec::{GroupTag, Operation, Status, names};
use real_parts::documents::{Paper, pdf, pdf_of_size};

use crate::scene::client::read_answer;
use crate::scene::house::state;
use crate::scene::{ANNA, PASSWORD, Setup, TapEnd};

/// Eight large documents at once may take so much more memory than an idle server.
const GROWTH_KIB_MAX: u64 = 32 * 1024;

/// A line of `/proc/PID/status`, in KiB.
fn memory_kib(process: u32, line: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/status")).expect("the process runs");
    let value = text.lines().find_map(|found| found.strip_prefix(line)).expect("Linux has it");
    value.trim_start_matches(':').trim().trim_end_matches(" kB").parse().expect("a number")
}

/// How much memory a process has.
pub fn resident_kib(process: u32) -> u64 {
    memory_kib(process, "VmRSS")
}

/// How much of it is the process's own, and no part of a file.
pub fn anonymous_kib(process: u32) -> u64 {
    memory_kib(process, "RssAnon")
}

/// The most memory that a process had since its mark was reset.
pub fn peak_kib(process: u32) -> u64 {
    memory_kib(process, "VmHWM")
}

#[test]
fn eight_documents_of_50_mb_at_once_take_little_memory() {
    let mut house = Setup::new().without_stations().start();
    let client = house.client();
    client.print("anna", &pdf_of_size(1, Paper::A4, "Warm", 1_000_000));
    let server = house.server().id();
    // 5 resets the mark of the most memory that a process had (proc(5)).
    fs::write(format!("/proc/{server}/clear_refs"), "5").expect("the server is ours");
    let idle = resident_kib(server);
    let document = pdf_of_size(1, Paper::A4, "Large", 50_000_000);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| client.print("anna", &document));
        }
    });
    let peak = peak_kib(server);
    println!("idle {idle} KiB, peak {peak} KiB");
    assert!(peak <= idle + GROWTH_KIB_MAX, "from {idle} KiB idle to {peak} KiB");
    house.expect_whole();
}

#[test]
fn a_password_in_the_clear_is_not_read_but_refused_and_audited() {
    let house = Setup::new().passwords().start();
    let client = house.client().signed_in("anna", PASSWORD);
    let request = client.print_job("anna", "Report");
    let answer = client.ask(&request, &pdf(1, Paper::A4, "Report"));
    assert_eq!(answer.http, 426, "{}", answer.head);
    assert!(answer.head.to_ascii_lowercase().contains("upgrade: tls/"), "{}", answer.head);
    let audit = house.admin(&["audit"]);
    assert!(audit.contains("password in the clear"), "{audit}");
    let log = fs::read_to_string(house.path("server.log")).expect("the server's log");
    let secret = client.head("");
    let secret = secret.lines().find_map(|line| line.strip_prefix("Authorization: Basic "));
    let secret = secret.expect("the client sends it");
    for text in [&audit, &log] {
        assert!(!text.contains(secret) && !text.contains(PASSWORD), "{text}");
    }
    house.hall().1.tap(ANNA).expect(TapEnd::Nothing);
}

#[test]
fn a_wrong_password_is_answered_401_and_takes_nothing_in() {
    let house = Setup::new().passwords().start();
    let client = house.client().over_tls(&house.authority());
    let document = pdf(1, Paper::A4, "Report");
    for (login, password) in
        [("anna", "wrong"), ("nobody", PASSWORD), ("anna", ""), ("elsa", PASSWORD)]
    {
        let client = client.clone().signed_in(login, password);
        let answer = client.ask(&client.print_job("anna", "Report"), &document);
        assert_eq!(answer.http, 401, "{login}: {}", answer.head);
        let head = answer.head.to_ascii_lowercase();
        assert!(head.contains("www-authenticate: basic"), "{head}");
    }
    let client = client.signed_in("anna", PASSWORD);
    // Who signs in as Anna prints as Anna, whatever else the request says.
    let answer = client.ask(&client.print_job("bo", "Report"), &document);
    answer.job_number();
    let (mfp, station) = house.hall();
    station.tap(ANNA).expect(TapEnd::Printed);
    assert_eq!(mfp.jobs_printed(), 1);
}

#[test]
fn a_full_spool_refuses_before_the_document_is_sent_and_goes_on_releasing() {
    let mut house = Setup::new().start();
    let document = pdf(1, Paper::A4, "Report");
    let number = house.client().print("anna", &document);
    house.stop_server();
    let config = house.path("print-server.toml");
    let text = fs::read_to_string(&config).expect("the configuration is ours");
    // More than any disk of a test machine has.
    let full = text.replace("reserve_mib = 0", "reserve_mib = 1000000000");
    fs::write(&config, full).expect("the configuration is ours");
    house.start_server();
    house.stations[0].wait_for_connection();

    let client = house.client();
    let request = client.print_job("anna", "Report").encode().expect("our own request");
    let mut wire = client.head("Content-Length: 50000000\r\nExpect: 100-continue\r\n").into_bytes();
    wire.extend_from_slice(&request);
    let mut connection = client.connect().expect("the server answers");
    connection.wait_at_most(Duration::from_secs(5));
    connection.write_all(&wire).expect("the server reads the attributes");
    let reply = read_answer(&mut connection).expect("an answer before the document").ipp();
    assert_eq!(reply.status(), Status::SERVER_ERROR_TEMPORARY_ERROR);
    let message = reply.status_message().unwrap_or_default();
    assert!(message.contains("spool-area-full"), "{message}");

    let question = client.request(Operation::GET_PRINTER_ATTRIBUTES, "anna");
    let reply = client.ask(&question, &[]).ipp();
    let reasons = reply.keywords(GroupTag::PRINTER, names::PRINTER_STATE_REASONS).join(" ");
    assert!(reasons.contains("spool-area-full"), "{reasons}");
    assert_eq!(reply.boolean(GroupTag::PRINTER, names::PRINTER_IS_ACCEPTING_JOBS), Some(false));

    house.hall().1.tap(ANNA).expect(TapEnd::Printed);
    house.wait_for_state("anna", number, state::COMPLETED);
    house.expect_whole();
}
