//! Typing a code in place of a card, and the code for a card that nobody has.

use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};
use station_protocol::{Pin, Sentence, TapNumber};

use super::{icons, pin, rest, tap_field};
use crate::session::{NewCardShown, Typing};
use crate::words::Words;

/// Around the code is so much free (ISO/IEC 18004 section 9.1).
const QUIET_MODULES: i32 = 4;

pub(super) fn typing(words: Words, typing: &Typing) -> Markup {
    let text = (words.type_code(), words.code_help());
    pad(words, (typing.tap, 0), text, typing.typed.as_ref(), typing.notice.as_ref())
}

pub(super) fn new_card(words: Words, card: &NewCardShown) -> Markup {
    if card.is_added {
        return rest::message(icons::good(), words.card_added(), words.card_added_help());
    }
    if card.is_typing {
        let text = (words.type_card_code(), words.card_code_help());
        let of = (card.tap, card.tries);
        return pad(words, of, text, card.typed.as_ref(), card.notice.as_ref());
    }
    let tap = Some(card.tap);
    html! {
        main .offered data-say={ (words.new_card()) ". " (words.new_card_scan()) } {
            (code(&card.offer.address))
            div .what {
                h1 { (words.new_card()) }
                ol {
                    li { (words.new_card_scan()) }
                    li { (words.new_card_yes()) }
                }
                p .help { (words.new_card_by_hand()) }
                p .by-hand { span { (card.offer.page) } strong { (card.offer.code) } }
            }
        }
        footer .actions {
            form method="post" action="/do/type-code" {
                (tap_field(tap))
                button #type-code .second { (words.type_a_code()) }
            }
            form method="post" action="/do/leave" {
                (tap_field(tap))
                button #back .second { (words.skip_back()) }
            }
        }
    }
}

fn pad(
    words: Words,
    (tap, tries): (TapNumber, u32),
    (title, help): (&str, &str),
    typed: Option<&Pin>,
    notice: Option<&Sentence>,
) -> Markup {
    let typed = typed.map_or("", Pin::as_str);
    html! {
        main .asked data-say=(title) {
            div .what {
                h1 { (title) }
                @if let Some(notice) = notice.filter(|notice| !notice.is_empty()) {
                    p .notice.warn role="alert" { (notice) }
                } @else {
                    p .help { (help) }
                }
            }
            form #pad .pad method="post" action="/do/code" autocomplete="off" {
                (tap_field(Some(tap)))
                div .field {
                    label .unseen for="pin" { (words.typed_code()) }
                    input #pin type="text" name="pin" value=(typed) data-job={ "code-" (tap.0) "-" (tries) }
                        inputmode="none" autocomplete="off" maxlength="12";
                    // First in the form, so that it is what the key Enter does.
                    button #pin-done .first { (words.go_on()) }
                }
                (pin::keys(words))
            }
        }
        footer .actions {
            form method="post" action="/do/no-code" {
                (tap_field(Some(tap)))
                button #pin-back .second { (words.back()) }
            }
        }
    }
}

/// The address as a code for a telephone's camera; nothing when it does not fit into one.
fn code(address: &str) -> Markup {
    let Ok(code) = QrCode::encode_text(address, QrCodeEcc::Medium) else { return html! {} };
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    let whole = size + 2 * QUIET_MODULES;
    let view = format!("{0} {0} {whole} {whole}", -QUIET_MODULES);
    html! {
        svg .qr viewBox=(view) aria-hidden="true" focusable="false" shape-rendering="crispEdges" {
            rect x=(-QUIET_MODULES) y=(-QUIET_MODULES) width=(whole) height=(whole) {}
            path d=(path) {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_a_code_that_fits_the_screen() {
        let drawn = code("https://print.example.org:8632/card/ABCD2345").into_string();
        assert!(
            drawn.contains("viewBox=\"-4 -4 41 41\"") && drawn.contains("M0 0h1v1h-1z"),
            "{drawn:.300}"
        );
        assert!(code(&"x".repeat(5_000)).into_string().is_empty());
    }
}
