//! Pages become impressions and sheets as on a real machine.

use std::process::Command;

use ipp_codec::registry::GroupTag;
use ipp_codec::{Attribute, Value, names};
use real_parts::documents::{Paper, pdf};
use real_parts::programs;

use crate::machine::{Mfp, job_number, printed, ticket};

#[test]
fn seven_pages_on_both_sides_twice_are_14_impressions_on_8_sheets() {
    let mfp = Mfp::start(&[]);
    let job_id = mfp.print("seven", 7, ticket(2, "two-sided-long-edge"));
    let reply = mfp.read_ended_job(job_id);
    assert_eq!(job_number(&reply, names::JOB_IMPRESSIONS_COMPLETED), Some(14));
    assert_eq!(job_number(&reply, names::JOB_MEDIA_SHEETS_COMPLETED), Some(8));
    let job = mfp.job("seven");
    assert_eq!((job["impressions_out"].as_u64(), job["sheets_out"].as_u64()), (Some(14), Some(8)));
    assert_eq!(job["pages"], 7);
    assert_eq!(mfp.status()["sheets_out"], 8);
}

#[test]
fn pages_are_those_that_pdfinfo_counts() {
    let mfp = Mfp::start(&[]);
    let pdfinfo = programs::find("pdfinfo", "poppler-utils");
    for pages in [1, 3, 40] {
        let file = mfp.folder.write("document.pdf", pdf(pages, Paper::Letter, "counted"));
        let text = programs::run(Command::new(&pdfinfo).arg(file));
        let line = text.lines().find_map(|line| line.strip_prefix("Pages:"));
        let by_pdfinfo: u64 = line.and_then(|count| count.trim().parse().ok()).expect("a count");
        let name = format!("pages-{pages}");
        mfp.print(&name, pages, Vec::new());
        assert_eq!(mfp.wait_for(&name, "completed")["pages"].as_u64(), Some(by_pdfinfo));
    }
}

#[test]
fn a_page_that_the_document_lists_twice_is_printed_twice() {
    let mfp = Mfp::start(&[]);
    let text = String::from_utf8(pdf(1, Paper::A4, "twice")).expect("the document is text");
    // Same length, so that the table of the file stays right.
    let twice = text.replace("/Kids [ 4 0 R ] /Count 1 ", "/Kids [4 0 R 4 0 R]/Count 2");
    assert_ne!(text, twice);
    let job_id = mfp.created("twice", Vec::new());
    let reply = mfp.exchange(&mfp.send(job_id), twice.as_bytes()).expect("an answer").ipp();
    assert!(reply.status().is_successful());
    assert_eq!(mfp.wait_for("twice", "completed")["impressions_out"], 2);
}

#[test]
fn color_and_monochrome_impressions_are_counted_apart() {
    let mode = |mode| vec![Attribute::keyword(names::PRINT_COLOR_MODE, mode)];
    let color = Mfp::start(&["--color"]);
    let monochrome = Mfp::start(&["--monochrome"]);
    // (printer, mode, colour impressions, monochrome impressions)
    let table = [
        (&color, "color", 3, 0),
        (&color, "auto", 3, 0),
        (&color, "monochrome", 0, 3),
        (&monochrome, "auto", 0, 3),
        (&monochrome, "color", 0, 3),
    ];
    for (mfp, asked, full_color, black) in table {
        let job_id = mfp.print(asked, 3, mode(asked));
        let reply = mfp.read_ended_job(job_id);
        let split = reply.get(GroupTag::JOB, names::JOB_IMPRESSIONS_COMPLETED_COL);
        let split = split.and_then(Attribute::first).expect("the split is told");
        let member = |name| split.member(name).and_then(Value::as_integer);
        assert_eq!(member(names::FULL_COLOR), Some(full_color), "{asked}");
        assert_eq!(member(names::MONOCHROME), Some(black), "{asked}");
        let job = mfp.job(asked);
        assert_eq!(job["impressions_color_out"], full_color, "{asked}");
        assert_eq!(job["impressions_monochrome_out"], black, "{asked}");
    }
}

#[test]
fn what_was_printed_is_kept_with_its_ticket_and_hash() {
    let mfp = Mfp::start(&["--name", "KS-4-17"]);
    let mut asked = ticket(2, "one-sided");
    asked.push(Attribute::new(names::PAGE_RANGES, Value::range(2, 3)));
    mfp.print("kept", 4, asked);
    let job = mfp.wait_for("kept", "completed");
    assert_eq!(job["impressions_out"], 4);
    let ticket = &job["ticket"];
    assert_eq!(ticket["copies"], 2);
    assert_eq!(ticket["page-ranges"], "2-3");
    assert_eq!(job["user"], "anna");
    let document = pdf(4, Paper::A4, "kept");
    let file = mfp.state(job["file"].as_str().expect("a file"));
    assert!(std::fs::read(&file).expect("the file is there") == document);
    let sum = programs::run(Command::new("sha256sum").arg(&file));
    assert_eq!(sum.split(' ').next(), job["sha256"].as_str());
    assert_eq!(printed(&mfp.state("printed.jsonl")), std::slice::from_ref(&job));
    let order = ["created_us", "first_document_byte_us", "document_end_us", "first_impression_us"];
    let times: Vec<i64> = order.iter().filter_map(|name| job[*name].as_i64()).collect();
    assert!(times.len() == 4 && times.is_sorted(), "{job}");
}

#[test]
fn a_document_that_cannot_be_read_is_aborted_with_nothing_on_paper() {
    let mfp = Mfp::start(&["--formats", "application/pdf"]);
    // (document, reason)
    let table: [(&[u8], &str); 3] = [
        (b"%PDF-1.7 and no more", "document-format-error"),
        (b"", "document-format-error"),
        (b"RaS2PwgRaster", "document-format-error"),
    ];
    for (document, reason) in table {
        let job_id = mfp.created("broken", Vec::new());
        let reply = mfp.exchange(&mfp.send(job_id), document).expect("an answer").ipp();
        assert!(reply.status().is_successful(), "{reply:?}");
        let job = mfp.wait_for("broken", "aborted");
        assert_eq!(job["reasons"][1], reason, "{job}");
        assert_eq!(job["impressions_out"], 0);
    }
}
