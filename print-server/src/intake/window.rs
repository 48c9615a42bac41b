//! How slowly a document may come: it keeps a rate, and ends some time.

use std::time::Duration;

use tokio::time::Instant;

use crate::config;

/// The longest that a document may take, however steadily it comes.
const DOCUMENT_DEADLINE: Duration = Duration::from_secs(60 * 60);

/// The slowest that a document may be: so many bytes in each stretch of time, and whole by a deadline.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    length: Duration,
    bytes_min: u64,
    end: Instant,
    bytes: u64,
    deadline: Instant,
}

impl Window {
    /// For a document that begins now.
    #[must_use]
    pub fn of(limits: &config::Limits, now: Instant) -> Self {
        let length = Duration::from_secs(limits.body_seconds);
        let bytes_min = limits.body_bytes_min;
        let mut window = Self { length, bytes_min, end: now, bytes: 0, deadline: now };
        window.begin(now);
        window
    }

    /// The document begins now, not before.
    pub fn begin(&mut self, now: Instant) {
        self.deadline = now + DOCUMENT_DEADLINE;
        self.end = now + self.length;
    }

    /// When this stretch ends.
    #[must_use]
    pub fn end(&self) -> Instant {
        self.end
    }

    /// So many bytes came.
    pub fn came(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
    }

    /// At the end of a stretch: whether it brought enough for another.
    pub fn goes_on(&mut self, now: Instant) -> bool {
        let enough = self.bytes >= self.bytes_min && now < self.deadline;
        self.bytes = 0;
        self.end = (now + self.length).min(self.deadline);
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_keeps_a_rate_and_ends_some_time() {
        let now = Instant::now();
        let limits =
            config::Limits { body_seconds: 30, body_bytes_min: 100, ..config::Limits::default() };
        let mut window = Window::of(&limits, now);
        window.came(99);
        assert!(!window.goes_on(window.end), "too little in a stretch");
        window.begin(now);
        let half_minutes = DOCUMENT_DEADLINE.as_secs() / 30;
        for _ in 1..half_minutes {
            window.came(100);
            assert!(window.goes_on(window.end));
        }
        window.came(100);
        assert_eq!(window.end, now + DOCUMENT_DEADLINE);
        assert!(!window.goes_on(window.end), "an hour is enough");
    }
}
