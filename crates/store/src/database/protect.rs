//! Triggers that let the books only grow. Their syntax is each database's own, so they are set where
//! the database is opened and not in the migrations.

use crate::database::error::Result;
use crate::database::pool::Transaction;
use crate::database::statement::Statement;
use crate::database::value::values;

/// The insert trigger closes a way past the other two: INSERT OR REPLACE deletes the old row without
/// running them, unless a connection asks for it. A row whose key is taken is left out, which is what
/// ON CONFLICT DO NOTHING would have done.
const SQLITE: &str = "
CREATE TRIGGER IF NOT EXISTS ledger_entry_no_update BEFORE UPDATE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER IF NOT EXISTS ledger_entry_no_delete BEFORE DELETE ON ledger_entry
BEGIN SELECT RAISE(ABORT, 'the ledger only grows'); END;
CREATE TRIGGER IF NOT EXISTS ledger_entry_no_replace BEFORE INSERT ON ledger_entry
WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE id = NEW.id OR src = NEW.src)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER IF NOT EXISTS audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END;
CREATE TRIGGER IF NOT EXISTS audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail only grows'); END;
CREATE TRIGGER IF NOT EXISTS audit_no_replace BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN SELECT RAISE(IGNORE); END;
";

const POSTGRES: &str = "
CREATE OR REPLACE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the table % only grows', TG_TABLE_NAME; END $$;
CREATE OR REPLACE TRIGGER ledger_entry_only_grows
BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION only_grows();
CREATE OR REPLACE TRIGGER audit_only_grows
BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION only_grows();
";

/// Setting a trigger again would lock the table against a node that is booking.
const POSTGRES_TRIGGERS: Statement = Statement::new(
    "SELECT COUNT(*) FROM pg_trigger WHERE tgname IN ('ledger_entry_only_grows', 'audit_only_grows') \
     AND tgrelid IN ('ledger_entry'::regclass, 'audit'::regclass)",
);

pub(crate) async fn protect(transaction: &mut Transaction) -> Result<()> {
    if matches!(transaction, Transaction::Sqlite(_)) {
        return transaction.script(SQLITE).await;
    }
    let row = transaction.row(POSTGRES_TRIGGERS, values![]).await?;
    let there = row.map(|mut row| row.int()).transpose()?;
    if there == Some(2) { Ok(()) } else { transaction.script(POSTGRES).await }
}
