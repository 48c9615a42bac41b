//! The overview: what waits, what moves, what has stopped, and how printers and stations are.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;
use maud::{Markup, html};
use print_core::{JobState, PrinterId};
use store::{Found, Printer, Queue, ReleaseMode, Station, StationReader};
use texts::numbers::{self, integer};
use texts::sentences::{printer_state_reason, severity};
use texts::{Language, dates};

use crate::components::frame::{Frame, Section};
use crate::components::pieces::{Figure, Tone, empty, figures, mark};
use crate::components::table::{cell, plain_heading};
use crate::desk::HealthItem;
use crate::pages::alarms;
use crate::pages::printers;
use crate::security::answer::Fault;
use crate::security::viewer::Helpdesk;
use crate::site::Site;
use crate::words::Words;

/// The part of the page that follows the event stream.
pub const LIVE: &str = "live";
/// A station that has been silent for longer than this is not connected: it speaks every second.
const STATION_SILENT_SECONDS: i64 = 60;

/// The page.
pub async fn page(State(site): State<Arc<Site>>, who: Helpdesk) -> Result<Html<String>, Fault> {
    let viewer = &who.0;
    let language = viewer.ask.language;
    let live = live(&site, language).await?;
    let title = Words::Overview.text(language);
    let frame = Frame::of(&site, viewer, Section::Overview, title.to_owned());
    Ok(frame.page(&html! {
        div.head { div { h1 { (title) } p.lead { (Words::OverviewLead.text(language)) } } }
        div.live #(LIVE) data-live={ "/overview/live?lang=" (language.tag()) } { (live) }
    }))
}

/// Everything that changes by itself.
pub async fn live(site: &Site, language: Language) -> Result<Markup, Fault> {
    let store = site.store();
    let counts = store.job_counts().await?;
    let count = |state: JobState| counts.get(state.as_str()).copied().unwrap_or(0);
    let printers = store.printers().await?;
    let found: HashMap<_, _> = store.printers_found().await?.into_iter().collect();
    let stations = store.stations().await?;
    let queues = store.queues().await?;
    let health = site.parts.desk.health().await;
    let figure = |label: Words, number: i64, note: Words, state: &str| Figure {
        label: label.text(language).to_owned(),
        value: integer(number, language),
        notes: vec![note.text(language).to_owned()],
        link: Some(format!("/jobs?which={state}")),
    };
    let moving = count(JobState::Released) + count(JobState::Delivering);
    Ok(html! {
        (alarms::alarms(&health, language))
        (figures(&[
            figure(Words::HeldNow, count(JobState::Held), Words::HeldNote, "held"),
            figure(Words::ReleasedNow, moving, Words::ReleasedNote, "moving"),
            figure(Words::StoppedNow, count(JobState::Stopped), Words::StoppedNote, "stopped"),
            figure(Words::ArrivingNow, count(JobState::Incoming), Words::ArrivingNote, "incoming"),
        ]))
        (printers_card(site, &printers, &found, language))
        div.columns {
            (stations_card(site, &stations, &printers, language))
            (queues_card(&queues, &printers, language))
        }
        (health_card(&health, language))
    })
}

fn printers_card(
    site: &Site,
    printers: &[Printer],
    found: &HashMap<PrinterId, Found>,
    language: Language,
) -> Markup {
    let word = |word: Words| word.text(language);
    html! {
        section.card {
            h2 { (word(Words::Printers)) }
            @if printers.is_empty() {
                (empty(word(Words::NoPrinters), word(Words::NoPrintersAdvice)))
            } @else {
                table.rows {
                    thead {
                        tr {
                            (plain_heading(word(Words::Printer), false))
                            (plain_heading(word(Words::Location), false))
                            (plain_heading(word(Words::State), false))
                            (plain_heading(word(Words::Message), false))
                            (plain_heading(word(Words::Asked), false))
                        }
                    }
                    tbody {
                        @for printer in printers {
                            (printer_row(site, printer, found.get(&printer.id), language))
                        }
                    }
                }
            }
        }
    }
}

