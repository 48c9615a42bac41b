//! The nearest printer that is free, told to whoever stands at one that is jammed, empty, busy or away.

use std::time::Duration;

use print_core::PrinterId;
use station_protocol::Sentence;
use texts::{Language, sentences};
use tokio::time::Instant;
use tracing::warn;

use super::ReleaseParts;

/// How often it is looked for anew while a job does not move.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// What was found last, and when.
#[derive(Debug, Default)]
pub struct Nearest(Option<(Instant, Option<String>)>);

impl Nearest {
    /// The nearest free printer as a sentence, found a while ago at most.
    pub async fn of(
        &mut self,
        parts: &ReleaseParts,
        printer: PrinterId,
        language: Language,
    ) -> Option<Sentence> {
        let known = self.0.as_ref().filter(|(at, _)| at.elapsed() < LOOK_EVERY);
        let sentence = match known {
            Some((_, sentence)) => sentence.clone(),
            None => {
                let found = find(parts, printer, language).await;
                self.0 = Some((Instant::now(), found.clone()));
                found
            }
        };
        sentence.map(Sentence::cut)
    }
}

/// Looks for it now. A suggestion is no part of the release: without it the rest is as good.
pub async fn find(parts: &ReleaseParts, printer: PrinterId, language: Language) -> Option<String> {
    match parts.store.nearest_free(printer, parts.clock.now()).await {
        Ok(found) => {
            found.map(|free| sentences::nearest_printer(&free.name, &free.location, language))
        }
        Err(error) => {
            warn!(%error, "The nearest free printer could not be read");
            None
        }
    }
}

/// Whether delivery's reason says that the printer itself was in the way.
pub fn is_not_free(reason: &str) -> bool {
    use crate::delivery::Reason as R;
    let of_the_printer = [
        R::PrinterAsleep,
        R::PrinterUnreachable,
        R::PrinterBusy,
        R::PrinterNotAccepting,
        R::PrinterStopped,
        R::OwnerAbsent,
        R::FinishedElsewhere,
    ];
    of_the_printer.iter().any(|known| known.keyword() == reason)
}
