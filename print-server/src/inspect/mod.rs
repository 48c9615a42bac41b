//! What is inside the documents: pages, colour, paper, and whether a password locks them. Looked for in the
//! background, each document in a locked process of its own, so that neither a client nor this process
//! suffers from a hostile file. What is not known yet is "unknown" and holds nothing up.
//!
//! | module | what it is |
//! |---|---|
//! | [`inspector`] | the jobs that wait to be looked into, and the lanes that do it |
//! | [`findings`] | from what the process says to what the store keeps |
//! | [`encryption`] | the word that tells which documents may need a password |

pub mod encryption;
pub mod findings;
pub mod inspector;

pub use encryption::EncryptionHint;
pub use inspector::{Inspector, InspectorParts};
