//! What pages ask of the running server and need answered at once. Everything else they ask for is
//! a `request` row in the store, which the node that owns the work carries out.

use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;

use print_core::{DeviceName, JobNumber, LinkId, PersonId};
use store::StoreError;

use crate::codes::Codes;
pub use crate::uploads::{Document, FileKind, Interrupted, NewUpload, UploadError, UploadQueue};

/// An answer that comes later.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The running server, as pages see it.
pub trait Desk: Codes {
    /// Checks a password with the directory. The desk throttles and audits; `address` is the
    /// client's.
    fn sign_in<'a>(
        &'a self,
        login: &'a str,
        password: &'a str,
        address: IpAddr,
    ) -> Answer<'a, Result<PersonId, SignInError>>;

    /// Where people can print: the queues for people that take jobs, at everybody's addresses, or at those
    /// of a link.
    fn print_places<'a>(&'a self, link: Option<&'a OwnLink>) -> Answer<'a, Vec<PrintPlace>>;

    /// The file that adds this queue to a device, at everybody's address, or at that of a link of a person;
    /// none when there is no such queue, or the link is none of this person's that is in use.
    fn profile<'a>(
        &'a self,
        kind: ProfileKind,
        queue: &'a str,
        link: Option<(PersonId, &'a OwnLink)>,
    ) -> Answer<'a, Result<Option<ProfileFile>, StoreError>>;

    /// Makes a link by its owner's word, and tells it, this once.
    fn make_link(&self, wish: LinkWish) -> Answer<'_, Result<OwnLink, LinkFault>>;

    /// The queues that take files from the pages.
    fn upload_queues(&self) -> Answer<'_, Vec<UploadQueue>>;

    /// Takes a file in as a job of its sender. It is held, durable, when this answers its number.
    fn take<'a>(
        &'a self,
        upload: NewUpload,
        document: &'a mut dyn Document,
    ) -> Answer<'a, Result<JobNumber, UploadError>>;

    /// How the server's parts are.
    fn health(&self) -> Answer<'_, Vec<HealthItem>>;
}

/// The secret part of a link of the reader's own. It stands in the answer to whoever made it, in the forms
/// of that answer, and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnLink(String);

impl OwnLink {
    /// The secret.
    #[must_use]
    pub fn new(secret: String) -> Self {
        Self(secret)
    }

    /// The secret, to be shown to its owner.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0
    }
}

/// Shows that there is a secret, and nothing of it.
impl fmt::Debug for OwnLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OwnLink(…)")
    }
}

/// A link that a person wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkWish {
    /// Its key, made with the form: a form that comes twice makes one link.
    pub id: LinkId,
    /// Whose it is to be, who also wants it.
    pub person: PersonId,
    /// On which device.
    pub device: DeviceName,
}

/// Why a link was not made.
#[derive(Debug, thiserror::Error)]
pub enum LinkFault {
    /// The person has as many as one can have.
    #[error("there are too many links")]
    Full,
    /// This very wish was fulfilled before.
    #[error("the link was made before")]
    Known,
    /// The store could not say.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A queue as a device reaches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintPlace {
    /// The queue's name, as it stands in addresses.
    pub queue: String,
    /// What people read in their lists of printers.
    pub title: String,
    /// The address to type: everybody's, or the person's own.
    pub uri: String,
    /// Whether it is the person's own: no device finds that one by itself.
    pub is_own: bool,
    /// What the device may be asked for: any one of these will do, the least trouble first. Where there is
    /// none, a link alone says who prints.
    pub asks: Vec<Asks>,
}

/// What a queue asks of whoever prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Nothing: the address or the network says who prints.
    Nothing,
    /// The Kerberos ticket that a computer of the organisation has while somebody is signed in to it.
    Ticket,
    /// Signing in with the identity provider, in a window that the device opens.
    Account,
    /// The name and the password of the directory.
    Password,
}

/// The devices that a file can be made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileKind {
    /// iPhone, iPad and Mac.
    Apple,
    /// Windows.
    Windows,
    /// ChromeOS, by policy.
    ChromeOs,
    /// CUPS.
    Linux,
}

/// A file that adds a queue to a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileFile {
    /// What it is called: letters, digits, `-`, `_` and `.` only.
    pub name: String,
    /// Its type.
    pub content_type: &'static str,
    /// What is in it.
    pub content: Vec<u8>,
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
    /// Several people have the name, each in a directory of their own.
    #[error("several people have the name")]
    Ambiguous,
    /// The password is right, the account disabled.
    #[error("the account is disabled")]
    AccountDisabled,
    /// The password is right, the account's time over.
    #[error("the account has expired")]
    AccountExpired,
    /// The password is right, and has to be changed first.
    #[error("the password has to be changed")]
    PasswordOld,
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
    /// People were not copied from a directory for more than a day.
    DirectoryOld {
        /// Its name.
        name: String,
        /// For how many hours.
        hours: i64,
        /// Whether its people's cards open nothing any more.
        refuses: bool,
    },
    /// What a directory says is not followed.
    DirectoryBraked {
        /// Its name.
        name: String,
        /// Why.
        why: String,
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
