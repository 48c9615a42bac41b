//! Printers that do not take a job: it stays held, with a reason, and nothing is printed or booked.

use print_core::{JobState, Sides, Ticket};
use real_parts::documents::{Paper, pdf};
use serde_json::json;

use super::house::{House, Server, quick};
use crate::delivery::printer::address::Address;
use crate::delivery::printer::client::Client;
use crate::delivery::printer::probe::ProbeError;
use crate::delivery::rules::outcome::Reason;
use crate::delivery::{DeliverySettings, End, PrinterTrust, Step};
use print_core::{JobId, PrinterId};
use real_parts::virtual_mfp::Mfp;

/// Releases a job, waits for the end, and asserts that it is held again for this reason.
async fn stays_held(server: &Server, job: JobId, printer: PrinterId, reason: Reason) {
    server.release(&[job], printer).await;
    let attempt = server.ended(job).await;
    assert_eq!(attempt.reasons, reason.keyword());
    let record = server.store.job(job).await.unwrap();
    assert_eq!((record.state, record.uncertain), (JobState::Held, None));
    assert_eq!(server.booked(job).await, []);
    let outcome = server.told(job).await;
    assert_eq!((outcome.job, outcome.end), (job, End::HandedBack(reason)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_format_that_the_printer_does_not_list_stays_held() {
    let mfp = Mfp::start_with(&["--formats", "image/tiff"]);
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    stays_held(&server, job, printer, Reason::DocumentFormatNotSupported).await;
    assert_eq!(mfp.requests("Create-Job"), 0);
}

/// A document whose trailer says that it is encrypted (ISO 32000-1 section 7.6.3).
fn locked_pdf() -> Vec<u8> {
    let mut document = pdf(1, Paper::A4, "report");
    let root = document.windows(5).position(|bytes| bytes == b"/Root").expect("a trailer");
    let lock = *b"/Encrypt << /Filter /Standard /V 2 /R 3 /O (x) /U (y) /P -44 >> ";
    document.splice(root..root, lock);
    document
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_with_a_password_is_tried_once_and_its_owner_learns_why() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold_document(&locked_pdf(), "application/pdf", Ticket::default()).await;
    stays_held(&server, job, printer, Reason::DocumentProtected).await;
    assert_eq!((mfp.requests("Create-Job"), mfp.impressions_out()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_format_that_is_refused_while_it_is_sent_stays_held() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "refuses-format" }));
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    stays_held(&server, job, printer, Reason::DocumentFormatNotSupported).await;
    assert_eq!(mfp.impressions_out(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_cannot_print_as_asked_leaves_the_job_held() {
    let mfp = Mfp::start_with(&["--one-sided"]);
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let two_sided = Ticket { sides: Sides::TwoSidedLongEdge, ..Ticket::default() };
    let job = server.hold(2, two_sided).await;
    stays_held(&server, job, printer, Reason::SidesNotSupported).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_announces_to_ignore_the_ticket_gets_no_document() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "ignores-ticket", "attributes": ["sides"] }));
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let two_sided = Ticket { sides: Sides::TwoSidedLongEdge, ..Ticket::default() };
    let job = server.hold(2, two_sided).await;
    stays_held(&server, job, printer, Reason::OptionsIgnored).await;
    let status =
        mfp.wait_for("the empty job is cancelled", |s| s["jobs"][0]["state"] == "canceled");
    assert_eq!(status["documents_received"], json!(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_takes_no_jobs_leaves_the_job_held() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "not-accepting" }));
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    stays_held(&server, job, printer, Reason::PrinterNotAccepting).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_is_switched_off_is_waited_for_and_then_left_alone() {
    let mut mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    mfp.switch_off();
    let job = server.hold(1, Ticket::default()).await;
    server.release(&[job], printer).await;
    let waking = server.wait("the owner reads that it wakes up", async || {
        server.deliveries.progress(job).filter(|progress| progress.step == Step::Waking)
    });
    waking.await;
    let attempt = server.ended(job).await;
    assert_eq!(attempt.reasons, "printer-asleep");
    assert_eq!(server.store.job(job).await.unwrap().state, JobState::Held);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sleeping_printer_wakes_up_and_prints() {
    for how in ["refuse", "silent"] {
        let mfp = Mfp::start();
        let settings = DeliverySettings {
            response: std::time::Duration::from_millis(300),
            waking: std::time::Duration::from_secs(15),
            ..quick()
        };
        let (_house, server) = House::open_with(settings).await;
        let printer = server.add_printer(mfp.uri()).await;
        mfp.fault(json!({ "fault": "asleep", "seconds": 1, "how": how }));
        let job = server.hold(1, Ticket::default()).await;
        server.release(&[job], printer).await;
        server.is(job, JobState::Completed).await;
        assert_eq!(mfp.impressions_out(), 1, "{how}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_printer_is_asked_again_until_it_has_time() {
    for operation in ["Create-Job", "Send-Document"] {
        let mfp = Mfp::start();
        mfp.fault(json!({ "fault": "busy", "operation": operation, "times": 3 }));
        let (_house, server) = House::open().await;
        let printer = server.add_printer(mfp.uri()).await;
        let job = server.hold(1, Ticket::default()).await;
        server.release(&[job], printer).await;
        server.is(job, JobState::Completed).await;
        assert_eq!((mfp.requests(operation), mfp.impressions_out()), (4, 1), "{operation}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_stays_busy_hands_the_job_back() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "busy", "operation": "Create-Job", "times": 0 }));
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    stays_held(&server, job, printer, Reason::PrinterBusy).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_not_followed() {
    let mfp = Mfp::start();
    let elsewhere = Mfp::start();
    let location = elsewhere.uri().replace("ipp://", "http://");
    mfp.fault(json!({ "fault": "redirect", "location": location, "times": 0 }));
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    stays_held(&server, job, printer, Reason::PrinterRefused).await;
    assert_eq!(elsewhere.status()["connections"].as_u64().unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_reply_is_cut_off_and_the_job_stays_held() {
    let mfp = Mfp::start();
    let endless =
        json!({ "fault": "huge-reply", "operation": "Get-Printer-Attributes", "times": 0 });
    mfp.fault(endless);
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    stays_held(&server, job, printer, Reason::PrinterRefused).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_was_taken_out_of_service_gets_no_job() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let row = server.store.printer(printer).await.unwrap();
    server.store.put_printer(&store::Printer { enabled: false, ..row }).await.unwrap();
    let job = server.hold(1, Ticket::default()).await;
    stays_held(&server, job, printer, Reason::PrinterNotAccepting).await;
    assert_eq!(mfp.jobs().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_machine_at_the_printers_address_gets_no_job_and_does_not_become_the_printer() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let rounds = tokio::spawn(server.deliveries.clone().make_rounds(stopping));
    let health = async |state: i32| {
        server
            .wait("the rounds came by", async || {
                let health = server.store.printer(printer).await.unwrap().health?;
                (health.state == state).then_some(health)
            })
            .await
    };
    let well = health(3).await;
    assert_eq!(well.attributes["printer-uuid"], json!(mfp.uuid()));
    mfp.fault(json!({ "fault": "wrong-uuid" }));
    let changed = health(0).await;
    assert_eq!(
        (changed.reasons.as_str(), changed.attributes),
        ("printer-changed", well.attributes)
    );
    let job = server.hold(1, Ticket::default()).await;
    stays_held(&server, job, printer, Reason::PrinterChanged).await;
    stop.send_replace(true);
    rounds.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rounds_tell_of_a_printer_that_stops_answering_and_of_an_empty_tray() {
    let mut mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let (_stop, stopping) = tokio::sync::watch::channel(false);
    let rounds = tokio::spawn(server.deliveries.clone().make_rounds(stopping));
    let reasons = async |wanted: &str| {
        server
            .wait(wanted, async || {
                let health = server.store.printer(printer).await.unwrap().health?;
                (health.reasons == wanted).then_some(health.state)
            })
            .await
    };
    assert_eq!(reasons("").await, 3);
    mfp.fault(json!({ "fault": "reasons", "reasons": ["toner-low-warning"] }));
    assert_eq!(reasons("toner-low-warning").await, 3);
    mfp.switch_off();
    assert_eq!(reasons("printer-asleep").await, 0);
    rounds.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_says_plainly_why_a_printer_cannot_be_asked() {
    let mut mfp = Mfp::start();
    let tls = PrinterTrust::default().client_config().unwrap();
    let address = Address::parse(mfp.uri()).unwrap();
    let client = Client::new(address, std::sync::Arc::new(quick().reach), tls, quick().deadlines());
    assert!(client.probe().await.unwrap().makes_jobs_first());
    mfp.fault(json!({ "fault": "redirect", "location": "http://127.0.0.1:9/" }));
    let error = client.probe().await.unwrap_err();
    assert!(matches!(error, ProbeError::Redirected(_)), "{error:?}");
    mfp.fault(json!({ "fault": "garbage-reply" }));
    let error = client.probe().await.unwrap_err();
    assert!(matches!(error, ProbeError::NotIpp(_)), "{error:?}");
    mfp.fault(json!({ "fault": "status", "code": 0x0403 }));
    let error = client.probe().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the printer refuses to describe itself: client-error-not-authorized"
    );
    mfp.switch_off();
    let error = client.probe().await.unwrap_err();
    assert!(matches!(error, ProbeError::Unreachable(_)), "{error:?}");
}
