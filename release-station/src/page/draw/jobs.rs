//! Choosing jobs and a printer.

use maud::{Markup, html};
use station_protocol::{JobCard, PrinterCard, PrinterState, TapNumber};

use super::{icons, rest, tap_field};
use crate::session::{Active, Outline};
use crate::words::Words;

pub(super) fn choosing(words: Words, active: &Active, is_connected: bool) -> Markup {
    let tap = Some(active.source.tap);
    let held: Vec<&JobCard> = active.held().collect();
    let recent = &active.session.recent;
    if held.is_empty() && recent.is_empty() {
        let (arriving, hidden) = (active.session.arriving, active.session.hidden);
        return if hidden > 0 {
            rest::message(icons::question(), words.nothing_new(), &words.hidden(hidden))
        } else if arriving > 0 {
            rest::message(icons::busy(), &words.arriving(arriving), words.asking_help())
        } else {
            rest::message(icons::good(), words.nothing_held(), words.nothing_held_help())
        };
    }
    html! {
        main .list data-say={ (words.your_jobs()) ": " (held.len()) } {
            h1 { (words.your_jobs()) }
            (notices(words, active, is_connected))
            form #list method="post" action="/do/toggle" {
                (tap_field(tap))
                @for job in active.own() { (job_button(words, active, job)) }
                (delegated(words, active))
                @if active.shared().next().is_some() {
                    p .where { (words.shared_jobs()) }
                    @for job in active.shared() { (job_button(words, active, job)) }
                }
                @if !recent.is_empty() {
                    p .where { (words.recent_jobs()) }
                    @for job in recent { (job_button(words, active, job)) }
                }
            }
        }
        footer .release {
            @if active.chooses_only_printer() {
                p .where.ask { (words.where_to_all()) }
                form .printers method="post" action="/do/release-all" {
                    (tap_field(tap))
                    @for printer in &active.session.printers {
                        (printer_button(words, printer, None, is_connected))
                    }
                }
            } @else {
                (printer_choice(words, active, is_connected))
                (release_button(words, active, held.len() + recent.len(), tap, is_connected))
            }
        }
    }
}

fn notices(words: Words, active: &Active, is_connected: bool) -> Markup {
    html! {
        @if !is_connected { p .notice.warn { (words.no_connection()) ". " (words.no_connection_help()) } }
        @if let Some(notice) = active.notice.as_ref().filter(|notice| !notice.is_empty()) {
            p .notice.warn { (notice) }
        }
        @if active.session.hidden > 0 { p .notice { (words.hidden(active.session.hidden)) } }
        @if active.session.arriving > 0 {
            p .notice { (words.arriving(active.session.arriving)) }
        }
    }
}

/// The button that chooses every job or none, when there is more than one to choose from.
pub(super) fn all_or_none(words: Words, active: &Active) -> Markup {
    let is_all = active.has_chosen_all();
    let action = if is_all { "/do/choose-none" } else { "/do/choose-all" };
    html! {
        @if active.plain().count() > 1 && !active.chooses_only_printer() {
            form method="post" action=(action) {
                (tap_field(Some(active.source.tap)))
                button #choose .quiet {
                    @if is_all { (words.choose_none()) } @else { (words.choose_all()) }
                }
            }
        }
    }
}

/// What owners let this person fetch, under their names.
fn delegated(words: Words, active: &Active) -> Markup {
    let jobs: Vec<&JobCard> = active.delegated().collect();
    html! {
        @for of_owner in jobs.chunk_by(|one, next| one.shared == next.shared) {
            @let owner = of_owner[0].shared.as_ref().map_or("", |name| name.as_str());
            p .where { (words.prints_of(owner)) }
            @for job in of_owner { (job_button(words, active, job)) }
        }
    }
}

/// A job as it is to be: a button that chooses it, and beside it the one that opens what may be changed.
fn job_button(words: Words, active: &Active, job: &JobCard) -> Markup {
    let about = about(words, active, job);
    // Everything goes: there is nothing to choose but the printer.
    let is_recent = active.session.recent.iter().any(|recent| recent.id == job.id);
    if active.chooses_only_printer() && !job.is_to_be_named() && !is_recent {
        return html! { div .job { (about) } };
    }
    let is_chosen = active.chosen.contains(&job.id);
    let is_locked = job.pin.is_some_and(|pin| pin.tries_left == 0);
    let has_options = job.terms.can_change || job.terms.can_delete;
    html! {
        div .row {
            button #{"job-" (job.id)} .job role="checkbox" aria-checked=(is_chosen)
                name="job" value=(job.id) disabled[is_locked] {
                span .box { @if is_chosen { (icons::tick()) } }
                (about)
            }
            @if has_options {
                button #{"options-" (job.id)} .quiet.change name="job" value=(job.id)
                    formaction="/do/options" aria-label={ (words.options()) ": " (job.title) } {
                    (words.options())
                }
            }
        }
    }
}

