//! The messages between a release station and the print server.
//!
//! One WebSocket for each station (TLS 1.3, client certificate, path [`PATH`]), one JSON object in
//! each text frame. This crate holds the values only: no sockets, no clocks, no JSON library.
//!
//! The conversation:
//!
//! 1. The station says [`StationMessage::Hello`]; the server answers [`ServerMessage::Welcome`], or
//!    [`ServerMessage::Refused`] with [`RefusedReason::Protocol`] and closes. A later `Hello` on the
//!    same connection tells that the readers changed and is answered in the same way.
//! 2. A card is read: [`StationMessage::Tap`]. The server answers [`ServerMessage::Session`] or
//!    [`ServerMessage::Refused`]. The key `(station, boot_id, tap)` makes it idempotent: after a lost
//!    connection the station sends the very same `Tap` again, to whichever server it reaches, and
//!    receives the running session. A further `Session` with the same tap replaces the earlier one
//!    (a document has arrived, a printer has become free).
//! 3. With [`StartPolicy::AllAtOnce`] and one printer the server has already started every job and
//!    names them in `started`. Otherwise the station sends [`StationMessage::Choose`].
//!    A job with a PIN ([`JobCard::pin`]) is never started by itself; its PIN comes in
//!    [`ReleaseOptions::pins`]. When one is wrong, nothing of the choice is let go.
//!    What may be changed with a job stands in [`JobCard::terms`] and [`PrinterCard::offers`];
//!    [`StationMessage::Price`] asks what it costs then, and is answered by [`ServerMessage::Quote`].
//!    It goes along in [`ReleaseOptions::jobs`]. [`StationMessage::Delete`] ends a held job.
//! 4. For each started job: [`ServerMessage::Progress`] as it moves, then one
//!    [`ServerMessage::Outcome`] whose sentence is ready to be shown.
//! 5. [`StationMessage::Leave`], another person's tap, or the server's own time-out ends the session:
//!    [`ServerMessage::Ended`]. What was released goes on printing.
//!
//! A station with a screen says so ([`StationMessage::Hello`]), and a server that takes codes, too. Then a code
//! may stand for a card ([`StationMessage::Code`]), and a card that nobody has is offered to whoever holds it
//! ([`ServerMessage::NewCard`]): by a page that a telephone opens, or by [`StationMessage::CardCode`].
//!
//! A station that has no certificate yet gets one as [`enrolment`] says; the server renews it over the running
//! connection, in good time, by [`ServerMessage::Certificate`].
//!
//! [`StationMessage::Ping`] goes out each second and is answered by [`ServerMessage::Pong`].
//!
//! Fields that a side does not know are ignored, so that a newer side may add some. Each text, list
//! and number that the other side chooses has a limit, checked while the message is parsed.

mod cards;
pub mod enrolment;
mod limits;
mod messages;
mod options;
mod pins;
mod readers;
mod standing;
mod text;
mod version;

pub use cards::{Card, CardError, CardKind, CardNumber, JobCard, PrinterCard};
pub use cards::{ColorMode, PrinterState, Sides};
pub use limits::{
    CARD_BYTES_MAX, FRAME_BYTES_MAX, JOBS_MAX, PRINTERS_MAX, READERS_MAX, RECENT_MAX,
    STATION_FRAME_BYTES_MAX,
};
pub use messages::{
    EndReason, JobProgress, JobStage, NewCard, Outcome, OutcomeKind, RefusedReason, ReleaseOptions,
    ServerMessage, Session, StartPolicy, StationMessage, TapNumber,
};
pub use options::{JobOptions, JobTerms, PageSpan, PrinterOffers};
pub use pins::{JobPin, Pin, PinError, PinWanted, WhosePin};
pub use readers::ReaderState;
pub use standing::{FinishAt, Standing, WaitsFor};
pub use text::{BootId, Id, Language, Line, ReaderName, Sentence, Text, TextError};
pub use version::{PATH, PROTOCOL, PROTOCOL_OLDEST, speaks};
