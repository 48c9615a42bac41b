//! Signing in with an identity provider: the way there and the way back.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::sign_in::{NEXT, client_address, with_note};
use crate::address::{self, Address};
use crate::components::frame::{Frame, Section};
use crate::components::pieces::Tone;
use crate::elsewhere::{Elsewhere, ElsewhereError, Returned};
use crate::security::answer::Fault;
use crate::security::viewer::Ask;
use crate::security::{cookies, session};
use crate::site::Site;
use crate::words::Words;

/// The way to the provider.
pub const THERE: &str = "/sign-in/elsewhere";
/// What the browser keeps while its person is there. It comes along when the provider sends the person
/// back, which the session's own cookie would not.
const COOKIE: &str = "__Host-elsewhere";
/// Nobody needs longer for the provider's questions.
const COOKIE_SECONDS: u32 = 10 * 60;
/// Says that the browser was sent to the right host before.
const HERE: &str = "here";

/// The button of the sign-in page.
pub fn button(site: &Site, ask: &Ask, next: &str) -> Markup {
    let word = |word: Words| word.text(ask.language);
    html! {
        @if let Some(provider) = &site.parts.elsewhere {
            p {
                a.button.first href=(Address::path(THERE).with(NEXT, next).to_string()) {
                    (provider.button().unwrap_or(word(Words::SignInElsewhere)))
                }
            }
            p.lead { (word(Words::SignInOrPassword)) }
        }
    }
}

fn provider(site: &Site) -> Result<&dyn Elsewhere, Fault> {
    site.parts.elsewhere.as_deref().ok_or(Fault::NotFound)
}

/// Sends the browser to the provider.
pub async fn begin(
    State(site): State<Arc<Site>>,
    ask: Ask,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let provider = provider(&site)?;
    let next = ask.address.get(NEXT).and_then(address::local).unwrap_or_default();
    // The provider sends everybody back to one host, and only that host gets the cookie from here.
    let pages = provider.pages();
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    if ask.address.get(HERE).is_none() && host != pages.strip_prefix("https://") {
        let there = Address::path(THERE).with(NEXT, next).with(HERE, "1");
        return Ok(Redirect::to(&format!("{pages}{there}")).into_response());
    }
    match provider.begin(next).await {
        Ok(begun) => {
            let mut response = Redirect::to(&begun.location).into_response();
            let cookie = cookies::returning(COOKIE, &begun.kept, COOKIE_SECONDS);
            response.headers_mut().append(header::SET_COOKIE, cookie);
            Ok(response)
        }
        Err(error) => Ok(refused(&site, &ask, &headers, next, error)),
    }
}

/// The person is back: ends the sign-in and begins the session.
pub async fn back(
    State(site): State<Arc<Site>>,
    ask: Ask,
    request: Request,
) -> Result<Response, Fault> {
    let provider = provider(&site)?;
    let address = client_address(&request)?;
    let headers = request.headers();
    let kept = cookies::get(headers, COOKIE).unwrap_or_default();
    let returned = Returned {
        state: ask.address.get("state"),
        code: ask.address.get("code"),
        error: ask.address.get("error"),
        issuer: ask.address.get("iss"),
    };
    let mut response = match provider.finish(returned, kept, address).await {
        Ok(entered) => {
            let token = session::begin(site.store(), entered.person, site.now()).await?;
            let mut response = onwards(&site, &ask, address::local(&entered.next).unwrap_or("/"));
            let cookie = cookies::strict(session::COOKIE, &token);
            response.headers_mut().append(header::SET_COOKIE, cookie);
            response
        }
        Err(ElsewhereError::Unavailable) => return Err(Fault::Unavailable),
        Err(error) => refused(&site, &ask, headers, "", error),
    };
    response.headers_mut().append(header::SET_COOKIE, cookies::gone(COOKIE));
    Ok(response)
}

/// A page that goes on by itself. A redirect would still count as coming from the provider's site, and the
/// browser would not send the session's cookie along.
fn onwards(site: &Site, ask: &Ask, next: &str) -> Response {
    let word = |word: Words| word.text(ask.language);
    let title = word(Words::SignedIn).to_owned();
    // The address of this page holds a code, which is nobody's business any more.
    let frame = Frame { address: None, ..Frame::open(site, ask, Section::Elsewhere, title) };
    let page = frame.page(&html! {
        div.card.sign-in {
            h1 { (word(Words::SignedIn)) }
            p { a.button href=(next) { (word(Words::GoOn)) } }
        }
    });
    let mut response = page.into_response();
    let refresh = HeaderValue::try_from(format!("0; url={next}"));
    response.headers_mut().insert("refresh", refresh.expect("a local path is plain ASCII"));
    response
}

fn refused(
    site: &Site,
    ask: &Ask,
    headers: &HeaderMap,
    next: &str,
    error: ElsewhereError,
) -> Response {
    let (status, text) = match error {
        ElsewhereError::Down | ElsewhereError::Unavailable => {
            (StatusCode::SERVICE_UNAVAILABLE, Words::ElsewhereDown)
        }
        ElsewhereError::Stale => (StatusCode::FORBIDDEN, Words::ElsewhereStale),
        ElsewhereError::Denied => (StatusCode::UNAUTHORIZED, Words::ElsewhereDenied),
        ElsewhereError::Refused => (StatusCode::UNAUTHORIZED, Words::ElsewhereRefused),
        ElsewhereError::Nobody => (StatusCode::FORBIDDEN, Words::ElsewhereNobody),
    };
    let ask = Ask { address: Address::path("/sign-in"), ..ask.clone() };
    (status, with_note(site, &ask, headers, next, (Tone::Bad, text))).into_response()
}
