//! The operations, one file each group: what a client may ask and what it gets.

mod at_once;
mod cancel_my_jobs;
mod change_jobs;
mod get_jobs;
mod get_printers;
mod identify;
mod job_checks;
mod job_pins;
mod new_jobs;
mod send_document;

pub(super) use job_checks::{Sender, may_send};
pub(super) use job_pins::violation as pin_violation;
pub(super) use new_jobs::arrived;

use std::sync::Arc;

use ipp_codec::{Call, GroupTag, Response, Status};
use store::{JobRecord, Queue};

use super::answer::{Answer, Refusal};
use super::front::{Ask, Front};
use super::job_attributes::{self, JobContext, Standing};
use super::places::Place;
use super::upload::Upload;
use crate::doors::Identity;

/// Lets the operation answer.
pub(super) async fn carry_out(
    front: &Front,
    ask: &Ask<'_>,
    upload: &mut Upload,
) -> Result<Answer, Refusal> {
    let response = match &ask.request.call {
        Call::PrintJob(job) => new_jobs::print_job(front, ask, job, upload).await?,
        Call::ValidateJob(job) => new_jobs::validate_job(front, ask, job).await?,
        Call::CreateJob(job) => new_jobs::create_job(front, ask, job).await?,
        Call::SendDocument(document) => {
            send_document::send_document(front, ask, document, upload).await?
        }
        Call::CloseJob => send_document::close_job(front, ask).await?,
        Call::CancelJob { .. } => change_jobs::cancel(front, ask).await?,
        Call::CancelMyJobs { job_ids } => {
            cancel_my_jobs::cancel_my_jobs(front, ask, job_ids).await?
        }
        Call::HoldJob { job_hold_until } => {
            change_jobs::hold(front, ask, job_hold_until.as_deref()).await?
        }
        Call::ReleaseJob => change_jobs::release(front, ask).await?,
        Call::SetJobAttributes { attributes } => {
            change_jobs::set_attributes(front, ask, attributes).await?
        }
        Call::GetJobs(wanted) => get_jobs::get_jobs(front, ask, wanted).await?,
        Call::GetJobAttributes { requested } => {
            get_jobs::get_job_attributes(front, ask, requested).await?
        }
        Call::GetPrinterAttributes { requested, document_format } => {
            get_printers::attributes(front, ask, requested, document_format.as_deref())?
        }
        Call::IdentifyPrinter { identify_actions, message } => {
            identify::identify(front, ask, identify_actions, message.as_deref()).await?
        }
        Call::CupsGetDefault { requested } => get_printers::default(front, ask, requested)?,
        Call::CupsGetPrinters { requested, limit } => {
            get_printers::list(front, ask, requested, *limit)?
        }
        Call::CupsGetClasses { .. } => ok(ask),
    };
    Ok(Answer::Ipp(Box::new(response)))
}

fn ok(ask: &Ask<'_>) -> Response {
    Response::new(ask.request.header(), Status::SUCCESSFUL_OK)
}

/// A job that the caller may see, with its queue and the caller.
struct OwnJob {
    job: JobRecord,
    queue: Arc<Queue>,
    identity: Identity,
}

/// The job the request is about, when it is the caller's own. Somebody else's job and no job at all get the
/// same answer. A job that came in with a proven name is not changed by a claimed one.
async fn own_job(front: &Front, ask: &Ask<'_>) -> Result<OwnJob, Refusal> {
    let Place::Job(number) = ask.place else { return Err(Refusal::NoSuchJob) };
    let job = front.parts.store.job_by_number(number).await?;
    // Whoever asks for a number that is nobody's must prove a name all the same.
    let queue = match &job {
        Some(job) => front.parts.catalogue.queue(job.queue),
        None => front.parts.catalogue.queues().first().map(Arc::clone),
    };
    let queue = queue.ok_or(Refusal::NoSuchJob)?;
    let identity = front.identify(ask, &queue).await?;
    let job = job.filter(|job| is_own(job, &identity)).ok_or(Refusal::NoSuchJob)?;
    Ok(OwnJob { job, queue, identity })
}

fn is_own(job: &JobRecord, identity: &Identity) -> bool {
    job.owner == identity.owner() && (identity.verified || !job.verified)
}

/// The answer that describes a new or changed job.
fn described(
    front: &Front,
    ask: &Ask<'_>,
    queue: &Queue,
    job: &Standing<'_>,
    response: Response,
) -> Response {
    let zone = &front.parts.zone;
    response.group(GroupTag::JOB, job_attributes::standing(job, &ask.base, &queue.name, zone))
}

fn context<'a>(
    front: &'a Front,
    ask: &'a Ask<'_>,
    queue: &'a Queue,
    identity: &'a Identity,
) -> JobContext<'a> {
    JobContext {
        base: &ask.base,
        queue: &queue.name,
        zone: &front.parts.zone,
        now: front.now(),
        owner: identity.login.as_str(),
        verified: identity.verified,
    }
}
