//! One sign-in on its way to the provider and back. The browser that begins it keeps it, sealed, in a
//! cookie: no stranger can finish it elsewhere, any node can, and nobody fills our memory by beginning.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use print_core::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::secret::random_token;
use crate::keys::{Keys, same};

/// Whoever needs longer for the provider's questions begins again.
const LASTS_SECONDS: i64 = 10 * 60;
/// Finished errands in memory. Beyond them the oldest are forgotten; the provider takes no code twice.
const FINISHED_MAX: usize = 10_000;

/// What must be the same when the person comes back.
#[derive(Debug, Serialize, Deserialize)]
pub struct Errand {
    /// Binds the answer to this browser (RFC 6749 section 10.12).
    pub state: String,
    /// Binds the token to this errand (OpenID Connect Core 1.0 section 15.5.2).
    pub nonce: String,
    /// Proves that whoever exchanges the code began the errand (RFC 7636).
    pub verifier: String,
    /// Where the person wanted to go.
    pub next: String,
    /// When it is over.
    pub until: Timestamp,
}

/// Why a person who comes back is not on an errand of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoErrand {
    /// The browser has none, another one, or one that is over.
    #[error("the browser began no such sign-in, or too long ago")]
    NotBegun,
    /// It was finished before.
    #[error("the sign-in was finished before")]
    Finished,
}

impl Errand {
    /// A new one.
    pub fn new(next: &str, now: Timestamp) -> Self {
        let secret = || URL_SAFE_NO_PAD.encode(random_token());
        Self {
            state: secret(),
            nonce: secret(),
            verifier: secret(),
            next: next.to_owned(),
            until: now.plus_seconds(LASTS_SECONDS),
        }
    }

    /// What the provider is told of the verifier (RFC 7636 section 4.2, S256).
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.verifier.as_bytes()))
    }

    /// The errand for the cookie.
    pub fn sealed(&self, keys: &Keys) -> String {
        let text = serde_json::to_vec(self).expect("texts and a number can be written");
        URL_SAFE_NO_PAD.encode(keys.seal_errand(&text))
    }
}

/// The errands that were finished lately: each ends once.
#[derive(Debug, Default)]
pub struct Finished(Mutex<HashMap<String, Timestamp>>);

impl Finished {
    /// The errand of the cookie, when `state` is its own; from now on it is finished.
    ///
    /// # Errors
    /// [`NoErrand`].
    pub fn take(
        &self,
        keys: &Keys,
        cookie: &str,
        state: &str,
        now: Timestamp,
    ) -> Result<Errand, NoErrand> {
        let sealed = URL_SAFE_NO_PAD.decode(cookie).map_err(|_| NoErrand::NotBegun)?;
        let text = keys.open_errand(&sealed).ok_or(NoErrand::NotBegun)?;
        let errand: Errand = serde_json::from_slice(&text).map_err(|_| NoErrand::NotBegun)?;
        if now >= errand.until || !same(errand.state.as_bytes(), state.as_bytes()) {
            return Err(NoErrand::NotBegun);
        }
        let mut finished = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if finished.len() >= FINISHED_MAX {
            finished.retain(|_, until| now < *until);
        }
        if finished.len() >= FINISHED_MAX
            && let Some(oldest) = finished.iter().min_by_key(|(_, until)| **until)
        {
            let oldest = oldest.0.clone();
            finished.remove(&oldest);
        }
        match finished.insert(errand.state.clone(), errand.until) {
            None => Ok(errand),
            Some(_) => Err(NoErrand::Finished),
        }
    }
}

#[cfg(test)]
mod tests {
    use real_parts::folder::Folder;

    use super::*;
    use crate::keys::InstallationKey;

    fn keys(folder: &Folder) -> Keys {
        let file = folder.join("installation.key");
        InstallationKey::create_new(&file).expect("a new key");
        Keys::open(&folder.join("keys"), &file).expect("the keys open")
    }

    #[test]
    fn an_errand_ends_once_in_time_and_under_its_own_key() {
        let (folder, other) = (Folder::new("errand"), Folder::new("errand"));
        let (keys, others) = (keys(&folder), keys(&other));
        let now = Timestamp::from_micros(1_000_000_000_000_000);
        let errand = Errand::new("/my-prints", now);
        let (cookie, state) = (errand.sealed(&keys), errand.state.clone());
        let finished = Finished::default();
        let taken = |keys, at| finished.take(keys, &cookie, &state, at).map(|errand| errand.next);
        assert_eq!(taken(&others, now), Err(NoErrand::NotBegun));
        assert_eq!(taken(&keys, now.plus_seconds(LASTS_SECONDS)), Err(NoErrand::NotBegun));
        assert_eq!(taken(&keys, now), Ok("/my-prints".into()));
        assert_eq!(taken(&keys, now), Err(NoErrand::Finished));
        assert!(cookie.len() < 1_024, "a browser keeps 4 KiB for a cookie");
    }

    #[test]
    fn many_errands_cannot_fill_memory() {
        let folder = Folder::new("errand");
        let (keys, finished) = (keys(&folder), Finished::default());
        let now = Timestamp::from_micros(1_000_000_000_000_000);
        for number in 0..=FINISHED_MAX as i64 {
            let errand = Errand::new("", Timestamp::from_micros(now.micros() + number));
            let taken = finished.take(&keys, &errand.sealed(&keys), &errand.state, now);
            assert!(taken.is_ok());
        }
        assert_eq!(finished.0.lock().expect("nobody panicked").len(), FINISHED_MAX);
    }
}
