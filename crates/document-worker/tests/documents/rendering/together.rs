//! Several pages on a side, copies, dots, and one side as a picture.

use std::process::Command;

use document_worker::{Failure, Medium, RasterColor, RasterFormat, RenderOrder, SheetBack, Sides};
use real_parts::documents::{Paper, pdf};
use real_parts::folder::Folder;
use real_parts::pdf_file::{PdfFile, stream};
use real_parts::programs;
use real_parts::raster_reader::{Page, pages};

use super::{draw, order};

/// A4 pages, each of one colour from edge to edge, with a black corner at its upper left.
fn colored(colors: &[&str], size: &str) -> Vec<u8> {
    let kids: Vec<u32> = (0..colors.len() as u32).map(|page| 10 + 2 * page).collect();
    let mut file = PdfFile::new().tree(&kids, colors.len() as i64);
    let height = size.rsplit(' ').next().and_then(|height| height.parse::<u32>().ok());
    let height = height.expect("a size has two numbers");
    for (kid, color) in kids.iter().zip(colors) {
        let content = kid + 1;
        let page = format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {size}]/Contents {content} 0 R/Resources<<>>>>"
        );
        let top = height - 100;
        let drawing = format!("{color} rg 0 0 1000 1000 re f 0 g 0 {top} 100 100 re f");
        file = file.with(*kid, page).with(content, stream(drawing, ""));
    }
    file.bytes()
}

const RED: &str = "1 0 0";
const GREEN: &str = "0 1 0";
const BLUE: &str = "0 0 1";
const YELLOW: &str = "1 1 0";

fn letter(page: &Page, across: f64, along: f64) -> char {
    let x = (page.width as f64 * across) as usize;
    let y = (page.height as f64 * along) as usize;
    match page.rgb(x, y) {
        [255, 0, 0] => 'r',
        [0, 255, 0] => 'g',
        [0, 0, 255] => 'b',
        [255, 255, 0] => 'y',
        [0, 0, 0] => 'k',
        [255, 255, 255] => 'w',
        _ => '?',
    }
}

fn two_up() -> RenderOrder {
    RenderOrder { number_up: 2, ..order() }
}

#[test]
fn four_pages_stand_in_the_order_in_which_they_are_read() {
    let order = RenderOrder { number_up: 4, ..order() };
    let document = colored(&[RED, GREEN, BLUE, YELLOW, RED], "595 842");
    let pages = pages(&draw(&order, document).unwrap());
    assert_eq!(pages.len(), 2);
    let quarters = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
    let seen = |page: &Page| quarters.map(|(x, y)| letter(page, x, y)).iter().collect::<String>();
    assert_eq!((seen(&pages[0]), seen(&pages[1])), ("rgby".to_owned(), "rwww".to_owned()));
    // Upright: each page's corner is its upper left one.
    assert_eq!((letter(&pages[0], 0.02, 0.02), letter(&pages[0], 0.52, 0.52)), ('k', 'k'));
}

#[test]
fn two_standing_pages_share_lying_paper_and_two_lying_ones_standing_paper() {
    let page = pages(&draw(&two_up(), colored(&[RED, GREEN], "595 842")).unwrap()).remove(0);
    // Turned to the left like every lying page: read with the left edge on top, the first page comes first.
    assert_eq!((letter(&page, 0.5, 0.75), letter(&page, 0.5, 0.25)), ('r', 'g'));
    assert_eq!((letter(&page, 0.02, 0.98), letter(&page, 0.02, 0.48)), ('k', 'k'));
    let page = pages(&draw(&two_up(), colored(&[RED, GREEN], "842 595")).unwrap()).remove(0);
    assert_eq!((letter(&page, 0.5, 0.25), letter(&page, 0.5, 0.75)), ('r', 'g'));
    assert_eq!((letter(&page, 0.02, 0.02), letter(&page, 0.02, 0.52)), ('k', 'k'));
}

#[test]
fn copies_are_the_same_to_the_last_byte_and_each_begins_on_a_sheet_of_its_own() {
    let document = colored(&[RED, GREEN, BLUE, YELLOW, RED], "595 842");
    for (number_up, sides_each) in [(1, 5), (2, 3)] {
        for format in [RasterFormat::PwgRaster, RasterFormat::Urf] {
            let order = RenderOrder {
                format,
                number_up,
                copies: 3,
                sides: Sides::LongEdge,
                sheet_back: SheetBack::Rotated,
                ..order()
            };
            let pages = pages(&draw(&order, document.clone()).unwrap());
            assert_eq!(pages.len(), 3 * sides_each + 2);
            assert_eq!(order.blanks(5), 2);
            assert!(pages.iter().all(|page| page.total as usize == pages.len()));
            for (index, page) in pages.iter().enumerate() {
                let place = index % (sides_each + 1);
                if place == sides_each {
                    assert!(page.pixels.iter().all(|byte| *byte == 255), "an empty back");
                } else {
                    assert_eq!(*page, pages[place], "copy {}", index / (sides_each + 1));
                }
            }
        }
    }
}

