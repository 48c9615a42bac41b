//! Ways into the queue that people have without installing anything, and what is counted on the way
//! out.

use std::process::Command;
use std::time::{Duration, Instant};

use ipp_codec::names;
use real_parts::cupsd::{self, Cupsd};
use real_parts::documents::{Paper, pdf};
use real_parts::folder::Folder;
use real_parts::{programs, waiting};
use serde_json::json;

use crate::scene::house::state;
use crate::scene::{ANNA, BO, House, Printed, Setup, TapEnd};

/// Runs `lp` against the server, as the demo tells people to.
fn lp(house: &House, options: &[&str], file: &str) {
    let home = Folder::new("journey-home");
    let server = format!("127.0.0.1:{}", house.ports().print);
    let mut command = cupsd::client("lp", &server, &home);
    command.args(options).args(["-h", &server, "-d", "followme", file]);
    programs::run(&mut command);
}

fn write_pdf(house: &House, pages: usize) -> String {
    let path = house.path("report.pdf");
    std::fs::write(&path, pdf(pages, Paper::A4, "Report")).expect("the folder is ours");
    path.to_str().expect("our folders are plain text").to_owned()
}

fn pages(file: &str) -> String {
    let text = programs::run(Command::new(programs::find("pdfinfo", "poppler-utils")).arg(file));
    let pages = text.lines().find_map(|line| line.strip_prefix("Pages:"));
    pages.expect("pdfinfo names the pages").trim().to_owned()
}

#[test]
fn the_line_of_the_demo_prints_into_the_queue_with_tls_and_without() {
    let house = Setup::new().start();
    let file = write_pdf(&house, 2);
    lp(&house, &["-U", "anna"], &file);
    // CUPS's clients ask for TLS on the way (RFC 2817) when told to encrypt.
    lp(&house, &["-E", "-U", "anna"], &file);
    for number in [1, 2] {
        house.wait_for_state("anna", number, state::HELD);
        let job = house.client().job("anna", number);
        assert_eq!(job.string(names::JOB_ORIGINATING_USER_NAME).as_deref(), Some("anna"));
    }
    let (mfp, station) = house.hall();
    assert_eq!(mfp.jobs_printed(), 0, "nothing prints before the tap");
    station.tap(ANNA).expect(TapEnd::Printed);
    assert_eq!(mfp.jobs_printed(), 2);
    let sent = std::fs::read(&file).expect("it was just written");
    assert!(mfp.jobs().iter().all(|job| mfp.document(job) == sent), "the file itself comes out");
    house.expect_whole();
}

#[test]
fn a_computer_with_cups_finds_out_by_itself_how_to_print_over_tls() {
    let house = Setup::new().start();
    let cupsd = Cupsd::start(false);
    let device = format!("ipps://127.0.0.1:{}/ipp/print/followme", house.ports().print);
    cupsd.add_everywhere_queue("work", &device);
    let file = write_pdf(&house, 3);
    let printed = cupsd.lp(&["-d", "work", "-U", "bo", &file]);
    assert!(printed.status.success(), "{printed:?}\n{}", cupsd.log());
    let number = first_job(&house, "bo", || cupsd.log());
    house.wait_for_state("bo", number, state::HELD);
    let (mfp, station) = house.library();
    station.tap(ANNA).expect(TapEnd::Nothing);
    station.tap(BO).expect(TapEnd::Printed);
    assert_eq!(mfp.impressions_out(), 3);
    assert_eq!(house.booked("C2").impressions, 3);
}

/// The number of the first job of `user`, when it is there.
pub fn first_job(house: &House, user: &str, log: impl Fn() -> String) -> i32 {
    let number = waiting::poll(Duration::from_secs(60), || open_jobs(house, user).first().copied());
    number.unwrap_or_else(|| panic!("no job of {user} came:\n{}", log()))
}

/// The numbers of what `user` has here.
fn open_jobs(house: &House, user: &str) -> Vec<i32> {
    let client = house.client();
    let request = client.request(ipp_codec::Operation::GET_JOBS, user);
    let reply = client.ask(&request, &[]).ipp();
    let jobs = reply.groups(ipp_codec::GroupTag::JOB);
    jobs.filter_map(|job| job.integer(names::JOB_ID)).collect()
}

#[test]
fn the_backend_of_cups_leaves_a_held_job_at_once() {
    let house = Setup::new().start();
    let file = write_pdf(&house, 1);
    let backend = "/usr/lib/cups/backend/ipp";
    assert!(std::path::Path::new(backend).exists(), "apt-get install cups-daemon");
    let begun = Instant::now();
    // A backend that does not take the job for held follows it to its end, which never comes.
    let output = Command::new(programs::find("timeout", "coreutils"))
        .args(["10", backend])
        .env("DEVICE_URI", house.client().uri())
        .env("CONTENT_TYPE", "application/pdf")
        .env("PRINTER", "work")
        .env("AUTH_UID", "0")
        .args(["1", "anna", "Report", "1", "", &file])
        .output()
        .expect("the backend is there");
    let took = begun.elapsed();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {text}", output.status);
    assert!(took < Duration::from_secs(1), "it took {took:?}: {text}");
    house.wait_for_state("anna", 1, state::HELD);
}

#[test]
fn seven_pages_twice_on_both_sides_are_fourteen_sides_on_eight_sheets() {
    let house = Setup::new().start();
    let file = write_pdf(&house, 7);
    assert_eq!(pages(&file), "7");
    lp(&house, &["-U", "anna", "-n", "2", "-o", "sides=two-sided-long-edge"], &file);
    let (mfp, station) = house.hall();
    let told = station.tap(ANNA);
    told.expect(TapEnd::Printed);
    assert!(told.text.contains("14") && told.text.contains('8'), "{}", told.text);
    let job = &mfp.jobs()[0];
    assert_eq!((&job["impressions_reported"], &job["sheets_reported"]), (&json!(14), &json!(8)));
    let booked = house.booked("K8");
    assert_eq!((booked.jobs, booked.impressions, booked.sheets), (1, 14, 8), "{booked:?}");
    station.tap(ANNA).expect(TapEnd::Nothing);
    assert_eq!(house.booked("K8"), booked, "a second tap costs nothing");
    house.expect_whole();
}

#[test]
fn what_the_printer_says_is_booked_and_not_what_we_expected() {
    let house = Setup::new().start();
    let (mfp, station) = house.hall();
    mfp.fault(json!({ "fault": "lies", "about": "one-more" }));
    lp(
        &house,
        &["-U", "anna", "-n", "2", "-o", "sides=two-sided-long-edge"],
        &write_pdf(&house, 7),
    );
    station.tap(ANNA).expect(TapEnd::Printed);
    assert_eq!(house.booked("K8").impressions, 15);
}

#[test]
fn what_nobody_counted_is_booked_once_to_be_checked() {
    let house = Setup::new().more("[documents]\nat_once = 0\n").start();
    let (mfp, station) = house.hall();
    mfp.fault(json!({ "fault": "lies", "about": "nothing" }));
    lp(&house, &["-U", "anna"], &write_pdf(&house, 7));
    station.tap(ANNA).expect(TapEnd::Printed);
    let wanted = Printed { jobs: 1, to_check: 1, amount: "0,00".into(), ..Printed::default() };
    assert_eq!(house.booked("K8"), wanted);
}
