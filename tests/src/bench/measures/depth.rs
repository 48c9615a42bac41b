//! A server that holds 20,000 jobs already: how fast it takes more, and how soon after a crash.

use std::time::{Duration, Instant};

use crate::bench::load::{Address, Connection, Load, Post, single_thread, small_document};
use crate::bench::report::Report;
use crate::bench::servers::{Ground, Ours, PERSON, QUEUE};
use crate::bench::statistics::{Figure, ms};

use super::{Measure, Plan};

const DEPTH: usize = 20_000;
const LOAD: Load = Load { connections: 64, requests: 4_000 };
/// What we promise for the restart, in milliseconds.
const RESTART_LIMIT_MS: f64 = 500.0;
/// A restart that takes longer is not waited for.
const GIVE_UP: Duration = Duration::from_secs(60);
/// Between two attempts to be heard by a server that starts.
const KNOCK_EVERY: Duration = Duration::from_millis(1);

pub(super) fn take(plan: &Plan, ground: &Ground, report: &mut Report) -> Result<(), String> {
    let post = Post::document(QUEUE, PERSON, &small_document(), false);
    let mut deep = Ours::start(ground, 1)?;
    report.say("20,000 jobs to be held");
    let fill = Load { connections: LOAD.connections, requests: DEPTH };
    let filled = fill.send(&deep.address(), &post)?.whole("our server")?;
    report.line("20,000 jobs taken in", "jobs/s", Figure::single(filled.per_second()));
    if plan.wants(&[Measure::IntakeDepth]) {
        intake(plan, ground, report, &deep, &post)?;
    }
    if plan.wants(&[Measure::Restart]) {
        let mut times = Vec::new();
        for round in 0..plan.rounds {
            report.say(&format!("restart, round {} of {}", round + 1, plan.rounds));
            times.push(restart(&mut deep, &post)?);
        }
        report.add(Measure::Restart, Figure::of(&times), Figure::single(RESTART_LIMIT_MS));
    }
    deep.stop();
    Ok(())
}

fn intake(
    plan: &Plan,
    ground: &Ground,
    report: &mut Report,
    deep: &Ours,
    post: &Post,
) -> Result<(), String> {
    let (mut empties, mut deeps) = (Vec::new(), Vec::new());
    for round in 0..plan.rounds {
        report.say(&format!("intake at depth, round {} of {}", round + 1, plan.rounds));
        let mut empty = Ours::start(ground, 1)?;
        let runs = [(empty.address(), &mut empties), (deep.address(), &mut deeps)];
        for (address, figures) in runs {
            Load::first(&address, post)?;
            let outcome = LOAD.send(&address, post)?.whole("our server")?;
            figures.push(outcome.per_second());
        }
        empty.stop();
    }
    report.add(Measure::IntakeDepth, Figure::of(&deeps), Figure::of(&empties));
    Ok(())
}

/// Kills the server and starts it again; gives the milliseconds until it has accepted a job.
fn restart(server: &mut Ours, post: &Post) -> Result<f64, String> {
    server.kill();
    let address = server.address();
    let began = Instant::now();
    server.spawn();
    let accepted = single_thread().block_on(async {
        while began.elapsed() < GIVE_UP {
            if is_accepted(&address, post).await {
                return Some(began.elapsed());
            }
            tokio::time::sleep(KNOCK_EVERY).await;
        }
        None
    });
    let took = accepted.ok_or_else(|| format!("no job after a restart:\n{}", server.log()))?;
    Ok(ms(took))
}

async fn is_accepted(address: &Address, post: &Post) -> bool {
    let Ok(mut connection) = Connection::open(address).await else { return false };
    connection.ask(post).await.is_ok_and(|answer| answer.is_good())
}
