//! What proves who stands at a station, where the card does not or not alone.
//!
//! | module | what it is |
//! |---|---|
//! | [`codes`] | digits that a person types in place of a card, or to add one: how many, how long they hold |
//! | [`offers`] | a card that nobody has, under a code that its station shows for a moment |
//! | [`own_pins`] | the PIN that people type beside their card: what is taken, what is kept of it |

pub mod codes;
pub mod offers;
pub mod own_pins;
