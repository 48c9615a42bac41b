//! Who pays for a job, and by which prices: frozen at the claim.

use print_core::TariffVersionId;

use crate::database::error::{Result, StoreError};
use crate::database::pool::Transaction;
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::jobs::record::owner_values;
use crate::release::claim::{ClaimRequest, random_bytes};

/// Who pays and how much.
pub(super) struct Terms {
    pub(super) subject: String,
    pub(super) department: Option<String>,
    pub(super) department_code: String,
    pub(super) department_name: String,
    pub(super) tariff_version: Option<TariffVersionId>,
}

/// What [`Terms`] are read from, for the owner of the kind `$kind` on the day `$day`, when a tap is written
/// that names nobody twice: one answer for both.
macro_rules! terms_columns {
    ($kind:literal, $owner:literal, $day:literal) => {
        concat!(
            terms_column!("s.id", $kind, $owner),
            ", ",
            terms_column!("d.id", $kind, $owner),
            ", ",
            terms_column!("d.code", $kind, $owner),
            ", ",
            terms_column!("d.name_sv", $kind, $owner),
            ", (SELECT id FROM tariff_version WHERE valid_from <= ",
            $day,
            " ORDER BY valid_from DESC LIMIT 1)"
        )
    };
}
pub(super) use terms_columns;

macro_rules! terms_column {
    ($column:literal, $kind:literal, $owner:literal) => {
        concat!(
            "(SELECT ",
            $column,
            " FROM subject s
                LEFT JOIN person p ON s.owner_kind = 'person' AND p.id = s.owner
                LEFT JOIN machine m ON s.owner_kind = 'group' AND m.id = s.owner
                LEFT JOIN department d ON d.id = COALESCE(p.department, m.department)
            WHERE s.owner_kind = ",
            $kind,
            " AND s.owner = ",
            $owner,
            ")"
        )
    };
}
pub(super) use terms_column;

statements! {
    TERMS = "SELECT s.id, d.id, d.code, d.name_sv,
            (SELECT id FROM tariff_version WHERE valid_from <= $3 ORDER BY valid_from DESC LIMIT 1)
        FROM subject s
            LEFT JOIN person p ON s.owner_kind = 'person' AND p.id = s.owner
            LEFT JOIN machine m ON s.owner_kind = 'group' AND m.id = s.owner
            LEFT JOIN department d ON d.id = COALESCE(p.department, m.department)
        WHERE s.owner_kind = $1 AND s.owner = $2";
    ADD_SUBJECT = "INSERT INTO subject (id, owner_kind, owner) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING";
}

impl Terms {
    /// Those of the owner whose jobs are claimed, on the day on which they will be booked.
    pub(super) async fn of(transaction: &mut Transaction, request: &ClaimRequest) -> Result<Terms> {
        let [kind, owner] = owner_values(request.owner);
        let asked = values![kind.clone(), owner.clone(), request.accounting_day];
        let mut known = transaction.row(TERMS, asked.clone()).await?;
        if known.is_none() {
            // The first job of this owner.
            let id = uuid::Builder::from_random_bytes(random_bytes()?).into_uuid().to_string();
            transaction.change(ADD_SUBJECT, values![id, kind, owner]).await?;
            known = transaction.row(TERMS, asked).await?;
        }
        Self::read(known.ok_or(StoreError::NotFound)?)?.ok_or(StoreError::NotFound)
    }

    /// Those that came with the row of a tap; nothing for the first job of an owner.
    pub(super) fn read(mut row: Row) -> Result<Option<Terms>> {
        let Some(subject) = row.opt_text()? else { return Ok(None) };
        Ok(Some(Terms {
            subject,
            department: row.opt_text()?,
            department_code: row.opt_text()?.unwrap_or_default(),
            department_name: row.opt_text()?.unwrap_or_default(),
            tariff_version: row.opt_parsed()?,
        }))
    }
}
