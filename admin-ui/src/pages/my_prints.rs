//! A person's own jobs, with their titles, and the button that deletes one.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{Html, Redirect};
use maud::{Markup, html};
use print_core::OwnerId;
use store::{JobListing, JobRecord, RequestKind, WhichJobs};

use super::job::{ask_to_end, by_number};
use super::jobs_table::{Names, View, table};
use crate::components::frame::{Frame, Section, token};
use crate::components::pieces::{Tone, empty, note};
use crate::security::answer::Fault;
use crate::security::posted::Posted;
use crate::security::viewer::{SignedIn, Viewer};
use crate::site::Site;
use crate::words::Words;

/// The most rows of each list.
const ROWS: u32 = 50;

/// The page.
pub async fn page(State(site): State<Arc<Site>>, who: SignedIn) -> Result<Html<String>, Fault> {
    let viewer = &who.0;
    let language = viewer.ask.language;
    let open = listed(&site, viewer, WhichJobs::NotCompleted).await?;
    let ended = listed(&site, viewer, WhichJobs::Completed).await?;
    let names = Names::of(&site, &[]).await?;
    let view = View { reader: viewer.person.id, with_owner: false, language };
    let title = Words::MyPrints.text(language);
    let frame = Frame::of(&site, viewer, Section::MyPrints, title.to_owned());
    Ok(frame.page(&html! {
        div.head { div { h1 { (title) } p.lead { (Words::MyPrintsLead.text(language)) } } }
        @if viewer.ask.address.get("asked").is_some() {
            (note(Tone::Good, Words::DeleteAsked.text(language)))
        }
        section.card {
            h2 { (Words::HeldJobs.text(language)) }
            @if open.is_empty() {
                (empty(Words::NoPrints.text(language), Words::NoPrintsAdvice.text(language)))
            } @else {
                (table(&site, &open, &names, view, &|job| delete(job, viewer)))
            }
        }
        @if !ended.is_empty() {
            section.card {
                h2 { (Words::EarlierJobs.text(language)) }
                (table(&site, &ended, &names, view, &|_| html! {}))
            }
        }
    }))
}

async fn listed(site: &Site, viewer: &Viewer, which: WhichJobs) -> Result<Vec<JobRecord>, Fault> {
    let owner = Some(OwnerId::Person(viewer.person.id));
    let listing = JobListing { which, owner, queue: None, first_index: 1, limit: ROWS };
    Ok(site.store().list_jobs(&listing).await?)
}

fn delete(job: &JobRecord, viewer: &Viewer) -> Markup {
    let language = viewer.ask.language;
    let label = format!("{} {}", Words::DeleteJob.text(language), job.number);
    html! {
        form method="post" action={ "/my-prints/" (job.number) "/cancel" } {
            (token(viewer))
            button.danger type="submit" aria-label=(label) { (Words::Delete.text(language)) }
        }
    }
}

/// Asks the engine to delete one of the person's own jobs. Somebody else's is not found.
pub async fn cancel(
    State(site): State<Arc<Site>>,
    Path(number): Path<String>,
    Posted(who): Posted<SignedIn>,
) -> Result<Redirect, Fault> {
    let job = by_number(&site, &number).await?;
    if job.owner != OwnerId::Person(who.0.person.id) {
        return Err(Fault::NotFound);
    }
    ask_to_end(&site, &job, &who.0, RequestKind::Delete).await?;
    Ok(Redirect::to("/my-prints?asked=1"))
}
