//! The browser on its own, opening a page from a file.

use real_parts::chromium::{Chromium, Window};
use real_parts::folder::Folder;

#[test]
fn a_page_s_scripts_run_and_its_picture_has_the_size_of_the_window() {
    let folder = Folder::new("page");
    let page = folder.write(
        "page.html",
        "<!doctype html><meta charset=utf-8><title>Prov</title><p id=p>before</p>\
         <script>document.getElementById('p').textContent = 'Åtta ' + 'sidor';</script>",
    );
    let url = format!("file://{}", page.display());
    let chromium = Chromium::new();
    let document = chromium.document(&url);
    assert!(document.contains("<p id=\"p\">Åtta sidor</p>"), "{document}");

    let picture = folder.join("page.png");
    chromium.screenshot(&url, Window::STATION, &picture);
    let bytes = std::fs::read(&picture).unwrap();
    // PNG section 11.2.2: width and height follow the first chunk's name, at byte 16.
    assert_eq!(bytes[16..20], Window::STATION.width.to_be_bytes());
    assert_eq!(bytes[20..24], Window::STATION.height.to_be_bytes());
}
