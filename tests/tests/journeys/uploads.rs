//! Files that people send by the page: held like any other print, and out at a tap.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use real_parts::chromium::{Chromium, Window};
use real_parts::documents::{Paper, jpeg, pdf, pdf_of_size};
use real_parts::waiting;

use crate::hostile::{peak_kib, resident_kib};
use crate::inspecting::locked;
use crate::scene::client::read_answer;
use crate::scene::house::STATE_LIMIT;
use crate::scene::web::{Web, sign_in};
use crate::scene::{ANNA, House, PASSWORD, Setup, TapEnd};

/// A document of 200 MB may take so much more memory than an idle server.
const GROWTH_KIB_MAX: u64 = 16 * 1024;

/// What the page says where there is nothing to send files to.
const NO_QUEUE: &str = "No queue takes files right now.";

fn setup() -> Setup {
    Setup::new().passwords()
}

/// The document's files in the spool.
fn spooled(house: &House) -> Vec<String> {
    fn walk(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                walk(&path, found);
            } else if entry.metadata().is_ok_and(|file| file.len() > 100_000) {
                found.push(path.display().to_string());
            }
        }
    }
    let mut found = Vec::new();
    walk(&house.path("spool"), &mut found);
    found
}

#[test]
fn a_pdf_and_a_picture_from_the_browser_wait_with_their_pages_and_come_out_at_a_tap() {
    let house = setup().start();
    let (document, picture) = (pdf(3, Paper::A4, "Report"), jpeg(true));
    let file = house.path("Årsrapport 2026.pdf");
    fs::write(&file, &document).expect("the folder is ours");
    let photo = house.path("photo.jpg");
    fs::write(&photo, &picture).expect("the folder is ours");

    let mut browser = Chromium::start(Window::DESK);
    let pages = format!("https://127.0.0.1:{}", house.ports().web);
    browser.open(&format!("{pages}/print"));
    browser.wait_for("location.pathname === '/sign-in'");
    sign_in(&mut browser, "anna");
    browser.wait_for("location.pathname === '/print'");
    browser.wait_for("document.documentElement.classList.contains('script')");
    // It is refused at its first bytes, and the next one is sent all the same.
    let letter = house.path("letter.pdf");
    fs::write(&letter, vec![b'x'; 50_000_000]).expect("the folder is ours");
    browser.choose_files("input[type=file]", &[&letter, &file, &photo]);
    browser.click("input[name=sides][value=one-sided]");
    browser.click("form.upload button");
    browser.wait_for_text("letter.pdf: We cannot print that kind of file.");
    browser.wait_for_text("Årsrapport 2026.pdf is held for you as job");
    browser.wait_for_text("photo.jpg is held for you as job");
    // Pages and price come by themselves.
    let shown = "document.getElementById('arrived').innerText";
    browser.wait_for(&format!("/3.pages · SEK.1\\.65/.test({shown})"));
    browser.wait_for(&format!("/1.page · SEK.0\\.55/.test({shown})"));
    browser.open(&format!("{pages}/my-prints"));
    browser.wait_for("/3.pages · SEK.1\\.65/.test(document.body.innerText)");
    assert!(browser.complaints().is_empty(), "{:?}", browser.complaints());

    let (mfp, station) = house.hall();
    station.tap(ANNA).expect(TapEnd::Printed);
    let printed: Vec<_> = mfp.jobs().iter().map(|job| mfp.document(job)).collect();
    assert_eq!(printed.len(), 2);
    assert!(printed.contains(&document) && printed.contains(&picture), "as they were sent");
    house.expect_whole();
    assert_eq!(house.booked("K8").impressions, 4);
}

#[test]
fn a_file_of_200_mb_takes_little_memory() {
    let mut house = setup().without_stations().start();
    let mut web = Web::signed_in(&house, "anna");
    let warm = pdf_of_size(1, Paper::A4, "Warm", 1_000_000);
    assert_eq!(web.upload("warm.pdf", &warm).http, 303);
    let document = pdf_of_size(1, Paper::A4, "Large", 200_000_000);
    let server = house.server().id();
    // 5 resets the mark of the most memory that a process had (proc(5)).
    fs::write(format!("/proc/{server}/clear_refs"), "5").expect("the server is ours");
    let idle = resident_kib(server);
    assert_eq!(web.upload("large.pdf", &document).http, 303);
    let peak = peak_kib(server);
    println!("idle {idle} KiB, peak {peak} KiB");
    assert!(peak <= idle + GROWTH_KIB_MAX, "from {idle} KiB idle to {peak} KiB");
    house.expect_whole();
}

