//! Jobs with PINs (`job-password`, PWG 5100.11): asked for at the station, in addition to the tap.

use std::time::Duration;

use aws_lc_rs::digest;
use ipp_codec::{Attribute, ClientRequest, GroupTag, Operation, Reply, Status, Value, names};
use real_parts::cupsd::Cupsd;
use real_parts::documents::{Paper, pdf};
use real_parts::ipptool::{Counts, IppTool};
use real_parts::waiting;

use crate::scene::house::state;
use crate::scene::screen::Screen;
use crate::scene::web::Web;
use crate::scene::{ANNA, BO, Client, PASSWORD, Setup, TapEnd, myself};

const LIMIT: Duration = Duration::from_secs(20);
const NOT_SUPPORTED: Status = Status::CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED;

/// So long that no identifier has it by chance.
const PIN: &str = "4711081547110815";
const WRONG: &str = "1111222233334444";

fn document() -> Vec<u8> {
    pdf(1, Paper::A4, "Report")
}

/// The same request with a PIN as the client sends it.
fn with_pin(request: ClientRequest, encryption: &str, sent: &[u8]) -> ClientRequest {
    request
        .attribute(Attribute::new(names::JOB_PASSWORD, Value::OctetString(sent.to_vec())))
        .attribute(Attribute::keyword(names::JOB_PASSWORD_ENCRYPTION, encryption))
}

fn print_with_pin(client: &Client, encryption: &str, sent: &[u8]) -> i32 {
    let request = with_pin(client.print_job("anna", "Report"), encryption, sent);
    client.ask(&request, &document()).job_number()
}

fn sha2_256(pin: &str) -> Vec<u8> {
    digest::digest(&digest::SHA256, pin.as_bytes()).as_ref().to_vec()
}

fn offer(client: &Client) -> ipp_codec::Group {
    let question = client.request(Operation::GET_PRINTER_ATTRIBUTES, "anna");
    let offer = client.ask(&question, &[]).ipp();
    offer.groups(GroupTag::PRINTER).next().expect("a queue").clone()
}

fn refused(reply: &Reply, message: &str) {
    let said = reply.status_message().unwrap_or_default();
    assert_eq!(reply.status(), NOT_SUPPORTED, "{said}");
    assert!(said.contains(message), "{said}");
}

/// Waits until the client's job is in this `job-state`.
fn becomes(client: &Client, number: i32, state: i32) {
    waiting::wait_until("the job's state", LIMIT * 3, || {
        client.job("anna", number).integer(names::JOB_STATE) == Some(state)
    });
}

/// A PIN in clear, over TLS: the tap leaves it, a wrong PIN is refused, the right one prints it once.
fn journey(setup: Setup) {
    let mut house = setup.passwords().start();
    let client = house.client().over_tls(&house.authority()).signed_in("anna", PASSWORD);
    let offer = offer(&client);
    assert_eq!(offer.integer(names::JOB_PASSWORD_SUPPORTED), Some(16));
    let repertoire = offer.string(names::JOB_PASSWORD_REPERTOIRE_CONFIGURED);
    assert_eq!(repertoire.as_deref(), Some("iana_us-ascii_digits"));
    let locked = print_with_pin(&client, "none", PIN.as_bytes());
    let job = client.job("anna", locked);
    let reasons: Vec<_> = job.get("job-state-reasons").expect("it has").keywords_as_str().collect();
    assert_eq!(reasons, ["job-release-wait", "job-held-for-authorization", "job-password-wait"]);
    assert!(job.get(names::JOB_PASSWORD).is_none(), "nobody is told it");
    let plain = client.print("anna", &document());

    let (mfp, station) = house.hall();
    station.tap(ANNA).expect(TapEnd::Printed);
    becomes(&client, plain, state::COMPLETED);
    assert_eq!(mfp.jobs_printed(), 1, "the one without a PIN");
    becomes(&client, locked, state::HELD);

    station.let_the_last_tap_pass(ANNA);
    let tap = station.begin_tap(ANNA);
    let screen = Screen::of(station);
    screen.shows("Has a PIN");
    screen.press("choose-all", "");
    screen.press("release", "");
    assert_eq!(mfp.jobs_printed(), 1, "nothing goes without the PIN");
    screen.touch_job_with_pin();
    screen.press("pin", &format!("pin={WRONG}"));
    screen.shows("Wrong PIN for “Report”. You can try 4 more times.");
    screen.press("pin", &format!("pin={PIN}"));
    tap.wait().expect(TapEnd::Printed);
    becomes(&client, locked, state::COMPLETED);
    assert_eq!(mfp.jobs_printed(), 2);
    assert_eq!(house.booked("K8").sheets, 2);
    let audit = house.admin(&["audit", "--limit", "1000"]);
    assert_eq!(audit.matches("refused: wrong PIN").count(), 1, "{audit}");
    let (log, page) = (house.server_log(), Screen::of(house.hall().1).page());
    for text in [&audit, &log, &page] {
        assert!(!text.contains(PIN) && !text.contains(WRONG), "{text}");
    }
    house.expect_whole();
}

