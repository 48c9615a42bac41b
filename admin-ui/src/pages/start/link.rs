//! A link of the person's own for the device in the hand: the form, the page that shows the address once, and
//! the file with it. The secret stands in that one answer and in its forms: never in an address of ours.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use print_core::{DeviceName, LinkId, OwnerId};
use store::LINKS_MAX;
use texts::Language;

use super::page::{by_hand, chosen, file_path, first_print, how, kind_of, saved};
use super::platform::Platform;
use super::words::StartWords;
use crate::address::Address;
use crate::components::frame::{Frame, Section, token};
use crate::components::pieces::{Tone, note};
use crate::desk::{LinkFault, LinkWish, OwnLink, PrintPlace};
use crate::security::answer::Fault;
use crate::security::posted::Filled;
use crate::security::viewer::{Anybody, SignedIn, Viewer};
use crate::site::Site;
use crate::words::Words;

/// The fields of the two forms.
const ID: &str = "id";
const DEVICE: &str = "device_name";
const LINK: &str = "link";

/// The card with the form; for whoever is not signed in the way to it.
pub async fn card(
    site: &Site,
    who: &Anybody,
    platform: Platform,
    place: &PrintPlace,
) -> Result<Markup, Fault> {
    let language = who.ask.language;
    let word = |word: StartWords| word.text(language);
    let address = &who.ask.address;
    let fault = match address.get(LINK) {
        Some("known") => Some(StartWords::LinkKnown),
        Some("name") => Some(StartWords::LinkBadName),
        _ => None,
    };
    let sign_in = Address::path("/sign-in").with("next", &address.to_string());
    let is_needed = is_needed(platform, place);
    Ok(html! {
        section.card #link {
            h2 { (word(StartWords::LinkTitle)) }
            @if is_needed {
                @let why = match place.asks.is_empty() {
                    true => StartWords::OnlyByLink,
                    false => StartWords::CannotSignIn,
                };
                (note(Tone::Warning, word(why)))
            }
            p { (word(StartWords::LinkLead)) }
            @if let Some(fault) = fault { (note(Tone::Warning, word(fault))) }
            @match &who.viewer {
                None => {
                    p { (word(StartWords::LinkSignIn)) }
                    p { a.button.first[is_needed] href=(sign_in) { (Words::SignIn.text(language)) } }
                }
                Some(viewer) if is_full(site, viewer).await? => {
                    (note(Tone::Warning, word(StartWords::LinksFull)))
                    (to_links(language))
                }
                Some(viewer) => {
                    (form(viewer, platform, place))
                    (to_links(language))
                }
            }
        }
    })
}

/// Whether the device cannot print to the queue without a link.
pub fn is_needed(platform: Platform, place: &PrintPlace) -> bool {
    platform.way(place).is_none()
}

fn to_links(language: Language) -> Markup {
    html! { p.small { a href="/my-prints#links" { (StartWords::YourLinks.text(language)) } } }
}

async fn is_full(site: &Site, viewer: &Viewer) -> Result<bool, Fault> {
    let owner = OwnerId::Person(viewer.person.id);
    Ok(site.store().links_in_use(owner).await? >= LINKS_MAX)
}

/// The link's key is made here: a form that is sent twice makes one link.
fn form(viewer: &Viewer, platform: Platform, place: &PrintPlace) -> Markup {
    let language = viewer.ask.language;
    let action = here("/start/link", platform, &place.queue);
    html! {
        form.choose method="post" action=(action) data-once {
            (token(viewer))
            input type="hidden" name=(ID) value=(LinkId::new());
            div {
                label for="device" { (StartWords::LinkDevice.text(language)) }
                input #device name=(DEVICE) value=(platform.device(language)) maxlength="60" required
                    autocomplete="off";
            }
            button.first type="submit" { (StartWords::MakeLink.text(language)) }
        }
    }
}

fn here(path: &str, platform: Platform, queue: &str) -> Address {
    Address::path(path).with("device", platform.word()).with("queue", queue)
}

