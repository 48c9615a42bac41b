//! What is inside the documents: pages, colour, paper, and whether a password locks them. Looked for in the
//! background, each document in a locked process of its own, so that neither a client nor this process
//! suffers from a hostile file. What is not known yet is "unknown" and holds nothing up.
//!
//! | module | what it is |
//! |---|---|
//! | [`inspector`] | looks into one document and keeps what is found |
//! | [`waiting`] | whose document is next: a line for each owner |
//! | [`lanes`] | how many at once, and who goes first |
//! | [`findings`] | from what the process says to what the store keeps |
//! | [`encryption`] | the word that tells which documents may need a password |

pub mod encryption;
pub mod findings;
pub mod inspector;
pub mod lanes;
#[cfg(test)]
pub mod tests;
pub mod waiting;

pub use encryption::EncryptionHint;
pub use inspector::{Inspector, InspectorParts};
