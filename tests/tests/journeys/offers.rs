//! What queues offer, and the operations with which clients look after their jobs.

use std::time::Duration;

use ipp_codec::message::Version;
use ipp_codec::{Attribute, ClientRequest, GroupTag, Operation, Reply, Status, Value, names};
use real_parts::documents::{Paper, pdf};
use real_parts::waiting;

use crate::scene::house::state;
use crate::scene::{Client, House, Setup};

/// The server reads what administrators change every two seconds.
const LIMIT: Duration = Duration::from_secs(30);

fn document() -> Vec<u8> {
    pdf(1, Paper::A4, "Report")
}

fn describe(client: &Client) -> Reply {
    client.ask(&client.request(Operation::GET_PRINTER_ATTRIBUTES, "anna"), &[]).ipp()
}

fn state_of(house: &House, user: &str, number: i32) -> i32 {
    let job = house.client().job(user, number);
    job.integer(names::JOB_STATE).expect("every job has a state")
}

fn cancel_my_jobs(client: &Client, user: &str, numbers: &[i32]) -> Reply {
    let mut request = client.request(Operation::CANCEL_MY_JOBS, user);
    if !numbers.is_empty() {
        let numbers = numbers.iter().copied().map(Value::Integer);
        request = request.attribute(Attribute::set(names::JOB_IDS, numbers));
    }
    client.ask(&request, &[]).ipp()
}

#[test]
fn a_queue_shows_its_picture_on_the_host_by_which_it_was_asked() {
    let house = Setup::new().without_stations().start();
    let client = house.client();
    let icons = describe(&client).strings(GroupTag::PRINTER, names::PRINTER_ICONS);
    assert_eq!(icons.len(), 3);
    let host = format!("http://127.0.0.1:{}", house.ports().print);
    for icon in icons {
        let path = icon.strip_prefix(&host).unwrap_or_else(|| panic!("{icon} is elsewhere"));
        let question = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        let answer = client.exchange(question.as_bytes()).expect("an answer");
        assert_eq!(answer.http, 200, "{}", answer.head);
        assert!(answer.head.to_lowercase().contains("content-type: image/png"), "{}", answer.head);
        assert!(answer.body.starts_with(b"\x89PNG\r\n\x1a\n"));
    }
}

#[test]
fn clients_of_newer_and_older_versions_are_answered_in_one_that_both_speak() {
    let house = Setup::new().without_stations().start();
    let client = house.client();
    for (asked, answered) in [
        (Version::V1_0, Version::V1_0),
        (Version::V1_1, Version::V1_1),
        (Version::V2_0, Version::V2_0),
        (Version::V2_1, Version::V2_0),
        (Version::V2_2, Version::V2_0),
    ] {
        let request = client.request(Operation::GET_PRINTER_ATTRIBUTES, "anna").version(asked);
        let reply = client.ask(&request, &[]).ipp();
        assert_eq!(reply.message().version, answered, "{asked}");
        assert!(reply.status().is_successful(), "{asked}");
    }
}

#[test]
fn nothing_that_would_not_be_honoured_is_taken() {
    let house = Setup::new().without_stations().start();
    let client = house.client();
    let refused = Status::CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED;
    let action = |word: &str| Attribute::keyword(names::JOB_RELEASE_ACTION, word);
    let pin = Attribute::new(names::JOB_PASSWORD, Value::OctetString(b"1234".to_vec()));
    let must = |name: &str| Attribute::keywords(names::JOB_MANDATORY_ATTRIBUTES, [name]);
    for (attribute, wanted) in [
        (pin, refused),
        (action("job-password"), refused),
        (action("button-press"), Status::SUCCESSFUL_OK_IGNORED_OR_SUBSTITUTED_ATTRIBUTES),
        (action("owner-authorized"), Status::SUCCESSFUL_OK),
        (must(names::JOB_STORAGE), refused),
        (must(names::JOB_RELEASE_ACTION), Status::SUCCESSFUL_OK),
    ] {
        let request = client.print_job("anna", "Report").attribute(attribute.clone());
        let reply = client.ask(&request, &document()).ipp();
        assert_eq!(reply.status(), wanted, "{attribute:?}");
        let number = reply.integer(GroupTag::JOB, names::JOB_ID);
        assert_eq!(number.is_some(), wanted.is_successful(), "{attribute:?}");
    }
}

