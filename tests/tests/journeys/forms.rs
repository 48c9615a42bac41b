//! Printers that take no PDF: one job, in the form that each of them takes.

use std::fs;
use std::process::Command;

use ipp_codec::{Attribute, names};
use real_parts::documents::{Paper, pdf};
use real_parts::folder::Folder;
use real_parts::ippeveprinter::{IppEvePrinter, Model};
use real_parts::programs;

use crate::scene::house::state;
use crate::scene::{ANNA, House, Setup, TapEnd};
use real_parts::virtual_mfp::Mfp;

/// Puts another machine in the library.
fn put_in_library(house: &House, uri: &str) {
    house.exchange("Library", uri);
}

/// Anna prints pages 2 to 4 of 5, twice, on both sides, in black and white.
fn print(house: &House) -> i32 {
    let client = house.client();
    let request = client.print_job("anna", "Report").job_attributes(vec![
        Attribute::integer(names::COPIES, 2),
        Attribute::keyword(names::SIDES, "two-sided-long-edge"),
        Attribute::keyword(names::PRINT_COLOR_MODE, "monochrome"),
        Attribute::set(names::PAGE_RANGES, [ipp_codec::Value::range(2, 4)]),
    ]);
    client.ask(&request, &pdf(5, Paper::A4, "Report")).job_number()
}

/// The pages that CUPS's own reader finds in a grey raster document.
fn pages_read_by_cups(document: &[u8], format: &str) -> u32 {
    let folder = Folder::new("cups-reads");
    let output = Command::new(programs::find("ippevepcl", "cups-ipp-utils"))
        .env("CONTENT_TYPE", format)
        .arg(folder.write("document", document))
        .output()
        .expect("ippevepcl runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let counts = said.lines().filter_map(|line| line.split_once("job-impressions-completed="));
    counts.filter_map(|(_, count)| count.trim().parse().ok()).max().unwrap_or(0)
}

#[test]
fn independent_printers_without_pdf_print_what_was_asked_and_are_booked() {
    let house = Setup::new().with_passwords().start();
    let mut booked = 0;
    for format in ["image/pwg-raster", "image/urf"] {
        let model = Model { formats: vec![format.to_owned()], ..Model::default() };
        let eve = IppEvePrinter::start(&model);
        put_in_library(&house, &eve.uri());
        let number = print(&house);
        let told = house.library().1.tap(ANNA);
        assert_eq!(told.end, TapEnd::Printed, "{format}: {}\n{}", told.text, eve.log());
        house.wait_for_state("anna", number, state::COMPLETED);
        let files = eve.documents();
        assert_eq!(files.len(), 1, "{files:?}");
        let document = fs::read(&files[0]).expect("it keeps what it printed");
        // Three pages twice, and the empty back between the copies.
        assert_eq!(pages_read_by_cups(&document, format), 7, "{format}");
        // Nobody asked for that back, and nobody pays for it.
        booked += 6;
        assert_eq!(house.booked("K8").impressions, booked, "{format}: {}", told.text);
    }
    house.expect_whole();
}

#[test]
fn a_printer_of_pdf_that_knows_no_options_gets_them_in_the_file() {
    let house = Setup::new().with_passwords().start();
    // By itself CUPS's printer of PDF knows pages and copies.
    let attributes = "ATTR rangeOfInteger copies-supported 1-1\n\
                      ATTR boolean page-ranges-supported false\n\
                      ATTR boolean color-supported true\n\
                      ATTR keyword print-color-mode-supported auto,color,monochrome\n\
                      ATTR keyword sides-supported one-sided,two-sided-long-edge\n";
    let formats = vec!["application/pdf".to_owned()];
    let attributes = Some(attributes.to_owned());
    let eve = IppEvePrinter::start(&Model { formats, attributes, ..Model::default() });
    put_in_library(&house, &eve.uri());
    let number = print(&house);
    let told = house.library().1.tap(ANNA);
    assert_eq!(told.end, TapEnd::Printed, "{}\n{}", told.text, eve.log());
    house.wait_for_state("anna", number, state::COMPLETED);
    let files = eve.documents();
    assert_eq!(files.len(), 1, "{files:?}");
    let pdftotext = programs::find("pdftotext", "poppler-utils");
    let output = Command::new(pdftotext).arg(&files[0]).arg("-").output().expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let pages: Vec<&str> = text.split('\u{c}').map(str::trim).collect();
    let page = |page: u32| format!("Report, page {page}");
    let copy = [page(2), page(3), page(4)];
    // Three pages twice, the empty back between the copies, and the end of the text.
    let empty = [String::new()];
    let expected = [copy.as_slice(), &empty, &copy, &empty].concat();
    assert_eq!(pages, expected);
    assert_eq!(house.booked("K8").impressions, 6, "nobody pays for the empty back");
    house.expect_whole();
}

#[test]
fn a_printer_without_pdf_puts_out_the_sheets_that_were_asked_for() {
    let house = Setup::new().with_passwords().start();
    let (station, mut sheets) = (house.library().1, 0);
    for formats in ["image/pwg-raster", "image/urf"] {
        let mfp = Mfp::start_with(&["--formats", formats]);
        put_in_library(&house, mfp.uri());
        let number = print(&house);
        station.tap(ANNA).expect(TapEnd::Printed);
        house.wait_for_state("anna", number, state::COMPLETED);
        assert_eq!(mfp.sheets_out(), 4, "{formats}");
        sheets += 4;
        assert_eq!(house.booked("K8").sheets, sheets, "{formats}");
    }
    house.expect_whole();
}

#[test]
fn a_printer_that_takes_nothing_we_can_make_leaves_the_job_held_and_says_why() {
    let house = Setup::new().with_passwords().start();
    let mfp = Mfp::start_with(&["--formats", "image/tiff"]);
    put_in_library(&house, mfp.uri());
    let number = house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    let told = house.library().1.tap(ANNA);
    told.expect(TapEnd::Incomplete);
    assert!(told.text.contains("does not take this kind of document"), "{}", told.text);
    house.wait_for_state("anna", number, state::HELD);
    assert_eq!((mfp.jobs_printed(), house.booked("K8").impressions), (0, 0));
    house.expect_whole();
}
