//! PostgreSQL goes away between a commit and its answer.

use std::process::Command;
use std::time::Duration;

use ipp_codec::{GroupTag, Operation, Status};
use real_parts::documents::{Paper, pdf, pdf_of_size};
use real_parts::lost_answer::LostAnswer;
use real_parts::postgres::Postgres;
use real_parts::{programs, waiting};

use crate::scene::{House, Setup};

const LIMIT: Duration = Duration::from_secs(60);

fn house() -> (House, LostAnswer) {
    let (relay, url) = LostAnswer::before(&Postgres::shared().create_database());
    (Setup::new().postgres_at(&url).without_stations().start(), relay)
}

/// How many of Anna's jobs wait.
fn held(house: &House) -> usize {
    let client = house.client();
    let reply = client.ask(&client.request(Operation::GET_JOBS, "anna"), &[]).ipp();
    assert_eq!(reply.status(), Status::SUCCESSFUL_OK);
    reply.groups(GroupTag::JOB).count()
}

/// How many documents of their own files are in the spool.
fn files(house: &House) -> usize {
    let mut find = Command::new("find");
    find.arg(house.path("spool")).args(["-type", "f", "-size", "+100k"]);
    programs::run(&mut find).lines().count()
}

#[test]
fn a_job_whose_commit_was_not_answered_is_taken_once_when_the_database_comes_back_in_time() {
    let (house, relay) = house();
    let document = pdf(1, Paper::A4, "Report");
    relay.lose_the_commit_of("Unanswered");
    let client = house.client();
    let sending = std::thread::spawn({
        let (client, document) = (client.clone(), document.clone());
        move || client.ask(&client.print_job("anna", "Unanswered"), &document)
    });
    waiting::wait_until("the database to go", LIMIT, || relay.is_broken());
    waiting::wait_until("a look whether it is back", LIMIT, || relay.refused() > 0);
    relay.mend();
    sending.join().expect("an answer").job_number();
    assert_eq!(held(&house), 1);
    house.expect_whole();
}

#[test]
fn a_job_that_was_refused_while_the_database_was_away_does_not_lie_beside_the_one_sent_again() {
    let (house, relay) = house();
    let document = pdf_of_size(1, Paper::A4, "Report", 200_000);
    relay.lose_the_commit_of("Unanswered");
    let client = house.client();
    let print = client.print_job("anna", "Unanswered");
    let refused = client.ask(&print, &document).ipp();
    assert_eq!(refused.status(), Status::SERVER_ERROR_BUSY);
    assert!(relay.is_broken());
    relay.mend();
    // The client does what it was told.
    let sent_again = waiting::poll(LIMIT, || {
        let answer = client.ask(&print, &document);
        (answer.ipp().status() == Status::SUCCESSFUL_OK).then(|| answer.job_number())
    });
    assert!(sent_again.is_some(), "the database is back");
    waiting::wait_until("the first one to go", LIMIT, || held(&house) == 1);
    waiting::wait_until("its document to go", LIMIT, || files(&house) == 1);
    house.expect_whole();
}

#[test]
fn nothing_stays_of_a_document_whose_job_the_database_did_not_take() {
    let (house, relay) = house();
    let document = pdf_of_size(1, Paper::A4, "Report", 200_000);
    let client = house.client();
    client.print("anna", &document);
    assert_eq!(files(&house), 1);
    // What the server knows of Anna is known for a moment, so that it comes as far as the document.
    relay.go_away();
    let refused = client.ask(&client.print_job("anna", "Report"), &document).ipp();
    assert_eq!(refused.status(), Status::SERVER_ERROR_BUSY);
    assert_eq!(files(&house), 1, "the document went with its job");
    relay.mend();
    waiting::wait_until("the database to be back", LIMIT, || {
        let listed = client.request(Operation::GET_JOBS, "anna");
        client.ask(&listed, &[]).ipp().status() == Status::SUCCESSFUL_OK
    });
    assert_eq!(held(&house), 1);
    house.expect_whole();
}
