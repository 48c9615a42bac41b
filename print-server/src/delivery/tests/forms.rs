//! Jobs for printers that take no PDF, or must not get this one: drawn as pixels, counted and booked.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use print_core::{JobState, PageCount, PrintColorMode, Sides, Ticket};
use real_parts::documents::{Paper, jpeg, pdf, postscript};
use serde_json::json;
use store::DocumentFacts;

use super::house::{House, Server, quick};
use crate::delivery::rules::outcome::Reason;
use crate::delivery::{DeliverySettings, End};
use real_parts::virtual_mfp::Mfp;

const PWG: &[&str] = &["--formats", "image/pwg-raster"];
const URF: &[&str] = &["--formats", "image/urf"];

async fn refused(server: &Server, job: print_core::JobId, reason: Reason) {
    let attempt = server.ended(job).await;
    assert_eq!(attempt.reasons, reason.keyword());
    assert_eq!(server.store.job(job).await.unwrap().state, JobState::Held);
    assert_eq!(server.booked(job).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pdf_comes_out_of_printers_that_take_pixels_only() {
    for formats in [PWG, URF] {
        let mfp = Mfp::start_with(formats);
        let (_house, server) = House::open().await;
        let printer = server.add_printer(mfp.uri()).await;
        let ticket = Ticket { copies: 2, sides: Sides::TwoSidedLongEdge, ..Ticket::default() };
        let job = server.hold(2, ticket).await;
        server.release(&[job], printer).await;
        server.is(job, JobState::Completed).await;
        let printed = mfp.jobs().swap_remove(0);
        // Once in the pixels, and not a second time by the printer.
        let sides = (&printed["impressions_out"], &printed["sheets_out"]);
        assert_eq!(sides, (&json!(4), &json!(2)), "{formats:?}");
        let (monochrome, color, sheets, counted) = server.booked(job).await[0];
        assert_eq!((monochrome + color, sheets, counted), (4, 2, "printer"), "{formats:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_the_pages_in_black_and_white_is_drawn_and_not_cut_again() {
    let mfp = Mfp::start_with(PWG);
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let range = print_core::ticket::PageRange { first: 2, last: 3 };
    let ticket = Ticket {
        page_ranges: vec![range],
        print_color_mode: PrintColorMode::Monochrome,
        ..Ticket::default()
    };
    let job = server.hold(5, ticket).await;
    server.release(&[job], printer).await;
    server.is(job, JobState::Completed).await;
    assert_eq!(mfp.impressions_out(), 2);
    assert_eq!(server.booked(job).await, [(2, 0, 2, "printer")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_comes_out_of_a_printer_without_jpeg() {
    let mfp = Mfp::start_with(URF);
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold_document(&jpeg(true), "image/jpeg", Ticket::default()).await;
    server.release(&[job], printer).await;
    server.is(job, JobState::Completed).await;
    assert_eq!(mfp.impressions_out(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_drawn_or_taken_stays_held_and_the_printer_hears_nothing() {
    let mfp = Mfp::start_with(PWG);
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let damaged = b"%PDF-1.7 and nothing else".to_vec();
    let letters = postscript(1, Paper::A4);
    for (document, format, reason) in [
        (damaged, "application/pdf", Reason::DocumentNotDrawn),
        (letters, "application/postscript", Reason::DocumentFormatNotSupported),
    ] {
        let job = server.hold_document(&document, format, Ticket::default()).await;
        server.release(&[job], printer).await;
        refused(&server, job, reason).await;
    }
    assert_eq!((mfp.requests("Create-Job"), mfp.requests("Print-Job")), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_printers_could_count_differently_goes_as_pixels_or_not_at_all() {
    for (formats, comes_out) in
        [("application/pdf,image/urf", true), ("application/pdf,text/plain", false)]
    {
        let mfp = Mfp::start_with(&["--formats", formats]);
        let (_house, server) = House::open().await;
        let printer = server.add_printer(mfp.uri()).await;
        let job = server.hold(1, Ticket::default()).await;
        let facts = DocumentFacts {
            pages: Some(PageCount { pages: 1, color: 0 }),
            fault: None,
            detail: json!({ "irregular": true }),
        };
        server.store.keep_facts(job, &facts).await.unwrap();
        server.release(&[job], printer).await;
        if comes_out {
            server.is(job, JobState::Completed).await;
            let sent = mfp.jobs()[0]["sha256"].clone();
            let held = server.store.job(job).await.unwrap().sha256.unwrap();
            let held: String = held.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_ne!(sent, json!(held), "it went as it was");
        } else {
            refused(&server, job, Reason::DocumentIrregular).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_sends_pixels_to_a_printer_that_takes_pdf() {
    let mfp = Mfp::start();
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let mut row = server.store.printer(printer).await.unwrap();
    row.always_raster = true;
    server.store.put_printer(&row).await.unwrap();
    let job = server.hold(1, Ticket::default()).await;
    server.release(&[job], printer).await;
    let held = server.is(job, JobState::Completed).await.sha256.unwrap();
    let held: String = held.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_ne!(mfp.jobs()[0]["sha256"], json!(held), "it went as it was");
}

/// A program in the place of the one that draws.
async fn with_renderer(script: &str, settings: DeliverySettings) -> (House, Server) {
    let (house, first) = House::open().await;
    first.kill().await;
    let path = house.renderer();
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let server = house.start(settings).await;
    (house, server)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawing_that_fails_before_its_first_byte_leaves_the_job_held() {
    let mfp = Mfp::start_with(URF);
    for (script, reason) in [
        ("exit 101", Reason::DocumentNotDrawn),
        ("exit 70", Reason::DrawingUnavailable),
        ("kill -KILL $$", Reason::DocumentNotDrawn),
    ] {
        let (_house, server) = with_renderer(script, quick()).await;
        let printer = server.add_printer(mfp.uri()).await;
        let job = server.hold(1, Ticket::default()).await;
        server.release(&[job], printer).await;
        refused(&server, job, reason).await;
    }
    assert_eq!(mfp.requests("Create-Job"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawing_that_fails_in_the_middle_never_looks_finished_to_the_printer() {
    let mfp = Mfp::start_with(URF);
    let script = r"cat >/dev/null; printf '\000\000\000\014UNIRAST\000\000\000\000\001'; exit 101";
    let (_house, server) = with_renderer(script, quick()).await;
    let printer = server.add_printer(mfp.uri()).await;
    let job = server.hold(1, Ticket::default()).await;
    server.release(&[job], printer).await;
    let attempt = server.ended(job).await;
    assert_eq!(attempt.reasons, Reason::DocumentNotDrawn.keyword());
    let outcome = server.told(job).await;
    assert_eq!(outcome.end, End::HandedBack(Reason::DocumentNotDrawn));
    assert_eq!(mfp.impressions_out(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_document_as_it_is_where_a_printer_takes_it() {
    let mfp = Mfp::start_with(&["--formats", "application/pdf,image/urf"]);
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    let document = pdf(1, Paper::A4, "as it is");
    let job = server.hold_document(&document, "application/pdf", Ticket::default()).await;
    server.release(&[job], printer).await;
    let held = server.is(job, JobState::Completed).await.sha256.unwrap();
    let held: String = held.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(mfp.jobs()[0]["sha256"], json!(held));
}
