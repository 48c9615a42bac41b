//! Waiting for a condition with a deadline, in place of sleeps.

use std::thread;
use std::time::{Duration, Instant};

/// How often a condition is looked at.
const INTERVAL: Duration = Duration::from_millis(10);

/// Waits until `ready` gives a value, for at most `limit`; `None` when the time is over.
pub fn poll<T>(limit: Duration, mut ready: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(value) = ready() {
            return Some(value);
        }
        if Instant::now() >= deadline {
            return None;
        }
        thread::sleep(INTERVAL);
    }
}

/// Waits until `ready` is true.
///
/// # Panics
/// When it is still false after `limit`; `what` names in the message what was waited for.
pub fn wait_until(what: &str, limit: Duration, mut ready: impl FnMut() -> bool) {
    let met = poll(limit, || ready().then_some(()));
    assert!(met.is_some(), "waited {} s in vain for {what}", limit.as_secs_f32());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_comes_as_soon_as_it_is_there() {
        let mut looks = 0;
        let value = poll(Duration::from_secs(5), || {
            looks += 1;
            (looks == 3).then_some("there")
        });
        assert_eq!((value, looks), (Some("there"), 3));
    }

    #[test]
    fn the_wait_ends_at_its_limit() {
        assert_eq!(poll(Duration::from_millis(20), || None::<()>), None);
    }
}
