//! The listener for the people who run the server, on loopback: is it alive, is it ready, what does it
//! count.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;
use store::Store;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::metrics::Metrics;
use crate::spool::{Room, Spool};

/// What the answers are made from.
#[derive(Debug, Clone)]
pub struct Manage {
    /// The database.
    pub store: Store,
    /// The documents.
    pub spool: Spool,
    /// The counters.
    pub metrics: Arc<Metrics>,
    /// Turns true when what an earlier run left open is taken up and every listener takes connections.
    pub started: Arc<AtomicBool>,
    /// Turns true when the server stops: then it is no longer ready.
    pub stop: watch::Receiver<bool>,
}

/// Answers until it is cut off, at the very end of the server.
pub async fn run(manage: Manage, listener: TcpListener) -> std::io::Result<()> {
    let router = Router::new()
        .route("/health/live", get(async || "alive\n"))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(manage);
    axum::serve(listener, router).await
}

/// Ready means: every listener takes connections, a row can be written and a document can be kept. A directory or a printer that is away
/// does not make the server unready.
async fn ready(State(manage): State<Manage>) -> Response {
    let database = manage.store.ping().await.is_ok();
    let room = manage.spool.has_room();
    let spool = manage.spool.is_healthy() && room != Room::Full;
    let stopping = *manage.stop.borrow();
    let starting = !manage.started.load(Ordering::Acquire);
    let ready = database && spool && !starting && !stopping;
    let body = json!({
        "ready": ready,
        "database": database,
        "spool": spool,
        "spool_room": match room {
            Room::Plenty => "plenty",
            Room::Low => "low",
            Room::Full => "full",
        },
        "starting": starting,
        "stopping": stopping,
    });
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

async fn metrics(State(manage): State<Manage>) -> Response {
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(CONTENT_TYPE, kind)], manage.metrics.text()).into_response()
}
