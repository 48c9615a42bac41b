//! PDF files written by hand, valid and not.

use std::fmt::Write;

/// The paper of A4, in points.
pub const A4: &str = "[0 0 595 842]";

/// A file in the making: numbered objects, in any order and with gaps.
#[derive(Debug, Default)]
pub struct PdfFile {
    objects: Vec<(u32, Vec<u8>)>,
    trailer: String,
}

impl PdfFile {
    /// A file whose catalog is object 1 and names object 2 as the page tree.
    #[must_use]
    pub fn new() -> PdfFile {
        PdfFile::default().with(1, "<</Type/Catalog/Pages 2 0 R>>")
    }

    /// Adds an object.
    #[must_use]
    pub fn with(mut self, number: u32, body: impl AsRef<[u8]>) -> PdfFile {
        self.objects.push((number, body.as_ref().to_vec()));
        self
    }

    /// Adds a page tree (object 2) that lists these objects and says that they are so many.
    #[must_use]
    pub fn tree(self, kids: &[u32], count: i64) -> PdfFile {
        self.with(2, pages(kids, count, ""))
    }

    /// Adds entries to the trailer.
    #[must_use]
    pub fn trailer(mut self, entries: &str) -> PdfFile {
        self.trailer = entries.to_owned();
        self
    }

    /// The finished file.
    #[must_use]
    pub fn bytes(self) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n".to_vec();
        let size = self.objects.iter().map(|(number, _)| number + 1).max().unwrap_or(1);
        let mut places = vec![None; size as usize];
        for (number, body) in &self.objects {
            places[*number as usize] = Some(file.len());
            file.extend(format!("{number} 0 obj\n").bytes());
            file.extend(body);
            file.extend(b"\nendobj\n");
        }
        let table = file.len();
        let mut text = format!("xref\n0 {size}\n");
        for place in places {
            let _ = match place {
                Some(place) => writeln!(text, "{place:010} 00000 n "),
                None => writeln!(text, "0000000000 65535 f "),
            };
        }
        let extra = &self.trailer;
        let _ = write!(text, "trailer\n<</Size {size}/Root 1 0 R{extra}>>\n");
        let _ = write!(text, "startxref\n{table}\n%%EOF\n");
        file.extend(text.bytes());
        file
    }
}

/// A node of the page tree.
#[must_use]
pub fn pages(kids: &[u32], count: i64, extra: &str) -> String {
    let kids: String = kids.iter().map(|kid| format!("{kid} 0 R ")).collect();
    format!("<</Type/Pages/Count {count}/Kids[{kids}]{extra}>>")
}

/// A page of A4 whose content is object 4.
#[must_use]
pub fn page(extra: &str) -> String {
    format!("<</Type/Page/Parent 2 0 R/MediaBox {A4}/Contents 4 0 R/Resources<<>>{extra}>>")
}

/// A page of A4 with content in object 4 and these resources.
#[must_use]
pub fn page_with(resources: &str) -> String {
    format!("<</Type/Page/Parent 2 0 R/MediaBox {A4}/Contents 4 0 R/Resources<<{resources}>>>>")
}

/// A stream, as it is.
#[must_use]
pub fn stream(content: impl AsRef<[u8]>, entries: &str) -> Vec<u8> {
    let content = content.as_ref();
    let mut body = format!("<</Length {}{entries}>>\nstream\n", content.len()).into_bytes();
    body.extend(content);
    body.extend(b"\nendstream");
    body
}

/// A packed stream.
#[must_use]
pub fn packed(content: impl AsRef<[u8]>, entries: &str) -> Vec<u8> {
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(content.as_ref(), 6);
    stream(packed, &format!("/Filter/FlateDecode{entries}"))
}

/// A file of one page: tree, page 3 and content 4.
#[must_use]
pub fn one_page(page: impl AsRef<[u8]>, content: impl AsRef<[u8]>) -> PdfFile {
    PdfFile::new().tree(&[3], 1).with(3, page).with(4, content)
}
