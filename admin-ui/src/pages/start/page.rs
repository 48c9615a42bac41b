//! The page, its part with what arrived, and the file to download.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};
use print_core::OwnerId;
use store::{JobListing, JobRecord, WhichJobs};
use texts::Language;
use texts::sentences::job_state_reason;

use super::link;
use super::platform::Platform;
use super::steps::{Parts, steps};
use super::words::StartWords;
use crate::address::Address;
use crate::components::frame::{Frame, Section};
use crate::components::pieces::{Tone, empty, note};
use crate::desk::{PrintPlace, ProfileFile, ProfileKind};
use crate::pages::jobs_table;
use crate::pages::print::words::PrintWords;
use crate::routes::UPLOAD_PATH;
use crate::security::answer::Fault;
use crate::security::viewer::{Anybody, Viewer};
use crate::site::Site;
use crate::words::Words;

/// The element that shows what arrived; the script asks for it anew every second.
const ARRIVED: &str = "arrived";
/// Jobs that are older were not printed while looking at this page.
const FRESH_SECONDS: i64 = 15 * 60;

/// The page, or for the script what arrived.
pub async fn page(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    who: Anybody,
) -> Result<Response, Fault> {
    let language = who.ask.language;
    if who.ask.part.as_deref() == Some(ARRIVED) {
        let viewer = who.viewer.as_ref().ok_or(Fault::NotFound)?;
        return Ok(Html(arrived(&site, viewer).await?.into_string()).into_response());
    }
    let places = site.parts.desk.print_places(None).await;
    let takes_files = !site.parts.desk.upload_queues().await.is_empty();
    let address = &who.ask.address;
    let guessed = Platform::of(&headers);
    let asked = address.get("device").and_then(Platform::from_word);
    let platform = asked.or(guessed).unwrap_or(Platform::Windows);
    let title = StartWords::Title.text(language);
    let frame = Frame::open(&site, &who.ask, Section::Start, title.to_owned());
    let frame = Frame { viewer: who.viewer.as_ref(), ..frame };
    let content = html! {
        div.head { div { h1 { (title) } p.lead { (StartWords::Lead.text(language)) } } }
        @if takes_files { p { a href=(UPLOAD_PATH) { (PrintWords::FromHere.text(language)) } } }
        @if let Some(place) = chosen(&places, address) {
            @if places.len() > 1 { (queues(&places, place, address, language)) }
            (devices(platform, address, language))
            @if asked.is_none() && guessed == Some(platform) { (guess(platform, language)) }
            @let link = link::card(&site, &who, platform, place).await?;
            @let is_needed = link::is_needed(platform, place);
            @if is_needed { (link) }
            div.columns.start {
                (how(platform, place, language, &|kind, label, first| html! {
                    a.button.first[first && !is_needed] href=(file_path(place, kind)) download {
                        (label.text(language))
                    }
                }))
                div.side {
                    @if !is_needed { (link) }
                    (test(&site, &who).await?)
                    (by_hand(place, language))
                }
            }
        } @else {
            section.card {
                (empty(StartWords::NoQueues.text(language), StartWords::NoQueuesAdvice.text(language)))
            }
        }
    };
    Ok(frame.page(&content).into_response())
}

/// The queue that the address names, or the first.
pub fn chosen<'a>(places: &'a [PrintPlace], address: &Address) -> Option<&'a PrintPlace> {
    let chosen = address.get("queue");
    let place = places.iter().find(|place| Some(place.queue.as_str()) == chosen);
    place.or(places.first())
}

/// The queues to choose among, where there are several.
fn queues(
    places: &[PrintPlace],
    here: &PrintPlace,
    address: &Address,
    language: Language,
) -> Markup {
    html! {
        nav.tabs aria-label=(StartWords::WhichQueue.text(language)) {
            @for place in places {
                a href=(address.clone().with("queue", &place.queue))
                    aria-current=[(place == here).then_some("page")] { (place.title) }
            }
        }
    }
}

fn devices(here: Platform, address: &Address, language: Language) -> Markup {
    html! {
        nav.tabs aria-label=(StartWords::YourDevice.text(language)) {
            @for platform in Platform::ALL {
                a href=(address.clone().with("device", platform.word()))
                    aria-current=[(platform == here).then_some("page")] { (platform.name()) }
            }
        }
    }
}

fn guess(platform: Platform, language: Language) -> Markup {
    html! {
        p.small {
            (StartWords::GuessedTitle.text(language)) " " (platform.name()) ". "
            (StartWords::OtherDevice.text(language))
        }
    }
}

/// What a person presses to get a file: of which kind, with which words, and whether it is the first thing
/// to do.
type Download<'a> = &'a dyn Fn(ProfileKind, StartWords, bool) -> Markup;

/// The steps, with the file in the first one.
pub fn how(
    platform: Platform,
    place: &PrintPlace,
    language: Language,
    download: Download<'_>,
) -> Markup {
    html! {
        section.card aria-labelledby="how" {
            h2 #how { (platform.name()) ": " (place.title) }
            ol.steps {
                @for (place, (title, text)) in steps(platform, place, language).iter().enumerate() {
                    li {
                        h3 { (title) }
                        p { (text) }
                        @if place == 0 && let Some(kind) = platform.file() {
                            p { (download(kind, StartWords::Download, true)) }
                        }
                    }
                }
            }
            @if platform == Platform::ChromeOs {
                p { (download(ProfileKind::ChromeOs, StartWords::DownloadPolicy, false)) }
            }
        }
    }
}

