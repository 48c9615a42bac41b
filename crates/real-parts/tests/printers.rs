//! ippeveprinter on its own, asked by ipptool; and the documents that both are fed with.

use std::process::Command;

use real_parts::documents::{self, Paper};
use real_parts::folder::Folder;
use real_parts::ippeveprinter::{IppEvePrinter, Model};
use real_parts::ipptool::{Counts, IppTool};
use real_parts::{ports, programs};

#[test]
fn a_printer_answers_keeps_what_it_printed_and_is_gone_when_dropped() {
    let printer = IppEvePrinter::start(&Model::default());
    let ipptool = IppTool::new();
    let options: [&str; 0] = [];
    let report = ipptool.run(&printer.uri(), "get-printer-attributes.test", &options);
    report.expect(Counts { pass: 1, fail: 0, skip: 0 });
    let report = ipptool.run(&printer.tls_uri(), "print-job-and-wait.test", &options);
    assert!(report.complaints.is_empty() && report.counts.fail == 0, "{}", report.text);

    let job = format!("{}/1", printer.uri());
    let attributes = ipptool.run(&job, "get-job-attributes.test", &["-v"]);
    assert!(attributes.text.contains("job-impressions-completed (integer) = 1"), "{attributes:?}");

    let documents = printer.documents();
    let sent = std::fs::read(ipptool.folder().join("document-a4.pdf")).unwrap();
    assert_eq!(documents.len(), 1, "{documents:?}");
    assert_eq!(std::fs::read(&documents[0]).unwrap(), sent);

    let uri = printer.uri();
    let port = uri.split([':', '/']).nth(4).and_then(|port| port.parse().ok()).unwrap();
    assert!(ports::answers(port));
    drop(printer);
    assert!(!ports::answers(port));
}

#[test]
fn two_printers_run_side_by_side() {
    let first = IppEvePrinter::start(&Model::default());
    let second = IppEvePrinter::start(&Model { name: "Adam".to_owned(), ..Model::default() });
    assert_ne!(first.uri(), second.uri());
    let options: [&str; 0] = [];
    for printer in [&first, &second] {
        let report = IppTool::new().run(&printer.uri(), "get-printer-attributes.test", &options);
        report.expect(Counts { pass: 1, fail: 0, skip: 0 });
    }
}

#[test]
fn ipptool_complaints_show_when_a_document_is_missing() {
    let printer = IppEvePrinter::start(&Model::default());
    let ipptool = IppTool::new();
    std::fs::remove_file(ipptool.folder().join("document-a4.pdf")).unwrap();
    let options: [&str; 0] = [];
    let report = ipptool.run(&printer.uri(), "print-job.test", &options);
    assert!(!report.complaints.is_empty(), "{}", report.text);
}

#[test]
fn pdf_documents_have_the_pages_that_were_asked_for() {
    let folder = Folder::new("documents");
    let file = folder.write("seven.pdf", documents::pdf(7, Paper::A4, "Seven pages"));
    let info = programs::run(Command::new(programs::find("pdfinfo", "poppler-utils")).arg(&file));
    assert!(info.lines().any(|line| line.starts_with("Pages:") && line.ends_with(" 7")), "{info}");
    assert!(info.contains("A4"), "{info}");
    let text = programs::run(
        Command::new(programs::find("pdftotext", "poppler-utils")).arg(&file).arg("-"),
    );
    assert!(text.contains("Seven pages, page 7"), "{text}");

    let large = documents::pdf_of_size(1, Paper::Letter, "Large", 1_000_000);
    assert!((1_000_000..1_001_000).contains(&large.len()));
    let file = folder.write("large.pdf", large);
    let info = programs::run(Command::new(programs::find("pdfinfo", "poppler-utils")).arg(&file));
    assert!(info.contains("letter"), "{info}");
}
