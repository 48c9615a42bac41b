//! The changes of an OpenLDAP server, in the mode `refreshOnly` of RFC 4533: one search that answers with what
//! changed, and with what is still there or what was deleted.

use std::collections::HashSet;
use std::time::Duration;

use ldap3::LdapError;
use ldap3::controls::{
    Control, ControlType, EntryState, RefreshMode, SyncDone, SyncInfo, SyncRequest, SyncState,
    parse_syncinfo,
};

use super::connection::{Connection, ENTRIES_MAX, Failure, SUCCESS, unreadable, within};
use super::search::{Entry, Question};

/// What a server told.
#[derive(Debug, Default)]
pub struct Refreshed {
    /// Entries that were added or changed.
    pub changed: Vec<Entry>,
    /// Keys of everything that is there, where the server told this and not what was deleted.
    pub present: Option<HashSet<String>>,
    /// Keys of what was deleted.
    pub deleted: HashSet<String>,
}

impl Connection {
    /// Asks for what changed since the cookie. All replies together may take `limit`.
    ///
    /// # Errors
    /// [`Failure::Refused`] for every result code but success.
    pub async fn refresh(
        &self,
        question: &Question,
        cookie: &str,
        limit: Duration,
    ) -> Result<Refreshed, Failure> {
        let (refreshed, code, text) = within(limit, self.refreshed(question, cookie)).await?;
        if code != SUCCESS {
            return Err(Failure::Refused { code, text });
        }
        Ok(refreshed)
    }

    async fn refreshed(
        &self,
        question: &Question,
        cookie: &str,
    ) -> Result<(Refreshed, u32, String), LdapError> {
        let mut handle = self.handle();
        handle.with_controls(SyncRequest {
            mode: RefreshMode::RefreshOnly,
            cookie: Some(cookie.as_bytes().to_vec()),
            reload_hint: false,
        });
        let Question { base, scope, filter, attributes, .. } = question;
        let mut stream = handle.streaming_search(base, *scope, filter, attributes.clone()).await?;
        let (mut refreshed, mut present) = (Refreshed::default(), HashSet::new());
        while let Some(answer) = stream.next().await? {
            if refreshed.changed.len() + present.len() >= ENTRIES_MAX {
                let problem = format!("more than {ENTRIES_MAX} entries");
                return Err(std::io::Error::other(problem).into());
            }
            if answer.is_intermediate() {
                if let SyncInfo::SyncIdSet { refresh_deletes, sync_uuids, .. } =
                    parse_syncinfo(answer)
                {
                    let keys = sync_uuids.iter().filter_map(|uuid| uuid_text(uuid));
                    match refresh_deletes {
                        true => refreshed.deleted.extend(keys),
                        false => present.extend(keys),
                    }
                }
                continue;
            }
            if answer.is_ref() {
                continue;
            }
            let state = answer.1.iter().find_map(|control| match control {
                Control(Some(ControlType::SyncState), raw) => Some(raw.parse::<SyncState>()),
                _ => None,
            });
            let state = state.ok_or_else(unreadable)?;
            let uuid = uuid_text(&state.entry_uuid).ok_or_else(unreadable)?;
            match state.state {
                EntryState::Present => drop(present.insert(uuid)),
                EntryState::Delete => drop(refreshed.deleted.insert(uuid)),
                EntryState::Add | EntryState::Modify => {
                    present.insert(uuid);
                    refreshed.changed.push(Entry::read(answer.0).ok_or_else(unreadable)?);
                }
            }
        }
        let result = stream.finish().await;
        let tells_deleted = result.ctrls.iter().any(|control| match control {
            Control(Some(ControlType::SyncDone), raw) => raw.parse::<SyncDone>().refresh_deletes,
            _ => false,
        });
        // A server that told nothing at all told nothing of what is there either.
        refreshed.present = (!tells_deleted && !present.is_empty()).then_some(present);
        Ok((refreshed, result.rc, result.text))
    }
}

/// An `entryUUID` as its text (RFC 4530).
fn uuid_text(bytes: &[u8]) -> Option<String> {
    uuid::Uuid::from_slice(bytes).ok().map(|uuid| uuid.to_string())
}
