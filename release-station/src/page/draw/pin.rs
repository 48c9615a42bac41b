//! The pad on which the PIN of one job is typed: by touch, or by a keyboard where there is one.

use maud::{Markup, html};
use station_protocol::{JobCard, Pin, WhosePin};

use super::{icons, tap_field};
use crate::session::{Active, Asking};
use crate::words::Words;

/// The keys in their order; the first row stands on top.
const DIGITS: [&str; 9] = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

pub(super) fn pad(words: Words, active: &Active, asking: &Asking, job: &JobCard) -> Markup {
    let tap = Some(active.source.tap);
    let typed = asking.typed.as_ref().map_or("", Pin::as_str);
    let is_own = job.pin.is_some_and(|pin| pin.whose == WhosePin::Person);
    let title = if is_own { words.type_own_pin() } else { words.type_pin() };
    let (about, help) = match (asking.deletes, is_own) {
        (true, _) => (job.title.as_str(), words.delete_help()),
        (false, true) => ("", words.own_pin_help()),
        (false, false) => (job.title.as_str(), words.pin_help()),
    };
    let says = format!("{title} {about}");
    html! {
        main .asked data-say=(says) {
            div .what {
                h1 { (icons::lock()) (title) }
                @if !about.is_empty() { p .title { (about) } }
                @if let Some(notice) = asking.notice.as_ref().filter(|notice| !notice.is_empty()) {
                    p .notice.warn role="alert" { (notice) }
                } @else {
                    p .help { (help) }
                }
            }
            form #pad .pad method="post" action="/do/pin" autocomplete="off" {
                (tap_field(tap))
                div .field {
                    label .unseen for="pin" { (words.pin()) }
                    input #pin type="password" name="pin" value=(typed) data-job=(job.id)
                        inputmode="none" autocomplete="off" maxlength="32";
                    // First in the form, so that it is what the key Enter does.
                    button #pin-done .first .danger[asking.deletes] {
                        @if asking.deletes { (words.delete()) }
                        @else if active.pin_releases() { (words.release(1, 1)) } @else { (words.pin_done()) }
                    }
                }
                (keys(words))
            }
        }
        footer .actions {
            form method="post" action="/do/no-pin" {
                (tap_field(tap))
                button #pin-back .second { (words.pin_back()) }
            }
        }
    }
}

/// The keys beside the field.
pub(super) fn keys(words: Words) -> Markup {
    html! {
        div .keys {
            @for digit in DIGITS { (key(digit)) }
            button .key formaction="/do/erase" data-key="erase" { (words.pin_erase()) }
            (key("0"))
        }
    }
}

fn key(digit: &str) -> Markup {
    html! {
        button .key name="digit" value=(digit) formaction="/do/digit" data-key=(digit) { (digit) }
    }
}
