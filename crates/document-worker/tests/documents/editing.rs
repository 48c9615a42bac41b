//! PDFs written anew: judged by programs of others, and by what must not be touched.

use std::fs;
use std::path::Path;
use std::process::Command;

use bytes::Bytes;
use document_worker::{EditOrder, Failure, Medium};
use real_parts::documents::{Paper, jpeg, pdf};
use real_parts::folder::Folder;
use real_parts::made::for_each;
use real_parts::pdf_file::{PdfFile, one_page, packed, page, page_with, stream};
use real_parts::{programs, shipped};

use crate::asking::{ask, name, runtime, worker};
use crate::reference;

fn order() -> EditOrder {
    let a4 =
        Medium { name: "iso_a4_210x297mm".to_owned(), x_dimension: 21_000, y_dimension: 29_700 };
    EditOrder {
        page_ranges: Vec::new(),
        copies: 1,
        two_sided: false,
        number_up: 1,
        media: vec![a4],
    }
}

/// The new document, or why there is none.
fn edit(order: &EditOrder, document: impl Into<Bytes>) -> Result<Vec<u8>, Failure> {
    let document = document.into();
    runtime().block_on(async {
        let mut writing = worker(1).edit(order, document).await;
        let mut file = Vec::new();
        while let Some(bytes) = writing.next().await? {
            file.extend_from_slice(&bytes);
        }
        Ok(file)
    })
}

/// Whether qpdf finds nothing wrong with a file.
fn is_sound(file: &Path) -> bool {
    let mut qpdf = Command::new(programs::find("qpdf", "qpdf"));
    qpdf.arg("--check").arg(file).output().expect("qpdf runs").status.success()
}

