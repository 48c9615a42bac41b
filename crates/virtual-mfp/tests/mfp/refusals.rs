//! Statuses instead of service.

use ipp_codec::registry::GroupTag;
use ipp_codec::{Attribute, Operation, Status, names};
use real_parts::documents::{Paper, pdf};
use serde_json::json;

use crate::machine::{Mfp, job_state};

#[test]
fn a_busy_printer_refuses_as_often_as_it_was_told() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "busy", "times": 3 }));
    for _ in 0..3 {
        let reply = mfp.ask(&mfp.create("busy", Vec::new()));
        assert_eq!(reply.status(), Status::SERVER_ERROR_BUSY);
        assert!(mfp.read_printer().status().is_successful(), "it still tells how it is");
    }
    mfp.print("busy", 1, Vec::new());
    mfp.wait_for("busy", "completed");
    assert_eq!(mfp.status()["jobs_accepted"], 1);
}

#[test]
fn a_busy_printer_reads_the_document_before_it_refuses() {
    let mfp = Mfp::start(&[]);
    let document = real_parts::documents::pdf_of_size(1, Paper::A4, "large", 4 << 20);
    let job_id = mfp.created("later", Vec::new());
    mfp.fault(json!({ "fault": "busy", "operation": "Send-Document" }));
    let refused = mfp.exchange(&mfp.send(job_id), &document).expect("an answer").ipp();
    assert_eq!(refused.status(), Status::SERVER_ERROR_BUSY);
    assert_eq!(mfp.job("later")["bytes"], 0);
    let taken = mfp.exchange(&mfp.send(job_id), &document).expect("an answer").ipp();
    assert!(taken.status().is_successful());
    let job = mfp.wait_for("later", "completed");
    assert_eq!(job["bytes"].as_u64(), Some(document.len() as u64));
}

#[test]
fn a_format_is_refused_whether_it_is_advertised_or_not() {
    let mfp = Mfp::start(&["--formats", "application/pdf,image/jpeg"]);
    let validate = |format: &str| {
        let request = mfp
            .request(Operation::VALIDATE_JOB)
            .attribute(Attribute::mime_type(names::DOCUMENT_FORMAT, format));
        mfp.ask(&request).status()
    };
    let refused = Status::CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED;
    assert_eq!(validate("image/pwg-raster"), refused);
    assert_eq!(validate("Application/PDF;version=1.7"), Status::SUCCESSFUL_OK);
    mfp.fault(json!({ "fault": "refuses-format", "formats": ["application/pdf"], "times": 0 }));
    assert_eq!(validate("application/pdf"), refused);
    assert_eq!(validate("image/jpeg"), Status::SUCCESSFUL_OK);
    let job_id = mfp.created("pdf", Vec::new());
    let reply = mfp.exchange(&mfp.send(job_id), &pdf(1, Paper::A4, "pdf")).expect("an answer");
    assert_eq!(reply.ipp().status(), refused);
    mfp.clear(json!({}));
    assert_eq!(validate("application/pdf"), Status::SUCCESSFUL_OK);
}

#[test]
fn a_printer_that_takes_no_jobs_says_so_and_finishes_what_it_has() {
    let mfp = Mfp::start(&[]);
    let before = mfp.created("before", Vec::new());
    mfp.fault(json!({ "fault": "not-accepting" }));
    let refused = mfp.ask(&mfp.create("after", Vec::new()));
    assert_eq!(refused.status(), Status::SERVER_ERROR_NOT_ACCEPTING_JOBS);
    let accepting = mfp.read_printer().boolean(GroupTag::PRINTER, names::PRINTER_IS_ACCEPTING_JOBS);
    assert_eq!(accepting, Some(false));
    let reply = mfp.exchange(&mfp.send(before), &pdf(1, Paper::A4, "before")).expect("an answer");
    assert!(reply.ipp().status().is_successful());
    assert_eq!(job_state(&mfp.read_ended_job(before)).name(), Some("completed"));
}

#[test]
fn any_status_of_ipp_or_http_can_be_answered() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "status", "code": 0x0502, "operation": "Create-Job" }));
    let reply = mfp.ask(&mfp.create("no", Vec::new()));
    assert_eq!(reply.status(), Status::SERVER_ERROR_SERVICE_UNAVAILABLE);

    mfp.fault(json!({ "fault": "http", "code": 426 }));
    let answer = mfp.exchange(&mfp.create("no", Vec::new()), b"").expect("an answer");
    assert_eq!(answer.code, 426);

    mfp.fault(json!({ "fault": "redirect", "location": "ipp://127.0.0.1:1/elsewhere" }));
    let answer = mfp.exchange(&mfp.create("no", Vec::new()), b"").expect("an answer");
    assert_eq!(answer.code, 307);
    let location = "location: ipp://127.0.0.1:1/elsewhere";
    assert!(answer.headers.contains(location), "{}", answer.headers);
    assert_eq!(mfp.status()["jobs_accepted"], 0);
}

#[test]
fn compressed_documents_and_unknown_operations_are_refused() {
    let mfp = Mfp::start(&[]);
    let compressed = mfp
        .request(Operation::VALIDATE_JOB)
        .attribute(Attribute::keyword(names::COMPRESSION, "gzip"));
    let status = mfp.ask(&compressed).status();
    assert_eq!(status, Status::CLIENT_ERROR_COMPRESSION_NOT_SUPPORTED);
    for operation in [Operation::PAUSE_PRINTER, Operation::RELEASE_JOB] {
        let status = mfp.ask(&mfp.request(operation).job_id(1)).status();
        assert!(!status.is_successful(), "{operation}: {status}");
    }
    let identify = mfp.ask(&mfp.request(Operation::IDENTIFY_PRINTER));
    assert_eq!(identify.status(), Status::SUCCESSFUL_OK);
}
