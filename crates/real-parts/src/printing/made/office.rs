//! LibreOffice: Writer, Calc and Impress, each started once for all of its documents.

use std::process::Command;

use crate::folder::Folder;
use crate::programs;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::jpeg;
use super::{Made, TEXT};

/// What makes one document: its name, styles, body, and the colours of its pages.
type Recipe = (&'static str, Styles, String, &'static str);

/// The styles of a document, by the place where they stand in its file.
#[derive(Clone, Default)]
struct Styles {
    named: String,
    automatic: String,
    masters: String,
}

impl Styles {
    fn automatic(styles: impl Into<String>) -> Styles {
        Styles { automatic: styles.into(), ..Styles::default() }
    }

    fn and(mut self, styles: &str) -> Styles {
        self.automatic += styles;
        self
    }
}

const NAMESPACES: [(&str, &str); 9] = [
    ("office", "office:1.0"),
    ("style", "style:1.0"),
    ("text", "text:1.0"),
    ("table", "table:1.0"),
    ("draw", "drawing:1.0"),
    ("presentation", "presentation:1.0"),
    ("fo", "xsl-fo-compatible:1.0"),
    ("svg", "svg-compatible:1.0"),
    ("number", "datastyle:1.0"),
];

/// A document as one XML file (OpenDocument 1.3 part 3 section 3.1.2).
fn flat(kind: &str, styles: &Styles, body: &str) -> String {
    let namespaces: String = NAMESPACES
        .iter()
        .map(|(prefix, name)| {
            format!(" xmlns:{prefix}=\"urn:oasis:names:tc:opendocument:xmlns:{name}\"")
        })
        .collect();
    let Styles { named, automatic, masters } = styles;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<office:document{namespaces} \
         office:version=\"1.3\" \
         office:mimetype=\"application/vnd.oasis.opendocument.{kind}\">\
         <office:styles>{named}</office:styles>\
         <office:automatic-styles>{automatic}</office:automatic-styles>\
         <office:master-styles>{masters}</office:master-styles>\
         <office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>"
    )
}

fn convert(
    folder: &Folder,
    program: &str,
    kind: &str,
    ending: &str,
    recipes: Vec<Recipe>,
) -> Vec<Made> {
    let soffice = programs::find("soffice", &format!("libreoffice-{program}-nogui"));
    let mut command = Command::new(soffice);
    command
        .arg("--headless")
        .arg(format!("-env:UserInstallation=file://{}", folder.join("office-profile").display()))
        .args(["--convert-to", "pdf", "--outdir"])
        .arg(folder.path());
    for (name, styles, body, _) in &recipes {
        let file = format!("{program}-{name}.{ending}");
        command.arg(folder.write(&file, flat(kind, styles, body)));
    }
    programs::run(&mut command);
    recipes
        .into_iter()
        .map(|(name, _, _, colors)| Made {
            name: format!("{program}: {name}"),
            file: folder.join(&format!("{program}-{name}.pdf")),
            colors,
        })
        .collect()
}

fn paragraph(style: &str, text: &str) -> String {
    format!("<text:p text:style-name=\"{style}\">{text}</text:p>")
}

/// A style of paragraphs.
fn style(name: &str, paragraph: &str, text: &str) -> String {
    format!(
        "<style:style style:name=\"{name}\" style:family=\"paragraph\">\
         <style:paragraph-properties {paragraph}/><style:text-properties {text}/></style:style>"
    )
}

const BREAK: &str = "fo:break-before=\"page\"";

/// So many pages in black, and one more in this style.
fn many(black: usize, last: &str) -> String {
    let black: String = (0..black).map(|_| paragraph("New", TEXT)).collect();
    black + &paragraph(last, TEXT)
}

/// Page layouts with their master pages, and paragraph styles that begin a page on each.
fn layouts(layouts: &[(&str, &str)]) -> Styles {
    let mut styles = Styles::default();
    for (name, properties) in layouts {
        styles.automatic += &format!(
            "<style:page-layout style:name=\"L{name}\"><style:page-layout-properties {properties} \
             fo:margin=\"2cm\"/></style:page-layout>\
             <style:style style:name=\"On{name}\" style:family=\"paragraph\" \
             style:master-page-name=\"{name}\"/>"
        );
        styles.masters += &format!(
            "<style:master-page style:name=\"{name}\" style:page-layout-name=\"L{name}\"/>"
        );
    }
    styles
}

