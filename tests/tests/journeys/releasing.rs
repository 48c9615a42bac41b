//! From the tap to the paper, and every tap that must bring nothing.

use std::io::Write as _;
use std::time::Duration;

use real_parts::documents::{Paper, pdf, pdf_of_size};
use real_parts::waiting;
use serde_json::json;

use crate::scene::client::read_answer;
use crate::scene::house::state;
use crate::scene::{ANNA, BO, ELSA, House, Mfp, NOBODY, Setup, TapEnd};

/// A session without jobs is over by then.
const LIMIT: Duration = Duration::from_secs(60);

/// Held, tapped at the second printer, out there, booked, in the file for finance.
fn journey(house: &House) {
    let document = pdf(3, Paper::A4, "Report");
    let number = house.client().print("anna", &document);
    house.wait_for_state("anna", number, state::HELD);
    let (second, station) = house.library();
    station.tap(ANNA).expect(TapEnd::Printed);
    house.wait_for_state("anna", number, state::COMPLETED);
    let jobs = second.jobs();
    assert_eq!(jobs.len(), 1);
    assert_eq!(second.document(&jobs[0]), document, "the printer got the very file");
    let (name, user) = (jobs[0]["name"].to_string(), jobs[0]["user"].to_string());
    for secret in ["Report", "anna", "Anna"] {
        assert!(!name.contains(secret) && !user.contains(secret), "{name} {user}");
    }
    assert_eq!(house.hall().0.jobs().len(), 0, "the first printer had nothing to do");
    let booked = house.booked("K8");
    assert_eq!((booked.jobs, booked.impressions, booked.sheets), (1, 3, 3));
    house.expect_whole();
}

#[test]
fn a_held_job_comes_out_where_its_owner_taps() {
    journey(&Setup::new().start());
}

#[test]
fn a_held_job_comes_out_where_its_owner_taps_with_postgresql() {
    journey(&Setup::new().postgres().start());
}

#[test]
fn two_taps_at_once_print_a_job_once() {
    let house = Setup::new().start();
    let document = pdf(1, Paper::A4, "Report");
    for round in 1..=3 {
        house.client().print("anna", &document);
        // Neither release is over before the other begins.
        let slow =
            json!({ "fault": "slow-reply", "milliseconds": 1500, "operation": "Create-Job" });
        house.mfps.iter().for_each(|mfp| mfp.fault(slow.clone()));
        house.stations.iter().for_each(|station| station.let_the_last_tap_pass(ANNA));
        let taps = [house.hall().1, house.library().1].map(|station| station.begin_tap(ANNA));
        let ends = taps.map(|tap| tap.wait().end);
        assert!(ends.contains(&TapEnd::Printed), "{ends:?}");
        house.mfps.iter().for_each(Mfp::clear);
        let printed = house.hall().0.jobs_printed() + house.library().0.jobs_printed();
        assert_eq!(printed, round, "{ends:?}");
    }
    assert_eq!(house.booked("K8").sheets, 3);
    house.expect_whole();
}

#[test]
fn a_tap_waits_for_a_document_that_is_still_arriving() {
    let house = Setup::new().start();
    let client = house.client();
    let mut body = client.print_job("anna", "Report").encode().expect("our own request");
    body.extend_from_slice(&pdf_of_size(2, Paper::A4, "Report", 300_000));
    let wire = client.http(&body);
    let (first, rest) = wire.split_at(100_000);
    let mut connection = client.connect().expect("the server answers");
    connection.write_all(first).expect("the server reads");
    let arriving = || {
        let request = client.request(ipp_codec::Operation::GET_JOBS, "anna");
        client.ask(&request, &[]).ipp().groups(ipp_codec::GroupTag::JOB).count() == 1
    };
    waiting::wait_until("the job that is arriving", Duration::from_secs(10), arriving);
    let (mfp, station) = house.hall();
    let tap = station.begin_tap(ANNA);
    waiting::wait_until("the owner's screen", Duration::from_secs(10), || !station.is_inviting());
    assert_eq!(mfp.jobs_printed(), 0);
    connection.write_all(rest).expect("the server reads");
    let answer = read_answer(&mut connection).expect("the server answers");
    let number = answer.job_number();
    tap.wait().expect(TapEnd::Printed);
    house.wait_for_state("anna", number, state::COMPLETED);
    assert_eq!(mfp.jobs_printed(), 1);
}

