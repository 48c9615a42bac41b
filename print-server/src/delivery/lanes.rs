//! One lane for each printer: jobs go to it one after the other, in the order of the tap, and are
//! followed side by side.

use std::sync::Arc;
use std::time::Duration;

use print_core::PrinterId;
use print_core::job::EndedBy;
use store::AttemptRecord;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tracing::warn;

use super::deliveries::Deliveries;
use super::machine::{Enrolled, Machine};
use super::rules::outcome::Reason;
use super::rules::recovery::LastCommit;
use super::steps::Opened;
use super::work::{AtPrinter, Created, Next, Open, Verdict, Work};

/// How long a printer is asked ahead of a job.
const LOOK_AHEAD: Duration = Duration::from_millis(500);

impl Deliveries {
    /// Opens the lane of a printer; it ends when its sender is gone.
    pub(super) fn open_lane(self: &Arc<Self>, printer: PrinterId) -> mpsc::Sender<Work> {
        let (sender, mut line) = mpsc::channel::<Work>(self.parts.settings.lane_queue.max(1));
        let deliveries = self.clone();
        self.spawn(async move {
            while let Some(work) = line.recv().await {
                deliveries.put_through(printer, work).await;
            }
        });
        sender
    }

    /// Somebody is about to release at this printer: asks it how it is, and opens a connection to it, while
    /// the claim is written. Nothing is changed there, and nobody waits for it.
    pub fn look_ahead(self: &Arc<Self>, printer: PrinterId) {
        let deliveries = self.clone();
        self.spawn(async move {
            let looking = async {
                let (machine, enrolled) = deliveries.machine_of(printer).await?;
                // An error is the delivery's to find out and to tell.
                if enrolled.enabled
                    && enrolled.confirmed
                    && machine.look(deliveries.kept()).await.is_ok()
                {
                    machine.client.open_ahead().await;
                }
                Some(())
            };
            // A printer that sleeps must not keep its delivery waiting for this question too.
            let _ = timeout(LOOK_AHEAD, looking).await;
        });
    }

    /// Brings one job to the printer, and leaves the rest of its way to a task of its own.
    async fn put_through(self: &Arc<Self>, printer: PrinterId, work: Work) {
        if self.is_stopping() {
            return self.hand_back(&work, Reason::ServerStopping).await;
        }
        // The first byte waits for each of them.
        let (found, document, irregular) = tokio::join!(
            self.machine_of(printer),
            self.open_document(&work),
            self.is_irregular(&work)
        );
        let opened = document.and_then(|document| Ok(Opened { document, irregular: irregular? }));
        let (machine, enrolled) = match found {
            // Its administrator took it out of service; a job that it has already goes on.
            Some((_, enrolled)) if !enrolled.enabled => {
                return self.hand_back(&work, Reason::PrinterNotAccepting).await;
            }
            // Somebody gave it another address; an administrator has yet to say that it is the right one.
            Some((_, enrolled)) if !enrolled.confirmed => {
                return self.hand_back(&work, Reason::PrinterChanged).await;
            }
            Some(found) => found,
            None => return self.hand_back(&work, Reason::PrinterUnreachable).await,
        };
        let next = self.deliver(&machine, &enrolled, &work, opened).await;
        if machine.has_woken() {
            let deliveries = self.clone();
            self.spawn(async move { deliveries.look_again(printer).await });
        }
        match next {
            Next::End(verdict, created) => {
                self.finish(&machine, &work, verdict, created).await;
            }
            next => {
                let deliveries = self.clone();
                self.spawn(async move { deliveries.follow(&machine, &work, next, false).await });
            }
        }
    }

    /// The printer of an id, if it has a row with an address that can be used, and what that row says,
    /// which is remembered for as long as the printer's condition.
    async fn machine_of(&self, printer: PrinterId) -> Option<(Arc<Machine>, Enrolled)> {
        if let Some(known) = self.known_machine(printer) {
            return Some(known);
        }
        match self.parts.store.printer(printer).await {
            Ok(row) => {
                let machine = self.machine(&row)?;
                let enrolled = Enrolled::of(&row);
                machine.remember(enrolled.clone());
                Some((machine, enrolled))
            }
            Err(error) => {
                warn!(printer.id = %printer, %error, "The printer's row cannot be read");
                None
            }
        }
    }

    /// Follows a job to its end, through as many questions as it takes.
    async fn follow(
        self: &Arc<Self>,
        machine: &Machine,
        work: &Work,
        mut next: Next,
        mut stopped: bool,
    ) {
        loop {
            next = match next {
                Next::Watch(at) => {
                    Next::End(self.watch(machine, work, &at, stopped).await, Created::Yes)
                }
                Next::Settle(open) => self.settle(machine, work, open).await,
                Next::End(verdict, created) => {
                    return self.finish(machine, work, verdict, created).await;
                }
            };
            stopped = false;
        }
    }

    /// Goes on with an attempt that an earlier run began.
    pub(super) async fn take_up(self: &Arc<Self>, work: Work, record: AttemptRecord) {
        let Some((machine, _)) = self.machine_of(record.printer).await else {
            // Without its address the printer cannot be asked, now or later.
            let created = if record.printer_job_id.is_some() { Created::Yes } else { Created::No };
            let verdict = Verdict::Unknown(Reason::PrinterUnreachable);
            return self.finish_without_printer(&work, verdict, created).await;
        };
        if record.blanks > 0 {
            // An error means that this very process has drawn it.
            let _ = work.blanks.set(record.blanks);
        }
        let stopped = record.job_state == print_core::JobState::Stopped;
        let next = Next::Settle(where_it_stood(&work, &record));
        self.follow(&machine, &work, next, stopped).await;
    }

    /// Ends an attempt that no printer has seen.
    pub(super) async fn hand_back(self: &Arc<Self>, work: &Work, reason: Reason) {
        let verdict = Verdict::HandBack(reason, EndedBy::Printer);
        self.finish_without_printer(work, verdict, Created::No).await;
    }
}

/// What the attempt's row proves about an attempt of an earlier run.
fn where_it_stood(work: &Work, record: &AttemptRecord) -> Open {
    use store::AttemptState as S;
    let at = record.printer_job_id.map(|id| AtPrinter {
        id,
        uuid: record.printer_job_uuid.clone(),
        up_time: record.printer_up_time.and_then(|seconds| i32::try_from(seconds).ok()),
        name: work.job_name(),
    });
    let last = match (record.state, &at) {
        (S::Sent, Some(_)) => LastCommit::Sent,
        (_, Some(_)) => LastCommit::Created,
        (_, None) => LastCommit::Intent,
    };
    Open { last, at, why: Reason::ServerRestarted }
}
