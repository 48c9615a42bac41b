//! Whose Kerberos ticket a token holds (RFC 4559, RFC 4178, RFC 4121).
//!
//! Only the system's GSSAPI library decides that, and it is written in C: it reads whatever a stranger
//! sends, it takes its settings from the environment, and it may wait. So the server never links it. It
//! starts the program `kerberos-worker`, one process for each token, which has the keytab, little memory
//! and little time, and ends. A machine without the program has no door `negotiate`, and needs no Kerberos.
//!
//! This library is the server's half:
//!
//! - [`Worker`] starts processes, a few at once, keeps their deadline and ends them;
//! - [`Answer`] is the one line that a process says: an [`Accepted`] ticket, or why it is [`Refused`];
//! - [`Principal`] is a name of Kerberos, taken apart;
//! - [`keytab`] reads which names a keytab has keys for.
//!
//! The conversation of `kerberos-worker accept`: the token comes on standard input; standard output has one
//! line of JSON, an [`Answer`]. `kerberos-worker check` reads nothing and says whether there is a key at all.
//! Replays are found by the library's own replay cache, a file that all processes share.

mod answer;
pub mod keytab;
mod principal;
mod worker;

pub use answer::{ANSWER_BYTES_MAX, Accepted, Answer, Refused, Ticket};
pub use principal::Principal;
pub use worker::{Settings, Worker, WorkerError};

/// A longer token is not looked at. In Base64 it just fits into a header that the listener still reads. The
/// ticket of a person in a thousand groups of Active Directory has about half of it.
pub const TOKEN_BYTES_MAX: usize = 24_000;
