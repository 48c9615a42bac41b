//! What a queue offers its clients: whose abilities, and what a job gets that does not say.

use clap::{Args, ValueEnum};
use print_core::{PrintColorMode, Sides};
use store::{OfferedAbilities, Queue, QueueOffer, ReleaseMode};

use super::office::{Office, shown_name};
use super::table;
use crate::commands::CommandError;
use crate::ipp::offer::Abilities;

/// The longest `geo:` URI that is taken, in bytes.
const GEO_BYTES_MAX: usize = 200;

/// What a queue is to offer; what is not named stays.
#[derive(Debug, Args)]
pub struct OfferOptions {
    /// Offer what any of its printers can do, or only what all of them can.
    #[arg(long, value_enum)]
    offers: Option<Whose>,
    /// The sides of a job that does not say.
    #[arg(long, value_enum)]
    sides: Option<SidesDefault>,
    /// The colour of a job that does not say.
    #[arg(long, value_enum)]
    color_mode: Option<ColorDefault>,
    /// Where it is, as people read it in their printer list.
    #[arg(long)]
    location: Option<String>,
    /// Where it is, for maps: geo:LATITUDE,LONGITUDE; empty for nowhere.
    #[arg(long, value_name = "GEO")]
    geo_location: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Whose {
    Union,
    Intersection,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SidesDefault {
    OneSided,
    TwoSidedLongEdge,
    TwoSidedShortEdge,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ColorDefault {
    Auto,
    Color,
    Monochrome,
}

impl OfferOptions {
    /// The offer with what is named changed.
    ///
    /// # Errors
    /// When a place is not one.
    pub fn apply(self, mut offer: QueueOffer) -> Result<QueueOffer, CommandError> {
        if let Some(whose) = self.offers {
            offer.abilities = match whose {
                Whose::Union => OfferedAbilities::Union,
                Whose::Intersection => OfferedAbilities::Intersection,
            };
        }
        if let Some(sides) = self.sides {
            offer.sides = match sides {
                SidesDefault::OneSided => Sides::OneSided,
                SidesDefault::TwoSidedLongEdge => Sides::TwoSidedLongEdge,
                SidesDefault::TwoSidedShortEdge => Sides::TwoSidedShortEdge,
            };
        }
        if let Some(color) = self.color_mode {
            offer.color_mode = match color {
                ColorDefault::Auto => PrintColorMode::Auto,
                ColorDefault::Color => PrintColorMode::Color,
                ColorDefault::Monochrome => PrintColorMode::Monochrome,
            };
        }
        if let Some(location) = self.location {
            offer.location = match location.trim() {
                "" => String::new(),
                _ => shown_name("--location", &location)?,
            };
        }
        if let Some(geo) = self.geo_location {
            offer.geo_location = geo_location(geo.trim())?;
        }
        Ok(offer)
    }
}

/// RFC 5870: `geo:` with two or three numbers, and parameters behind them.
fn geo_location(text: &str) -> Result<String, CommandError> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let numbers = text.strip_prefix("geo:").and_then(|rest| rest.split(';').next());
    let numbers: Vec<&str> = numbers.unwrap_or_default().split(',').collect();
    let number = |text: &&str| {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        plain && digits.parse::<f64>().is_ok()
    };
    let known = (2..=3).contains(&numbers.len()) && numbers.iter().all(number);
    let plain = text.len() <= GEO_BYTES_MAX && text.bytes().all(|b| b.is_ascii_graphic());
    if known && plain {
        return Ok(text.to_owned());
    }
    Err(format!("\"{text}\" is no place: write geo:LATITUDE,LONGITUDE").into())
}

/// Shows what the queue offers beside what each of its printers can do.
pub async fn show(office: &Office, queue: &Queue) -> Result<(), CommandError> {
    let printers = office.store.printers().await?;
    let of_queue = |id| match queue.release {
        ReleaseMode::AtOnce(only) => only == id,
        ReleaseMode::Tap => true,
    };
    println!(
        "\"{}\" offers the {} of its printers' abilities; jobs that do not say: {}, {}.",
        queue.name,
        queue.offer.abilities.as_str(),
        queue.offer.sides.as_str(),
        queue.offer.color_mode.as_str(),
    );
    let can_draw = crate::delivery::can_draw();
    let mut rows = vec![row("(offered)", &Abilities::of_queue(queue, &printers, can_draw))];
    for printer in printers.iter().filter(|printer| printer.enabled && of_queue(printer.id)) {
        match Abilities::of_printer(printer, can_draw) {
            Some(abilities) => rows.push(row(&printer.name, &abilities)),
            None => println!("\"{}\" has not said yet what it can do.", printer.name),
        }
    }
    let heads = ["printer", "formats", "sides", "colour", "paper", "finishings", "copies"];
    Ok(table::print(heads, &rows)?)
}

fn row(name: &str, abilities: &Abilities) -> [String; 7] {
    let formats = abilities.formats.iter().filter_map(|format| format.split('/').nth(1));
    let media = abilities.media.iter().filter_map(|(name, ..)| name.split('_').nth(1));
    let finishings = abilities.finishings.iter().map(i32::to_string);
    [
        name.to_owned(),
        formats.collect::<Vec<_>>().join(" "),
        abilities.sides.join(" "),
        abilities.color_modes.join(" "),
        media.collect::<Vec<_>>().join(" "),
        finishings.collect::<Vec<_>>().join(" "),
        abilities.copies_max.to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_on_the_map_is_two_or_three_numbers() {
        for good in ["geo:59.33,18.06", "geo:-33.9,18.4,30", "geo:59.33,18.06;u=35", ""] {
            assert_eq!(geo_location(good).expect(good), good);
        }
        for bad in ["59.33,18.06", "geo:59.33", "geo:a,b", "geo:1,2,3,4", "geo:1 ,2"] {
            assert!(geo_location(bad).is_err(), "{bad}");
        }
    }
}
