//! Price lists: published once, never changed.

use print_core::{AccountingDay, PriceList, TariffVersionId, Timestamp};

use crate::database::error::{Result, StoreError};
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::store::Store;

/// One published price list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TariffVersion {
    /// Our own key.
    pub id: TariffVersionId,
    /// The first day it holds for; it holds until the next one begins.
    pub valid_from: AccountingDay,
    /// The prices.
    pub prices: PriceList,
    /// When it was published.
    pub published_at: Timestamp,
    /// By whom.
    pub published_by: String,
}

macro_rules! tariff_columns {
    () => {
        "id, valid_from, impression_monochrome, impression_color, sheet, published_at, published_by"
    };
}

statements! {
    PUBLISH = "INSERT INTO tariff_version (id, valid_from, impression_monochrome, impression_color,
            sheet, published_at, published_by) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ON_DAY = concat!("SELECT ", tariff_columns!(), " FROM tariff_version WHERE valid_from <= $1
        ORDER BY valid_from DESC LIMIT 1");
    BY_ID = concat!("SELECT ", tariff_columns!(), " FROM tariff_version WHERE id = $1");
    ALL = concat!("SELECT ", tariff_columns!(), " FROM tariff_version
        ORDER BY valid_from DESC LIMIT 1000");
}

pub(crate) fn read(mut row: Row) -> Result<TariffVersion> {
    Ok(TariffVersion {
        id: row.parsed()?,
        valid_from: row.day()?,
        prices: PriceList {
            impression_monochrome: row.amount()?,
            impression_color: row.amount()?,
            sheet: row.amount()?,
        },
        published_at: row.time()?,
        published_by: row.text()?,
    })
}

impl Store {
    /// Publishes prices that hold from this day on.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another list begins on that day.
    pub async fn publish_prices(
        &self,
        valid_from: AccountingDay,
        prices: &PriceList,
        by: &str,
    ) -> Result<TariffVersionId> {
        let id = TariffVersionId::new();
        let PriceList { impression_monochrome, impression_color, sheet } = *prices;
        let values = values![
            id,
            valid_from,
            impression_monochrome,
            impression_color,
            sheet,
            self.now(),
            by,
        ];
        self.change(PUBLISH, values).await?;
        Ok(id)
    }

    /// The prices that hold on this day, when any do.
    pub async fn price_list_on(
        &self,
        day: AccountingDay,
    ) -> Result<Option<(TariffVersionId, PriceList)>> {
        let version = self.pool().row(ON_DAY, values![day]).await?.map(read).transpose()?;
        Ok(version.map(|version| (version.id, version.prices)))
    }

    /// The prices of one version.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn price_list(&self, id: TariffVersionId) -> Result<PriceList> {
        let row = self.pool().row(BY_ID, values![id]).await?;
        Ok(read(row.ok_or(StoreError::NotFound)?)?.prices)
    }

    /// All versions, the newest first.
    pub async fn price_lists(&self) -> Result<Vec<TariffVersion>> {
        self.pool().rows(ALL, values![]).await?.into_iter().map(read).collect()
    }
}
