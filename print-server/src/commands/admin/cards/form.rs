//! How this site's lists write card numbers: learnt from cards that were read and looked up, or set.

use clap::{ArgAction, Subcommand};
use print_core::card::{Learnt, SAMPLES_MIN, learn};
use print_core::{CardForm, CardReading};

use crate::commands::CommandError;
use crate::commands::admin::office::Office;

/// What can be done with the form.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find it from three cards or more, and keep it: what a reader reads, and what the list says.
    Learn {
        /// What a reader reads of a card, in hexadecimal digits; once for each card.
        #[arg(long, required = true, action = ArgAction::Append)]
        reading: Vec<String>,
        /// What the list says of the same card; in the same order.
        #[arg(long, required = true, action = ArgAction::Append)]
        number: Vec<String>,
    },
    /// Show it.
    Show,
    /// Keep this one: hex, reversed-decimal, last3-wiegand26, ….
    Set {
        /// The form.
        form: CardForm,
    },
}

/// Obeys.
pub async fn run(office: &Office, command: Command) -> Result<(), CommandError> {
    match command {
        Command::Learn { reading, number } => keep(office, learnt(&reading, &number)?).await,
        Command::Set { form } => keep(office, form).await,
        Command::Show => {
            match office.store.card_form().await? {
                Some(form) => println!("{form}"),
                None => println!("(none: numbers are read as hexadecimal digits, in either order)"),
            }
            Ok(())
        }
    }
}

async fn keep(office: &Office, form: CardForm) -> Result<(), CommandError> {
    office.store.set_card_form(form, office.actor()).await?;
    println!("Card numbers of lists and of the directory are read as {form}");
    if form.is_part() {
        println!("It holds a part of the number only: two cards may have the same");
    }
    Ok(())
}

/// The one form of the samples.
fn learnt(readings: &[String], numbers: &[String]) -> Result<CardForm, CommandError> {
    if readings.len() != numbers.len() {
        return Err("give one --number for each --reading, in the same order".into());
    }
    let mut samples = Vec::new();
    for (place, (reading, number)) in readings.iter().zip(numbers).enumerate() {
        let digits = reading.trim_start_matches("0x").trim_start_matches("0X");
        let reading = CardReading::parse_hex(digits);
        let reading = reading.map_err(|error| format!("--reading {}: {error}", place + 1))?;
        samples.push((reading, number.as_str()));
    }
    let unchanged = "nothing was changed";
    match learn(&samples) {
        Learnt::One(form) => Ok(form),
        Learnt::Several(forms) => {
            let names: Vec<_> = forms.iter().map(ToString::to_string).collect();
            let names = names.join(", ");
            Err(format!("these forms fit: {names}; give one more card ({unchanged})").into())
        }
        Learnt::None(Some((form, place))) => Err(format!(
            "no form fits all cards; {form} fits all but number {}: look at that one again ({unchanged})",
            place + 1
        )
        .into()),
        Learnt::None(None) => Err(format!(
            "no form fits these cards: is it the same card in the hand and in the list? ({unchanged})"
        )
        .into()),
        Learnt::TooFew => {
            Err(format!("{SAMPLES_MIN} different cards are needed ({unchanged})").into())
        }
    }
}
