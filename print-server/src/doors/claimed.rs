//! The door `claimed`: the name that a client from a configured network sends. It routes a job to a person
//! and proves nothing, so the job is marked unverified until its owner taps. A name that is nobody's is
//! refused before the document is read: nothing is held that nobody can release.

use print_core::{ClaimedName, Login, OwnerId};
use store::{Door, Queue};

use super::{Caller, DoorError, Identity, KnownPerson, Network, People};
use crate::listeners::connection::Peer;

/// Whether names are taken on trust from where the request comes.
#[must_use]
pub fn is_claiming_network(queue: &Queue, peer: Peer) -> bool {
    Network::any_contains(&queue.claimed_networks, peer.address.ip())
}

/// The person whom the client names.
pub(super) async fn claimed(people: &People, caller: Caller<'_>) -> Result<Identity, DoorError> {
    let name = caller.requesting_user_name.ok_or(DoorError::NoName(caller.language))?;
    let nobody = || DoorError::NobodyOfThatName(caller.language);
    let claimed = ClaimedName::parse(name).map_err(|_| nobody())?;
    for candidate in logins_meant_by(claimed.as_str()) {
        let Ok(login) = Login::parse(candidate) else { continue };
        let says_directory = people.says_directory(&login);
        if let Some(KnownPerson { id, login }) = people.by_login(&login).await? {
            return Ok(Identity {
                owner: OwnerId::Person(id),
                login,
                verified: false,
                door: Door::Claimed,
                claimed_name: Some(claimed.clone()),
            });
        }
        if says_directory {
            // Without its domain the name is somebody else's.
            break;
        }
    }
    Err(nobody())
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
