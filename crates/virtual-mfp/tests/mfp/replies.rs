//! Replies that no client should believe.

use std::time::{Duration, Instant};

use ipp_codec::registry::GroupTag;
use ipp_codec::{Operation, Reply, names};
use serde_json::json;

use crate::client::Exchange;
use crate::machine::Mfp;

#[test]
fn a_reply_can_be_noise_after_the_operation_was_executed() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "garbage-reply", "operation": "Create-Job" }));
    let answer = mfp.exchange(&mfp.create("noise", Vec::new()), b"").expect("an answer");
    assert_eq!(answer.code, 200);
    assert!(Reply::decode(&answer.body).is_err());
    assert_eq!(mfp.job("noise")["state"], "pending");
}

#[test]
fn a_reply_can_be_as_long_as_nobody_wants_to_read() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "huge-reply" }));
    let body = mfp.request(Operation::GET_PRINTER_ATTRIBUTES).encode().expect("a request");
    let exchange =
        Exchange::new(mfp.address("listen"), "POST /ipp/print", "application/ipp", &body);
    let answer = Exchange { read_max: 8 << 20, ..exchange }.run().expect("an answer");
    assert_eq!(answer.code, 200);
    assert!(answer.body.len() > 7 << 20, "{} bytes", answer.body.len());
    // It can also be of a size that ends.
    mfp.fault(json!({ "fault": "huge-reply", "bytes": 300_000 }));
    let answer = mfp.exchange(&mfp.request(Operation::GET_JOBS), b"").expect("an answer");
    assert!((300_000..600_000).contains(&answer.body.len()), "{} bytes", answer.body.len());
}

#[test]
fn a_reply_can_name_another_job() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "wrong-job-id" }));
    let reply = mfp.ask(&mfp.create("whose", Vec::new()));
    let told = reply.integer(GroupTag::JOB, names::JOB_ID).map(i64::from);
    let true_id = mfp.job("whose")["job_id"].as_i64();
    assert_eq!(told, true_id.map(|job_id| job_id + 1_000));
}

#[test]
fn a_reply_can_be_late() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "slow-reply", "milliseconds": 300 }));
    let asked = Instant::now();
    assert!(mfp.read_printer().status().is_successful());
    assert!(asked.elapsed() >= Duration::from_millis(300), "{:?}", asked.elapsed());
}
