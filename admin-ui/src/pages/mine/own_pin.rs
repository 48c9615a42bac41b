//! The person's own PIN, which some queues demand beside the card: set, or confirmed when IT has set it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};
use store::PersonPin;

use super::words::MineWords;
use crate::codes::PinFault;
use crate::components::frame::token;
use crate::components::pieces::{Tone, note};
use crate::security::answer::Fault;
use crate::security::posted::{Filled, Posted};
use crate::security::viewer::{SignedIn, Viewer};
use crate::site::Site;

/// The fields of the form.
const PIN: &str = "pin";
const AGAIN: &str = "again";

/// The card; nothing where no queue demands a PIN and the person has none.
pub async fn card(site: &Site, viewer: &Viewer) -> Result<Markup, Fault> {
    let word = |word: MineWords| word.text(viewer.ask.language);
    let store = site.store();
    let pin = store.own_pin(viewer.person.id).await?;
    if pin.is_none() && store.queues_with_pin().await?.is_empty() {
        return Ok(html! {});
    }
    let digits = site.parts.desk.pin_digits().await?;
    let waits = pin.is_some_and(|pin| pin.opens_from().is_some());
    Ok(html! {
        section.card #pin {
            h2 { (word(MineWords::OwnPin)) }
            (said(viewer, digits))
            p.quiet-text { (word(MineWords::OwnPinLead)) }
            (standing(site, viewer, pin.as_ref()))
            @if waits {
                form method="post" action="/my-prints/pin/confirm" {
                    (token(viewer))
                    button.first type="submit" { (word(MineWords::ConfirmPin)) }
                }
            }
            (form(viewer, digits))
        }
    })
}

/// What became of a button that was pressed.
fn said(viewer: &Viewer, digits: usize) -> Markup {
    let language = viewer.ask.language;
    let word = |word: MineWords| word.text(language);
    match viewer.ask.address.get(PIN) {
        Some("set") => note(Tone::Good, word(MineWords::PinSet)),
        Some("confirmed") => note(Tone::Good, word(MineWords::PinConfirmed)),
        Some("steps") => note(Tone::Warning, word(MineWords::PinSteps)),
        Some("differ") => note(Tone::Warning, word(MineWords::PinsDiffer)),
        Some("digits") => {
            let text = word(MineWords::PinDigits).replace("{min}", &digits.to_string());
            note(Tone::Warning, &text)
        }
        _ => html! {},
    }
}

fn standing(site: &Site, viewer: &Viewer, pin: Option<&PersonPin>) -> Markup {
    let word = |word: MineWords| word.text(viewer.ask.language);
    html! {
        @match pin {
            None => { (note(Tone::Warning, word(MineWords::NoPin))) }
            Some(pin) if pin.opens_from().is_some() => {
                (note(Tone::Warning, word(MineWords::PinToConfirm)))
            }
            Some(pin) if pin.tries_left == 0 => { (note(Tone::Bad, word(MineWords::PinIsLocked))) }
            Some(pin) => { p { (word(MineWords::PinSince)) " " (site.minute(pin.set_at)) "." } }
        }
    }
}

fn form(viewer: &Viewer, digits: usize) -> Markup {
    let word = |word: MineWords| word.text(viewer.ask.language);
    let field = |id: &str, name: &str, label: MineWords| {
        html! {
            div {
                label for=(id) { (word(label)) }
                input #(id) name=(name) type="password" inputmode="numeric" required
                    pattern="[0-9]*" minlength=(digits) maxlength="16" autocomplete="new-password";
            }
        }
    };
    html! {
        form.choose method="post" action="/my-prints/pin" autocomplete="off" {
            (token(viewer))
            (field("own-pin", PIN, MineWords::NewPin))
            (field("own-pin-again", AGAIN, MineWords::NewPinAgain))
            button.first type="submit" { (word(MineWords::SetPin)) }
        }
    }
}

/// Sets the PIN by its owner's word: it opens all their jobs at once.
pub async fn set(State(site): State<Arc<Site>>, form: Filled<SignedIn>) -> Result<Redirect, Fault> {
    let pin = form.field(PIN);
    let done = if pin != form.field(AGAIN) {
        "differ"
    } else {
        match site.parts.desk.set_pin(form.who.0.person.id, pin).await {
            Ok(()) => "set",
            Err(PinFault::Digits { .. }) => "digits",
            Err(PinFault::Steps) => "steps",
            Err(PinFault::Store(error)) => return Err(error.into()),
        }
    };
    Ok(Redirect::to(&format!("/my-prints?pin={done}#pin")))
}

/// The owner keeps the PIN that IT has set.
pub async fn confirm(
    State(site): State<Arc<Site>>,
    Posted(who): Posted<SignedIn>,
) -> Result<Redirect, Fault> {
    let is_done = site.store().confirm_own_pin(who.0.person.id).await?;
    let done = if is_done { "confirmed" } else { "" };
    Ok(Redirect::to(&format!("/my-prints?pin={done}#pin")))
}
