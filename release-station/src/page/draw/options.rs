//! What may be changed with one job, touch by touch: with script the server's price follows each of them,
//! without script the page is loaded anew.

use maud::{Markup, html};
use station_protocol::{ColorMode, JobCard, PageSpan};

use super::tap_field;
use crate::session::{Active, Editing, Outline};
use crate::words::Words;

pub(super) fn options(words: Words, active: &Active, editing: &Editing, job: &JobCard) -> Markup {
    let tap = Some(active.source.tap);
    if editing.is_deleting {
        return deleting(words, active, job);
    }
    let refused = editing.quote.as_ref().and_then(|quote| quote.refused.as_ref());
    html! {
        main .list data-say={ (words.options()) ": " (job.title) } {
            div .above { h1 { (job.title) } (prices(words, editing, job)) }
            @if let Some(refused) = refused.filter(|refused| !refused.is_empty()) {
                p .notice.warn role="alert" { (refused) }
            }
            form #list .options method="post" action="/do/change" {
                (tap_field(tap))
                (controls(words, active, editing, job))
            }
        }
        footer .actions {
            @if job.terms.can_delete {
                form method="post" action="/do/ask-delete" {
                    (tap_field(tap))
                    button #ask-delete .second.danger { (words.delete()) }
                }
            }
            form method="post" action="/do/unsettle" {
                (tap_field(tap))
                button #unsettle .second { (words.options_back()) }
            }
            form method="post" action="/do/settle" {
                (tap_field(tap))
                button #settle .first disabled[refused.is_some()] { (words.options_done()) }
            }
        }
    }
}

fn deleting(words: Words, active: &Active, job: &JobCard) -> Markup {
    let tap = Some(active.source.tap);
    html! {
        main .list data-say={ (words.delete_ask()) " " (job.title) } {
            h1 { (words.delete_ask()) }
            p .title { (job.title) }
            p .help { (words.delete_help()) }
        }
        footer .actions {
            form method="post" action="/do/no-delete" {
                (tap_field(tap))
                button #no-delete .second { (words.delete_not()) }
            }
            form method="post" action="/do/delete" {
                (tap_field(tap))
                button #delete .first.danger { (words.delete()) }
            }
        }
    }
}

/// The price before and after.
fn prices(words: Words, editing: &Editing, job: &JobCard) -> Markup {
    let now = job.price.as_ref().map_or(words.price_unknown(), |price| price.as_str());
    let then = match &editing.quote {
        None => words.price_asking(),
        Some(quote) if quote.refused.is_some() => "–",
        Some(quote) => quote.price.as_ref().map_or(words.price_unknown(), |price| price.as_str()),
    };
    html! {
        p .prices {
            span { (words.price_now()) ": " strong { (now) } }
            @if job.terms.can_change {
                span { (words.price_then()) ": " strong #price-then { (then) } }
            }
        }
    }
}

fn controls(words: Words, active: &Active, editing: &Editing, job: &JobCard) -> Markup {
    let offers = active.offers();
    let outline = Outline::of(job, Some(&editing.options));
    let is_grey = outline.color == ColorMode::Monochrome;
    html! {
        @if job.terms.can_change {
            @if offers.copies_max > 1 {
                (stepper(words.copies_label(), outline.copies, [
                    ("fewer-copies", words.fewer(), outline.copies > 1),
                    ("more-copies", words.more_copies(), outline.copies < offers.copies_max),
                ]))
            }
            @if offers.two_sided || outline.two_sided {
                (switch("two-sided", words.both_sides(), outline.two_sided, None))
            }
            @if offers.monochrome || is_grey {
                (switch("black-and-white", words.black_and_white(), is_grey, None))
            }
            @if offers.staple || outline.staple {
                (switch("staple", words.staple(), outline.staple, None))
            }
            @if let Some(pages) = job.pages.filter(|pages| offers.page_ranges && *pages > 1) {
                (page_steppers(words, outline.pages, pages))
            }
        }
        @if job.terms.can_keep && job.terms.kept_until.is_none() {
            (switch("keep", words.keep(), outline.keep, Some(words.keep_help())))
        }
    }
}

fn page_steppers(words: Words, span: Option<PageSpan>, pages: u32) -> Markup {
    let PageSpan { first, last } = span.unwrap_or(PageSpan { first: 1, last: pages });
    html! {
        (stepper(words.pages_from(), first, [
            ("first-earlier", words.earlier(), first > 1),
            ("first-later", words.later(), first < last),
        ]))
        (stepper(words.pages_to(), last, [
            ("last-earlier", words.earlier(), last > first),
            ("last-later", words.later(), last < pages),
        ]))
    }
}

/// A number with a button on each side: the word of its change, what is read aloud, whether it does anything.
fn stepper(label: &str, number: u32, buttons: [(&str, &str, bool); 2]) -> Markup {
    let [less, more] = buttons;
    let button = |(change, spoken, is_on): (&str, &str, bool), sign: &str| {
        html! {
            button #{"change-" (change)} .step name="change" value=(change) disabled[!is_on]
                aria-label={ (label) ": " (spoken) } { (sign) }
        }
    };
    html! {
        div .option role="group" aria-label=(label) {
            span .about { (label) }
            (button(less, "−"))
            output .number { (number) }
            (button(more, "+"))
        }
    }
}

fn switch(change: &str, label: &str, is_on: bool, help: Option<&str>) -> Markup {
    html! {
        button #{"change-" (change)} .option.switch role="switch" aria-checked=(is_on)
            name="change" value=(change) {
            span .about {
                span { (label) }
                @if let Some(help) = help { span .meta { (help) } }
            }
            span .knob {}
        }
    }
}