fn printer_row(
    site: &Site,
    printer: &Printer,
    found: Option<&Found>,
    language: Language,
) -> Markup {
    let (tone, state) = printers::tone(printer, language);
    let reasons = printer.health.as_ref().map(|health| reasons(&health.reasons, language));
    let asked = printer.health.as_ref().map(|health| ago(site, health.checked_at, language));
    html! {
        tr {
            th scope="row" { (printer.name) }
            (cell(Words::Location.text(language), &html! { (printer.location) }))
            (cell(Words::State.text(language), &mark(tone, state)))
            (cell(Words::Message.text(language), &html! {
                @for sentence in reasons.unwrap_or_default() { span.small { (sentence) } }
                @if let Some(warning) = printers::side_doors(found, language) {
                    span.small.line { (warning) }
                }
                @if !printer.is_tls() {
                    span.small.line { (Words::PrinterWithoutTls.text(language)) }
                }
            }))
            (cell(Words::Asked.text(language), &html! {
                span.quiet-text { (asked.unwrap_or_default()) }
            }))
        }
    }
}

/// The keywords in what the store keeps: separated by blanks or commas.
pub(super) fn keywords(reasons: &str) -> impl Iterator<Item = &str> {
    let words = reasons.split([' ', ',']).filter(|word| !word.is_empty());
    words.filter(|word| *word != "none")
}

/// At most three sentences, the worst first.
fn reasons(reasons: &str, language: Language) -> Vec<String> {
    let mut found: Vec<&str> = keywords(reasons).collect();
    found.sort_by_key(|keyword| std::cmp::Reverse(severity(keyword).1));
    found.truncate(3);
    found.into_iter().map(|keyword| printer_state_reason(keyword, language)).collect()
}

fn ago(site: &Site, at: print_core::Timestamp, language: Language) -> String {
    dates::ago(site.now().micros_since(at) / 1_000_000, language)
}

