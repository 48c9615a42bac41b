//! From nothing to the first print, as the start page and the profiles tell people.

use std::time::{Duration, Instant};

use real_parts::chromium::{Chromium, Window};
use real_parts::cupsd::Cupsd;
use real_parts::documents::{Paper, pdf};
use real_parts::programs;

use crate::printing::first_job;
use crate::scene::house::state;
use crate::scene::web::sign_in;
use crate::scene::{House, Setup};

fn profile(house: &House, arguments: &[&str]) -> String {
    let output = house.command(&[&["profile"], arguments].concat()).output();
    let output = output.expect("the program is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("profiles are text")
}

#[test]
fn the_file_for_linux_adds_a_queue_that_prints() {
    let house = Setup::new().without_stations().start();
    let cupsd = Cupsd::start(false);
    let script = profile(&house, &["linux", "--queue", "followme"]);
    programs::run(cupsd.client("sh").args(["-c", &script]));
    let file = house.path("report.pdf");
    std::fs::write(&file, pdf(1, Paper::A4, "Report")).expect("the folder is ours");
    let file = file.to_str().expect("our folders are plain text");
    let printed = cupsd.lp(&["-d", "followme", "-U", "anna", file]);
    assert!(printed.status.success(), "{printed:?}\n{}", cupsd.log());
    let number = first_job(&house, "anna", || cupsd.log());
    house.wait_for_state("anna", number, state::HELD);
}

#[test]
fn every_platform_has_its_file_with_the_address_of_the_queue_or_of_a_link() {
    let house = Setup::new().without_stations().start();
    let address = format!("127.0.0.1:{}/ipp/print/followme", house.ports().print);
    for platform in ["windows", "chromeos", "linux"] {
        let file = profile(&house, &[platform, "--queue", "FollowMe", "--link", "Ab-9"]);
        assert!(file.contains(&format!("ipps://{address}/u/Ab-9")), "{file}");
    }
    let apple = profile(&house, &["apple", "--queue", "followme"]);
    assert!(apple.contains("<string>/ipp/print/followme</string>"), "{apple}");
    let wrong = house.command(&["profile", "apple", "--queue", "nowhere"]).output();
    let said = String::from_utf8(wrong.expect("the program is there").stderr).expect("text");
    assert!(said.contains("there is no queue \"nowhere\""), "{said}");
}

#[test]
fn the_start_page_shows_the_address_the_file_and_the_first_print_within_two_seconds() {
    let house = Setup::new().passwords().without_stations().start();
    let mut browser = Chromium::start(Window::DESK);
    let pages = format!("https://127.0.0.1:{}", house.ports().web);
    browser.open(&format!("{pages}/start?device=linux&lang=en"));
    let address = format!("ipps://127.0.0.1:{}/ipp/print/followme", house.ports().print);
    browser.wait_for_text(&address);
    let file = "fetch(document.querySelector('a[download]').href).then(reply => reply.text())";
    let file = browser.evaluate(file);
    assert_eq!(file, profile(&house, &["linux", "--queue", "followme"]), "one file, two ways");
    browser.click("main a[href^='/sign-in']");
    sign_in(&mut browser, "anna");
    browser.wait_for_text("Print something now.");
    assert!(browser.address().contains("device=linux"), "back where it began");
    house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    let printed = Instant::now();
    browser.wait_for_text("It arrived!");
    let took = printed.elapsed();
    assert!(took < Duration::from_secs(2), "it took {took:?}");
    assert!(browser.complaints().is_empty(), "{:?}", browser.complaints());
}
