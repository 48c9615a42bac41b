//! The page itself, drawn by the server. Works without script; the script only makes it live.
//!
//! - `rest`: the screens without a person's jobs: waiting, asking, refused.
//! - `jobs`: choosing jobs and a printer.
//! - `options`: what may be changed with one job.
//! - `pin`: typing the PIN of one job.
//! - `progress`: jobs on their way, and what became of them.
//! - `codes`: typing a code in place of a card, and the code for a card that nobody has.
//! - `icons`: the drawings.

mod codes;
mod icons;
mod jobs;
mod options;
mod pin;
mod progress;
mod rest;

use std::time::{Duration, Instant};

use maud::{DOCTYPE, Markup, html};
use station_protocol::{Line, ReaderState, TapNumber};

use crate::session::{State, View};
use crate::words::Words;

/// The simulated cards: labels and numbers.
type Cards<'a> = Option<&'a [(Line, String)]>;

/// The whole page.
pub fn page(view: &View, cards: Cards) -> Markup {
    let words = Words(view.language);
    let (left, whole) = time_left(view, Instant::now());
    // Only read without script; the station's own screen has it.
    let refresh = match &view.state {
        // What is being typed is not to be wiped out.
        State::Choosing(active) if active.asking.is_some() => "60",
        State::Typing(_) => "60",
        State::NewCard(card) if card.is_typing => "60",
        State::Choosing(active) if active.editing.is_some() => "20",
        State::Choosing(_) => "5",
        _ => "2",
    };
    html! {
        (DOCTYPE)
        html lang=(words.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (words.program()) }
                link rel="icon" href="/favicon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/station.css";
                noscript { meta http-equiv="refresh" content=(refresh); }
                script src="/station.js" defer {}
            }
            body {
                p #lost role="alert" hidden { (words.page_lost()) }
                div #screen { (screen(view, cards)) }
                progress #time max=(whole.as_millis().max(1)) value=(left.as_millis())
                    aria-label=(words.time_left()) hidden[whole.is_zero()] {}
                p #announce .unseen role="status" {}
            }
        }
    }
}

/// What changes.
pub fn screen(view: &View, cards: Cards) -> Markup {
    let words = Words(view.language);
    let (name, content) = match &view.state {
        State::Waiting if !view.is_reader_ready() => {
            ("away", rest::reader_away(words, view.takes_codes))
        }
        State::Waiting if view.reader == ReaderState::None => {
            ("waiting", rest::waiting_without_reader(words, view.takes_codes))
        }
        State::Waiting => ("waiting", rest::waiting(words, cards, view.takes_codes)),
        State::Typing(typing) => ("typing", codes::typing(words, typing)),
        State::NewCard(card) => ("new-card", codes::new_card(words, card)),
        State::NoConnection => ("away", rest::no_connection(words)),
        State::Asking(_) => ("asking", rest::asking(words)),
        State::Refused(_, refusal) => ("refused", rest::refused(words, refusal, view.tap())),
        State::Choosing(active)
            if let (Some(asking), Some(job)) = (&active.asking, active.asked_job()) =>
        {
            ("typing", pin::pad(words, active, asking, job))
        }
        State::Choosing(active)
            if let (Some(editing), Some(job)) = (&active.editing, active.edited_job()) =>
        {
            ("changing", options::options(words, active, editing, job))
        }
        State::Choosing(active) => ("choosing", jobs::choosing(words, active, view.is_connected)),
        State::Releasing(active) => ("releasing", progress::releasing(words, active)),
        State::Result(active) => ("result", progress::result(words, active)),
    };
    html! {
        div .{"screen " (name)} lang=(words.code()) data-tap=[view.tap().map(|tap| tap.0)] {
            header {
                p .place {
                    @match (view.state.active(), &view.station) {
                        (Some(active), _) => { (words.hello(&active.session.person)) }
                        (None, Some(station)) => { (station) }
                        (None, None) => { (words.program()) }
                    }
                }
                @if let State::Choosing(active) = &view.state && active.asking.is_none() && active.editing.is_none() {
                    (jobs::all_or_none(words, active))
                }
                (language(words, view.tap()))
                @if view.state.active().is_some() { (leave(words, view.tap())) }
            }
            (content)
        }
    }
}

/// What is left of the state's time, and the whole of it; zero when it does not end.
pub fn time_left(view: &View, now: Instant) -> (Duration, Duration) {
    match view.ends {
        Some((at, whole)) => (at.saturating_duration_since(now), whole),
        None => (Duration::ZERO, Duration::ZERO),
    }
}

fn language(words: Words, tap: Option<TapNumber>) -> Markup {
    let other = words.other();
    html! {
        form method="post" action="/do/language" {
            (tap_field(tap))
            button #language .quiet name="language" value=(other.code()) lang=(other.code()) {
                (words.other_language())
            }
        }
    }
}

fn leave(words: Words, tap: Option<TapNumber>) -> Markup {
    html! {
        form method="post" action="/do/leave" {
            (tap_field(tap))
            button #leave .quiet { (words.done()) }
        }
    }
}

/// Which person's page a button belongs to.
fn tap_field(tap: Option<TapNumber>) -> Markup {
    html! {
        @if let Some(tap) = tap { input type="hidden" name="tap" value=(tap.0); }
    }
}
