//! What the printer says about itself and its jobs when nothing is wrong.

use ipp_codec::registry::GroupTag;
use ipp_codec::{Attribute, Operation, Status, names};

use crate::machine::{Mfp, job_state, ticket};

#[test]
fn the_printer_advertises_its_options_and_nothing_more() {
    let mfp = Mfp::start(&[
        "--name",
        "KS-4-17",
        "--location",
        "House 4",
        "--monochrome",
        "--one-sided",
        "--formats",
        "application/pdf",
    ]);
    let reply = mfp.read_printer();
    let words = |name| reply.keywords(GroupTag::PRINTER, name);
    assert_eq!(words(names::PRINTER_NAME), ["KS-4-17"]);
    assert_eq!(words(names::PRINTER_LOCATION), ["House 4"]);
    assert_eq!(words(names::SIDES_SUPPORTED), ["one-sided"]);
    assert_eq!(words(names::PRINT_COLOR_MODE_SUPPORTED), ["monochrome", "auto"]);
    assert_eq!(
        words(names::DOCUMENT_FORMAT_SUPPORTED),
        ["application/pdf", "application/octet-stream"]
    );
    assert_eq!(reply.boolean(GroupTag::PRINTER, names::COLOR_SUPPORTED), Some(false));
    let has = |name| reply.get(GroupTag::PRINTER, name).is_some();
    assert!(has(names::MEDIA_READY) && !has(names::MEDIA_COL_DATABASE));
    assert!(!has(names::URF_SUPPORTED));
}

#[test]
fn only_requested_attributes_are_sent() {
    let mfp = Mfp::start(&[]);
    let wanted = [names::PRINTER_STATE, names::MEDIA_COL_DATABASE];
    let request = mfp.request(Operation::GET_PRINTER_ATTRIBUTES).requested_attributes(wanted);
    let reply = mfp.ask(&request);
    let group = reply.groups(GroupTag::PRINTER).next().expect("a printer group");
    let mut sent: Vec<&str> = group.attributes.iter().map(|one| one.name.as_str()).collect();
    sent.sort_unstable();
    assert_eq!(sent, [names::MEDIA_COL_DATABASE, names::PRINTER_STATE]);
}

#[test]
fn uuid_and_job_numbers_survive_a_restart_and_jobs_do_not() {
    let mfp = Mfp::start(&[]);
    let uuid = mfp.ready["uuid"].clone();
    let first = mfp.print("first", 1, Vec::new());
    mfp.wait_for("first", "completed");
    let mfp = mfp.restart();
    assert_eq!(mfp.ready["uuid"], uuid);
    assert_eq!(mfp.read_job(first).status(), Status::CLIENT_ERROR_NOT_FOUND);
    assert_eq!(mfp.status()["sheets_out"], 1);
    assert!(mfp.print("second", 1, Vec::new()) > first);
    mfp.wait_for("second", "completed");
    assert_eq!(mfp.status()["sheets_out"], 2);
}

#[test]
fn a_ticket_that_cannot_be_printed_is_told_or_refused() {
    let mfp = Mfp::start(&["--one-sided"]);
    let asked = || {
        let mut asked = ticket(2, "two-sided-long-edge");
        asked.push(Attribute::keyword("smell", "roses"));
        asked
    };
    let reply = mfp.ask(&mfp.create("loose", asked()));
    assert_eq!(reply.status(), Status::SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES);
    let unsupported = reply.groups(GroupTag::UNSUPPORTED).next().expect("a group");
    assert_eq!(unsupported.attributes.len(), 2);
    let job = mfp.job("loose");
    assert_eq!((job["copies"].as_u64(), job["two_sided"].as_bool()), (Some(2), Some(false)));

    for operation in [Operation::CREATE_JOB, Operation::VALIDATE_JOB] {
        let strict = mfp
            .request(operation)
            .attribute(Attribute::boolean(names::IPP_ATTRIBUTE_FIDELITY, true))
            .job_attributes(asked());
        let status = mfp.ask(&strict).status();
        assert_eq!(status, Status::CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED);
    }
    assert_eq!(mfp.status()["jobs_accepted"], 1);
}

#[test]
fn get_jobs_lists_open_and_ended_jobs_apart() {
    let mfp = Mfp::start(&["--history", "2"]);
    let ended: Vec<i32> = (0..3).map(|_| mfp.print("done", 1, Vec::new())).collect();
    mfp.read_ended_job(ended[2]);
    let open = mfp.created("open", Vec::new());
    let list = |which: &str| {
        let request = mfp
            .request(Operation::GET_JOBS)
            .attribute(Attribute::keyword(names::WHICH_JOBS, which));
        let reply = mfp.ask(&request);
        let ids = reply.groups(GroupTag::JOB).filter_map(|group| group.get(names::JOB_ID));
        ids.filter_map(Attribute::as_integer).collect::<Vec<_>>()
    };
    assert_eq!(list("not-completed"), [open]);
    // The printer remembers two.
    assert_eq!(list("completed"), [ended[2], ended[1]]);
    assert_eq!(mfp.read_job(ended[0]).status(), Status::CLIENT_ERROR_NOT_FOUND);
    assert_eq!(job_state(&mfp.read_job(ended[1])).name(), Some("completed"));
}

#[test]
fn a_second_document_and_an_unknown_job_are_refused() {
    let mfp = Mfp::start(&[]);
    mfp.fault(serde_json::json!({ "fault": "stays-pending" }));
    let job_id = mfp.print("one", 1, Vec::new());
    let second = mfp.exchange(&mfp.send(job_id), b"%PDF-").expect("an answer").ipp();
    let status = Status::SERVER_ERROR_MULTIPLE_DOCUMENT_JOBS_NOT_SUPPORTED;
    assert_eq!(second.status(), status);
    let unknown = mfp.exchange(&mfp.send(job_id + 1), b"%PDF-").expect("an answer").ipp();
    assert_eq!(unknown.status(), Status::CLIENT_ERROR_NOT_FOUND);
    assert_eq!(job_state(&mfp.read_job(job_id)).name(), Some("pending"));
    mfp.clear(serde_json::json!({}));
    mfp.wait_for("one", "completed");
}
