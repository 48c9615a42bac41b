//! Sessions. The browser holds 32 random bytes; the database holds their SHA-256, so that a stolen
//! copy of the database opens no session.

use aws_lc_rs::{digest, rand};
use axum::http::HeaderMap;
use print_core::{PersonId, Timestamp};
use store::{Store, StoreError, WebSession};

use super::cookies;

/// The cookie with the session's secret.
pub const COOKIE: &str = "__Host-session";

/// A session that nobody uses ends after this long.
const IDLE_SECONDS: i64 = 60 * 60;
/// A session ends after this long in any case, so that nobody keeps a role that has been taken
/// away.
const LONGEST_SECONDS: i64 = 12 * 60 * 60;
/// How exactly the last use is kept; writing it at every page would be a write for every read.
const TOUCH_SECONDS: i64 = 60;

/// 64 hexadecimal digits that nobody can guess.
pub fn secret() -> String {
    let mut bytes = [0; 32];
    // Without random numbers no secret is safe: better no answer than a guessable one.
    rand::fill(&mut bytes).expect("the operating system gives random numbers");
    hex(&bytes)
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn id_of(secret: &str) -> [u8; 32] {
    let digest = digest::digest(&digest::SHA256, secret.as_bytes());
    digest.as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// Begins a session for `person`; returns the secret for the cookie. Sessions that are over are
/// forgotten at the same time, so that the table holds no more than a day's sign-ins.
pub async fn begin(store: &Store, person: PersonId, now: Timestamp) -> Result<String, StoreError> {
    let token = secret();
    let session = WebSession {
        id: id_of(&token),
        person,
        csrf: secret(),
        created_at: now,
        last_seen_at: now,
    };
    let idle_before = now.plus_seconds(-IDLE_SECONDS);
    store.expire_sessions(idle_before, now.plus_seconds(-LONGEST_SECONDS)).await?;
    store.create_session(&session).await?;
    Ok(token)
}

/// The session that a request belongs to, when it has one that is still good.
pub async fn find(
    store: &Store,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Option<WebSession>, StoreError> {
    let Some(token) = cookies::get(headers, COOKIE).filter(|token| token.len() == 64) else {
        return Ok(None);
    };
    let Some(session) = store.find_session(&id_of(token)).await? else { return Ok(None) };
    if !is_good(&session, now) {
        store.end_session(&session.id).await?;
        return Ok(None);
    }
    Ok(Some(session))
}

/// Whether the session has neither been idle nor lasted for too long.
pub fn is_good(session: &WebSession, now: Timestamp) -> bool {
    now < session.last_seen_at.plus_seconds(IDLE_SECONDS)
        && now < session.created_at.plus_seconds(LONGEST_SECONDS)
}

/// Notes that the session is in use. Pages that follow live figures do not count as use.
pub async fn touch(store: &Store, session: &WebSession, now: Timestamp) -> Result<(), StoreError> {
    if now >= session.last_seen_at.plus_seconds(TOUCH_SECONDS) {
        store.touch_session(&session.id).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_idle_or_old() {
        let start = Timestamp::from_micros(1_000_000_000_000_000);
        let mut session = WebSession {
            id: [0; 32],
            person: PersonId::new(),
            csrf: String::new(),
            created_at: start,
            last_seen_at: start,
        };
        assert!(is_good(&session, start.plus_seconds(IDLE_SECONDS - 1)));
        assert!(!is_good(&session, start.plus_seconds(IDLE_SECONDS)));
        session.last_seen_at = start.plus_seconds(LONGEST_SECONDS - 1);
        assert!(is_good(&session, start.plus_seconds(LONGEST_SECONDS - 1)));
        assert!(!is_good(&session, start.plus_seconds(LONGEST_SECONDS)));
    }

    #[test]
    fn secrets_are_long_and_never_the_same() {
        assert_eq!(secret().len(), 64);
        assert_ne!(secret(), secret());
    }
}
