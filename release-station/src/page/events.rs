//! The page as it changes: one stream of server-sent events.
//!
//! `screen` carries the new fragment and comes only when it differs from the last one; `time`
//! carries what is left of the state's time and its whole, in milliseconds.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use tokio::sync::watch;

use super::{Desk, draw};
use crate::session::View;

/// Tells each change until the browser or the station goes away.
pub async fn events(
    State(desk): State<Desk>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut views = desk.views.clone();
    views.mark_changed();
    let start = Stage { views, desk, shown: String::new(), waiting: VecDeque::new() };
    let events = stream::unfold(start, |mut stage| async move {
        let event = stage.next().await?;
        Some((Ok(event), stage))
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(10)))
}

struct Stage {
    views: watch::Receiver<Arc<View>>,
    desk: Desk,
    shown: String,
    waiting: VecDeque<Event>,
}

impl Stage {
    async fn next(&mut self) -> Option<Event> {
        while self.waiting.is_empty() {
            self.views.changed().await.ok()?;
            let view = Arc::clone(&self.views.borrow_and_update());
            let screen = draw::screen(&view, self.desk.cards.as_deref()).into_string();
            if screen != self.shown {
                self.waiting.push_back(Event::default().event("screen").data(&screen));
                self.shown = screen;
            }
            self.waiting.push_back(Event::default().event("time").data(time(&view)));
        }
        self.waiting.pop_front()
    }
}

fn time(view: &View) -> String {
    let (left, whole) = draw::time_left(view, Instant::now());
    format!("{} {}", left.as_millis(), whole.as_millis())
}
