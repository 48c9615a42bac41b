//! The form, and what came just now with its pages and its price.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{Html, IntoResponse as _, Response};
use maud::{Markup, html};
use print_core::{OwnerId, PrintColorMode, Sides};
use store::{JobListing, JobRecord, WhichJobs};
use texts::Language;

use super::order::{COLOR, COPIES, FILE, QUEUE, SIDES};
use super::send::Outcome;
use super::words::{self, PrintWords};
use crate::components::frame::{Frame, Section, token};
use crate::components::pieces::{Tone, empty, note};
use crate::desk::{FileKind, UploadQueue};
use crate::pages::jobs_table::{Names, amount, state};
use crate::routes::UPLOAD_PATH;
use crate::security::answer::Fault;
use crate::security::viewer::{SignedIn, Viewer};
use crate::site::Site;
use crate::words::Words;

/// The element with what became of the files; the script asks for this part of an answer.
pub const SENT: &str = "sent";
/// The element that shows what arrived; the script asks for it anew every second.
const ARRIVED: &str = "arrived";
/// Jobs that are older were not sent while looking at this page.
const FRESH_SECONDS: i64 = 15 * 60;
/// So many of them are shown.
const FRESH_MAX: usize = 10;

/// The way to this page, for others.
pub fn upload_link(language: Language) -> Markup {
    html! { a.button.first href=(UPLOAD_PATH) { (Words::PrintFile.text(language)) } }
}

/// The page, or for the script what arrived.
pub async fn page(State(site): State<Arc<Site>>, who: SignedIn) -> Result<Response, Fault> {
    let viewer = &who.0;
    if viewer.ask.part.as_deref() == Some(ARRIVED) {
        return Ok(Html(arrived(&site, viewer).await?.into_string()).into_response());
    }
    let queue = viewer.ask.address.get(QUEUE).unwrap_or_default().to_owned();
    Ok(shown(&site, viewer, &queue, &[]).await?.into_response())
}

/// The whole page, with what became of the files of a form.
pub(super) async fn shown(
    site: &Site,
    viewer: &Viewer,
    queue: &str,
    became: &[Outcome],
) -> Result<Html<String>, Fault> {
    let language = viewer.ask.language;
    let queues = site.parts.desk.upload_queues().await;
    let here = queues.iter().find(|one| one.name == queue).or(queues.first());
    let sent = viewer.ask.address.get(SENT).and_then(|count| count.parse().ok());
    let title = Words::PrintFile.text(language);
    let frame = Frame::of(site, viewer, Section::Print, title.to_owned());
    Ok(frame.page(&html! {
        div.head { div { h1 { (title) } p.lead { (PrintWords::Lead.text(language)) } } }
        @if let Some(count) = sent.filter(|count| (1..1_000).contains(count) && became.is_empty()) {
            (note(Tone::Good, &words::sent(count, language)))
        }
        @if let Some(here) = here {
            @if queues.len() > 1 { (tabs(&queues, here, language)) }
            div.columns.start {
                section.card { (form(site, here, viewer)) (list(became, language)) }
                section.card {
                    h2 { (PrintWords::Arrived.text(language)) }
                    div #(ARRIVED) data-again aria-live="polite" { (arrived(site, viewer).await?) }
                    p.small.scriptless { (PrintWords::Reload.text(language)) }
                    p.small { a href="/my-prints" { (PrintWords::AllMyPrints.text(language)) } }
                }
            }
        } @else {
            (list(became, language))
            section.card {
                (empty(
                    PrintWords::NoQueues.text(language),
                    PrintWords::NoQueuesAdvice.text(language),
                ))
            }
        }
    }))
}

/// The queues to choose among, where there are several.
fn tabs(queues: &[UploadQueue], here: &UploadQueue, language: Language) -> Markup {
    let address = |queue: &UploadQueue| {
        crate::address::Address::path(UPLOAD_PATH).with(QUEUE, &queue.name).to_string()
    };
    html! {
        nav.tabs aria-label=(PrintWords::WhichQueue.text(language)) {
            @for queue in queues {
                a href=(address(queue)) aria-current=[(queue == here).then_some("page")] {
                    (queue.title)
                }
            }
        }
    }
}

/// The form. The token stands first, so that it is known before the first file is read.
fn form(site: &Site, queue: &UploadQueue, viewer: &Viewer) -> Markup {
    let language = viewer.ask.language;
    let word = |word: PrintWords| word.text(language);
    let large = words::too_large(queue.size_max_bytes, language);
    html! {
        form.upload method="post" action=(UPLOAD_PATH) enctype="multipart/form-data"
            data-upload=(SENT) data-max=(queue.size_max_bytes) data-large=(large)
            data-broken=(word(PrintWords::Broken)) data-sending=(word(PrintWords::SendingFile)) {
            (token(viewer))
            input type="hidden" name=(QUEUE) value=(queue.name);
            div.choices {
                div {
                    label for=(COPIES) { (word(PrintWords::Copies)) }
                    input #(COPIES) name=(COPIES) type="number" inputmode="numeric" min="1"
                        max=(queue.copies_max) value="1" required;
                }
                (choice(SIDES, word(PrintWords::Sides), &sides(queue, language)))
                (choice(COLOR, word(PrintWords::Color), &colors(queue, language)))
            }
            div.drop {
                label for=(FILE) {
                    span.scriptless { (word(PrintWords::Choose)) }
                    span.scripted { (word(PrintWords::Drop)) }
                }
                input #(FILE) name=(FILE) type="file" multiple required accept=(accepted(&queue.kinds))
                    aria-describedby="kinds";
                p.small #kinds { (words::limits(&queue.kinds, queue.size_max_bytes, language)) }
            }
            div { button.first type="submit" { (word(PrintWords::Send)) } }
        }
        script src=(site.assets.upload_script()) defer {}
    }
}

