//! One job, for the helpdesk: what was asked, what happened at which printer, what was booked; and
//! the button that deletes it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{Html, Redirect};
use maud::{Markup, html};
use print_core::{JobNumber, JobState, PrintColorMode};
use store::{AttemptRecord, AttemptState, AuditEvent, JobRecord, NewRequest, RequestKind};
use texts::sentences::{delivery_reason, reason};
use texts::{Language, numbers};

use super::jobs_table::{Names, state, title, why};
use crate::components::frame::{Frame, Section, token};
use crate::components::pieces::{Tone, crumbs, empty, mark, note};
use crate::components::table::{cell, number, plain_heading};
use crate::security::answer::Fault;
use crate::security::posted::Posted;
use crate::security::viewer::{Helpdesk, Viewer};
use crate::site::Site;
use crate::words::Words;

/// The page of one job.
pub async fn page(
    State(site): State<Arc<Site>>,
    who: Helpdesk,
    Path(number): Path<String>,
) -> Result<Html<String>, Fault> {
    let viewer = &who.0;
    let language = viewer.ask.language;
    let job = by_number(&site, &number).await?;
    let names = Names::of(&site, std::slice::from_ref(&job)).await?;
    let attempts = site.store().attempts_of_job(job.id).await?;
    let entries = site.store().entries_of_job(job.id).await?;
    let booked: print_core::Amount = entries.iter().map(|entry| entry.amount).sum();
    let heading = format!("{} {}", Words::Job.text(language), job.number);
    let frame = Frame::of(&site, viewer, Section::Jobs, heading.clone());
    Ok(frame.page(&html! {
        (crumbs(Words::Breadcrumbs.text(language), &[
            (Words::Jobs.text(language), Some("/jobs".to_owned())),
            (&heading, None),
        ]))
        div.head { div { h1 { (heading) } p.lead { (why(&site, &job, &names, language)) } } }
        @if viewer.ask.address.get("asked").is_some() && !job.state.is_final() {
            (note(Tone::Good, Words::DeleteAsked.text(language)))
        }
        section.card { (facts(&site, &job, &names, viewer)) }
        section.card {
            h2 { (Words::Attempts.text(language)) }
            @if attempts.is_empty() {
                (empty(Words::NoAttempts.text(language), Words::NoAttemptsAdvice.text(language)))
            } @else {
                (happened(&site, &attempts, &names, language))
            }
            @if !entries.is_empty() {
                p {
                    (Words::Booked.text(language)) ": "
                    (numbers::money(booked.rounded_hundredths(), language))
                }
            }
        }
        @if !job.state.is_final() {
            (delete_form(&job, viewer))
        }
    }))
}

/// Asks the engine to delete a job.
pub async fn cancel(
    State(site): State<Arc<Site>>,
    Path(number): Path<String>,
    Posted(who): Posted<Helpdesk>,
) -> Result<Redirect, Fault> {
    let job = by_number(&site, &number).await?;
    ask_to_end(&site, &job, &who.0, RequestKind::Cancel).await?;
    Ok(Redirect::to(&format!("/jobs/{}?asked=1", job.number)))
}

/// The job of a number in an address.
pub async fn by_number(site: &Site, number: &str) -> Result<JobRecord, Fault> {
    let number = number.parse().ok().and_then(JobNumber::new).ok_or(Fault::NotFound)?;
    site.store().job_by_number(number).await?.ok_or(Fault::NotFound)
}

/// Leaves the row that the node which holds the job acts on; it decides what can still be done. The
/// kind says who asks: `Delete` is its owner's word, `Cancel` an operator's.
pub async fn ask_to_end(
    site: &Site,
    job: &JobRecord,
    viewer: &Viewer,
    kind: RequestKind,
) -> Result<(), Fault> {
    let request = NewRequest {
        kind,
        job: job.id,
        printer: None,
        actor: viewer.person.login.to_string(),
        at: site.now(),
    };
    site.store().insert_request(&request).await?;
    let event = AuditEvent {
        at: site.now(),
        actor: format!("person:{}", viewer.person.id),
        event: "job-end-asked".to_owned(),
        object: format!("job:{}", job.id),
        outcome: "asked".to_owned(),
        detail: serde_json::Value::Null,
    };
    site.store().append_audit(&event).await?;
    tracing::info!(job.id = %job.id, person.id = %viewer.person.id, "A page asked to delete a job");
    Ok(())
}

