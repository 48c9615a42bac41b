//! Signing in elsewhere, with an identity provider: what the pages ask of the running server.

use std::fmt;
use std::net::IpAddr;

use print_core::PersonId;

use crate::desk::Answer;

/// An identity provider, as pages see it.
pub trait Elsewhere: Send + Sync + fmt::Debug {
    /// What stands on its button, where the site chose words of its own.
    fn button(&self) -> Option<&str>;

    /// How browsers reach the pages, as `https://print.example.org`: the provider sends people back there.
    fn pages(&self) -> &str;

    /// Begins a sign-in, after which the person goes on to `next`, a path on this site.
    fn begin<'a>(&'a self, next: &'a str) -> Answer<'a, Result<Begun, ElsewhereError>>;

    /// Ends a sign-in: what the provider sent with the person, and what the browser kept. It audits;
    /// `address` is the client's.
    fn finish<'a>(
        &'a self,
        returned: Returned<'a>,
        kept: &'a str,
        address: IpAddr,
    ) -> Answer<'a, Result<Entered, ElsewhereError>>;
}

/// A sign-in that has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Where the browser goes.
    pub location: String,
    /// What it keeps meanwhile: letters, digits, hyphens and underscores.
    pub kept: String,
}

/// What a provider sends with a person who comes back (RFC 6749 section 4.1.2, RFC 9207).
#[derive(Debug, Clone, Copy, Default)]
pub struct Returned<'a> {
    /// `state`.
    pub state: Option<&'a str>,
    /// `code`.
    pub code: Option<&'a str>,
    /// `error`.
    pub error: Option<&'a str>,
    /// `iss`.
    pub issuer: Option<&'a str>,
}

/// A sign-in that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entered {
    /// Who it is.
    pub person: PersonId,
    /// Where the person wanted to go; empty when nowhere in particular.
    pub next: String,
}

/// Why nobody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ElsewhereError {
    /// The provider does not answer.
    #[error("the provider does not answer")]
    Down,
    /// This browser began no such sign-in, or too long ago, or it was ended before.
    #[error("the sign-in was not begun here")]
    Stale,
    /// The provider signed nobody in, or the person changed their mind there.
    #[error("the provider signed nobody in")]
    Denied,
    /// What the provider says is not accepted.
    #[error("the provider's answer is not accepted")]
    Refused,
    /// The directory does not know the person, or the account is closed.
    #[error("the person may not use the service")]
    Nobody,
    /// The database cannot be asked.
    #[error("the database does not answer")]
    Unavailable,
}
