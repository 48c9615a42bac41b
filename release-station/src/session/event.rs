//! What can happen at a station.

use station_protocol::{
    Card, CardNumber, FinishAt, Id, Language, Pin, ReaderName, ServerMessage, TapNumber,
};

use super::wishes::Change;
use crate::readers::Reading;

/// What can happen at a station.
#[derive(Debug)]
pub enum Event {
    /// A reader has something to tell.
    Reader(Reading),
    /// The server can be reached; it waits for a `Hello`.
    Connected,
    /// The server cannot be reached any more.
    Disconnected,
    /// The server says something.
    Server(ServerMessage),
    /// Somebody touched the page while it showed this tap (none: nobody was signed in). What was
    /// meant for one person's page must never act on the next person's jobs.
    Touched(Option<TapNumber>, Action),
    /// The time has come that [`super::Machine::deadline`] named.
    Tick,
}

/// What a person can do on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Choose a job, or choose it no longer.
    Toggle(Id),
    /// Choose all jobs.
    ChooseAll,
    /// Choose none.
    ChooseNone,
    /// Choose where to print.
    Printer(Id),
    /// Print what is chosen, where it is chosen.
    Release,
    /// Print everything at this printer.
    ReleaseAll(Id),
    /// Stop a started job.
    Stop(Id),
    /// Say where a job that stands still is to come out.
    Finish(Id, FinishAt),
    /// Type a code in place of a card.
    NoCard,
    /// Type a code to add the card that nobody has.
    TypeCode,
    /// That is the code.
    Code(Pin),
    /// Type no code.
    NoCode,
    /// Type the PIN of the job that is asked about, or a code; nothing when all of it was taken away.
    Type(Option<Pin>),
    /// That is the PIN.
    Pin(Pin),
    /// Leave the job whose PIN is asked for.
    NoPin,
    /// Show what may be changed with a job.
    Options(Id),
    /// Change it.
    Change(Change),
    /// Have it so.
    Settle,
    /// Have it as it was.
    Unsettle,
    /// Ask whether the job is to be deleted, or take the question back.
    AskDelete(bool),
    /// Delete it.
    Delete,
    /// Look at the jobs that are still held.
    More,
    /// Sign out.
    Leave,
    /// Show the other language until nobody stands here any more.
    Language(Language),
    /// Somebody is still here.
    Touch,
}

/// Where a tap came from, kept to send the very same tap again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TapSource {
    /// The tap's number.
    pub tap: TapNumber,
    /// What it was.
    pub what: Tapped,
}

/// What stands for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tapped {
    /// A card that was held to a reader.
    Card {
        /// The reader.
        reader: ReaderName,
        /// The card.
        card: Card,
    },
    /// A code that was typed. It is used up when the server has answered it.
    Code(Pin),
}

impl TapSource {
    /// Whether it was this card.
    pub fn is_card(&self, number: &CardNumber) -> bool {
        matches!(&self.what, Tapped::Card { card, .. } if card.hex == *number)
    }
}
