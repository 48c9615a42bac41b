//! Raster documents, written by Ghostscript and by hand.

use std::process::Command;

use document_worker::{Failure, Flag, Format};
use real_parts::folder::Folder;
use real_parts::programs;

use crate::asking::{ask, letters};
use real_parts::pdf_file::{PdfFile, packed, page};

const PWG_HEADER_BYTES: usize = 1_796;

/// Three pages: black, red, white.
fn three_pages() -> Vec<u8> {
    let page_of = |content: u32| page("").replace("4 0 R", &format!("{content} 0 R"));
    PdfFile::new()
        .tree(&[10, 11, 12], 3)
        .with(10, page_of(20))
        .with(11, page_of(21))
        .with(12, page_of(22))
        .with(20, packed("0 g 100 100 200 200 re f", ""))
        .with(21, packed("1 0 0 rg 100 100 200 200 re f", ""))
        .with(22, packed("", ""))
        .bytes()
}

/// Draws the three pages; `space` is the colour space of PWG raster.
fn ghostscript(device: &str, space: &str) -> Vec<u8> {
    let folder = Folder::new("raster");
    let pdf = folder.write("pages.pdf", three_pages());
    let mut command = Command::new(programs::find("gs", "ghostscript"));
    command
        .args(["-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-r300", "-dcupsBitsPerColor=8"])
        .args([&format!("-sDEVICE={device}"), &format!("-dcupsColorSpace={space}"), "-o", "-"]);
    let output = command.arg(pdf).output().expect("gs runs");
    assert!(output.status.success() && output.stdout.len() > 1_000, "gs with {device}");
    output.stdout
}

#[test]
fn pages_of_other_programs_are_counted_with_their_color_and_paper() {
    for (device, space, format, colors) in [
        ("pwgraster", "18", Format::PwgRaster, "mmm"),
        ("pwgraster", "19", Format::PwgRaster, "mcm"),
        ("appleraster", "18", Format::Urf, "mmm"),
        ("appleraster", "19", Format::Urf, "mcm"),
    ] {
        let document = ghostscript(device, space);
        let (facts, time) = ask(document.clone());
        let facts = facts.unwrap_or_else(|failure| panic!("{device} {space}: {failure}"));
        let bytes = document.len();
        println!("{device} {space}: 3 pages of 300 dpi, {bytes} bytes, {} ms", time.as_millis());
        assert_eq!((facts.counted.format, facts.counted.pages), (format, 3));
        assert_eq!(letters(&facts.colors), colors, "{device} {space}");
        assert_eq!(facts.counted.flags.len(), 0, "{:?}", facts.counted.flags);
        let size = facts.counted.papers.runs()[0].size.expect("raster pages have a size");
        assert!(size.x_dimension.abs_diff(20_990) < 50, "{size:?}");
        assert!(size.y_dimension.abs_diff(29_704) < 50, "{size:?}");
        let cut = ask(document[..document.len() - 10].to_vec()).0.unwrap();
        assert_eq!(cut.counted.pages, 3);
        assert!(cut.counted.flags.contains(&Flag::Truncated));
    }
}

/// A page of 4 × 3 sRGB pixels with these rows.
fn pwg_page(rows: &[u8]) -> Vec<u8> {
    let mut page = vec![0; PWG_HEADER_BYTES];
    page[..9].copy_from_slice(b"PwgRaster");
    for (place, number) in [
        (276, 300_u32),
        (280, 300),
        (372, 4),
        (376, 3),
        (384, 8),
        (388, 24),
        (392, 12),
        (400, 19),
        (420, 3),
    ] {
        page[place..place + 4].copy_from_slice(&number.to_be_bytes());
    }
    page.extend(rows);
    page
}

fn pwg(pages: &[Vec<u8>]) -> Vec<u8> {
    [b"RaS2".to_vec(), pages.concat()].concat()
}

/// All rows white, by one repeat.
const WHITE: [u8; 5] = [2, 3, 255, 255, 255];

#[test]
fn a_page_that_asks_for_copies_or_sheets_by_itself_is_told() {
    for (place, copies, told) in [(340, 0, false), (340, 1, false), (340, 7, true), (300, 1, true)]
    {
        let mut page = pwg_page(&WHITE);
        page[place + 3] = copies;
        let facts = ask(pwg(&[page])).0.unwrap();
        assert_eq!(facts.counted.flags.contains(&Flag::CopiesInside), told, "{place} {copies}");
        assert_eq!(facts.counted.pages, 1);
    }
}

#[test]
fn rows_that_readers_understand_differently_are_told_or_refused() {
    let filled = ask(pwg(&[pwg_page(&[2, 128])])).0.unwrap();
    assert!(filled.counted.flags.contains(&Flag::AmbiguousRows));
    // Five pixels in a row of four.
    let over = [2, 4, 255, 255, 255];
    assert_eq!(ask(pwg(&[pwg_page(&over)])).0, Err(Failure::Unreadable));
    // A row repeated over the page's end is cut there: what follows is the next page.
    let long = [9, 3, 255, 255, 255];
    assert_eq!(ask(pwg(&[pwg_page(&long), pwg_page(&WHITE)])).0.unwrap().counted.pages, 2);
}

#[test]
fn raster_that_breaks_its_rules_has_no_price() {
    let wrong = |place: usize, byte: u8| {
        let mut page = pwg_page(&WHITE);
        page[place] = byte;
        ask(pwg(&[page])).0
    };
    for (place, byte) in [(375, 0), (379, 0), (372, 9), (391, 25), (395, 11), (403, 99)] {
        assert_eq!(wrong(place, byte), Err(Failure::Unreadable), "byte {place}");
    }
    // The first page is good; what follows is no page, and nobody knows what would be printed.
    let mut document = pwg(&[pwg_page(&WHITE), pwg_page(&WHITE)]);
    document[4 + PWG_HEADER_BYTES + WHITE.len()] = b'x';
    let facts = ask(document).0;
    assert_eq!(facts, Err(Failure::Unreadable));
    assert_eq!(ask(b"UNIRAST\0\0\0\0\x01".as_slice()).0, Err(Failure::NoPages));
    let too_many = vec![pwg_page(&WHITE); 10_001];
    assert_eq!(ask(pwg(&too_many)).0, Err(Failure::TooManyPages));
}

#[test]
fn color_is_found_in_repeats_and_in_literals() {
    let red_repeat = [0, 3, 200, 0, 0, 1, 3, 255, 255, 255];
    let red_literal = [2, 253, 255, 255, 255, 255, 255, 255, 255, 255, 255, 200, 190, 190];
    let almost_grey = [2, 3, 200, 195, 192];
    for (rows, color) in [
        (red_repeat.as_slice(), "c"),
        (red_literal.as_slice(), "c"),
        (almost_grey.as_slice(), "m"),
        (WHITE.as_slice(), "m"),
    ] {
        assert_eq!(letters(&ask(pwg(&[pwg_page(rows)])).0.unwrap().colors), color, "{rows:?}");
    }
}
