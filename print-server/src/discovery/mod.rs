//! How clients find queues without typing an address: DNS-SD (RFC 6763).
//!
//! | module | what it is about |
//! |---|---|
//! | [`text_record`] | the TXT keys, made from what the queue says of itself by IPP |
//! | [`announcement`] | everything that is said about one queue: name, services, subtypes |
//! | [`avahi`] | Avahi, the responder of the local network, over D-Bus |
//! | [`announcer`] | keeps what Avahi says in step with the queues |
//! | [`zone`] | the same for a name server, because multicast ends at the next router |

pub mod announcement;
pub mod announcer;
mod avahi;
mod text_record;
pub mod zone;
