//! The event stream of the overview: whenever what the page shows has changed, the new part of it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};
use texts::Language;
use tokio::sync::OwnedSemaphorePermit;

use super::overview;
use crate::security::answer::Fault;
use crate::security::session;
use crate::security::viewer::Helpdesk;
use crate::site::Site;

/// How often the database is asked. Any node may have changed it, so there is nothing nearer to
/// listen to.
const EVERY: Duration = Duration::from_secs(2);
/// Proxies cut connections that say nothing.
const COMMENT_EVERY: Duration = Duration::from_secs(15);

/// What one open page needs to follow.
struct Follower {
    site: Arc<Site>,
    language: Language,
    headers: HeaderMap,
    shown: String,
    /// Its place among the pages that may follow at once.
    _place: OwnedSemaphorePermit,
}

/// The stream. It ends with the session, and does not keep the session alive.
pub async fn stream(
    State(site): State<Arc<Site>>,
    headers: HeaderMap,
    who: Helpdesk,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Fault> {
    let place = Arc::clone(&site.streams).try_acquire_owned().map_err(|_| Fault::Unavailable)?;
    let language = who.0.ask.language;
    // Nothing is known of what the page shows: something may have changed since it was drawn. So
    // the first event comes at once.
    let shown = String::new();
    let follower = Follower { site, language, headers, shown, _place: place };
    let events = unfold(follower, |mut follower| async move {
        loop {
            if !follower.shown.is_empty() {
                tokio::time::sleep(EVERY).await;
            }
            let now = follower.site.now();
            let found = session::find(follower.site.store(), &follower.headers, now).await;
            if !matches!(found, Ok(Some(_))) {
                return None;
            }
            let live = overview::live(&follower.site, follower.language).await.ok()?.into_string();
            if live != follower.shown {
                follower.shown.clone_from(&live);
                return Some((Ok(Event::default().event("live").data(live)), follower));
            }
        }
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(COMMENT_EVERY)))
}