/// More than is kept of a first copy: the others are drawn anew, and look the same.
#[test]
fn copies_of_documents_that_are_not_kept_are_drawn_again() {
    let noise = real_parts::made::jpeg(2_000, &grains(2_000 * 2_800), &["-quality", "95"]);
    let image = "/Type/XObject/Subtype/Image/Width 2000/Height 2800/BitsPerComponent 8\
                 /ColorSpace/DeviceRGB/Filter/DCTDecode";
    let page = |content: u32| {
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {content} 0 R\
             /Resources<</XObject<</I 20 0 R>>>>>>"
        )
    };
    let content = stream("q 595 0 0 842 0 0 cm /I Do Q", "");
    let document = PdfFile::new()
        .tree(&[3, 4, 5], 3)
        .with(3, page(6))
        .with(4, page(6))
        .with(5, page(6))
        .with(6, content)
        .with(20, stream(noise, image))
        .bytes();
    let order = RenderOrder { copies: 2, ..order() };
    let raster = draw(&order, document).unwrap();
    assert!(raster.len() > 2 * (50 << 20), "{} bytes", raster.len());
    let pages = pages(&raster);
    assert_eq!(pages.len(), 6);
    assert!(pages.iter().all(|page| *page == pages[0]));
}

fn grains(pixels: usize) -> Vec<u8> {
    let mut grain = 99_u32;
    let next = || {
        grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (grain >> 24) as u8
    };
    std::iter::repeat_with(next).take(pixels * 3).collect()
}

#[test]
fn dots_are_as_dense_as_the_page_is_dark_and_letters_have_hard_edges() {
    let order = RenderOrder { color: RasterColor::Bilevel, ..order() };
    let page = |color: &str| {
        let document = colored(&[color], "595 842");
        pages(&draw(&order, document).unwrap()).remove(0)
    };
    for (color, darkness) in
        [("0 0 0", 1.0), ("1 1 1", 0.0), ("0.5 0.5 0.5", 0.5), ("0.9 0.9 0.9", 0.1)]
    {
        let page = page(color);
        assert!(page.bilevel);
        let (mut black, mut all) = (0, 0);
        for y in 1_000..1_400 {
            for x in 1_000..1_400 {
                black += usize::from(page.at(x, y)[0] == 0);
                all += 1;
            }
        }
        let share = black as f64 / all as f64;
        assert!((share - darkness).abs() < 0.03, "{color}: {share}");
    }
    // Text on white: nothing between black and white, so no dots around letters.
    let text = pages(&draw(&order, pdf(1, Paper::A4, "Letters")).unwrap()).remove(0);
    let black = text.pixels.iter().filter(|byte| **byte == 0).count();
    assert!((2_000..60_000).contains(&black), "{black}");
}

#[test]
fn one_side_becomes_a_picture_as_large_as_its_paper_and_two_do_not() {
    let order = RenderOrder { format: RasterFormat::Jpeg, ..order() };
    let folder = Folder::new("picture-of-a-page");
    for (color, components) in [(RasterColor::Srgb, "P6"), (RasterColor::Grey, "P5")] {
        let order = RenderOrder { color, ..order.clone() };
        let picture = draw(&order, colored(&[RED], "595 842")).unwrap();
        // JFIF says how large the pixels are: 300 an inch.
        assert_eq!(&picture[13..18], [1, 1, 44, 1, 44]);
        let file = folder.write("page.jpeg", picture);
        let djpeg = programs::find("djpeg", "libjpeg-turbo-progs");
        let output = Command::new(djpeg).arg("-pnm").arg(file).output().expect("djpeg runs");
        assert!(output.status.success());
        let header = format!("{components}\n2480 3507\n255\n");
        assert!(output.stdout.starts_with(header.as_bytes()), "{components}");
    }
    let two = colored(&[RED, GREEN], "595 842");
    assert_eq!(draw(&order, two.clone()), Err(Failure::TooManyPages));
    assert!(draw(&RenderOrder { number_up: 2, ..order }, two).is_ok());
}

#[test]
fn several_pages_on_a_side_take_the_paper_of_their_first_page() {
    let lying = Medium { name: "a5".to_owned(), x_dimension: 21_000, y_dimension: 14_800 };
    let order = RenderOrder { media: vec![lying], ..two_up() };
    let page = pages(&draw(&order, colored(&[RED, GREEN], "595 842")).unwrap()).remove(0);
    assert_eq!((page.width, page.height), (2_480, 1_748));
    assert_eq!((letter(&page, 0.25, 0.5), letter(&page, 0.75, 0.5)), ('r', 'g'));
}
