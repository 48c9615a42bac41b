//! One person's cards. A number is read from standard input and never shown again.

use std::io::Read as _;

use clap::Subcommand;
use print_core::{AccountingDay, CardNumber, CardReading};
use store::{Card, CardChange, CardSource};

use super::{form, import};
use crate::commands::CommandError;
use crate::commands::admin::office::{Office, because, shown_name};
use crate::commands::admin::table;
use crate::directory::new_card;
use crate::serve::state;

/// No card number with separators is longer.
const NUMBER_BYTES_MAX: u64 = 64;

/// What an administrator must know of a card that did not come from the directory.
const LATER: &str =
    "What waits for its person already opens when the person confirms the card on My prints.";

/// What can be done with cards.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a card; its number in hexadecimal digits is read from standard input.
    ///
    /// It opens what its person prints from now on; what waits already only when the person has confirmed it on
    /// My prints.
    Add {
        /// The person.
        login: String,
        /// What the person calls it.
        #[arg(long, default_value = "")]
        label: String,
        /// The last day on which it opens anything, as 2026-11-30.
        #[arg(long, value_name = "DAY", value_parser = AccountingDay::parse)]
        until: Option<AccountingDay>,
        /// Until tonight: for somebody whose card lies at home. When that is over, the card can be given again, to
        /// anybody.
        #[arg(long, conflicts_with = "until")]
        today: bool,
    },
    /// Make cards open nothing, because they were lost or lent.
    Block {
        /// The person.
        login: String,
        /// Only the card whose number ends so; otherwise all cards of the person.
        #[arg(long, value_name = "LAST4")]
        ending: Option<String>,
    },
    /// Make blocked cards open their person's jobs again: those that come from now on, and the others when the
    /// person has confirmed it on My prints.
    Unblock {
        /// The person.
        login: String,
        /// Only the card whose number ends so; otherwise all cards of the person.
        #[arg(long, value_name = "LAST4")]
        ending: Option<String>,
    },
    /// Forget a card. One of the directory's is removed there, or blocked here.
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
    /// How this site's lists and its directory write card numbers.
    #[command(subcommand)]
    Form(form::Command),
    /// Add the cards of a list (CSV with the columns person, number and label), all or none.
    Import(import::Import),
}

/// Obeys.
pub async fn run(office: &Office, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Add { login, label, until, today } => {
            let now = office.clock().now();
            let tonight = today.then(|| office.config.zone().accounting_day(now));
            add(office, &login, &label, until.or(tonight)).await
        }
        Command::Block { login, ending } => {
            change(office, &login, ending.as_deref(), CardChange::Block).await
        }
        Command::Unblock { login, ending } => {
            change(office, &login, ending.as_deref(), CardChange::Unblock).await
        }
        Command::Remove { login, ending } => {
            change(office, &login, Some(&ending), CardChange::Remove).await
        }
        Command::List { login } => list(office, &login).await,
        Command::Form(command) => form::run(office, command).await,
        Command::Import(wish) => import::run(office, wish).await,
    }
}

async fn add(
    office: &Office,
    login: &str,
    label: &str,
    until: Option<AccountingDay>,
) -> Result<(), CommandError> {
    let person = office.person(login).await?;
    let label = match label.trim() {
        "" => String::new(),
        label => shown_name("--label", label)?,
    };
    let zone = office.config.zone();
    let end = until.map(|day| zone.start_of(AccountingDay::from_number(day.number() + 1)));
    if end.is_some_and(|end| end <= office.clock().now()) {
        return Err("--until: that day is over".into());
    }
    let mut text = String::new();
    std::io::stdin().take(NUMBER_BYTES_MAX + 1).read_to_string(&mut text)?;
    let number = CardNumber::Whole(CardReading::parse_hex(&text)?);
    let keys = state::open_keys(&office.config)?;
    let source = if end.is_some() { CardSource::Temporary } else { CardSource::Helpdesk };
    let mut card = new_card(&keys, person.id, source, &label, &number);
    card.expires_at = end;
    let taken = "this card belongs to somebody else already";
    let added = office.store.add_card(&card, office.actor()).await;
    let id = added.map_err(|error| because(error, taken))?;
    let login = &person.login;
    if id == card.id {
        println!("{login} has the card ending in {}. {LATER}", card.last4);
    } else {
        println!("{login} has the card ending in {} already: nothing was changed", card.last4);
    }
    Ok(())
}

async fn change(
    office: &Office,
    login: &str,
    ending: Option<&str>,
    change: CardChange,
) -> Result<(), CommandError> {
    for card in chosen(office, login, ending).await? {
        let last4 = &card.last4;
        if change == CardChange::Remove && card.source == CardSource::Directory {
            let away = "the directory would bring it back: remove it there, or block it here";
            return Err(format!("the card ending in {last4} is the directory's: {away}").into());
        }
        let by = office.actor();
        let done = office.store.change_card(card.id, card.person, change, by).await?;
        match (done, change) {
            (None, _) => println!("The card ending in {last4} is so already"),
            (Some(_), CardChange::Block) => {
                println!("The card ending in {last4} opens nothing any more");
            }
            (Some(_), CardChange::Unblock) => {
                println!("The card ending in {last4} opens its person's jobs again. {LATER}");
            }
            (Some(_), CardChange::Remove | CardChange::Confirm) => {
                println!("The card ending in {last4} is forgotten");
            }
        }
    }
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

async fn list(office: &Office, login: &str) -> Result<(), CommandError> {
    let person = office.person(login).await?;
    let zone = office.config.zone();
    let now = office.clock().now();
    let row = |card: Card| {
        let state = match (card.blocked_at, card.expires_at) {
            (Some(at), _) => format!("blocked {}", zone.minute(at)),
            (None, Some(end)) if end <= now => format!("expired {}", zone.minute(end)),
            (None, _) if card.waits_for_owner() => "in use, not confirmed".to_owned(),
            (None, Some(end)) => format!("in use until {}", zone.minute(end)),
            (None, None) => "in use".to_owned(),
        };
        let used = card.used_at.map_or_else(|| "never".into(), |at| zone.minute(at));
        let source = card.source.as_str().to_owned();
        [card.last4, card.label, source, zone.minute(card.added_at), used, state]
    };
    let rows: Vec<_> = office.store.cards_of(person.id).await?.into_iter().map(row).collect();
    Ok(table::print(["ending", "label", "from", "added", "last used", "state"], &rows)?)
}
