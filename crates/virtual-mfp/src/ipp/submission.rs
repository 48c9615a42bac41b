//! Jobs and documents that come in: what is refused, what is applied, what is answered.

use ipp_codec::registry::GroupTag;
use ipp_codec::request::{JobRequest, SendDocument};
use ipp_codec::{Attribute, Operation, Request, Response, Split, Status, split_supported};
use print_core::Timestamp;

use super::jobs::job_id_of;
use super::{Client, job_attributes, template};
use crate::machine::{DocumentProgress, Machine, NewJob};
use crate::options::UNKNOWN_FORMAT;

/// Whether a job like this would be taken (Validate-Job).
pub fn validate(machine: &mut Machine, client: &Client, job: &JobRequest) -> Response {
    match check(machine, client, job, true) {
        Ok(split) => {
            let status = split.status(job.ipp_attribute_fidelity);
            Response::new(client.header, status).unsupported(split.unsupported)
        }
        Err(refusal) => *refusal,
    }
}

/// Takes a job (Print-Job, Create-Job). Gives its number and what was not applied.
///
/// # Errors
/// The refusal.
pub fn begin_job(
    machine: &mut Machine,
    client: &Client,
    request: &Request,
    job: &JobRequest,
    now: Timestamp,
) -> Result<(i32, Split), Box<Response>> {
    let with_document = request.operation == Operation::PRINT_JOB;
    let mut split = check(machine, client, job, with_document)?;
    let status = split.status(job.ipp_attribute_fidelity);
    if !status.is_successful() {
        let refusal = Response::new(client.header, status)
            .status_message("The printer cannot do everything that was asked for.")
            .unsupported(split.unsupported);
        return Err(Box::new(refusal));
    }
    let ignored = machine.faults.ignored_attributes();
    let is_ignored = |attribute: &Attribute| ignored.contains(&attribute.name);
    split.unsupported.extend(split.accepted.extract_if(.., |one| is_ignored(one)));
    let new = NewJob {
        name: job.job_name.clone().or_else(|| job.document_name.clone()).unwrap_or_default(),
        user: request.requesting_user_name.clone().unwrap_or_else(|| "anonymous".to_owned()),
        asked: job.job_attributes.clone(),
        applied: split.accepted.clone(),
        with_document,
    };
    match machine.create_job(new, now) {
        Ok(job_id) => Ok((job_id, split)),
        Err(error) => {
            tracing::error!(%error, "The printer's folder cannot be written");
            let status = Status::SERVER_ERROR_INTERNAL_ERROR;
            Err(Box::new(client.refuse(status, "The printer cannot store jobs.")))
        }
    }
}

/// Finds the job that a document belongs to (Send-Document).
///
/// # Errors
/// The refusal.
pub fn begin_document(
    machine: &mut Machine,
    client: &Client,
    request: &Request,
    send: &SendDocument,
) -> Result<i32, Box<Response>> {
    let refuse = |status, sentence| Err(Box::new(client.refuse(status, sentence)));
    let job_id = job_id_of(&request.target);
    let Some(job) = job_id.and_then(|job_id| machine.job(job_id)) else {
        return refuse(Status::CLIENT_ERROR_NOT_FOUND, "The printer has no such job.");
    };
    let job_id = job.job_id;
    if job.state.is_final() {
        return refuse(Status::CLIENT_ERROR_NOT_POSSIBLE, "The job has ended.");
    }
    if job.run.document != DocumentProgress::Missing {
        let status = Status::SERVER_ERROR_MULTIPLE_DOCUMENT_JOBS_NOT_SUPPORTED;
        return refuse(status, "The job has its document already.");
    }
    check_format(machine, client, send.document_format.as_deref(), true)?;
    check_compression(client, send.compression.as_deref())?;
    Ok(job_id)
}

/// The answer for a job that was taken.
pub fn accepted(machine: &Machine, client: &Client, job_id: i32, split: Split) -> Response {
    let status = split.status(false);
    let response = Response::new(client.header, status).unsupported(split.unsupported);
    let known = machine.all_jobs().iter().rev().find(|job| job.job_id == job_id);
    match known {
        Some(job) => response.group(GroupTag::JOB, job_attributes::receipt(job, client)),
        None => client.refuse(Status::SERVER_ERROR_JOB_CANCELED, "The job is gone."),
    }
}

fn check(
    machine: &mut Machine,
    client: &Client,
    job: &JobRequest,
    format_is_final: bool,
) -> Result<Split, Box<Response>> {
    if !machine.is_accepting() {
        let status = Status::SERVER_ERROR_NOT_ACCEPTING_JOBS;
        return Err(Box::new(client.refuse(status, "The printer takes no jobs now.")));
    }
    check_format(machine, client, job.document_format.as_deref(), format_is_final)?;
    check_compression(client, job.compression.as_deref())?;
    let model = &machine.model;
    let attributes = job.job_attributes.clone();
    Ok(split_supported(attributes, |attribute| template::support(attribute, model)))
}

/// `is_final` when a format that is not named is known not to be named later.
fn check_format(
    machine: &mut Machine,
    client: &Client,
    format: Option<&str>,
    is_final: bool,
) -> Result<(), Box<Response>> {
    if format.is_none() && !is_final {
        return Ok(());
    }
    let named = format_of(format);
    if machine.model.takes(&named) && !machine.faults.refuses_format(&named) {
        return Ok(());
    }
    let status = Status::CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED;
    let echo = Attribute::mime_type(ipp_codec::names::DOCUMENT_FORMAT, &named);
    let refusal = client.refuse(status, "The printer does not take this format.");
    Err(Box::new(refusal.unsupported(vec![echo])))
}

/// The format that a client named, in lower case and without parameters.
pub fn format_of(named: Option<&str>) -> String {
    let named = named.and_then(|named| named.split(';').next()).unwrap_or(UNKNOWN_FORMAT);
    named.trim().to_ascii_lowercase()
}

fn check_compression(client: &Client, compression: Option<&str>) -> Result<(), Box<Response>> {
    match compression {
        None | Some("none") => Ok(()),
        Some(_) => {
            let status = Status::CLIENT_ERROR_COMPRESSION_NOT_SUPPORTED;
            Err(Box::new(client.refuse(status, "The printer takes no compressed documents.")))
        }
    }
}
