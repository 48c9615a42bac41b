//! What pages ask of the running server and need answered at once. Everything else they ask for is
//! a `request` row in the store, which the node that owns the work carries out.

use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;

use print_core::PersonId;

/// An answer that comes later.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The running server, as pages see it.
pub trait Desk: Send + Sync + fmt::Debug {
    /// Checks a password with the directory. The desk throttles and audits; `address` is the
    /// client's.
    fn sign_in<'a>(
        &'a self,
        login: &'a str,
        password: &'a str,
        address: IpAddr,
    ) -> Answer<'a, Result<PersonId, SignInError>>;

    /// How the server's parts are.
    fn health(&self) -> Answer<'_, Vec<HealthItem>>;
}

/// Why a sign-in did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Unknown name, wrong password or closed account; the page does not say which.
    #[error("the name or the password is wrong")]
    Wrong,
    /// Too many wrong passwords from this address or for this name.
    #[error("too many attempts")]
    Throttled,
    /// The directory cannot be asked.
    #[error("the directory does not answer")]
    DirectoryDown,
}

/// One part of the server and how it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HealthItem {
    /// A directory of people.
    Directory {
        /// Its name in the configuration.
        name: String,
        /// Whether it answers now.
        answers: bool,
    },
    /// The database.
    Database {
        /// Whether it takes writes now.
        writes: bool,
    },
    /// The place where held documents are kept.
    Spool {
        /// Free space in bytes.
        free_bytes: u64,
        /// Whether that is below the reserve, so that new jobs are refused.
        low: bool,
    },
    /// The certificate that clients see.
    Certificate {
        /// Whole days until it expires; negative when it has.
        days_left: i64,
    },
}
