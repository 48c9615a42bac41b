//! The rounds: every printer is asked now and then how it is, so that stations and pages know before
//! somebody walks to it; and the look for attempts that nobody carries out.

use std::collections::HashSet;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};
use print_core::{PrinterId, Timestamp};
use store::{Found, Printer, PrinterHealth};
use tokio::sync::watch;
use tracing::{info, warn};

use super::deliveries::Deliveries;
use super::machine::Enrolled;
use super::printer::facts::{Condition, Facts};
use super::printer::operations::OperationError;
use super::printer::survey::{KNOCKED, Survey};
use super::rules::mishaps::reason_of;
use super::rules::outcome::Reason;

/// Printers asked at the same time: enough that a few sleeping ones do not hold up the rest.
const ASKED_AT_ONCE: usize = 8;

/// What its row shows as the reason while a delivery waits for it.
const WAKING: &str = "printer-waking";

/// What a printer told, or why it told nothing.
type Learnt = Result<(Arc<Facts>, Condition), OperationError>;

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
        let mut is_first = true;
        loop {
            match self.parts.store.printers().await {
                Ok(printers) => {
                    let enabled = stream::iter(printers).filter(|p| std::future::ready(p.enabled));
                    let visits = enabled.for_each_concurrent(ASKED_AT_ONCE, |printer| {
                        let deliveries = self.clone();
                        async move {
                            let answers = deliveries.visit(&printer).await;
                            // A start is for more urgent things than close looks.
                            if answers && !is_first {
                                deliveries.look_closely(&printer).await;
                            }
                        }
                    });
                    tokio::select! {
                        () = visits => {}
                        _ = stop.wait_for(|stopping| *stopping) => return,
                    }
                }
                Err(error) => warn!(%error, "The printers cannot be read for the rounds"),
            }
            is_first = false;
            tokio::select! {
                () = tokio::time::sleep(self.parts.settings.rounds) => {}
                _ = stop.wait_for(|stopping| *stopping) => return,
            }
        }
    }

    /// Asks one printer and writes down what it says. Says whether the confirmed machine answered.
    async fn visit(&self, printer: &Printer) -> bool {
        let Some(machine) = self.machine(printer) else { return false };
        // Where nobody has confirmed the address there is nothing to ask.
        let learnt = if printer.is_confirmed() { Some(machine.learn().await) } else { None };
        let health = health(printer, learnt.as_ref());
        let answers = health.state != NO_ANSWER;
        self.keep_health(printer, health).await;
        answers
    }

    async fn keep_health(&self, printer: &Printer, health: PrinterHealth) {
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

    /// Looks for side doors, and how the printer counts, once a day.
    async fn look_closely(&self, printer: &Printer) {
        let (store, now) = (&self.parts.store, self.parts.clock.now());
        let Some(machine) = self.machine(printer) else { return };
        let every = i64::try_from(self.parts.settings.surveys.as_micros()).unwrap_or(i64::MAX);
        match store.printer_found(printer.id).await {
            Ok(Some(found)) if now.micros_since(found.at) < every => return,
            Ok(_) => {}
            Err(error) => {
                warn!(printer.id = %printer.id, %error, "What was found at a printer cannot be read");
                return;
            }
        }
        let what = Survey::of(&machine.client, &KNOCKED).await.to_json();
        if let Err(error) = store.set_printer_found(printer.id, &Found { what, at: now }).await {
            warn!(printer.id = %printer.id, %error, "What was found at a printer cannot be kept");
        }
    }

    /// A delivery waits for this printer to wake up: pages say so until [`Deliveries::look_again`].
    pub(super) async fn note_waking(&self, printer: PrinterId) {
        let Ok(row) = self.parts.store.printer(printer).await else { return };
        let attributes = row.health.as_ref().map(|health| health.attributes.clone());
        let health = PrinterHealth {
            state: NO_ANSWER,
            reasons: WAKING.to_owned(),
            attributes: attributes.unwrap_or_default(),
            checked_at: Timestamp::default(),
        };
        self.keep_health(&row, health).await;
    }

    /// It has answered, or nobody waits any more.
    pub(super) async fn look_again(&self, printer: PrinterId) {
        if let Ok(row) = self.parts.store.printer(printer).await {
            self.visit(&row).await;
        }
    }
}

/// What the printer's row is to say. What it could do stays remembered while it does not answer, and
/// while another machine answers in its place: that one must not become the agreed one by itself.
/// `learnt`: nothing where it was not asked.
fn health(printer: &Printer, learnt: Option<&Learnt>) -> PrinterHealth {
    let known = printer.health.as_ref();
    let remembered = known.map_or(serde_json::Value::Null, |known| known.attributes.clone());
    let checked_at = Timestamp::default();
    let absent = |reason: Reason| PrinterHealth {
        state: NO_ANSWER,
        reasons: reason.keyword().to_owned(),
        attributes: remembered.clone(),
        checked_at,
    };
    let facts = match learnt {
        None => return absent(Reason::PrinterChanged),
        Some(Err(error)) => return absent(silence(error)),
        Some(Ok((facts, _))) => facts,
    };
    if Enrolled::of(printer).is_another(facts.condition.uuid.as_deref()) {
        return absent(Reason::PrinterChanged);
    }
    PrinterHealth {
        state: facts.condition.state.code(),
        reasons: facts.condition.reasons_text(),
        attributes: facts.to_json(),
        checked_at,
    }
}

/// Why a printer says nothing, as far as an administrator has to do something about it; else it sleeps.
fn silence(error: &OperationError) -> Reason {
    match reason_of(error) {
        reason @ (Reason::PrinterUntrusted
        | Reason::PrinterForbidden
        | Reason::PrinterUnreachable
        | Reason::PrinterRefused) => reason,
        _ => Reason::PrinterAsleep,
    }
}
