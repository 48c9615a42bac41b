//! How lists write the numbers of this site's cards.

use print_core::CardForm;
use serde_json::json;

use crate::books::audit::{self, AuditEvent};
use crate::database::error::{Result, StoreError};
use crate::database::pool::transact;
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::store::Store;

statements! {
    SITE = "SELECT form FROM card_form WHERE only_one = 1";
    SET = "INSERT INTO card_form (only_one, form, set_at, set_by) VALUES (1, $1, $2, $3)
        ON CONFLICT (only_one) DO UPDATE SET form = $1, set_at = $2, set_by = $3";
}

fn read(mut row: Row) -> Result<CardForm> {
    row.text()?.parse().map_err(|error| StoreError::corrupt(format!("{error}")))
}

impl Store {
    /// The site's form, once it was learnt or set.
    pub async fn card_form(&self) -> Result<Option<CardForm>> {
        self.pool().row(SITE, values![]).await?.map(read).transpose()
    }

    /// Keeps the site's form from now on; the row of the audit trail is the same commit.
    pub async fn set_card_form(&self, form: CardForm, by: &str) -> Result<()> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            let before = transaction.row(SITE, values![]).await?.map(read).transpose()?;
            transaction.change(SET, values![form.to_string(), now, by]).await?;
            let before = before.map(|form| form.to_string());
            let event = AuditEvent {
                at: now,
                actor: by.to_owned(),
                event: "card-form-set".to_owned(),
                object: "cards".to_owned(),
                outcome: "done".to_owned(),
                detail: json!({ "form": form.to_string(), "before": before }),
            };
            audit::append(transaction, &event).await?;
        })
    }
}
