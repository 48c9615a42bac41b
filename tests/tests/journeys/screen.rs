//! What the screen offers: options with their price, keeping, once more, other people's prints, and what is
//! confidential.

use std::time::Duration;

use real_parts::documents::{Paper, pdf};
use real_parts::waiting;

use crate::scene::house::state;
use crate::scene::screen::Screen;
use crate::scene::web::Web;
use crate::scene::{ANNA, BO, House, QUEUE, Setup, TapEnd};

const LIMIT: Duration = Duration::from_secs(60);

fn print(house: &House, pages: usize) -> i32 {
    house.client().print("anna", &pdf(pages, Paper::A4, "Report"))
}

/// The queue's jobs wait until they are chosen, wherever somebody taps.
fn list_first(house: &House) {
    let said = house.admin(&["queue", "change", QUEUE, "--starts", "list-first"]);
    assert!(said.contains("At a tap: list-first"), "{said}");
}

/// Waits until so many prints are booked for the department.
fn booked(house: &House, department: &str, jobs: u64) -> crate::scene::Printed {
    waiting::wait_until("the booking", LIMIT, || house.booked(department).jobs >= jobs);
    house.booked(department)
}

#[test]
fn what_is_changed_at_the_screen_is_priced_printed_and_booked_so() {
    let house = Setup::new().start();
    list_first(&house);
    let number = print(&house, 4);
    let (mfp, station) = house.hall();
    let tap = station.begin_tap(ANNA);
    let screen = Screen::of(station);
    screen.shows("4\u{A0}pages");
    let job = screen.first_job();
    let page = screen.change(&job, &["more-copies", "black-and-white", "first-later"]);
    // Two copies of three sides, each on a sheet of its own.
    assert!(page.contains("SEK\u{A0}3.30") || page.contains("3.30"), "{page}");
    let page = screen.page();
    assert!(page.contains("pages\u{A0}2–4") && page.contains("black and white"), "{page}");
    screen.choose(&job);
    screen.press("release", "");
    tap.wait().expect(TapEnd::Printed);
    house.wait_for_state("anna", number, state::COMPLETED);
    assert_eq!(mfp.impressions_out(), 6);
    let booked = booked(&house, "K8", 1);
    assert_eq!((booked.impressions, booked.sheets, booked.amount.as_str()), (6, 6, "3,30"));
    house.expect_whole();
}

fn kept(setup: Setup) {
    let house = setup.start();
    list_first(&house);
    let number = print(&house, 1);
    let (mfp, station) = house.hall();
    let screen = Screen::of(station);
    for times in [1, 2] {
        station.let_the_last_tap_pass(ANNA);
        let tap = station.begin_tap(ANNA);
        let job = screen.first_job();
        if times == 1 {
            screen.change(&job, &["keep"]);
        } else {
            screen.shows("Printed already, kept until");
        }
        screen.choose(&job);
        screen.press("release", "");
        tap.wait().expect(TapEnd::Printed);
        assert_eq!(mfp.jobs_printed(), times);
        house.wait_for_state("anna", number, state::HELD);
        screen.press("leave", "");
    }
    assert_eq!(booked(&house, "K8", 2).jobs, 2, "each time it costs");
    // A tap for everything leaves it, and it can be deleted.
    house.admin(&["queue", "change", QUEUE, "--starts", "at-once"]);
    station.let_the_last_tap_pass(ANNA);
    let tap = station.begin_tap(ANNA);
    let job = screen.first_job();
    screen.shows("Printed already, kept until");
    assert_eq!(mfp.jobs_printed(), 2);
    screen.press("options", &format!("job={job}"));
    screen.press("ask-delete", "");
    screen.shows("Delete this print?");
    screen.press("delete", "");
    house.wait_for_state("anna", number, state::CANCELED);
    tap.walk_away();
    house.expect_whole();
}

#[test]
fn a_kept_print_is_printed_twice_and_booked_twice() {
    kept(Setup::new());
}

