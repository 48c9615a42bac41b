//! How much may wait for one person.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use ipp_codec::{ClientRequest, Operation, Reply, Status};
use real_parts::documents::{Paper, pdf};
use real_parts::waiting;

use crate::scene::{Client, Setup};

const LIMIT: Duration = Duration::from_secs(30);

fn refusal(client: &Client, request: &ClientRequest, document: &[u8]) -> Reply {
    let reply = client.ask(request, document).ipp();
    assert_eq!(reply.status(), Status::SERVER_ERROR_TOO_MANY_JOBS);
    reply
}

#[test]
fn who_has_enough_waiting_is_told_what_to_do_and_nobody_else_notices() {
    let limits = "[limits]\nheld_jobs_per_owner = 3\nheld_mib_per_owner = 1\n";
    let house = Setup::new().more(limits).without_stations().start();
    let client = house.client();
    let document = pdf(1, Paper::A4, "Report");
    let first = client.print("anna", &document);
    client.print("anna", &document);
    client.print("anna", &document);
    let asked = [Operation::VALIDATE_JOB, Operation::CREATE_JOB];
    for request in asked.map(|operation| client.request(operation, "anna")) {
        refusal(&client, &request, &[]);
    }
    let print = client.print_job("anna", "Report");
    let reply = refusal(&client, &print, &document);
    let text = reply.status_message().expect("a text");
    assert!(text.contains("3 of your jobs wait") && text.contains("delete"), "{text}");
    client.print("bo", &document);

    // One less, and the next one fits.
    let cancel = ClientRequest::new(Operation::CANCEL_JOB, &client.uri())
        .job_id(first)
        .requesting_user_name("anna");
    assert_eq!(client.ask(&cancel, &[]).ipp().status(), Status::SUCCESSFUL_OK);
    client.print("anna", &document);

    // Bo's two jobs are few, and one of them is heavy.
    let mut heavy = document;
    heavy.resize(2 * 1024 * 1024, b' ');
    client.print("bo", &heavy);
    let validate = client.request(Operation::VALIDATE_JOB, "bo");
    let told = waiting::poll(LIMIT, || {
        let reply = client.ask(&validate, &[]).ipp();
        (reply.status() == Status::SERVER_ERROR_TOO_MANY_JOBS).then(|| reply.status_message())?
    });
    assert!(told.is_some_and(|text| text.contains("take 2 MiB")), "the weight is the reason");
}

#[test]
fn who_sends_everything_at_once_has_no_more_than_who_sends_one_after_the_other() {
    const AT_ONCE: usize = 16;
    let limits = "[limits]\nheld_jobs_per_owner = 3\n";
    let house = Setup::new().more(limits).without_stations().start();
    let client = house.client();
    let (document, together) = (pdf(1, Paper::A4, "Report"), Barrier::new(AT_ONCE));
    let taken = thread::scope(|scope| {
        let send = || {
            together.wait();
            let reply = client.ask(&client.print_job("anna", "Report"), &document).ipp();
            match reply.status() {
                Status::SUCCESSFUL_OK => true,
                Status::SERVER_ERROR_TOO_MANY_JOBS => false,
                other => panic!("{other}: {:?}", reply.status_message()),
            }
        };
        let sending: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(send)).collect();
        let taken = sending.into_iter().map(|sent| sent.join().expect("an answer"));
        taken.filter(|taken| *taken).count()
    });
    assert_eq!(taken, 3);
    house.expect_whole();
}
