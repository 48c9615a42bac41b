//! How a queue learns who prints.
//!
//! `basic` proves a person by the directory's password, under TLS only. `claimed` takes the name a client
//! claims, from configured networks only: it routes a job to a person and proves nothing, so the job is
//! marked unverified until its owner taps.

mod credentials;
mod network;
mod people;
mod seldom;

use print_core::{ClaimedName, Login, OwnerId, PersonId};
use store::{Door, Queue, StoreError};

pub use credentials::Credentials;
pub use network::Network;
pub use people::{KnownPerson, People};
pub use seldom::Seldom;

use crate::directory::{Directory, SignInError};
use crate::listeners::connection::Peer;

/// Who a request is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The person.
    pub person: PersonId,
    /// The person's login name, as the directory writes it.
    pub login: Login,
    /// Whether the person proved it.
    pub verified: bool,
    /// How.
    pub door: Door,
    /// The name the client gave, where it proves nothing.
    pub claimed_name: Option<ClaimedName>,
}

impl Identity {
    /// The person as the owner of a job.
    #[must_use]
    pub fn owner(&self) -> OwnerId {
        OwnerId::Person(self.person)
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
    /// Too many wrong passwords.
    #[error("too many wrong passwords; wait a minute")]
    Throttled,
    /// The directory does not answer.
    #[error("the directory cannot be reached, so nobody can sign in")]
    DirectoryDown,
    /// The claimed name is nobody's.
    #[error("nobody here has the user name that your computer sent")]
    NobodyOfThatName,
    /// The client sent no user name.
    #[error("your computer sent no user name")]
    NoName,
    /// The store could not say.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a request brings that may tell who it is from.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// The connection.
    pub peer: Peer,
    /// The `Authorization` header, unread.
    pub authorization: Option<&'a str>,
    /// `requesting-user-name`: what the client claims.
    pub requesting_user_name: Option<&'a str>,
}

/// Finds out who a request to `queue` is from.
///
/// # Errors
/// [`DoorError`]; the caller decides between HTTP 401, 426 and an IPP status.
pub async fn identify(
    people: &People,
    directory: &Directory,
    queue: &Queue,
    caller: Caller<'_>,
) -> Result<Identity, DoorError> {
    match (caller.authorization, caller.peer.tls) {
        (Some(_), false) => Err(DoorError::PasswordInClear),
        (Some(header), true) if queue.door_basic => {
            let credentials = Credentials::parse(header).map_err(|_| DoorError::Wrong)?;
            sign_in(people, directory, &credentials, caller.peer).await
        }
        _ if is_claiming_network(queue, caller.peer) => match claimed(people, caller).await {
            // The other door of the queue is open to whoever has no name here.
            Err(DoorError::NobodyOfThatName | DoorError::NoName) if queue.door_basic => {
                Err(if caller.peer.tls { DoorError::SignInWanted } else { DoorError::TlsWanted })
            }
            claimed => claimed,
        },
        (_, true) if queue.door_basic => Err(DoorError::SignInWanted),
        (_, false) if queue.door_basic => Err(DoorError::TlsWanted),
        _ => Err(DoorError::NobodyOfThatName),
    }
}

/// Whether names are taken on trust from where the request comes.
#[must_use]
pub fn is_claiming_network(queue: &Queue, peer: Peer) -> bool {
    let address = peer.address.ip();
    let networks = queue.claimed_networks.iter().filter_map(|text| Network::parse(text).ok());
    networks.into_iter().any(|network| network.contains(address))
}

async fn sign_in(
    people: &People,
    directory: &Directory,
    credentials: &Credentials,
    peer: Peer,
) -> Result<Identity, DoorError> {
    let signed_in =
        directory.sign_in(&credentials.login, &credentials.password, peer.address.ip()).await;
    let person = signed_in.map_err(|error| match error {
        SignInError::Wrong => DoorError::Wrong,
        SignInError::Throttled => DoorError::Throttled,
        SignInError::Unreachable => DoorError::DirectoryDown,
        SignInError::Store(error) => DoorError::Store(error),
    })?;
    // A directory may know a person by several login names; the store keeps the one it synchronised.
    let known = people.by_login(&credentials.login).await?.filter(|known| known.id == person);
    let login = known.map_or_else(|| credentials.login.clone(), |known| known.login);
    Ok(Identity { person, login, verified: true, door: Door::Basic, claimed_name: None })
}

async fn claimed(people: &People, caller: Caller<'_>) -> Result<Identity, DoorError> {
    let name = caller.requesting_user_name.ok_or(DoorError::NoName)?;
    let claimed = ClaimedName::parse(name).map_err(|_| DoorError::NobodyOfThatName)?;
    for candidate in logins_meant_by(claimed.as_str()) {
        let Ok(login) = Login::parse(candidate) else { continue };
        if let Some(KnownPerson { id, login }) = people.by_login(&login).await? {
            let (person, verified, door) = (id, false, Door::Claimed);
            let claimed_name = Some(claimed.clone());
            return Ok(Identity { person, login, verified, door, claimed_name });
        }
    }
    Err(DoorError::NobodyOfThatName)
}

/// The login names that a claimed name may mean: itself, the part of `DOMAIN\name` after the bar, the
/// part of `name@domain` before the sign.
fn logins_meant_by(claimed: &str) -> impl Iterator<Item = &str> {
    let after_domain = claimed.rsplit_once('\\').map(|(_, name)| name);
    let before_host = claimed.split_once('@').map(|(name, _)| name);
    [Some(claimed), after_domain, before_host].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claimed_name_may_carry_its_domain() {
        let meant = |claimed| logins_meant_by(claimed).collect::<Vec<_>>();
        assert_eq!(meant("anna"), ["anna"]);
        assert_eq!(meant("KI\\anna"), ["KI\\anna", "anna"]);
        assert_eq!(meant("anna@ki.example"), ["anna@ki.example", "anna"]);
    }
}
