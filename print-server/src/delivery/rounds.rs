//! The rounds: every printer is asked now and then how it is, so that stations and pages know before
//! somebody walks to it; and the look for attempts that nobody carries out.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use store::{Printer, PrinterHealth};
use tokio::sync::watch;
use tracing::{info, warn};

use super::deliveries::Deliveries;
use super::printer::facts::Facts;
use super::rules::outcome::Reason;
use ipp_codec::names::PRINTER_UUID;

/// Printers asked at the same time: enough that a few sleeping ones do not hold up the rest.
const ASKED_AT_ONCE: usize = 8;

/// What a printer's row shows as its state when the printer does not answer.
const NO_ANSWER: i32 = 0;

impl Deliveries {
    /// Makes the rounds until the server stops, and looks between them for attempts that nobody carries
    /// out.
    pub async fn make_rounds(self: Arc<Self>, stop: watch::Receiver<bool>) {
        tokio::join!(self.ask_printers(stop.clone()), self.look_for_lost(stop));
    }

    async fn look_for_lost(self: &Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut missed = HashSet::new();
        loop {
            tokio::select! {
                () = tokio::time::sleep(self.parts.settings.recovery) => {}
                _ = stop.wait_for(|stopping| *stopping) => return,
            }
            if let Err(error) = self.recover().await {
                warn!(%error, "The attempts of nodes that are gone cannot be taken over");
            }
            match self.take_up_lost(&missed).await {
                Ok(now) => missed = now,
                Err(error) => warn!(%error, "Our own open attempts cannot be read"),
            }
        }
    }

    async fn ask_printers(self: &Arc<Self>, mut stop: watch::Receiver<bool>) {
        loop {
            match self.parts.store.printers().await {
                Ok(printers) => {
                    let enabled = stream::iter(printers).filter(|p| std::future::ready(p.enabled));
                    let visits = enabled.for_each_concurrent(ASKED_AT_ONCE, |printer| {
                        let deliveries = self.clone();
                        async move { deliveries.visit(&printer).await }
                    });
                    tokio::select! {
                        () = visits => {}
                        _ = stop.wait_for(|stopping| *stopping) => return,
                    }
                }
                Err(error) => warn!(%error, "The printers cannot be read for the rounds"),
            }
            tokio::select! {
                () = tokio::time::sleep(self.parts.settings.rounds) => {}
                _ = stop.wait_for(|stopping| *stopping) => return,
            }
        }
    }

    /// Asks one printer and writes down what it says.
    async fn visit(&self, printer: &Printer) {
        let Some(machine) = self.machine(printer) else { return };
        let learnt = machine.learn().await.ok();
        let health = health(printer, learnt.as_ref().map(|(facts, _)| &**facts));
        let health = PrinterHealth { checked_at: self.parts.clock.now(), ..health };
        if let Err(error) = self.parts.store.set_printer_health(printer.id, &health).await {
            warn!(printer.id = %printer.id, %error, "A printer's state cannot be written down");
            return;
        }
        let before = printer.health.as_ref().map(|before| (before.state, &before.reasons));
        if before != Some((health.state, &health.reasons)) {
            info!(
                printer.id = %printer.id,
                printer.state = health.state,
                printer.reasons = health.reasons,
                "A printer's state changed"
            );
            self.parts.changes.printer(printer.id);
        }
    }
}

/// What the printer's row is to say. What it could do stays remembered while it does not answer, and
/// while another machine answers in its place: that one must not become the agreed one by itself.
fn health(printer: &Printer, facts: Option<&Facts>) -> PrinterHealth {
    let known = printer.health.as_ref();
    let remembered = known.map_or(serde_json::Value::Null, |known| known.attributes.clone());
    let checked_at = print_core::Timestamp::default();
    let absent = |reason: Reason| PrinterHealth {
        state: NO_ANSWER,
        reasons: reason.keyword().to_owned(),
        attributes: remembered.clone(),
        checked_at,
    };
    let Some(facts) = facts else { return absent(Reason::PrinterAsleep) };
    let enrolled = remembered[PRINTER_UUID].as_str();
    match (enrolled, facts.condition.uuid.as_deref()) {
        (Some(enrolled), Some(uuid)) if enrolled != uuid => absent(Reason::PrinterChanged),
        _ => PrinterHealth {
            state: facts.condition.state.code(),
            reasons: facts.condition.reasons_text(),
            attributes: facts.to_json(),
            checked_at,
        },
    }
}
