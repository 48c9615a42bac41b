//! What programs of others say about a PDF: pdfinfo counts its pages; two renderers that share no
//! line of code draw them. Where the two disagree about colour there is no truth to compare with.

use std::path::Path;
use std::process::{Command, Stdio};

use real_parts::programs;

/// As in the program: channels further apart than this are colour.
const SPREAD_MAX: u8 = 8;

/// Dots an inch.
const RESOLUTION: &str = "72";

/// The number of pages; `None` when pdfinfo cannot open the document.
pub fn pages(document: &Path) -> Option<u32> {
    let output = Command::new(programs::find("pdfinfo", "poppler-utils"))
        .arg(document)
        .output()
        .expect("pdfinfo runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find_map(|line| line.strip_prefix("Pages:")?.trim().parse().ok())
}

/// The colour of each of the first pages as a letter, `c` or `m`; `?` where the renderers disagree.
pub fn colors(document: &Path, pages: u32) -> String {
    let last = pages.to_string();
    let mut poppler = Command::new(programs::find("pdftoppm", "poppler-utils"));
    poppler.args(["-r", RESOLUTION, "-f", "1", "-l", &last]).arg(document);
    let mut ghostscript = Command::new(programs::find("gs", "ghostscript"));
    ghostscript
        .args(["-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=ppmraw", "-sstdout=%stderr"])
        .args([&format!("-r{RESOLUTION}"), "-dFirstPage=1", &format!("-dLastPage={last}")])
        .args(["-o", "-"])
        .arg(document);
    let (poppler, ghostscript) = (drawn(poppler), drawn(ghostscript));
    assert_eq!(poppler.len(), ghostscript.len(), "pages drawn of {}", document.display());
    let agreed = poppler.iter().zip(&ghostscript);
    agreed.map(|(one, other)| if one == other { *one } else { '?' }).collect()
}

fn drawn(mut renderer: Command) -> Vec<char> {
    let output = renderer.stderr(Stdio::null()).output().expect("the renderer runs");
    let mut rest = output.stdout.as_slice();
    let mut colors = Vec::new();
    while !rest.is_empty() {
        let (_, pixels, after) = next_picture(rest);
        let color = pixels.chunks_exact(3).any(|pixel| {
            let (low, high) = (pixel.iter().min(), pixel.iter().max());
            high.zip(low).is_some_and(|(high, low)| high - low > SPREAD_MAX)
        });
        colors.push(if color { 'c' } else { 'm' });
        rest = after;
    }
    colors
}

/// The width and the pixels of a PPM file (`P6`), and what follows it.
pub fn next_picture(file: &[u8]) -> (usize, &[u8], &[u8]) {
    let mut rest = file;
    let mut words = Vec::new();
    while words.len() < 4 {
        rest = rest.trim_ascii_start();
        if rest.first() == Some(&b'#') {
            let end = rest.iter().position(|byte| *byte == b'\n').expect("a comment ends");
            rest = &rest[end..];
            continue;
        }
        let end = rest.iter().position(u8::is_ascii_whitespace).expect("a header has four words");
        words.push(String::from_utf8_lossy(&rest[..end]).into_owned());
        rest = &rest[end..];
    }
    assert_eq!((words[0].as_str(), words[3].as_str()), ("P6", "255"), "the renderer's format");
    let side = |word: &String| word.parse::<usize>().expect("a side is a number");
    let (width, height) = (side(&words[1]), side(&words[2]));
    let (pixels, after) = rest[1..].split_at(width * height * 3);
    (width, pixels, after)
}
