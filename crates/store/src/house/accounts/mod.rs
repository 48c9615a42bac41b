//! Accounts: the entries of directories, and whose they are. One person may have an account in each of
//! several directories.
//!
//! | module | what it does |
//! |---|---|
//! | [`account`] | accounts, read and found |
//! | [`put`] | what a directory says about one account, into the store |
//! | [`link`] | accounts that become one person, and that part again |
//! | [`state`] | how each directory is |

pub mod account;
pub(crate) mod link;
pub(crate) mod put;
pub mod state;
