//! From the owner's word to the end of the delivery.
//!
//! | module | what it holds |
//! |---|---|
//! | [`taps`] | readings of cards at stations |
//! | [`claim`] | the owner's word: jobs, attempts, payer and prices in one commit |
//! | [`claimable`] | which jobs it may be for, in SQL |
//! | [`begun`] | the attempts that a claim makes |
//! | [`repeat`] | a claim that is written once more, because its answer was lost |
//! | [`terms`] | who pays for it, and by which prices |
//! | [`attempts`] | tries to deliver, and what becomes of them when a node dies |
//! | [`steps`] | how far a delivery has come |
//! | [`end`] | its end: job, ledger and sums in one commit |

pub mod attempts;
pub(crate) mod begun;
pub mod claim;
pub(crate) mod claimable;
pub mod end;
pub(crate) mod repeat;
pub mod steps;
pub mod taps;
pub(crate) mod terms;
