//! Page trees that readers count differently: a way to pay for fewer pages than are printed.

use super::{Case, Expected, case, irregular, regular};
use crate::pdf_file::{A4, PdfFile, one_page, packed, page, pages};

/// Paint that anybody sees.
pub(super) const RED: &str = "1 0 0 rg 100 100 200 200 re f";

fn red_page(extra: &str) -> PdfFile {
    one_page(page(extra), packed(RED, ""))
}

/// A tree of one page that claims to be so many.
fn count_lie(count: i64) -> Vec<u8> {
    PdfFile::new().tree(&[3], count).with(3, page("")).with(4, packed(RED, "")).bytes()
}

/// So many pages below a tree that says so many.
fn flat(pages: u32, count: i64) -> Vec<u8> {
    let kids: Vec<u32> = (10..10 + pages).collect();
    let file = PdfFile::new().tree(&kids, count).with(4, packed(RED, ""));
    kids.iter().fold(file, |file, kid| file.with(*kid, page(""))).bytes()
}

fn count_lie_inside() -> Vec<u8> {
    PdfFile::new()
        .tree(&[10, 11], 2)
        .with(4, packed(RED, ""))
        .with(10, pages(&[12], 0, "/Parent 2 0 R"))
        .with(11, pages(&[13], 2, "/Parent 2 0 R"))
        .with(12, page(""))
        .with(13, page(""))
        .bytes()
}

/// Six levels that list the next one ten times each.
fn shared_levels() -> Vec<u8> {
    let mut file = PdfFile::new().with(4, packed(RED, "")).with(3, page(""));
    let mut below = 3;
    let mut count = 1;
    for level in [15, 14, 13, 12, 11, 2] {
        count *= 10;
        file = file.with(level, pages(&[below; 10], count, ""));
        below = level;
    }
    file.bytes()
}

/// A tree that goes down so many levels to its only page.
fn deep(levels: u32) -> Vec<u8> {
    let last = 10 + levels;
    let file = PdfFile::new().tree(&[10], 1).with(4, packed(RED, "")).with(last, page(""));
    let levels = 10..last;
    levels.fold(file, |file, level| file.with(level, pages(&[level + 1], 1, ""))).bytes()
}

fn direct_page() -> Vec<u8> {
    let tree = format!("<</Type/Pages/Count 2/Kids[3 0 R {}]>>", page(""));
    PdfFile::new().with(2, tree).with(3, page("")).with(4, packed(RED, "")).bytes()
}

fn untyped_page() -> Vec<u8> {
    let page = page("").replace("/Type/Page/", "/");
    one_page(page, packed(RED, "")).bytes()
}

fn missing_page() -> Vec<u8> {
    PdfFile::new().tree(&[3, 9], 2).with(3, page("")).with(4, packed(RED, "")).bytes()
}

/// A catalog without a tree: the pages lie about.
fn no_tree() -> Vec<u8> {
    PdfFile::default()
        .with(1, "<</Type/Catalog>>")
        .with(3, page(""))
        .with(4, packed(RED, ""))
        .bytes()
}

fn media_box(numbers: &str) -> Vec<u8> {
    one_page(page("").replace(A4, numbers), packed(RED, "")).bytes()
}

/// All of them.
pub(super) fn cases() -> Vec<Case> {
    let repeated = PdfFile::new().tree(&[3; 50], 50).with(3, page("")).with(4, packed(RED, ""));
    let cycle = PdfFile::new().tree(&[3, 2], 2).with(3, page("")).with(4, packed(RED, ""));
    vec![
        case("count says 1 of 50", flat(50, 1), irregular(50)),
        case("count says a million", count_lie(1_000_000), irregular(1)),
        case("count is negative", count_lie(-5), irregular(1)),
        case("count is no number", count_lie(i64::MAX), irregular(1)),
        case("inner counts are wrong", count_lie_inside(), irregular(2)),
        case("tree contains itself", cycle.bytes(), irregular(1)),
        case("one page listed 50 times", repeated.bytes(), irregular(1)),
        case("a million shared pages", shared_levels(), irregular(1)),
        case("tree of 50,000 levels", deep(50_000), regular("c")),
        case("page within the tree", direct_page(), irregular(2)),
        case("page without a type", untyped_page(), irregular(1)),
        case("page that is not there", missing_page(), irregular(1)),
        case("no tree", no_tree(), Expected::Refused),
        case("20,000 pages", flat(20_000, 20_000), Expected::Refused),
        case("page of 1e9 points", media_box("[0 0 1e9 1e9]"), Expected::Refused),
        case("page of 5 metres", media_box("[0 0 14400 14400]"), regular("c")),
        case("empty page box", media_box("[0 0 0 0]"), regular("c")),
        case("user unit of 100", red_page("/UserUnit 100").bytes(), regular("c")),
    ]
}
