//! A card that the store does not know: perhaps it was issued this morning. The directory is asked once
//! for each card, however often and at however many places it is held to a reader.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use print_core::CardReading;
use tracing::{info, warn};

use super::entry::describe;
use super::search::equals;
use super::sign_in::AdmitError;
use super::source::LdapPeople;
use crate::directory::Asked as AskedCard;
use crate::directory::one::Tools;

/// How long an answer is not asked for again.
const ANSWER_HOLDS: Duration = Duration::from_secs(60);
/// A person stands at the reader: the whole of it may take no longer.
const LIMIT: Duration = Duration::from_secs(2);
/// Cards in memory.
const CARDS_MAX: usize = 10_000;

/// When the directory answered about a card, and whether it knew it.
type Answer = Arc<tokio::sync::Mutex<Option<(Instant, AskedCard)>>>;

/// What was asked lately. Numbers are kept as keyed hashes only.
#[derive(Debug, Default)]
pub struct UnknownCards(Mutex<HashMap<[u8; 32], Answer>>);

impl UnknownCards {
    /// The place for the answer about one card, which is locked while the directory is asked.
    fn answer(&self, mark: [u8; 32]) -> Answer {
        let mut cards = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cards.len() >= CARDS_MAX {
            let holds = |&(at, _): &(Instant, AskedCard)| at.elapsed() < ANSWER_HOLDS;
            // What cannot be locked is being asked.
            cards.retain(|_, answer| {
                answer.try_lock().map_or(true, |answer| answer.as_ref().is_some_and(holds))
            });
        }
        if cards.len() >= CARDS_MAX {
            cards.clear();
        }
        Arc::clone(cards.entry(mark).or_default())
    }
}

impl LdapPeople {
    /// Asks the directory for a card; whose it is stands in the store afterwards. What the directory answered a
    /// minute ago at most counts.
    pub async fn find_unknown_card(&self, tools: &Tools, reading: &CardReading) -> AskedCard {
        let Some(attribute) = self.config.card_attribute.as_deref() else {
            return AskedCard::Unknown;
        };
        let mark = tools.keys.card_lookup(reading.kind().as_str(), reading.bits(), reading.bytes());
        let answer = self.unknown_cards.answer(mark);
        // Whoever comes second waits here for the answer that the first one gets.
        let mut answer = answer.lock().await;
        if let Some((at, known)) = *answer
            && at.elapsed() < ANSWER_HOLDS
        {
            return known;
        }
        let asked = self.ask_for_card(tools, attribute, reading);
        match tokio::time::timeout(LIMIT, asked).await {
            Ok(Ok(known)) => {
                *answer = Some((Instant::now(), known));
                known
            }
            Ok(Err(error)) => {
                warn!(directory = self.name(), %error, "A new card could not be looked up");
                AskedCard::Unreachable
            }
            Err(_) => {
                warn!(directory = self.name(), "A new card could not be looked up in time");
                AskedCard::Unreachable
            }
        }
    }

    async fn ask_for_card(
        &self,
        tools: &Tools,
        attribute: &str,
        reading: &CardReading,
    ) -> Result<AskedCard, AdmitError> {
        let form = tools.store.card_form().await?;
        let spellings = match &form {
            Some(form) => form.spellings(reading),
            None => spellings(reading),
        };
        if spellings.is_empty() {
            return Ok(AskedCard::Unknown);
        }
        let any: String = spellings.iter().map(|text| equals(attribute, text)).collect();
        let entry = self.one(self.people_filter(&format!("(|{any})"))).await?;
        let now = tools.clock.now();
        let described = entry.and_then(|entry| describe(&self.config, form.as_ref(), &entry, now));
        let Some(described) = described.filter(|described| !described.closed) else {
            return Ok(AskedCard::Unknown);
        };
        let Some(person) = self.admit(tools, described).await? else {
            return Ok(AskedCard::Unknown);
        };
        info!(%person, "The directory knew a card that was new to us");
        Ok(AskedCard::Known)
    }
}

/// How a directory may write the number: in the order of either reader, with large or small letters.
fn spellings(reading: &CardReading) -> Vec<String> {
    let forms = reading.forms();
    let mut texts: Vec<String> = forms
        .iter()
        .map(|bytes| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>())
        .flat_map(|text| [text.to_lowercase(), text])
        .collect();
    texts.sort();
    texts.dedup();
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_looked_for_in_every_spelling() {
        let reading = CardReading::parse_hex("04A1B2C3").expect("a card");
        assert_eq!(spellings(&reading), ["04A1B2C3", "04a1b2c3", "C3B2A104", "c3b2a104"]);
        let digits = CardReading::parse_hex("12344321").expect("a card");
        assert_eq!(spellings(&digits).len(), 2);
    }
}
