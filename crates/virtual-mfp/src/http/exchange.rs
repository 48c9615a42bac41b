//! One HTTP request of the IPP port and its answer.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HOST, LOCATION};
use hyper::{Method, StatusCode};
use ipp_codec::message::Header;
use ipp_codec::request::{JobRequest, SendDocument};
use ipp_codec::{
    Call, Decoder, Limits, Message, Operation, Progress, Request, Response, Status, Value,
    check_request, encode, names,
};

use super::connection::{Connection, Cut, awake};
use super::document::{self, Arriving, Manners};
use super::reply_body::ReplyBody;
use crate::ipp::{self, Client};
use crate::machine::{After, Before};

type HttpRequest = hyper::Request<Incoming>;
type HttpResponse = hyper::Response<ReplyBody>;

const IPP: &str = "application/ipp";

/// What a wrong job-id adds to the true one.
const WRONG_JOB_ID: i32 = 1_000;

/// Answers one request.
///
/// # Errors
/// When a fault ends the connection.
pub async fn answer(connection: &Connection, request: HttpRequest) -> Result<HttpResponse, Cut> {
    let printer = &connection.printer;
    awake(printer).await;
    if request.method() != Method::POST {
        let name = printer.locked(|machine| machine.model.name.clone());
        return Ok(plain(StatusCode::OK, &format!("{name}: send IPP here.\n")));
    }
    let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !content_type.is_some_and(|content_type| content_type.starts_with(IPP)) {
        return Ok(plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send application/ipp.\n"));
    }
    let authority = authority(&request, connection);
    let (message, mut body) = match read_message(request.into_body()).await? {
        Ok(read) => read,
        Err(refusal) => return Ok(*refusal),
    };
    let operation = message.operation();
    let client = Client { header: message.header(), authority, tls: connection.tls };
    let before = printer.change(|machine| {
        machine.count_request(operation);
        machine.faults.before(operation)
    });
    let response = match before {
        Some(Before::HangUp(how)) => return Err(connection.hang_up(how).await),
        Some(Before::Http(code, location)) => {
            body.drain().await.map_err(|_| Cut)?;
            return Ok(http_status(code, location));
        }
        Some(Before::Status(status)) => client.refuse(status, "The printer says no."),
        None => execute(connection, &client, &message, &mut body).await?,
    };
    body.drain().await.map_err(|_| Cut)?;
    finish(connection, operation, client.header, response).await
}

/// Reads the attributes and no further; the body goes on behind them.
async fn read_message(
    mut body: Incoming,
) -> Result<Result<(Message, Arriving), Box<HttpResponse>>, Cut> {
    let mut decoder = Decoder::new(Limits::REQUEST);
    loop {
        let frame = body.frame().await.transpose().map_err(|_| Cut)?;
        let at_end = frame.is_none();
        let chunk = frame.and_then(|frame| frame.into_data().ok()).unwrap_or_default();
        let progress =
            if at_end { Ok(Progress::Done { consumed: 0 }) } else { decoder.feed(&chunk) };
        match progress {
            Ok(Progress::NeedMore) => {}
            Ok(Progress::Done { consumed }) => {
                let message = match decoder.finish() {
                    Ok(message) => message,
                    Err(error) => return Ok(Err(Box::new(undecodable(&error)))),
                };
                return Ok(Ok((message, Arriving::new(chunk.slice(consumed..), body))));
            }
            Err(error) => return Ok(Err(Box::new(undecodable(&error)))),
        }
    }
}

fn undecodable(error: &ipp_codec::DecodeError) -> HttpResponse {
    match Response::undecodable(error) {
        Some(response) => ipp_reply(&response.into_message()),
        None => plain(StatusCode::BAD_REQUEST, "This is no IPP message.\n"),
    }
}

async fn execute(
    connection: &Connection,
    client: &Client,
    message: &Message,
    body: &mut Arriving,
) -> Result<Response, Cut> {
    // The codec has no typed request for it, as it carries nothing that a printer without a
    // display could show.
    if message.operation() == Operation::IDENTIFY_PRINTER {
        return Ok(match check_request(message, &Limits::REQUEST) {
            Ok(()) => Response::new(client.header, Status::SUCCESSFUL_OK),
            Err(violation) => Response::refusal(client.header, violation),
        });
    }
    let request = match Request::parse(message, &Limits::REQUEST) {
        Ok(request) => request,
        Err(violation) => return Ok(Response::refusal(client.header, violation)),
    };
    match &request.call {
        Call::PrintJob(job) => print_job(connection, client, &request, job, body).await,
        Call::SendDocument(send) => send_document(connection, client, &request, send, body).await,
        _ => Ok(look(connection, client, &request)),
    }
}

/// Operations without a document.
fn look(connection: &Connection, client: &Client, request: &Request) -> Response {
    let printer = &connection.printer;
    let now = printer.now();
    printer.change(|machine| match &request.call {
        Call::ValidateJob(job) => ipp::validate(machine, client, job),
        Call::CreateJob(job) => match ipp::begin_job(machine, client, request, job, now) {
            Ok((job_id, split)) => ipp::accepted(machine, client, job_id, split),
            Err(refusal) => *refusal,
        },
        Call::CancelJob { .. } => ipp::cancel_job(machine, client, request, now),
        Call::GetJobs(get) => ipp::get_jobs(machine, client, request, get, now),
        Call::GetJobAttributes { requested } => {
            ipp::get_job_attributes(machine, client, request, requested, now)
        }
        Call::GetPrinterAttributes { requested, .. } => {
            let tls = printer.addresses.tls;
            ipp::get_printer_attributes(machine, client, tls, requested, now)
        }
        _ => {
            let status = Status::SERVER_ERROR_OPERATION_NOT_SUPPORTED;
            client.refuse(status, "The printer does not know this operation.")
        }
    })
}

async fn print_job(
    connection: &Connection,
    client: &Client,
    request: &Request,
    job: &JobRequest,
    body: &mut Arriving,
) -> Result<Response, Cut> {
    let printer = &connection.printer;
    let now = printer.now();
    let begun = printer.change(|machine| ipp::begin_job(machine, client, request, job, now));
    let (job_id, split) = match begun {
        Ok(begun) => begun,
        Err(refusal) => return Ok(*refusal),
    };
    let format = ipp::format_of(job.document_format.as_deref());
    take_document(connection, client, body, job_id, format, split).await
}

async fn send_document(
    connection: &Connection,
    client: &Client,
    request: &Request,
    send: &SendDocument,
    body: &mut Arriving,
) -> Result<Response, Cut> {
    let begun =
        connection.printer.change(|machine| ipp::begin_document(machine, client, request, send));
    let job_id = match begun {
        Ok(job_id) => job_id,
        Err(refusal) => return Ok(*refusal),
    };
    let format = ipp::format_of(send.document_format.as_deref());
    take_document(connection, client, body, job_id, format, ipp_codec::Split::default()).await
}

async fn take_document(
    connection: &Connection,
    client: &Client,
    body: &mut Arriving,
    job_id: i32,
    format: String,
    split: ipp_codec::Split,
) -> Result<Response, Cut> {
    let printer = &connection.printer;
    let manners = printer.change(|machine| Manners {
        speed: machine.faults.reading_speed(),
        hang_up: machine.faults.in_document(),
        jam: machine.faults.jams_in_document(),
    });
    let printed = document::receive(connection, body, job_id, format, manners).await?;
    if !printed {
        let status = Status::SERVER_ERROR_JOB_CANCELED;
        return Ok(client.refuse(status, "The job was canceled."));
    }
    Ok(printer.locked(|machine| ipp::accepted(machine, client, job_id, split)))
}

/// Sends the answer, or what a fault makes of it.
async fn finish(
    connection: &Connection,
    operation: Operation,
    header: Header,
    response: Response,
) -> Result<HttpResponse, Cut> {
    let mut message = response.into_message();
    let after = connection.printer.change(|machine| machine.faults.after(operation));
    match after {
        Some(After::HangUp(how)) => return Err(connection.hang_up(how).await),
        Some(After::Garbage) => return Ok(ipp_body(ReplyBody::whole(noise()))),
        Some(After::Huge(bytes)) => return Ok(ipp_body(ReplyBody::endless(header, bytes))),
        Some(After::Chunks) => {
            return Ok(written(&message, |reply| ReplyBody::chunks(reply, noise())));
        }
        Some(After::Dripping(milliseconds)) => {
            let pause = Duration::from_millis(milliseconds);
            return Ok(written(&message, |reply| ReplyBody::dripping(reply, pause)));
        }
        Some(After::WrongJobId) => mislead(&mut message),
        Some(After::Late(milliseconds)) => {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        }
        None => {}
    }
    Ok(ipp_reply(&message))
}

fn mislead(message: &mut Message) {
    let attributes = message.groups.iter_mut().flat_map(|group| &mut group.attributes);
    for attribute in attributes.filter(|attribute| attribute.name == names::JOB_ID) {
        for value in &mut attribute.values {
            if let Value::Integer(job_id) = value {
                *job_id = job_id.wrapping_add(WRONG_JOB_ID);
            }
        }
    }
}

/// Bytes that are no IPP message and the same every time.
fn noise() -> Vec<u8> {
    let mut state: u32 = 1;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(700).collect()
}

/// The name by which the client reached us, for the URIs in the answer.
fn authority(request: &HttpRequest, connection: &Connection) -> String {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let is_plain = |host: &&str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte);
        !host.is_empty() && host.len() <= 255 && host.bytes().all(known)
    };
    match host.filter(is_plain) {
        Some(host) => host.to_owned(),
        None => connection.printer.addresses.listen.to_string(),
    }
}

fn ipp_reply(message: &Message) -> HttpResponse {
    written(message, ReplyBody::whole)
}

fn written(message: &Message, body: impl FnOnce(Vec<u8>) -> ReplyBody) -> HttpResponse {
    match encode(message) {
        Ok(bytes) => ipp_body(body(bytes)),
        Err(error) => {
            tracing::error!(%error, "An answer cannot be written");
            plain(StatusCode::INTERNAL_SERVER_ERROR, "The answer cannot be written.\n")
        }
    }
}

fn ipp_body(body: ReplyBody) -> HttpResponse {
    let mut response = hyper::Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(IPP));
    response
}

fn plain(status: StatusCode, text: &str) -> HttpResponse {
    let mut response =
        hyper::Response::new(ReplyBody::whole(Bytes::copy_from_slice(text.as_bytes())));
    *response.status_mut() = status;
    response
}

fn http_status(code: u16, location: Option<String>) -> HttpResponse {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = plain(status, "The printer says no.\n");
    if let Some(location) = location.and_then(|location| location.parse().ok()) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}
