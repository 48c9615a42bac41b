//! Connections that end where a print server has to find out what happened.

use std::time::Duration;

use ipp_codec::names;
use real_parts::documents::{Paper, pdf};
use serde_json::{Value as Json, json};

use crate::client::{Exchange, Failure};
use crate::machine::Mfp;

#[test]
fn nothing_is_executed_when_the_printer_hangs_up_before() {
    let mfp = Mfp::start(&[]);
    for at in ["connect", "request", "create-before"] {
        for how in ["close", "reset"] {
            mfp.fault(json!({ "fault": "hang-up", "at": at, "how": how }));
            let failure = mfp.exchange(&mfp.create("never", Vec::new()), b"").unwrap_err();
            assert_eq!(failure, Failure::Cut, "{at} {how}");
        }
    }
    assert_eq!(mfp.status()["jobs_accepted"], 0);
    mfp.print("then", 1, Vec::new());
    mfp.wait_for("then", "completed");
}

#[test]
fn the_job_exists_when_the_printer_hangs_up_after_creating_it() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "hang-up", "at": "create-after" }));
    let failure = mfp.exchange(&mfp.create("silent-child", Vec::new()), b"").unwrap_err();
    assert_eq!(failure, Failure::Cut);
    let job = mfp.job("silent-child");
    assert_eq!(job["state"], "pending");
    assert_eq!(job["reasons"], json!(["job-data-insufficient"]));
    assert_eq!(job["first_document_byte_us"], Json::Null);
}

#[test]
fn a_document_that_is_cut_leaves_nothing_on_paper() {
    let mfp = Mfp::start(&[]);
    let document = pdf(400, Paper::A4, "large");
    assert!(document.len() > 50_000);
    let table = [
        json!({ "fault": "hang-up", "at": "document-before" }),
        json!({ "fault": "hang-up", "at": "document-bytes", "after_bytes": 1 }),
        json!({ "fault": "hang-up", "at": "document-bytes", "after_bytes": 50_000 }),
        json!({ "fault": "hang-up", "at": "document-bytes", "after_bytes": 9, "how": "reset" }),
    ];
    for fault in table {
        mfp.fault(fault.clone());
        let job_id = mfp.created("cut", Vec::new());
        let failure = mfp.exchange(&mfp.send(job_id), &document).unwrap_err();
        assert_eq!(failure, Failure::Cut, "{fault}");
        let job = mfp.wait_for("cut", "aborted");
        assert_eq!(job["impressions_out"], 0, "{fault}");
        let was_begun = fault["at"] != "document-before";
        assert_eq!(job["first_document_byte_us"].is_i64(), was_begun, "{fault}");
    }
    assert_eq!(mfp.status()["documents_received"], 0);
}

#[test]
fn a_document_that_came_in_is_printed_though_nobody_hears_of_it() {
    let mfp = Mfp::start(&[]);
    for how in ["close", "reset"] {
        mfp.fault(json!({ "fault": "hang-up", "at": "document-after", "how": how }));
        let job_id = mfp.created(how, Vec::new());
        let document = pdf(2, Paper::A4, how);
        let failure = mfp.exchange(&mfp.send(job_id), &document).unwrap_err();
        assert_eq!(failure, Failure::Cut);
        assert_eq!(mfp.wait_for(how, "completed")["impressions_out"], 2);
    }
}

#[test]
fn silence_lasts_until_it_is_cleared() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "hang-up", "at": "request", "how": "silence" }));
    let body = mfp.create("unheard", Vec::new()).encode().expect("a request");
    let exchange =
        Exchange::new(mfp.address("listen"), "POST /ipp/print", "application/ipp", &body);
    let hasty = Exchange { patience: Duration::from_millis(200), ..exchange.clone() };
    assert_eq!(hasty.run().unwrap_err(), Failure::Silence);
    assert!(exchange.run().is_ok(), "the fault goes off once");

    mfp.fault(json!({ "fault": "hang-up", "at": "request", "how": "silence" }));
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| exchange.run());
        real_parts::waiting::wait_until("the request", crate::machine::LIMIT, || {
            mfp.status()["requests"]["Create-Job"] == 3
        });
        mfp.clear(json!({}));
        assert_eq!(waiting.join().expect("no panic").unwrap_err(), Failure::Cut);
    });
}

#[test]
fn any_operation_can_lose_its_reply() {
    let mfp = Mfp::start(&[]);
    let job_id = mfp.created("lost", Vec::new());
    let fault = json!({ "fault": "hang-up", "at": "reply", "operation": "Get-Job-Attributes" });
    mfp.fault(fault);
    assert!(mfp.read_printer().status().is_successful(), "another operation is answered");
    let request = mfp.request(ipp_codec::Operation::GET_JOB_ATTRIBUTES).job_id(job_id);
    assert_eq!(mfp.exchange(&request, b"").unwrap_err(), Failure::Cut);
    let found = mfp.read_job(job_id).integer(ipp_codec::GroupTag::JOB, names::JOB_ID);
    assert_eq!(found, Some(job_id));
}

#[test]
fn a_slow_printer_takes_its_time_for_a_document() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "slow", "bytes_per_second": 20_000 }));
    let job_id = mfp.print("slowly", 20, Vec::new());
    let job = mfp.job("slowly");
    let time = |name: &str| job[name].as_i64().expect("a time");
    let expected_us = job["bytes"].as_i64().expect("a size") * 1_000_000 / 20_000;
    let took_us = time("document_end_us") - time("first_document_byte_us");
    assert!(took_us >= expected_us * 9 / 10, "{took_us} of {expected_us} µs, job {job_id}");
}