/// A picture of one colour in the text.
fn picture(color: [u8; 3]) -> String {
    let pixels = color.repeat(64 * 64);
    let data = STANDARD.encode(jpeg(64, &pixels, &["-quality", "90"]));
    format!(
        "<text:p><draw:frame svg:width=\"5cm\" svg:height=\"5cm\" text:anchor-type=\"as-char\">\
         <draw:image><office:binary-data>{data}</office:binary-data></draw:image></draw:frame></text:p>"
    )
}

fn table(cells: &[&str]) -> String {
    let cells: String = cells
        .iter()
        .map(|style| {
            format!(
                "<table:table-cell table:style-name=\"{style}\" office:value-type=\"string\">\
                 <text:p>Belopp åäö</text:p></table:table-cell>"
            )
        })
        .collect();
    format!(
        "<table:table table:name=\"T\"><table:table-column table:number-columns-repeated=\"2\"/>\
         <table:table-row>{cells}</table:table-row></table:table>"
    )
}

fn cell(name: &str, color: &str) -> String {
    format!(
        "<style:style style:name=\"{name}\" style:family=\"table-cell\">\
         <style:table-cell-properties fo:background-color=\"{color}\" \
         fo:border=\"0.5pt solid #000000\"/></style:style>"
    )
}

/// Text documents.
pub fn writer(folder: &Folder) -> Vec<Made> {
    let new = style("New", BREAK, "");
    let red = style("Red", "", "fo:color=\"#cc0000\"");
    let late = style("Late", BREAK, "fo:color=\"#0000cc\"");
    let marked = style("Marked", "", "fo:background-color=\"#ffff00\"");
    let dark = style("Dark", "fo:background-color=\"#000000\"", "fo:color=\"#ffffff\"");
    let almost = style("Almost", "", "fo:color=\"#808486\"");
    let cells = cell("Grey", "#dddddd") + &cell("Green", "#c0e8c0");
    let sizes = layouts(&[
        ("High", "fo:page-width=\"21cm\" fo:page-height=\"29.7cm\""),
        (
            "Wide",
            "fo:page-width=\"29.7cm\" fo:page-height=\"21cm\" style:print-orientation=\"landscape\"",
        ),
        ("Small", "fo:page-width=\"14.8cm\" fo:page-height=\"21cm\""),
        ("Letter", "fo:page-width=\"8.5in\" fo:page-height=\"11in\""),
    ]);
    let mixed = paragraph("OnHigh", TEXT)
        + &paragraph("OnWide", TEXT)
        + &paragraph("Red", TEXT)
        + &paragraph("OnSmall", TEXT);
    let spaces = "<text:p>Svart<text:span text:style-name=\"Space\"> <text:s text:c=\"9\"/></text:span>\
                  text</text:p>";
    let space = "<style:style style:name=\"Space\" style:family=\"text\">\
                 <style:text-properties fo:color=\"#ff0000\"/></style:style>";
    let recipes = vec![
        ("text", Styles::default(), paragraph("", TEXT).repeat(10), "m"),
        ("three-pages", Styles::automatic(&new), many(2, "New"), "mmm"),
        ("red-text", Styles::automatic(&red), paragraph("", TEXT) + &paragraph("Red", "Rött"), "c"),
        ("grey-table", Styles::automatic(&cells), table(&["Grey", "Grey"]), "m"),
        ("green-table", Styles::automatic(cells), table(&["Grey", "Green"]), "c"),
        ("marker", Styles::automatic(marked), paragraph("Marked", TEXT), "c"),
        ("white-on-black", Styles::automatic(dark), paragraph("Dark", TEXT), "m"),
        ("almost-grey", Styles::automatic(almost), paragraph("Almost", TEXT), "m"),
        ("red-spaces", Styles::automatic(space), spaces.to_owned(), "m"),
        ("mixed-sizes", sizes.clone().and(&red), mixed, "mcm"),
        ("letter", sizes, paragraph("OnLetter", TEXT), "m"),
        ("twelve-pages", Styles::automatic(&new).and(&late), many(11, "Late"), "mmmmmmmmmmmc"),
        ("grey-picture", Styles::default(), picture([120, 120, 120]), "m"),
        ("color-picture", Styles::default(), picture([40, 90, 160]), "c"),
        (
            "picture-between",
            Styles::automatic(new).and(&late),
            many(1, "New") + &picture([200, 90, 20]),
            "mc",
        ),
    ];
    convert(folder, "writer", "text", "fodt", recipes)
}

