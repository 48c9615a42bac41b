//! How a queue knows who prints, where the directory does not say it.
//!
//! | module | what it holds |
//! |---|---|
//! | [`links`] | printer addresses made for one device of a person, or for a machine |
//! | [`machines`] | machines that several people print from, and who fetches their jobs |

pub mod links;
pub mod machines;