fn about(words: Words, active: &Active, job: &JobCard) -> Markup {
    let wish = active.wishes.get(&job.id);
    let outline = Outline::of(job, wish.map(|wish| &wish.options));
    let price = wish.and_then(|wish| wish.price.as_ref()).or(job.price.as_ref());
    let is_recent = active.session.recent.iter().any(|recent| recent.id == job.id);
    html! {
        span .about {
            span .title { (job.title) }
            span .meta { (details(words, job, &outline)) }
            @if let Some(from) = job.shared.as_ref().filter(|_| !job.terms.delegated) {
                span .meta { (words.origin(from)) }
            }
            @match job.pin {
                Some(pin) if pin.tries_left == 0 => {
                    span .warn { (words.no_pin_taken(pin.whose)) }
                }
                Some(pin) => { span .meta.locked { (icons::lock()) (words.wants_pin(pin.whose)) } }
                None => {}
            }
            @if job.terms.confidential {
                span .meta.locked { (icons::lock()) (words.confidential()) }
                @if !active.offers().encrypted { span .warn { (words.not_encrypted()) } }
            }
            @if let Some(until) = &job.terms.kept_until {
                span .meta { (words.kept_until(until)) }
            }
            @if let Some(sentence) = &job.may_have_printed { span .warn { (sentence) } }
        }
        span .side {
            span .when {
                @if is_recent { (words.printed_at()) " " }
                (job.submitted)
            }
            @if let Some(price) = price { span .price { (price) } }
            @if is_recent { span .when { (words.print_again()) } }
        }
    }
}

/// The job as it would come out, in a line.
fn details(words: Words, job: &JobCard, outline: &Outline) -> Markup {
    html! {
        @match (outline.pages, job.pages) {
            (Some(span), _) => { (words.page_span(span.first, span.last)) " · " }
            (None, Some(pages)) => { (words.pages(pages)) " · " }
            (None, None) => {}
        }
        @if outline.copies > 1 { (words.copies(outline.copies)) " · " }
        @if outline.two_sided { (words.two_sided()) } @else { (words.one_sided()) }
        @if let Some(color) = words.color_mode(outline.color) { " · " (color) }
        @if outline.staple { " · " (words.stapled()) }
        @if outline.keep { " · " (words.kept()) }
    }
}

fn printer_choice(words: Words, active: &Active, is_connected: bool) -> Markup {
    let printers = &active.session.printers;
    html! {
        @if printers.len() > 1 {
            p .where { (words.where_to()) }
            form .printers method="post" action="/do/printer" {
                (tap_field(Some(active.source.tap)))
                @for printer in printers {
                    @let is_chosen = active.printer.as_ref() == Some(&printer.id);
                    (printer_button(words, printer, Some(is_chosen), is_connected))
                }
            }
        } @else if let Some(printer) = printers.first() {
            p .where { (words.where_to()) " " strong { (printer.name) } }
            (printer_line(words, printer))
        }
    }
}

/// A printer; pressed or not when it is one choice among others.
fn printer_button(
    words: Words,
    printer: &PrinterCard,
    is_chosen: Option<bool>,
    is_connected: bool,
) -> Markup {
    html! {
        button #{"printer-" (printer.id)} .printer name="printer" value=(printer.id)
            aria-pressed=[is_chosen] disabled[is_chosen.is_none() && !is_connected] {
            span .name { (printer.name) }
            (printer_line(words, printer))
        }
    }
}

fn printer_line(words: Words, printer: &PrinterCard) -> Markup {
    let class = match printer.state {
        PrinterState::Idle => "ok",
        PrinterState::Processing => "work",
        PrinterState::Stopped | PrinterState::Unreachable => "bad",
    };
    html! {
        span .{"state " (class)} {
            @match &printer.reason {
                Some(reason) => { (reason) }
                None => { (words.printer_state(printer.state)) }
            }
            @if !printer.location.is_empty() { " · " (printer.location) }
        }
    }
}

fn release_button(
    words: Words,
    active: &Active,
    all: usize,
    tap: Option<TapNumber>,
    is_connected: bool,
) -> Markup {
    let chosen = active.chosen.len();
    html! {
        form .go method="post" action="/do/release" {
            (tap_field(tap))
            button #release .first disabled[chosen == 0 || active.printer.is_none() || !is_connected] {
                (words.release(chosen, all))
            }
        }
    }
}
