//! Every page's size, orientation and side; copies and parts of a document.

use document_worker::{Failure, RasterColor, RasterFormat, RenderOrder, SheetBack, Sides};
use real_parts::documents::{Paper, jpeg, pdf};

use super::{draw, order};
use real_parts::pdf_file::{PdfFile, stream};
use real_parts::raster_reader::{Page, pages};

/// Pages of these boxes, each with a red mark of 60 points in its upper left corner as a reader sees it.
fn marked(boxes: &[(&str, &str)]) -> Vec<u8> {
    let kids: Vec<u32> = (0..boxes.len() as u32).map(|page| 10 + 2 * page).collect();
    let mut file = PdfFile::new().tree(&kids, i64::from(boxes.len() as u32));
    for (kid, (page, mark)) in kids.iter().zip(boxes) {
        let content = kid + 1;
        file = file
            .with(*kid, format!("<</Type/Page/Parent 2 0 R{page}/Contents {content} 0 R>>"))
            .with(content, stream(format!("1 0 0 rg {mark} 60 60 re f"), ""));
    }
    file.bytes()
}

/// Portrait, landscape, turned by its page, A5, cut out of a larger page, and in units of its own.
fn of_every_kind() -> Vec<u8> {
    marked(&[
        ("/MediaBox[0 0 595 842]", "0 782"),
        ("/MediaBox[0 0 842 595]", "0 535"),
        ("/MediaBox[0 0 595 842]/Rotate 90", "0 0"),
        ("/MediaBox[0 0 420 595]", "0 535"),
        ("/MediaBox[0 0 1000 1000]/CropBox[100 100 695 942]", "100 882"),
        ("/MediaBox[0 0 297.5 421]/UserUnit 2", "0 361"),
    ])
}

fn is_red(page: &Page, x: usize, y: usize) -> bool {
    page.at(x, y) == [255, 0, 0]
}

#[test]
fn every_page_has_its_paper_and_lies_as_it_should() {
    for format in [RasterFormat::PwgRaster, RasterFormat::Urf] {
        let order = RenderOrder { format, ..order() };
        let raster = draw(&order, of_every_kind()).unwrap();
        let pages = pages(&raster);
        let sizes: Vec<_> = pages.iter().map(|page| (page.width, page.height)).collect();
        let (a4, a5) = ((2_480, 3_507), (1_748, 2_480));
        assert_eq!(sizes, [a4, a4, a4, a5, a4, a4]);
        // The corner that has the mark: lying pages are turned to the left.
        for (index, page) in pages.iter().enumerate() {
            let lying = index == 1 || index == 2;
            let last = page.height - 20;
            assert_eq!(is_red(page, 20, 20), !lying, "page {index}");
            assert_eq!(is_red(page, 20, last), lying, "page {index}");
            assert!(!is_red(page, page.width - 20, 20) && !is_red(page, page.width - 20, last));
            assert_eq!((page.total, page.duplex), (6, 1));
        }
        if format == RasterFormat::PwgRaster {
            let names: Vec<_> = pages.iter().map(|page| page.size_name.as_str()).collect();
            assert_eq!((names[0], names[3]), ("iso_a4_210x297mm", "iso_a5_148x210mm"));
        }
    }
}

#[test]
fn a_resolution_is_met_exactly_in_every_color() {
    for (resolution, color, depth, white) in [
        (600, RasterColor::Grey, 1, 255),
        (150, RasterColor::Black, 1, 0),
        (200, RasterColor::Srgb, 3, 255),
    ] {
        let order = RenderOrder { resolution, color, ..order() };
        let page = pages(&draw(&order, pdf(1, Paper::A4, "x")).unwrap()).remove(0);
        let (width, height) = order.media[0].pixels(resolution);
        assert_eq!((page.width, page.height), (width as usize, height as usize));
        assert_eq!((page.depth, page.at(0, 0)[0]), (depth, white));
        assert!(page.pixels.iter().any(|byte| *byte == 255 - white), "nothing is drawn");
    }
}

#[test]
fn a_page_in_bands_has_no_seams() {
    // 600 dots an inch take four bands, 300 one.
    let grey = RenderOrder { color: RasterColor::Grey, ..order() };
    let fine = RenderOrder { resolution: 600, ..grey.clone() };
    let document = marked(&[("/MediaBox[0 0 595 842]", "100 100 m 400 800 l 30 w S 0 0")]);
    let coarse = pages(&draw(&grey, document.clone()).unwrap()).remove(0);
    let fine = pages(&draw(&fine, document).unwrap()).remove(0);
    for y in (4..coarse.height - 4).step_by(3) {
        for x in (4..coarse.width - 4).step_by(7) {
            let around = (0..4).map(|at| u32::from(fine.at(2 * x + at % 2, 2 * y + at / 2)[0]));
            let mean = around.sum::<u32>() / 4;
            assert!(mean.abs_diff(u32::from(coarse.at(x, y)[0])) < 64, "at {x}, {y}");
        }
    }
}