fn stations_card(
    site: &Site,
    stations: &[Station],
    printers: &[Printer],
    language: Language,
) -> Markup {
    let word = |word: Words| word.text(language);
    html! {
        section.card {
            h2 { (word(Words::Stations)) }
            @if stations.is_empty() {
                (empty(word(Words::NoStations), word(Words::NoStationsAdvice)))
            } @else {
                table.rows {
                    thead {
                        tr {
                            (plain_heading(word(Words::Station), false))
                            (plain_heading(word(Words::State), false))
                            (plain_heading(word(Words::LastSeen), false))
                        }
                    }
                    tbody {
                        @for station in stations {
                            @let (tone, state) = station_tone(site, station);
                            tr {
                                th scope="row" {
                                    (station.name)
                                    @for printer in printers.iter().filter(|p| station.printers.contains(&p.id)) {
                                        span.small.line { (printer.name) }
                                    }
                                }
                                (cell(word(Words::State), &mark(tone, word(state))))
                                (cell(word(Words::LastSeen), &html! {
                                    span.quiet-text {
                                        @match station.seen_at {
                                            Some(at) => (ago(site, at, language)),
                                            None => (word(Words::NeverSeen)),
                                        }
                                    }
                                }))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn station_tone(site: &Site, station: &Station) -> (Tone, Words) {
    let fresh = |at| site.now().micros_since(at) < STATION_SILENT_SECONDS * 1_000_000;
    let is_fresh = station.seen_at.is_some_and(fresh);
    let (guard, now) = (&station.guard, site.now());
    match guard.reader {
        _ if station.revoked_at.is_some() => (Tone::Calm, Words::Revoked),
        _ if guard.is_locked(now) && guard.locked_until.is_none() => {
            (Tone::Bad, Words::StationLocked)
        }
        _ if guard.is_locked(now) => (Tone::Bad, Words::StationLockedAwhile),
        _ if guard.unknown.is_alarming(now) => (Tone::Warning, Words::ManyUnknownCards),
        _ if !is_fresh => (Tone::Bad, Words::NotConnected),
        StationReader::Silent => (Tone::Bad, Words::ReaderSilent),
        StationReader::Away => (Tone::Bad, Words::ReaderAway),
        _ => (Tone::Good, Words::Connected),
    }
}

fn queues_card(queues: &[Queue], printers: &[Printer], language: Language) -> Markup {
    let word = |word: Words| word.text(language);
    html! {
        section.card {
            h2 { (word(Words::Queues)) }
            @if queues.is_empty() {
                (empty(word(Words::NoQueues), word(Words::NoQueuesAdvice)))
            } @else {
                table.rows {
                    thead {
                        tr {
                            (plain_heading(word(Words::Queue), false))
                            (plain_heading(word(Words::Release), false))
                        }
                    }
                    tbody {
                        @for queue in queues {
                            tr {
                                th scope="row" {
                                    (queue.name)
                                    @if !queue.info.is_empty() {
                                        span.small.line { (queue.info) }
                                    }
                                }
                                (cell(word(Words::Release), &release(queue, printers, language)))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn release(queue: &Queue, printers: &[Printer], language: Language) -> Markup {
    html! {
        @match queue.release {
            _ if !queue.enabled => (mark(Tone::Calm, Words::SwitchedOff.text(language))),
            ReleaseMode::Tap => (Words::ReleaseTap.text(language)),
            ReleaseMode::AtOnce(id) => {
                (Words::ReleaseAtOnce.text(language)) " "
                @for printer in printers.iter().filter(|printer| printer.id == id) { (printer.name) }
            }
        }
    }
}

fn health_card(items: &[HealthItem], language: Language) -> Markup {
    html! {
        @if !items.is_empty() {
            section.card {
                h2 { (Words::Server.text(language)) }
                dl.facts {
                    @for item in items {
                        @let (part, tone, state) = health_words(item, language);
                        dt { (part) }
                        dd { (mark(tone, &state)) }
                    }
                }
            }
        }
    }
}

fn health_words(item: &HealthItem, language: Language) -> (String, Tone, String) {
    let word = |word: Words| word.text(language).to_owned();
    match item {
        HealthItem::Directory { name, answers: true } => {
            (format!("{} {name}", word(Words::Directory)), Tone::Good, word(Words::Answers))
        }
        HealthItem::Directory { name, answers: false } => {
            (format!("{} {name}", word(Words::Directory)), Tone::Bad, word(Words::DirectoryDown))
        }
        HealthItem::DirectoryOld { name, hours, refuses } => {
            let tone = if *refuses { Tone::Bad } else { Tone::Warning };
            let hours = numbers::count(*hours, numbers::Noun::Hour, language);
            let part = format!("{} {name}", word(Words::Directory));
            (part, tone, format!("{} ({hours})", word(Words::DirectoryOld)))
        }
        HealthItem::DirectoryBraked { name, .. } => {
            let part = format!("{} {name}", word(Words::Directory));
            (part, Tone::Bad, word(Words::DirectoryBraked))
        }
        HealthItem::Database { writes: true } => {
            (word(Words::Database), Tone::Good, word(Words::Answers))
        }
        HealthItem::Database { writes: false } => {
            (word(Words::Database), Tone::Bad, word(Words::DatabaseDown))
        }
        HealthItem::Spool { free_bytes, low } => {
            let size = numbers::size(*free_bytes, language);
            let free = language.pick(format!("{size} ledigt"), format!("{size} free"));
            match low {
                true => {
                    (word(Words::Spool), Tone::Bad, format!("{free}. {}.", word(Words::SpoolLow)))
                }
                false => (word(Words::Spool), Tone::Good, free),
            }
        }
        HealthItem::Certificate { days_left } if *days_left < 0 => {
            (word(Words::Certificate), Tone::Bad, word(Words::CertificateOver))
        }
        HealthItem::Certificate { days_left } => {
            let days = numbers::count(*days_left, numbers::Noun::Day, language);
            let tone = if *days_left < 30 { Tone::Warning } else { Tone::Good };
            let left = language.pick(format!("{days} kvar"), format!("{days} left"));
            (word(Words::Certificate), tone, left)
        }
    }
}
