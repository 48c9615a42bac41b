//! Files that break or exhaust whoever parses them.

use super::trees::RED;
use super::{Case, Expected, case, regular};
use crate::pdf_file::{PdfFile, one_page, packed, page, page_with, stream};

/// A catalog with something nested so deep in it.
fn nested_in_catalog(opening: &str, inner: &str, closing: &str, depth: usize) -> Vec<u8> {
    let nested = format!("{}{inner}{}", opening.repeat(depth), closing.repeat(depth));
    PdfFile::default()
        .with(1, format!("<</Type/Catalog/Pages 2 0 R/X {nested}>>"))
        .tree(&[3], 1)
        .with(3, page(""))
        .with(4, packed(RED, ""))
        .bytes()
}

fn nested_in_page(depth: usize) -> Vec<u8> {
    let nested = format!("/X {}{}", "[".repeat(depth), "]".repeat(depth));
    one_page(page_with(&nested), packed(RED, "")).bytes()
}

/// An object stream that extends itself and holds the catalog, which is its own page tree.
fn object_stream_cycle() -> Vec<u8> {
    let mut file = b"%PDF-1.5\n1 0 obj\n".to_vec();
    let held = "1 0 <</Type/Catalog/Pages 1 0 R>>";
    file.extend(stream(held, "/Type/ObjStm/N 1/First 4/Extends 1 0 R"));
    file.extend(b"\nendobj\ntrailer<</Root 1 0 R/Prev 0>>\nstartxref\n0\n%%EOF");
    file
}

/// A stream that claims 100 GB.
fn length_lie() -> Vec<u8> {
    let content = format!("<</Length 99999999999>>\nstream\n{RED}\nendstream");
    one_page(page(""), content).bytes()
}

/// A table of objects that names itself as the one before.
fn tables_in_a_circle() -> Vec<u8> {
    let file = one_page(page(""), packed(RED, "")).bytes();
    let text = String::from_utf8_lossy(&file);
    let table = text.rsplit("startxref\n").next().and_then(|end| end.lines().next());
    let table: usize = table.and_then(|place| place.parse().ok()).expect("a file has its table");
    // The entry stands behind the table, so the table's own place does not move.
    one_page(page(""), packed(RED, "")).trailer(&format!("/Prev {table}")).bytes()
}

fn behind_a_picture() -> Vec<u8> {
    let mut file = b"GIF89a".to_vec();
    file.extend([0; 900]);
    file.extend(one_page(page(""), packed(RED, "")).bytes());
    file
}

/// 16 kB that become 1 GiB of spaces: runs of 128, packed.
fn bomb(entries: &str) -> Vec<u8> {
    let runs = [129, b' '].repeat(1 << 23);
    let packed = miniz_oxide::deflate::compress_to_vec_zlib(&runs, 6);
    stream(packed, &format!("/Filter[/FlateDecode/RunLengthDecode]{entries}"))
}

/// The catalog itself lies in 1 GiB.
fn object_stream_bomb() -> Vec<u8> {
    let mut file = b"%PDF-1.5\n1 0 obj\n".to_vec();
    file.extend(bomb("/Type/ObjStm/N 1/First 4"));
    file.extend(b"\nendobj\ntrailer<</Root 2 0 R>>\nstartxref\n0\n%%EOF");
    file
}

/// All of them.
pub(super) fn cases() -> Vec<Case> {
    let prev = one_page(page(""), packed(RED, "")).trailer("/Prev 9").bytes();
    let cut = one_page(page(""), packed(RED, "")).bytes();
    let cut = cut[..cut.len() / 2].to_vec();
    let brackets = one_page(page(""), packed("[".repeat(500_000), "")).bytes();
    let deep = 200_000;
    vec![
        case("arrays 200,000 deep in a page", nested_in_page(deep), Expected::Refused),
        case("arrays deep in catalog", nested_in_catalog("[", "", "]", deep), Expected::Refused),
        case(
            "dicts deep in catalog",
            nested_in_catalog("<</A ", "1", ">>", deep),
            Expected::Refused,
        ),
        case("500,000 open brackets", brackets, regular("mu")),
        case("object stream of itself", object_stream_cycle(), Expected::Refused),
        case("stream claims 100 GB", length_lie(), regular("c")),
        case("table before the header", prev, regular("c")),
        case("tables in a circle", tables_in_a_circle(), regular("c")),
        case("picture first, then PDF", behind_a_picture(), regular("c")),
        case("1 GiB in 16 kB", one_page(page(""), bomb("")).bytes(), regular("mu")),
        case("catalog within 1 GiB", object_stream_bomb(), Expected::Refused),
        case("only a header", b"%PDF-1.7\n".to_vec(), Expected::Refused),
        case("nothing", Vec::new(), Expected::Refused),
        case("cut in the middle", cut, regular("u")),
    ]
}