#[test]
fn a_file_that_is_cut_half_way_leaves_nothing() {
    let mut house = setup().start();
    let mut web = Web::signed_in(&house, "anna");
    let document = pdf_of_size(1, Paper::A4, "Cut", 8_000_000);
    let whole = web.form("cut.pdf", &document);
    let mut connection = web.connect();
    connection.write_all(&whole[..whole.len() / 2]).expect("the server reads");
    connection.flush().expect("the server reads");
    waiting::wait_until("the beginning in the spool", STATE_LIMIT, || !spooled(&house).is_empty());
    drop(connection);
    waiting::wait_until("an empty spool", STATE_LIMIT, || spooled(&house).is_empty());
    house.hall().1.tap(ANNA).expect(TapEnd::Nothing);
    let page = web.get("/my-prints");
    assert!(!page.contains("/cancel\""), "nothing waits: {page}");
    house.stop_server();
    house.expect_whole();
    assert!(spooled(&house).is_empty());
}

#[test]
fn what_is_refused_is_explained_and_leaves_nothing() {
    let house = setup().more("[limits]\nheld_jobs_per_owner = 2\n").start();
    let mut web = Web::signed_in(&house, "anna");
    let (document, locked) = (pdf(1, Paper::A4, "Report"), locked(&house));
    for (name, content, said) in [
        ("letter.docx", b"PK\x03\x04 and so on".as_slice(), "Save or export it as PDF"),
        ("picture.png", b"\x89PNG\r\n\x1a\n and so on", "taken as JPEG"),
        ("empty.pdf", b"", "The file is empty"),
        ("locked.pdf", &locked, "Save a copy without the password"),
    ] {
        refused(&mut web, name, content, said);
    }
    assert_eq!(web.upload("a.pdf", &document).http, 303);
    assert_eq!(web.upload("b.pdf", &document).http, 303);
    refused(&mut web, "c.pdf", &document, "2 of your jobs wait already, which is the most.");
    house.admin(&["queue", "change", "followme", "--enabled", "no"]);
    waiting::wait_until("a closed queue", STATE_LIMIT, || {
        web.get("/print").contains("No queue takes files right now.")
    });
    refused(&mut web, "d.pdf", &document, "The queue is closed right now.");
    let page = web.get("/my-prints");
    assert_eq!(page.matches("/cancel\"").count(), 2, "{page}");
    assert!(!page.contains("docx"), "what the page said is not said again: {page}");
    house.expect_whole();
    let log = fs::read_to_string(house.path("server.log")).expect("the server's log");
    assert!(!log.contains("letter.docx") && !log.contains("locked.pdf"), "nobody's titles: {log}");
}

/// Sends a file that is not taken, and reads why.
fn refused(web: &mut Web, name: &str, content: &[u8], said: &str) {
    let answer = web.upload(name, content);
    let page = String::from_utf8_lossy(&answer.body).into_owned();
    assert_eq!(answer.http, 422, "{name}: {page}");
    assert!(page.contains(said), "{name}: {page}");
}

#[test]
fn the_size_of_a_document_and_the_room_for_all_of_them_have_limits() {
    let mut house = setup().without_stations().start();
    let mut web = Web::signed_in(&house, "anna");
    let config = house.path("print-server.toml");
    let text = fs::read_to_string(&config).expect("the configuration is ours");
    let document = pdf_of_size(1, Paper::A4, "Large", 3_000_000);
    for (spool, said) in [
        ("reserve_mib = 0\ndocument_max_mib = 2", "The file is larger than 2\u{a0}MB"),
        // More than any disk of a test machine has.
        ("reserve_mib = 1000000000", "no room for more documents right now"),
    ] {
        house.stop_server();
        let changed = text.replace("reserve_mib = 0", spool);
        fs::write(&config, changed).expect("the configuration is ours");
        house.start_server();
        refused(&mut web, "large.pdf", &document, said);
        assert!(spooled(&house).is_empty());
    }
}

