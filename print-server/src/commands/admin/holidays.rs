//! Holidays: days on which held jobs do not grow older.

use clap::Subcommand;
use print_core::AccountingDay;
use serde_json::json;

use super::office::{Office, shown_name};
use super::table;
use crate::commands::CommandError;

/// What can be done with holidays.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a day a holiday, or change its name.
    Add {
        /// The day, as 2026-12-24.
        date: String,
        /// What it is called.
        name: String,
    },
    /// Make a day an ordinary one again.
    Remove {
        /// The day, as 2026-12-24.
        date: String,
    },
    /// List the holidays.
    List,
}

/// Obeys.
pub async fn run(office: &Office, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Add { date, name } => {
            let (day, name) = (AccountingDay::parse(&date)?, shown_name("the name", &name)?);
            office.store.put_holiday(day, &name).await?;
            let detail = json!({ "name": name });
            office.audit("holiday-add", format!("day:{day}"), detail).await?;
            println!("{day} is a holiday: {name}");
        }
        Command::Remove { date } => {
            let day = AccountingDay::parse(&date)?;
            if !office.store.holidays().await?.contains_key(&day) {
                return Err(format!("{day} is no holiday in the list").into());
            }
            office.store.remove_holiday(day).await?;
            office.audit("holiday-remove", format!("day:{day}"), json!(null)).await?;
            println!("{day} is an ordinary day");
        }
        Command::List => {
            let holidays = office.store.holidays().await?;
            let rows: Vec<_> =
                holidays.into_iter().map(|(day, name)| [day.to_string(), name]).collect();
            table::print(["day", "name"], &rows)?;
        }
    }
    Ok(())
}
