//! Looking at jobs and ending them.

use ipp_codec::registry::GroupTag;
use ipp_codec::request::GetJobs;
use ipp_codec::{Request, RequestedAttributes, Response, Status, Target};
use print_core::Timestamp;

use super::{Client, job_attributes};
use crate::machine::{CancelBy, CancelRefused, Job, Machine};

/// The answer to Get-Jobs never has more jobs than this.
const JOBS_MAX: usize = 1_000;

/// The number of the job that a request is about; a job's URI ends with it.
pub fn job_id_of(target: &Target) -> Option<i32> {
    match target {
        Target::PrinterJob { id, .. } => Some(*id),
        Target::Job { uri } => uri.rsplit('/').next()?.parse().ok(),
        Target::Printer { .. } | Target::Server => None,
    }
}

/// Get-Job-Attributes.
pub fn get_job_attributes(
    machine: &Machine,
    client: &Client,
    request: &Request,
    requested: &RequestedAttributes,
    now: Timestamp,
) -> Response {
    let job = job_id_of(&request.target).and_then(|job_id| machine.job(job_id));
    let Some(job) = job else {
        return client.refuse(Status::CLIENT_ERROR_NOT_FOUND, "The printer has no such job.");
    };
    let attributes = job_attributes::wanted(machine, job, client, requested, now);
    Response::new(client.header, Status::SUCCESSFUL_OK).group(GroupTag::JOB, attributes)
}

/// Get-Jobs.
pub fn get_jobs(
    machine: &Machine,
    client: &Client,
    request: &Request,
    get: &GetJobs,
    now: Timestamp,
) -> Response {
    let jobs: Vec<&Job> = match get.which_jobs.as_deref() {
        None | Some("not-completed") => machine.open_jobs().collect(),
        Some("completed") => machine.ended_jobs().collect(),
        Some("all") => machine.open_jobs().chain(machine.ended_jobs()).collect(),
        Some(other) => {
            let status = Status::CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED;
            let echo = ipp_codec::Attribute::keyword(ipp_codec::names::WHICH_JOBS, other);
            return Response::new(client.header, status).unsupported(vec![echo]);
        }
    };
    let user = request.requesting_user_name.as_deref().unwrap_or("anonymous");
    let limit = get.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(JOBS_MAX);
    let chosen = jobs
        .into_iter()
        .filter(|job| !get.my_jobs || job.user == user)
        .filter(|job| get.first_job_id.is_none_or(|first| job.job_id >= first))
        .take(limit.min(JOBS_MAX));
    let answer = Response::new(client.header, Status::SUCCESSFUL_OK);
    chosen.fold(answer, |answer, job| {
        let attributes = job_attributes::wanted(machine, job, client, &get.requested, now);
        answer.group(GroupTag::JOB, attributes)
    })
}

/// Cancel-Job.
pub fn cancel_job(
    machine: &mut Machine,
    client: &Client,
    request: &Request,
    now: Timestamp,
) -> Response {
    let canceled = match job_id_of(&request.target) {
        Some(job_id) => machine.cancel(job_id, CancelBy::User, now),
        None => Err(CancelRefused::NotFound),
    };
    match canceled {
        Ok(()) => Response::new(client.header, Status::SUCCESSFUL_OK),
        Err(CancelRefused::NotFound) => {
            client.refuse(Status::CLIENT_ERROR_NOT_FOUND, "The printer has no such job.")
        }
        Err(CancelRefused::NotPossible) => {
            client.refuse(Status::CLIENT_ERROR_NOT_POSSIBLE, "The job cannot be canceled.")
        }
    }
}
