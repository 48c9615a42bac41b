//! What a scanner makes: a JPEG picture on each page and nothing else.

use crate::folder::Folder;

use super::Made;
use super::jpeg;
use crate::pdf_file::{A4, PdfFile, stream};

/// A4 at 100 dots an inch.
const WIDTH: usize = 827;
const HEIGHT: usize = 1_169;

/// Paper of this colour with dark lines of "text", a little grain, and a stamp perhaps.
fn sheet(paper: [u8; 3], stamp: Option<[u8; 3]>) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(WIDTH * HEIGHT * 3);
    let mut grain = 12_345_u32;
    for row in 0..HEIGHT {
        for column in 0..WIDTH {
            grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let ink = row % 24 < 9 && column % 13 < 8 && (80..740).contains(&column);
            let stamped = (900..1_000).contains(&row) && (500..700).contains(&column);
            let color = match stamp {
                Some(color) if stamped => color,
                _ if ink => [30, 30, 30],
                _ => paper,
            };
            // The grain of a scanner's lamp is grey.
            let darker = u8::try_from(grain >> 28).unwrap_or(0) / 2;
            pixels.extend(color.map(|channel| channel.saturating_sub(darker)));
        }
    }
    pixels
}

/// A document of these pictures; `space` is their colour space.
fn document(pictures: &[Vec<u8>], space: &str) -> Vec<u8> {
    let count = u32::try_from(pictures.len()).expect("a few pages");
    let kids: Vec<u32> = (0..count).map(|page| 10 + 3 * page).collect();
    let mut file = PdfFile::new().tree(&kids, i64::from(count));
    for (kid, picture) in kids.iter().zip(pictures) {
        let (content, image) = (kid + 1, kid + 2);
        let page = format!(
            "<</Type/Page/Parent 2 0 R/MediaBox {A4}/Contents {content} 0 R\
             /Resources<</XObject<</I {image} 0 R>>>>>>"
        );
        let entries = format!(
            "/Type/XObject/Subtype/Image/Width {WIDTH}/Height {HEIGHT}/BitsPerComponent 8\
             /ColorSpace/{space}/Filter/DCTDecode"
        );
        file = file
            .with(*kid, page)
            .with(content, stream("q 595 0 0 842 0 0 cm /I Do Q", ""))
            .with(image, stream(picture, &entries));
    }
    file.bytes()
}

/// Scanned documents.
pub fn documents(folder: &Folder) -> Vec<Made> {
    let white = [250, 250, 250];
    let recycled = [245, 243, 241];
    let yellowed = [250, 235, 190];
    let stamp = Some([190, 30, 40]);
    let rgb = |paper, stamp| jpeg(WIDTH, &sheet(paper, stamp), &["-quality", "75"]);
    let grey = |paper| jpeg(WIDTH, &sheet(paper, None), &["-quality", "75", "-grayscale"]);
    let three = [rgb(white, None), rgb(white, stamp), rgb(recycled, None)];
    let recipes: [(&str, Vec<u8>, &'static str); 7] = [
        ("grey", document(&[grey(white)], "DeviceGray"), "m"),
        ("black-on-white-in-color", document(&[rgb(white, None)], "DeviceRGB"), "m"),
        ("recycled-paper", document(&[rgb(recycled, None)], "DeviceRGB"), "m"),
        ("yellowed-paper", document(&[rgb(yellowed, None)], "DeviceRGB"), "c"),
        ("red-stamp", document(&[rgb(white, stamp)], "DeviceRGB"), "c"),
        ("three-sheets", document(&three, "DeviceRGB"), "mcm"),
        ("stamp-in-grey", document(&[grey(white), grey(recycled)], "DeviceGray"), "mm"),
    ];
    let made = recipes.into_iter().map(|(name, document, colors)| Made {
        name: format!("scan: {name}"),
        file: folder.write(&format!("scan-{name}.pdf"), document),
        colors,
    });
    made.collect()
}
