//! No job ever waits for mail: not while the mail server lets us connect and says nothing, not while it is away.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use e2e::house::http;
use ipp_codec::names;
use ipp_codec::{Attribute, Status};
use real_parts::documents::{Paper, pdf};
use real_parts::waiting;

use crate::scene::house::state;
use crate::scene::post::{PostOffice, is_waiting};
use crate::scene::{ANNA, Client, House, Setup, TapEnd};

/// The mailer looks for mail every two seconds, waits a minute after a failed try, and the machine may be busy.
const LIMIT: Duration = Duration::from_secs(180);
/// One mail may take twenty seconds before its server counts as down. Who waited for mail waited longer than this.
const PATIENCE_WITH_MAIL: Duration = Duration::from_secs(10);
/// Jobs in each stretch of work.
const JOBS: usize = 12;

/// How long the slowest job took to be taken in, how long all of them, and how long the tap that prints them.
#[derive(Debug, Clone, Copy)]
struct Work {
    slowest_job: Duration,
    jobs: Duration,
    tap: Duration,
}

/// Jobs go in and come out at a tap. Beside each one a job of `refused` is not taken in, of which that person is
/// told.
fn work(house: &House, refused: Option<&str>) -> Work {
    let (client, document) = (house.client(), pdf(2, Paper::A4, "Report"));
    let (mfp, station) = house.hall();
    let before = mfp.jobs_printed();
    let (begun, mut slowest_job) = (Instant::now(), Duration::ZERO);
    for _ in 0..JOBS {
        let sent = Instant::now();
        let number = client.print("anna", &document);
        refused.into_iter().for_each(|user| refuse(&client, user));
        slowest_job = slowest_job.max(sent.elapsed());
        assert_eq!(client.job("anna", number).integer(names::JOB_STATE), Some(state::HELD));
    }
    let jobs = begun.elapsed();
    station.let_the_last_tap_pass(ANNA);
    let tapped = Instant::now();
    station.begin_tap(ANNA).wait().expect(TapEnd::Printed);
    assert_eq!(mfp.jobs_printed(), before + JOBS);
    Work { slowest_job, jobs, tap: tapped.elapsed() }
}

/// A document of a kind that nobody prints.
fn refuse(client: &Client, user: &str) {
    let format = Attribute::mime_type(names::DOCUMENT_FORMAT, "application/postscript");
    let request = client.request(ipp_codec::Operation::PRINT_JOB, user).attribute(format);
    let status = client.ask(&request, b"%!PS").ipp().status();
    assert_eq!(status, Status::CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED);
}

/// The same speed, as far as a busy machine can tell, and nothing near the time that mail may take.
fn is_as_fast(now: Work, without_mail: Work, when: &str) {
    println!("{when}: {now:?}");
    let limit = |time: Duration| time * 5 + Duration::from_secs(2);
    let Work { slowest_job, jobs, tap } = without_mail;
    assert!(now.slowest_job < PATIENCE_WITH_MAIL.min(limit(slowest_job)), "{when}: {now:?}");
    assert!(now.jobs < PATIENCE_WITH_MAIL.min(limit(jobs)), "{when}: {now:?}");
    assert!(now.tap < PATIENCE_WITH_MAIL.min(limit(tap)), "{when}: {now:?}");
}

fn mails_waiting(house: &House) -> Option<u64> {
    let text = http::get(house.ports().manage, "/metrics").ok()?.body;
    let line = text.lines().find_map(|line| line.strip_prefix("followme_mails_waiting "));
    line?.parse().ok()
}

#[test]
fn jobs_and_taps_go_on_while_the_mail_server_is_silent_or_away_and_each_notice_comes_once() {
    let office = PostOffice::closed();
    let setup = Setup::new().secret("mail-ca.pem", &office.authority());
    let mut house = setup.more(&office.settings("mail-ca.pem")).start();
    let quiet = work(&house, None);
    println!("while there is no mail: {quiet:?}");
    {
        let silent = office.fall_silent();
        house.admin(&["link", "add", "anna", "--device", "Laptop"]);
        let client = waiting::poll(LIMIT, || silent.client()).expect("the notice is tried");
        assert!(is_waiting(&client), "the mailer waits for a word");
        is_as_fast(work(&house, Some("bo")), quiet, "while the mail server is silent");
    }
    // Now nobody answers at the port. Of each kind a person gets one an hour: these are new ones.
    house.admin(&["link", "add", "bo", "--device", "Laptop"]);
    house.admin(&["link", "revoke", "anna", "--device", "Laptop"]);
    let down = |house: &mut House| house.server_log().matches("Notices are sent later").count();
    waiting::wait_until("a try at a closed port", LIMIT, || down(&mut house) > 0);
    is_as_fast(work(&house, Some("bo")), quiet, "while the mail server is away");

    let server = office.open();
    // A refused job of bo's, a link of bo's, a link of anna's and its end.
    let wanted = 4;
    waiting::wait_until("all notices", LIMIT, || server.taken().len() >= wanted);
    waiting::wait_until("an empty outbox", LIMIT, || mails_waiting(&house) == Some(0));
    let taken = server.taken();
    let ids: BTreeSet<_> = taken.iter().map(|mail| &mail.id).collect();
    assert_eq!((taken.len(), ids.len()), (wanted, wanted), "{taken:?}");
    for login in ["anna@example.org", "bo@example.org"] {
        assert_eq!(taken.iter().filter(|mail| mail.to == login).count(), 2, "{taken:?}");
    }
    house.expect_whole();
}