#[test]
fn whoever_may_not_send_a_file_sends_none() {
    let house = setup().start();
    let mut web = Web::signed_in(&house, "anna");
    let document = pdf(1, Paper::A4, "Report");
    let form = web.form("a.pdf", &document);
    let foreign =
        String::from_utf8_lossy(&form).replace("Origin: https://127", "Origin: https://evil");
    assert_eq!(web.exchange(foreign.as_bytes()).http, 403, "another site");
    let cookie = web.cookie.replace("__Host-session=", "__Host-session=0");
    let stolen = String::from_utf8_lossy(&form).replace(&web.cookie, &cookie);
    let answer = web.exchange(stolen.as_bytes());
    assert_eq!(answer.http, 303);
    assert!(answer.head.contains("location: /sign-in"), "{}", answer.head);
    let people = house.path("people.toml");
    let text = fs::read_to_string(&people).expect("the file of people");
    let anna = "login = \"anna\"\n";
    fs::write(&people, text.replace(anna, &format!("{anna}disabled = true\n")))
        .expect("it is ours");
    house.admin(&["person", "sync"]);
    let answer = web.upload("a.pdf", &document);
    assert_eq!(answer.http, 303);
    assert!(answer.head.contains("location: /sign-in"), "{}", answer.head);
    // Some browsers show no answer when they could not send all that they wanted to.
    let large = web.form("a.pdf", &pdf_of_size(1, Paper::A4, "Large", 20_000_000));
    let mut connection = web.connect();
    connection.write_all(&large).expect("the server reads on");
    connection.flush().expect("the server reads on");
    assert_eq!(read_answer(&mut connection).expect("an answer").http, 303);
    house.expect_whole();
    assert_eq!(house.hall().0.jobs_printed(), 0);
}

#[test]
fn a_file_that_was_answered_held_outlives_a_killed_server() {
    let mut house = setup().start();
    let mut web = Web::signed_in(&house, "anna");
    let documents = [1_000, 300_000, 3_000_000].map(|size| {
        let document = pdf_of_size(1, Paper::A4, "Report", size);
        assert_eq!(web.upload("a.pdf", &document).http, 303);
        document
    });
    house.kill_server();
    house.start_server();
    house.stations[0].wait_for_connection();
    house.expect_whole();
    let (mfp, station) = house.hall();
    station.tap(ANNA).expect(TapEnd::Printed);
    let printed: Vec<_> = mfp.jobs().iter().map(|job| mfp.document(job)).collect();
    for document in documents {
        assert!(printed.contains(&document), "a file of {} bytes was lost", document.len());
    }
}

#[test]
fn behind_a_proxy_everybody_has_limits_of_their_own_and_nobody_can_shed_them() {
    let limits = "[limits]\nrefusals_per_address_minute = 3\njobs_per_address_minute = 2\n";
    let house = setup().more(limits).proxy().without_stations().start();
    let (one, other) = ("192.0.2.7", "192.0.2.8");
    let mut guesser = Web::visitor(&house, Some(one));
    for _ in 0..3 {
        assert_ne!(guesser.sign_in("bo", "a guess").http, 303);
    }
    assert_ne!(guesser.sign_in("bo", PASSWORD).http, 303, "one address guesses no more");
    let mut lying = Web::visitor(&house, Some(&format!("{other}, {one}")));
    assert_ne!(lying.sign_in("bo", PASSWORD).http, 303, "what a browser writes is not believed");
    let mut web = Web::visitor(&house, Some(other));
    assert_eq!(web.sign_in("anna", PASSWORD).http, 303, "the others are not the guesser");

    let document = pdf(1, Paper::A4, "Report");
    let kept = |web: &mut Web| web.upload("report.pdf", &document).http == 303;
    assert_eq!([(); 3].map(|()| kept(&mut web)), [true, true, false]);
    let mut elsewhere = Web::visitor(&house, Some("192.0.2.9"));
    assert_eq!(elsewhere.sign_in("anna", PASSWORD).http, 303);
    assert!(kept(&mut elsewhere), "the address counts, not the proxy");
    let audit = house.admin(&["audit", "--limit", "100"]);
    assert!(audit.contains("address:192.0.2.7") && !audit.contains("address:127.0.0.1"), "{audit}");
}

#[test]
fn a_queue_takes_files_from_the_page_until_its_administrator_says_otherwise() {
    let house = setup().without_stations().start();
    let mut web = Web::signed_in(&house, "anna");
    let document = pdf(1, Paper::A4, "Report");
    assert_eq!(web.upload("report.pdf", &document).http, 303);
    house.admin(&["queue", "change", "followme", "--uploads", "no"]);
    let closed = || web.get("/print").contains(NO_QUEUE).then_some(());
    assert!(waiting::poll(STATE_LIMIT, closed).is_some(), "the page lists it no more");
    let refused = web.upload("report.pdf", &document);
    assert_ne!(refused.http, 303, "{}", refused.head);
    let way = "<p><a href=\"/print\">";
    assert!(!web.get("/start").contains(way), "nothing leads there");
    // Print clients are let in as before.
    house.client().print("anna", &document);
    house.admin(&["queue", "change", "followme", "--uploads", "yes"]);
    let again =
        waiting::poll(STATE_LIMIT, || (web.upload("a.pdf", &document).http == 303).then_some(()));
    assert!(again.is_some() && web.get("/start").contains(way));
    let list = house.admin(&["queue", "list"]);
    assert!(list.contains("UPLOADS"), "{list}");
    house.expect_whole();
}
