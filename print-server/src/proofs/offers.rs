//! A card that nobody has, under a code that its station shows for a moment.
//!
//! The code stands in an address that a telephone's camera opens, and in letters beside it. It names a row with
//! the card's number, sealed: the telephone learns the place and the last four digits. Whoever looked at the
//! page in time has some minutes more to say yes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use print_core::{CardNumber, CardReading, PersonId, StationId, Timestamp};
use station_protocol::enrolment::CODE_LETTERS;
use store::{CardOffer, CardSource, Store, StoreError, TapKey};

use crate::directory::new_card;
use crate::keys::Keys;
use crate::keys::secret::random_token;

/// A code may be entered for so long.
const CODE_SECONDS: i64 = 60;
/// Whoever entered it may say yes for so long.
const TICKET_SECONDS: i64 = 300;
/// Eight letters: 40 bits.
const CODE_LENGTH: usize = 8;
/// Another code is thrown so often when one is taken.
const THROWS: usize = 4;

/// A card that is offered, for the page that asks its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Where it was read.
    pub station: StationId,
    /// The last digits of its number.
    pub last4: String,
    /// Proves that this person has seen the offer in time.
    pub ticket: String,
}

/// What became of a card that somebody said yes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is theirs.
    Added,
    /// It is somebody else's.
    Foreign,
    /// The offer is over.
    Over,
}

/// A code as it is typed and looked up: other people's o, i and l are taken for what they look like.
#[must_use]
pub fn typed_code(text: &str) -> Option<String> {
    let letters = text.chars().filter(|c| !matches!(c, '-' | ' ')).take(CODE_LENGTH + 1);
    let meant = letters.map(|letter| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        letter => letter,
    });
    let code: String = meant.collect();
    let known = |letter: u8| CODE_LETTERS.contains(&letter);
    (code.len() == CODE_LENGTH && code.bytes().all(known)).then_some(code)
}

/// Offers the card that this tap read under one more code, and gives the code.
///
/// # Errors
/// What the store answers.
pub async fn offer(
    store: &Store,
    keys: &Keys,
    key: &TapKey,
    reading: &CardReading,
    now: Timestamp,
) -> Result<String, StoreError> {
    for _ in 0..THROWS {
        let letters = random_token().map(|byte| char::from(CODE_LETTERS[usize::from(byte & 31)]));
        let code: String = letters[..CODE_LENGTH].iter().collect();
        let lookup = keys.offer_lookup(&code);
        let offer = CardOffer {
            lookup,
            key: key.clone(),
            sealed: keys.seal_offer(&lookup, reading.bytes()),
            expires_at: now.plus_seconds(CODE_SECONDS),
        };
        if store.offer_card(&offer).await? {
            return Ok(code);
        }
    }
    Err(StoreError::Busy)
}

/// The card that is offered under a code now.
///
/// # Errors
/// What the store answers.
pub async fn find(
    store: &Store,
    keys: &Keys,
    typed: &str,
    person: PersonId,
    now: Timestamp,
) -> Result<Option<Offered>, StoreError> {
    let Some(code) = typed_code(typed) else { return Ok(None) };
    let lookup = keys.offer_lookup(&code);
    let Some(found) = store.offered_card(&lookup, now).await? else { return Ok(None) };
    let Some(reading) = opened(keys, &lookup, &found.sealed) else { return Ok(None) };
    let until = now.plus_seconds(TICKET_SECONDS).micros().to_be_bytes();
    let ticket = keys.seal_offer(&context(person), &[&lookup[..], &until].concat());
    let ticket = URL_SAFE_NO_PAD.encode(ticket);
    Ok(Some(Offered { station: found.station, last4: reading.last4(), ticket }))
}

/// The person says yes: the card is theirs, and opens everything of theirs at once.
///
/// # Errors
/// What the store answers.
pub async fn take(
    store: &Store,
    keys: &Keys,
    ticket: &str,
    person: PersonId,
    now: Timestamp,
) -> Result<Taken, StoreError> {
    let Some(lookup) = looked_up(keys, ticket, person, now) else { return Ok(Taken::Over) };
    let since = now.plus_seconds(-TICKET_SECONDS - CODE_SECONDS);
    let Some(found) = store.offered_card(&lookup, since).await? else { return Ok(Taken::Over) };
    let Some(reading) = opened(keys, &lookup, &found.sealed) else { return Ok(Taken::Over) };
    if !add(store, keys, person, &reading).await? {
        // The offer stands, and the station says that it was not this person's.
        store.refuse_offered_card(&lookup).await?;
        return Ok(Taken::Foreign);
    }
    store.take_offered_card(&lookup).await?;
    Ok(Taken::Added)
}

/// Adds a card by its owner's word. `false`: it is somebody else's.
///
/// # Errors
/// What the store answers.
pub async fn add(
    store: &Store,
    keys: &Keys,
    person: PersonId,
    reading: &CardReading,
) -> Result<bool, StoreError> {
    let number = CardNumber::Whole(reading.clone());
    let card = new_card(keys, person, CardSource::Own, "", &number);
    match store.add_card(&card, &format!("person:{person}")).await {
        Ok(_) => Ok(true),
        Err(StoreError::Conflict) => Ok(false),
        Err(error) => Err(error),
    }
}

fn opened(keys: &Keys, lookup: &[u8; 32], sealed: &[u8]) -> Option<CardReading> {
    CardReading::from_uid(&keys.open_offer(lookup, sealed)?).ok()
}

/// A ticket is one person's.
fn context(person: PersonId) -> Vec<u8> {
    [b"ticket".as_slice(), person.as_bytes()].concat()
}

fn looked_up(keys: &Keys, ticket: &str, person: PersonId, now: Timestamp) -> Option<[u8; 32]> {
    let sealed = URL_SAFE_NO_PAD.decode(ticket).ok()?;
    let text = keys.open_offer(&context(person), &sealed)?;
    let (lookup, until) = text.split_at_checked(32)?;
    let until = Timestamp::from_micros(i64::from_be_bytes(until.try_into().ok()?));
    if until <= now { None } else { lookup.try_into().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        assert_eq!(typed_code("abcd-2o4l").as_deref(), Some("ABCD2041"));
        assert_eq!(typed_code(" ABCD 2345 ").as_deref(), Some("ABCD2345"));
        for bad in ["", "ABCD-234", "ABCD-23456", "ABCD-234U", "ÅBCD-2345", &"A".repeat(10_000)] {
            assert_eq!(typed_code(bad), None, "{bad:.20}");
        }
    }

    #[test]
    fn a_ticket_is_one_persons_and_ends() {
        let place = crate::keys::tests::Place::new();
        let keys = place.open().unwrap();
        let (person, other) = (PersonId::new(), PersonId::new());
        let now = Timestamp::from_micros(1_000_000);
        let until = now.plus_seconds(TICKET_SECONDS).micros().to_be_bytes();
        let text = [&[7; 32][..], &until].concat();
        let ticket = URL_SAFE_NO_PAD.encode(keys.seal_offer(&context(person), &text));
        assert_eq!(looked_up(&keys, &ticket, person, now), Some([7; 32]));
        assert_eq!(looked_up(&keys, &ticket, other, now), None);
        let late = now.plus_seconds(TICKET_SECONDS);
        assert_eq!(looked_up(&keys, &ticket, person, late), None);
        assert_eq!(looked_up(&keys, "", person, now), None);
    }
}
