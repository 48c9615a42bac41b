//! Links: printer addresses that say who prints. Their secret is kept as a keyed hash only.

use print_core::{LinkId, OwnerId, Timestamp};

use crate::database::error::{Result, StoreError};
use crate::database::pool::transact;
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::jobs::record::{owner, owner_values};
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
    pub device: String,
    /// The keyed hash of its secret.
    pub lookup: [u8; 32],
    /// Who made it.
    pub made_by: String,
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
}

macro_rules! link_columns {
    () => {
        "id, owner_kind, owner, device, made_at, used_at, revoked_at, seen_in_clear_at"
    };
}

statements! {
    ADD = "INSERT INTO link (id, owner_kind, owner, device, lookup, made_at, made_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    LIVE = "SELECT COUNT(*) FROM link WHERE owner_kind = $1 AND owner = $2 AND revoked_at IS NULL";
    FIND = concat!("SELECT ", link_columns!(), " FROM link WHERE lookup = $1");
    OF_OWNER = concat!("SELECT ", link_columns!(), " FROM link
        WHERE owner_kind = $1 AND owner = $2 ORDER BY made_at, id LIMIT 1000");
    USE = "UPDATE link SET used_at = $2
        WHERE id = $1 AND revoked_at IS NULL AND (used_at IS NULL OR used_at <= $3)";
    REVOKE = "UPDATE link SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    SEEN_IN_CLEAR = "UPDATE link
        SET seen_in_clear_at = $2, revoked_at = COALESCE(revoked_at, $2)
        WHERE id = $1 AND seen_in_clear_at IS NULL";
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
    })
}

impl Store {
    /// Adds the link.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the owner has [`LINKS_MAX`] links, or the secret is in use.
    pub async fn add_link(&self, link: &NewLink) -> Result<()> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            let [kind, owner] = owner_values(link.owner);
            let live = transaction.row(LIVE, values![kind.clone(), owner.clone()]).await?;
            if live.ok_or(StoreError::NotFound)?.int()? >= i64::from(LINKS_MAX) {
                Err(StoreError::Conflict)?;
            }
            let NewLink { id, device, lookup, made_by, .. } = link;
            let values = values![*id, kind, owner, device, *lookup, now, made_by];
            transaction.change(ADD, values).await?;
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

    /// Writes down that the link is used now, once an hour: the others cost nothing.
    pub async fn use_link(&self, link: &Link) -> Result<()> {
        let now = self.now();
        let before = now.plus_seconds(-USED_EVERY_SECONDS);
        if link.used_at.is_some_and(|used| used > before) {
            return Ok(());
        }
        self.change(USE, values![link.id, now, before]).await.map(drop)
    }

    /// Makes the link open nothing. `false`: it was revoked before, or is not there.
    pub async fn revoke_link(&self, link: LinkId) -> Result<bool> {
        Ok(self.change(REVOKE, values![link, self.now()]).await? > 0)
    }

    /// The link came over a connection that others can read: it opens nothing any more. `false`: that was
    /// known.
    pub async fn link_seen_in_clear(&self, link: LinkId) -> Result<bool> {
        Ok(self.change(SEEN_IN_CLEAR, values![link, self.now()]).await? > 0)
    }
}
