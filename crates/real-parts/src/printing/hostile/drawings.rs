//! Drawings that never end, or that hide colour from whoever looks.

use super::trees::RED;
use super::{Case, case, regular};
use crate::pdf_file::{A4, PdfFile, one_page, packed, page, page_with, stream};

/// A drawing that pages and other drawings can use.
fn form(content: &str, resources: &str, entries: &str) -> Vec<u8> {
    let entries =
        format!("/Type/XObject/Subtype/Form/BBox[0 0 600 900]/Resources<<{resources}>>{entries}");
    packed(content, &entries)
}

/// A page that draws object 10.
fn drawing(content: &str, more: &str) -> PdfFile {
    one_page(page_with(&format!("/XObject<</F 10 0 R>>{more}")), packed(content, ""))
}

/// Drawings that each draw the next one so often, and the last one this.
fn drawings_in_drawings(levels: u32, times: usize, paint: &str) -> Vec<u8> {
    let last = 9 + levels;
    let levels = 10..=last;
    let file = levels.fold(drawing("/F Do", ""), |file, level| {
        let content = if level == last { paint.to_owned() } else { "/F Do ".repeat(times) };
        file.with(level, form(&content, &format!("/XObject<</F {} 0 R>>", level + 1), ""))
    });
    file.bytes()
}

fn transparency(levels: u32) -> Vec<u8> {
    let state = "/ExtGState<</G<</ca .5>>>>";
    let last = 9 + levels;
    let levels = 10..=last;
    let file = levels.fold(drawing("/G gs /F Do", state), |file, level| {
        let content = if level == last { RED } else { "/G gs /F Do" };
        let resources = format!("/XObject<</F {} 0 R>>{state}", level + 1);
        file.with(level, form(content, &resources, "/Group<</S/Transparency>>"))
    });
    file.bytes()
}

fn drawing_of_itself() -> Vec<u8> {
    let content = format!("/F Do {RED}");
    drawing("/F Do", "").with(10, form(&content, "/XObject<</F 10 0 R>>", "")).bytes()
}

/// A page painted with pattern 5.
fn pattern(entries: &str, content: &str) -> PdfFile {
    let tile =
        format!("/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]{entries}");
    one_page(page_with("/Pattern<</P 5 0 R>>"), packed("/Pattern cs /P scn 0 0 595 842 re f", ""))
        .with(5, packed(content, &tile))
}

/// Tiles made of tiles, a red one at the end.
fn patterns_in_patterns() -> Vec<u8> {
    let inner = |next: u32| format!("/XStep 1/YStep 1/Resources<</Pattern<</P {next} 0 R>>>>");
    let paint = "/Pattern cs /P scn 0 0 1 1 re f ".repeat(10);
    let entries = "/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]";
    let file = pattern(&inner(20), &paint);
    let file = (20..30).fold(file, |file, level| {
        file.with(level, packed(&paint, &format!("{entries}{}", inner(level + 1))))
    });
    let last = packed("1 0 0 rg 0 0 1 1 re f", &format!("{entries}/XStep 1/YStep 1/Resources<<>>"));
    file.with(30, last).bytes()
}

/// A glyph that is a drawing and shows itself ten times before it paints.
fn glyph_of_itself() -> Vec<u8> {
    let font = "/Font<</G 10 0 R>>";
    let text = "BT /G 20 Tf 100 500 Td (aaaaaaaaaa) Tj ET";
    let glyph = format!("50 0 d0 {text} 1 0 0 rg 0 0 9 9 re f");
    let type3 = format!(
        "<</Type/Font/Subtype/Type3/FontBBox[0 0 50 50]/FontMatrix[.02 0 0 .02 0 0]/FirstChar 97\
         /LastChar 97/Widths[50]/Encoding<</Differences[97/a]>>/CharProcs<</a 11 0 R>>\
         /Resources<<{font}>>>>"
    );
    let file = one_page(page_with(font), packed(text, "")).with(10, type3);
    file.with(11, packed(glyph, "")).bytes()
}

/// A gradient whose every colour costs 60,000 steps.
fn costly_function() -> Vec<u8> {
    let program = format!("{{{} pop dup dup}}", "dup mul sqrt ".repeat(20_000));
    let function = packed(program, "/FunctionType 4/Domain[0 1 0 1]/Range[0 1 0 1 0 1]");
    let shading = "/Shading<</S<</ShadingType 1/ColorSpace/DeviceRGB/Function 5 0 R\
                   /Domain[0 1 0 1]/Matrix[595 0 0 842 0 0]>>>>";
    one_page(page_with(shading), packed("/S sh", "")).with(5, function).bytes()
}

fn gradient(end: &str) -> Vec<u8> {
    let function = format!("<</FunctionType 2/Domain[0 1]/C0[1 1 1]/C1[{end}]/N 1>>");
    let shading = format!(
        "/Shading<</S<</ShadingType 2/ColorSpace/DeviceRGB/Coords[0 0 595 842]/Function {function}\
         /Extend[true true]>>>>"
    );
    one_page(page_with(&shading), packed("/S sh", "")).bytes()
}