/// Sheets: each one page.
pub fn calc(folder: &Folder) -> Vec<Made> {
    let cells = cell("Plain", "transparent")
        + &cell("Grey", "#cccccc")
        + &cell("Yellow", "#ffffaa")
        + "<style:style style:name=\"Minus\" style:family=\"table-cell\">\
           <style:text-properties fo:color=\"#ff0000\"/></style:style>";
    let sheet = |name: &str, cells: &[&str]| {
        table(cells).replace("table:name=\"T\"", &format!("table:name=\"{name}\""))
    };
    let two = sheet("Ett", &["Plain", "Grey"]) + &sheet("Två", &["Plain", "Yellow"]);
    let three =
        sheet("A", &["Yellow", "Plain"]) + &sheet("B", &["Plain"]) + &sheet("C", &["Minus"]);
    let recipes = vec![
        ("plain", Styles::automatic(&cells), sheet("S", &["Plain", "Plain"]), "m"),
        ("grey-cells", Styles::automatic(&cells), sheet("S", &["Grey", "Plain"]), "m"),
        ("yellow-cells", Styles::automatic(&cells), sheet("S", &["Yellow", "Plain"]), "c"),
        ("red-numbers", Styles::automatic(&cells), sheet("S", &["Plain", "Minus"]), "c"),
        ("two-sheets", Styles::automatic(&cells), two, "mc"),
        ("three-sheets", Styles::automatic(cells), three, "cmc"),
    ];
    convert(folder, "calc", "spreadsheet", "fods", recipes)
}

/// Slides.
pub fn impress(folder: &Folder) -> Vec<Made> {
    let fill = |name: &str, properties: &str| {
        format!(
            "<style:style style:name=\"{name}\" style:family=\"graphic\">\
             <style:graphic-properties draw:stroke=\"none\" {properties}/></style:style>"
        )
    };
    let gradients = "<draw:gradient draw:name=\"G1\" draw:style=\"linear\" draw:start-color=\"#000000\" \
        draw:end-color=\"#ffffff\" draw:angle=\"0\" draw:border=\"0%\"/>\
        <draw:gradient draw:name=\"G2\" draw:style=\"radial\" draw:start-color=\"#ff8800\" \
        draw:end-color=\"#ffffff\" draw:cx=\"50%\" draw:cy=\"50%\" draw:border=\"0%\"/>";
    let automatic = fill("Black", "draw:fill=\"solid\" draw:fill-color=\"#000000\"")
        + &fill("Blue", "draw:fill=\"solid\" draw:fill-color=\"#2255aa\"")
        + &fill("Faint", "draw:fill=\"solid\" draw:fill-color=\"#0000ff\" draw:opacity=\"30%\"")
        + &fill("GreyRamp", "draw:fill=\"gradient\" draw:fill-gradient-name=\"G1\"")
        + &fill("Sunset", "draw:fill=\"gradient\" draw:fill-gradient-name=\"G2\"");
    let styles = Styles { named: gradients.to_owned(), automatic, ..Styles::default() };
    let slide = |name: &str, fill: &str| {
        format!(
            "<draw:page draw:name=\"{name}\" draw:master-page-name=\"\">\
             <draw:rect draw:style-name=\"{fill}\" svg:x=\"2cm\" svg:y=\"2cm\" svg:width=\"10cm\" \
             svg:height=\"5cm\"><text:p>Åäö</text:p></draw:rect></draw:page>"
        )
    };
    let one =
        |name: &'static str, fill: &str, colors| (name, styles.clone(), slide("1", fill), colors);
    let three = slide("1", "Black") + &slide("2", "Blue") + &slide("3", "GreyRamp");
    let recipes = vec![
        one("black-box", "Black", "m"),
        one("blue-box", "Blue", "c"),
        one("faint-blue", "Faint", "c"),
        one("grey-ramp", "GreyRamp", "m"),
        one("sunset", "Sunset", "c"),
        ("three-slides", styles.clone(), three, "mcm"),
    ];
    convert(folder, "impress", "presentation", "fodp", recipes)
}