#[test]
fn back_sides_are_turned_as_the_printer_wants_and_the_header_says_so() {
    let document = marked(&[("/MediaBox[0 0 595 842]", "0 782"); 3]);
    for (sides, duplex) in [(Sides::LongEdge, 3), (Sides::ShortEdge, 2)] {
        for back in
            [SheetBack::Normal, SheetBack::Flipped, SheetBack::Rotated, SheetBack::ManualTumble]
        {
            let two_sided = RenderOrder { sides, sheet_back: back, ..order() };
            let pages = pages(&draw(&two_sided, document.clone()).unwrap());
            let turn = back.transform(sides);
            let turns: Vec<_> = pages.iter().map(|page| page.turn).collect();
            assert_eq!(turns, [Some((1, 1)), Some(turn), Some((1, 1))], "{back:?} {sides:?}");
            let turned = pages[0].turned(turn.0 < 0, turn.1 < 0);
            assert!(pages[1].pixels == turned, "{back:?} {sides:?}");
            assert!(pages[2].pixels == pages[0].pixels, "{back:?} {sides:?}");
            assert!(pages.iter().all(|page| page.duplex == duplex));
        }
    }
}

#[test]
fn copies_and_ranges_come_in_order_and_copies_begin_on_their_own_sheets() {
    let document = marked(&[
        ("/MediaBox[0 0 595 842]", "0 782"),
        ("/MediaBox[0 0 420 595]", "0 535"),
        ("/MediaBox[0 0 595 842]", "0 782"),
        ("/MediaBox[0 0 420 595]", "0 535"),
    ]);
    let widths = |change: fn(&mut RenderOrder)| {
        let mut order = order();
        change(&mut order);
        let pages = pages(&draw(&order, document.clone()).unwrap());
        assert!(pages.iter().all(|page| page.total as usize == pages.len()));
        pages.iter().map(|page| page.width).collect::<Vec<_>>()
    };
    assert_eq!(widths(|order| order.page_ranges = vec![(2, 3)]), [1_748, 2_480]);
    assert_eq!(widths(|order| order.page_ranges = vec![(1, 1), (4, 9)]), [2_480, 1_748]);
    let twice = widths(|order| (order.copies, order.page_ranges) = (2, vec![(1, 2)]));
    assert_eq!(twice, [2_480, 1_748, 2_480, 1_748]);
    let two_sided = widths(|order| {
        (order.copies, order.page_ranges, order.sides) = (2, vec![(2, 2)], Sides::LongEdge);
    });
    // The blank back between the copies, and none behind the last.
    assert_eq!(two_sided, [1_748; 3]);
    let mut none = order();
    none.page_ranges = vec![(5, 7)];
    assert_eq!(draw(&none, document.clone()), Err(Failure::NoPages));
}

#[test]
fn annotations_for_screens_alone_are_not_on_paper() {
    let with = |flags: u32| {
        let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots[5 0 R]>>";
        let note =
            format!("<</Type/Annot/Subtype/Stamp/F {flags}/Rect[0 782 60 842]/AP<</N 6 0 R>>>>");
        let look = stream("1 0 0 rg 0 0 60 60 re f", "/Type/XObject/Subtype/Form/BBox[0 0 60 60]");
        let file = PdfFile::new().tree(&[3], 1).with(3, page).with(5, note).with(6, look);
        is_red(&pages(&draw(&order(), file.bytes()).unwrap())[0], 20, 20)
    };
    assert!(with(4));
    assert!(!with(0));
    assert!(!with(4 | 2));
}

#[test]
fn a_picture_fills_its_paper_within_the_margins() {
    for color in [true, false] {
        let raster = draw(&order(), jpeg(color)).unwrap();
        let page = pages(&raster).remove(0);
        assert_eq!((page.width, page.height), (2_480, 3_507));
        assert_eq!(page.at(20, 20), [255; 3]);
        // The picture is square and of one grey: as wide as the paper less its margins.
        let is_grey = |x: usize, y: usize| page.at(x, y).iter().all(|byte| byte.abs_diff(128) < 4);
        let grey = (0..page.width).filter(|x| is_grey(*x, page.height / 2)).count();
        assert!((2_360..2_364).contains(&grey), "{grey} pixels wide");
        let grey = (0..page.height).filter(|y| is_grey(page.width / 2, *y)).count();
        assert!((2_360..2_364).contains(&grey), "{grey} pixels high");
    }
}
