//! Cards: what people hold to a reader. No number is shown or written down with more than its last four digits.
//!
//! | module | what it holds |
//! |---|---|
//! | [`command`] | one person's cards: add, block, unblock, remove, list |
//! | [`form`] | how this site's lists write card numbers: learn, show, set |
//! | [`import`] | a list of cards, looked through or taken whole |
//! | [`list`] | the lines of such a list, checked |
//! | [`csv`] | its cells |

mod command;
pub(super) mod csv;
mod form;
mod import;
mod list;

pub use command::{Command, run};
