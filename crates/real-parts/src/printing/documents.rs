//! Documents to print, made when they are needed: small, valid and never the same file twice unless
//! asked for the same thing.

use std::fmt::Write;

/// The paper of a document's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// 210 × 297 mm.
    A4,
    /// 8.5 × 11 inches.
    Letter,
}

impl Paper {
    /// Width and height in PostScript points (1/72 inch).
    fn points(self) -> (u32, u32) {
        match self {
            Paper::A4 => (595, 842),
            Paper::Letter => (612, 792),
        }
    }
}

/// A PDF file of so many pages, each with `title` and its page number as text.
///
/// `title` is printable ASCII without parentheses and backslashes, which PDF strings would need
/// escaped.
pub fn pdf(pages: usize, paper: Paper, title: &str) -> Vec<u8> {
    pdf_of_size(pages, paper, title, 0)
}

/// Like [`pdf`], and at least `size_bytes` long; the rest is an object that no page uses.
pub fn pdf_of_size(pages: usize, paper: Paper, title: &str, size_bytes: usize) -> Vec<u8> {
    let (width, height) = paper.points();
    let mut file = PdfFile::new();
    let kids: String = (0..pages).map(|page| format!("{} 0 R ", 4 + 2 * page)).collect();
    file.object("<< /Type /Catalog /Pages 2 0 R >>");
    file.object(&format!(
        "<< /Type /Pages /Kids [ {kids}] /Count {pages} /MediaBox [0 0 {width} {height}] >>"
    ));
    file.object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    for page in 0..pages {
        file.object(&format!(
            "<< /Type /Page /Parent 2 0 R /Contents {} 0 R \
             /Resources << /Font << /F1 3 0 R >> >> >>",
            5 + 2 * page
        ));
        let top = height - 100;
        let text = format!("BT /F1 24 Tf 72 {top} Td ({title}, page {}) Tj ET", page + 1);
        file.object(&format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()));
    }
    let missing = size_bytes.saturating_sub(file.text.len());
    if missing > 0 {
        let filling = "Filling. ".repeat(missing.div_ceil(9));
        file.object(&format!("<< /Length {} >>\nstream\n{filling}\nendstream", filling.len()));
    }
    file.finish()
}

/// A PDF file in the making; remembers where each object begins, for the table at the end.
struct PdfFile {
    text: String,
    starts: Vec<usize>,
}

impl PdfFile {
    fn new() -> PdfFile {
        PdfFile { text: "%PDF-1.4\n".to_owned(), starts: Vec::new() }
    }

    fn object(&mut self, content: &str) {
        self.starts.push(self.text.len());
        let _ = writeln!(self.text, "{} 0 obj\n{content}\nendobj", self.starts.len());
    }

    fn finish(mut self) -> Vec<u8> {
        let table = self.text.len();
        let count = self.starts.len() + 1;
        let _ = write!(self.text, "xref\n0 {count}\n0000000000 65535 f \n");
        for start in &self.starts {
            let _ = writeln!(self.text, "{start:010} 00000 n ");
        }
        let _ = write!(
            self.text,
            "trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
        );
        self.text.into_bytes()
    }
}

/// A PostScript file of so many pages.
pub fn postscript(pages: usize, paper: Paper) -> Vec<u8> {
    let (width, height) = paper.points();
    let mut text = format!(
        "%!PS-Adobe-3.0\n%%BoundingBox: 0 0 {width} {height}\n%%Pages: {pages}\n%%EndComments\n"
    );
    for page in 1..=pages {
        let _ = write!(
            text,
            "%%Page: {page} {page}\n/Helvetica findfont 24 scalefont setfont\n\
             72 {} moveto (Page {page}) show\nshowpage\n",
            height - 100
        );
    }
    text.push_str("%%EOF\n");
    text.into_bytes()
}

/// A JPEG image of 8 × 8 pixels, all of one middle grey; with three components when `color`.
///
/// Every coefficient is zero, so that the smallest tables do: one code in each, one bit long.
pub fn jpeg(color: bool) -> Vec<u8> {
    let components: u8 = if color { 3 } else { 1 };
    let mut bytes = vec![0xFF, 0xD8];
    // JFIF 1.1, one pixel a unit, no thumbnail.
    segment(&mut bytes, 0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    // Quantisation table 0: all ones.
    segment(&mut bytes, 0xDB, &[&[0][..], &[1; 64]].concat());
    // Baseline frame: 8 bits, 8 × 8 pixels, no component subsampled.
    let frame = (1..=components).flat_map(|component| [component, 0x11, 0]);
    let frame: Vec<u8> = [8, 0, 8, 0, 8, components].into_iter().chain(frame).collect();
    segment(&mut bytes, 0xC0, &frame);
    for class in [0x00, 0x10] {
        // Code "0" means 0: no difference (class 0), end of block (class 1).
        let mut table = vec![class, 1];
        table.extend([0; 15]);
        table.push(0);
        segment(&mut bytes, 0xC4, &table);
    }
    let scan = (1..=components).flat_map(|component| [component, 0]);
    let scan: Vec<u8> = [components].into_iter().chain(scan).chain([0, 63, 0]).collect();
    segment(&mut bytes, 0xDA, &scan);
    // Two bits 0 a component; the rest of the byte is filled with ones.
    bytes.push(0xFF >> (2 * components));
    bytes.extend([0xFF, 0xD9]);
    bytes
}

fn segment(bytes: &mut Vec<u8>, marker: u8, content: &[u8]) {
    let length = u16::try_from(content.len() + 2).expect("the segments above are short");
    bytes.extend([0xFF, marker]);
    bytes.extend(length.to_be_bytes());
    bytes.extend(content);
}
