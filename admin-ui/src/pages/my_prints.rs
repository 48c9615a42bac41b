//! A person's own jobs, with their titles, the buttons that delete one or keep it longer, what the person has
//! been told, what waits from shared machines, and the person's cards, delegates and links.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{Html, Redirect};
use maud::{Markup, html};
use print_core::policy::{FreeDays, expires_at};
use print_core::{JobId, JobState, OwnerId};
use store::{AuditEvent, JobListing, JobRecord, RequestKind, WhichJobs};

use super::job::{ask_to_end, by_number};
use super::jobs_table::{Names, View, table};
use super::mine::cards::Cards;
use super::mine::delegates::{Delegates, confidential_button};
use super::mine::links::Links;
use super::mine::{codes, machines, own_pin};
use super::my_notices::{inbox, language_choice};
use super::print::upload_link;
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
    let owner = OwnerId::Person(viewer.person.id);
    let extendable = site.store().jobs_to_keep_longer(owner, ROWS).await?;
    let links = Links::of(&site, viewer).await?;
    let cards = Cards::of(&site, viewer).await?;
    let delegates = Delegates::of(&site, viewer).await?;
    let view = View { reader: viewer.person.id, with_owner: false, language };
    let title = Words::MyPrints.text(language);
    let frame = Frame::of(&site, viewer, Section::MyPrints, title.to_owned());
    Ok(frame.page(&html! {
        div.head { div { h1 { (title) } p.lead { (Words::MyPrintsLead.text(language)) } } (upload_link(language)) }
        @if viewer.ask.address.get("asked").is_some() {
            (note(Tone::Good, Words::DeleteAsked.text(language)))
        }
        @match viewer.ask.address.get("kept") {
            Some("yes") => (note(Tone::Good, Words::KeptLonger.text(language))),
            Some(_) => (note(Tone::Warning, Words::NotKeptLonger.text(language))),
            None => {}
        }
        (links.removed(viewer))
        (cards.changed(viewer))
        (delegates.changed(viewer))
        (inbox(&site, viewer).await?)
        section.card {
            h2 { (Words::HeldJobs.text(language)) }
            @if open.is_empty() {
                (empty(Words::NoPrints.text(language), Words::NoPrintsAdvice.text(language)))
            } @else {
                (table(&site, &open, &names, view, &|job| actions(&site, job, &extendable, viewer)))
            }
        }
        (machines::cards(&site, &names, viewer).await?)
        @if !ended.is_empty() {
            section.card {
                h2 { (Words::EarlierJobs.text(language)) }
                (table(&site, &ended, &names, view, &|_| html! {}))
            }
        }
        (codes::card(&site, viewer).await?)
        (own_pin::card(&site, viewer).await?)
        (cards.card(&site, viewer))
        (delegates.card(&site, viewer))
        (links.card(&site, viewer))
        (language_choice(viewer))
    }))
}

async fn listed(site: &Site, viewer: &Viewer, which: WhichJobs) -> Result<Vec<JobRecord>, Fault> {
    let owner = Some(OwnerId::Person(viewer.person.id));
    let listing = JobListing { which, owner, queue: None, first_index: 1, limit: ROWS };
    Ok(site.store().list_jobs(&listing).await?)
}

/// Until when a held job is kept, and what its owner can do with it.
fn actions(site: &Site, job: &JobRecord, extendable: &BTreeSet<JobId>, viewer: &Viewer) -> Markup {
    let language = viewer.ask.language;
    let label = format!("{} {}", Words::KeepLonger.text(language), job.number);
    html! {
        div.actions {
            @if job.state == JobState::Held {
                span.small {
                    (Words::KeptUntil.text(language)) " " (site.minute(job.expires_at))
                }
                @if extendable.contains(&job.id) {
                    form method="post" action={ "/my-prints/" (job.number) "/keep" } {
                        (token(viewer))
                        button type="submit" aria-label=(label) {
                            (Words::KeepLonger.text(language))
                        }
                    }
                }
            }
            (confidential_button(job, viewer))
            (delete(job, viewer))
        }
    }
}

/// Keeps one of the person's own held jobs as long as if it had come just now.
pub async fn keep(
    State(site): State<Arc<Site>>,
    Path(number): Path<String>,
    Posted(who): Posted<SignedIn>,
) -> Result<Redirect, Fault> {
    let job = by_number(&site, &number).await?;
    let person = who.0.person.id;
    let owner = OwnerId::Person(person);
    if job.owner != owner {
        return Err(Fault::NotFound);
    }
    let store = site.store();
    let queue = store.queue(job.queue).await?;
    let free = FreeDays { holidays: store.holidays().await?.into_keys().collect() };
    let until = expires_at(site.now(), queue.hold_hours, &site.parts.zone, &free);
    let is_kept = store.keep_longer(job.id, owner, until).await?;
    let outcome = if is_kept { "kept" } else { "refused" };
    let event = AuditEvent {
        at: site.now(),
        actor: format!("person:{person}"),
        event: "job-keep-longer".to_owned(),
        object: format!("job:{}", job.id),
        outcome: outcome.to_owned(),
        detail: serde_json::Value::Null,
    };
    store.append_audit(&event).await?;
    Ok(Redirect::to(if is_kept { "/my-prints?kept=yes" } else { "/my-prints?kept=no" }))
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
