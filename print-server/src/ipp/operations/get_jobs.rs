//! Get-Jobs and Get-Job-Attributes (RFC 8011 sections 4.2.6 and 4.3.4): one's own jobs only.

use ipp_codec::request::GetJobs;
use ipp_codec::{GroupTag, RequestedAttributes, Response, Status, Violation};
use print_core::JobState;
use store::{JobListing, WhichJobs};

use super::{context, is_own, ok, own_job};
use crate::doors::{DoorError, is_claiming_network};
use crate::ipp::answer::Refusal;
use crate::ipp::front::{Ask, Front};
use crate::ipp::job_attributes;
use crate::ipp::places::Place;

/// The most jobs in one answer; a client that wants more asks again.
const JOBS_MAX: i32 = 500;

pub(super) async fn get_job_attributes(
    front: &Front,
    ask: &Ask<'_>,
    requested: &RequestedAttributes,
) -> Result<Response, Refusal> {
    let own = own_job(front, ask).await?;
    let context = context(front, ask, &own.queue, own.identity.login.as_str());
    let attributes = job_attributes::describe(&own.job, &context, requested);
    Ok(ok(ask).group(GroupTag::JOB, attributes))
}

pub(super) async fn get_jobs(
    front: &Front,
    ask: &Ask<'_>,
    wanted: &GetJobs,
) -> Result<Response, Refusal> {
    let which = which(wanted.which_jobs.as_deref())?;
    let all = matches!(ask.place, Place::Server);
    let queue = match front.queue(ask) {
        Ok(queue) => queue,
        // `lpstat -h` asks the server as a whole; any queue's doors tell who is asking.
        Err(refusal) if !all => return Err(refusal),
        Err(refusal) => front.parts.catalogue.queues().first().cloned().ok_or(refusal)?,
    };
    let identity = match front.identify(ask, &queue).await {
        Ok(identity) => identity,
        // Whoever is nobody here has no jobs: an answer, not a fault.
        Err(DoorError::NobodyOfThatName | DoorError::NoName) => return Ok(ok(ask)),
        Err(DoorError::SignInWanted | DoorError::TlsWanted)
            if is_claiming_network(&queue, ask.peer) =>
        {
            return Ok(ok(ask));
        }
        Err(error) => return Err(error.into()),
    };
    let limit = wanted.limit.unwrap_or(JOBS_MAX).clamp(1, JOBS_MAX);
    let listing = JobListing {
        which,
        owner: Some(identity.owner()),
        queue: (!all).then_some(queue.id),
        first_index: 1,
        limit: limit.unsigned_abs(),
    };
    let jobs = front.parts.store.list_jobs(&listing).await?;
    let mut response = ok(ask);
    for job in jobs.iter().filter(|job| is_own(job, &identity)) {
        if wanted.first_job_id.is_some_and(|first| job.number.get() < first) {
            continue;
        }
        let Some(queue) = front.parts.catalogue.queue(job.queue) else { continue };
        let context = context(front, ask, &queue, identity.login.as_str());
        let attributes = job_attributes::describe(job, &context, &wanted.requested);
        response = response.group(GroupTag::JOB, attributes);
    }
    Ok(response)
}

fn which(keyword: Option<&str>) -> Result<WhichJobs, Refusal> {
    Ok(match keyword.unwrap_or("not-completed") {
        "not-completed" => WhichJobs::NotCompleted,
        "completed" => WhichJobs::Completed,
        "all" => WhichJobs::All,
        "pending-held" => WhichJobs::State(JobState::Held),
        "aborted" => WhichJobs::State(JobState::Aborted),
        "canceled" => WhichJobs::State(JobState::Canceled),
        other => {
            let status = Status::CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED;
            let attribute = ipp_codec::Attribute::keyword("which-jobs", other);
            let message = "jobs cannot be listed in this way";
            return Err(Violation::of_attribute(status, message, &attribute).into());
        }
    })
}
