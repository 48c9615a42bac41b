//! Chromium's own way to PDF, as from its print window.

use std::process::Command;

use crate::folder::Folder;
use crate::programs;

use super::for_each;
use super::{Made, TEXT};

/// Documents from web pages.
pub fn documents(folder: &Folder) -> Vec<Made> {
    let recipes: [(&str, String, &'static str); 12] = [
        ("text", format!("<h1>Utskrift</h1><p>{TEXT}</p>"), "m"),
        ("colored-heading", format!("<h1 style='color:#036'>Rubrik</h1><p>{TEXT}</p>"), "c"),
        ("link", "<p>Läs <a href='https://example.org/'>mer här</a></p>".to_owned(), "c"),
        ("grey-table", "<table border=1><tr><td style='background:#ccc'>Öre</td></tr></table>".to_owned(), "m"),
        (
            "three-pages",
            "<p>Ett</p><p style='break-before:page;color:#c00'>Två</p><p style='break-before:page'>Tre</p>"
                .to_owned(),
            "mcm",
        ),
        (
            "mixed-sizes",
            "<style>@page{size:A4} @page wide{size:A4 landscape} @page small{size:A5}\
             .w{page:wide} .s{page:small}</style><div>Ett</div><div class=w>Två</div><div class=s>Tre</div>"
                .to_owned(),
            "mmm",
        ),
        ("grey-gradient", "<div style='height:9cm;background:linear-gradient(#000,#fff)'></div>".to_owned(), "m"),
        ("color-gradient", "<div style='height:9cm;background:linear-gradient(#f80,#fff)'></div>".to_owned(), "c"),
        ("see-through-black", "<div style='height:9cm;background:rgba(0,0,0,.4)'></div>".to_owned(), "m"),
        (
            "vector-picture",
            "<svg width=200 height=200><circle cx=90 cy=90 r=70 fill='seagreen'/></svg>".to_owned(),
            "c",
        ),
        ("grey-filter", "<div style='filter:grayscale(1)'><div style='height:5cm;background:#c00'></div></div>".to_owned(), "m"),
        ("form", "<form><input value='Åsa'><textarea>Text</textarea></form>".to_owned(), "m"),
    ];
    let chromium = programs::find("chromium", "chromium");
    for_each(&recipes, |(name, body, colors)| {
        let page = format!(
            "<!doctype html><html lang=sv><meta charset=utf-8><style>*{{print-color-adjust:exact}}</style>{body}"
        );
        let page = folder.write(&format!("web-{name}.html"), page);
        let file = folder.join(&format!("web-{name}.pdf"));
        let mut command = Command::new(&chromium);
        command
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
            .args(["--no-first-run", "--no-pdf-header-footer"])
            .arg(format!("--user-data-dir={}", folder.join(&format!("profile-{name}")).display()))
            .arg(format!("--print-to-pdf={}", file.display()))
            .arg(format!("file://{}", page.display()));
        programs::run(&mut command);
        Made { name: format!("chromium: {name}"), file, colors }
    })
}
