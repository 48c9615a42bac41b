//! Cards: what a reader gives, and how lists write the same number.
//!
//! | module | what it holds |
//! |---|---|
//! | [`reading`] | the number as a reader gives it |
//! | [`notation`] | digits: hexadecimal, decimal, facility and number, with and without parity |
//! | [`form`] | how one site's list writes what its readers read |
//! | [`learn`] | finds that form from sample pairs |

pub mod form;
pub mod learn;
pub mod notation;
pub mod reading;

pub use form::{BadForm, CardForm, CardNumber, CardPart, Cut, Order};
pub use learn::{Learnt, SAMPLES_MIN, learn};
pub use notation::{BadNumber, Notation};
pub use reading::{BadCard, CardKind, CardReading};
