//! Files that are sent by the page: with and without the script, taken and refused.

use print_core::{PageCount, PrintColorMode, Sides};
use real_parts::chromium::{Key, Window};
use real_parts::folder::Folder;
use serde_json::json;
use tokio::task::block_in_place;

use crate::browser::{Browser, Reply, field};
use crate::house::{FILE_MAX_BYTES, House};
use crate::script::{at, browser};

/// Sends the form as a browser does.
pub async fn upload(
    browser: &mut Browser,
    fields: &[(&str, &str)],
    files: &[(&str, &[u8])],
    headers: &[(&str, &str)],
) -> Reply {
    send(browser, &form(fields, files), headers).await
}

async fn send(browser: &mut Browser, body: &[u8], more: &[(&str, &str)]) -> Reply {
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("content-type", "multipart/form-data; boundary=----b"),
    ];
    let headers = [&headers[usize::from(more.iter().any(|h| h.0 == "sec-fetch-site"))..], more];
    browser.send("POST", "/print", &headers.concat(), body).await
}

fn form(fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    let head = "------b\r\nContent-Disposition: form-data; name=";
    for (name, value) in fields {
        body.extend(format!("{head}\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    for (name, content) in files {
        let kind = "Content-Type: image/png";
        let lines = format!("{head}\"file\"; filename=\"{name}\"\r\n{kind}\r\n\r\n");
        body.extend(lines.into_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"------b--\r\n");
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_taken_with_what_was_asked_for_and_the_page_says_so() {
    let house = House::open().await;
    let mut staff = Browser::signed_in(house.address, "staff").await;
    let page = staff.get("/print").await.text();
    assert!(page.contains("PDF och JPEG, högst 1\u{a0}MB per fil."), "{page}");
    assert!(page.contains("value=\"two-sided-long-edge\" checked"), "the queue's habit");
    let token = field(&page, "token");
    let fields = [
        ("token", token.as_str()),
        ("queue", "followme"),
        ("copies", "3"),
        ("sides", "one-sided"),
        ("color", "monochrome"),
    ];
    let file: (&str, &[u8]) = ("C:\\mitt\\Årsrapport.pdf", b"%PDF-1.7 and so on");
    let reply = upload(&mut staff, &fields, &[file], &[]).await;
    let there = "/print?queue=followme&sent=1";
    assert_eq!((reply.status, reply.header("location")), (303, there), "{}", reply.text());
    let page = staff.get(there).await.text();
    assert!(page.contains("Filen väntar på dig. Håll fram ditt kort vid en skrivare."));
    let taken = house.taken.lock().unwrap().clone();
    let [(taken, size)] = &taken[..] else { panic!("one file, not {taken:?}") };
    assert_eq!((taken.file_name.as_str(), *size), ("Årsrapport.pdf", file.1.len()));
    assert_eq!((taken.queue.as_str(), taken.copies), ("followme", 3));
    assert_eq!(taken.sides, Some(Sides::OneSided));
    assert_eq!(taken.color_mode, Some(PrintColorMode::Monochrome));
    assert_eq!((taken.person, taken.login.as_str()), (house.person("staff").await, "staff"));
    // A queue that has nothing to choose among asks nothing.
    let library = staff.get("/print?queue=library").await.text();
    assert!(!library.contains("type=\"radio\"") && library.contains("PDF, högst"), "{library}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_several_files_has_its_own_answer() {
    let house = House::open().await;
    let mut staff = Browser::signed_in(house.address, "staff").await;
    let token = field(&staff.get("/print").await.text(), "token");
    let large = [b"%PDF-".as_slice(), &vec![b'x'; FILE_MAX_BYTES as usize]].concat();
    let files: [(&str, &[u8]); 4] =
        [("a.pdf", b"%PDF-1"), ("<b>.docx", b"PK"), ("c.pdf", &large), ("d.pdf", b"%PDF-2")];
    let fields = [("token", token.as_str()), ("queue", "followme")];
    for part in [&[][..], &[("x-part", "sent")]] {
        let reply = upload(&mut staff, &fields, &files, part).await;
        assert_eq!(reply.status, if part.is_empty() { 422 } else { 200 });
        let page = reply.text();
        assert_eq!(page.contains("<html"), part.is_empty());
        for said in [
            "a.pdf väntar på dig som jobb 5",
            "&lt;b&gt;.docx: Den sortens fil kan vi inte skriva ut. Spara eller exportera den som PDF",
            "c.pdf: Filen är större än 1\u{a0}MB",
            "d.pdf väntar på dig som jobb 5",
        ] {
            assert!(page.contains(said), "{said} in {page}");
        }
    }
    assert_eq!(house.taken.lock().unwrap().len(), 4);
    for files in [&[][..], &[("", &b""[..])]] {
        let reply = upload(&mut staff, &fields, files, &[]).await;
        assert_eq!(reply.status, 422);
        assert!(reply.text().contains("Välj en fil och skicka igen."));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_our_own_form_of_a_living_session_brings_a_file() {
    let house = House::open().await;
    let mut staff = Browser::signed_in(house.address, "staff").await;
    let token = field(&staff.get("/print").await.text(), "token");
    let other = Browser::signed_in(house.address, "visitor").await.get("/print").await.text();
    let other = field(&other, "token");
    let files: [(&str, &[u8]); 1] = [("a.pdf", b"%PDF-1")];
    for token in ["", "x", &other] {
        let reply = upload(&mut staff, &[("token", token)], &files, &[]).await;
        assert_eq!(reply.status, 403, "{token:?}");
    }
    // The token must be there before the file is read, not after it.
    let mut late = form(&[], &files);
    late.truncate(late.len() - b"------b--\r\n".len());
    late.extend_from_slice(&form(&[("token", &token)], &[]));
    assert_eq!(send(&mut staff, &late, &[]).await.status, 403);
    let fields = [("token", token.as_str()), ("queue", "followme")];
    for site in ["cross-site", "same-site", "none"] {
        let headers = [("sec-fetch-site", site), ("origin", "https://evil.example")];
        assert_eq!(upload(&mut staff, &fields, &files, &headers).await.status, 403, "{site}");
    }
    for body in [&b"nonsense"[..], b"------b\r\nX: y\r\n\r\n\r\n------b--"] {
        assert_eq!(send(&mut staff, body, &[]).await.status, 400);
    }
    let reply = staff.post("/print", &[("token", &token)]).await;
    assert_eq!(reply.status, 400, "no form with files");
    let mut nobody = Browser::new(house.address);
    let reply = upload(&mut nobody, &fields, &files, &[]).await;
    assert_eq!((reply.status, reply.header("location")), (303, "/sign-in"));
    house.disable("staff").await;
    let reply = upload(&mut staff, &fields, &files, &[]).await;
    assert_eq!((reply.status, reply.header("location")), (303, "/sign-in"));
    assert!(house.taken.lock().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_cut_off_says_what_came_whole_before() {
    let house = House::open().await;
    let mut staff = Browser::signed_in(house.address, "staff").await;
    let token = field(&staff.get("/print").await.text(), "token");
    let files: [(&str, &[u8]); 2] = [("a.pdf", b"%PDF-1"), ("b.pdf", b"%PDF-2 is longer")];
    let whole = form(&[("token", &token), ("queue", "followme")], &files);
    let reply = send(&mut staff, &whole[..whole.len() - 20], &[]).await;
    let page = reply.text();
    assert_eq!(reply.status, 422);
    assert!(page.contains("a.pdf väntar på dig") && page.contains("b.pdf: Filen kom inte fram"));
    assert_eq!(house.taken.lock().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_just_now_is_shown_with_its_pages_and_its_price() {
    let house = House::open().await;
    let mut staff = Browser::signed_in(house.address, "staff").await;
    let (job, _) = house.held("staff", "Nytt.pdf").await;
    house.counted(job, PageCount { pages: 4, color: 1 }).await;
    // Three monochrome sides, one in colour, four sheets.
    let price = "4\u{a0}sidor · 4,75\u{a0}kr · 184\u{a0}kB";
    for path in ["/print", "/my-prints"] {
        let page = staff.get(path).await.text();
        assert!(page.contains("Nytt.pdf") && page.contains(price), "{path}: {page}");
    }
    let part = staff.send("GET", "/print", &[("x-part", "arrived")], "").await.text();
    assert!(part.contains(price) && !part.contains("<html"), "{part}");
    assert!(staff.get("/my-prints").await.text().contains("href=\"/print\""));
    assert!(Browser::new(house.address).get("/start").await.text().contains("href=\"/print\""));
}

const FILES: &str = "input[type=file]";

#[tokio::test(flavor = "multi_thread")]
async fn the_script_sends_one_file_after_another_and_files_can_be_dropped() {
    let house = House::open().await;
    let folder = Folder::new("uploads");
    let large = vec![b'x'; FILE_MAX_BYTES as usize + 1];
    let files = [("a.pdf", &b"%PDF-1"[..]), ("b.txt", b"hello"), ("c.pdf", &large)]
        .map(|(name, text)| folder.write(name, text));
    block_in_place(|| {
        let mut browser = browser(&house, "staff", Window::DESK, "/print?lang=en");
        browser.wait_for("document.documentElement.classList.contains('script')");
        browser.choose_files(FILES, &files.each_ref().map(|file| file.as_path()));
        browser.click("form.upload button");
        browser.wait_for("document.querySelectorAll('#sent li .notice, #sent li').length >= 3");
        browser.wait_for_text("a.pdf is held for you as job 501.");
        browser.wait_for_text("b.txt: We cannot print that kind of file.");
        browser.wait_for_text("c.pdf: The file is larger than 1\u{a0}MB");
        assert_eq!(browser.evaluate("location.pathname"), "/print");
        browser.wait_for("document.querySelector('input[type=file]').files.length === 0");
        let drop = "(() => { const data = new DataTransfer(); \
            data.items.add(new File(['%PDF-dropped'], 'd.pdf')); \
            const event = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }); \
            document.querySelector('.drop').dispatchEvent(event); return event.defaultPrevented; })()";
        assert_eq!(browser.evaluate(drop), true);
        browser.click("form.upload button");
        browser.wait_for_text("d.pdf is held for you as job 502.");
        assert_eq!(browser.complaints(), &[] as &[String]);
    });
    assert_eq!(house.taken.lock().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_works_without_the_script_and_by_keyboard() {
    let house = House::open().await;
    let folder = Folder::new("uploads");
    let file = folder.write("a.pdf", "%PDF-1");
    block_in_place(|| {
        let mut browser = browser(&house, "staff", Window::PHONE, "/my-prints?lang=sv");
        browser.command("Emulation.setScriptExecutionDisabled", json!({ "value": true }));
        browser.open(&at(&house, "/print"));
        browser.choose_files(FILES, &[&file]);
        browser.evaluate("document.querySelector('form.upload button').focus()");
        browser.press(Key::Enter);
        browser.wait_for_text("Filen väntar på dig. Håll fram ditt kort vid en skrivare.");
        assert!(browser.address().contains("/print?queue=followme&sent=1"));
    });
    assert_eq!(house.taken.lock().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_fits_a_phone_and_a_desk_in_both_languages() {
    let house = House::open().await;
    let (job, _) =
        house.held("staff", "En fil med ett ganska långt namn, slutlig version 2.pdf").await;
    house.counted(job, PageCount { pages: 4, color: 1 }).await;
    block_in_place(|| {
        for (name, window) in [("phone", Window::PHONE), ("desk", Window::DESK)] {
            let mut browser = browser(&house, "staff", window, "/print?lang=sv");
            for language in ["sv", "en"] {
                browser.open(&at(&house, &format!("/print?lang={language}")));
                browser.wait_for("!!document.querySelector('#arrived .facts')");
                let wide = browser.evaluate("document.documentElement.scrollWidth > innerWidth");
                assert_eq!(wide, false, "{name} {language} scrolls sideways");
                let small = browser.evaluate(
                    "[...document.querySelectorAll('form.upload input:not([type=hidden]), \
                     form.upload button, label.option')] \
                     .filter(e => e.closest('label.option') !== e.parentElement) \
                     .filter(e => e.getBoundingClientRect().height < 24).length",
                );
                assert_eq!(small, 0, "{name} {language}: targets are at least 24 pixels high");
            }
        }
    });
}
