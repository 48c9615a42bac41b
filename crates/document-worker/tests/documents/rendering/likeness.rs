//! What the pages look like, compared with another renderer; and whether CUPS reads what was written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use document_worker::{RasterColor, RasterFormat, RenderOrder, Sides};
use real_parts::documents::{Paper, pdf};
use real_parts::folder::Folder;
use real_parts::programs;

use super::{draw, order};
use crate::reference::next_picture;
use real_parts::pdf_file::{one_page, page_with, stream};
use real_parts::raster_reader::{Page, pages};

/// The sides of the squares that are compared, in pixels.
const BLOCK: usize = 8;

/// Blocks whose mean differs by more, of 255, look different.
const DIFFERENCE_MAX: usize = 48;

/// Of a thousand blocks so many look alike, or the page is wrong. Edges of letters fall differently.
const ALIKE_MIN: usize = 985;

/// Text, lines, colours, a gradient and half-transparent ink.
fn drawing() -> Vec<u8> {
    let resources = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>\
                     /Shading<</S<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 400 0]\
                     /Function<</FunctionType 2/Domain[0 1]/C0[1 1 0]/C1[0 0 1]/N 1>>>>>>\
                     /ExtGState<</H<</ca 0.5>>>>";
    let content = "q 80 300 400 120 re W n 1 0 0 1 80 0 cm /S sh Q \
                   BT /F 24 Tf 80 700 Td (Printed as it was meant) Tj ET \
                   0.8 0 0 rg 80 500 150 100 re f 0 0.6 0 rg /H gs 180 460 150 100 re f \
                   0 0 0.5 RG 4 w 80 200 m 500 260 l S 0 0 1 0 k 400 500 80 80 re f";
    one_page(page_with(resources), stream(content, "")).bytes()
}

/// The documents that are compared: of our own, and two of Debian's with many fonts.
fn documents(folder: &Folder) -> Vec<PathBuf> {
    let mut documents = vec![
        folder.write("drawing.pdf", drawing()),
        folder.write("text.pdf", pdf(2, Paper::A4, "A report")),
    ];
    for shipped in
        ["/usr/share/cups/data/default-testpage.pdf", "/usr/share/cups/data/form_english.pdf"]
    {
        assert!(Path::new(shipped).is_file(), "{shipped} is missing: apt-get install cups-filters");
        documents.push(PathBuf::from(shipped));
    }
    documents
}

/// Of a thousand blocks so many look as Poppler draws them.
fn alike(ours: &Page, document: &Path, number: usize) -> usize {
    let number = number.to_string();
    let output = Command::new(programs::find("pdftoppm", "poppler-utils"))
        .args(["-r", "300", "-f", &number, "-l", &number])
        .arg(document)
        .stderr(Stdio::null())
        .output()
        .expect("pdftoppm runs");
    let (width, pixels, _) = next_picture(&output.stdout);
    let theirs = |x: usize, y: usize| &pixels[(y * width + x) * 3..(y * width + x) * 3 + 3];
    let (columns, rows) =
        (ours.width.min(width) / BLOCK, ours.height.min(pixels.len() / 3 / width) / BLOCK);
    let mut alike = 0;
    for block in 0..columns * rows {
        let (left, top) = (block % columns * BLOCK, block / columns * BLOCK);
        let mut sums = [[0_usize; 3]; 2];
        for place in 0..BLOCK * BLOCK {
            let (x, y) = (left + place % BLOCK, top + place / BLOCK);
            for (sums, pixel) in sums.iter_mut().zip([ours.at(x, y), theirs(x, y)]) {
                sums.iter_mut().zip(pixel).for_each(|(sum, byte)| *sum += usize::from(*byte));
            }
        }
        let most = DIFFERENCE_MAX * BLOCK * BLOCK;
        alike += usize::from(sums[0].iter().zip(&sums[1]).all(|(a, b)| a.abs_diff(*b) <= most));
    }
    alike * 1_000 / (columns * rows)
}

#[test]
fn pages_look_as_another_renderer_draws_them() {
    let folder = Folder::new("likeness");
    for document in documents(&folder) {
        let raster = draw(&order(), fs::read(&document).unwrap()).unwrap();
        for (index, page) in pages(&raster).iter().enumerate() {
            let alike = alike(page, &document, index + 1);
            println!("{}, page {}: {alike} of 1000 blocks", document.display(), index + 1);
            assert!(alike >= ALIKE_MIN, "{}, page {}", document.display(), index + 1);
            let inked = page.pixels.iter().filter(|byte| **byte < 128).count();
            assert!(inked > 1_000, "{} is empty", document.display());
        }
    }
}

/// CUPS's own reader, in the program that turns grey raster into PCL for old printers.
#[test]
fn cups_reads_what_is_written() {
    let command = programs::find("ippevepcl", "cups-ipp-utils");
    let folder = Folder::new("cups-reads");
    for (format, sides) in [
        (RasterFormat::PwgRaster, Sides::One),
        (RasterFormat::PwgRaster, Sides::LongEdge),
        (RasterFormat::Urf, Sides::One),
        (RasterFormat::Urf, Sides::LongEdge),
    ] {
        let order = RenderOrder { format, sides, color: RasterColor::Grey, ..order() };
        let raster = draw(&order, pdf(3, Paper::A4, "Three")).unwrap();
        let file = folder.write("document", raster);
        let output = Command::new(&command)
            .env("CONTENT_TYPE", format.media_type())
            .arg(&file)
            .output()
            .expect("ippevepcl runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{format:?}: {said}");
        let attributes = |name: &str| {
            let line = said.lines().filter_map(|line| line.split_once(name)).next_back();
            line.and_then(|(_, number)| number.trim().parse::<u32>().ok())
        };
        assert_eq!(attributes("job-impressions-completed="), Some(3), "{format:?}: {said}");
        assert!(output.stdout.len() > 1_000, "{format:?}");
    }
}
