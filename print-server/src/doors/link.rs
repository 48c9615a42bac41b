//! The door `link`: a printer address that says who prints, made for one device of a person or for a
//! machine. Whoever has the address prints for its owner, so it is a credential: it is 160 random bits, the
//! store keeps a keyed hash of it, it is taken under TLS only, and each job asks our own copy of the
//! directory whether its owner is still here.
//!
//! The address of a queue is followed by `/u/` and the secret: `/ipp/print/followme/u/5f0c…`.

use std::borrow::Cow;
use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;

use print_core::{ClaimedName, GroupId, Login, OwnerId, PersonId};
use store::{Door, Link, Store, StoreError};
use texts::Language;
use tracing::warn;

use super::{Caller, DoorError, Identity, Network};
use crate::keys::Keys;
use crate::keys::secret::random_token;

/// What stands before the secret in an address.
const MARK: &str = "u";
/// Random bytes of a secret.
const SECRET_BYTES: usize = 20;
/// Texts of another length are no secret and are not looked up.
const TEXT_BYTES: std::ops::RangeInclusive<usize> = 16..=64;

/// The secret part of a link's address. It is never shown but to its owner, once.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct LinkSecret(String);

/// Shows that there is a secret, and nothing of it.
impl fmt::Debug for LinkSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkSecret(…)")
    }
}

impl LinkSecret {
    /// A new secret.
    #[must_use]
    pub fn random() -> Self {
        let mut text = String::with_capacity(2 * SECRET_BYTES);
        for byte in &random_token()[..SECRET_BYTES] {
            write!(text, "{byte:02x}").expect("writing to a String does not fail");
        }
        Self(text)
    }

    /// The secret that somebody says, when it can be one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let good = TEXT_BYTES.contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        good.then(|| Self(text.to_owned()))
    }

    /// What the store looks it up by.
    #[must_use]
    pub fn lookup(&self, keys: &Keys) -> [u8; 32] {
        keys.link_lookup(&self.0)
    }

    /// The secret itself: for its owner, whom it is shown once.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The end of an address with this secret.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/{MARK}/{}", self.0)
    }

    /// A path without its secret, and the secret; none where something stands in the secret's place that
    /// cannot be one.
    #[must_use]
    pub fn split(path: &str) -> Option<(Cow<'_, str>, Option<Self>)> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).take(6).collect();
        // Where the mark stands: behind the name of a queue.
        let place = match parts.as_slice() {
            ["ipp", "print", _, mark, _, ..] if *mark == MARK => 3,
            ["printers", _, mark, _, ..] if *mark == MARK => 2,
            _ => return Some((Cow::Borrowed(path), None)),
        };
        let secret = Self::parse(parts[place + 1])?;
        let mut rest = String::with_capacity(path.len());
        for part in parts[..place].iter().chain(&parts[place + 2..]) {
            rest.push('/');
            rest.push_str(part);
        }
        Some((Cow::Owned(rest), Some(secret)))
    }

    /// The secret in a URI's path.
    #[must_use]
    pub fn of_uri(uri: &str) -> Option<Self> {
        let (_, rest) = uri.split_once("://")?;
        let path = rest.find('/').map_or("", |slash| &rest[slash..]);
        let path = path.split(['?', '#']).next().unwrap_or_default();
        Self::split(path).and_then(|(_, secret)| secret)
    }
}

/// The links of an installation.
#[derive(Debug)]
pub(super) struct Links {
    store: Store,
    keys: Arc<Keys>,
}

impl Links {
    pub(super) fn new(store: Store, keys: Arc<Keys>) -> Self {
        Self { store, keys }
    }

    /// Who prints with this link.
    pub(super) async fn open(
        &self,
        secret: &LinkSecret,
        caller: Caller<'_>,
    ) -> Result<Identity, DoorError> {
        if !caller.peer.tls {
            return Err(self.in_clear(secret, caller.language).await);
        }
        let found = self.store.find_link(&secret.lookup(&self.keys)).await?;
        let link = found.ok_or(DoorError::LinkUnknown(caller.language))?;
        let identity = match link.owner {
            OwnerId::Person(person) => self.person(&link, person, caller.language).await?,
            OwnerId::Group(machine) => self.machine(&link, machine, caller).await?,
        };
        // Without it the job is as good.
        if let Err(error) = self.store.use_link(&link).await {
            warn!(%error, "The use of a link could not be written down");
        }
        Ok(identity)
    }

