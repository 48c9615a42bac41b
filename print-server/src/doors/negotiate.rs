//! The door `negotiate`: a Kerberos ticket in HTTP's scheme of that name (RFC 4559). Whose it is, is
//! decided without the realm's servers, so it opens while they are away; the person must be in our own copy
//! of the directory.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kerberos_worker::{TOKEN_BYTES_MAX, WorkerError};
use print_core::{Login, OwnerId};
use store::Door;
use tracing::{info, warn};

use super::tickets::{NotTaken, Tickets};
use super::{Caller, DoorError, Identity, People};

/// The longest header that is read.
const HEADER_BYTES_MAX: usize = "Negotiate ".len() + TOKEN_BYTES_MAX.div_ceil(3) * 4;
/// So much of what the library says stands in the log; a part of it may be a stranger's words.
const REASON_BYTES_MAX: usize = 300;

/// What follows the scheme's name; none for another scheme.
fn encoded(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    scheme.eq_ignore_ascii_case("negotiate").then_some(token)
}

/// Whether a header brings a ticket, or wants to.
pub(super) fn is_ticket(header: &str) -> bool {
    encoded(header).is_some()
}

fn token(header: &str) -> Option<Vec<u8>> {
    if header.len() > HEADER_BYTES_MAX {
        return None;
    }
    STANDARD.decode(encoded(header)?.trim()).ok().filter(|token| !token.is_empty())
}

/// The person with the ticket in this header.
pub(super) async fn sign_in(
    people: &People,
    tickets: &Tickets,
    header: &str,
    caller: Caller<'_>,
) -> Result<Identity, DoorError> {
    let token = token(header).ok_or(DoorError::BadTicket)?;
    let (login, realm, reply) = match tickets.login(&token).await {
        Ok(proved) => proved,
        Err(NotTaken::Worker(error @ (WorkerError::Late | WorkerError::Failed(_)))) => {
            warn!(%error, "A Kerberos ticket could not be checked");
            return Err(DoorError::TicketsUnchecked);
        }
        Err(error) => {
            let mut reason = error.to_string().escape_debug().to_string();
            reason.truncate(reason.floor_char_boundary(REASON_BYTES_MAX));
            info!(address = %caller.peer.address.ip(), reason, "A Kerberos ticket was refused");
            return Err(DoorError::BadTicket);
        }
    };
    let nobody = || DoorError::TicketOfNobody(caller.language);
    // Compared folded, as everywhere: Active Directory writes into a ticket what its owner typed.
    let login = Login::parse(&login).map_err(|_| nobody())?;
    let known = people.of_realm(&login, &realm).await?.ok_or_else(nobody)?;
    caller.handshake.prove(&reply);
    Ok(Identity {
        owner: OwnerId::Person(known.id),
        login: known.login,
        verified: true,
        door: Door::Negotiate,
        claimed_name: None,
    })
}

/// A ticket came over a connection that others can read. It is taken once, for nothing, so that nobody who
/// read it can come with it afterwards.
pub(super) async fn spend(tickets: &Tickets, header: &str) {
    if let Some(token) = token(header) {
        // Good or not: it opens nothing.
        let _ = tickets.login(&token).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_from_its_own_scheme_only_and_not_without_end() {
        assert_eq!(token("Negotiate dG9rZW4=").as_deref(), Some(&b"token"[..]));
        assert_eq!(token("NEGOTIATE  dG9rZW4= ").as_deref(), Some(&b"token"[..]));
        for header in ["Negotiate", "Negotiate ", "Negotiate ****", "Basic dG9rZW4=", ""] {
            assert_eq!(token(header), None, "{header}");
        }
        let longest = format!("Negotiate {}", STANDARD.encode(vec![7; TOKEN_BYTES_MAX]));
        assert!(token(&longest).is_some());
        assert_eq!(token(&format!("{longest}AAAA")), None);
    }

    #[test]
    fn who_wants_to_negotiate_without_a_token_is_told_from_who_does_not() {
        assert!(is_ticket("Negotiate") && is_ticket("negotiate abc"));
        assert!(!is_ticket("Basic abc") && !is_ticket("Negotiated abc"));
    }
}
