//! Counts that are not true, and a printer that is not who it was.

use ipp_codec::registry::GroupTag;
use ipp_codec::{Status, names};
use serde_json::json;

use crate::machine::{Mfp, job_number, job_state, ticket};

#[test]
fn reported_counts_can_be_wrong_while_the_truth_is_on_the_status_page() {
    let mfp = Mfp::start(&[]);
    // (lie, impressions, sheets, split by colour)
    let table = [
        ("zero", Some(0), Some(0), true),
        ("one-more", Some(15), Some(8), true),
        ("nothing", None, None, false),
        ("no-color-split", Some(14), Some(8), false),
    ];
    for (about, impressions, sheets, by_color) in table {
        mfp.fault(json!({ "fault": "lies", "about": about }));
        let job_id = mfp.print(about, 7, ticket(2, "two-sided-long-edge"));
        let reply = mfp.read_ended_job(job_id);
        assert_eq!(job_state(&reply).name(), Some("completed"));
        assert_eq!(job_number(&reply, names::JOB_IMPRESSIONS_COMPLETED), impressions, "{about}");
        assert_eq!(job_number(&reply, names::JOB_MEDIA_SHEETS_COMPLETED), sheets, "{about}");
        let split = reply.get(GroupTag::JOB, names::JOB_IMPRESSIONS_COMPLETED_COL);
        assert_eq!(split.is_some(), by_color, "{about}");
        let job = mfp.job(about);
        assert_eq!(job["impressions_out"], 14, "{about}");
        assert_eq!(job["sheets_out"], 8, "{about}");
        assert_eq!(job["impressions_reported"], json!(impressions), "{about}");
    }
}

#[test]
fn one_more_impression_takes_one_more_sheet_when_the_last_is_full() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "lies", "about": "one-more" }));
    let job_id = mfp.print("full", 2, ticket(1, "two-sided-long-edge"));
    let reply = mfp.read_ended_job(job_id);
    assert_eq!(job_number(&reply, names::JOB_IMPRESSIONS_COMPLETED), Some(3));
    assert_eq!(job_number(&reply, names::JOB_MEDIA_SHEETS_COMPLETED), Some(2));
}

#[test]
fn parts_of_the_ticket_can_be_ignored_and_the_reply_says_so() {
    let mfp = Mfp::start(&[]);
    mfp.fault(json!({ "fault": "ignores-ticket", "attributes": ["sides"] }));
    let reply = mfp.ask(&mfp.create("loose", ticket(2, "two-sided-long-edge")));
    assert_eq!(reply.status(), Status::SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES);
    let unsupported = reply.get(GroupTag::UNSUPPORTED, names::SIDES);
    assert!(unsupported.is_some(), "{reply:?}");
    let job = mfp.job("loose");
    assert_eq!((job["copies"].as_u64(), job["two_sided"].as_bool()), (Some(2), Some(false)));
    assert_eq!(job["ticket"]["sides"], "two-sided-long-edge");
}

#[test]
fn another_machine_can_seem_to_answer_at_the_address() {
    let mfp = Mfp::start(&[]);
    let uuid = || {
        let reply = mfp.read_printer();
        reply.string(GroupTag::PRINTER, names::PRINTER_UUID).expect("a uuid")
    };
    let own = uuid();
    assert_eq!(mfp.ready["uuid"], json!(own));
    mfp.fault(json!({ "fault": "wrong-uuid" }));
    let other = uuid();
    assert!(other != own && other.starts_with("urn:uuid:"), "{other}");
    mfp.clear(json!({}));
    assert_eq!(uuid(), own);
}