#[test]
fn people_cancel_their_own_jobs_some_or_all_and_nobody_elses() {
    let house = Setup::new().without_stations().start();
    let client = house.client();
    let jobs: Vec<i32> = (0..3).map(|_| client.print("anna", &document())).collect();
    let others = client.print("bo", &document());
    let reply = cancel_my_jobs(&client, "anna", &[jobs[0], others]);
    assert_eq!(reply.status(), Status::CLIENT_ERROR_NOT_FOUND);
    assert_eq!(reply.integers(GroupTag::UNSUPPORTED, names::JOB_IDS), [others]);
    assert_eq!(state_of(&house, "anna", jobs[0]), state::HELD, "all or nothing");
    assert!(cancel_my_jobs(&client, "anna", &jobs[..1]).status().is_successful());
    assert_eq!(state_of(&house, "anna", jobs[0]), state::CANCELED);
    assert_eq!(state_of(&house, "anna", jobs[1]), state::HELD);
    let again = cancel_my_jobs(&client, "anna", &jobs[..1]);
    assert_eq!(again.status(), Status::CLIENT_ERROR_NOT_POSSIBLE);
    assert!(cancel_my_jobs(&client, "anna", &[]).status().is_successful());
    assert_eq!(state_of(&house, "anna", jobs[2]), state::CANCELED);
    assert_eq!(state_of(&house, "bo", others), state::HELD);
}

#[test]
fn a_question_which_queue_this_is_is_shown_to_administrators() {
    let house = Setup::new().without_stations().start();
    let client = house.client();
    let ask = |action: &str| {
        let actions = Attribute::keywords(names::IDENTIFY_ACTIONS, [action]);
        let request = client.request(Operation::IDENTIFY_PRINTER, "anna").attribute(actions);
        client.ask(&request, &[]).ipp().status()
    };
    assert_eq!(ask("flash"), Status::CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED);
    for _ in 0..3 {
        assert_eq!(ask("display"), Status::SUCCESSFUL_OK);
    }
    let trail = house.admin(&["audit"]);
    assert_eq!(trail.matches("identify").count(), 1, "once a minute:\n{trail}");
}

#[test]
fn a_queue_gives_its_defaults_to_jobs_that_do_not_say_and_shows_what_it_offers() {
    let house = Setup::new().without_stations().start();
    let client = house.client();
    let before = describe(&client);
    let changed = |reply: &Reply| {
        reply.integer(GroupTag::PRINTER, names::PRINTER_CONFIG_CHANGE_TIME).expect("it has one")
    };
    let finishings = before.integers(GroupTag::PRINTER, names::FINISHINGS_SUPPORTED);
    assert_eq!(finishings, [3, 20], "what the printers said when they were added");
    let options = ["--sides", "two-sided-long-edge", "--color-mode", "monochrome"];
    let place = ["--location", "Plan 4", "--geo-location", "geo:59.35,18.02"];
    house.admin(&[&["queue", "change", "followme"][..], &options, &place].concat());
    waiting::wait_until("the new defaults", LIMIT, || {
        let sides = describe(&client).string(GroupTag::PRINTER, names::SIDES_DEFAULT);
        sides.as_deref() == Some("two-sided-long-edge")
    });
    let after = describe(&client);
    assert!(changed(&after) >= changed(&before));
    let text = |name| after.string(GroupTag::PRINTER, name);
    assert_eq!(text(names::PRINTER_LOCATION).as_deref(), Some("Plan 4"));
    assert_eq!(text(names::PRINTER_GEO_LOCATION).as_deref(), Some("geo:59.35,18.02"));
    let one_sided = vec![Attribute::keyword(names::SIDES, "one-sided")];
    for (request, sides) in [
        (client.print_job("anna", "Report"), "two-sided-long-edge"),
        (client.print_job("anna", "Report").job_attributes(one_sided), "one-sided"),
    ] {
        let number = client.ask(&request, &document()).job_number();
        let job = client.job("anna", number);
        assert_eq!(job.string(names::SIDES).as_deref(), Some(sides));
        assert_eq!(job.string(names::PRINT_COLOR_MODE).as_deref(), Some("monochrome"));
    }
    let shown = house.admin(&["queue", "show", "followme"]);
    for word in ["(offered)", "Hall", "Library", "union", "two-sided-long-edge", "a4 a3"] {
        assert!(shown.contains(word), "{word}:\n{shown}");
    }
}

#[test]
fn chromebooks_find_every_queue_at_the_server_itself() {
    let house = Setup::new().without_stations().start();
    let client = house.client();
    for (operation, queues) in [(Operation::CUPS_GET_PRINTERS, 1), (Operation::CUPS_GET_CLASSES, 0)]
    {
        let body = ClientRequest::without_target(operation).encode().expect("ours");
        let wire = client.http(&body);
        let text = String::from_utf8_lossy(&wire).replacen("/ipp/print/followme", "/", 1);
        let head = text.split("\r\n\r\n").next().expect("it has a head");
        let wire = [head.as_bytes(), b"\r\n\r\n", &body].concat();
        let reply = client.exchange(&wire).expect("an answer").ipp();
        assert!(reply.status().is_successful());
        assert_eq!(reply.groups(GroupTag::PRINTER).count(), queues, "{operation}");
    }
}
