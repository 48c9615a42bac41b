//! Cancel-Job, obeyed or not, and the button at the panel.

use ipp_codec::{Operation, Status};
use serde_json::json;

use crate::machine::{Mfp, job_reasons, job_state};

fn cancel(mfp: &Mfp, job_id: i32) -> Status {
    mfp.ask(&mfp.request(Operation::CANCEL_JOB).job_id(job_id)).status()
}

#[test]
fn a_job_without_a_document_is_canceled_at_once() {
    let mfp = Mfp::start(&[]);
    let job_id = mfp.created("early", Vec::new());
    assert_eq!(cancel(&mfp, job_id), Status::SUCCESSFUL_OK);
    let reply = mfp.read_job(job_id);
    assert_eq!(job_state(&reply).name(), Some("canceled"));
    assert_eq!(job_reasons(&reply), ["job-canceled-by-user"]);
    let late = mfp.exchange(&mfp.send(job_id), b"%PDF-").expect("an answer").ipp();
    assert_eq!(late.status(), Status::CLIENT_ERROR_NOT_POSSIBLE);
    assert_eq!(cancel(&mfp, job_id), Status::CLIENT_ERROR_NOT_POSSIBLE);
    assert_eq!(cancel(&mfp, job_id + 1), Status::CLIENT_ERROR_NOT_FOUND);
}

#[test]
fn a_printer_can_ignore_or_refuse_a_cancel() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "ignores-cancel" }));
    mfp.fault(json!({ "fault": "stays-pending" }));
    let job_id = mfp.print("stubborn", 2, Vec::new());
    assert_eq!(cancel(&mfp, job_id), Status::SUCCESSFUL_OK);
    mfp.fault(json!({ "fault": "refuses-cancel" }));
    assert_eq!(cancel(&mfp, job_id), Status::CLIENT_ERROR_NOT_POSSIBLE);
    mfp.clear(json!({}));
    assert_eq!(mfp.wait_for("stubborn", "completed")["impressions_out"], 2);
}

#[test]
fn the_button_at_the_panel_ends_a_job() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "stuck", "after_impressions": 1 }));
    let job_id = mfp.print("pressed", 3, Vec::new());
    mfp.wait_for("pressed", "processing");
    let pressed = mfp.control("POST /cancel", &json!({ "job_id": job_id }));
    assert_eq!(pressed, (200, json!({ "canceled": true })));
    let reply = mfp.read_ended_job(job_id);
    assert_eq!(job_reasons(&reply), ["job-canceled-by-operator"]);
    assert!(mfp.job("pressed")["impressions_out"].as_u64() <= Some(1));
}
