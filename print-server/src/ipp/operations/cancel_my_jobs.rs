//! Cancel-My-Jobs (PWG 5100.7): the asker's jobs that have not ended, or those of them that are named.

use ipp_codec::{Attribute, Response, Status, Value, Violation, names};
use store::{JobListing, JobRecord, StoreError, WhichJobs};

use super::change_jobs::cancel_one;
use super::{is_own, ok};
use crate::doors::Identity;
use crate::ipp::answer::Refusal;
use crate::ipp::front::{Ask, Front};
use crate::ipp::places::Place;

/// Rows read at a time.
const PAGE: u32 = 500;
/// The most pages; a person who has more jobs asks again.
const PAGES_MAX: u32 = 20;

pub(super) async fn cancel_my_jobs(
    front: &Front,
    ask: &Ask<'_>,
    job_ids: &[i32],
) -> Result<Response, Refusal> {
    let queue = front.queue(ask)?;
    let identity = front.identify(ask, &queue).await?;
    let only = (!matches!(ask.place, Place::Server)).then_some(queue.id);
    let listing = JobListing {
        which: WhichJobs::NotCompleted,
        owner: Some(identity.owner()),
        queue: only,
        first_index: 1,
        limit: PAGE,
    };
    let jobs = if job_ids.is_empty() {
        open_jobs(front, listing, &identity).await?
    } else {
        named_jobs(front, &listing, &identity, job_ids).await?
    };
    for job in &jobs {
        match cancel_one(front, job, &identity).await {
            // It ended by itself meanwhile, which is what was wanted.
            Ok(()) | Err(Refusal::NotNow(_)) => {}
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(ok(ask))
}

async fn open_jobs(
    front: &Front,
    mut listing: JobListing,
    identity: &Identity,
) -> Result<Vec<JobRecord>, StoreError> {
    let mut jobs = Vec::new();
    for _ in 0..PAGES_MAX {
        let page = front.parts.store.list_jobs(&listing).await?;
        let is_last = page.len() < listing.limit as usize;
        jobs.extend(page.into_iter().filter(|job| is_own(job, identity)));
        if is_last {
            break;
        }
        listing.first_index += listing.limit;
    }
    Ok(jobs)
}

/// All of them or none: nothing is cancelled when one is not the asker's or has ended. Somebody else's job
/// and no job at all get the same answer.
async fn named_jobs(
    front: &Front,
    listing: &JobListing,
    identity: &Identity,
    job_ids: &[i32],
) -> Result<Vec<JobRecord>, Refusal> {
    let mut jobs = Vec::new();
    let (mut missing, mut ended) = (Vec::new(), Vec::new());
    for id in job_ids {
        let found = match print_core::JobNumber::new(i64::from(*id)) {
            Some(number) => front.parts.store.job_by_number(number).await?,
            None => None,
        };
        let here = |job: &JobRecord| listing.queue.is_none_or(|queue| queue == job.queue);
        match found.filter(|job| is_own(job, identity) && here(job)) {
            None => missing.push(*id),
            Some(job) if job.state.is_final() => ended.push(*id),
            Some(job) => jobs.push(job),
        }
    }
    let (status, message, ids) = if !missing.is_empty() {
        (Status::CLIENT_ERROR_NOT_FOUND, "some of these jobs are not there", missing)
    } else if !ended.is_empty() {
        (Status::CLIENT_ERROR_NOT_POSSIBLE, "some of these jobs have ended", ended)
    } else {
        return Ok(jobs);
    };
    let attribute = Attribute::set(names::JOB_IDS, ids.into_iter().map(Value::Integer));
    Err(Violation::of_attribute(status, message, &attribute).into())
}
