//! Held intake: so many small documents, each acknowledged, into a server that holds none yet.

use crate::bench::load::{Address, Load, Post, small_document};
use crate::bench::report::Report;
use crate::bench::servers::cups::{self, NOWHERE};
use crate::bench::servers::handler::Handler;
use crate::bench::servers::process::cpu_seconds;
use crate::bench::servers::{Ground, Ours, PASSWORD, PERSON, QUEUE};
use crate::bench::statistics::Figure;

use super::{Measure, Plan};

/// The numbers of connections, and how many jobs a round takes at each.
const LOADS: [Load; 3] = [
    Load { connections: 64, requests: 4_000 },
    Load { connections: 8, requests: 2_000 },
    Load { connections: 1, requests: 500 },
];

/// A server that does not look into documents.
const UNCOUNTED: &str = "[documents]\nat_once = 0\n";

/// Who is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    Ours,
    OursUncounted,
    OursTls,
    Cupsd,
    CupsdSync,
    Handler,
}

impl Subject {
    const ALL: [Subject; 6] = [
        Subject::Ours,
        Subject::Cupsd,
        Subject::CupsdSync,
        Subject::Handler,
        Subject::OursUncounted,
        Subject::OursTls,
    ];

    fn name(self) -> &'static str {
        match self {
            Subject::Ours => "ours",
            Subject::OursUncounted => "ours, pages not counted",
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
            Subject::OursUncounted => Some(Measure::IntakeCounted),
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
    fn round(self, ground: &Ground, load: Load) -> Result<Round, String> {
        let document = small_document();
        match self {
            Subject::Ours | Subject::OursUncounted | Subject::OursTls => {
                let more = if self == Subject::OursUncounted { UNCOUNTED } else { "" };
                let mut ours = Ours::start_with(ground, 1, more)?;
                let (address, post) = if self == Subject::OursTls {
                    let post = Post::signed_document(QUEUE, PERSON, PASSWORD, &document);
                    (ours.address_tls()?, post)
                } else {
                    (ours.address(), Post::document(QUEUE, PERSON, &document, false))
                };
                let round = self.take(load, ours.id()?, &address, &post);
                ours.stop();
                round
            }
            Subject::Cupsd | Subject::CupsdSync => {
                let mut cupsd = cups::start(self == Subject::CupsdSync, NOWHERE);
                let post = Post::document(cups::QUEUE, PERSON, &document, true);
                let round = self.take(load, cupsd.id(), &cups::address(&cupsd)?, &post);
                cupsd.stop();
                ground.keep(cupsd);
                round
            }
            Subject::Handler => {
                let handler = Handler::start(ground)?;
                let post = Post::document(QUEUE, PERSON, &document, false);
                let round = self.take(load, handler.id(), &handler.address(), &post);
                handler.stop();
                round
            }
        }
    }

    fn take(
        self,
        load: Load,
        process: u32,
        address: &Address,
        post: &Post,
    ) -> Result<Round, String> {
        Load::first(address, post)?;
        let before = cpu_seconds(process)?;
        let outcome = load.send(address, post)?.whole(self.name())?;
        let cpu = cpu_seconds(process)? - before;
        Ok(Round {
            per_second: outcome.per_second(),
            p99_ms: outcome.latency_ms(99.0),
            cpu_ms: cpu * 1_000.0 / outcome.accepted.max(1) as f64,
        })
    }
}

/// What one round gave. The server's processor time a job moves least between quiet and busy minutes.
#[derive(Debug, Clone, Copy)]
struct Round {
    per_second: f64,
    p99_ms: f64,
    cpu_ms: f64,
}

/// What the rounds of one subject gave.
#[derive(Debug)]
struct Rounds {
    subject: Subject,
    rounds: Vec<Round>,
}

impl Rounds {
    fn figure(&self, of: fn(&Round) -> f64) -> Figure {
        Figure::of(&self.rounds.iter().map(of).collect::<Vec<_>>())
    }
}

pub(super) fn take(plan: &Plan, ground: &Ground, report: &mut Report) -> Result<(), String> {
    let loads = if plan.is_full() { &LOADS[..] } else { &LOADS[..1] };
    for load in loads {
        let all = rounds(plan, ground, report, *load)?;
        for rounds in &all {
            let name =
                format!("intake, {} connections, {}", load.connections, rounds.subject.name());
            report.line(&name, "jobs/s", rounds.figure(|round| round.per_second));
            report.line(&format!("{name}: p99"), "ms", rounds.figure(|round| round.p99_ms));
            report.line(
                &format!("{name}: processor"),
                "ms/job",
                rounds.figure(|round| round.cpu_ms),
            );
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
    let mut all: Vec<Rounds> =
        wanted.map(|subject| Rounds { subject, rounds: Vec::new() }).collect();
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
            rounds.rounds.push(rounds.subject.round(ground, load)?);
        }
    }
    Ok(all)
}

fn compare(all: &[Rounds], report: &mut Report) {
    let ours = all.iter().find(|rounds| rounds.subject == Subject::Ours);
    let Some(plain) = ours.map(|rounds| rounds.figure(|round| round.per_second)) else { return };
    for rounds in all {
        let other = rounds.figure(|round| round.per_second);
        match rounds.subject.measure() {
            // Here the other one is ours as well, and the plain one what it is compared with.
            Some(Measure::IntakeBasicTls) => report.add(Measure::IntakeBasicTls, other, plain),
            Some(measure) => report.add(measure, plain, other),
            None => {}
        }
    }
}