/// A picture that declares 10 GB and brings 1,000 bytes.
fn huge_picture() -> Vec<u8> {
    let entries = "/Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8\
                   /ColorSpace/DeviceRGB";
    drawing("q 500 0 0 500 0 0 cm /F Do Q", "").with(10, stream([0; 1_000], entries)).bytes()
}

/// A red box that is an annotation, with these flags (2: hidden, 4: print, 32: not on screens).
fn annotation(flags: u32) -> Vec<u8> {
    let look = packed(
        "1 0 0 rg 0 0 200 200 re f",
        "/Type/XObject/Subtype/Form/BBox[0 0 200 200]/Resources<<>>",
    );
    let annotation =
        format!("<</Type/Annot/Subtype/Stamp/Rect[100 100 300 300]/F {flags}/AP<</N 6 0 R>>>>");
    one_page(page("/Annots[5 0 R]"), packed("0 g 100 500 50 50 re f", ""))
        .with(5, annotation)
        .with(6, look)
        .bytes()
}

/// An annotation without a look of its own.
fn bare_annotation(color: &str) -> Vec<u8> {
    let annotation = format!("<</Type/Annot/Subtype/Square/Rect[100 100 300 300]/F 4/C[{color}]>>");
    one_page(page("/Annots[5 0 R]"), packed("", "")).with(5, annotation).bytes()
}

/// Something on a layer that these entries hide or show on a screen, and that is for paper.
fn print_layer(default: &str, paint: &str) -> Vec<u8> {
    let layers = format!(
        "<</OCGs[8 0 R]/D<<{default}/AS[<</Event/Print/OCGs[8 0 R]/Category[/Print]>>]>>>>"
    );
    PdfFile::default()
        .with(1, format!("<</Type/Catalog/Pages 2 0 R/OCProperties {layers}>>"))
        .tree(&[3], 1)
        .with(3, page_with("/Properties<</L 8 0 R>>"))
        .with(4, packed(format!("/OC /L BDC {paint} EMC"), ""))
        .with(8, "<</Type/OCG/Name(L)/Usage<</Print<</PrintState/ON>>>>>>")
        .bytes()
}

fn content(content: impl AsRef<[u8]>) -> Vec<u8> {
    one_page(page(""), packed(content, "")).bytes()
}

/// All of them.
pub(super) fn cases() -> Vec<Case> {
    let path = format!("0 0 m {}f", "595 842 l 0 842 l 595 0 l 0 0 l ".repeat(500_000));
    let dashes = "[0.00001 0.00001] 0 d 1 w 0 0 m 595 842 l S ".repeat(50);
    let tiny = pattern("/XStep 0.001/YStep 0.001/Resources<<>>", "1 0 0 rg 0 0 1 1 re f").bytes();
    let tile = pattern("/XStep 1/YStep 1/Resources<<>>", "1 0 0 rg 0 0 1 1 re f").bytes();
    let outside = page("").replace(A4, "[0 0 90 90]");
    vec![
        case("drawing draws itself", drawing_of_itself(), regular("c")),
        case("1e9 red drawings", drawings_in_drawings(10, 10, RED), regular("c")),
        case("1e9 black drawings", drawings_in_drawings(10, 10, "0 g 9 9 9 9 re f"), regular("mu")),
        case("red 60 drawings deep", drawings_in_drawings(60, 1, RED), regular("cu")),
        case("red 391 groups deep", transparency(391), regular("cu")),
        case("red 20 groups deep", transparency(20), regular("c")),
        case("step of 0.001 points", tiny, regular("cu")),
        case("red tiles", tile, regular("c")),
        case("tiles of tiles", patterns_in_patterns(), regular("cu")),
        case("glyph shows itself", glyph_of_itself(), regular("cu")),
        case("costly gradient", costly_function(), regular("cu")),
        case("gradient to red", gradient("1 0 0"), regular("c")),
        case("gradient to black", gradient("0 0 0"), regular("m")),
        case("path of 2e6 lines", content(path), regular("m")),
        case("3e6 saved states", content("q ".repeat(3_000_000)), regular("m")),
        case("endless dashes", content(dashes), regular("m")),
        case("picture of 10 GB", huge_picture(), regular("mu")),
        case("annotation on paper only", annotation(36), regular("c")),
        case("annotation for both", annotation(4), regular("c")),
        case("annotation on screens only", annotation(0), regular("m")),
        case("hidden annotation", annotation(6), regular("m")),
        case("red annotation, no look", bare_annotation("1 0 0"), regular("c")),
        case("grey annotation, no look", bare_annotation("0.5"), regular("m")),
        case("red layer on paper only", print_layer("/OFF[8 0 R]", RED), regular("cu")),
        case("layers off at first", print_layer("/BaseState/OFF", RED), regular("cu")),
        case("red layer for both", print_layer("", RED), regular("c")),
        case("black layer for both", print_layer("", "0 g 9 9 9 9 re f"), regular("m")),
        case("red outside of the page", one_page(outside, packed(RED, "")).bytes(), regular("m")),
    ]
}