/// What the browser offers to choose; what is sent is looked at all the same.
fn accepted(kinds: &[FileKind]) -> String {
    let words = kinds.iter().map(|kind| match kind {
        FileKind::Pdf => "application/pdf,.pdf",
        FileKind::Jpeg => "image/jpeg,.jpg,.jpeg",
    });
    words.collect::<Vec<_>>().join(",")
}

/// A value, what people read for it, and whether it is what the queue gives by itself.
type Choice = (&'static str, &'static str, bool);

/// One of several; nothing where there is nothing to choose.
fn choice(name: &str, label: &str, choices: &[Choice]) -> Markup {
    html! {
        @if choices.len() > 1 {
            fieldset {
                legend { (label) }
                @for (value, text, is_default) in choices {
                    label.option {
                        input type="radio" name=(name) value=(value) checked[*is_default];
                        " " (text)
                    }
                }
            }
        }
    }
}

/// One side or both. Over which edge, where both are asked for, is the queue's habit or the long one.
fn sides(queue: &UploadQueue, language: Language) -> Vec<Choice> {
    let first = queue.sides.first().copied().unwrap_or_default();
    let two = if first.is_two_sided() { first } else { Sides::TwoSidedLongEdge };
    let all = [(Sides::OneSided, PrintWords::OneSided), (two, PrintWords::TwoSided)];
    let offered = all.into_iter().filter(|(sides, _)| queue.sides.contains(sides));
    offered.map(|(sides, word)| (sides.as_str(), word.text(language), sides == first)).collect()
}

/// Colour or none. A queue that is used to colour goes on to look at the document itself.
fn colors(queue: &UploadQueue, language: Language) -> Vec<Choice> {
    let first = queue.color_modes.first().copied().unwrap_or_default();
    let mut modes = [first, PrintColorMode::Auto, PrintColorMode::Color].into_iter();
    let color =
        modes.find(|mode| *mode != PrintColorMode::Monochrome && queue.color_modes.contains(mode));
    let all = [
        color.map(|mode| (mode, PrintWords::InColor)),
        Some((PrintColorMode::Monochrome, PrintWords::Monochrome)),
    ];
    let offered = all.into_iter().flatten().filter(|(mode, _)| queue.color_modes.contains(mode));
    offered.map(|(mode, word)| (mode.as_str(), word.text(language), mode == first)).collect()
}

/// What became of the files, one after another; the script writes into it, too.
fn list(became: &[Outcome], language: Language) -> Markup {
    html! {
        ul.sent #(SENT) aria-live="polite" aria-label=(PrintWords::Sent.text(language)) {
            @for outcome in became { li { (said(outcome, language)) } }
        }
    }
}

/// The same without the list, for the script.
pub(super) fn outcomes(became: &[Outcome], language: Language) -> Markup {
    html! { @for outcome in became { (said(outcome, language)) } }
}

fn said(outcome: &Outcome, language: Language) -> Markup {
    let (tone, text) = match &outcome.result {
        Ok(number) => (Tone::Good, words::held(number, language)),
        Err(error) => (Tone::Bad, words::refused(*error, language)),
    };
    let text = match (outcome.file_name.as_str(), tone) {
        ("", _) => text,
        (name, Tone::Good) => format!("{name} {text}"),
        (name, _) => format!("{name}: {text}"),
    };
    note(tone, &text)
}

/// What came in the last minutes, the newest first.
async fn arrived(site: &Site, viewer: &Viewer) -> Result<Markup, Fault> {
    let language = viewer.ask.language;
    let jobs = fresh(site, viewer).await?;
    let names = Names::of(site, &[]).await?;
    Ok(html! {
        @if jobs.is_empty() { p { (PrintWords::NothingYet.text(language)) } }
        @for job in &jobs {
            dl.facts {
                dt { (Words::Document.text(language)) }
                dd { (job.title) " " span.small { (amount(job, &names, language)) } }
                dt { (Words::State.text(language)) } dd { (state(job, language)) }
            }
        }
    })
}

async fn fresh(site: &Site, viewer: &Viewer) -> Result<Vec<JobRecord>, Fault> {
    let owner = Some(OwnerId::Person(viewer.person.id));
    let oldest = site.now().plus_seconds(-FRESH_SECONDS);
    let mut fresh = Vec::new();
    for which in [WhichJobs::NotCompleted, WhichJobs::Completed] {
        let listing = JobListing { which, owner, queue: None, first_index: 1, limit: 50 };
        let jobs = site.store().list_jobs(&listing).await?;
        fresh.extend(jobs.into_iter().filter(|job| job.created_at >= oldest));
    }
    fresh.sort_by_key(|job| std::cmp::Reverse((job.created_at, job.number)));
    fresh.truncate(FRESH_MAX);
    Ok(fresh)
}
