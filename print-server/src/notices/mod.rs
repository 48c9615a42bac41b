//! What people are told when they are not at a printer.
//!
//! | module | what it holds |
//! |---|---|
//! | [`refused`] | a refused job becomes a notice, where its owner can do something about it |

pub mod refused;