#[test]
fn a_pin_is_asked_in_addition_to_the_tap_and_prints_its_job_once() {
    journey(Setup::new());
}

#[test]
fn a_pin_is_asked_in_addition_to_the_tap_with_postgresql() {
    journey(Setup::new().postgres());
}

#[test]
fn a_pin_that_came_as_its_hash_is_typed_as_it_is() {
    let house = Setup::new().start();
    let client = house.client().over_tls(&house.authority());
    let number = print_with_pin(&client, "sha2-256", &sha2_256("0815"));
    let (mfp, station) = house.hall();
    let tap = station.begin_tap(ANNA);
    let screen = Screen::of(station);
    screen.touch_job_with_pin();
    screen.press("pin", "pin=0816");
    screen.shows("You can try 4 more times.");
    screen.press("pin", "pin=0815");
    tap.wait().expect(TapEnd::Printed);
    house.wait_for_state("anna", number, state::COMPLETED);
    assert_eq!(mfp.jobs_printed(), 1);
}

#[test]
fn on_a_connection_that_others_can_read_no_pin_is_offered_or_taken() {
    let house = Setup::new().start();
    let client = house.client();
    let offer = offer(&client);
    assert!(offer.get(names::JOB_PASSWORD_SUPPORTED).is_none());
    assert!(offer.get(names::JOB_PASSWORD_ENCRYPTION_SUPPORTED).is_none());
    let hash = sha2_256(PIN);
    for (encryption, sent) in [("none", PIN.as_bytes()), ("sha2-256", &hash[..])] {
        for operation in [Operation::VALIDATE_JOB, Operation::CREATE_JOB] {
            let request = with_pin(client.request(operation, "anna"), encryption, sent);
            refused(&client.ask(&request, &[]).ipp(), "over TLS only");
        }
        let request = with_pin(client.print_job("anna", "Report"), encryption, sent);
        let reply = client.ask(&request, &document()).ipp();
        refused(&reply, "over TLS only");
        let named = reply.groups(GroupTag::UNSUPPORTED).next().expect("what is not supported");
        let named = named.get(names::JOB_PASSWORD).expect("the PIN").clone();
        assert_eq!(named.values, [Value::unsupported()], "without its value");
    }
    assert_eq!(client.print("anna", &document()), 1, "no number was used");
    let audit = house.admin(&["audit", "--limit", "1000"]);
    assert!(audit.contains("PIN in the clear") && !audit.contains(PIN), "{audit}");
}

#[test]
fn a_pin_that_nobody_could_type_or_prove_is_refused_before_the_document() {
    let house = Setup::new().without_stations().start();
    let add = ["queue", "add", "labels", "--at-once", "Hall", "--allow"];
    house.admin(&[&add[..], &[&myself(), "--claimed", "127.0.0.0/8"]].concat());
    house.wait_for_queue("labels");
    let client = house.client().over_tls(&house.authority());
    let pin = |encryption, sent: &[u8]| {
        with_pin(client.request(Operation::VALIDATE_JOB, "anna"), encryption, sent)
    };
    let bare = || client.request(Operation::VALIDATE_JOB, "anna");
    let octets = Attribute::new(names::JOB_PASSWORD, Value::OctetString(b"4711".to_vec()));
    let way = Attribute::keyword(names::JOB_PASSWORD_ENCRYPTION, "none");
    let action = Attribute::keyword(names::JOB_RELEASE_ACTION, "job-password");
    for (request, message) in [
        (pin("none", b"471"), "4 to 16 digits"),
        (pin("none", b"12345678901234567"), "4 to 16 digits"),
        (pin("none", b"47a1"), "4 to 16 digits"),
        (pin("sha2-256", &[7; 31]), "size of its kind"),
        (pin("sha2-512", &[7; 32]), "size of its kind"),
        (pin("md5", &[7; 16]), "sha2-256 or sha2-512"),
        (bare().attribute(octets), "job-password-encryption"),
        (bare().attribute(way), "missing: job-password"),
        (bare().attribute(action.clone()), "missing: job-password"),
    ] {
        refused(&client.ask(&request, &[]).ipp(), message);
    }
    let taken = client.ask(&pin("sha2-512", &[7; 64]).attribute(action), &[]).ipp();
    assert_eq!(taken.status(), Status::SUCCESSFUL_OK);
    let labels = house.client_of("labels").over_tls(&house.authority());
    let request = with_pin(labels.print_job(&myself(), "Label"), "none", b"4711");
    refused(&labels.ask(&request, &document()).ipp(), "asks nobody for a PIN");
    assert!(offer(&labels).get(names::JOB_PASSWORD_SUPPORTED).is_none());
    house.expect_whole();
}

