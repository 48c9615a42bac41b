//! Send-Document and Close-Job (RFC 8011 section 4.3.1, PWG 5100.7 section 4.3).

use ipp_codec::request::SendDocument;
use ipp_codec::{Response, Violation};
use print_core::{JobState, Keyword};

use super::new_jobs::arrived;
use super::{OwnJob, described, ok, own_job};
use crate::ipp::answer::Refusal;
use crate::ipp::document_format::may_be_declared;
use crate::ipp::front::{Ask, Front};
use crate::ipp::job_attributes::Standing;
use crate::ipp::upload::Upload;

pub(super) async fn send_document(
    front: &Front,
    ask: &Ask<'_>,
    document: &SendDocument,
    upload: &mut Upload,
) -> Result<Response, Refusal> {
    let own = own_job(front, ask).await?;
    if matches!(own.job.state, JobState::Canceled | JobState::Aborted) {
        return Err(Refusal::NotNow(own.job.state));
    }
    let offer = front.offer(&own.queue);
    let taken = &offer.abilities.formats;
    if document.document_format.as_deref().is_some_and(|format| !may_be_declared(format, taken)) {
        return Err(Refusal::Format);
    }
    if document.compression.as_deref().is_some_and(|compression| compression != "none") {
        return Err(Refusal::Compression);
    }
    match (upload.has_more().await?, document.last_document) {
        (true, _) => {}
        // Nothing more comes: clients that do not know which document is the last end a job so.
        (false, true) => return close(front, ask, &own).await,
        // The job still waits for its document.
        (false, false) => return Err(Violation::bad_request("a document is missing").into()),
    }
    front.parts.intake.admit()?;
    // From here on the job's document is this request's: a second one is refused.
    if !front.parts.arrivals.begin_document(own.job.id) {
        return Err(Refusal::SecondDocument);
    }
    let declared = document.document_format.as_deref();
    let owner = own.job.owner;
    let share = front.parts.allowances.document_of(own.identity.owner());
    let (intake, expires_at) = (&front.parts.intake, own.job.expires_at);
    intake.take_document(owner, own.job.id, declared, upload, expires_at, &share).await?;
    arrived(front, &own.queue, own.identity.owner(), own.job.id).await;
    let held = front.parts.store.job(own.job.id).await?;
    Ok(described(front, ask, &own.queue, &Standing::of(&held), ok(ask)))
}

pub(super) async fn close_job(front: &Front, ask: &Ask<'_>) -> Result<Response, Refusal> {
    let own = own_job(front, ask).await?;
    close(front, ask, &own).await
}

/// A job that has its document, or is getting it, goes on as it is. One without a document is cancelled:
/// there is nothing to print and nobody to wait for.
async fn close(front: &Front, ask: &Ask<'_>, own: &OwnJob) -> Result<Response, Refusal> {
    let mut response = ok(ask);
    if own.job.state == JobState::Incoming && front.parts.arrivals.begin_document(own.job.id) {
        let reason = Keyword::parse("job-canceled-by-user").expect("a registered keyword");
        let cancelled = front.parts.store.cancel_job(own.job.id, &reason, front.now()).await;
        cancelled.inspect_err(|_| front.parts.arrivals.give_up(own.job.id))?;
        front.parts.changes.job(own.job.id);
        response = response.status_message("the job has no document and was canceled");
    }
    let job = front.parts.store.job(own.job.id).await?;
    Ok(described(front, ask, &own.queue, &Standing::of(&job), response))
}
