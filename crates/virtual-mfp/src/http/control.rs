//! The control port: tests arm faults here and read what was really put out.

use std::convert::Infallible;
use std::sync::Arc;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::status::status;
use crate::machine::{Fault, Printer};

/// The longest request body.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Serves the control port until it is dropped.
pub async fn serve(printer: Arc<Printer>, listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((tcp, _)) = accepted {
                    let printer = Arc::clone(&printer);
                    connections.spawn(async move {
                        let service = service_fn(|request| answer(Arc::clone(&printer), request));
                        let io = TokioIo::new(tcp);
                        // A test that ends in the middle of a request is nothing to report.
                        let _ = http1::Builder::new().serve_connection(io, service).await;
                    });
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn answer(
    printer: Arc<Printer>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let (code, json) = match Limited::new(body, BODY_BYTES_MAX).collect().await {
        Ok(body) => act(&printer, &head.method, &head.uri, &body.to_bytes()).await,
        Err(_) => refuse("the request is too long or was cut"),
    };
    let mut response = Response::new(Full::from(json.to_string()));
    *response.status_mut() = code;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

fn refuse(why: &str) -> (StatusCode, Json) {
    (StatusCode::BAD_REQUEST, json!({ "error": why }))
}

async fn act(
    printer: &Arc<Printer>,
    method: &Method,
    uri: &Uri,
    body: &[u8],
) -> (StatusCode, Json) {
    let done = match (method, uri.path()) {
        (&Method::GET, "/status") => {
            let now = printer.now();
            let last = uri.query().and_then(|query| query.strip_prefix("last="));
            let jobs_max = last.and_then(|last| last.parse().ok()).unwrap_or(usize::MAX);
            Ok(printer.locked(|machine| status(machine, &printer.addresses, jobs_max, now)))
        }
        (&Method::POST, "/fault") => arm(printer, body),
        (&Method::POST, "/clear") => clear(printer, body),
        (&Method::POST, "/reset") => {
            printer.power_cycle();
            Ok(json!({}))
        }
        (&Method::POST, "/cancel") => cancel(printer, body),
        (&Method::POST, "/speed") => speed(printer, body),
        _ => return (StatusCode::NOT_FOUND, json!({ "error": "no such page" })),
    };
    // A test that puts the machine to sleep finds its port closed when it reads the answer.
    printer.settled().await;
    match done {
        Ok(json) => (StatusCode::OK, json),
        Err(error) => refuse(&error.to_string()),
    }
}

fn arm(printer: &Arc<Printer>, body: &[u8]) -> Result<Json, serde_json::Error> {
    let mut json: serde_json::Map<String, Json> = serde_json::from_slice(body)?;
    let times = match json.remove("times") {
        Some(times) => serde_json::from_value(times)?,
        None => 1,
    };
    let fault: Fault = serde_json::from_value(Json::Object(json))?;
    Ok(json!({ "id": printer.arm(fault, times) }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Clear {
    id: Option<u64>,
    fault: Option<String>,
}

fn clear(printer: &Printer, body: &[u8]) -> Result<Json, serde_json::Error> {
    let body = if body.is_empty() { b"{}" } else { body };
    let Clear { id, fault } = serde_json::from_slice(body)?;
    let cleared = printer.clear(|armed| {
        id.is_none_or(|id| armed.id == id)
            && fault.as_ref().is_none_or(|fault| armed.fault.name() == *fault)
    });
    Ok(json!({ "cleared": cleared }))
}

#[derive(Deserialize)]
struct Cancel {
    job_id: i32,
}

fn cancel(printer: &Printer, body: &[u8]) -> Result<Json, serde_json::Error> {
    let Cancel { job_id } = serde_json::from_slice(body)?;
    let now = printer.now();
    let canceled = printer.change(|machine| machine.cancel_at_panel(job_id, now));
    Ok(json!({ "canceled": canceled }))
}

#[derive(Deserialize)]
struct Speed {
    pages_per_minute: u32,
}

fn speed(printer: &Printer, body: &[u8]) -> Result<Json, serde_json::Error> {
    let Speed { pages_per_minute } = serde_json::from_slice(body)?;
    printer.change(|machine| machine.pages_per_minute = pages_per_minute.max(1));
    Ok(json!({}))
}
