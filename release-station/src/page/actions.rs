//! What a touch does.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::stream;
use serde::Deserialize;
use station_protocol::{FinishAt, Id, Language, Pin, ReaderName, TapNumber};
use tokio::sync::{oneshot, watch};

use super::Desk;
use super::follow::{Follower, Line};
use crate::readers::{Reading, Unusable, simulated};
use crate::session::{Action, Change, Event, View};
use crate::station::Request;
use crate::words::Words;

/// The fields of all the page's forms. It has no `Debug`: one of them is a secret.
#[derive(Default, Deserialize)]
pub struct Fields {
    /// The tap that the page showed.
    tap: Option<u64>,
    job: Option<Id>,
    printer: Option<Id>,
    language: Option<Language>,
    /// What stands in the field of a PIN; it may be empty.
    pin: Option<String>,
    /// The key beside it that was touched, on a page without script.
    digit: Option<String>,
    /// Which option is touched.
    change: Option<String>,
}

/// A simulated card.
#[derive(Debug, Deserialize)]
pub struct CardForm {
    uid: String,
    reader: Option<ReaderName>,
    /// Set by the command line: the answer tells the tap's story.
    follow: Option<String>,
}

/// Does what a button says and shows the page again.
pub async fn act(
    State(desk): State<Desk>,
    Path(what): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let tap = fields.tap.map(TapNumber);
    let Some(action) = action(&what, fields) else {
        return (StatusCode::BAD_REQUEST, "No such button.\n").into_response();
    };
    match desk.ask(Event::Touched(tap, action)).await {
        Some(_) => shown_again(&headers),
        None => gone(),
    }
}

fn action(what: &str, fields: Fields) -> Option<Action> {
    Some(match what {
        "toggle" => Action::Toggle(fields.job?),
        "choose-all" => Action::ChooseAll,
        "choose-none" => Action::ChooseNone,
        "printer" => Action::Printer(fields.printer?),
        "release" => Action::Release,
        "release-all" => Action::ReleaseAll(fields.printer?),
        "stop" => Action::Stop(fields.job?),
        "here" => Action::Finish(fields.job?, FinishAt::Here),
        "elsewhere" => Action::Finish(fields.job?, FinishAt::Elsewhere),
        "digit" => {
            let typed = fields.pin.unwrap_or_default() + &fields.digit?;
            // One digit more than a PIN can have changes nothing.
            Pin::parse(&typed).map_or(Action::Touch, |typed| Action::Type(Some(typed)))
        }
        "erase" => {
            let mut typed = fields.pin?;
            typed.pop();
            Action::Type(Pin::parse(&typed).ok())
        }
        "pin" => Pin::parse(&fields.pin?).map_or(Action::Touch, Action::Pin),
        "no-pin" => Action::NoPin,
        "no-card" => Action::NoCard,
        "type-code" => Action::TypeCode,
        "code" => Pin::parse(&fields.pin?).map_or(Action::Touch, Action::Code),
        "no-code" => Action::NoCode,
        "options" => Action::Options(fields.job?),
        "change" => Action::Change(change(&fields.change?)?),
        "settle" => Action::Settle,
        "unsettle" => Action::Unsettle,
        "ask-delete" => Action::AskDelete(true),
        "no-delete" => Action::AskDelete(false),
        "delete" => Action::Delete,
        "more" => Action::More,
        "leave" => Action::Leave,
        "language" => Action::Language(fields.language?),
        "touch" => Action::Touch,
        _ => return None,
    })
}

/// The option of a button's word.
fn change(word: &str) -> Option<Change> {
    CHANGES.iter().find(|(known, _)| *known == word).map(|(_, change)| *change)
}

/// The words of the buttons on a job's options.
const CHANGES: [(&str, Change); 10] = [
    ("more-copies", Change::MoreCopies),
    ("fewer-copies", Change::FewerCopies),
    ("two-sided", Change::TwoSided),
    ("black-and-white", Change::BlackAndWhite),
    ("first-later", Change::FirstLater),
    ("first-earlier", Change::FirstEarlier),
    ("last-later", Change::LastLater),
    ("last-earlier", Change::LastEarlier),
    ("staple", Change::Staple),
    ("keep", Change::Keep),
];

/// Holds a simulated card to the reader; with a real reader there is no such thing.
pub async fn tap(
    State(desk): State<Desk>,
    headers: HeaderMap,
    Form(form): Form<CardForm>,
) -> Response {
    if desk.cards.is_none() {
        let text = "This station has a real reader; there are no simulated cards.\n";
        return (StatusCode::NOT_FOUND, text).into_response();
    }
    let card = match simulated::parse(&form.uid) {
        Err(Unusable::Malformed(error)) => {
            return (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response();
        }
        card => card,
    };
    let reader = form.reader.unwrap_or_else(simulated::reader);
    let views = desk.views.clone();
    let before = views.borrow().tap();
    match desk.ask(Event::Reader(Reading::Card { reader, card })).await {
        None => gone(),
        Some(tap) if form.follow.is_some() => {
            let view = Arc::clone(&views.borrow());
            // Nothing new comes of a card that the station took for the one it had just read.
            let is_same = before == Some(tap) && view.tap() == before;
            let text = || Words(view.language).same_tap().to_owned();
            story(views, tap, is_same.then(|| Line::Say { text: text() }))
        }
        Some(_) => shown_again(&headers),
    }
}

impl Desk {
    /// Gives the station an event and waits until it has been taken; none when the station is gone.
    async fn ask(&self, event: Event) -> Option<TapNumber> {
        let (answer, answered) = oneshot::channel();
        self.requests.send(Request { event, answer }).await.ok()?;
        answered.await.ok()
    }
}

/// The script hears of the change by its event stream; a browser without script loads the page.
fn shown_again(headers: &HeaderMap) -> Response {
    if headers.contains_key("x-part") {
        StatusCode::NO_CONTENT.into_response()
    } else {
        Redirect::to("/").into_response()
    }
}

fn gone() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "The station is stopping.\n").into_response()
}

/// A tap's story, a line of JSON for each thing that happens.
fn story(mut views: watch::Receiver<Arc<View>>, tap: TapNumber, first: Option<Line>) -> Response {
    views.mark_changed();
    let start = (views, Follower::new(tap), VecDeque::from_iter(first), false);
    let lines =
        stream::unfold(start, |(mut views, mut follower, mut lines, mut is_over)| async move {
            while lines.is_empty() {
                if is_over || views.changed().await.is_err() {
                    return None;
                }
                let view = Arc::clone(&views.borrow_and_update());
                lines.extend(follower.look(&view));
            }
            let line = lines.pop_front()?;
            is_over |= matches!(line, Line::End { .. });
            let mut text = serde_json::to_string(&line).expect("texts and numbers are always JSON");
            text.push('\n');
            Some((Ok::<_, Infallible>(Bytes::from(text)), (views, follower, lines, is_over)))
        });
    ([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(lines)).into_response()
}
