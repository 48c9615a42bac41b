//! Debian's own test files for IPP, on the queue that prints at once and on the one that holds.

use real_parts::ipptool::{Counts, IppTool};

use crate::scene::{House, Setup, myself};

/// What `ipp-1.1.test` has for a printer with PDF, JPEG, copies, both sides and holding, but without
/// PostScript, banner pages, several pages on a side and fetching from addresses: 24 tests skip.
const AT_ONCE: Counts = Counts { pass: 42, fail: 0, skip: 24 };

/// The tests that wait for a job to be done, which a held job is not until somebody taps.
const WAITS_FOR_A_TAP: [&str; 4] = [
    "Get-Job-Attributes Until Job Complete",
    "RFC 8011 section 4.2.6: Get-Jobs Operation (which-jobs=completed)",
    "RFC 8011 section 4.2.6: Get-Jobs Operation (which-jobs, requested-at",
    "RFC 8011 section 4.3.3: Cancel-Job Operation (completed job)",
];

fn at_once() -> House {
    let house = Setup::new().without_stations().start();
    let networks = ["--claimed", "127.0.0.0/8"];
    let queue = ["queue", "add", "labels", "--at-once", "Hall", "--allow"];
    house.admin(&[&queue[..], &[&myself()], &networks].concat());
    house.wait_for_queue("labels");
    house
}

const IPP_1_1: [&str; 2] = ["-V", "1.1"];

#[test]
fn the_suite_for_ipp_1_1_passes_on_the_queue_that_prints_at_once() {
    let house = at_once();
    let report = IppTool::new().run(&house.client_of("labels").uri(), "ipp-1.1.test", &IPP_1_1);
    println!("{}", report.text);
    report.expect(AT_ONCE);
}

#[test]
fn on_the_queue_that_holds_only_what_waits_for_paper_fails() {
    let house = Setup::new().without_stations().start();
    let report = IppTool::new().run(&house.client().uri(), "ipp-1.1.test", &IPP_1_1);
    println!("{}", report.text);
    assert!(report.complaints.is_empty(), "{:?}", report.complaints);
    assert_eq!(report.failed, WAITS_FOR_A_TAP);
    assert_eq!(report.counts.skip, AT_ONCE.skip);
}
