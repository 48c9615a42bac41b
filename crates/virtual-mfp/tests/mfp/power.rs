//! Sleep, power cycles and forgotten jobs.

use std::time::Duration;

use ipp_codec::registry::GroupTag;
use ipp_codec::{Operation, Status, names};
use serde_json::json;

use crate::client::{Exchange, Failure};
use crate::machine::{Mfp, printed};

fn hasty(mfp: &Mfp) -> Result<crate::client::Answer, Failure> {
    let body = mfp.request(Operation::GET_PRINTER_ATTRIBUTES).encode().expect("a request");
    let exchange =
        Exchange::new(mfp.address("listen"), "POST /ipp/print", "application/ipp", &body);
    Exchange { patience: Duration::from_millis(200), ..exchange }.run()
}

#[test]
fn a_sleeping_printer_refuses_until_it_is_awake() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "asleep" }));
    assert_eq!(hasty(&mfp).unwrap_err(), Failure::Refused);
    assert_eq!(hasty(&mfp).unwrap_err(), Failure::Refused);
    mfp.clear(json!({ "fault": "asleep" }));
    assert!(hasty(&mfp).is_ok());
}

#[test]
fn a_sleeping_printer_can_be_silent_instead() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "asleep", "how": "silent" }));
    assert_eq!(hasty(&mfp).unwrap_err(), Failure::Silence);
    mfp.clear(json!({}));
    assert!(hasty(&mfp).is_ok());
}

#[test]
fn a_printer_wakes_by_itself_after_its_time() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "asleep", "seconds": 0.3 }));
    assert_eq!(hasty(&mfp).unwrap_err(), Failure::Refused);
    real_parts::waiting::wait_until("the printer", crate::machine::LIMIT, || hasty(&mfp).is_ok());
    assert_eq!(mfp.status()["faults"], json!([]));
    // Whoever waits in silence is answered when the time is over.
    mfp.fault(json!({ "fault": "asleep", "seconds": 0.3, "how": "silent" }));
    assert!(mfp.read_printer().status().is_successful());
}

#[test]
fn a_power_cycle_takes_jobs_and_up_time_and_what_is_not_out_never_comes() {
    let mfp = Mfp::start(&[]);
    let done = mfp.print("done", 1, Vec::new());
    mfp.wait_for("done", "completed");
    mfp.fault(json!({ "fault": "stuck", "after_impressions": 2 }));
    let lost = mfp.print("lost", 5, Vec::new());
    mfp.wait_for("lost", "processing");
    real_parts::waiting::wait_until("two impressions", crate::machine::LIMIT, || {
        mfp.job("lost")["impressions_out"] == 2
    });
    mfp.control("POST /reset", &json!({}));
    mfp.clear(json!({}));
    for job_id in [done, lost] {
        assert_eq!(mfp.read_job(job_id).status(), Status::CLIENT_ERROR_NOT_FOUND);
    }
    let up_time = mfp.read_printer().integer(GroupTag::PRINTER, names::PRINTER_UP_TIME);
    assert!(up_time.is_some_and(|up_time| up_time <= 2), "{up_time:?}");
    mfp.print("after", 1, Vec::new());
    mfp.wait_for("after", "completed");
    // The truth is still told.
    let job = mfp.job("lost");
    assert_eq!(job["state"], "reset");
    assert_eq!(job["impressions_out"], 2);
    let status = mfp.status();
    assert_eq!((status["resets"].as_u64(), status["sheets_out"].as_u64()), (Some(1), Some(4)));
    assert_eq!(printed(&mfp.state("printed.jsonl")).len(), 3);
}

#[test]
fn a_printer_can_reset_in_the_middle_of_a_job() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "resets", "after_impressions": 3 }));
    let job_id = mfp.print("halved", 6, Vec::new());
    assert_eq!(mfp.wait_for("halved", "reset")["impressions_out"], 3);
    assert_eq!(mfp.read_job(job_id).status(), Status::CLIENT_ERROR_NOT_FOUND);
}

#[test]
fn a_forgetful_printer_prints_what_it_does_not_know() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "forgets", "when": "at-once" }));
    let at_once = mfp.print("at-once", 3, Vec::new());
    assert_eq!(mfp.read_job(at_once).status(), Status::CLIENT_ERROR_NOT_FOUND);
    assert_eq!(mfp.wait_for("at-once", "completed")["sheets_out"], 3);
    mfp.fault(json!({ "fault": "forgets" }));
    let later = mfp.print("later", 1, Vec::new());
    mfp.wait_for("later", "completed");
    assert_eq!(mfp.read_job(later).status(), Status::CLIENT_ERROR_NOT_FOUND);
    assert_eq!(mfp.status()["sheets_out"], 4);
}
