//! The browser on its own, opening a page from a file.

use real_parts::chromium::{Chromium, Key, Window};
use real_parts::folder::Folder;

const PAGE: &str = "<!doctype html><meta charset=utf-8><title>Prov</title>
<form onsubmit=\"event.preventDefault(); done.textContent = 'Hej ' + who.value\">
<input id=who value=nobody><button id=go>Go</button></form><p id=done></p>
<p id=count></p><script>
document.getElementById('count').textContent = 'Åtta ' + 'sidor';
go.addEventListener('mousedown', () => { count.textContent = 'pressed'; });
</script>";

#[test]
fn a_page_is_opened_read_filled_in_clicked_and_pictured() {
    let folder = Folder::new("page");
    let page = folder.write("page.html", PAGE);
    let mut chromium = Chromium::start(Window::DESK);
    chromium.open(&format!("file://{}", page.display()));
    chromium.wait_for_text("Åtta sidor");
    assert!(chromium.document().contains("<p id=\"count\">Åtta sidor</p>"));

    chromium.fill("#who", "Åsa");
    chromium.press(Key::Enter);
    chromium.wait_for_text("Hej Åsa");
    chromium.fill("#who", "Bo");
    chromium.click("#go");
    chromium.wait_for_text("Hej Bo");
    assert_eq!(chromium.evaluate("count.textContent"), "pressed");
    assert!(chromium.address().ends_with("/page.html"));
    assert_eq!(chromium.complaints(), [""; 0]);

    let picture = folder.join("page.png");
    chromium.resize(Window::STATION);
    chromium.screenshot(&picture);
    let bytes = std::fs::read(&picture).unwrap();
    // PNG section 11.2.2: width and height follow the first chunk's name, at byte 16.
    assert_eq!(bytes[16..20], Window::STATION.width.to_be_bytes());
    assert_eq!(bytes[20..24], Window::STATION.height.to_be_bytes());
}

#[test]
fn what_the_browser_finds_wrong_is_told() {
    let folder = Folder::new("page");
    let page = folder.write(
        "page.html",
        "<!doctype html><meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">\
         <script>alert(1)</script>",
    );
    let mut chromium = Chromium::start(Window::PHONE);
    chromium.open(&format!("file://{}", page.display()));
    let complaints = chromium.complaints();
    assert!(
        complaints.iter().any(|text| text.contains("Content Security Policy")),
        "{complaints:?}"
    );
}
