//! Whose card it is: decided by our own copy of the directory, so that a tap works while it is down.

use print_core::CardReading;
use print_core::card::BadCard;
use station_protocol::{Card, CardKind, RefusedReason};
use store::{CardLookup, CardOwner, StoreError};
use texts::sentences::Refusal;

use super::ReleaseParts;
use crate::directory::card_lookups;

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
    BlockedCard,
    /// The person may not print any more.
    #[error("the person is disabled")]
    DisabledPerson,
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
            Self::BlockedCard => "blocked-card",
            Self::DisabledPerson => "disabled-person",
            Self::Store(_) => "try-again",
        }
    }

    /// What the station is told, and the sentence for the person.
    #[must_use]
    pub fn told(&self) -> (RefusedReason, Refusal) {
        match self {
            Self::UnknownCard | Self::Unusable(_) => {
                (RefusedReason::UnknownCard, Refusal::UnknownCard)
            }
            Self::BlockedCard => (RefusedReason::BlockedCard, Refusal::BlockedCard),
            Self::DisabledPerson => (RefusedReason::DisabledPerson, Refusal::DisabledPerson),
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
    let lookups = card_lookups(&parts.keys, &reading);
    let mut found = in_store(parts, &lookups).await?;
    // A card that was issued this morning is in the directory only, until people are copied again.
    if found.is_none() && parts.directory.find_unknown_card(&reading).await.is_some() {
        found = in_store(parts, &lookups).await?;
    }
    let found = found.ok_or(TapRefusal::UnknownCard)?;
    if found.card.blocked_at.is_some() {
        return Err(TapRefusal::BlockedCard);
    }
    if found.person.disabled {
        return Err(TapRefusal::DisabledPerson);
    }
    Ok(found)
}

async fn in_store(
    parts: &ReleaseParts,
    lookups: &[CardLookup],
) -> Result<Option<CardOwner>, TapRefusal> {
    match parts.store.find_card(lookups).await {
        // The forms of this number name two people: nobody may be guessed.
        Err(StoreError::Conflict) => Err(TapRefusal::UnknownCard),
        found => Ok(found?),
    }
}
