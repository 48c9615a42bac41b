//! How each directory is: kept, so that a server that starts during an outage knows how long it has lasted.

use print_core::Timestamp;

use crate::database::error::Result;
use crate::database::statement::statements;
use crate::database::value::values;
use crate::store::Store;

/// How a directory was when it was last looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryState {
    /// Its name in the configuration.
    pub directory: String,
    /// When people were last copied from it.
    pub copied_at: Timestamp,
    /// Why what it says is not followed, where it is not.
    pub brake: Option<String>,
}

statements! {
    COPIED = "INSERT INTO directory_state (directory, copied_at) VALUES ($1, $2)
        ON CONFLICT (directory) DO UPDATE SET copied_at = excluded.copied_at, brake = NULL";
    BRAKED = "UPDATE directory_state SET brake = $2 WHERE directory = $1";
    ALL = "SELECT directory, copied_at, brake FROM directory_state ORDER BY directory LIMIT 1000";
}

impl Store {
    /// People were copied from the directory now.
    pub async fn directory_copied(&self, directory: &str) -> Result<()> {
        self.change(COPIED, values![directory, self.now()]).await.map(drop)
    }

    /// What the directory says is not followed, and why.
    pub async fn directory_braked(&self, directory: &str, why: &str) -> Result<()> {
        self.change(BRAKED, values![directory, why]).await.map(drop)
    }

    /// Every directory that people were ever copied from.
    pub async fn directory_states(&self) -> Result<Vec<DirectoryState>> {
        let rows = self.pool().rows(ALL, values![]).await?.into_iter().map(|mut row| {
            Ok(DirectoryState {
                directory: row.text()?,
                copied_at: row.time()?,
                brake: row.opt_text()?,
            })
        });
        rows.collect()
    }
}
