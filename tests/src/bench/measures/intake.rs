//! Held intake: so many small documents, each acknowledged, into a server that holds none yet.

use crate::bench::load::{Load, Outcome, Post, small_document};
use crate::bench::report::Report;
use crate::bench::servers::cups::{self, NOWHERE};
use crate::bench::servers::handler::Handler;
use crate::bench::servers::{Ground, Ours, PASSWORD, PERSON, QUEUE};
use crate::bench::statistics::Figure;

use super::{Measure, Plan};

/// The numbers of connections, and how many jobs a round takes at each.
const LOADS: [Load; 3] = [
    Load { connections: 64, requests: 4_000 },
    Load { connections: 8, requests: 2_000 },
    Load { connections: 1, requests: 500 },
];

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Ours,
    OursTls,
    Cupsd,
    CupsdSync,
    Handler,
}

impl Subject {
    const ALL: [Subject; 5] =
        [Subject::Ours, Subject::Cupsd, Subject::CupsdSync, Subject::Handler, Subject::OursTls];

    fn name(self) -> &'static str {
        match self {
            Subject::Ours => "ours",
            Subject::OursTls => "ours, Basic over TLS",
            Subject::Cupsd => "cupsd",
            Subject::CupsdSync => "cupsd that syncs",
            Subject::Handler => "bare server that syncs",
        }
    }

    /// The measure that this one is the other side of.
    fn measure(self) -> Option<Measure> {
        match self {
            Subject::Ours => None,
            Subject::OursTls => Some(Measure::IntakeBasicTls),
            Subject::Cupsd => Some(Measure::IntakeVsCupsd),
            Subject::CupsdSync => Some(Measure::IntakeVsCupsdSync),
            Subject::Handler => Some(Measure::IntakeVsHandlerSync),
        }
    }

    fn is_wanted(self, plan: &Plan) -> bool {
        self.measure().is_none_or(|measure| plan.wants(&[measure]))
    }

    /// One round: an empty server, the load, the end.
    fn round(self, ground: &Ground, load: Load) -> Result<Outcome, String> {
        let document = small_document();
        let outcome = match self {
            Subject::Ours | Subject::OursTls => {
                let mut ours = Ours::start(ground, 1)?;
                let (address, post) = if self == Subject::Ours {
                    (ours.address(), Post::document(QUEUE, PERSON, &document, false))
                } else {
                    let post = Post::signed_document(QUEUE, PERSON, PASSWORD, &document);
                    (ours.address_tls()?, post)
                };
                let outcome = load.send(&address, &post)?;
                ours.stop();
                outcome
            }
            Subject::Cupsd | Subject::CupsdSync => {
                let mut cupsd = cups::start(self == Subject::CupsdSync, NOWHERE);
                let post = Post::document(cups::QUEUE, PERSON, &document, true);
                let outcome = load.send(&cups::address(&cupsd)?, &post)?;
                cupsd.stop();
                ground.keep(cupsd);
                outcome
            }
            Subject::Handler => {
                let handler = Handler::start(ground)?;
                let post = Post::document(QUEUE, PERSON, &document, false);
                let outcome = load.send(&handler.address(), &post)?;
                handler.stop();
                outcome
            }
        };
        outcome.whole(self.name())
    }
}

/// What the rounds of one subject gave.
#[derive(Debug)]
struct Rounds {
    subject: Subject,
    per_second: Vec<f64>,
    p99_ms: Vec<f64>,
}

pub(super) fn take(plan: &Plan, ground: &Ground, report: &mut Report) -> Result<(), String> {
    let loads = if plan.is_full() { &LOADS[..] } else { &LOADS[..1] };
    for load in loads {
        let all = rounds(plan, ground, report, *load)?;
        for rounds in &all {
            let name =
                format!("intake, {} connections, {}", load.connections, rounds.subject.name());
            report.line(&name, "jobs/s", Figure::of(&rounds.per_second));
            report.line(&format!("{name}: p99"), "ms", Figure::of(&rounds.p99_ms));
        }
        if load.connections == LOADS[0].connections {
            compare(&all, report);
        }
    }
    Ok(())
}

/// All rounds of one load. Each round begins with another server, so that none has always the same
/// one before it.
fn rounds(
    plan: &Plan,
    ground: &Ground,
    report: &Report,
    load: Load,
) -> Result<Vec<Rounds>, String> {
    let wanted = Subject::ALL.into_iter().filter(|subject| subject.is_wanted(plan));
    let mut all: Vec<Rounds> = wanted
        .map(|subject| Rounds { subject, per_second: Vec::new(), p99_ms: Vec::new() })
        .collect();
    for round in 0..plan.rounds {
        let first = round as usize % all.len();
        for turn in 0..all.len() {
            let number = (first + turn) % all.len();
            let rounds = &mut all[number];
            report.say(&format!(
                "intake, {} connections, round {} of {}: {}",
                load.connections,
                round + 1,
                plan.rounds,
                rounds.subject.name()
            ));
            let outcome = rounds.subject.round(ground, load)?;
            rounds.per_second.push(outcome.per_second());
            rounds.p99_ms.push(outcome.latency_ms(99.0));
        }
    }
    Ok(all)
}

fn compare(all: &[Rounds], report: &mut Report) {
    let ours = all.iter().find(|rounds| rounds.subject == Subject::Ours);
    let Some(plain) = ours.map(|rounds| Figure::of(&rounds.per_second)) else { return };
    for rounds in all {
        let other = Figure::of(&rounds.per_second);
        match rounds.subject.measure() {
            // Here the other one is ours as well, and the plain one what it is compared with.
            Some(Measure::IntakeBasicTls) => report.add(Measure::IntakeBasicTls, other, plain),
            Some(measure) => report.add(measure, plain, other),
            None => {}
        }
    }
}
