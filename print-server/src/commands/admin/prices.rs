//! Price lists: what a print costs from a day on.

use clap::Subcommand;
use print_core::{AccountingDay, Amount, PriceList};
use serde_json::json;
use store::TariffVersion;

use super::office::{Office, because};
use super::table;
use crate::commands::CommandError;

/// What can be done with price lists.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Publish prices that hold from a day on, until the next list begins. They are never changed.
    Publish {
        /// The first day, as 2026-11-30; today or later, so that nothing booked becomes wrong.
        #[arg(long, value_name = "DATE")]
        from: String,
        /// One printed side without colour, as 0.45.
        #[arg(long, value_name = "AMOUNT")]
        monochrome: String,
        /// One printed side with colour.
        #[arg(long, value_name = "AMOUNT")]
        color: String,
        /// One piece of paper.
        #[arg(long, value_name = "AMOUNT")]
        sheet: String,
    },
    /// List the price lists, the newest first.
    List,
}

/// Obeys.
pub async fn run(office: &Office, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Publish { from, monochrome, color, sheet } => {
            let from = AccountingDay::parse(&from)?;
            let prices = PriceList {
                impression_monochrome: price("--monochrome", &monochrome)?,
                impression_color: price("--color", &color)?,
                sheet: price("--sheet", &sheet)?,
            };
            publish(office, from, prices).await
        }
        Command::List => list(office).await,
    }
}

fn price(option: &str, text: &str) -> Result<Amount, CommandError> {
    let amount = Amount::parse(text).map_err(|error| format!("{option}: {error}"))?;
    if amount < Amount::ZERO {
        return Err(format!("{option}: a price is not negative").into());
    }
    Ok(amount)
}

async fn publish(
    office: &Office,
    from: AccountingDay,
    prices: PriceList,
) -> Result<(), CommandError> {
    let today = office.config.zone().accounting_day(office.clock().now());
    if from < today {
        return Err(format!("{from} is past: prices hold from today ({today}) or later").into());
    }
    let taken = format!("another price list begins on {from}");
    let published = office.store.publish_prices(from, &prices, office.actor()).await;
    let id = published.map_err(|error| because(error, &taken))?;
    let detail = json!({
        "from": from.to_string(),
        "monochrome": exact(prices.impression_monochrome),
        "color": exact(prices.impression_color),
        "sheet": exact(prices.sheet),
    });
    office.audit("price-publish", format!("tariff:{id}"), detail).await?;
    println!("These prices hold from {from} on");
    Ok(())
}

async fn list(office: &Office) -> Result<(), CommandError> {
    let zone = office.config.zone();
    let row = |version: TariffVersion| {
        let PriceList { impression_monochrome, impression_color, sheet } = version.prices;
        [
            version.valid_from.to_string(),
            exact(impression_monochrome),
            exact(impression_color),
            exact(sheet),
            zone.minute(version.published_at),
            version.published_by,
        ]
    };
    let rows: Vec<_> = office.store.price_lists().await?.into_iter().map(row).collect();
    Ok(table::print(["from", "monochrome", "colour", "sheet", "published", "by"], &rows)?)
}

/// A price with all its decimals: two, unless it has more.
fn exact(amount: Amount) -> String {
    let value = amount.ten_thousandths();
    let text = format!("{}.{:04}", value / 10_000, value % 10_000);
    let short = text.strip_suffix("00").unwrap_or(&text);
    short.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_shown_as_it_was_given() {
        for (given, shown) in
            [("0.45", "0.45"), ("4,5", "4.50"), ("12", "12.00"), ("0.0125", "0.0125")]
        {
            assert_eq!(price("--sheet", given).map(exact).expect("a price"), shown);
        }
        assert!(price("--sheet", "-1").is_err());
        assert!(price("--sheet", "free").is_err());
    }
}
