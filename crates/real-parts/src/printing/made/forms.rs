//! Forms that were filled in: the answers are annotations, not part of the page.

use crate::folder::Folder;

use super::Made;
use crate::pdf_file::{PdfFile, packed, page};

/// A document with these widgets on its only page; objects from 10 on are theirs.
fn form(widgets: &[String], looks: &[(u32, &str)]) -> Vec<u8> {
    let numbers: Vec<String> = (20..).take(widgets.len()).map(|id| format!("{id} 0 R")).collect();
    let fields = numbers.join(" ");
    let file = PdfFile::default()
        .with(1, format!("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[{fields}]>>>>"))
        .tree(&[3], 1)
        .with(3, page(&format!("/Annots[{fields}]")))
        .with(4, packed("0 g 72 700 200 1 re f", ""));
    let file = (20..).zip(widgets).fold(file, |file, (number, widget)| file.with(number, widget));
    let look = "/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<<>>";
    let looks = looks.iter();
    looks.fold(file, |file, (number, content)| file.with(*number, packed(content, look))).bytes()
}

fn widget(flags: u32, look: &str) -> String {
    format!(
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(f)/Rect[72 600 172 620]/F {flags}/AP<</N {look}>>>>"
    )
}

fn check_box(state: &str) -> String {
    format!(
        "<</Type/Annot/Subtype/Widget/FT/Btn/T(b)/Rect[72 500 172 520]/F 4/AS/{state}\
         /AP<</N<</Ja 11 0 R/Off 12 0 R>>>>>>"
    )
}

/// Filled forms.
pub fn documents(folder: &Folder) -> Vec<Made> {
    let black = (10, "0 g 0 0 80 10 re f");
    let blue = (10, "0 0 1 rg 0 0 80 10 re f");
    let boxes = [(11, "0 .6 0 rg 0 0 9 9 re f"), (12, "0 G 0 0 9 9 re S")];
    let recipes: [(&str, Vec<u8>, &'static str); 5] = [
        ("black-answer", form(&[widget(4, "10 0 R")], &[black]), "m"),
        ("blue-answer", form(&[widget(4, "10 0 R")], &[blue]), "c"),
        ("hidden-answer", form(&[widget(6, "10 0 R")], &[blue]), "m"),
        ("green-tick", form(&[check_box("Ja")], &boxes), "c"),
        (
            "empty-box",
            form(&[check_box("Off"), widget(4, "10 0 R")], &[boxes[0], boxes[1], black]),
            "m",
        ),
    ];
    let made = recipes.into_iter().map(|(name, document, colors)| Made {
        name: format!("form: {name}"),
        file: folder.write(&format!("form-{name}.pdf"), document),
        colors,
    });
    made.collect()
}
