//! Links that people make themselves: from signing in on the start page to the print, and to its end.

use std::fs;
use std::path::Path;
use std::time::Duration;

use ipp_codec::{GroupTag, Operation, Status, names};
use real_parts::chromium::{Chromium, Window};
use real_parts::cupsd::Cupsd;
use real_parts::documents::{Paper, pdf};
use real_parts::folder::Folder;
use real_parts::{programs, waiting};
use serde_json::json;

use crate::doors::{by_link, refused};
use crate::scene::house::state;
use crate::scene::web::sign_in;
use crate::scene::{ANNA, Client, House, Setup, TapEnd};

const LIMIT: Duration = Duration::from_secs(60);

/// Signs in on the start page as anna and makes a link; gives the address that is shown.
fn make_link(browser: &mut Chromium, house: &House, device: &str) -> String {
    let pages = format!("https://127.0.0.1:{}", house.ports().web);
    browser.open(&format!("{pages}/start?device=linux&lang=en"));
    browser.click("#link a[href^='/sign-in']");
    sign_in(browser, "anna");
    browser.wait_for_text("Make a link");
    browser.fill("#device", device);
    browser.click("#link form button");
    browser.wait_for_text("Your link is ready");
    let address = browser.evaluate("document.querySelector('code.whole').textContent");
    address.as_str().expect("an address is shown").to_owned()
}

/// Presses the button and gives what the browser saved.
fn download(browser: &mut Chromium, button: &str, folder: &Path) -> String {
    let into = json!({ "behavior": "allow", "downloadPath": folder });
    browser.command("Page.setDownloadBehavior", into);
    browser.click(button);
    let file = folder.join("followme.sh");
    // A browser writes under another name until it has all of it.
    let saved =
        waiting::poll(LIMIT, || fs::read_to_string(&file).ok().filter(|text| !text.is_empty()));
    saved.unwrap_or_else(|| panic!("no file came:\n{}", browser.text()))
}

/// The state and the owner of the first job that whoever has the link sees.
fn first_job(client: &Client) -> Option<(i32, String)> {
    let question = client.request(Operation::GET_JOBS, "chronos");
    let reply = client.ask(&question, &[]).ipp();
    let number = reply.groups(GroupTag::JOB).find_map(|job| job.integer(names::JOB_ID))?;
    let job = client.job("chronos", number);
    Some((job.integer(names::JOB_STATE)?, job.string(names::JOB_ORIGINATING_USER_NAME)?))
}

fn journey(mut house: House) {
    let folder = Folder::new("downloads");
    let mut browser = Chromium::start(Window::DESK);
    let address = make_link(&mut browser, &house, "Lab laptop");
    let (_, secret) = address.rsplit_once("/u/").expect("a link");
    let authority = format!("ipps://127.0.0.1:{}/ipp/print/", house.ports().print);
    let link = address.strip_prefix(&authority).expect("the address of the listener").to_owned();
    assert!(!browser.address().contains(secret), "no address of a page has the secret");
    let script = download(&mut browser, "form[action$='/linux'] button", folder.path());
    assert!(script.contains(&address), "{script}");

    let cupsd = Cupsd::start(false);
    programs::run(cupsd.client("sh").args(["-c", &script]));
    let file = folder.write("report.pdf", pdf(1, Paper::A4, "Report"));
    let file = file.to_str().expect("our folders are plain text");
    // Whatever the device calls its user: nobody here has that name, and no password is asked for.
    let printed = cupsd.lp(&["-d", "followme", "-U", "chronos", file]);
    assert!(printed.status.success(), "{printed:?}\n{}", cupsd.log());
    let client = by_link(&house, &link);
    let held = waiting::poll(LIMIT, || first_job(&client));
    assert_eq!(held, Some((state::HELD, "anna".to_owned())), "{}", cupsd.log());
    browser.wait_for_text("It arrived!");
    house.hall().1.tap(ANNA).expect(TapEnd::Printed);

    browser.open(&format!("https://127.0.0.1:{}/my-prints?lang=en", house.ports().web));
    browser.wait_for_text("Lab laptop");
    browser.wait_for_text("A new link now prints in your name.");
    assert!(!browser.document().contains(secret), "it was shown once");
    let used = "document.querySelector('#links tbody tr').innerText.includes('Never')";
    assert_eq!(browser.evaluate(used), false, "it was used");
    browser.click("#links form[action$='/remove'] button");
    browser.wait_for_text("The link for “Lab laptop” has been removed");
    let status = Status::CLIENT_ERROR_NOT_AUTHORIZED;
    refused(&client, "anna", status, "Get a new link");
    assert!(browser.complaints().is_empty(), "{:?}", browser.complaints());
    // Neither what was removed nor what is somebody else's goes into a file.
    let of_bo = house.admin(&["link", "add", "bo", "--device", "Phone"]);
    let of_bo = of_bo.lines().find_map(|line| line.rsplit_once("/u/")).expect("an address").1;
    for other in [secret, of_bo] {
        let status = format!(
            "(body => (body.set('link', '{other}'), \
             fetch('/start/followme/linux', {{ method: 'POST', body }})))\
             (new URLSearchParams(new FormData(document.querySelector('form[action=\"/sign-out\"]'))))\
             .then(answer => answer.status)"
        );
        assert_eq!(browser.evaluate(&status), 404);
    }
    let audit = house.admin(&["audit", "--limit", "1000"]);
    for event in ["link-add", "link-revoke", "refused: unknown link"] {
        assert!(audit.contains(event), "{event}: {audit}");
    }
    for text in [&audit, &house.admin(&["link", "list", "anna"]), &house.server_log()] {
        assert!(!text.contains(secret), "{text}");
    }
    house.expect_whole();
}

#[test]
fn a_person_makes_a_link_prints_by_its_file_without_a_password_and_removes_it() {
    journey(Setup::new().passwords().start());
}

#[test]
fn a_person_makes_a_link_and_removes_it_with_postgresql() {
    journey(Setup::new().postgres().passwords().start());
}

#[test]
fn an_owner_reads_what_an_administrator_and_a_careless_device_did_to_the_links() {
    let house = Setup::new().passwords().without_stations().start();
    for device in ["Laptop", "Phone"] {
        house.admin(&["link", "add", "anna", "--device", device]);
    }
    house.admin(&["link", "revoke", "anna", "--device", "Laptop"]);
    let mut browser = Chromium::start(Window::PHONE);
    let own = make_link(&mut browser, &house, "Tablet");
    let (_, link) = own.split_once("/ipp/print/").expect("the address of a queue");
    let plain = house.client_of(link);
    let question = plain.request(Operation::GET_PRINTER_ATTRIBUTES, "anna");
    assert_eq!(plain.ask(&question, &[]).ipp().status(), Status::CLIENT_ERROR_FORBIDDEN);
    browser.open(&format!("https://127.0.0.1:{}/my-prints?lang=en", house.ports().web));
    for text in [
        "A new link now prints in your name.",
        "IT has removed at least one of your links",
        "One of your links was sent without encryption",
        "made by IT",
        "Sent unencrypted",
    ] {
        browser.wait_for_text(text);
    }
    let buttons = "document.querySelectorAll('#links form[action$=\"/remove\"]').length";
    assert_eq!(browser.evaluate(buttons), 1, "the phone's works still");
}
