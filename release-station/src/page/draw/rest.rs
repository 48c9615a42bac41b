//! The screens without a person's jobs.

use maud::{Markup, html};
use station_protocol::{RefusedReason, TapNumber};

use super::{Cards, icons, tap_field};
use crate::session::{LocalRefusal, Refusal};
use crate::words::Words;

pub(super) fn waiting(words: Words, cards: Cards, takes_codes: bool) -> Markup {
    let other = words.other();
    html! {
        main .centre data-say=(words.hold_badge()) {
            (icons::badge())
            h1 { (words.hold_badge()) }
            p .other lang=(other.code()) { (other.hold_badge()) }
            p .help { (words.hold_badge_help()) }
        }
        @if takes_codes { (no_card(words)) }
        @if let Some(cards) = cards.filter(|cards| !cards.is_empty()) {
            footer .cards {
                p { (words.try_cards()) }
                @for (index, (label, uid)) in cards.iter().enumerate() {
                    form method="post" action="/tap" {
                        input type="hidden" name="uid" value=(uid);
                        button #{"card-" (index)} .second { (label) }
                    }
                }
            }
        }
    }
}

/// A place where nobody holds a card to anything.
pub(super) fn waiting_without_reader(words: Words, takes_codes: bool) -> Markup {
    let other = words.other();
    html! {
        main .centre data-say=(words.open_my_prints()) {
            h1 { (words.open_my_prints()) }
            p .other lang=(other.code()) { (other.open_my_prints()) }
            p .help {
                @if takes_codes { (words.make_a_code_help()) } @else { (words.open_my_prints_help()) }
            }
        }
        @if takes_codes { (no_card(words)) }
    }
}

/// The button for whoever has no card.
fn no_card(words: Words) -> Markup {
    html! {
        footer .actions {
            form method="post" action="/do/no-card" {
                button #no-card .second { (words.no_card_today()) }
            }
        }
    }
}

pub(super) fn reader_away(words: Words, takes_codes: bool) -> Markup {
    html! {
        (message(icons::away(), words.reader_away(), words.reader_away_help()))
        @if takes_codes { (no_card(words)) }
    }
}

pub(super) fn no_connection(words: Words) -> Markup {
    message(icons::away(), words.no_connection(), words.no_connection_help())
}

pub(super) fn asking(words: Words) -> Markup {
    message(icons::busy(), words.asking(), words.asking_help())
}

pub(super) fn refused(words: Words, refusal: &Refusal, tap: Option<TapNumber>) -> Markup {
    let (icon, (title, help)) = match refusal {
        Refusal::Server(reason, sentence) => {
            let (title, help) = words.refused(*reason);
            let is_unknown = *reason == RefusedReason::UnknownCard;
            let icon = if is_unknown { icons::question() } else { icons::warning() };
            // The server's sentence knows more, but not which language this screen shows to
            // somebody whom nobody knows.
            let says_more = !is_unknown && !sentence.is_empty();
            (icon, (title, if says_more { sentence.as_str() } else { help }))
        }
        Refusal::Local(refusal) => {
            let icon = match refusal {
                LocalRefusal::NoConnection | LocalRefusal::NoAnswer => icons::away(),
                LocalRefusal::TapAgain => icons::badge(),
                LocalRefusal::RandomCard | LocalRefusal::SilentCard => icons::warning(),
            };
            (icon, words.refused_here(*refusal))
        }
    };
    html! {
        (message(icon, title, help))
        footer .actions {
            form method="post" action="/do/leave" {
                (tap_field(tap))
                button #back .second { (words.skip_back()) }
            }
        }
    }
}

/// A drawing, a headline and what to do.
pub(super) fn message(icon: Markup, title: &str, help: &str) -> Markup {
    html! {
        main .centre data-say={ (title) ". " (help) } {
            (icon)
            h1 { (title) }
            p .help { (help) }
        }
    }
}
