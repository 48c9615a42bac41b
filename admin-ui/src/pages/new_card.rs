//! A card that was just read at a station and that nobody has: whoever enters the code that the station shows
//! is asked once whether it is theirs.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use maud::{Markup, html};

use crate::address::Address;
use crate::codes::{AddedCard, OfferedCard};
use crate::components::frame::{Frame, Section, token};
use crate::components::pieces::{Tone, note};
use crate::security::answer::Fault;
use crate::security::posted::Filled;
use crate::security::viewer::{Anybody, Ask, SignedIn, Viewer};
use crate::site::Site;
use crate::words::Words;

texts::texts! {
    /// The texts of this page.
    enum CardWords {
        Title { sv: "Lägg till ett kort", en: "Add a card" },
        TypeLead {
            sv: "Skriv koden som står på skärmen vid skrivaren.",
            en: "Type the code that is shown on the screen at the printer.",
        },
        Code { sv: "Kod", en: "Code" },
        GoOn { sv: "Fortsätt", en: "Continue" },
        Over {
            sv: "Den koden gäller inte längre; den byts varje halvminut. Läs av den som står på skärmen nu.",
            en: "That code does not hold any more; it changes every half minute. Read the one that is on the \
                 screen now.",
        },
        Question {
            sv: "Vill du lägga till kortet som just lästes av här?",
            en: "Do you want to add the card that was just read here?",
        },
        Place { sv: "Station", en: "Station" },
        Ending { sv: "Kortnumret slutar på", en: "The card's number ends in" },
        Warning {
            sv: "Svara bara ja om du själv står där med ditt kort. Den som har kortet kommer åt alla dina \
                 utskrifter.",
            en: "Say yes only if you stand there yourself with your card. Whoever has the card gets at all \
                 your prints.",
        },
        Yes { sv: "Ja, det är mitt kort", en: "Yes, it is my card" },
        No { sv: "Nej", en: "No" },
        Added {
            sv: "Kortet är ditt. Håll det mot läsaren en gång till.",
            en: "The card is yours. Hold it to the reader once more.",
        },
        Foreign {
            sv: "Kortet hör redan till någon annan. Fråga IT-supporten om det är ditt.",
            en: "The card belongs to somebody else already. Ask the IT helpdesk if it is yours.",
        },
    }
}

/// The fields of the forms.
const CODE: &str = "code";
const TICKET: &str = "ticket";
const DONE: &str = "done";
/// Set when the browser has come back from our own page.
const HERE: &str = "here";

/// The page without a code in its address: asks for one, or takes it from the form.
pub async fn page(State(site): State<Arc<Site>>, who: SignedIn) -> Result<Response, Fault> {
    let code = who.0.ask.address.get(CODE).unwrap_or_default().to_owned();
    asked(&site, &who.0, &code).await
}

/// The page that a telephone's camera opens.
pub async fn scanned(
    State(site): State<Arc<Site>>,
    Path(code): Path<String>,
    who: Anybody,
) -> Result<Response, Fault> {
    if let Some(viewer) = &who.viewer {
        return asked(&site, viewer, &code).await;
    }
    let address = &who.ask.address;
    if address.get(HERE).is_some() {
        let back = address.clone().with(HERE, "");
        let sign_in = Address::path("/sign-in").with("next", &back.to_string());
        return Ok(Redirect::to(&sign_in.to_string()).into_response());
    }
    Ok(onwards(&site, &who.ask))
}

/// A page that goes on by itself to the same address: some browsers send the session's cookie along only when
/// a page of ours asks, and not when another program does.
fn onwards(site: &Site, ask: &Ask) -> Response {
    let word = |word: CardWords| word.text(ask.language);
    let next = ask.address.clone().with(HERE, "1").to_string();
    let frame = Frame::open(site, ask, Section::Elsewhere, word(CardWords::Title).to_owned());
    let page = frame.page(&html! {
        div.card.sign-in {
            h1 { (word(CardWords::Title)) }
            p { a.button href=(next) { (word(CardWords::GoOn)) } }
        }
    });
    let mut response = page.into_response();
    if let Ok(refresh) = HeaderValue::try_from(format!("0; url={next}")) {
        response.headers_mut().insert("refresh", refresh);
    }
    response
}

