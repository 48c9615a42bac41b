//! A list of cards, looked through or taken whole: one wrong line, and nothing of it is taken.

use std::path::PathBuf;

use aws_lc_rs::digest;
use clap::Args;
use print_core::{CardForm, CardReading};
use serde_json::json;
use store::{CardSource, ImportedCards, NewCard};

use super::csv;
use super::list::{Checked, Fault, People, check};
use crate::commands::CommandError;
use crate::commands::admin::office::Office;
use crate::directory::{card_lookups, new_card, part_lookup};
use crate::keys::Keys;
use crate::serve::state;

/// A longer file is a mistake.
const FILE_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// What is to be imported, and how.
#[derive(Debug, Args)]
pub struct Import {
    /// The list: CSV in UTF-8 whose first line names the columns person (login or directory key), number, label.
    file: PathBuf,
    /// How the list writes numbers; otherwise the site's form.
    #[arg(long)]
    form: Option<CardForm>,
    /// Say what would happen, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// A card that a reader has read, in hexadecimal digits: is it in the list? As often as you like.
    #[arg(long, value_name = "READING")]
    sample: Vec<String>,
}

/// Obeys.
pub async fn run(office: &Office, wish: Import) -> Result<(), CommandError> {
    let form = form(office, wish.form).await?;
    let mut samples = Vec::new();
    for (place, text) in wish.sample.iter().enumerate() {
        let reading = CardReading::parse_hex(text);
        samples.push(reading.map_err(|error| format!("--sample {}: {error}", place + 1))?);
    }
    let bytes = read(&wish.file)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| "the file is not UTF-8: export it as \"CSV UTF-8\"")?;
    let rows = csv::rows(text).map_err(|line| {
        format!("line {line}: a quotation mark is not closed, or the file is too long")
    })?;
    let keys = state::open_keys(&office.config)?;
    let people = People::of(&office.store).await?;
    let mut checked = check(&rows, &form, &people, &keys)?;
    let known = checked.against(&office.store, &people).await?;
    tell(&checked, &form, known);
    tell_samples(&checked, &form, &keys, &samples);
    let (wrong, all) = (checked.wrong.len(), rows.len().saturating_sub(1));
    for line in &checked.wrong {
        println!("line {}: {}", line.line, line.reason);
    }
    if wrong > 0 {
        return Err(format!("{wrong} of {all} lines are wrong: nothing was imported").into());
    }
    if wish.dry_run {
        println!("Nothing was imported: this was a dry run");
        return Ok(());
    }
    let name = wish.file.file_name().map(|name| name.to_string_lossy().into_owned());
    let sha256 = digest::digest(&digest::SHA256, &bytes);
    let sha256: String = sha256.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let summary = json!({ "file": name, "sha256": sha256, "rows": all, "form": form.to_string() });
    take(office, &keys, &checked, &summary).await
}

/// The form that the list is read in.
async fn form(office: &Office, wanted: Option<CardForm>) -> Result<CardForm, CommandError> {
    let site = office.store.card_form().await?;
    match (wanted, site) {
        // A tap is looked up by the part that the site's form has, and no other.
        (Some(form), site) if form.is_part() && site != Some(form) => Err(format!(
            "{form} holds a part of the number only, and no tap would find it: make it the site's by \
             `admin card form set {form}`"
        )
        .into()),
        (Some(form), _) | (None, Some(form)) => Ok(form),
        (None, None) => Err("how does the list write numbers? Say --form, or let three cards tell: \
             `admin card form learn`"
            .into()),
    }
}

fn read(file: &std::path::Path) -> Result<Vec<u8>, CommandError> {
    let told = |error: std::io::Error| format!("{}: {error}", file.display());
    if std::fs::metadata(file).map_err(told)?.len() > FILE_BYTES_MAX {
        return Err("the file is larger than 32 MiB".into());
    }
    Ok(std::fs::read(file).map_err(told)?)
}

/// What the list is like.
fn tell(checked: &Checked, form: &CardForm, known: usize) {
    let count = |fault| checked.count(fault);
    println!("form            {form}");
    println!("matched         {}", checked.lines.len());
    println!("known already   {known}");
    println!("unknown person  {}", count(Fault::UnknownPerson));
    println!("double          {}", count(Fault::Double));
    println!("unreadable      {}", count(Fault::Unreadable));
    if checked.lengths.len() > 1 {
        let each = |(length, lines): (&usize, &usize)| format!("{lines} of {length} characters");
        let all: Vec<_> = checked.lengths.iter().map(each).collect();
        println!("lengths vary    {}", all.join(", "));
    }
    if checked.zeros_eaten > 0 {
        println!("zeros eaten     {}, put back", checked.zeros_eaten);
    }
}

/// Which of the cards that were read the list would open.
fn tell_samples(checked: &Checked, form: &CardForm, keys: &Keys, samples: &[CardReading]) {
    let mut matched = 0;
    for reading in samples {
        let mut lookups = card_lookups(keys, reading);
        lookups.extend(part_lookup(keys, form, reading));
        let found = checked
            .lines
            .iter()
            .find(|line| line.lookups.iter().any(|lookup| lookups.contains(lookup)));
        let last4 = reading.last4();
        match found {
            Some(line) => {
                matched += 1;
                println!("sample …{last4}    line {}, {}", line.line, line.person.login);
            }
            None => println!("sample …{last4}    no line has it"),
        }
    }
    if !samples.is_empty() {
        println!("samples         {matched} of {} match", samples.len());
    }
}

async fn take(
    office: &Office,
    keys: &Keys,
    checked: &Checked,
    summary: &serde_json::Value,
) -> Result<(), CommandError> {
    let card = |line: &super::list::Line| {
        new_card(keys, line.person.id, CardSource::Import, &line.label, &line.number)
    };
    let cards: Vec<NewCard> = checked.lines.iter().map(card).collect();
    match office.store.import_cards(&cards, office.actor(), summary).await? {
        ImportedCards::Added(count) => {
            println!(
                "{count} cards were imported. What waits for their people already opens when they confirm \
                 their card on My prints."
            );
            Ok(())
        }
        ImportedCards::Taken(places) => {
            for place in &places {
                println!(
                    "line {}: the card is somebody else's since now",
                    checked.lines[*place].line
                );
            }
            Err(format!("{} lines are wrong: nothing was imported", places.len()).into())
        }
    }
}
