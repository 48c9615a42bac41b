//! The pages and the touch screen, used as people do: in a browser, by clicking what can be seen.

use real_parts::chromium::{Chromium, Window};
use real_parts::documents::{Paper, pdf};

use crate::scene::house::state;
use crate::scene::web::sign_in;
use crate::scene::{ANNA, BO, Setup, TapEnd};

#[test]
fn finance_signs_in_reads_the_usage_and_fetches_the_months_file() {
    let house = Setup::new().passwords().start();
    house.client().print("anna", &pdf(7, Paper::A4, "Report"));
    house.hall().1.tap(ANNA).expect(TapEnd::Printed);

    let mut browser = Chromium::start(Window::DESK);
    browser.open(&format!("https://127.0.0.1:{}/usage", house.ports().web));
    sign_in(&mut browser, "bo");
    browser.wait_for("location.pathname === '/usage'");
    browser.wait_for_text("Neuroscience");
    let page = browser.document();
    assert!(!page.contains("Report"), "finance sees no titles");
    let find = "document.querySelector('a[href^=\"/usage.csv\"]').href";
    let file = browser.evaluate(&format!(
        "fetch({find}).then(r => r.arrayBuffer()).then(b => Array.from(new Uint8Array(b)))"
    ));
    let bytes: Vec<u8> = serde_json::from_value(file).expect("a list of bytes");
    assert_eq!(String::from_utf8_lossy(&bytes), house.csv());
    assert!(bytes.starts_with(b"\xef\xbb\xbf") && bytes.ends_with(b"\r\n"), "for spreadsheets");
    assert_eq!(house.booked("K8").impressions, 7);
    assert!(browser.complaints().is_empty(), "{:?}", browser.complaints());
    let status = "fetch('/jobs').then(answer => answer.status)";
    assert_eq!(browser.evaluate(status), 403, "the list with everybody's jobs is not for finance");
}

#[test]
fn who_has_no_role_sees_their_own_prints_only() {
    let house = Setup::new().passwords().start();
    let (client, document) = (house.client(), pdf(1, Paper::A4, "Report"));
    let number = client.print("anna", &document);
    let of_bo = client.ask(&client.print_job("bo", "Budget"), &document).job_number();
    let mut browser = Chromium::start(Window::PHONE);
    let pages = format!("https://127.0.0.1:{}", house.ports().web);
    browser.open(&format!("{pages}/my-prints"));
    sign_in(&mut browser, "anna");
    browser.wait_for_text("Report");
    let status = "fetch('/usage').then(answer => answer.status)";
    assert_eq!(browser.evaluate(status), 403);
    assert!(!browser.document().contains("Budget"), "somebody else's title is not shown");
    let forms = "document.querySelectorAll('form[action$=\"/cancel\"]').length";
    assert_eq!(browser.evaluate(forms), 1, "somebody else's job is not shown");
    let form =
        "new URLSearchParams(new FormData(document.querySelector('form[action$=\"/cancel\"]')))";
    let address = format!("/my-prints/{of_bo}/cancel");
    let status = format!(
        "fetch('{address}', {{ method: 'POST', body: {form} }}).then(answer => answer.status)"
    );
    assert_eq!(browser.evaluate(&status), 404, "somebody else's job cannot be deleted");
    // Deleting what waits is one click, and it is gone for the tap as well.
    browser.click("form[action$='/cancel'] button");
    browser.wait_for_text("The job is being deleted");
    house.wait_for_state("anna", number, state::CANCELED);
    house.hall().1.tap(ANNA).expect(TapEnd::Nothing);
    house.hall().1.tap(BO).expect(TapEnd::Printed);
}

#[test]
fn a_finger_on_the_touch_page_prints_what_it_chose_where_it_chose() {
    let house = Setup::new().start();
    let both = ["--printer", "Hall", "--printer", "Library", "--policy", "choose"];
    house.admin(&[&["station", "change", "hall"][..], &both].concat());
    for pages in [1, 2] {
        house.client().print("anna", &pdf(pages, Paper::A4, "Report"));
    }
    let mut browser = Chromium::start(Window::STATION);
    browser.open(house.hall().1.page());
    browser.click("#card-0");
    browser.wait_for_text("Anna Åkesson");
    browser.wait_for_text("Print all 2");
    // The first of the two stays held.
    browser.click("button[id^='job-']");
    browser.wait_for_text("Print 1 of 2");
    let library = "[...document.querySelectorAll(\"button[id^='printer-']\")]\
                   .find(button => button.innerText.includes('Library')).id";
    let library = browser.evaluate(library);
    browser.click(&format!("#{}", library.as_str().expect("the button has an id")));
    browser.click("#release");
    browser.wait_for_text("All done!");
    let printed = [house.hall().0.jobs_printed(), house.library().0.jobs_printed()];
    assert_eq!(printed, [0, 1]);
    assert!(browser.complaints().is_empty(), "{:?}", browser.complaints());
    browser.click("#finish");
    browser.wait_for("!!document.querySelector('.screen.waiting')");
}
