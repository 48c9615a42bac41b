//! Print-Job, Validate-Job and Create-Job (RFC 8011 sections 4.2.1, 4.2.3 and 4.2.4).

use ipp_codec::request::JobRequest;
use ipp_codec::{Response, Split, names};
use print_core::policy::expires_at;
use print_core::{JobId, JobName, JobState, Keyword, OwnerId, Ticket, Timestamp};
use store::{Accepted, ClaimRequest, Door, JobsToClaim, NewJob, Queue, ReleaseMode};
use tracing::{info, warn};

use super::described;
use super::job_checks::{Checked, check};
use crate::ipp::answer::Refusal;
use crate::ipp::front::{Ask, Front};
use crate::ipp::job_attributes::Standing;
use crate::ipp::offer::description::defaults;
use crate::ipp::offer::options;
use crate::ipp::upload::Upload;

pub(super) async fn validate_job(
    front: &Front,
    ask: &Ask<'_>,
    job: &JobRequest,
) -> Result<Response, Refusal> {
    let checked = check(front, ask, job).await?;
    Ok(successful(ask, checked.split, job.ipp_attribute_fidelity))
}

pub(super) async fn print_job(
    front: &Front,
    ask: &Ask<'_>,
    job: &JobRequest,
    upload: &mut Upload,
) -> Result<Response, Refusal> {
    let checked = check(front, ask, job).await?;
    let new = new_job(front, job, &checked);
    let Checked { queue, identity, split, share, .. } = checked;
    let declared = job.document_format.as_deref();
    let standing = Beginning::of(&new);
    let accepted = front.parts.intake.take_job(new, declared, upload, &share).await?;
    let released = arrived(front, &queue, identity.owner(), accepted.id).await;
    let response = successful(ask, split, job.ipp_attribute_fidelity);
    // What was just committed is not read again: the answer is what it says.
    let state = if released { JobState::Released } else { JobState::Held };
    let standing = standing.standing(&accepted, state);
    Ok(described(front, ask, &queue, &standing, response))
}

pub(super) async fn create_job(
    front: &Front,
    ask: &Ask<'_>,
    job: &JobRequest,
) -> Result<Response, Refusal> {
    let checked = check(front, ask, job).await?;
    let arrivals = &front.parts.arrivals;
    if arrivals.is_full_for(checked.identity.owner()) {
        return Err(Refusal::TooManyWaiting);
    }
    let new = new_job(front, job, &checked);
    let Checked { queue, identity, split, share, .. } = checked;
    let standing = Beginning::of(&new);
    let accepted = front.parts.intake.begin_incoming(new, &share).await?;
    arrivals.expect_document(accepted.id, identity.owner());
    let response = successful(ask, split, job.ipp_attribute_fidelity);
    let standing = standing.standing(&accepted, JobState::Incoming);
    Ok(described(front, ask, &queue, &standing, response))
}

fn new_job(front: &Front, job: &JobRequest, checked: &Checked) -> NewJob {
    let Checked { offer, identity, split, pin, .. } = checked;
    let (id, keys) = (JobId::new(), &front.parts.keys);
    let queue = &offer.queue;
    let (sides, print_color_mode) = defaults(queue, &offer.abilities);
    let mut ticket =
        Ticket { sides, sides_by_default: true, print_color_mode, ..Ticket::default() };
    options::apply(&mut ticket, &split.accepted);
    let now = front.now();
    let title = job.job_name.as_deref().or(job.document_name.as_deref());
    let hold = split.accepted.iter().find(|attribute| attribute.name == names::JOB_HOLD_UNTIL);
    NewJob {
        id,
        queue: queue.id,
        owner: identity.owner(),
        title: title.map_or_else(JobName::untitled, JobName::from_client),
        claimed_name: identity.claimed_name.clone(),
        door: identity.door,
        verified: identity.door != Door::Claimed,
        ticket,
        client_hold: hold.and_then(|hold| Keyword::parse(hold.as_str()?).ok()),
        password: pin.as_ref().map(|pin| pin.sealed(keys, id)),
        created_at: now,
        expires_at: expires_at(now, queue.hold_hours, &front.parts.zone, &front.free_days()),
    }
}

fn successful(ask: &Ask<'_>, split: Split, fidelity: bool) -> Response {
    let response = Response::new(ask.request.header(), split.status(fidelity));
    response.unsupported(split.unsupported)
}

/// What the answer to a new job says of it, besides what the store gave it.
struct Beginning {
    client_hold: Option<Keyword>,
    password_wait: bool,
    expires_at: Timestamp,
}

impl Beginning {
    fn of(new: &NewJob) -> Self {
        let (client_hold, password_wait) = (new.client_hold.clone(), new.password.is_some());
        Self { client_hold, password_wait, expires_at: new.expires_at }
    }

    fn standing(&self, accepted: &Accepted, state: JobState) -> Standing<'_> {
        Standing {
            id: accepted.id,
            number: accepted.number,
            state,
            client_hold: self.client_hold.as_ref(),
            password_wait: self.password_wait,
            uncertain_at: None,
            document_fault: None,
            expires_at: self.expires_at,
            end_reason: None,
        }
    }
}

/// A document is durable: a queue that releases by tap keeps it, a direct queue sends it on at once.
/// Answers whether it did. A direct queue that cannot holds the job: it is taken in, and a client that was
/// told otherwise would send it again.
pub(in crate::ipp) async fn arrived(
    front: &Front,
    queue: &Queue,
    owner: OwnerId,
    job: JobId,
) -> bool {
    info!(job.id = %job, queue = %queue.name, "Took a job in");
    let released = match queue.release {
        ReleaseMode::AtOnce(printer) => {
            let now = front.now();
            let request = ClaimRequest {
                tap: None,
                station: None,
                owner,
                member: None,
                jobs: JobsToClaim::List(vec![job]),
                proven: Vec::new(),
                tickets: Vec::new(),
                keep: Vec::new(),
                again: Vec::new(),
                by_hand: true,
                named: vec![job],
                printer,
                at: now,
                accounting_day: front.parts.zone.accounting_day(now),
                limit: 1,
                only_counted: false,
            };
            match front.parts.deliveries.release(request).await {
                Ok(released) => !released.jobs.is_empty(),
                Err(error) => {
                    warn!(job.id = %job, %error, "A job of a direct queue is held");
                    false
                }
            }
        }
        ReleaseMode::Tap => false,
    };
    front.parts.changes.job(job);
    released
}
