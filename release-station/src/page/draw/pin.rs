//! The pad on which the PIN of one job is typed: by touch, or by a keyboard where there is one.

use maud::{Markup, html};
use station_protocol::{JobCard, Pin};

use super::{icons, tap_field};
use crate::session::{Active, Asking};
use crate::words::Words;

/// The keys in their order; the first row stands on top.
const DIGITS: [&str; 9] = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

pub(super) fn pad(words: Words, active: &Active, asking: &Asking, job: &JobCard) -> Markup {
    let tap = Some(active.source.tap);
    let typed = asking.typed.as_ref().map_or("", Pin::as_str);
    let says = format!("{} {}", words.type_pin(), job.title);
    html! {
        main .asked data-say=(says) {
            div .what {
                h1 { (icons::lock()) (words.type_pin()) }
                p .title { (job.title) }
                @if let Some(notice) = asking.notice.as_ref().filter(|notice| !notice.is_empty()) {
                    p .notice.warn role="alert" { (notice) }
                } @else {
                    p .help { (words.pin_help()) }
                }
            }
            form #pad .pad method="post" action="/do/pin" autocomplete="off" {
                (tap_field(tap))
                div .field {
                    label .unseen for="pin" { (words.pin()) }
                    input #pin type="password" name="pin" value=(typed) data-job=(job.id)
                        inputmode="none" autocomplete="off" maxlength="32";
                    // First in the form, so that it is what the key Enter does.
                    button #pin-done .first {
                        @if active.pin_releases() { (words.release(1, 1)) } @else { (words.pin_done()) }
                    }
                }
                div .keys {
                    @for digit in DIGITS { (key(digit)) }
                    button .key formaction="/do/erase" data-key="erase" { (words.pin_erase()) }
                    (key("0"))
                }
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

fn key(digit: &str) -> Markup {
    html! {
        button .key name="digit" value=(digit) formaction="/do/digit" data-key=(digit) { (digit) }
    }
}
