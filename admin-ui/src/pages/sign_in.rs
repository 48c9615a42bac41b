//! Signing in with the directory's password, and signing out.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;

use crate::address;
use crate::components::frame::{Frame, Section};
use crate::components::pieces::{Tone, note};
use crate::desk::SignInError;
use crate::pages::elsewhere;
use crate::security::answer::Fault;
use crate::security::posted::{Posted, TOKEN_FIELD, field, fields, is_same};
use crate::security::viewer::{Anybody, Ask, SignedIn};
use crate::security::{cookies, session};
use crate::site::Site;
use crate::words::Words;

/// There is no session yet to hold the form's token, so the browser holds it in this cookie:
/// another site can neither read nor set it, and so cannot sign anybody in under a name of its
/// choice.
const FORM_COOKIE: &str = "__Host-form";

/// The names of the form's fields.
const LOGIN: &str = "login";
const PASSWORD: &str = "password";
pub(super) const NEXT: &str = "next";
/// Longer names and passwords are no names and passwords of any directory.
const FIELD_MAX: usize = 512;

/// The first page: where this person begins.
pub async fn home(who: SignedIn) -> Redirect {
    Redirect::to(Section::first_for(&who.0))
}

/// The form.
pub async fn form(State(site): State<Arc<Site>>, headers: HeaderMap, who: Anybody) -> Response {
    if let Some(viewer) = &who.viewer {
        return Redirect::to(Section::first_for(viewer)).into_response();
    }
    let said = who.ask.address.get("out").map(|_| (Tone::Good, Words::SignedOut));
    let next = who.ask.address.get(NEXT).and_then(address::local).unwrap_or_default().to_owned();
    shown(&site, &who.ask, &headers, Draft { login: "", next: &next }, said)
}

/// The form again, with what went wrong elsewhere.
pub(super) fn with_note(
    site: &Site,
    ask: &Ask,
    headers: &HeaderMap,
    next: &str,
    said: (Tone, Words),
) -> Response {
    shown(site, ask, headers, Draft { login: "", next }, Some(said))
}

/// What the form has in it when it is shown.
struct Draft<'a> {
    login: &'a str,
    next: &'a str,
}

fn shown(
    site: &Site,
    ask: &Ask,
    headers: &HeaderMap,
    draft: Draft<'_>,
    said: Option<(Tone, Words)>,
) -> Response {
    let word = |word: Words| word.text(ask.language);
    let known = cookies::get(headers, FORM_COOKIE).filter(|token| token.len() == 64);
    let token = known.map_or_else(session::secret, str::to_owned);
    let frame = Frame::open(site, ask, Section::Elsewhere, word(Words::SignIn).to_owned());
    let page = frame.page(&html! {
        div.card.sign-in {
            h1 { (word(Words::SignIn)) }
            @if site.parts.elsewhere.is_none() { p.lead { (word(Words::SignInLead)) } }
            @if let Some((tone, text)) = said { (note(tone, word(text))) }
            (elsewhere::button(site, ask, draft.next))
            form method="post" action="/sign-in" {
                input type="hidden" name=(TOKEN_FIELD) value=(token);
                input type="hidden" name=(NEXT) value=(draft.next);
                div {
                    label for=(LOGIN) { (word(Words::Login)) }
                    input #(LOGIN) name=(LOGIN) autocomplete="username" autocapitalize="none"
                        spellcheck="false" required maxlength=(FIELD_MAX) value=(draft.login);
                }
                div {
                    label for=(PASSWORD) { (word(Words::Password)) }
                    input #(PASSWORD) name=(PASSWORD) type="password" autocomplete="current-password"
                        required maxlength=(FIELD_MAX);
                }
                div { button.first type="submit" { (word(Words::SignIn)) } }
            }
            p { a href="/start" { (word(Words::HowToPrint)) } }
        }
    });
    let mut response = page.into_response();
    if known.is_none() {
        response.headers_mut().append(header::SET_COOKIE, cookies::strict(FORM_COOKIE, &token));
    }
    response
}

/// The form, filled in.
pub async fn sign_in(
    State(site): State<Arc<Site>>,
    ask: Ask,
    request: Request,
) -> Result<Response, Fault> {
    let headers = request.headers().clone();
    let address = client_address(&request)?;
    let fields = fields(request, &site).await?;
    let login = field(&fields, LOGIN).trim();
    let password = field(&fields, PASSWORD);
    let next = address::local(field(&fields, NEXT)).unwrap_or_default();
    let again = |status: StatusCode, text: Words| {
        let draft = Draft { login, next };
        (status, shown(&site, &ask, &headers, draft, Some((Tone::Bad, text)))).into_response()
    };
    let kept = cookies::get(&headers, FORM_COOKIE).unwrap_or_default();
    if !is_same(field(&fields, TOKEN_FIELD).as_bytes(), kept.as_bytes()) {
        return Ok(again(StatusCode::FORBIDDEN, Words::SignInStale));
    }
    let sized = |text: &str| !text.is_empty() && text.len() <= FIELD_MAX;
    if !sized(login) || !sized(password) {
        return Ok(again(StatusCode::UNPROCESSABLE_ENTITY, Words::SignInEmpty));
    }
    let person = match site.parts.desk.sign_in(login, password, address).await {
        Ok(person) => person,
        Err(error) => {
            let (status, text) = refused(error);
            return Ok(again(status, text));
        }
    };
    // A new secret at each sign-in: a session that somebody planted before is of no use to them.
    let token = session::begin(site.store(), person, site.now()).await?;
    let mut response = Redirect::to(if next.is_empty() { "/" } else { next }).into_response();
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookies::strict(session::COOKIE, &token));
    headers.append(header::SET_COOKIE, cookies::gone(FORM_COOKIE));
    Ok(response)
}

fn refused(error: SignInError) -> (StatusCode, Words) {
    match error {
        SignInError::Wrong => (StatusCode::UNAUTHORIZED, Words::SignInWrong),
        SignInError::Throttled => (StatusCode::TOO_MANY_REQUESTS, Words::SignInThrottled),
        SignInError::Ambiguous => (StatusCode::UNAUTHORIZED, Words::SignInAmbiguous),
        SignInError::AccountDisabled => (StatusCode::FORBIDDEN, Words::SignInAccountDisabled),
        SignInError::AccountExpired => (StatusCode::FORBIDDEN, Words::SignInAccountExpired),
        SignInError::PasswordOld => (StatusCode::FORBIDDEN, Words::SignInPasswordOld),
        SignInError::DirectoryDown => (StatusCode::SERVICE_UNAVAILABLE, Words::SignInDirectoryDown),
    }
}

/// Where the request came from. Without it wrong passwords could not be counted, so nobody signs
/// in.
pub(super) fn client_address(request: &Request) -> Result<IpAddr, Fault> {
    let info = request.extensions().get::<ConnectInfo<SocketAddr>>();
    info.map(|info| info.0.ip()).ok_or_else(|| {
        tracing::error!("The web listener does not say where requests come from");
        Fault::Broken
    })
}

/// Ends the session.
pub async fn sign_out(
    State(site): State<Arc<Site>>,
    Posted(who): Posted<SignedIn>,
) -> Result<Response, Fault> {
    site.store().end_session(&who.0.session.id).await?;
    let mut response = Redirect::to("/sign-in?out=1").into_response();
    response.headers_mut().append(header::SET_COOKIE, cookies::gone(session::COOKIE));
    Ok(response)
}
