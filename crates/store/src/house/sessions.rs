//! Sessions of signed-in browsers.

use print_core::{PersonId, Timestamp};

use crate::database::error::Result;
use crate::database::statement::statements;
use crate::database::value::values;
use crate::store::Store;

/// One signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSession {
    /// The SHA-256 of the secret that the browser holds; the secret itself is not kept.
    pub id: [u8; 32],
    /// Who signed in.
    pub person: PersonId,
    /// What every form of this session carries.
    pub csrf: String,
    /// When the person signed in.
    pub created_at: Timestamp,
    /// When the browser last asked for something.
    pub last_seen_at: Timestamp,
}

statements! {
    CREATE = "INSERT INTO web_session (id, person, csrf, created_at, last_seen_at)
        VALUES ($1, $2, $3, $4, $5)";
    FIND = "SELECT id, person, csrf, created_at, last_seen_at FROM web_session WHERE id = $1";
    TOUCH = "UPDATE web_session SET last_seen_at = $2 WHERE id = $1";
    END = "DELETE FROM web_session WHERE id = $1";
    END_OF_PERSON = "DELETE FROM web_session WHERE person = $1";
    EXPIRE = "DELETE FROM web_session WHERE last_seen_at < $1 OR created_at < $2";
}

impl Store {
    /// Keeps a new session.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] when the identifier is taken or there is no such person.
    pub async fn create_session(&self, session: &WebSession) -> Result<()> {
        let WebSession { id, person, csrf, created_at, last_seen_at } = session;
        let values = values![*id, *person, csrf, *created_at, *last_seen_at];
        self.change(CREATE, values).await.map(drop)
    }

    /// The session with this identifier. Whether it is too old is the caller's question.
    pub async fn find_session(&self, id: &[u8; 32]) -> Result<Option<WebSession>> {
        let Some(mut row) = self.pool().row(FIND, values![*id]).await? else { return Ok(None) };
        Ok(Some(WebSession {
            id: row.hash()?,
            person: row.parsed()?,
            csrf: row.text()?,
            created_at: row.time()?,
            last_seen_at: row.time()?,
        }))
    }

    /// Remembers that the browser is still there.
    pub async fn touch_session(&self, id: &[u8; 32]) -> Result<()> {
        self.change(TOUCH, values![*id, self.now()]).await.map(drop)
    }

    /// Signs the browser out.
    pub async fn end_session(&self, id: &[u8; 32]) -> Result<()> {
        self.change(END, values![*id]).await.map(drop)
    }

    /// Signs the person out everywhere.
    pub async fn end_sessions_of(&self, person: PersonId) -> Result<()> {
        self.change(END_OF_PERSON, values![person]).await.map(drop)
    }

    /// Ends the sessions that were idle since `idle_before` or began before `created_before`.
    pub async fn expire_sessions(
        &self,
        idle_before: Timestamp,
        created_before: Timestamp,
    ) -> Result<u64> {
        self.change(EXPIRE, values![idle_before, created_before]).await
    }
}