/// The text of each page, as Poppler reads it.
fn texts(file: &Path) -> Vec<String> {
    let mut command = Command::new(programs::find("pdftotext", "poppler-utils"));
    let output = command.arg(file).arg("-").output().expect("pdftotext runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let pages = text.strip_suffix('\u{c}').unwrap_or(&text).split('\u{c}');
    pages.map(|page| page.trim().to_owned()).collect()
}

#[test]
fn pages_are_chosen_and_copied_with_an_empty_back_between_copies() {
    let folder = Folder::new("edited");
    let order = EditOrder { page_ranges: vec![(2, 4)], copies: 2, two_sided: true, ..order() };
    let file = edit(&order, pdf(5, Paper::A4, "Report")).unwrap();
    let path = folder.write("edited.pdf", &file);
    assert!(is_sound(&path));
    let text = |page: u32| format!("Report, page {page}");
    let expected = [text(2), text(3), text(4), String::new(), text(2), text(3), text(4)];
    assert_eq!(texts(&path), expected);
    // Somebody who counts it again finds nothing to doubt.
    let counted = ask(file).0.unwrap().counted;
    assert_eq!((counted.pages, counted.is_irregular()), (7, false));
    let none = EditOrder { page_ranges: vec![(6, 9)], ..order };
    assert_eq!(edit(&none, pdf(5, Paper::A4, "Report")), Err(Failure::NoPages));
}

#[test]
fn several_pages_share_a_side_in_the_order_in_which_they_are_read() {
    let folder = Folder::new("edited-together");
    for (number_up, sides) in [(2, 3), (4, 2)] {
        let order = EditOrder { number_up, ..order() };
        let file = edit(&order, pdf(5, Paper::A4, "Report")).unwrap();
        let path = folder.write("together.pdf", &file);
        assert!(is_sound(&path));
        assert_eq!(reference::pages(&path), Some(sides));
        let texts = texts(&path);
        for page in 1..=number_up {
            assert!(texts[0].contains(&format!("Report, page {page}")), "{texts:?}");
        }
        let counted = ask(file).0.unwrap().counted;
        let size = counted.papers.runs()[0].size.unwrap();
        assert_eq!((size.x_dimension, size.y_dimension), (21_000, 29_700));
    }
}

/// Every document of Debian's, its first pages and its last, written anew and compared by other programs.
#[test]
fn documents_of_many_origins_are_written_anew_or_left_to_be_drawn() {
    let folder = Folder::new("edited-debian");
    let documents = shipped::documents();
    let results = for_each(&documents, |path| {
        let file = shipped::unpacked(path, &folder);
        let pages = reference::pages(&file).expect("pdfinfo counts it");
        let ranges = if pages > 3 { vec![(1, 2), (pages, pages)] } else { Vec::new() };
        let wanted = pages.min(3);
        let order = EditOrder { page_ranges: ranges, ..order() };
        let edited = edit(&order, fs::read(&file).expect("it is there"));
        edited.map(|bytes| {
            let place = path.to_string_lossy().replace('/', "_");
            let edited = folder.write(&format!("edited{place}.pdf"), bytes);
            let last = |of: &Path| texts(of).last().cloned();
            let facts =
                (is_sound(&edited), reference::pages(&edited), last(&edited) == last(&file));
            assert_eq!(facts, (true, Some(wanted), true), "{}", path.display());
        })
    });
    let doubtful: Vec<String> = documents
        .iter()
        .zip(&results)
        .filter_map(|(path, result)| result.err().map(|why| format!("{}: {why}", name(path))))
        .collect();
    println!(
        "{} of {} written anew; drawn: {doubtful:#?}",
        documents.len() - doubtful.len(),
        documents.len()
    );
    assert!(doubtful.len() * 10 <= documents.len(), "{doubtful:#?}");
}

#[test]
fn what_was_built_to_be_counted_differently_is_regular_afterwards() {
    // The tree says one page and lists three.
    let kid = |content: u32| page("").replace("4 0 R", &format!("{content} 0 R"));
    let document = PdfFile::new()
        .tree(&[10, 11, 12], 1)
        .with(10, kid(20))
        .with(11, kid(20))
        .with(12, kid(20))
        .with(20, packed("0 g 100 100 200 200 re f", ""));
    let document = document.bytes();
    let before = ask(document.clone()).0.unwrap().counted;
    assert!(before.is_irregular());
    let after = ask(edit(&order(), document).unwrap()).0.unwrap().counted;
    assert_eq!((after.pages, after.is_irregular()), (before.pages, false));
}

#[test]
fn an_encrypted_document_that_opens_is_written_in_the_clear() {
    let folder = Folder::new("edited-encrypted");
    let plain = folder.write("plain.pdf", pdf(2, Paper::A4, "Encrypted"));
    let locked = folder.join("locked.pdf");
    let mut qpdf = Command::new(programs::find("qpdf", "qpdf"));
    qpdf.args(["--encrypt", "", "owner", "256", "--"]).arg(&plain).arg(&locked);
    programs::run(&mut qpdf);
    let order = EditOrder { page_ranges: vec![(2, 2)], ..order() };
    let file = edit(&order, fs::read(&locked).unwrap()).unwrap();
    assert_eq!(texts(&folder.write("edited.pdf", file)), ["Encrypted, page 2"]);
}

#[test]
fn what_readers_draw_each_in_their_own_way_is_not_written_anew() {
    let with = |annotation: &str| {
        let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots[5 0 R]>>";
        let look = stream("1 0 0 rg 0 0 60 60 re f", "/Type/XObject/Subtype/Form/BBox[0 0 60 60]");
        let note = format!("<</Type/Annot/Rect[0 782 60 842]{annotation}>>");
        PdfFile::new().tree(&[3], 1).with(3, page).with(5, note).with(6, look).bytes()
    };
    let drawn = with("/Subtype/Stamp/F 4/AP<</N 6 0 R>>");
    let file = edit(&order(), drawn.clone()).unwrap();
    assert_eq!(crate::asking::letters(&ask(file).0.unwrap().colors), "c", "the stamp came along");
    let together = EditOrder { number_up: 2, ..order() };
    assert_eq!(edit(&together, drawn), Err(Failure::Doubtful));
    let highlight = with("/Subtype/Highlight/F 4/C[1 1 0]");
    assert_eq!(edit(&order(), highlight), Err(Failure::Doubtful));
    let of_screens = with("/Subtype/Highlight/F 0/C[1 1 0]");
    assert!(edit(&order(), of_screens).is_ok());
    let form = "<</Type/Catalog/Pages 2 0 R/AcroForm<</NeedAppearances true>>>>";
    let form =
        PdfFile::default().with(1, form).tree(&[3], 1).with(3, page("")).with(4, packed("", ""));
    assert_eq!(edit(&order(), form.bytes()), Err(Failure::Doubtful));
    assert_eq!(edit(&order(), jpeg(true)), Err(Failure::Unsupported));
    assert_eq!(edit(&order(), b"%PDF-1.7 nothing".to_vec()), Err(Failure::Unreadable));
}

#[test]
fn what_no_page_needs_stays_behind() {
    let action = "/AA<</O<</S/JavaScript/JS(app.alert)>>>>/Thumb 7 0 R";
    let extras = format!("/Resources<</XObject<</X 9 0 R>>>>{action}");
    let first = format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R{extras}>>");
    let secret = stream("BT (the other page) Tj ET", "");
    let drawing = stream("0 0 9 9 re f", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Back 5 0 R");
    let document = PdfFile::default()
        .with(1, "<</Type/Catalog/Pages 2 0 R/ViewerPreferences<</NumCopies 5>>>>")
        .tree(&[3, 5], 2)
        .with(3, first)
        .with(4, stream("/X Do", ""))
        .with(5, page("").replace("4 0 R", "6 0 R"))
        .with(6, secret)
        .with(7, stream("thumbnail", ""))
        .with(9, drawing);
    let order = EditOrder { page_ranges: vec![(1, 1)], ..order() };
    let file = edit(&order, document.bytes()).unwrap();
    let text = String::from_utf8_lossy(&file);
    for left in ["the other page", "thumbnail", "JavaScript", "NumCopies"] {
        assert!(!text.contains(left), "{left} came along");
    }
    let plain = one_page(page_with(""), stream("", ""));
    assert!(edit(&order, plain.bytes()).is_ok(), "an empty page is a page");
}
