//! Who a request is from, what it brought to say so, and why it did not suffice.

use print_core::{ClaimedName, LinkId, Login, OwnerId};
use store::{Door, StoreError};
use texts::Language;
use texts::sentences::DoorRefusal;

use super::{Handshake, LinkSecret};
use crate::directory::Barred;
use crate::listeners::connection::Peer;

/// Who a request is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The person, or the people of a machine.
    pub owner: OwnerId,
    /// The person's login name, as the directory writes it, or the machine's name.
    pub login: Login,
    /// Whether it is proved.
    pub verified: bool,
    /// How.
    pub door: Door,
    /// The name the client gave, where it proves nothing.
    pub claimed_name: Option<ClaimedName>,
}

impl Identity {
    /// Whom a job of this request belongs to.
    #[must_use]
    pub fn owner(&self) -> OwnerId {
        self.owner
    }

    /// The identity as the audit trail and requests to the engine write it.
    #[must_use]
    pub fn actor(&self) -> String {
        match self.owner {
            OwnerId::Person(person) => format!("person:{person}"),
            OwnerId::Group(machine) => format!("machine:{machine}"),
        }
    }
}

/// Why nobody could be identified.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// Under TLS without a name and password.
    #[error("sign in with your name and password")]
    SignInWanted,
    /// Without TLS, from a network where names are not taken on trust.
    #[error("this queue takes jobs over an encrypted connection only")]
    TlsWanted,
    /// Name and password sent in the clear: they were not read.
    #[error("a password came over a connection that is not encrypted, and was not read")]
    PasswordInClear,
    /// The name or the password is wrong, or the account is disabled.
    #[error("name or password is wrong")]
    Wrong,
    /// People of several directories have the name.
    #[error("several people have this name: write it with its domain")]
    AmbiguousName(Language),
    /// The password is right, and the directory lets its owner in nowhere.
    #[error("the account cannot be used: {0:?}")]
    Barred(Barred, Language),
    /// The Kerberos ticket proves nothing here.
    #[error("the Kerberos ticket is not accepted")]
    BadTicket,
    /// A ticket of somebody who has no account here, or none any more.
    #[error("the Kerberos ticket is of nobody here")]
    TicketOfNobody(Language),
    /// A ticket sent in the clear: it opens nothing any more.
    #[error("a Kerberos ticket came over a connection that is not encrypted")]
    TicketInClear,
    /// Our own part that checks tickets did not answer.
    #[error("Kerberos tickets cannot be checked at present")]
    TicketsUnchecked,
    /// Too many wrong passwords.
    #[error("too many wrong passwords; wait a minute")]
    Throttled,
    /// The access token is no good.
    #[error("the access token is not accepted; sign in again")]
    TokenRefused,
    /// The provider knows the person, the directory does not, or the account is closed.
    #[error("your account may not print here; ask the helpdesk")]
    TokenOfNobody,
    /// The keys of the identity provider are not known, so that no token can be checked.
    #[error("the identity provider cannot be reached, so nobody can sign in with it")]
    ProviderDown,
    /// The directory does not answer.
    #[error("the directory cannot be reached, so nobody can sign in")]
    DirectoryDown,
    /// The claimed name is nobody's.
    #[error("the claimed name is nobody's")]
    NobodyOfThatName(Language),
    /// The client sent no user name.
    #[error("the client sent no user name")]
    NoName(Language),
    /// The link was never made, or opens nothing any more.
    #[error("the link opens nothing")]
    LinkUnknown(Language),
    /// The link came over a connection that others can read. Which one, when it was revoked for it just now.
    #[error("a link came over a connection that is not encrypted")]
    LinkInClear(Option<LinkId>, Language),
    /// A machine's link came from an address that is none of the machine's.
    #[error("the machine's link {0} came from elsewhere")]
    LinkElsewhere(LinkId, Language),
    /// The person of the link has left.
    #[error("the account behind the link {0} is closed")]
    AccountClosed(LinkId, Language),
    /// Too many jobs or refusals in the last minute.
    #[error("too many jobs or refusals in the last minute")]
    TooMany(Language),
    /// The store could not say.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn barred(why: Barred) -> DoorRefusal {
    match why {
        Barred::Disabled => DoorRefusal::AccountClosed,
        Barred::Expired => DoorRefusal::AccountExpired,
        Barred::PasswordOld => DoorRefusal::PasswordOld,
    }
}

