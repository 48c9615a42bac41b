//! Brings a released job to its printer, follows it until it is really out, and books what came out.
//!
//! | module | what it is |
//! |---|---|
//! | [`deliveries`] | the front door: start, cancel, recover, stop |
//! | [`settings`] | how long is waited for what |
//! | [`lanes`] | one lane a printer; the order of the jobs |
//! | [`document`] | the document on its way out, as it is or drawn |
//! | [`steps`] | from the claim to the printer having the document |
//! | [`settle`] | asks the printer what became of a job whose fate is open |
//! | [`standing`] | waits with a document for a printer that has stopped |
//! | [`takeover`] | takes a job back from a printer that has not heard of it |
//! | [`watch`] | follows a job to its end |
//! | [`rounds`] | asks every printer now and then how it is |
//! | [`ending`] | the commits: steps, ends, the second try |
//! | [`work`] | one attempt under way |
//! | [`live`] | what the owner sees of it meanwhile |
//! | [`rules`] | what is decided, pure: recovery, form, metering, stops, reasons |
//! | [`machine`], [`printer`] | a printer as we remember it, and how it is talked to |
//!
//! The order that makes a crash harmless: the claim commits the intent; Create-Job; the printer's number
//! is committed; the document is sent; that it was taken is committed; the job is followed; state, ledger
//! and roll-up are one commit. After a crash the last of these commits and the printer's word decide, in
//! [`rules::recovery::decide`]; a job is never sent again while it is open whether it was printed.

pub mod deliveries;
mod document;
mod ending;
mod lanes;
pub mod live;
mod machine;
pub mod printer;
mod rounds;
pub mod rules;
mod settings;
mod settle;
mod standing;
mod steps;
mod takeover;
mod watch;
mod work;

#[cfg(test)]
pub mod tests;

pub use deliveries::{Deliveries, DeliveryParts, Released};
pub use live::{Progress, Step};
pub use printer::facts::Facts;
pub use printer::reach::Reach;
pub use printer::trust::{CertificatePin, PrinterTrust, TrustError};
pub use rules::outcome::{End, Outcome, Reason};
pub use settings::{DeliverySettings, can_draw, renderer};
