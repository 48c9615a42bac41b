//! The server processes of an installation: their epochs and leases.

use std::fmt;

use print_core::Timestamp;
use uuid::Uuid;

use crate::database::error::{Result, StoreError};
use crate::database::pool::{Pool, transact};
use crate::database::statement::statements;
use crate::database::value::values;
use crate::requests;
use crate::store::Store;

/// How long a lease lasts; its holder renews it at a third of that.
pub const LEASE_SECONDS: i64 = 30;

/// The name of a server process, unique in its installation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeName(String);

/// A text that cannot name a node.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a node's name has 1 to 63 letters, digits, - and _")]
pub struct BadNode;

impl NodeName {
    /// The name, when it has 1 to 63 of the letters a to z, A to Z, digits, `-` and `_`: it becomes a
    /// part of file names.
    ///
    /// # Errors
    /// [`BadNode`] otherwise.
    pub fn parse(text: &str) -> Result<Self, BadNode> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let good = (1..=63).contains(&text.len()) && text.bytes().all(plain);
        good.then(|| Self(text.to_owned())).ok_or(BadNode)
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

statements! {
    MAKE_INSTANCE = "INSERT INTO instance (only_one, id, created_at) VALUES (1, $1, $2)
        ON CONFLICT DO NOTHING";
    INSTANCE = "SELECT id FROM instance WHERE only_one = 1";
    START = "INSERT INTO node (id, epoch, lease_until) VALUES ($1, 1, $2)
        ON CONFLICT (id) DO UPDATE
        SET epoch = node.epoch + 1, lease_until = excluded.lease_until RETURNING epoch";
    RENEW = "UPDATE node SET lease_until = $3 WHERE id = $1 AND epoch = $2";
    END = "UPDATE node SET lease_until = 0 WHERE id = $1 AND epoch = $2";
}

/// Makes the installation's identifier when there is none, and starts a new epoch of the node.
pub(crate) async fn start(pool: &Pool, node: &NodeName, now: Timestamp) -> Result<(String, i64)> {
    let id = Uuid::now_v7().to_string();
    transact!(pool, |transaction| {
        transaction.change(MAKE_INSTANCE, values![&id, now]).await?;
        let instance = transaction.row(INSTANCE, values![]).await?;
        let instance = instance.ok_or(StoreError::NotFound)?.text()?;
        let lease = values![node.as_str(), now.plus_seconds(LEASE_SECONDS)];
        let epoch = transaction.row(START, lease).await?.ok_or(StoreError::NotFound)?.int()?;
        transaction.change(requests::REOPEN, values![node.as_str()]).await?;
        (instance, epoch)
    })
}

impl Store {
    /// Holds the node's work for another [`LEASE_SECONDS`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another process has started as this node: stop working.
    pub async fn renew_lease(&self) -> Result<()> {
        let until = self.now().plus_seconds(LEASE_SECONDS);
        let values = values![self.node().as_str(), self.epoch(), until];
        match self.pool().change(RENEW, values).await? {
            0 => Err(StoreError::Conflict),
            _ => Ok(()),
        }
    }

    /// Whether the database takes writes, by making one.
    ///
    /// # Errors
    /// As [`Store::renew_lease`].
    pub async fn ping(&self) -> Result<()> {
        self.renew_lease().await
    }

    /// Gives the lease back, so that others need not wait for its end.
    pub(crate) async fn end_lease(&self) -> Result<()> {
        self.pool().change(END, values![self.node().as_str(), self.epoch()]).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_name_can_stand_in_a_file_name() {
        assert!(NodeName::parse("campus-a_1").is_ok());
        for text in ["", "a/b", "a.b", "å", &"a".repeat(64)] {
            assert_eq!(NodeName::parse(text), Err(BadNode), "{text}");
        }
    }
}