async fn asked(site: &Site, viewer: &Viewer, code: &str) -> Result<Response, Fault> {
    let said = match viewer.ask.address.get(DONE) {
        Some("added") => Some((Tone::Good, CardWords::Added)),
        Some("foreign") => Some((Tone::Bad, CardWords::Foreign)),
        Some(_) => Some((Tone::Warning, CardWords::Over)),
        None => None,
    };
    if code.is_empty() {
        return Ok(form(site, viewer, said).into_response());
    }
    match site.parts.desk.offered_card(code, viewer.person.id).await? {
        Some(card) => Ok(question(site, viewer, &card).into_response()),
        None => {
            let page = form(site, viewer, Some((Tone::Warning, CardWords::Over)));
            Ok((StatusCode::NOT_FOUND, page).into_response())
        }
    }
}

fn form(site: &Site, viewer: &Viewer, said: Option<(Tone, CardWords)>) -> Html<String> {
    let language = viewer.ask.language;
    let word = |word: CardWords| word.text(language);
    let is_added = matches!(said, Some((_, CardWords::Added)));
    shown(
        site,
        viewer,
        &html! {
            @if let Some((tone, text)) = said { (note(tone, word(text))) }
            @if is_added {
                p { a.button href="/my-prints#cards" { (Words::MyPrints.text(language)) } }
            } @else {
                p { (word(CardWords::TypeLead)) }
                form method="get" action="/card" autocomplete="off" {
                    div {
                        label for="card-code" { (word(CardWords::Code)) }
                        input #card-code name=(CODE) required maxlength="16" autocapitalize="characters"
                            spellcheck="false" autocomplete="off";
                    }
                    div { button.first type="submit" { (word(CardWords::GoOn)) } }
                }
            }
        },
    )
}

fn question(site: &Site, viewer: &Viewer, card: &OfferedCard) -> Html<String> {
    let word = |word: CardWords| word.text(viewer.ask.language);
    shown(
        site,
        viewer,
        &html! {
            p { strong { (word(CardWords::Question)) } }
            dl.facts {
                dt { (word(CardWords::Place)) } dd { (card.place) }
                dt { (word(CardWords::Ending)) } dd { (card.last4) }
            }
            (note(Tone::Warning, word(CardWords::Warning)))
            form method="post" action="/card" data-once {
                (token(viewer))
                input type="hidden" name=(TICKET) value=(card.ticket);
                div { button.first type="submit" { (word(CardWords::Yes)) } }
            }
            p { a.button href="/my-prints" { (word(CardWords::No)) } }
        },
    )
}

fn shown(site: &Site, viewer: &Viewer, content: &Markup) -> Html<String> {
    let title = CardWords::Title.text(viewer.ask.language);
    let frame = Frame::of(site, viewer, Section::MyPrints, title.to_owned());
    // The link to the other language would show a code that is over.
    let frame = Frame { address: None, ..frame };
    frame.page(&html! { div.card.sign-in { h1 { (title) } (content) } })
}

/// The person says yes.
pub async fn add(State(site): State<Arc<Site>>, form: Filled<SignedIn>) -> Result<Redirect, Fault> {
    let person = form.who.0.person.id;
    let added = site.parts.desk.add_offered_card(form.field(TICKET), person).await?;
    Ok(Redirect::to(match added {
        AddedCard::Added => "/card?done=added",
        AddedCard::Foreign => "/card?done=foreign",
        AddedCard::Over => "/card?done=over",
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages() {
        texts::catalogue::check(&CardWords::pairs());
    }
}
