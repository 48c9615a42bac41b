//! Codes for a station, in place of a card or to add one: the form, and the page that shows a code once.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use print_core::StationId;
use store::{CodePurpose, Station, StoreError};

use super::words::MineWords;
use crate::codes::{CodeWish, ShownCode};
use crate::components::frame::{Frame, Section, token};
use crate::components::pieces::{Tone, note};
use crate::security::answer::Fault;
use crate::security::posted::Filled;
use crate::security::viewer::{SignedIn, Viewer};
use crate::site::Site;
use crate::words::Words;

/// The fields of the form.
const STATION: &str = "station";
const PURPOSE: &str = "purpose";
/// The station where the person was last is chosen beforehand: so many taps are looked at.
const TAPS: u32 = 1;

/// The card with the form; nothing where there is no station.
pub async fn card(site: &Site, viewer: &Viewer) -> Result<Markup, Fault> {
    let word = |word: MineWords| word.text(viewer.ask.language);
    let mut stations = site.store().stations().await?;
    stations.retain(|station| station.revoked_at.is_none() && station.key_sha256.is_some());
    if stations.is_empty() {
        return Ok(html! {});
    }
    let last = site.store().taps_of(viewer.person.id, TAPS).await?;
    let last = last.first().map(|tap| tap.key.station);
    let button = |purpose: CodePurpose, text: MineWords, first: bool| {
        html! {
            button.first[first] type="submit" name=(PURPOSE) value=(purpose.as_str()) { (word(text)) }
        }
    };
    Ok(html! {
        section.card #code {
            h2 { (word(MineWords::NoCardToday)) }
            p.quiet-text { (word(MineWords::NoCardTodayLead)) }
            form.choose method="post" action="/my-prints/code" data-once autocomplete="off" {
                (token(viewer))
                div {
                    label for="code-station" { (word(MineWords::AtStation)) }
                    select #code-station name=(STATION) {
                        @for station in &stations {
                            option value=(station.id) selected[last == Some(station.id)] {
                                (station.name)
                            }
                        }
                    }
                }
                (button(CodePurpose::Open, MineWords::MakeCode, true))
                (button(CodePurpose::AddCard, MineWords::MakeCardCode, false))
            }
        }
    })
}

/// Makes a code and shows it, this once. A page that is loaded again makes another.
pub async fn make(
    State(site): State<Arc<Site>>,
    form: Filled<SignedIn>,
) -> Result<Response, Fault> {
    let viewer = &form.who.0;
    let station = form.field(STATION).parse::<StationId>().map_err(|_| Fault::NotFound)?;
    let station = site.store().station(station).await?;
    let Some(purpose) = CodePurpose::from_word(form.field(PURPOSE)) else {
        return Ok(Redirect::to("/my-prints#code").into_response());
    };
    let wish = CodeWish { person: viewer.person.id, station: station.id, purpose };
    let code = match site.parts.desk.make_code(wish).await {
        Ok(code) => code,
        Err(StoreError::Busy) => return Err(Fault::Unavailable),
        Err(error) => return Err(error.into()),
    };
    Ok(shown(&site, viewer, &station, purpose, &code).into_response())
}

fn shown(
    site: &Site,
    viewer: &Viewer,
    station: &Station,
    purpose: CodePurpose,
    code: &ShownCode,
) -> Response {
    let word = |word: MineWords| word.text(viewer.ask.language);
    let (title, steps) = match purpose {
        CodePurpose::Open => {
            (MineWords::CodeTitle, [MineWords::CodeGo, MineWords::CodePress, MineWords::CodeType])
        }
        CodePurpose::AddCard => (
            MineWords::CardCodeTitle,
            [MineWords::CodeGo, MineWords::CardCodeHold, MineWords::CardCodeType],
        ),
    };
    let frame = Frame::of(site, viewer, Section::MyPrints, word(title).to_owned());
    // The link to the other language would leave the page.
    let frame = Frame { address: None, ..frame };
    let digits = code.digits();
    let (one, other) = digits.split_at(digits.len() / 2);
    let until = site.parts.zone.clock_time(code.expires_at);
    let page = frame.page(&html! {
        div.head { div { h1 { (word(title)) } p.lead { (station.name) } } }
        section.card {
            p.code { span { (one) } " " span { (other) } }
            p { (word(MineWords::CodeUntil)) " " strong { (until) } ". " (word(MineWords::CodeOnce)) }
            ol.plain-steps { @for step in steps { li { (word(step)) } } }
            (note(Tone::Warning, word(MineWords::CodeSecret)))
        }
        p { a.button href="/my-prints" { (Words::MyPrints.text(viewer.ask.language)) } }
    });
    page.into_response()
}
