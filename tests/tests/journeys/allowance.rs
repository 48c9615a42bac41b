//! How much may wait for one person.

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