pub fn by_hand(place: &PrintPlace, language: Language) -> Markup {
    let parts = Parts::of(&place.uri);
    let row = |label: StartWords, value: &str| {
        html! {
            dt { (label.text(language)) } dd { code { (value) } }
        }
    };
    html! {
        section.card {
            h2 { (StartWords::AddressTitle.text(language)) }
            p.small { (StartWords::AddressLead.text(language)) }
            dl.facts {
                (row(StartWords::Address, &place.uri))
                (row(StartWords::Host, parts.host))
                (row(StartWords::Protocol, "IPPS"))
                (row(StartWords::QueuePath, parts.path))
            }
        }
    }
}

/// The print that shows that it works, for whoever is signed in.
async fn test(site: &Site, who: &Anybody) -> Result<Markup, Fault> {
    let language = who.ask.language;
    let sign_in = Address::path("/sign-in").with("next", &who.ask.address.to_string());
    Ok(html! {
        section.card {
            h2 { (StartWords::TestTitle.text(language)) }
            @if let Some(viewer) = &who.viewer {
                (first_print(site, viewer).await?)
            } @else {
                p { (StartWords::TestSignIn.text(language)) }
                p { a.button href=(sign_in) { (Words::SignIn.text(language)) } }
            }
        }
    })
}

/// What has arrived, and the way to all of it. The script asks the start page, also on other pages.
pub async fn first_print(site: &Site, viewer: &Viewer) -> Result<Markup, Fault> {
    let language = viewer.ask.language;
    Ok(html! {
        div #(ARRIVED) data-again="/start" aria-live="polite" { (arrived(site, viewer).await?) }
        p.small { a href="/my-prints" { (StartWords::ToMyPrints.text(language)) } }
    })
}

/// The person's newest job, if it came just now.
async fn arrived(site: &Site, viewer: &Viewer) -> Result<Markup, Fault> {
    let language = viewer.ask.language;
    let names = jobs_table::Names::of(site, &[]).await?;
    let Some(job) = newest(site, viewer).await? else {
        return Ok(html! {
            p { (StartWords::TestWaiting.text(language)) }
            p.small.scriptless { (StartWords::TestReload.text(language)) }
        });
    };
    let fault = job.document_fault.as_ref();
    Ok(html! {
        @match fault {
            Some(fault) => (note(Tone::Warning, &job_state_reason(fault.as_str(), language))),
            None => (note(Tone::Good, StartWords::TestArrived.text(language))),
        }
        dl.facts {
            dt { (Words::Document.text(language)) }
            dd { (job.title) " " span.small { (jobs_table::amount(&job, &names, language)) } }
            dt { (Words::State.text(language)) } dd { (jobs_table::state(&job, language)) }
            dt { (Words::Arrived.text(language)) } dd { (site.parts.zone.clock_time(job.created_at)) }
        }
    })
}

async fn newest(site: &Site, viewer: &Viewer) -> Result<Option<JobRecord>, Fault> {
    let owner = Some(OwnerId::Person(viewer.person.id));
    let which = WhichJobs::NotCompleted;
    let listing = JobListing { which, owner, queue: None, first_index: 1, limit: 50 };
    let jobs = site.store().list_jobs(&listing).await?;
    let oldest = site.now().plus_seconds(-FRESH_SECONDS);
    let newest = jobs.into_iter().max_by_key(|job| (job.created_at, job.number));
    Ok(newest.filter(|job| job.created_at >= oldest))
}

const KINDS: [(&str, ProfileKind); 4] = [
    ("apple", ProfileKind::Apple),
    ("windows", ProfileKind::Windows),
    ("chromeos", ProfileKind::ChromeOs),
    ("linux", ProfileKind::Linux),
];

/// The kind of a word in the address.
pub fn kind_of(word: &str) -> Result<ProfileKind, Fault> {
    KINDS.iter().find(|row| row.0 == word).map(|row| row.1).ok_or(Fault::NotFound)
}

/// Where the file of this kind is.
pub fn file_path(place: &PrintPlace, kind: ProfileKind) -> String {
    let word = KINDS.iter().find(|row| row.1 == kind).map(|row| row.0).unwrap_or_default();
    format!("/start/{}/{word}", place.queue)
}

/// The file that adds a queue to a device, at everybody's address.
pub async fn file(
    State(site): State<Arc<Site>>,
    Path((queue, kind)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let file = site.parts.desk.profile(kind_of(&kind)?, &queue, None).await?;
    saved(file.ok_or(Fault::NotFound)?)
}

/// The answer that a browser saves.
pub fn saved(file: ProfileFile) -> Result<Response, Fault> {
    let disposition = format!("attachment; filename=\"{}\"", file.name);
    let disposition = HeaderValue::try_from(disposition).map_err(|_| Fault::Broken)?;
    let mut response = file.content.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.content_type));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}
