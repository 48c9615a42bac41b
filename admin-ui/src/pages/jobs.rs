//! All jobs, for the helpdesk: state, owner and why; never what a document is called.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;
use maud::{Markup, html};
use print_core::JobState;
use store::{JobListing, JobRecord, WhichJobs};
use texts::Language;

use super::jobs_table::{Names, View, table};
use crate::address::Address;
use crate::components::frame::{Frame, Section};
use crate::components::pieces::empty;
use crate::security::answer::Fault;
use crate::security::viewer::Helpdesk;
use crate::site::Site;
use crate::words::Words;

/// Rows on one page.
const ROWS: u32 = 50;
/// The deepest page that is offered; whoever looks for an older job knows its number.
const DEEPEST: u32 = 10_000;

/// A choice of jobs: its word in the address, its label, and what the store is asked for.
struct Choice {
    word: &'static str,
    label: Words,
    which: &'static [WhichJobs],
}

const CHOICES: [Choice; 6] = [
    Choice { word: "", label: Words::OpenJobs, which: &[WhichJobs::NotCompleted] },
    Choice { word: "held", label: Words::HeldNow, which: &[WhichJobs::State(JobState::Held)] },
    Choice {
        word: "moving",
        label: Words::ReleasedNow,
        which: &[WhichJobs::State(JobState::Released), WhichJobs::State(JobState::Delivering)],
    },
    Choice {
        word: "stopped",
        label: Words::StoppedNow,
        which: &[WhichJobs::State(JobState::Stopped)],
    },
    Choice {
        word: "incoming",
        label: Words::ArrivingNow,
        which: &[WhichJobs::State(JobState::Incoming)],
    },
    Choice { word: "ended", label: Words::EndedJobs, which: &[WhichJobs::Completed] },
];

/// The list.
pub async fn page(State(site): State<Arc<Site>>, who: Helpdesk) -> Result<Html<String>, Fault> {
    let viewer = &who.0;
    let language = viewer.ask.language;
    let address = &viewer.ask.address;
    let asked = address.get("which").unwrap_or_default();
    let choice = CHOICES.iter().find(|choice| choice.word == asked).unwrap_or(&CHOICES[0]);
    let from = address.get("from").and_then(|text| text.parse().ok()).unwrap_or(1);
    let from: u32 = u32::clamp(from, 1, DEEPEST);
    let (jobs, more) = found(&site, choice, from).await?;
    let names = Names::of(&site, &jobs).await?;
    let title = Words::Jobs.text(language);
    let view = View { reader: viewer.person.id, with_owner: true, language };
    let frame = Frame::of(&site, viewer, Section::Jobs, title.to_owned());
    Ok(frame.page(&html! {
        div.head { div { h1 { (title) } p.lead { (Words::JobsLead.text(language)) } } }
        section.card {
            (tabs(choice.word, language))
            @if jobs.is_empty() {
                (empty(Words::NoJobs.text(language), Words::NoJobsAdvice.text(language)))
            } @else {
                (table(&site, &jobs, &names, view, &|_| html! {}))
            }
            (pager(address, from, more, language))
        }
    }))
}

/// One page of jobs, and whether there are more. A choice of two states shows a page of each.
async fn found(site: &Site, choice: &Choice, from: u32) -> Result<(Vec<JobRecord>, bool), Fault> {
    let mut jobs = Vec::new();
    let mut more = false;
    for which in choice.which {
        let listing = JobListing {
            which: *which,
            owner: None,
            queue: None,
            first_index: from,
            limit: ROWS + 1,
        };
        let mut listed = site.store().list_jobs(&listing).await?;
        more |= listed.len() > ROWS as usize;
        listed.truncate(ROWS as usize);
        jobs.append(&mut listed);
    }
    Ok((jobs, more))
}

fn tabs(chosen: &str, language: Language) -> Markup {
    html! {
        nav.crumbs.tabs aria-label=(Words::WhichJobs.text(language)) {
            @for choice in &CHOICES {
                a href=(Address::path("/jobs").with("which", choice.word))
                    aria-current=[(choice.word == chosen).then_some("page")] {
                    (choice.label.text(language))
                }
            }
        }
    }
}

fn pager(address: &Address, from: u32, more: bool, language: Language) -> Markup {
    let at = |first: u32| address.clone().with("from", &first.to_string());
    let further = more && from < DEEPEST;
    html! {
        @if from > 1 || further {
            nav.crumbs.tabs aria-label=(Words::Pages.text(language)) {
                @if from > 1 {
                    a rel="prev" href=(at(from.saturating_sub(ROWS).max(1))) {
                        (Words::Earlier.text(language))
                    }
                }
                @if further { a rel="next" href=(at(from + ROWS)) { (Words::Later.text(language)) } }
            }
        }
    }
}
