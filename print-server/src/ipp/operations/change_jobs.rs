//! Cancel-Job, Hold-Job, Release-Job (RFC 8011 sections 4.3.3, 4.3.5, 4.3.6) and Set-Job-Attributes
//! (RFC 3380 section 4.2).

use ipp_codec::{Attribute, Response, Status, Support, Violation, names};
use print_core::{JobName, JobState, Keyword};
use store::{Cancelled, JobEdit, JobRecord};

use super::{ok, own_job};
use crate::doors::Identity;
use crate::ipp::answer::Refusal;
use crate::ipp::front::{Ask, Front};
use crate::ipp::offer::options;

pub(super) async fn cancel(front: &Front, ask: &Ask<'_>) -> Result<Response, Refusal> {
    let own = own_job(front, ask).await?;
    cancel_one(front, &own.job, &own.identity).await?;
    Ok(ok(ask))
}

/// Cancels a job for its owner: at once while it is here, else by asking its printer.
pub(super) async fn cancel_one(
    front: &Front,
    job: &JobRecord,
    owner: &Identity,
) -> Result<(), Refusal> {
    let reason = Keyword::parse("job-canceled-by-user").expect("a registered keyword");
    match front.parts.store.cancel_job(job.id, &reason, front.now()).await? {
        Cancelled::Done => front.parts.arrivals.forget(job.id),
        Cancelled::AskPrinter => front.ask_printer_to_cancel(job, owner).await?,
        Cancelled::Ended(state) => return Err(Refusal::NotNow(state)),
    }
    front.parts.changes.job(job.id);
    Ok(())
}

pub(super) async fn hold(
    front: &Front,
    ask: &Ask<'_>,
    until: Option<&str>,
) -> Result<Response, Refusal> {
    let own = own_job(front, ask).await?;
    let until = until.unwrap_or("indefinite");
    let attribute = Attribute::keyword(names::JOB_HOLD_UNTIL, until);
    if front.offer(&own.queue).abilities.support(&attribute) != Support::Supported {
        return Err(not_supported(vec![attribute]));
    }
    edit(front, &own.job, hold_edit(until)).await?;
    Ok(ok(ask))
}

/// A held job is released by its owner's tap, at the printer where the tap was: this operation names no
/// printer, so it can only lift the client's own hold.
pub(super) async fn release(front: &Front, ask: &Ask<'_>) -> Result<Response, Refusal> {
    let own = own_job(front, ask).await?;
    match (own.job.state, &own.job.client_hold) {
        (JobState::Held, Some(hold)) if hold.as_str() != "no-hold" => {
            edit(front, &own.job, hold_edit("no-hold")).await?;
            Ok(ok(ask))
        }
        (JobState::Held, _) => Err(Refusal::TapToRelease),
        (state, _) => Err(Refusal::NotNow(state)),
    }
}

fn hold_edit(until: &str) -> JobEdit {
    JobEdit { client_hold: Some(Keyword::parse(until).ok()), ..JobEdit::default() }
}

async fn edit(front: &Front, job: &store::JobRecord, edit: JobEdit) -> Result<(), Refusal> {
    if !front.parts.store.edit_held(job.id, &edit).await? {
        let state = front.parts.store.job(job.id).await?.state;
        return Err(Refusal::NotNow(state));
    }
    front.parts.changes.job(job.id);
    Ok(())
}

pub(super) async fn set_attributes(
    front: &Front,
    ask: &Ask<'_>,
    attributes: &[Attribute],
) -> Result<Response, Refusal> {
    let own = own_job(front, ask).await?;
    let fixed: Vec<_> = attributes
        .iter()
        .filter(|attribute| !options::SETTABLE.contains(&attribute.name.as_str()))
        .cloned()
        .collect();
    if !fixed.is_empty() {
        let status = Status::CLIENT_ERROR_ATTRIBUTES_NOT_SETTABLE;
        let message = "these attributes of a job cannot be changed".to_owned();
        return Err(Violation { status, message, unsupported: fixed }.into());
    }
    let abilities = &front.offer(&own.queue).abilities;
    // All or nothing (RFC 3380 section 4.2).
    let unsupported: Vec<_> = attributes
        .iter()
        .filter(|attribute| abilities.support(attribute) != Support::Supported)
        .cloned()
        .collect();
    if !unsupported.is_empty() {
        return Err(not_supported(unsupported));
    }
    let find = |name| attributes.iter().find(|attribute| attribute.name == name);
    let mut ticket = own.job.ticket.clone();
    options::apply(&mut ticket, attributes);
    let title = find(names::JOB_NAME).and_then(Attribute::as_str).map(JobName::from_client);
    let client_hold = find(names::JOB_HOLD_UNTIL)
        .map(|hold| hold.as_str().and_then(|word| Keyword::parse(word).ok()));
    let change = JobEdit { title, ticket: Some(ticket), client_hold, expires_at: None };
    edit(front, &own.job, change).await?;
    Ok(ok(ask))
}

fn not_supported(unsupported: Vec<Attribute>) -> Refusal {
    let status = Status::CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED;
    Violation { status, message: "the queue cannot do this".into(), unsupported }.into()
}
