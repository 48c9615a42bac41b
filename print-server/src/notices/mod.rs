//! What people are told when they are not at a printer.
//!
//! | module | what it holds |
//! |---|---|
//! | [`refused`] | a refused job becomes a notice, where its owner can do something about it |
//! | [`mailer`] | sends what waits, again and again until it is taken |
//! | [`letter`] | a notice as a mail |
//! | [`transport`] | the way to the mail server |

pub mod letter;
pub mod mailer;
pub mod refused;
#[cfg(test)]
mod tests;
pub mod transport;

pub use mailer::{Mailer, MailerParts};