#[test]
fn cards_that_open_nothing_print_nothing_and_say_why() {
    let house = Setup::new().start();
    house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    house.admin(&["card", "block", "bo"]);
    let (mfp, station) = house.hall();
    for (card, sentence) in [
        (NOBODY, "We do not know this card"),
        (BO, "This card is blocked"),
        (ELSA, "account is closed"),
    ] {
        let told = station.tap(card);
        told.expect(TapEnd::Refused);
        assert!(told.text.contains(sentence), "{}", told.text);
    }
    assert_eq!(mfp.jobs().len(), 0);
    house.admin(&["card", "block", "anna"]);
    station.tap(ANNA).expect(TapEnd::Refused);
    house.admin(&["card", "unblock", "anna"]);
    // Whoever holds the card may not be its owner: what waited is the owner's to open.
    station.tap(ANNA).expect(TapEnd::Nothing);
    house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    waiting::wait_until("the station invites", LIMIT, || station.is_inviting());
    station.tap(ANNA).expect(TapEnd::Printed);
    assert_eq!(mfp.jobs_printed(), 1);
}

#[test]
fn a_double_tap_prints_once() {
    let house = Setup::new().start();
    let (mfp, station) = house.hall();
    mfp.fault(json!({ "fault": "slow-reply", "milliseconds": 1500, "operation": "Create-Job" }));
    house.client().print("anna", &pdf(2, Paper::A4, "Report"));
    let first = station.begin_tap(ANNA);
    let second = station.begin_tap(ANNA);
    let ends = [first.wait().end, second.wait().end];
    assert!(ends.contains(&TapEnd::Printed), "{ends:?}");
    mfp.wait_for("the paper", |status| status["sheets_out"] == 2);
    assert_eq!((mfp.jobs_printed(), house.booked("K8").sheets), (1, 2));
}

#[test]
fn nobody_sees_or_takes_the_jobs_of_others() {
    let house = Setup::new().start();
    let client = house.client();
    let number = client.print("anna", &pdf(1, Paper::A4, "Report"));
    for operation in [
        ipp_codec::Operation::GET_JOB_ATTRIBUTES,
        ipp_codec::Operation::CANCEL_JOB,
        ipp_codec::Operation::RELEASE_JOB,
    ] {
        let request = ipp_codec::ClientRequest::new(operation, &client.uri())
            .job_id(number)
            .requesting_user_name("bo");
        let reply = client.ask(&request, &[]).ipp();
        assert_eq!(reply.status(), ipp_codec::Status::CLIENT_ERROR_NOT_FOUND, "{operation:?}");
    }
    let (mfp, station) = house.hall();
    station.tap(BO).expect(TapEnd::Nothing);
    assert_eq!(mfp.jobs().len(), 0);
    house.wait_for_state("anna", number, state::HELD);
}

#[test]
fn a_station_comes_back_by_itself_after_the_server_was_away() {
    let mut house = Setup::new().start();
    house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    house.stop_server();
    let told = house.hall().1.tap(ANNA);
    assert_ne!(told.end, TapEnd::Printed, "{}", told.text);
    house.start_server();
    house.stations[0].wait_for_connection();
    house.hall().1.tap(ANNA).expect(TapEnd::Printed);
    assert_eq!(house.hall().0.jobs_printed(), 1);
}

#[test]
fn a_release_goes_on_when_its_station_dies() {
    let mut house = Setup::new().start();
    let number = house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    house.mfps[0]
        .fault(json!({ "fault": "slow-reply", "milliseconds": 2000, "operation": "Create-Job" }));
    let tap = house.hall().1.begin_tap(ANNA);
    house.mfps[0].wait_for("the release", |status| status["requests"]["Create-Job"] == 1);
    house.stations[0].kill();
    assert_ne!(tap.wait().end, TapEnd::Printed);
    house.wait_for_state("anna", number, state::COMPLETED);
    assert_eq!(house.booked("K8").sheets, 1);
}

#[test]
fn a_revoked_station_opens_nothing() {
    let house = Setup::new().start();
    house.client().print("anna", &pdf(1, Paper::A4, "Report"));
    house.admin(&["station", "revoke", "hall"]);
    let (mfp, station) = house.hall();
    let told = station.tap(ANNA);
    assert_ne!(told.end, TapEnd::Printed, "{}", told.text);
    assert_eq!(mfp.jobs().len(), 0);
}
