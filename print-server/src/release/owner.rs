//! Whose card it is: decided by our own copy of the directory, so that a tap works while it is down.

use print_core::CardReading;
use print_core::card::BadCard;
use station_protocol::{Card, CardKind, RefusedReason};
use store::{CardLookup, CardOwner, Person, StoreError};
use texts::sentences::Refusal;

use super::ReleaseParts;
use crate::directory::{Asked, Directory, Standing, card_lookups, part_lookup};

/// Why a tap opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum TapRefusal {
    /// Nobody has this card.
    #[error("nobody has this card")]
    UnknownCard,
    /// The card gives another number at each tap, or is none.
    #[error("the card cannot be used: {0}")]
    Unusable(#[from] BadCard),
    /// The card is blocked.
    #[error("the card is blocked")]
    BlockedCard(Box<CardOwner>),
    /// The card was for a time that is over.
    #[error("the card has expired")]
    ExpiredCard(Box<CardOwner>),
    /// The person may not print any more.
    #[error("the person is disabled")]
    DisabledPerson(Box<CardOwner>),
    /// No directory that answers has the card, and one does not answer.
    #[error("a directory does not answer, so that nobody knows whose the card is")]
    DirectoryDown,
    /// The person's directory has been away for so long that nobody can say whether they may still print.
    #[error("the person's directory was not copied for too long")]
    DirectoryOld(Box<CardOwner>),
    /// The store could not say.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TapRefusal {
    /// The word for the row of the tap.
    #[must_use]
    pub fn outcome(&self) -> &'static str {
        match self {
            Self::UnknownCard => "unknown-card",
            Self::Unusable(_) => "unusable-card",
            Self::BlockedCard(_) => "blocked-card",
            Self::ExpiredCard(_) => "expired-card",
            Self::DisabledPerson(_) => "disabled-person",
            Self::DirectoryDown => "directory-down",
            Self::DirectoryOld(_) => "directory-old",
            Self::Store(_) => "try-again",
        }
    }

    /// Whose card it is that opens nothing, where it is anybody's.
    #[must_use]
    pub fn owner(&self) -> Option<&CardOwner> {
        match self {
            Self::BlockedCard(owner)
            | Self::ExpiredCard(owner)
            | Self::DisabledPerson(owner)
            | Self::DirectoryOld(owner) => Some(owner),
            Self::UnknownCard | Self::Unusable(_) | Self::DirectoryDown | Self::Store(_) => None,
        }
    }

    /// What the station is told, and the sentence for the person.
    #[must_use]
    pub fn told(&self) -> (RefusedReason, Refusal) {
        match self {
            Self::UnknownCard => (RefusedReason::UnknownCard, Refusal::UnknownCard),
            Self::Unusable(_) => (RefusedReason::UnusableCard, Refusal::UnusableCard),
            Self::BlockedCard(_) => (RefusedReason::BlockedCard, Refusal::BlockedCard),
            // A station shows the sentence; its reason is of the same kind.
            Self::ExpiredCard(_) => (RefusedReason::BlockedCard, Refusal::ExpiredCard),
            Self::DisabledPerson(_) => (RefusedReason::DisabledPerson, Refusal::DisabledPerson),
            // The sentence says more than the station's own word for it.
            Self::DirectoryDown => (RefusedReason::TryAgain, Refusal::DirectoryDown),
            Self::DirectoryOld(_) => (RefusedReason::TryAgain, Refusal::DirectoryOld),
            Self::Store(_) => (RefusedReason::TryAgain, Refusal::TryAgain),
        }
    }
}

/// The person with this card.
///
/// # Errors
/// [`TapRefusal`].
pub async fn find_owner(parts: &ReleaseParts, card: &Card) -> Result<CardOwner, TapRefusal> {
    let CardKind::Uid = card.kind;
    let reading = CardReading::from_uid(card.hex.bytes())?;
    let mut found = in_store(parts, &reading).await?;
    // A card that was issued this morning is in the directory only, until people are copied again.
    if found.is_none() {
        match parts.directory.find_unknown_card(&reading).await {
            Asked::Known => found = in_store(parts, &reading).await?,
            Asked::Unknown => {}
            Asked::Unreachable => return Err(TapRefusal::DirectoryDown),
        }
    }
    let found = found.ok_or(TapRefusal::UnknownCard)?;
    if found.card.blocked_at.is_some() {
        return Err(TapRefusal::BlockedCard(Box::new(found)));
    }
    if found.card.is_expired(parts.clock.now()) {
        return Err(TapRefusal::ExpiredCard(Box::new(found)));
    }
    match closed(&parts.directory, &found.person).await? {
        None => Ok(found),
        Some(Closed::Disabled) => Err(TapRefusal::DisabledPerson(Box::new(found))),
        Some(Closed::DirectoryOld) => Err(TapRefusal::DirectoryOld(Box::new(found))),
    }
}

/// Why somebody opens nothing now, with whatever card or code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The person may not print any more.
    Disabled,
    /// The person's directory has been away for so long that nobody can say whether they may still print.
    DirectoryOld,
}

impl Closed {
    /// The word for the row of the tap.
    #[must_use]
    pub fn outcome(self) -> &'static str {
        match self {
            Self::Disabled => "disabled-person",
            Self::DirectoryOld => "directory-old",
        }
    }

    /// What a station is told about a code. Typing it once more would not help.
    #[must_use]
    pub fn told(self) -> (RefusedReason, Refusal) {
        match self {
            Self::Disabled => (RefusedReason::DisabledPerson, Refusal::DisabledPerson),
            Self::DirectoryOld => (RefusedReason::NotThisStation, Refusal::DirectoryOld),
        }
    }
}

/// Whether the person opens nothing now. While the person's directory is well this asks nobody anything.
///
/// # Errors
/// What the store answers.
pub async fn closed(directory: &Directory, person: &Person) -> Result<Option<Closed>, StoreError> {
    if person.disabled {
        return Ok(Some(Closed::Disabled));
    }
    let is_over = directory.standing(person).await? == Standing::Over;
    Ok(is_over.then_some(Closed::DirectoryOld))
}

async fn in_store(
    parts: &ReleaseParts,
    reading: &CardReading,
) -> Result<Option<CardOwner>, TapRefusal> {
    let found = find(parts, &card_lookups(&parts.keys, reading)).await?;
    if found.is_some() {
        return Ok(found);
    }
    // Lists of some sites have a part of the number only.
    let form = parts.store.card_form().await?;
    match form.and_then(|form| part_lookup(&parts.keys, &form, reading)) {
        Some(part) => find(parts, &[part]).await,
        None => Ok(None),
    }
}

async fn find(
    parts: &ReleaseParts,
    lookups: &[CardLookup],
) -> Result<Option<CardOwner>, TapRefusal> {
    match parts.store.find_card(lookups).await {
        // The forms of this number name two people: nobody may be guessed.
        Err(StoreError::Conflict) => Err(TapRefusal::UnknownCard),
        found => Ok(found?),
    }
}
