//! A printer without Create-Job, as old ones are: Print-Job only, one connection at a time, counts after
//! a while. Small enough to stand in the test's own process.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use ipp_codec::registry::JobState;
use ipp_codec::{
    Attribute, Group, GroupTag, Limits, Message, Operation, Status, Value, decode, encode, names,
};
use print_core::{JobState as State, Ticket};
use tokio::net::TcpListener;

use super::house::{House, quick};

#[derive(Debug, Default)]
struct Inside {
    /// The name and the document's size of each job; its number is its place, from 1.
    jobs: Vec<(String, usize)>,
    /// The reply to the next Print-Job is lost.
    loses_reply: bool,
    /// It remembers no job.
    forgets: bool,
    /// Jobs that are not out yet.
    slow: bool,
    cancelled: bool,
}

/// The printer; its task ends with the test's runtime.
struct Simple {
    inside: Arc<Mutex<Inside>>,
    address: SocketAddr,
}

impl Simple {
    async fn start(inside: Inside) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let inside = Arc::new(Mutex::new(inside));
        let shared = inside.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let inside = shared.clone();
                let service = service_fn(move |request| answer(inside.clone(), request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { inside, address }
    }

    fn uri(&self) -> String {
        format!("ipp://{}/ipp/print", self.address)
    }
}

async fn answer(
    inside: Arc<Mutex<Inside>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, std::io::Error> {
    let body = request.into_body().collect().await.map_err(std::io::Error::other)?.to_bytes();
    let (message, document) = decode(&body, &Limits::REQUEST).map_err(std::io::Error::other)?;
    let mut inside = inside.lock().unwrap();
    let operation = Operation::new(message.code);
    let text = |name| message.get(GroupTag::OPERATION, name).and_then(Attribute::as_str);
    let mut groups = Vec::new();
    if operation == Operation::GET_PRINTER_ATTRIBUTES {
        groups.push(Group::new(GroupTag::PRINTER, describes_itself()));
    } else if operation == Operation::PRINT_JOB {
        let name = text(names::JOB_NAME).unwrap_or_default().to_owned();
        inside.jobs.push((name, body.len() - document));
        if std::mem::take(&mut inside.loses_reply) {
            return Err(std::io::Error::other("the reply is lost"));
        }
        groups.push(Group::new(GroupTag::JOB, job(&inside, inside.jobs.len())));
    } else if operation == Operation::GET_JOBS {
        let ended = text(names::WHICH_JOBS) == Some("completed");
        let fits = !inside.forgets && (ended != inside.slow || (ended && inside.cancelled));
        let listed = (1..=inside.jobs.len()).filter(|_| fits);
        groups.extend(listed.map(|number| Group::new(GroupTag::JOB, job(&inside, number))));
    } else if operation == Operation::CANCEL_JOB {
        inside.cancelled = true;
    } else {
        let id = message.get(GroupTag::OPERATION, names::JOB_ID).and_then(Attribute::as_integer);
        let number = usize::try_from(id.unwrap_or(0)).unwrap();
        groups.push(Group::new(GroupTag::JOB, job(&inside, number)));
    }
    let first = vec![
        Attribute::new(names::ATTRIBUTES_CHARSET, Value::charset("utf-8")),
        Attribute::new(names::ATTRIBUTES_NATURAL_LANGUAGE, Value::language("en")),
    ];
    groups.insert(0, Group::new(GroupTag::OPERATION, first));
    let code = Status::SUCCESSFUL_OK.code();
    let reply = Message { code, groups, ..message };
    Ok(Response::new(Full::new(encode(&reply).map_err(std::io::Error::other)?.into())))
}

fn describes_itself() -> Vec<Attribute> {
    let operations = [
        Operation::PRINT_JOB,
        Operation::CANCEL_JOB,
        Operation::GET_JOB_ATTRIBUTES,
        Operation::GET_JOBS,
        Operation::GET_PRINTER_ATTRIBUTES,
    ];
    let operations = operations.map(|operation| i32::from(operation.code()));
    vec![
        Attribute::enumerations(names::OPERATIONS_SUPPORTED, operations),
        Attribute::mime_type(names::DOCUMENT_FORMAT_SUPPORTED, "application/pdf"),
        Attribute::boolean(names::COLOR_SUPPORTED, false),
        Attribute::integer(names::PRINTER_UP_TIME, 1_000),
    ]
}

fn job(inside: &Inside, number: usize) -> Vec<Attribute> {
    let (state, out) = match (inside.slow, inside.cancelled) {
        (true, false) => (JobState::PROCESSING, 1),
        (true, true) => (JobState::CANCELED, 1),
        (false, _) => (JobState::COMPLETED, 2),
    };
    vec![
        Attribute::integer(names::JOB_ID, i32::try_from(number).unwrap()),
        Attribute::name(names::JOB_NAME, &inside.jobs[number - 1].0),
        Attribute::enumeration(names::JOB_STATE, state.code()),
        Attribute::integer(names::JOB_IMPRESSIONS_COMPLETED, out),
        Attribute::integer(names::TIME_AT_CREATION, 999),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_printer_without_create_job_gets_job_and_document_at_once() {
    let simple = Simple::start(Inside::default()).await;
    let (_house, server) = House::open().await;
    let printer = server.add_printer(&simple.uri()).await;
    let job = server.hold(2, Ticket::default()).await;
    server.release(&[job], printer).await;
    let record = server.is(job, State::Completed).await;
    assert_eq!(server.booked(job).await, [(2, 0, 2, "estimated")]);
    let jobs = simple.inside.lock().unwrap().jobs.clone();
    assert_eq!(jobs.len(), 1);
    assert_eq!(i64::try_from(jobs[0].1).unwrap(), record.size_bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_reply_to_print_job_is_found_by_name_and_never_sent_again() {
    for slow in [false, true] {
        let loses_reply = true;
        let inside = Inside { loses_reply, slow, ..Inside::default() };
        let simple = Simple::start(inside).await;
        let (_house, server) = House::open().await;
        let printer = server.add_printer(&simple.uri()).await;
        let job = server.hold(2, Ticket::default()).await;
        server.release(&[job], printer).await;
        server.ended(job).await;
        let record = server.store.job(job).await.unwrap();
        assert_eq!((record.state, record.uncertain.is_some()), (State::Held, true));
        let out = if slow { 1 } else { 2 };
        assert_eq!(server.booked(job).await, [(out, 0, out, "estimated")]);
        assert_eq!(simple.inside.lock().unwrap().jobs.len(), 1);
        assert_eq!(simple.inside.lock().unwrap().cancelled, slow);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paper_that_may_have_come_out_of_a_forgetful_printer_is_left_to_check() {
    let inside = Inside { loses_reply: true, forgets: true, ..Inside::default() };
    let simple = Simple::start(inside).await;
    let (_house, server) = House::open().await;
    let printer = server.add_printer(&simple.uri()).await;
    let job = server.hold(2, Ticket::default()).await;
    server.release(&[job], printer).await;
    assert_eq!(server.ended(job).await.reasons, "printer-forgot");
    let record = server.store.job(job).await.unwrap();
    assert_eq!((record.state, record.uncertain.is_some()), (State::Held, true));
    assert_eq!(server.booked(job).await, [(0, 0, 0, "unknown")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_during_print_job_is_settled_by_name() {
    let slow = true;
    let simple = Simple::start(Inside { slow, ..Inside::default() }).await;
    let (house, server) = House::open().await;
    let printer = server.add_printer(&simple.uri()).await;
    let job = server.hold(2, Ticket::default()).await;
    let claimed = server.claim(&[job], printer).await.swap_remove(0);
    // The document was sent, and the server died before it read the reply.
    let name = crate::delivery::work::job_name(claimed.mark);
    simple.inside.lock().unwrap().jobs.push((name, 1_000));
    server.kill().await;
    let server = house.start(quick()).await;
    assert_eq!(server.deliveries.recover().await.unwrap(), 1);
    server.ended(job).await;
    let record = server.store.job(job).await.unwrap();
    assert_eq!((record.state, record.uncertain.is_some()), (State::Held, true));
    assert_eq!(server.booked(job).await, [(1, 0, 1, "estimated")]);
    assert_eq!(simple.inside.lock().unwrap().jobs.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn paper_of_a_job_that_was_cancelled_during_print_job_is_booked() {
    for slow in [false, true] {
        let simple = Simple::start(Inside { slow, ..Inside::default() }).await;
        let (_house, server) = House::open().await;
        let printer = server.add_printer(&simple.uri()).await;
        let job = server.hold(2, Ticket::default()).await;
        let claimed = server.claim(&[job], printer).await;
        let reason = print_core::Keyword::parse("job-canceled-by-user").unwrap();
        let now = print_core::Clock::now(&print_core::SystemClock);
        server.store.cancel_job(job, &reason, now).await.unwrap();
        server.deliveries.start(claimed);
        server.ended(job).await;
        assert_eq!(server.store.job(job).await.unwrap().state, State::Canceled);
        let out = if slow { 1 } else { 2 };
        assert_eq!(server.booked(job).await, [(out, 0, out, "estimated")]);
        assert_eq!(simple.inside.lock().unwrap().cancelled, slow);
    }
}
