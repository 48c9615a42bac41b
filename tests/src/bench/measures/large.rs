//! Large documents: how much memory they take while they come in.

use std::fs;

use real_parts::documents::{self, Paper};

use crate::bench::load::{Load, Outcome, Post};
use crate::bench::report::Report;
use crate::bench::servers::cups::{self, NOWHERE};
use crate::bench::servers::process::{forget_peak, memory_mib};
use crate::bench::servers::{Ground, Ours, PERSON, QUEUE};
use crate::bench::statistics::Figure;

use super::{Measure, Plan};

const DOCUMENT_BYTES: usize = 50_000_000;
/// All at once.
const LOAD: Load = Load { connections: 8, requests: 8 };
/// What we promise, in MiB above what the idle server takes.
const LIMIT_MIB: f64 = 32.0;

pub(super) fn take(plan: &Plan, ground: &Ground, report: &mut Report) -> Result<(), String> {
    let document = documents::pdf_of_size(1, Paper::A4, "A poster", DOCUMENT_BYTES);
    let post = Post::document(QUEUE, PERSON, &document, false);
    let to_cups = Post::document(cups::QUEUE, PERSON, &document, true);
    let (mut ours, mut theirs) = (Sizes::default(), Sizes::default());
    for round in 0..plan.rounds {
        report.say(&format!("8 documents of 50 MB, round {} of {}", round + 1, plan.rounds));
        let mut server = Ours::start(ground, 1)?;
        let send = || LOAD.send(&server.address(), &post)?.whole("our server");
        ours.measure(server.id()?, send)?;
        server.stop();
        fs::remove_dir_all(server.folder().join("spool")).map_err(|error| error.to_string())?;
        let mut cupsd = cups::start(false, NOWHERE);
        let address = cups::address(&cupsd)?;
        theirs.measure(cupsd.id(), || LOAD.send(&address, &to_cups)?.whole("cupsd"))?;
        cupsd.stop();
    }
    let limit = Figure::single(LIMIT_MIB);
    report.add(Measure::LargeDocuments, Figure::of(&ours.grown_mib), limit);
    report.line("8 x 50 MB, ours", "MB/s", Figure::of(&ours.mb_per_second));
    report.line("8 x 50 MB, cupsd", "MB/s", Figure::of(&theirs.mb_per_second));
    report.line("8 x 50 MB, cupsd: peak above idle", "MiB", Figure::of(&theirs.grown_mib));
    report.line("idle, ours", "MiB", Figure::of(&ours.idle_mib));
    report.line("idle, cupsd", "MiB", Figure::of(&theirs.idle_mib));
    Ok(())
}

#[derive(Debug, Default)]
struct Sizes {
    idle_mib: Vec<f64>,
    grown_mib: Vec<f64>,
    mb_per_second: Vec<f64>,
}

impl Sizes {
    fn measure(
        &mut self,
        process: u32,
        send: impl FnOnce() -> Result<Outcome, String>,
    ) -> Result<(), String> {
        let idle = memory_mib(process, "VmRSS:")?;
        forget_peak(process)?;
        let outcome = send()?;
        let peak = memory_mib(process, "VmHWM:")?;
        self.idle_mib.push(idle);
        self.grown_mib.push(peak - idle);
        self.mb_per_second.push(outcome.per_second() * DOCUMENT_BYTES as f64 / 1e6);
        Ok(())
    }
}
