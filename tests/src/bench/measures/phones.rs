//! A thousand phones that ask about the queue each second: how fast they are answered, and what is left for
//! those who print.

use std::thread;
use std::time::Duration;

use crate::bench::load::{Load, Phones, Post, small_document};
use crate::bench::report::Report;
use crate::bench::servers::{Ground, Ours, PERSON, QUEUE};
use crate::bench::statistics::Figure;

use super::{Measure, Plan};

const PHONES: u16 = 1_000;
/// How long they ask while nobody prints.
const ALONE: Duration = Duration::from_secs(5);
/// Their connections are there, and each has asked, before anything is measured beside them.
const SETTLED: Duration = Duration::from_secs(2);
const LOAD: Load = Load { connections: 64, requests: 8_000 };
/// What we promise the phones, in milliseconds.
const LIMIT_MS: f64 = 20.0;

pub(super) fn take(plan: &Plan, ground: &Ground, report: &mut Report) -> Result<(), String> {
    let (mut p99s, mut beside_p99s) = (Vec::new(), Vec::new());
    let (mut beside, mut without) = (Vec::new(), Vec::new());
    for round in 0..plan.rounds {
        report.say(&format!("1,000 phones, round {} of {}", round + 1, plan.rounds));
        // Which of the two goes first makes no difference in the end.
        for with_phones in [round % 2 == 0, round % 2 != 0] {
            let mut server = Ours::start(ground, 1)?;
            if with_phones {
                p99s.push(asked(&server, || thread::sleep(ALONE))?.1);
                let (rate, p99) = asked(&server, || {
                    thread::sleep(SETTLED);
                    taken(&server)
                })?;
                beside.push(rate?);
                beside_p99s.push(p99);
            } else {
                without.push(taken(&server)?);
            }
            server.stop();
        }
    }
    report.add(Measure::Phones, Figure::of(&p99s), Figure::single(LIMIT_MS));
    report.add(Measure::IntakeBesidePhones, Figure::of(&beside), Figure::of(&without));
    report.line("1,000 phones while jobs flood in: p99", "ms", Figure::of(&beside_p99s));
    Ok(())
}

/// Does something while the phones ask; gives also the p99 of their answers, in milliseconds.
fn asked<T>(server: &Ours, meanwhile: impl FnOnce() -> T) -> Result<(T, f64), String> {
    let phones = Phones::start(server.address(), Post::printer_attributes(QUEUE), PHONES);
    let done = meanwhile();
    let outcome = phones.stop()?.whole("our server")?;
    Ok((done, outcome.latency_ms(99.0)))
}

/// Jobs a second.
fn taken(server: &Ours) -> Result<f64, String> {
    let post = Post::document(QUEUE, PERSON, &small_document(), false);
    Load::first(&server.address(), &post)?;
    Ok(LOAD.send(&server.address(), &post)?.whole("our server")?.per_second())
}
