//! Takes the form. In this order: who sends it, a place, the fields with the session's token, the files.
//! A file is handed on as it arrives, and its job is held when the browser reads that it is.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts as _, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use print_core::{JobName, JobNumber};

use super::order::{FILE, Order, QUEUE};
use super::page::{self, SENT};
use crate::address::Address;
use crate::desk::{Interrupted, UploadError};
use crate::multipart::form::{Arriving, Form, FormError};
use crate::routes::UPLOAD_PATH;
use crate::security::answer::Fault;
use crate::security::viewer::{SignedIn, Viewer};
use crate::site::Site;

/// The most files of one form.
const FILES_MAX: usize = 50;

/// What became of one file.
#[derive(Debug)]
pub struct Outcome {
    /// What the file is called; empty where the form as a whole is meant.
    pub file_name: String,
    /// The number of its job, or why there is none.
    pub result: Result<JobNumber, UploadError>,
}

/// The form, sent.
pub async fn send(State(site): State<Arc<Site>>, request: Request) -> Result<Response, Fault> {
    let (mut parts, body) = request.into_parts();
    let mut arriving = Arriving::new(body);
    let answer = answer(&site, &mut parts, &mut arriving).await;
    arriving.drain().await;
    answer
}

async fn answer(
    site: &Arc<Site>,
    parts: &mut Parts,
    arriving: &mut Arriving,
) -> Result<Response, Fault> {
    let viewer = SignedIn::from_request_parts(parts, site).await?.0;
    let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let address = info.map(|info| info.0).ok_or(Fault::Broken)?;
    let form = Form::of(&parts.headers, arriving).ok_or(Fault::BadForm)?;
    let mut order = Order::default();
    let outcomes = match site.uploads.take(viewer.person.id) {
        Some(_place) => take(site, &viewer, address, form, &mut order).await?,
        None => vec![nothing(UploadError::TooManyAtOnce)],
    };
    if viewer.ask.part.as_deref() == Some(SENT) {
        let said = page::outcomes(&outcomes, viewer.ask.language);
        return Ok(Html(said.into_string()).into_response());
    }
    if outcomes.iter().all(|outcome| outcome.result.is_ok()) {
        let there = Address::path(UPLOAD_PATH).with(QUEUE, order.queue());
        let there = there.with(SENT, &outcomes.len().to_string());
        return Ok(Redirect::to(&there.to_string()).into_response());
    }
    let page = page::shown(site, &viewer, order.queue(), &outcomes).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Something is said of the form as a whole.
fn nothing(error: UploadError) -> Outcome {
    Outcome { file_name: String::new(), result: Err(error) }
}

/// Reads the form to its end, and gives every file of it to the server.
async fn take(
    site: &Site,
    viewer: &Viewer,
    address: SocketAddr,
    mut form: Form<'_>,
    order: &mut Order,
) -> Result<Vec<Outcome>, Fault> {
    let mut outcomes = Vec::new();
    while outcomes.len() < FILES_MAX {
        let head = match form.part().await {
            Ok(Some(head)) => head,
            Ok(None) => break,
            // What came whole before is held, and is said to be.
            Err(FormError::Gone) => {
                order.check(&viewer.session)?;
                outcomes.push(nothing(Interrupted.into()));
                break;
            }
            Err(FormError::Malformed) => return Err(Fault::BadForm),
        };
        let Some(file_name) = head.file_name else {
            let value = form.text().await.map_err(|_| Fault::BadForm)?;
            order.add(head.name, value)?;
            continue;
        };
        // Before a byte of the file is read.
        order.check(&viewer.session)?;
        if head.name != FILE || file_name.is_empty() {
            continue;
        }
        let upload = order.upload(viewer, address, &file_name);
        let file_name = JobName::from_client(&upload.file_name).to_string();
        let result = site.parts.desk.take(upload, &mut form).await;
        let goes_on = match &result {
            Ok(_) => true,
            Err(UploadError::Interrupted(_)) => false,
            Err(_) => form.skip().await == Ok(true),
        };
        outcomes.push(Outcome { file_name, result });
        if !goes_on {
            break;
        }
    }
    order.check(&viewer.session)?;
    if outcomes.is_empty() {
        outcomes.push(nothing(UploadError::Empty));
    }
    Ok(outcomes)
}
