//! Jobs that come out, and what is booked for them.

use std::time::Duration;

use print_core::{JobState, PrintColorMode, Sides, Ticket};
use real_parts::certificates::Authority;
use real_parts::documents::{Paper, pdf_of_size};
use real_parts::folder::Folder;
use real_parts::ippeveprinter::{IppEvePrinter, Model};
use serde_json::json;

use super::house::{House, quick};
use crate::delivery::{DeliverySettings, End, PrinterTrust, Step};
use real_parts::virtual_mfp::Mfp;

fn two_sided(copies: u16) -> Ticket {
    Ticket { copies, sides: Sides::TwoSidedLongEdge, ..Ticket::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_comes_out_whole_and_is_booked_by_the_printers_count() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(7, two_sided(2)).await;
    server.release(&[job], printer).await;
    server.is(job, JobState::Completed).await;

    let printed = mfp.jobs().swap_remove(0);
    assert_eq!((&printed["impressions_out"], &printed["sheets_out"]), (&json!(14), &json!(8)));
    let held = server.store.job(job).await.unwrap();
    let sha256: String = held.sha256.unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(printed["sha256"], json!(sha256));
    let booked = server.booked(job).await;
    assert_eq!(booked.len(), 1);
    let (monochrome, color, sheets, counted) = booked[0];
    assert_eq!((monochrome + color, sheets, counted), (14, 8, "printer"));
    let outcome = server.told(job).await;
    assert_eq!((outcome.job, outcome.end), (job, End::Completed));
    assert!(outcome.first_byte_after_claim.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_printer_learns_neither_title_nor_person() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    server.release(&[job], printer).await;
    server.is(job, JobState::Completed).await;
    let printed = mfp.jobs().swap_remove(0);
    let name = printed["name"].as_str().unwrap();
    assert!(name.len() == 14 && name.starts_with("Print "), "{name}");
    assert_eq!(printed["user"], json!("print-release"));
    let log = std::fs::read_to_string(mfp.file("printed.jsonl")).unwrap();
    assert!(!log.contains("Salaries") && !log.contains("anna"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_printers_own_count_is_booked_also_when_it_is_one_more() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "lies", "about": "one-more" }));
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(7, two_sided(2)).await;
    server.release(&[job], printer).await;
    server.is(job, JobState::Completed).await;
    let (monochrome, color, _, _) = server.booked(job).await[0];
    assert_eq!(monochrome + color, 15);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_without_any_count_leaves_an_entry_to_check() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "lies", "about": "nothing" }));
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(3, Ticket::default()).await;
    server.release(&[job], printer).await;
    server.is(job, JobState::Completed).await;
    assert_eq!(server.booked(job).await, [(0, 0, 0, "unknown")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_monochrome_job_is_certain_without_the_printers_split() {
    let mfp = Mfp::start();
    mfp.fault(json!({ "fault": "lies", "about": "no-color-split", "times": 0 }));
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let grey = Ticket { print_color_mode: PrintColorMode::Monochrome, ..Ticket::default() };
    let (grey, auto) = (server.hold(3, grey).await, server.hold(3, Ticket::default()).await);
    server.release(&[grey, auto], printer).await;
    server.is(grey, JobState::Completed).await;
    server.is(auto, JobState::Completed).await;
    assert_eq!(server.booked(grey).await, [(3, 0, 3, "printer")]);
    assert_eq!(server.booked(auto).await, [(0, 3, 3, "estimated")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_jobs_of_one_tap_reach_the_printer_once_each_and_in_order() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let mut jobs = Vec::new();
    for pages in 1..=20 {
        jobs.push(server.hold(pages, Ticket::default()).await);
    }
    server.release(&jobs, printer).await;
    for job in &jobs {
        server.is(*job, JobState::Completed).await;
        assert_eq!(server.booked(*job).await.len(), 1);
    }
    let pages: Vec<i64> = mfp.jobs().iter().map(|job| job["pages"].as_i64().unwrap()).collect();
    assert_eq!(pages, (1..=20).collect::<Vec<i64>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_document_is_streamed_and_arrives_bit_by_bit_as_it_was() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let document = pdf_of_size(2, Paper::A4, "large", 20_000_000);
    let job = server.hold_document(&document, "application/pdf", Ticket::default()).await;
    server.release(&[job], printer).await;
    let record = server.is(job, JobState::Completed).await;
    let sha256: String = record.sha256.unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(mfp.jobs()[0]["sha256"], json!(sha256));
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_told_while_the_job_prints() {
    let mfp = Mfp::start();
    mfp.pages_per_minute(600);
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(6, Ticket::default()).await;
    server.release(&[job], printer).await;
    let seen = server.wait("some sides are out", async || {
        let progress = server.deliveries.progress(job)?;
        (progress.impressions.unwrap_or(0) > 0).then_some(progress)
    });
    assert_eq!(seen.await.step, Step::Printing);
    server.is(job, JobState::Completed).await;
    assert_eq!(server.deliveries.progress(job), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_is_asked_over_tls_only_with_a_certificate_that_is_trusted() {
    let folder = Folder::new("delivery-tls");
    let authority = Authority::new("printers");
    let shown = authority.server();
    let certificate = folder.write("printer.pem", &shown.pem);
    let key = folder.write("printer.key", &shown.key_pem);
    let (certificate, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
    let mfp = Mfp::start_with(&["--tls-cert", certificate, "--tls-key", key]);
    let roots = folder.write("authority.pem", authority.pem());
    let trust = PrinterTrust::load(Some(&roots), Vec::new()).unwrap();
    let settings = DeliverySettings { trust, ..quick() };
    let (house, server) = House::open_with(settings).await;
    let printer = server.add_printer(mfp.uri_tls()).await;
    let job = server.hold(1, Ticket::default()).await;
    server.release(&[job], printer).await;
    server.is(job, JobState::Completed).await;
    let second = server.hold(1, Ticket::default()).await;
    server.kill().await;

    let server = house.start(quick()).await;
    server.release(&[second], printer).await;
    let attempt = server.ended(second).await;
    assert_eq!(attempt.reasons, "printer-untrusted");
    assert_eq!(server.store.job(second).await.unwrap().state, JobState::Held);
    assert_eq!(mfp.jobs().len(), 1, "nothing was asked of it without trust");
}

/// It refuses a second job while it prints the first, reports no sheets, and its list of jobs is short.
#[tokio::test(flavor = "multi_thread")]
async fn a_printer_that_others_have_written_prints_three_jobs_of_one_tap() {
    let starting = tokio::task::spawn_blocking(|| IppEvePrinter::start(&Model::default()));
    let other = starting.await.unwrap();
    let settings = DeliverySettings { waking: Duration::from_secs(15), ..quick() };
    let (_house, server) = House::open_with(settings).await;
    let printer = server.add_printer(&other.uri()).await;
    let mut jobs = Vec::new();
    for _ in 0..3 {
        jobs.push(server.hold(7, two_sided(1)).await);
    }
    server.release(&jobs, printer).await;
    for job in jobs {
        server.is(job, JobState::Completed).await;
        assert_eq!(server.booked(job).await, [(7, 0, 4, "estimated")]);
    }
    tokio::task::spawn_blocking(move || drop(other)).await.unwrap();
}
