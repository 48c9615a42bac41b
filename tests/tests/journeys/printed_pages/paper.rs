//! On which paper a page is to be, and where on it; reckoned here once more, from what pdfinfo says about the
//! page.

use std::path::Path;
use std::process::Command;

use real_parts::likeness::Picture;
use real_parts::programs;

/// Pixels an inch in which pages are laid out.
pub const PER_INCH: f64 = 144.0;

const POINTS: f64 = 72.0;
const MM: f64 = 25.4;

/// So far a page and its paper may differ, in millimetres.
const TOLERANCE: f64 = 1.76;

/// The papers in the printers, in millimetres.
const PAPERS: [(&str, f64, f64); 5] = [
    ("iso_a4_210x297mm", 210.0, 297.0),
    ("na_letter_8.5x11in", 215.9, 279.4),
    ("iso_a5_148x210mm", 148.0, 210.0),
    ("iso_a3_297x420mm", 297.0, 420.0),
    ("na_legal_8.5x14in", 215.9, 355.6),
];

/// A page as it is read, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    pub width: f64,
    pub height: f64,
}

/// Where a page is to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Its paper's name.
    pub name: &'static str,
    /// The paper, in millimetres.
    pub paper: (f64, f64),
    /// Turned a quarter to the left.
    pub turned: bool,
    /// How much smaller it is.
    pub scale: f64,
}

/// The sizes of a document's pages.
pub fn sizes(document: &Path) -> Vec<Size> {
    let output = Command::new(programs::find("pdfinfo", "poppler-utils"))
        .args(["-f", "1", "-l", "100000"])
        .arg(document)
        .output()
        .expect("pdfinfo runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut sizes: Vec<Size> = Vec::new();
    for line in text.lines().filter(|line| line.starts_with("Page ")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |index: usize| words.get(index).and_then(|word| word.parse::<f64>().ok());
        match words.get(2) {
            Some(&"size:") => {
                let (width, height) = number(3).zip(number(5)).expect("pdfinfo says both");
                sizes.push(Size { width: width / POINTS * MM, height: height / POINTS * MM });
            }
            Some(&"rot:") if matches!(words.get(3), Some(&"90" | &"270")) => {
                let last = sizes.last_mut().expect("its size came before");
                *last = Size { width: last.height, height: last.width };
            }
            _ => {}
        }
    }
    assert!(!sizes.is_empty(), "pdfinfo opens {}: {text}", document.display());
    sizes
}

/// The paper of the page's own size, else A4, on which it is shrunk where it is larger.
pub fn place(page: Size) -> Place {
    let near = |one: f64, other: f64| (one - other).abs() <= TOLERANCE;
    let own = PAPERS.iter().find(|(_, width, height)| {
        near(page.width, *width) && near(page.height, *height)
            || near(page.width, *height) && near(page.height, *width)
    });
    let (name, width, height) = *own.unwrap_or(&PAPERS[0]);
    let turned = page.width > page.height;
    let (across, along) =
        if turned { (page.height, page.width) } else { (page.width, page.height) };
    let fits = across <= width + TOLERANCE && along <= height + TOLERANCE;
    let scale = if fits { 1.0 } else { (width / across).min(height / along) };
    Place { name, paper: (width, height), turned, scale }
}

/// The page, drawn in its final size, on its paper.
pub fn on_paper(picture: &Picture, page: Size, place: Place) -> Picture {
    let pixels = |length: f64| (length / MM * PER_INCH).round().max(1.0) as usize;
    let mut paper = Picture::white(pixels(place.paper.0), pixels(place.paper.1));
    let turned = if place.turned { picture.turned_left() } else { picture.clone() };
    let (across, along) =
        if place.turned { (page.height, page.width) } else { (page.width, page.height) };
    let free =
        |paper: f64, used: f64| ((paper - used * place.scale) / 2.0 / MM * PER_INCH).round() as i64;
    paper.put(&turned, free(place.paper.0, across), free(place.paper.1, along));
    paper
}
