//! Debian's own test files for IPP, on the queue that prints at once and on the one that holds.
//!
//! docs/conformance.md explains every test that is skipped.

use real_parts::ipptool::{Counts, IppTool, Report};

use crate::scene::{House, Setup, myself};

/// A test file, the version it is run as, and what it has for a printer with PDF, JPEG, raster, copies,
/// both sides, several pages on a side (which we make where it cannot) and holding, but without PostScript, banner
/// pages, compression and fetching from addresses.
struct Suite {
    file: &'static str,
    version: &'static str,
    counts: Counts,
}

const IPP_1_1: Suite =
    Suite { file: "ipp-1.1.test", version: "1.1", counts: Counts { pass: 44, fail: 0, skip: 22 } };
const IPP_2_0: Suite =
    Suite { file: "ipp-2.0.test", version: "2.0", counts: Counts { pass: 45, fail: 0, skip: 22 } };
const IPP_EVERYWHERE: Suite = Suite {
    file: "ipp-everywhere.test",
    version: "2.0",
    counts: Counts { pass: 68, fail: 0, skip: 432 },
};

/// The tests that wait for a job to be done, which a held job is not until somebody taps.
const WAITS_FOR_A_TAP: [&str; 4] = [
    "Get-Job-Attributes Until Job Complete",
    "RFC 8011 section 4.2.6: Get-Jobs Operation (which-jobs=completed)",
    "RFC 8011 section 4.2.6: Get-Jobs Operation (which-jobs, requested-at",
    "RFC 8011 section 4.3.3: Cancel-Job Operation (completed job)",
];

impl Suite {
    fn run(&self, uri: &str) -> Report {
        let report = IppTool::new().run(uri, self.file, &["-V", self.version]);
        println!("{}", report.text);
        report
    }

    fn passes_at_once(&self) {
        let house = at_once();
        self.run(&house.client_of("labels").uri()).expect(self.counts);
    }

    fn waits_for_a_tap(&self) {
        let house = Setup::new().without_stations().start();
        let report = self.run(&house.client().uri());
        assert!(report.complaints.is_empty(), "{:?}", report.complaints);
        assert_eq!(report.failed, WAITS_FOR_A_TAP);
        assert_eq!(report.counts.skip, self.counts.skip);
        assert_eq!(report.total(), self.counts.pass + self.counts.skip);
    }
}

fn at_once() -> House {
    let house = Setup::new().without_stations().start();
    let networks = ["--claimed", "127.0.0.0/8"];
    let queue = ["queue", "add", "labels", "--at-once", "Hall", "--allow"];
    house.admin(&[&queue[..], &[&myself()], &networks].concat());
    house.wait_for_queue("labels");
    house
}

#[test]
fn the_suite_for_ipp_1_1_passes_on_the_queue_that_prints_at_once() {
    IPP_1_1.passes_at_once();
}

#[test]
fn the_suite_for_ipp_2_0_passes_on_the_queue_that_prints_at_once() {
    IPP_2_0.passes_at_once();
}

#[test]
fn the_suite_for_ipp_everywhere_passes_on_the_queue_that_prints_at_once() {
    IPP_EVERYWHERE.passes_at_once();
}

#[test]
fn on_the_queue_that_holds_only_what_waits_for_paper_fails() {
    IPP_1_1.waits_for_a_tap();
}

/// This file runs the one for 2.0, too; the minutes that each spends waiting are spent once.
#[test]
fn the_suite_for_ipp_everywhere_waits_for_paper_only_on_the_queue_that_holds() {
    IPP_EVERYWHERE.waits_for_a_tap();
}
