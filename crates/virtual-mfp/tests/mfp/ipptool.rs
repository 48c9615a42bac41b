//! Debian's ipptool as the client.

use real_parts::certificates::Authority;
use real_parts::folder::Folder;
use real_parts::ipptool::{Counts, IppTool};

use crate::machine::Mfp;

/// No options.
const PLAIN: [&str; 0] = [];

#[test]
fn ipptool_reads_the_printers_attributes() {
    let mfp = Mfp::start(&[]);
    let report = IppTool::new().run(mfp.uri(), "get-printer-attributes.test", &PLAIN);
    report.expect(Counts { pass: 1, fail: 0, skip: 0 });
}

#[test]
fn ipptool_prints_a_document_that_comes_out() {
    let mfp = Mfp::start(&[]);
    let report = IppTool::new().run(mfp.uri(), "print-job.test", &PLAIN);
    report.expect(Counts { pass: 1, fail: 0, skip: 0 });
    let report = IppTool::new().run(mfp.uri(), "create-job.test", &PLAIN);
    report.expect(Counts { pass: 2, fail: 0, skip: 0 });
    real_parts::waiting::wait_until("two sheets", crate::machine::LIMIT, || {
        mfp.status()["sheets_out"] == 2
    });
}

#[test]
fn the_suite_for_ipp_1_1_finds_no_fault() {
    let mfp = Mfp::start(&[]);
    // The suite cancels a job while it prints, and waits for others to be completed.
    mfp.control("POST /speed", &serde_json::json!({ "pages_per_minute": 120 }));
    let report = IppTool::new().run(mfp.uri(), "ipp-1.1.test", &["-V", "1.1"]);
    // Skipped are what the printer does not claim: holding, printing by reference, PostScript,
    // banner pages, several pages on one.
    report.expect(Counts { pass: 40, fail: 0, skip: 26 });
}

#[test]
fn ipptool_prints_over_tls_on_the_same_port() {
    let folder = Folder::new("virtual-mfp-tls");
    let certificate = Authority::new("test authority").server();
    let (certificate, key) = certificate.write_to(folder.path(), "printer");
    let (certificate, key) = (certificate.display().to_string(), key.display().to_string());
    let mfp = Mfp::start(&["--tls-cert", &certificate, "--tls-key", &key]);
    let uri = mfp.ready["uri_tls"].as_str().expect("a URI with TLS");
    for uri in [uri, mfp.uri()] {
        let report = IppTool::new().run(uri, "print-job.test", &PLAIN);
        report.expect(Counts { pass: 1, fail: 0, skip: 0 });
    }
}
