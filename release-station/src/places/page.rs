//! The page of a process with places: `/` for people, `/status.json` and `/ready` for programs. On loopback only, and it
//! changes nothing.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse};
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};
use serde::Serialize;
use station_protocol::{Language, ReaderState};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing::error;

use super::status::{Board, Status};
use crate::page::guard;
use crate::words::Words;

/// What the page knows.
#[derive(Debug, Clone)]
pub struct Desk {
    boards: Arc<[Board]>,
    address: SocketAddr,
    language: Language,
}

/// Everything, for programs.
#[derive(Debug, Serialize)]
struct Overview {
    /// How many places would serve a tap now.
    ready: usize,
    /// All of them, in the order of the configuration.
    places: Vec<Status>,
}

impl Desk {
    /// A desk for the page that listens on `address`.
    pub fn new(boards: Vec<Board>, address: SocketAddr, language: Language) -> Self {
        Self { boards: boards.into(), address, language }
    }

    fn overview(&self) -> Overview {
        let places: Vec<Status> = self.boards.iter().map(Board::status).collect();
        Overview { ready: places.iter().filter(|place| place.is_ready()).count(), places }
    }
}

/// Serves the page until `stop` turns true.
pub async fn serve(listener: TcpListener, desk: Desk, mut stop: watch::Receiver<bool>) {
    let router = Router::new()
        .route("/", get(page))
        .route("/status.json", get(status))
        .route("/ready", get(ready))
        .route("/places.css", get(style))
        .layer(from_fn_with_state(desk.address, guard::guard))
        .with_state(desk);
    let stopped = async move {
        // An error means that the sender is gone, which is an end as well.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
        error!(%error, "The page of the places ended");
    }
}

async fn status(State(desk): State<Desk>) -> impl IntoResponse {
    let text = serde_json::to_string(&desk.overview()).expect("texts and numbers are always JSON");
    ([(header::CONTENT_TYPE, "application/json")], text)
}

/// 200 when every place would serve a tap now, 503 and the names of the others otherwise.
async fn ready(State(desk): State<Desk>) -> (StatusCode, String) {
    let places = desk.overview().places;
    let others: Vec<String> =
        places.into_iter().filter(|place| !place.is_ready()).map(|place| place.name).collect();
    if others.is_empty() {
        (StatusCode::OK, "ready\n".to_owned())
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {}\n", others.join(", ")))
    }
}

async fn page(State(desk): State<Desk>) -> Html<String> {
    Html(draw(&desk.overview(), Words(desk.language)).into_string())
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("places.css"))
}

fn draw(overview: &Overview, words: Words) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(words.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="refresh" content="2";
                title { (words.places()) }
                link rel="stylesheet" href="/places.css";
            }
            body {
                main {
                    h1 { (words.places()) }
                    p { (words.places_ready(overview.ready, overview.places.len())) }
                    table {
                        thead {
                            tr {
                                th scope="col" { (words.place()) }
                                th scope="col" { (words.reader()) }
                                th scope="col" { (words.print_service()) }
                            }
                        }
                        tbody { @for place in &overview.places { (row(place, words)) } }
                    }
                }
            }
        }
    }
}

fn row(place: &Status, words: Words) -> Markup {
    let reader = match place.reader {
        ReaderState::Ready => words.reader_is_ready(),
        ReaderState::Silent => words.reader_is_silent(),
        ReaderState::Away | ReaderState::None | ReaderState::Unsaid => words.reader_is_away(),
    };
    let service = if place.is_connected { words.is_connected() } else { words.no_connection() };
    html! {
        tr .bad[!place.is_ready()] {
            th scope="row" {
                (place.name)
                @if let Some(station) = &place.station { small { (station) } }
            }
            td .bad[place.reader != ReaderState::Ready] { (reader) }
            td .bad[!place.is_connected] {
                (service)
                @if let Some(trouble) = &place.trouble { small { (trouble) } }
            }
        }
    }
}
