//! The print engine: carries out the machine's steps in their time.

use std::sync::Arc;
use std::time::Duration;

use super::life::Step;
use super::printer::Printer;
use crate::documents;

/// How often the engine looks without being woken; only for jobs whose document never comes.
const LOOK: Duration = Duration::from_secs(1);

/// Prints until it is dropped.
pub async fn run(printer: Arc<Printer>) {
    loop {
        let now = printer.now();
        let step = printer.locked(|machine| machine.step(now));
        match step {
            Step::Again => {}
            Step::Wait => {
                let _ = tokio::time::timeout(LOOK, printer.changed()).await;
            }
            Step::Count { job_id, file, format } => {
                let counting =
                    tokio::task::spawn_blocking(move || documents::count(&file, &format));
                // A counter that dies of a document makes the document unreadable, nothing more.
                let counted = counting.await.unwrap_or(Err(documents::Unreadable::Broken));
                let now = printer.now();
                printer.locked(|machine| machine.counted(job_id, counted, now));
            }
            Step::Print { job_id, takes } => {
                tokio::time::sleep(takes).await;
                let now = printer.now();
                printer.locked(|machine| machine.put_out(job_id, now));
            }
            Step::PowerCycle => printer.power_cycle(),
        }
    }
}
