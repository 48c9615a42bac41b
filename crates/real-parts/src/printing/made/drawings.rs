//! Cairo, which most programs of a Linux desktop print with; here through librsvg.

use std::process::Command;

use crate::folder::Folder;
use crate::programs;

use super::{Made, TEXT};

const PLAIN: &str = "<rect x='20' y='20' width='200' height='90'/>";
const RED: &str = "<circle cx='120' cy='120' r='60' fill='#c22'/>";

fn svg(width: u32, height: u32, content: &str) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' \
         viewBox='0 0 {width} {height}'>{content}</svg>"
    )
}

/// A shape filled from one colour to another.
fn gradient(kind: &str, from: &str, to: &str) -> String {
    format!(
        "<defs><{kind}Gradient id='g'><stop offset='0' stop-color='{from}'/><stop offset='1' \
         stop-color='{to}'/></{kind}Gradient></defs><rect x='20' y='20' width='300' height='300' \
         fill='url(#g)'/>"
    )
}

/// Documents from drawings, one drawing a page.
pub fn documents(folder: &Folder) -> Vec<Made> {
    let a4 = |content: &str| vec![svg(595, 842, content)];
    let text = format!("<text x='20' y='50' font-family='DejaVu Sans'>{TEXT}</text>");
    let red_text = text.replace("<text ", "<text fill='#900' ");
    let tiles = |color: &str| {
        format!(
            "<defs><pattern id='p' width='9' height='9' patternUnits='userSpaceOnUse'><rect width='4' \
             height='4' fill='{color}'/></pattern></defs><rect width='300' height='300' fill='url(#p)'/>"
        )
    };
    let masked = "<defs><mask id='m'><rect width='90' height='90' fill='#888'/></mask></defs>\
                  <rect width='300' height='300' fill='#060' mask='url(#m)'/>";
    let outside =
        "<rect x='900' y='900' width='90' height='90' fill='#f00'/><rect width='9' height='9'/>";
    let group = "<g opacity='.5'><rect width='90' height='90' fill='#00f'/></g>";
    let recipes: Vec<(&str, Vec<String>, &'static str)> = vec![
        ("text", a4(&text), "m"),
        ("red-text", a4(&red_text), "c"),
        ("shapes", a4(PLAIN), "m"),
        ("red-shape", a4(RED), "c"),
        ("grey-ramp", a4(&gradient("linear", "#000", "#eee")), "m"),
        ("color-ramp", a4(&gradient("radial", "#060", "#eee")), "c"),
        ("grey-tiles", a4(&tiles("#777")), "m"),
        ("color-tiles", a4(&tiles("#a0a")), "c"),
        ("mask", a4(masked), "c"),
        ("color-outside", a4(outside), "m"),
        ("group", a4(group), "c"),
        (
            "mixed-sizes",
            vec![
                svg(595, 842, PLAIN),
                svg(842, 595, RED),
                svg(420, 595, PLAIN),
                svg(612, 792, PLAIN),
            ],
            "mcmm",
        ),
    ];
    let convert = programs::find("rsvg-convert", "librsvg2-bin");
    let made = recipes.into_iter().map(|(name, pages, colors)| {
        let file = folder.join(&format!("cairo-{name}.pdf"));
        let mut command = Command::new(&convert);
        command.args(["--format", "pdf", "--output"]).arg(&file);
        for (number, page) in pages.iter().enumerate() {
            command.arg(folder.write(&format!("cairo-{name}-{number}.svg"), page));
        }
        programs::run(&mut command);
        Made { name: format!("cairo: {name}"), file, colors }
    });
    made.collect()
}