impl DoorError {
    /// What the person at the client reads, where there is more to say than a line of English: what is
    /// wrong and what to do.
    #[must_use]
    pub fn told(&self) -> Option<(&'static str, Language)> {
        let (refusal, language) = match self {
            Self::NobodyOfThatName(language) => (DoorRefusal::NobodyOfThatName, language),
            Self::AmbiguousName(language) => (DoorRefusal::AmbiguousName, language),
            Self::Barred(why, language) => (barred(*why), language),
            Self::TicketOfNobody(language) => (DoorRefusal::TicketOfNobody, language),
            Self::NoName(language) => (DoorRefusal::NoName, language),
            Self::LinkUnknown(language) => (DoorRefusal::LinkUnknown, language),
            Self::LinkInClear(_, language) => (DoorRefusal::LinkInClear, language),
            Self::LinkElsewhere(_, language) => (DoorRefusal::LinkElsewhere, language),
            Self::AccountClosed(_, language) => (DoorRefusal::AccountClosed, language),
            Self::TooMany(language) => (DoorRefusal::TooMany, language),
            _ => return None,
        };
        Some((refusal.text(*language), *language))
    }

    /// What the audit trail calls it; none for what happens to everybody.
    #[must_use]
    pub fn outcome(&self) -> Option<&'static str> {
        Some(match self {
            Self::PasswordInClear => "refused: password in the clear",
            Self::Wrong => "refused: wrong",
            Self::AmbiguousName(_) => "refused: name of several people",
            Self::Barred(Barred::Disabled, _) => "refused: account disabled",
            Self::Barred(Barred::Expired, _) => "refused: account expired",
            Self::Barred(Barred::PasswordOld, _) => "refused: password expired",
            Self::BadTicket => "refused: ticket",
            Self::TicketOfNobody(_) => "refused: ticket of nobody",
            Self::TicketInClear => "refused: ticket in the clear",
            Self::TokenRefused => "refused: token",
            Self::TokenOfNobody => "refused: not in the directory",
            Self::Throttled => "refused: throttled",
            Self::LinkUnknown(_) => "refused: unknown link",
            Self::LinkInClear(..) => "refused: link in the clear",
            Self::LinkElsewhere(..) => "refused: link from elsewhere",
            Self::AccountClosed(..) => "refused: account closed",
            Self::TooMany(_) => "refused: too many",
            _ => return None,
        })
    }

    /// Whether it changed something, so that it is written down however often the like happens.
    #[must_use]
    pub fn is_change(&self) -> bool {
        matches!(self, Self::LinkInClear(Some(_), _))
    }

    /// What the audit trail says it is about.
    #[must_use]
    pub fn object(&self) -> String {
        match self {
            Self::LinkElsewhere(link, _)
            | Self::AccountClosed(link, _)
            | Self::LinkInClear(Some(link), _) => format!("link:{link}"),
            _ => "print".into(),
        }
    }
}

/// What a request brings that may tell who it is from.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// The connection.
    pub peer: Peer,
    /// The link in the address that it was posted to.
    pub link: Option<&'a LinkSecret>,
    /// The `Authorization` header, unread.
    pub authorization: Option<&'a str>,
    /// `requesting-user-name`: what the client claims.
    pub requesting_user_name: Option<&'a str>,
    /// The language of the client.
    pub language: Language,
    /// What the answer will say about signing in.
    pub handshake: &'a Handshake,
}
