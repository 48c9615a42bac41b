//! The touch page, for the screen beside the printer: on loopback only.
//!
//! - `guard`: who may ask (this machine's own browser) and the headers of each answer.
//! - `actions`: what a touch does.
//! - `events`: the page as it changes.
//! - `follow`: one tap's story for the command line.
//! - `draw`: the page itself.
//!
//! One station has one screen, so the page has no sessions: whoever looks sees what the person at
//! the station sees.

mod actions;
mod draw;
mod events;
pub mod follow;
pub mod guard;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};
use station_protocol::Line;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tracing::error;

use crate::config::{Config, ReaderKind};
use crate::session::View;
use crate::station::Request;

/// A form of this page is far smaller.
const BODY_BYTES_MAX: usize = 16 * 1024;

/// What the page knows and whom it asks.
#[derive(Debug, Clone)]
pub struct Desk {
    requests: mpsc::Sender<Request>,
    views: watch::Receiver<Arc<View>>,
    /// The buttons that act as cards: their labels and numbers; none with a real reader.
    cards: Option<Arc<[(Line, String)]>>,
    address: SocketAddr,
}

impl Desk {
    /// A desk for the page that listens on `address`.
    pub fn new(
        config: &Config,
        address: SocketAddr,
        requests: mpsc::Sender<Request>,
        views: watch::Receiver<Arc<View>>,
    ) -> Self {
        let card = |card: &crate::config::SimulatedCard| (Line::cut(&card.label), card.uid.clone());
        let is_simulated = config.reader == ReaderKind::Simulated;
        let cards = is_simulated.then(|| config.simulated_card.iter().map(card).collect());
        Self { requests, views, cards, address }
    }

    fn view(&self) -> Arc<View> {
        Arc::clone(&self.views.borrow())
    }
}

/// Serves the page until `stop` turns true.
pub async fn serve(listener: TcpListener, desk: Desk, mut stop: watch::Receiver<bool>) {
    let router = Router::new()
        .route("/", get(page))
        .route("/ready", get(ready))
        .route("/events", get(events::events))
        .route("/do/{what}", post(actions::act))
        .route("/tap", post(actions::tap))
        .route("/station.css", get(style))
        .route("/station.js", get(script))
        .route("/favicon.svg", get(icon))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(desk.address, guard::guard))
        .with_state(desk);
    let stopped = async move {
        // An error means that the sender is gone, which is an end as well.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
        error!(%error, "The touch page ended");
    }
}

async fn page(State(desk): State<Desk>) -> Html<String> {
    Html(draw::page(&desk.view(), desk.cards.as_deref()).into_string())
}

/// For whoever starts a station: 200 when a tap would be served now, 503 otherwise.
async fn ready(State(desk): State<Desk>) -> (StatusCode, &'static str) {
    let view = desk.view();
    if view.is_connected && view.is_reader_ready() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    }
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("station.css"))
}

async fn script() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("station.js"))
}

async fn icon() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "image/svg+xml")], include_str!("favicon.svg"))
}
