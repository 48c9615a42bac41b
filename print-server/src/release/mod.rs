//! From a card in the hand to paper: who tapped, what waits for that person, what is let go.

mod cards;
mod counting;
#[cfg(test)]
mod counting_tests;
#[cfg(test)]
mod delegate_tests;
mod delegations;
#[cfg(test)]
mod elsewhere_tests;
mod hurry;
#[cfg(test)]
mod identity_tests;
#[cfg(test)]
mod machine_tests;
mod machines;
mod nearest;
mod options;
mod owner;
#[cfg(test)]
mod pin_tests;
mod pins_at_hand;
#[cfg(test)]
mod race_tests;
mod revoked;
mod rules;
mod session;
#[cfg(test)]
mod tests;
mod tracked;
#[cfg(test)]
mod wish_tests;
mod word;

use std::sync::Arc;

use print_core::{Clock, TimeZone};
use store::Store;

pub use cards::{printer_card, start_policy};
pub use hurry::Hurry;
#[cfg(test)]
pub use owner::Closed;
pub use owner::{TapRefusal, closed, find_owner};
pub use pins_at_hand::PinsAtHand;
pub use revoked::{Revoked, RevokedListener};
pub use rules::Rules;
pub use session::{OpenTap, PinRefused, ReleaseError, Session};

use crate::changes::Changes;
use crate::delivery::Deliveries;
use crate::directory::Directory;
use crate::inspect::Inspector;
use crate::keys::Keys;
use crate::metrics::Metrics;

/// What releasing needs.
#[derive(Debug, Clone)]
pub struct ReleaseParts {
    /// Rows.
    pub store: Store,
    /// For the look-ups of cards.
    pub keys: Arc<Keys>,
    /// For cards that were issued a moment ago.
    pub directory: Arc<Directory>,
    /// Documents out.
    pub deliveries: Arc<Deliveries>,
    /// What is inside the documents.
    pub inspector: Arc<Inspector>,
    /// Who is told of changes.
    pub changes: Changes,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The installation's zone.
    pub zone: TimeZone,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// What can wait lets taps go first.
    pub hurry: Hurry,
    /// What sessions remember of PINs.
    pub pins: PinsAtHand,
    /// What a tap lets go without a question.
    pub rules: Rules,
}
