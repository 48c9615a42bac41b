//! Links: printer addresses that say who prints. Their secret is kept as a keyed hash only.
//!
//! A link, the notice to its owner and the row of the audit trail are one commit, whoever makes or revokes
//! it: the command and the pages come here.

use print_core::{DeviceName, LinkId, OwnerId, Timestamp};
use serde_json::json;

use crate::books::audit::{self, AuditEvent};
use crate::database::error::{Result, StoreError};
use crate::database::pool::{Transaction, transact};
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::jobs::record::{owner, owner_values};
use crate::notices::{self, NoticeKind};
use crate::store::Store;

/// The most links that an owner has at the same time: more devices than anybody carries.
pub const LINKS_MAX: u32 = 50;

/// When a link was last used is known to the hour: it is not worth a write for each job.
const USED_EVERY_SECONDS: i64 = 3_600;

/// A link to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// Its key.
    pub id: LinkId,
    /// For whom whoever has it prints.
    pub owner: OwnerId,
    /// On which device it is.
    pub device: DeviceName,
    /// The keyed hash of its secret.
    pub lookup: [u8; 32],
    /// Who makes it, as the audit trail writes it.
    pub made_by: String,
}

/// What became of a wish for a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddedLink {
    /// It is there.
    Added,
    /// The owner has [`LINKS_MAX`] links.
    Full,
    /// The link with this key was made before: the wish came twice.
    Known,
}

/// A link we know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Our own key.
    pub id: LinkId,
    /// For whom whoever has it prints.
    pub owner: OwnerId,
    /// On which device it is.
    pub device: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was last used, to the hour.
    pub used_at: Option<Timestamp>,
    /// Since when it opens nothing.
    pub revoked_at: Option<Timestamp>,
    /// When it came over a connection that others can read; it was revoked then.
    pub seen_in_clear_at: Option<Timestamp>,
    /// Who made it.
    pub made_by: String,
}

macro_rules! link_columns {
    () => {
        "id, owner_kind, owner, device, made_at, used_at, revoked_at, seen_in_clear_at,
            made_by"
    };
}

