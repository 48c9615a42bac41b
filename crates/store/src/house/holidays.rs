//! Holidays: days on which a held job does not grow older.

use std::collections::BTreeMap;

use print_core::AccountingDay;

use crate::database::error::Result;
use crate::database::statement::statements;
use crate::database::value::values;
use crate::store::Store;

statements! {
    PUT = "INSERT INTO holiday (day, name) VALUES ($1, $2)
        ON CONFLICT (day) DO UPDATE SET name = excluded.name";
    REMOVE = "DELETE FROM holiday WHERE day = $1";
    ALL = "SELECT day, name FROM holiday ORDER BY day LIMIT 10000";
}

impl Store {
    /// Makes the day a holiday, besides Saturdays and Sundays, or changes its name.
    pub async fn put_holiday(&self, day: AccountingDay, name: &str) -> Result<()> {
        self.change(PUT, values![day, name]).await.map(drop)
    }

    /// Makes it an ordinary day.
    pub async fn remove_holiday(&self, day: AccountingDay) -> Result<()> {
        self.change(REMOVE, values![day]).await.map(drop)
    }

    /// All holidays and what they are called.
    pub async fn holidays(&self) -> Result<BTreeMap<AccountingDay, String>> {
        let rows = self.pool().rows(ALL, values![]).await?;
        rows.into_iter().map(|mut row| Ok((row.day()?, row.text()?))).collect()
    }
}