/// The button, with what it will do beside it.
fn delete_form(job: &JobRecord, viewer: &Viewer) -> Markup {
    let language = viewer.ask.language;
    let at_printer = matches!(job.state, JobState::Delivering | JobState::Stopped);
    let lead = if at_printer { Words::DeleteAtPrinter } else { Words::DeleteLead };
    html! {
        section.card {
            p.quiet-text { (lead.text(language)) }
            form method="post" action={ "/jobs/" (job.number) "/cancel" } {
                (token(viewer))
                button.danger type="submit" { (Words::DeleteJob.text(language)) }
            }
        }
    }
}

fn facts(site: &Site, job: &JobRecord, names: &Names, viewer: &Viewer) -> Markup {
    let language = viewer.ask.language;
    let word = |word: Words| word.text(language);
    let sides = if job.ticket.sides.is_two_sided() { Words::TwoSided } else { Words::OneSided };
    let color = match job.ticket.print_color_mode {
        PrintColorMode::Auto => Words::ColorAuto,
        PrintColorMode::Color => Words::ColorColor,
        PrintColorMode::Monochrome => Words::ColorMonochrome,
    };
    html! {
        dl.facts {
            dt { (word(Words::State)) } dd { (state(job, language)) }
            dt { (word(Words::Owner)) } dd { (names.owner(job.owner, language)) }
            dt { (word(Words::Document)) } dd { (title(job, viewer.person.id, language)) }
            dt { (word(Words::Size)) } dd { (numbers::size(job.size_bytes.unsigned_abs(), language)) }
            dt { (word(Words::Copies)) } dd { (numbers::integer(i64::from(job.ticket.copies), language)) }
            dt { (word(Words::Sides)) } dd { (word(sides)) }
            dt { (word(Words::Color)) } dd { (word(color)) }
            dt { (word(Words::Arrived)) } dd { (site.minute(job.created_at)) }
            @if job.state == JobState::Held {
                dt { (word(Words::KeptUntil)) } dd { (site.minute(job.expires_at)) }
            } @else {
                dt { (word(Words::Changed)) } dd { (site.minute(job.state_changed_at)) }
            }
        }
    }
}

fn happened(site: &Site, attempts: &[AttemptRecord], names: &Names, language: Language) -> Markup {
    let word = |word: Words| word.text(language);
    html! {
        table.rows {
            thead {
                tr {
                    (plain_heading(word(Words::When), false))
                    (plain_heading(word(Words::Printer), false))
                    (plain_heading(word(Words::Result), false))
                    (plain_heading(word(Words::Why), false))
                    (plain_heading(word(Words::Sides), true))
                }
            }
            tbody {
                @for attempt in attempts {
                    @let (tone, result) = result(attempt.state);
                    @let printer = names.printer(attempt.printer);
                    tr {
                        th scope="row" { (site.minute(attempt.claimed_at)) }
                        (cell(word(Words::Printer), &html! { (printer) }))
                        (cell(word(Words::Result), &mark(tone, word(result))))
                        (cell(word(Words::Why), &html! {
                            @for sentence in reasons(attempt, printer, language) { span.small { (sentence) } }
                        }))
                        (number(word(Words::Sides), &numbers::integer(attempt.impressions, language)))
                    }
                }
            }
        }
    }
}

fn result(state: AttemptState) -> (Tone, Words) {
    match state {
        AttemptState::Done => (Tone::Good, Words::AttemptDone),
        AttemptState::Failed => (Tone::Bad, Words::AttemptFailed),
        AttemptState::Unknown => (Tone::Warning, Words::AttemptUnknown),
        _ => (Tone::Calm, Words::AttemptOpen),
    }
}

/// Delivery's own keyword when the attempt did not go well, what the printer said while it goes on; an
/// attempt that went well needs no reason.
fn reasons(attempt: &AttemptRecord, printer: &str, language: Language) -> Vec<String> {
    let words = attempt.reasons.split([' ', ',']);
    let words = words.filter(|word| !word.is_empty() && *word != "none").take(3);
    match attempt.state {
        AttemptState::Done => Vec::new(),
        AttemptState::Failed | AttemptState::Unknown => {
            words.map(|word| delivery_reason(word, printer, language)).collect()
        }
        _ => words.map(|word| reason(word, language)).collect(),
    }
}