#[test]
fn a_kept_print_is_printed_twice_with_postgresql() {
    kept(Setup::new().postgres());
}

#[test]
fn what_was_not_right_is_printed_once_more_at_the_next_tap_and_booked_anew() {
    let house = Setup::new().start();
    let number = print(&house, 1);
    let (mfp, station) = house.hall();
    station.tap(ANNA).expect(TapEnd::Printed);
    house.wait_for_state("anna", number, state::COMPLETED);
    let screen = Screen::of(station);
    screen.shows("Not right?");
    station.let_the_last_tap_pass(ANNA);
    // The command line knows of what is held only; the page goes on.
    let tap = station.begin_tap(ANNA);
    screen.shows("Just printed. Was it not right?");
    let job = screen.first_job();
    assert_eq!(mfp.jobs_printed(), 1, "a tap alone prints nothing twice");
    screen.choose(&job);
    screen.press("release", "");
    mfp.wait_for("the second print", |_| mfp.jobs_printed() == 2);
    tap.wait();
    assert_eq!(booked(&house, "K8", 2).sheets, 2);
    house.wait_for_state("anna", number, state::COMPLETED);
    house.expect_whole();
}

#[test]
fn a_delegate_of_the_helpdesk_opens_nothing_older_and_the_owner_pays_and_is_told() {
    let house = Setup::new().passwords().start();
    let earlier = print(&house, 1);
    let today = house.today();
    let said = house.admin(&["delegate", "add", "anna", "bo", "--until", &today]);
    assert!(said.contains("anna is told"), "{said}");
    let later = print(&house, 1);
    let (mfp, station) = house.hall();
    let tap = station.begin_tap(BO);
    let screen = Screen::of(station);
    let page = screen.shows("Prints of Anna Åkesson");
    assert_eq!(page.matches("id=\"job-").count(), 1, "nothing older: {page}");
    assert_eq!(mfp.jobs_printed(), 0, "not by the tap");
    let job = screen.first_job();
    screen.choose(&job);
    screen.press("release", "");
    tap.wait().expect(TapEnd::Printed);
    house.wait_for_state("anna", later, state::COMPLETED);
    house.wait_for_state("anna", earlier, state::HELD);
    assert_eq!(booked(&house, "K8", 1).jobs, 1, "the owner's department");
    assert_eq!(house.booked("C2").jobs, 0);
    let audit = house.admin(&["audit", "--limit", "1000"]);
    assert!(audit.contains("delegate-add") && audit.contains("delegate-print"), "{audit}");
    let mine = Web::signed_in(&house, "anna").get("/my-prints");
    for text in ["IT has named somebody", "A delegate has collected", "Waits for you"] {
        assert!(mine.contains(text), "{text}: {mine}");
    }
    // Bo's own page says nothing of Anna's prints.
    let bos = Web::signed_in(&house, "bo").get("/my-prints");
    assert!(!bos.contains("Anna"), "{bos}");
    house.admin(&["delegate", "end", "anna", "bo"]);
    house.expect_whole();
}

#[test]
fn a_confidential_print_stays_held_at_a_printer_without_tls_and_the_screen_says_why() {
    let house = Setup::new().start();
    let said = house.admin(&["queue", "change", QUEUE, "--confidential", "yes"]);
    assert!(said.contains("Confidential: yes"), "{said}");
    let number = print(&house, 1);
    let (mfp, station) = house.hall();
    let tap = station.begin_tap(ANNA);
    let screen = Screen::of(station);
    let page = screen.shows("the way to this printer is not encrypted");
    assert!(page.contains("Confidential"), "{page}");
    let job = screen.first_job();
    screen.choose(&job);
    screen.press("release", "");
    screen.shows("Walk to a printer that documents reach encrypted");
    assert_eq!(mfp.jobs().len(), 0);
    house.wait_for_state("anna", number, state::HELD);
    screen.press("leave", "");
    tap.wait();
    assert_eq!(house.booked("K8").jobs, 0);
    house.expect_whole();
}
