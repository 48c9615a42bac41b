//! How fast the pages of small documents are counted, once they are there.

use std::time::{Duration, Instant};

use crate::bench::load::{Load, Post, small_document};
use crate::bench::report::Report;
use crate::bench::servers::{Ground, Ours, PERSON, QUEUE};
use crate::bench::statistics::Figure;

use super::{Measure, Plan};

/// What comes in at once before the clock starts.
const LOAD: Load = Load { connections: 64, requests: 1_000 };
/// What we promise: documents a second.
const LIMIT_PER_SECOND: f64 = 50.0;
/// Longer is not waited.
const GIVE_UP: Duration = Duration::from_secs(60);
/// Between two looks at the counter.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// The counter of documents whose pages are known.
const COUNTER: &str = "followme_documents_looked_into_total{pages=\"counted\"} ";

pub(super) fn take(plan: &Plan, ground: &Ground, report: &mut Report) -> Result<(), String> {
    let post = Post::document(QUEUE, PERSON, &small_document(), false);
    let mut rates = Vec::new();
    for round in 0..plan.rounds {
        report.say(&format!("pages counted, round {} of {}", round + 1, plan.rounds));
        let mut server = Ours::start(ground, 1)?;
        LOAD.send(&server.address(), &post)?.whole("our server")?;
        let rate = rate(&server);
        server.stop();
        rates.push(rate?);
    }
    report.add(Measure::Counting, Figure::of(&rates), Figure::single(LIMIT_PER_SECOND));
    Ok(())
}

/// Documents a second, from those that are not counted yet to none.
fn rate(server: &Ours) -> Result<f64, String> {
    let all = LOAD.requests as f64;
    let (began, before) = (Instant::now(), counted(server)?);
    loop {
        let now = counted(server)?;
        let seconds = began.elapsed().as_secs_f64();
        if now >= all {
            return Ok((all - before) / seconds);
        }
        if began.elapsed() >= GIVE_UP {
            return Err(format!("only {now} of {all} documents were counted in {seconds} s"));
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

fn counted(server: &Ours) -> Result<f64, String> {
    let metrics = server.metrics().map_err(|error| format!("the metrics: {error}"))?;
    let line = metrics.lines().find_map(|line| line.strip_prefix(COUNTER));
    Ok(line.and_then(|count| count.trim().parse().ok()).unwrap_or(0.0))
}