/// Makes a link and shows its address, this once.
pub async fn make(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    form: Filled<SignedIn>,
) -> Result<Response, Fault> {
    let viewer = &form.who.0;
    let address = &viewer.ask.address;
    let asked = address.get("device").and_then(Platform::from_word);
    let platform = asked.or(Platform::of(&headers)).unwrap_or(Platform::Windows);
    let start = here("/start", platform, address.get("queue").unwrap_or_default());
    let back = |why| Ok(Redirect::to(&start.clone().with(LINK, why).to_string()).into_response());
    let named = Some(form.field(DEVICE).trim()).filter(|name| !name.is_empty());
    let name = named.unwrap_or_else(|| platform.device(viewer.ask.language));
    let Ok(device) = DeviceName::parse(name) else { return back("name") };
    let id = form.field(ID).parse().unwrap_or_else(|_| LinkId::new());
    let wish = LinkWish { id, person: viewer.person.id, device: device.clone() };
    match site.parts.desk.make_link(wish).await {
        Ok(link) => made(&site, viewer, platform, &device, &link).await,
        // The page says so itself, as long as it is so.
        Err(LinkFault::Full) => back(""),
        Err(LinkFault::Known) => back("known"),
        Err(LinkFault::Store(error)) => Err(error.into()),
    }
}

/// The page with the address. The link to the other language is left out: it would leave the page.
async fn made(
    site: &Site,
    viewer: &Viewer,
    platform: Platform,
    device: &DeviceName,
    link: &OwnLink,
) -> Result<Response, Fault> {
    let language = viewer.ask.language;
    let word = |word: StartWords| word.text(language);
    let places = site.parts.desk.print_places(Some(link)).await;
    let title = word(StartWords::MadeTitle);
    let frame = Frame::of(site, viewer, Section::Start, title.to_owned());
    let frame = Frame { address: None, ..frame };
    let download = |place: &PrintPlace, kind, label: StartWords, first: bool| {
        html! {
            form method="post" action=(file_path(place, kind)) autocomplete="off" {
                (token(viewer))
                input type="hidden" name=(LINK) value=(link.secret());
                button.first[first] type="submit" { (label.text(language)) }
            }
        }
    };
    let page = frame.page(&html! {
        div.head { div { h1 { (title) } p.lead { (device) } } }
        (note(Tone::Warning, word(StartWords::MadeOnce)))
        @if let Some(place) = chosen(&places, &viewer.ask.address) {
            section.card {
                h2 { (word(StartWords::MadeAddress)) }
                (addresses(&places, place))
                p.small { (word(StartWords::MadeSecret)) }
            }
            div.columns.start {
                (how(platform, place, language, &|kind, label, first| {
                    download(place, kind, label, first)
                }))
                div.side {
                    section.card {
                        h2 { (word(StartWords::TestTitle)) }
                        (first_print(site, viewer).await?)
                    }
                    (by_hand(place, language))
                }
            }
        }
    });
    Ok(page.into_response())
}

/// The address of the queue that was chosen; one secret opens all queues, so the others' as well.
fn addresses(places: &[PrintPlace], chosen: &PrintPlace) -> Markup {
    html! {
        div { code.whole { (chosen.uri) } }
        @if places.len() > 1 {
            dl.facts {
                @for place in places.iter().filter(|place| *place != chosen) {
                    dt { (place.title) } dd { code.whole { (place.uri) } }
                }
            }
        }
    }
}

/// The file that adds a queue to a device by the link that was just made.
pub async fn file_by_link(
    State(site): State<Arc<Site>>,
    Path((queue, kind)): Path<(String, String)>,
    form: Filled<SignedIn>,
) -> Result<Response, Fault> {
    let link = OwnLink::new(form.field(LINK).to_owned());
    let by = Some((form.who.0.person.id, &link));
    let file = site.parts.desk.profile(kind_of(&kind)?, &queue, by).await?;
    saved(file.ok_or(Fault::NotFound)?)
}
