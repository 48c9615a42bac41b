//! Card numbers as the store keeps them: sealed, and found by keyed hashes only.

use print_core::{CardForm, CardId, CardNumber, CardReading, PersonId};
use store::{CardLookup, CardSource, NewCard};

use crate::keys::Keys;

/// Every form under which a reader may give this card as a whole.
#[must_use]
pub fn card_lookups(keys: &Keys, reading: &CardReading) -> Vec<CardLookup> {
    let (kind, bits) = (reading.kind().as_str(), reading.bits());
    let lookup = |form: Vec<u8>| lookup(keys, kind, bits, &form);
    reading.forms().into_iter().map(lookup).collect()
}

/// The part of this card's number that the site's lists have, where they have no more than a part.
#[must_use]
pub fn part_lookup(keys: &Keys, form: &CardForm, reading: &CardReading) -> Option<CardLookup> {
    match form.of(reading)? {
        CardNumber::Whole(_) => None,
        CardNumber::Part(part) => Some(lookup(keys, &part.kind(), part.bits(), part.bytes())),
    }
}

/// What a number of a list is found by.
#[must_use]
pub fn lookups_of(keys: &Keys, number: &CardNumber) -> Vec<CardLookup> {
    match number {
        CardNumber::Whole(reading) => card_lookups(keys, reading),
        CardNumber::Part(part) => vec![lookup(keys, &part.kind(), part.bits(), part.bytes())],
    }
}

fn lookup(keys: &Keys, kind: &str, bits: i32, form: &[u8]) -> CardLookup {
    let lookup = keys.card_lookup(kind, bits, form).to_vec();
    CardLookup { kind: kind.to_owned(), bits, lookup }
}

/// A card as it is put into the store: sealed, and found by its look-ups only.
#[must_use]
pub fn new_card(
    keys: &Keys,
    person: PersonId,
    source: CardSource,
    label: &str,
    number: &CardNumber,
) -> NewCard {
    let id = CardId::new();
    let bytes = match number {
        CardNumber::Whole(reading) => reading.bytes(),
        CardNumber::Part(part) => part.bytes(),
    };
    NewCard {
        id,
        person,
        source,
        sealed: keys.seal_card(id, bytes),
        last4: number.last4(),
        label: label.to_owned(),
        expires_at: None,
        lookups: lookups_of(keys, number),
    }
}
