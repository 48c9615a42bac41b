//! Somebody stands at a printer: what can wait lets a tap go first.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// How many taps are on their way to a first page. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Hurry(Arc<watch::Sender<usize>>);

/// One tap on its way; dropped when its first page is, or when there is none.
#[derive(Debug)]
pub struct Hurried(Hurry);

impl Hurry {
    /// A tap is on its way until what is given is dropped.
    #[must_use]
    pub fn begin(&self) -> Hurried {
        self.0.send_modify(|taps| *taps += 1);
        Hurried(self.clone())
    }

    /// Waits until no tap is on its way, and no longer than `limit`: where people tap all day long,
    /// everything else goes on too.
    pub async fn over(&self, limit: Duration) {
        let mut taps = self.0.subscribe();
        // An error means that the time is over.
        let _ = tokio::time::timeout(limit, taps.wait_for(|taps| *taps == 0)).await;
    }
}

impl Drop for Hurried {
    fn drop(&mut self) {
        self.0.0.send_modify(|taps| *taps -= 1);
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use tokio::time::timeout;

    use super::*;

    /// A limit that is not what ends a wait within [`LONG`].
    const FOREVER: Duration = Duration::from_secs(3_600);
    const LONG: Duration = Duration::from_secs(10);
    const MOMENT: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn what_can_wait_waits_for_the_last_tap_and_not_for_ever() {
        let hurry = Hurry::default();
        timeout(MOMENT, hurry.over(FOREVER)).await.expect("nobody taps");
        let (first, second) = (hurry.begin(), hurry.clone().begin());
        let mut over = pin!(hurry.over(FOREVER));
        assert!(timeout(MOMENT, &mut over).await.is_err());
        drop(first);
        assert!(timeout(MOMENT, &mut over).await.is_err());
        timeout(LONG, hurry.over(MOMENT)).await.expect("the limit holds");
        drop(second);
        timeout(LONG, over).await.expect("the last tap is over");
    }
}
