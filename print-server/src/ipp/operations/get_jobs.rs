//! Get-Jobs and Get-Job-Attributes (RFC 8011 sections 4.2.6 and 4.3.4): one's own jobs only.

use ipp_codec::request::GetJobs;
use ipp_codec::{GroupTag, RequestedAttributes, Response, Status, Violation};
use print_core::JobState;
use store::{JobListing, JobRecord, StoreError, WhichJobs};

use super::{context, is_own, ok, own_job};
use crate::doors::{DoorError, Identity, is_claiming_network};
use crate::ipp::answer::Refusal;
use crate::ipp::front::{Ask, Front};
use crate::ipp::job_attributes;
use crate::ipp::places::Place;

/// The most jobs in one answer; a client that wants more asks again.
const JOBS_MAX: u32 = 500;
/// The most pages of rows that are read for one answer.
const PAGES_MAX: u32 = 20;

pub(super) async fn get_job_attributes(
    front: &Front,
    ask: &Ask<'_>,
    requested: &RequestedAttributes,
) -> Result<Response, Refusal> {
    let own = own_job(front, ask).await?;
    let context = context(front, ask, &own.queue, &own.identity);
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
        Err(DoorError::NobodyOfThatName(_) | DoorError::NoName(_)) => return Ok(ok(ask)),
        Err(DoorError::SignInWanted | DoorError::TlsWanted)
            if is_claiming_network(&queue, ask.peer) =>
        {
            return Ok(ok(ask));
        }
        Err(error) => return Err(error.into()),
    };
    let listing = JobListing {
        which,
        owner: Some(identity.owner()),
        queue: (!all).then_some(queue.id),
        first_index: 1,
        limit: JOBS_MAX,
    };
    let mut response = ok(ask);
    let jobs = if wanted.job_ids.is_empty() {
        wanted_jobs(front, listing, wanted, &identity).await?
    } else {
        named_jobs(front, &listing, &wanted.job_ids, &identity).await?
    };
    for job in jobs {
        let Some(queue) = front.parts.catalogue.queue(job.queue) else { continue };
        let context = context(front, ask, &queue, &identity);
        let attributes = job_attributes::describe(&job, &context, &wanted.requested);
        response = response.group(GroupTag::JOB, attributes);
    }
    Ok(response)
}

/// The jobs of these numbers, as far as they are the asker's; the others are passed over.
async fn named_jobs(
    front: &Front,
    listing: &JobListing,
    job_ids: &[i32],
    identity: &Identity,
) -> Result<Vec<JobRecord>, StoreError> {
    let mut jobs = Vec::new();
    for id in job_ids.iter().take(JOBS_MAX as usize) {
        let Some(number) = print_core::JobNumber::new(i64::from(*id)) else { continue };
        let found = front.parts.store.job_by_number(number).await?;
        let here = |job: &JobRecord| listing.queue.is_none_or(|queue| queue == job.queue);
        jobs.extend(found.filter(|job| is_own(job, identity) && here(job)));
    }
    Ok(jobs)
}

/// The limit counts the jobs that are answered, not those that are passed over.
async fn wanted_jobs(
    front: &Front,
    mut listing: JobListing,
    wanted: &GetJobs,
    identity: &Identity,
) -> Result<Vec<JobRecord>, StoreError> {
    let limit = wanted.limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(JOBS_MAX);
    let limit = limit.clamp(1, JOBS_MAX);
    let first = wanted.first_job_id.unwrap_or(0);
    if first <= 1 {
        listing.limit = limit;
    }
    let mut jobs = Vec::new();
    for _ in 0..PAGES_MAX {
        let page = front.parts.store.list_jobs(&listing).await?;
        let is_last = page.len() < listing.limit as usize;
        jobs.extend(
            page.into_iter().filter(|job| is_own(job, identity) && job.number.get() >= first),
        );
        if is_last || jobs.len() >= limit as usize {
            break;
        }
        listing.first_index += listing.limit;
    }
    jobs.truncate(limit as usize);
    Ok(jobs)
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