statements! {
    ADD = "INSERT INTO link (id, owner_kind, owner, device, lookup, made_at, made_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    KNOWN = "SELECT id FROM link WHERE id = $1";
    LIVE = "SELECT COUNT(*) FROM link WHERE owner_kind = $1 AND owner = $2 AND revoked_at IS NULL";
    FIND = concat!("SELECT ", link_columns!(), " FROM link WHERE lookup = $1");
    OF_OWNER = concat!("SELECT ", link_columns!(), " FROM link
        WHERE owner_kind = $1 AND owner = $2 ORDER BY made_at, id LIMIT 1000");
    // Those in use first: at most LINKS_MAX of them, so that none is cut off.
    SHOWN = concat!("SELECT ", link_columns!(), " FROM link
        WHERE owner_kind = $1 AND owner = $2 AND (revoked_at IS NULL OR revoked_at >= $3)
        ORDER BY CASE WHEN revoked_at IS NULL THEN 0 ELSE 1 END, made_at DESC, id DESC LIMIT $4");
    USE = "UPDATE link SET used_at = $2
        WHERE id = $1 AND revoked_at IS NULL AND (used_at IS NULL OR used_at <= $3)";
    REVOKE = concat!("UPDATE link SET revoked_at = $2
        WHERE id = $1 AND owner_kind = $3 AND owner = $4 AND revoked_at IS NULL
        RETURNING ", link_columns!());
    SEEN_IN_CLEAR = concat!("UPDATE link
        SET seen_in_clear_at = $2, revoked_at = COALESCE(revoked_at, $2)
        WHERE id = $1 AND seen_in_clear_at IS NULL
        RETURNING ", link_columns!());
}

fn read(mut row: Row) -> Result<Link> {
    Ok(Link {
        id: row.parsed()?,
        owner: owner(&mut row)?,
        device: row.text()?,
        made_at: row.time()?,
        used_at: row.opt_time()?,
        revoked_at: row.opt_time()?,
        seen_in_clear_at: row.opt_time()?,
        made_by: row.text()?,
    })
}

/// Tells the owner; the people of a machine are told nothing: its links are its administrator's.
async fn tell(
    transaction: &mut Transaction,
    owner: OwnerId,
    kind: NoticeKind,
    at: Timestamp,
) -> Result<()> {
    if let OwnerId::Person(person) = owner {
        notices::tell(transaction, person, kind, at).await?;
    }
    Ok(())
}

/// What somebody did to a link. Nothing of its secret stands in it.
fn event(
    event: &str,
    id: LinkId,
    whose: OwnerId,
    device: &str,
    by: (&str, Timestamp),
) -> AuditEvent {
    let mut detail = json!({ "device": device });
    match whose {
        OwnerId::Person(person) => detail["person"] = json!(person.to_string()),
        OwnerId::Group(machine) => detail["machine"] = json!(machine.to_string()),
    }
    let (actor, at) = by;
    let (event, object, outcome) = (event.to_owned(), format!("link:{id}"), "done".to_owned());
    AuditEvent { at, actor: actor.to_owned(), event, object, outcome, detail }
}

impl Store {
    /// Adds the link and tells its owner, whoever makes it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the secret is in use.
    pub async fn add_link(&self, link: &NewLink) -> Result<AddedLink> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            if !transaction.rows(KNOWN, values![link.id]).await?.is_empty() {
                return Ok(AddedLink::Known);
            }
            let [kind, owner] = owner_values(link.owner);
            let live = transaction.rows(LIVE, values![kind.clone(), owner.clone()]).await?;
            let live = live.into_iter().next().ok_or(StoreError::NotFound)?.int()?;
            if live >= i64::from(LINKS_MAX) {
                return Ok(AddedLink::Full);
            }
            let NewLink { id, device, lookup, made_by, .. } = link;
            let device = device.as_str();
            transaction
                .change(ADD, values![*id, kind, owner, device, *lookup, now, made_by])
                .await?;
            tell(transaction, link.owner, NoticeKind::LinkMade, now).await?;
            let made = event("link-add", *id, link.owner, device, (made_by, now));
            audit::append(transaction, &made).await?;
            AddedLink::Added
        })
    }

    /// The link whose secret has this keyed hash, revoked or not.
    pub async fn find_link(&self, lookup: &[u8; 32]) -> Result<Option<Link>> {
        self.pool().row(FIND, values![*lookup]).await?.map(read).transpose()
    }

    /// The owner's links, the oldest first.
    pub async fn links_of(&self, owner: OwnerId) -> Result<Vec<Link>> {
        let rows = self.pool().rows(OF_OWNER, owner_values(owner).into()).await?;
        rows.into_iter().map(read).collect()
    }

    /// How many links the owner has in use; at [`LINKS_MAX`] there is no room for another.
    pub async fn links_in_use(&self, owner: OwnerId) -> Result<u32> {
        let row = self.pool().row(LIVE, owner_values(owner).into()).await?;
        row.ok_or(StoreError::NotFound)?.small()
    }

    /// The owner's links that are in use, the newest first, and behind them those that ended since.
    pub async fn links_to_show(
        &self,
        owner: OwnerId,
        ended_since: Timestamp,
        limit: u32,
    ) -> Result<Vec<Link>> {
        let [kind, owner] = owner_values(owner);
        let rows = self.pool().rows(SHOWN, values![kind, owner, ended_since, limit]).await?;
        rows.into_iter().map(read).collect()
    }

    /// Writes down that the link is used now, once an hour: the others cost nothing.
    pub async fn use_link(&self, link: &Link) -> Result<()> {
        let now = self.now();
        let before = now.plus_seconds(-USED_EVERY_SECONDS);
        if link.used_at.is_some_and(|used| used > before) {
            return Ok(());
        }
        self.change(USE, values![link.id, now, before]).await.map(drop)
    }

    /// Makes this link of the owner's open nothing from the next job on, and tells the owner when `by` is
    /// somebody else. None when it is no link of the owner's that is in use.
    pub async fn revoke_link(&self, id: LinkId, owner: OwnerId, by: &str) -> Result<Option<Link>> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            let [kind, key] = owner_values(owner);
            let rows = transaction.rows(REVOKE, values![id, now, kind, key]).await?;
            let Some(link) = rows.into_iter().next().map(read).transpose()? else {
                return Ok(None);
            };
            let is_own =
                matches!(owner, OwnerId::Person(person) if by == format!("person:{person}"));
            if !is_own {
                tell(transaction, owner, NoticeKind::LinkRevoked, now).await?;
            }
            let revoked = event("link-revoke", id, owner, &link.device, (by, now));
            audit::append(transaction, &revoked).await?;
            Some(link)
        })
    }

    /// The link came over a connection that others can read: it opens nothing any more, and its owner is
    /// told when that is new. `false`: that was known.
    pub async fn link_seen_in_clear(&self, link: LinkId) -> Result<bool> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            let rows = transaction.rows(SEEN_IN_CLEAR, values![link, now]).await?;
            let Some(link) = rows.into_iter().next().map(read).transpose()? else {
                return Ok(false);
            };
            // One that was revoked before has been of no use to anybody.
            if link.revoked_at == Some(now) {
                tell(transaction, link.owner, NoticeKind::LinkInClear, now).await?;
            }
            true
        })
    }
}
