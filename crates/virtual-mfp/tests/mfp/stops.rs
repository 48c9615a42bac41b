//! Faults while paper moves: the job stops, is given up, or goes nowhere.

use ipp_codec::names;
use ipp_codec::registry::GroupTag;
use real_parts::waiting;
use serde_json::json;

use crate::machine::{LIMIT, Mfp, has_struck, job_number, job_reasons, job_state, ticket};

#[test]
fn a_jam_stops_the_job_until_it_is_cleared() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "jam", "after_impressions": 3 }));
    let job_id = mfp.print("jammed", 7, ticket(1, "two-sided-long-edge"));
    mfp.wait_for("jammed", "processing-stopped");
    let reply = mfp.read_job(job_id);
    assert_eq!(job_state(&reply).name(), Some("processing-stopped"));
    assert_eq!(job_reasons(&reply), ["printer-stopped"]);
    assert_eq!(job_number(&reply, names::JOB_IMPRESSIONS_COMPLETED), Some(3));
    let printer = mfp.read_printer();
    let reasons = printer.keywords(GroupTag::PRINTER, names::PRINTER_STATE_REASONS);
    assert_eq!(reasons, ["media-jam-error"]);
    assert_eq!(printer.integer(GroupTag::PRINTER, names::PRINTER_STATE), Some(5));

    assert_eq!(mfp.clear(json!({ "fault": "jam" })), 1);
    let job = mfp.wait_for("jammed", "completed");
    assert_eq!((job["impressions_out"].as_u64(), job["sheets_out"].as_u64()), (Some(7), Some(4)));
    assert_eq!(mfp.status()["printer_state_reasons"], json!(["none"]));
}

#[test]
fn a_job_canceled_in_a_jam_ends_and_the_jam_stays() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "jam", "after_impressions": 2 }));
    let job_id = mfp.print("stuck", 5, Vec::new());
    mfp.wait_for("stuck", "processing-stopped");
    let cancel = mfp.request(ipp_codec::Operation::CANCEL_JOB).job_id(job_id);
    assert!(mfp.ask(&cancel).status().is_successful());
    assert_eq!(mfp.wait_for("stuck", "canceled")["impressions_out"], 2);
    mfp.print("next", 1, Vec::new());
    assert_eq!(mfp.job("next")["state"], "pending");
    assert_eq!(mfp.status()["printer_state"], "stopped");
    mfp.clear(json!({}));
    mfp.wait_for("next", "completed");
}

#[test]
fn empty_trays_and_added_reasons_are_told() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "media-empty" }));
    mfp.fault(json!({ "fault": "reasons", "reasons": ["toner-low-warning"] }));
    mfp.print("hungry", 1, Vec::new());
    mfp.wait_for("hungry", "processing-stopped");
    let reply = mfp.read_printer();
    let reasons = reply.keywords(GroupTag::PRINTER, names::PRINTER_STATE_REASONS);
    assert_eq!(reasons, ["media-empty-error", "media-needed", "toner-low-warning"]);
    mfp.clear(json!({ "fault": "media-empty" }));
    mfp.wait_for("hungry", "completed");
}

#[test]
fn a_stuck_job_stays_in_processing_without_a_reason() {
    let mfp = Mfp::start(&[]);
    let id = mfp.fault(json!({ "fault": "stuck", "after_impressions": 1 }));
    let job_id = mfp.print("lazy", 3, Vec::new());
    waiting::wait_until("the fault", LIMIT, || has_struck(&mfp, id));
    let reply = mfp.read_job(job_id);
    assert_eq!(job_state(&reply).name(), Some("processing"));
    assert_eq!(job_reasons(&reply), ["job-printing"]);
    assert_eq!(mfp.job("lazy")["impressions_out"], 1);
    mfp.clear(json!({ "id": id }));
    mfp.wait_for("lazy", "completed");
}

#[test]
fn an_aborted_job_keeps_what_came_out() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "aborts", "after_impressions": 3 }));
    let job_id = mfp.print("given-up", 8, ticket(1, "two-sided-long-edge"));
    let reply = mfp.read_ended_job(job_id);
    assert_eq!(job_state(&reply).name(), Some("aborted"));
    assert_eq!(job_number(&reply, names::JOB_IMPRESSIONS_COMPLETED), Some(3));
    // The third side lies on a sheet of its own, which comes out too.
    assert_eq!(job_number(&reply, names::JOB_MEDIA_SHEETS_COMPLETED), Some(2));
}

#[test]
fn progress_is_told_while_the_job_prints() {
    let mfp = Mfp::start(&[]);
    mfp.control("POST /speed", &json!({ "pages_per_minute": 600 }));
    let job_id = mfp.print("long", 50, Vec::new());
    let on_the_way = waiting::poll(LIMIT, || {
        let reply = mfp.read_job(job_id);
        let out = job_number(&reply, names::JOB_IMPRESSIONS_COMPLETED)?;
        (out > 0).then(|| (job_state(&reply).name(), out))
    });
    let (state, out) = on_the_way.expect("impressions come out");
    assert!(state == Some("processing") && out < 50, "{state:?} {out}");
    mfp.control("POST /speed", &json!({ "pages_per_minute": 1_000_000 }));
    mfp.wait_for("long", "completed");
}