    /// Marks a link that others could read: it opens nothing any more.
    pub(super) async fn in_clear(&self, secret: &LinkSecret, language: Language) -> DoorError {
        let mark = async {
            let found = self.store.find_link(&secret.lookup(&self.keys)).await?;
            let Some(link) = found else { return Ok(None) };
            let is_new = self.store.link_seen_in_clear(link.id).await?;
            Ok::<_, StoreError>(is_new.then_some(link.id))
        };
        match mark.await {
            Ok(revoked) => DoorError::LinkInClear(revoked, language),
            Err(error) => DoorError::Store(error),
        }
    }

    async fn person(
        &self,
        link: &Link,
        id: PersonId,
        clients: Language,
    ) -> Result<Identity, DoorError> {
        let person = match self.store.person(id).await {
            Ok(person) => person,
            Err(StoreError::NotFound) => return Err(DoorError::AccountClosed(link.id, clients)),
            Err(error) => return Err(error.into()),
        };
        let language = match person.language {
            store::Language::Swedish => Language::Swedish,
            store::Language::English => Language::English,
        };
        if person.disabled {
            return Err(DoorError::AccountClosed(link.id, language));
        }
        if link.revoked_at.is_some() {
            return Err(DoorError::LinkUnknown(language));
        }
        Ok(Identity {
            owner: link.owner,
            login: person.login,
            verified: true,
            door: Door::Link,
            claimed_name: None,
        })
    }

    async fn machine(
        &self,
        link: &Link,
        id: GroupId,
        caller: Caller<'_>,
    ) -> Result<Identity, DoorError> {
        let machine = self.store.machine(id).await?;
        if link.revoked_at.is_some() || machine.revoked_at.is_some() {
            return Err(DoorError::LinkUnknown(caller.language));
        }
        if !Network::any_contains(&machine.networks, caller.peer.address.ip()) {
            return Err(DoorError::LinkElsewhere(link.id, caller.language));
        }
        let login = Login::parse(&machine.name);
        let login = login.map_err(|_| DoorError::LinkUnknown(caller.language))?;
        // Who sat there is no proof, and helps the members to tell whose job it is.
        let claimed = caller.requesting_user_name.and_then(|name| ClaimedName::parse(name).ok());
        Ok(Identity {
            owner: link.owner,
            login,
            verified: true,
            door: Door::Link,
            claimed_name: claimed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_stands_behind_the_queue_and_is_taken_out_of_the_path() {
        let secret = LinkSecret::random();
        let end = secret.path();
        for (path, without) in [
            (format!("/ipp/print/q{end}"), "/ipp/print/q"),
            (format!("/ipp/print/q{end}/17"), "/ipp/print/q/17"),
            (format!("/printers/q{end}"), "/printers/q"),
            (format!("/printers/q{end}/17/x"), "/printers/q/17/x"),
        ] {
            let (rest, found) = LinkSecret::split(&path).expect("a path");
            assert_eq!((rest.as_ref(), found.as_ref()), (without, Some(&secret)), "{path}");
            let uri = format!("ipps://print.example:631{path}?a#b");
            assert_eq!(LinkSecret::of_uri(&uri).as_ref(), Some(&secret));
        }
        for path in ["/", "/ipp/print/q", "/ipp/print/q/17", "/jobs/17", "/ipp/print/q/u", "/u/x"] {
            assert_eq!(LinkSecret::split(path), Some((path.into(), None)), "{path}");
        }
        for path in ["/ipp/print/q/u/short", "/ipp/print/q/u/0123456789abcdef%00"] {
            assert_eq!(LinkSecret::split(path), None, "{path}");
        }
        let long = format!("/ipp/print/q/u/{}", "a".repeat(65));
        assert_eq!(LinkSecret::split(&long), None);
    }

    #[test]
    fn a_secret_is_160_bits_and_shows_nothing_of_itself() {
        let (one, other) = (LinkSecret::random(), LinkSecret::random());
        assert_ne!(one, other);
        assert_eq!(one.0.len(), 40);
        assert!(!format!("{one:?}").contains(&one.0[..4]));
    }
}
