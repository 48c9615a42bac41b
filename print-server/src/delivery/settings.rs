//! The times and bounds of a delivery.

use std::num::NonZero;
use std::thread;
use std::time::Duration;

use document_worker::Worker;
use tracing::warn;

use super::printer::client::Deadlines;
use super::printer::reach::Reach;
use super::printer::trust::PrinterTrust;

/// How long a delivery waits for what. The defaults are for real machines in corridors.
#[derive(Debug, Clone)]
pub struct DeliverySettings {
    /// Which certificates printers may show; without any, `ipps` printers are refused.
    pub trust: PrinterTrust,
    /// Where printers may be.
    pub reach: Reach,
    /// For one connection.
    pub connect: Duration,
    /// For the beginning of a reply.
    pub response: Duration,
    /// For a sleeping or a busy printer, from the claim on.
    pub waking: Duration,
    /// For a printer that has a job of ours and cannot be asked; then the outcome is unknown.
    pub silent: Duration,
    /// For a printer that was asked to cancel and neither ends the job nor moves.
    pub cancel_confirmed: Duration,
    /// After this time of standing still the owner is offered to cancel here and release elsewhere.
    pub offer_cancel: Duration,
    /// After this time of standing still without its owner a job is cancelled.
    pub owner_absent: Duration,
    /// After this time a job that the printer claims to print, and that has not moved, is cancelled: some
    /// machines print for hours without a count, none for ever.
    pub stuck: Duration,
    /// Between two questions about a job, at the beginning.
    pub poll_min: Duration,
    /// Between two questions about a job that does not move.
    pub poll_max: Duration,
    /// How long a printer's abilities are remembered.
    pub facts_kept: Duration,
    /// How long a printer's condition is remembered.
    pub condition_kept: Duration,
    /// A second try by ourselves begins no later than this after the tap.
    pub retry_window: Duration,
    /// Between two rounds that ask every printer how it is. Often enough for a page, and seldom enough
    /// that machines can go to sleep.
    pub rounds: Duration,
    /// Between two close looks at a printer: its side doors, how it counts.
    pub surveys: Duration,
    /// Between two looks for attempts that nobody carries out: of nodes that died, and of our own that
    /// got lost between a commit and its answer.
    pub recovery: Duration,
    /// How many jobs may wait in line for one printer.
    pub lane_queue: usize,
}

/// So many documents are drawn at once for each processor: most of the time a drawing waits for its printer.
const DRAWINGS_PER_PROCESSOR: usize = 8;

/// Where documents are drawn on this machine. Nothing where the program is missing: documents then go out as
/// they are, or stay held.
#[must_use]
pub fn renderer() -> Option<Worker> {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    Worker::beside_this_program(processors * DRAWINGS_PER_PROCESSOR)
        .inspect_err(
            |error| warn!(%error, "No document can be drawn for printers that want pixels"),
        )
        .ok()
}

/// Whether [`renderer`] finds a program.
#[must_use]
pub fn can_draw() -> bool {
    Worker::beside_this_program(1).is_ok()
}

impl Default for DeliverySettings {
    fn default() -> Self {
        Self {
            trust: PrinterTrust::default(),
            reach: Reach::default(),
            connect: Duration::from_secs(5),
            response: Duration::from_secs(30),
            waking: Duration::from_secs(60),
            silent: Duration::from_secs(120),
            cancel_confirmed: Duration::from_secs(30),
            offer_cancel: Duration::from_secs(120),
            owner_absent: Duration::from_secs(180),
            stuck: Duration::from_secs(4 * 3600),
            poll_min: Duration::from_millis(50),
            poll_max: Duration::from_secs(2),
            facts_kept: Duration::from_secs(600),
            condition_kept: Duration::from_secs(1),
            retry_window: Duration::from_secs(60),
            rounds: Duration::from_secs(120),
            surveys: Duration::from_secs(24 * 3600),
            recovery: Duration::from_secs(10),
            lane_queue: 1_000,
        }
    }
}

impl DeliverySettings {
    /// The part of it that a printer's client needs.
    pub fn deadlines(&self) -> Deadlines {
        Deadlines { connect: self.connect, response: self.response, stalled: self.silent }
    }

    /// The pause before the next question, after one of this length that brought nothing new.
    pub fn longer(&self, pause: Duration) -> Duration {
        (pause + pause / 2).clamp(self.poll_min, self.poll_max)
    }
}
