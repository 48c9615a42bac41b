//! Jobs for printers that take no PDF, or must not get this one: drawn as pixels, counted and booked.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use print_core::{JobState, PageCount, PrintColorMode, Sides, Ticket};
use real_parts::documents::{Paper, jpeg, pdf, postscript};
use real_parts::pdf_file::{one_page, packed, page};
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
async fn a_document_that_printers_could_count_differently_never_goes_as_it_is() {
    for formats in ["application/pdf,image/urf", "application/pdf", "image/pwg-raster"] {
        let mfp = Mfp::start_with(&["--formats", formats]);
        let (_house, server) = House::open().await;
        let printer = server.add_printer(mfp.uri()).await;
        let job = server.hold(2, Ticket::default()).await;
        let facts = DocumentFacts {
            pages: Some(PageCount { pages: 2, color: 0 }),
            fault: None,
            detail: json!({ "irregular": true }),
        };
        server.store.keep_facts(job, &facts).await.unwrap();
        server.release(&[job], printer).await;
        goes_otherwise(&server, &mfp, job).await;
        assert_eq!(mfp.impressions_out(), 2, "{formats}");
    }
}

/// It comes out, and not as it was taken in.
async fn goes_otherwise(server: &Server, mfp: &Mfp, job: print_core::JobId) {
    let held = server.is(job, JobState::Completed).await.sha256.unwrap();
    let held: String = held.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_ne!(mfp.jobs()[0]["sha256"], json!(held), "it went as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_printer_of_pdf_cannot_be_asked_for_is_in_the_file() {
    // It does not know several pages on a side, and makes the copies itself.
    let two_up = Ticket { number_up: Some(2), ..Ticket::default() };
    let range = print_core::ticket::PageRange { first: 2, last: 4 };
    let some = Ticket { page_ranges: vec![range], copies: 2, ..two_up.clone() };
    for (ticket, pages, sides) in [(two_up, 5, 3), (some, 5, 4)] {
        let mfp = Mfp::start_with(&["--formats", "application/pdf"]);
        let (_house, server) = House::open().await;
        let printer = server.add_printer(mfp.uri()).await;
        let job = server.hold(pages, ticket).await;
        server.release(&[job], printer).await;
        goes_otherwise(&server, &mfp, job).await;
        assert_eq!(mfp.impressions_out(), sides);
        let (monochrome, color, ..) = server.booked(job).await[0];
        assert_eq!(u64::from(monochrome + color), sides);
    }
}

/// A page with a note that every reader draws in its own way.
fn doubtful() -> Vec<u8> {
    let note = "<</Type/Annot/Subtype/Highlight/F 4/C[1 1 0]/Rect[72 72 200 200]>>";
    let page = page("/Annots[5 0 R]");
    one_page(page, packed("0 g 72 700 200 1 re f", "")).with(5, note).bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_anew_without_doubt_is_drawn_or_stays_held() {
    let ticket = Ticket { number_up: Some(2), ..Ticket::default() };
    for (formats, comes_out) in [("application/pdf,image/urf", true), ("application/pdf", false)] {
        let mfp = Mfp::start_with(&["--formats", formats]);
        let (_house, server) = House::open().await;
        let printer = server.add_printer(mfp.uri()).await;
        let job = server.hold_document(&doubtful(), "application/pdf", ticket.clone()).await;
        server.release(&[job], printer).await;
        if comes_out {
            goes_otherwise(&server, &mfp, job).await;
            assert_eq!(mfp.jobs()[0]["format"], json!("image/urf"));
        } else {
            refused(&server, job, Reason::NumberUpNotSupported).await;
            assert_eq!(mfp.requests("Create-Job"), 0);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_of_pictures_gets_a_single_page_and_never_a_part_of_several() {
    let mfp = Mfp::start_with(&["--formats", "image/jpeg"]);
    let (_house, server) = House::open().await;
    let printer = server.add_printer(mfp.uri()).await;
    for (pages, comes_out) in [(1, true), (2, false)] {
        let job = server.hold(pages, Ticket { copies: 2, ..Ticket::default() }).await;
        let count = u32::try_from(pages).unwrap();
        let facts = DocumentFacts {
            pages: Some(PageCount { pages: count, color: 0 }),
            fault: None,
            detail: json!({}),
        };
        server.store.keep_facts(job, &facts).await.unwrap();
        server.release(&[job], printer).await;
        if comes_out {
            server.is(job, JobState::Completed).await;
            assert_eq!(mfp.impressions_out(), 2, "the printer makes the copies");
        } else {
            refused(&server, job, Reason::SinglePagesOnly).await;
        }
    }
    assert_eq!(mfp.requests("Create-Job"), 1);
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