#[test]
fn five_wrong_pins_lock_the_job_and_its_owner_reads_it_and_deletes_it() {
    let house = Setup::new().passwords().start();
    let client = house.client().over_tls(&house.authority()).signed_in("anna", PASSWORD);
    let number = print_with_pin(&client, "none", b"4711");
    let (mfp, station) = house.hall();
    // Bo sees nothing of it.
    station.tap(BO).expect(TapEnd::Nothing);
    let tap = station.begin_tap(ANNA);
    let screen = Screen::of(station);
    screen.touch_job_with_pin();
    for left in ["4 more times", "3 more times", "2 more times", "try once more"] {
        screen.press("pin", "pin=1234");
        screen.shows(left);
    }
    screen.press("pin", "pin=1234");
    let page = screen.shows("is locked for an hour");
    assert!(page.contains("Locked for an hour") && !page.contains("id=\"pin\""), "{page}");
    screen.press("leave", "");
    tap.wait();
    assert_eq!(mfp.jobs_printed(), 0);
    let audit = house.admin(&["audit", "--limit", "1000"]);
    assert_eq!(audit.matches("refused: wrong PIN").count(), 5, "{audit}");
    let mine = Web::signed_in(&house, "anna").get("/my-prints");
    assert!(mine.contains("to tap and to type its PIN"), "{mine}");
    assert!(mine.contains("typed a wrong PIN five times"), "{mine}");
    let cancel = ClientRequest::new(Operation::CANCEL_JOB, &client.uri()).job_id(number);
    assert!(client.ask(&cancel, &[]).ipp().status().is_successful());
    becomes(&client, number, state::CANCELED);
    house.expect_whole();
}

#[test]
fn a_computer_with_cups_and_its_own_test_give_jobs_pins() {
    let house = Setup::new().start();
    let device = format!("ipps://127.0.0.1:{}/ipp/print/followme", house.ports().print);
    let report = IppTool::new().run(&device, "print-job-password.test", &["-V", "2.0"]);
    assert_eq!(report.counts, Counts { pass: 1, fail: 0, skip: 0 }, "{}", report.text);

    let cupsd = Cupsd::start(false);
    cupsd.add_everywhere_queue("work", &device);
    let file = house.path("report.pdf");
    std::fs::write(&file, document()).expect("the folder is ours");
    let file = file.to_str().expect("our folders are plain text");
    let pin = ["-o", "job-password=4711", "-o", "job-password-encryption=none"];
    let printed = cupsd.lp(&[&["-d", "work", "-U", "anna"][..], &pin, &[file]].concat());
    assert!(printed.status.success(), "{printed:?}\n{}", cupsd.log());
    let held = waiting::poll(LIMIT * 3, || {
        let request = house.client().request(Operation::GET_JOBS, "anna");
        let request = request.attribute(Attribute::boolean(names::MY_JOBS, true));
        let reply = house.client().ask(&request, &[]).ipp();
        reply.groups(GroupTag::JOB).next().and_then(|job| job.integer(names::JOB_ID))
    });
    let number = held.unwrap_or_else(|| panic!("the job never came:\n{}", cupsd.log()));
    let (mfp, station) = house.hall();
    let tap = station.begin_tap(ANNA);
    let screen = Screen::of(station);
    screen.touch_job_with_pin();
    screen.press("pin", "pin=4711");
    tap.wait().expect(TapEnd::Printed);
    house.wait_for_state("anna", number, state::COMPLETED);
    assert_eq!(mfp.jobs_printed(), 1);
}
