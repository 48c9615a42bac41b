//! The audit trail: what was done and by whom. It only grows.

use print_core::Timestamp;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::database::error::Result;
use crate::database::pool::Transaction;
use crate::database::statement::statements;
use crate::database::value::{Row, Value, values};
use crate::store::Store;

/// Something that somebody did, or tried to do. It never holds document names, card numbers or
/// passwords.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEvent {
    /// When.
    pub at: Timestamp,
    /// Who, as `person:KEY` or `system`.
    pub actor: String,
    /// What, as a keyword.
    pub event: String,
    /// To what, as `job:KEY`.
    pub object: String,
    /// With what result, as a keyword.
    pub outcome: String,
    /// What else there is to know.
    pub detail: Json,
}

macro_rules! audit_columns {
    () => {
        "at, actor, event, object, outcome, detail"
    };
}

statements! {
    APPEND = concat!("INSERT INTO audit (id, ", audit_columns!(), ")
        VALUES ($1, $2, $3, $4, $5, $6, $7)");
    NEWEST = concat!("SELECT ", audit_columns!(), " FROM audit ORDER BY at DESC, id DESC LIMIT $1");
    OF_OBJECT = concat!("SELECT ", audit_columns!(), " FROM audit WHERE object = $1
        ORDER BY at DESC, id DESC LIMIT $2");
}

fn read(mut row: Row) -> Result<AuditEvent> {
    Ok(AuditEvent {
        at: row.time()?,
        actor: row.text()?,
        event: row.text()?,
        object: row.text()?,
        outcome: row.text()?,
        detail: row.opt_json()?.unwrap_or_default(),
    })
}

fn row_of(event: &AuditEvent) -> Vec<Value> {
    let AuditEvent { at, actor, event, object, outcome, detail } = event;
    let id = Uuid::now_v7().to_string();
    values![id, *at, actor, event, object, outcome, detail.to_string()]
}

/// Adds an event to the trail, in the transaction of what it tells.
pub(crate) async fn append(transaction: &mut Transaction, event: &AuditEvent) -> Result<()> {
    transaction.change(APPEND, row_of(event)).await.map(drop)
}

impl Store {
    /// Adds an event to the trail.
    pub async fn append_audit(&self, event: &AuditEvent) -> Result<()> {
        self.change(APPEND, row_of(event)).await.map(drop)
    }

    /// The newest events, the newest first.
    pub async fn audit_newest(&self, limit: u32) -> Result<Vec<AuditEvent>> {
        self.pool().rows(NEWEST, values![limit]).await?.into_iter().map(read).collect()
    }

    /// The newest events about one object, the newest first.
    pub async fn audit_of(&self, object: &str, limit: u32) -> Result<Vec<AuditEvent>> {
        self.pool().rows(OF_OBJECT, values![object, limit]).await?.into_iter().map(read).collect()
    }
}
