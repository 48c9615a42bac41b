//! How a queue learns who prints. Each door has a file of its own; [`Doors::identify`] tries the one that a
//! request came by.
//!
//! | door | file | what it proves |
//! |---|---|---|
//! | `link` | [`link`] | an address made for one device of a person, or for a machine; under TLS only |
//! | `basic` | `basic` | a person, by the directory's password; under TLS only |
//! | `web` | none | a person, by the session of the pages, which a file was sent by |
//! | `negotiate` | `negotiate`, [`tickets`] | a person, by a Kerberos ticket; under TLS only |
//! | `bearer` | `bearer` | a person, by an access token of the identity provider; under TLS only |
//! | `claimed` | `claimed` | nothing: the name that a client from a configured network sends routes a job |

mod basic;
mod bearer;
mod claimed;
mod handshake;
mod identify;
mod identity;
pub mod link;
mod negotiate;
mod network;
mod origin;
mod pace;
mod people;
mod seldom;
pub mod tickets;

pub use claimed::is_claiming_network;
pub use handshake::{Handshake, Scheme};
pub use identify::Doors;
pub use identity::{Caller, DoorError, Identity};
pub use link::LinkSecret;
pub use network::Network;
pub use origin::Origin;
pub use pace::Pace;
pub use people::{KnownPerson, People};
pub use seldom::Seldom;
pub use tickets::Tickets;
