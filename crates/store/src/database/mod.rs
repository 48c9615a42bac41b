//! The two databases, and nothing about printing.
//!
//! | module | what it holds |
//! |---|---|
//! | [`url`] | which database, as the configuration names it |
//! | [`error`] | what can go wrong, by what the caller can do about it |
//! | [`value`] | parameters and rows, the same for both databases |
//! | [`statement`] | SQL as registered constants; the same statement for several rows |
//! | [`pool`] | connections and transactions: the one place that knows there are two databases |
//! | [`migrate`] | brings the tables up to date |
//! | [`protect`] | triggers that let the books only grow |

pub mod error;
pub(crate) mod migrate;
pub(crate) mod pool;
pub(crate) mod protect;
pub(crate) mod statement;
pub mod url;
pub(crate) mod value;
