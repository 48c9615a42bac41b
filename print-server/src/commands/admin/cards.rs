//! Cards: what people hold to a reader. A number is read from standard input and never shown again.

use std::io::Read as _;

use clap::Subcommand;
use print_core::CardReading;
use serde_json::json;
use store::Card;

use super::office::{Office, because, shown_name};
use super::table;
use crate::commands::CommandError;
use crate::directory::new_card;
use crate::serve::state;

/// No card number with separators is longer.
const NUMBER_BYTES_MAX: u64 = 64;

/// What can be done with cards.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a card; its number in hexadecimal digits is read from standard input.
    Add {
        /// The person.
        login: String,
        /// What the person calls it.
        #[arg(long, default_value = "")]
        label: String,
    },
    /// Make cards open nothing, because they were lost or lent.
    Block {
        /// The person.
        login: String,
        /// Only the card whose number ends so; otherwise all cards of the person.
        #[arg(long, value_name = "LAST4")]
        ending: Option<String>,
    },
    /// Make blocked cards open their person's jobs again.
    Unblock {
        /// The person.
        login: String,
        /// Only the card whose number ends so; otherwise all cards of the person.
        #[arg(long, value_name = "LAST4")]
        ending: Option<String>,
    },
    /// Forget a card.
    Remove {
        /// The person.
        login: String,
        /// The last four digits of its number.
        #[arg(long, value_name = "LAST4")]
        ending: String,
    },
    /// List a person's cards.
    List {
        /// The person.
        login: String,
    },
}

/// Obeys.
pub async fn run(office: &Office, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Add { login, label } => add(office, &login, &label).await,
        Command::Block { login, ending } => {
            for card in chosen(office, &login, ending.as_deref()).await? {
                office.store.block_card(card.id).await?;
                tell(office, &card, "card-block", "opens nothing any more").await?;
            }
            Ok(())
        }
        Command::Unblock { login, ending } => {
            for card in chosen(office, &login, ending.as_deref()).await? {
                office.store.unblock_card(card.id).await?;
                tell(office, &card, "card-unblock", "opens its person's jobs again").await?;
            }
            Ok(())
        }
        Command::Remove { login, ending } => {
            for card in chosen(office, &login, Some(&ending)).await? {
                office.store.remove_card(card.id).await?;
                tell(office, &card, "card-remove", "is forgotten").await?;
            }
            Ok(())
        }
        Command::List { login } => list(office, &login).await,
    }
}

async fn add(office: &Office, login: &str, label: &str) -> Result<(), CommandError> {
    let person = office.person(login).await?;
    let label = match label.trim() {
        "" => String::new(),
        label => shown_name("--label", label)?,
    };
    let mut text = String::new();
    std::io::stdin().take(NUMBER_BYTES_MAX + 1).read_to_string(&mut text)?;
    let reading = CardReading::parse_hex(&text)?;
    let keys = state::open_keys(&office.config)?;
    let card = new_card(&keys, person.id, "administrator", &label, &reading);
    let taken = "this card belongs to somebody else already";
    let id = office.store.add_card(&card).await.map_err(|error| because(error, taken))?;
    let detail = json!({ "person": person.id.to_string(), "last4": card.last4 });
    office.audit("card-add", format!("card:{id}"), detail).await?;
    println!("{} has the card ending in {}", person.login, card.last4);
    Ok(())
}

async fn chosen(
    office: &Office,
    login: &str,
    ending: Option<&str>,
) -> Result<Vec<Card>, CommandError> {
    let person = office.person(login).await?;
    let mut cards = office.store.cards_of(person.id).await?;
    cards.retain(|card| ending.is_none_or(|ending| card.last4.eq_ignore_ascii_case(ending)));
    match (cards.is_empty(), ending) {
        (false, _) => Ok(cards),
        (true, None) => Err(format!("{} has no card", person.login).into()),
        (true, Some(ending)) => {
            Err(format!("{} has no card ending in {ending}", person.login).into())
        }
    }
}

async fn tell(office: &Office, card: &Card, event: &str, done: &str) -> Result<(), CommandError> {
    let detail = json!({ "person": card.person.to_string(), "last4": card.last4 });
    office.audit(event, format!("card:{}", card.id), detail).await?;
    println!("The card ending in {} {done}", card.last4);
    Ok(())
}

async fn list(office: &Office, login: &str) -> Result<(), CommandError> {
    let person = office.person(login).await?;
    let zone = office.config.zone();
    let row = |card: Card| {
        let state = card.blocked_at.map(|at| format!("blocked {}", zone.minute(at)));
        let added = zone.minute(card.added_at);
        [card.last4, card.label, card.source, added, state.unwrap_or_else(|| "in use".into())]
    };
    let rows: Vec<_> = office.store.cards_of(person.id).await?.into_iter().map(row).collect();
    Ok(table::print(["ending", "label", "from", "added", "state"], &rows)?)
}
