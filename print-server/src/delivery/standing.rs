//! A printer that takes nothing more of a document because it stands still: its owner is told, and has as long
//! as with a job that the printer has whole.

use std::time::Instant;

use ipp_codec::registry::PrinterState;
use tokio::sync::SetOnce;

use super::deliveries::Deliveries;
use super::live;
use super::machine::Machine;
use super::printer::body::Sent;
use super::rules::outcome::Reason;
use super::rules::stops::Patience;
use super::work::Work;

impl Deliveries {
    /// Stands by while a document is sent. A printer that says that it has stopped is waited for; comes back
    /// when the owner has been gone for too long, and never otherwise.
    pub(super) async fn stand_by(
        &self,
        machine: &Machine,
        work: &Work,
        sending: &SetOnce<Sent>,
    ) -> Reason {
        let sent = sending.wait().await;
        let mut before = sent.bytes();
        let mut stopped_at: Option<Instant> = None;
        loop {
            tokio::time::sleep(self.parts.settings.poll_max).await;
            let moved = std::mem::replace(&mut before, sent.bytes()) != before;
            let condition = if moved {
                None
            } else {
                // One that does not answer either is ended by the sending's own patience.
                machine.condition(self.parts.settings.condition_kept).await.ok()
            };
            let stopped = condition.filter(|condition| condition.state == PrinterState::STOPPED);
            let Some(condition) = stopped else {
                if moved && stopped_at.take().is_some() {
                    self.show(work, |progress| {
                        progress.step = live::Step::Sending;
                        progress.offer_cancel = false;
                        progress.reasons.clear();
                    });
                }
                continue;
            };
            sent.excuse();
            let since = *stopped_at.get_or_insert_with(Instant::now);
            let patience = self.judge_standing(machine, work, since);
            if patience == Patience::Cancel {
                return Reason::OwnerAbsent;
            }
            let may_be_asked = work.live.may_be_asked(self.parts.settings.offer_cancel);
            self.show(work, |progress| {
                progress.step = live::Step::Stopped;
                progress.offer_cancel = patience == Patience::Offer && may_be_asked;
                progress.reasons = condition.state_reasons;
            });
        }
    }
}
