//! Get-Printer-Attributes: phones ask each second.

use crate::bench::load::{Load, Post};
use crate::bench::report::Report;
use crate::bench::servers::cups::{self, NOWHERE};
use crate::bench::servers::{Ground, Ours, QUEUE};
use crate::bench::statistics::Figure;

use super::{Measure, Plan};

const LOAD: Load = Load { connections: 8, requests: 4_000 };
/// What we promise, in milliseconds.
const LIMIT_MS: f64 = 5.0;

pub(super) fn take(plan: &Plan, ground: &Ground, report: &mut Report) -> Result<(), String> {
    let mut server = Ours::start(ground, 1)?;
    let mut cupsd = cups::start(false, NOWHERE);
    let (mut ours, mut theirs, mut rates) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..plan.rounds {
        report.say(&format!("Get-Printer-Attributes, round {} of {}", round + 1, plan.rounds));
        let outcome = LOAD.send(&server.address(), &Post::printer_attributes(QUEUE))?;
        let outcome = outcome.whole("our server")?;
        ours.push(outcome.latency_ms(99.0));
        rates.push(outcome.per_second());
        let post = Post::printer_attributes(cups::QUEUE);
        let outcome = LOAD.send(&cups::address(&cupsd)?, &post)?.whole("cupsd")?;
        theirs.push(outcome.latency_ms(99.0));
    }
    report.add(Measure::PrinterAttributes, Figure::of(&ours), Figure::single(LIMIT_MS));
    report.line("Get-Printer-Attributes, 8 connections, ours", "answers/s", Figure::of(&rates));
    report.line("Get-Printer-Attributes, 8 connections, cupsd: p99", "ms", Figure::of(&theirs));
    server.stop();
    cupsd.stop();
    ground.keep(cupsd);
    Ok(())
}
