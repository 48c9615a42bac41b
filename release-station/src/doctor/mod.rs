//! `release-station doctor`: what is wrong, and what to do about it, in plain sentences.
//!
//! - `report`: what was found.
//! - `certificate`: the station's own files and the time.
//! - `server`: the way to the print server.
//! - `readers`: the readers and what they need.
//! - `page`: the station's own page.

mod certificate;
mod page;
mod readers;
mod report;
mod server;
mod validity;

use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use self::report::Report;
use crate::config::{Setup, readers::ReaderPlan};
use crate::link::Target;

/// Examines the station of a configuration.
///
/// # Errors
/// A sentence, when the operating system does not let us ask at all.
pub fn run(path: &Path) -> Result<ExitCode, String> {
    let mut report = Report::default();
    let shown = path.display();
    match Setup::load(path) {
        Ok(setup) => {
            report.good(format!("The configuration {shown} is good."));
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| error.to_string())?;
            runtime.block_on(examine(&setup, &mut report));
        }
        Err(error) => report.wrong(
            format!("The configuration cannot be used: {error}."),
            "Mend it; the example station.toml of this program explains every line.",
        ),
    }
    print!("{report}");
    Ok(if report.is_well() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn examine(setup: &Setup, report: &mut Report) {
    let now = now();
    let is_running = page::examine(setup.page(), report).await;
    let mut is_way_open = true;
    for (place, station) in setup.stations() {
        report.of_place(place);
        let target = match Target::new(station) {
            Ok(target) => target,
            Err(error) => {
                report.wrong(
                    format!("The station's certificate or key cannot be used: {error}."),
                    "Enrol it: `print-server admin station renew NAME` shows a code for `release-station enrol`.",
                );
                continue;
            }
        };
        certificate::examine(station, now, report);
        // Every place goes the same way; what is wrong with it is said once.
        if is_way_open {
            is_way_open = server::examine(&target, now, report).await;
        }
    }
    let plans: Vec<(Option<&str>, ReaderPlan)> = match setup {
        Setup::Screen(config) => config.plan().map(|plan| (None, plan)).into_iter().collect(),
        Setup::Places(all) => {
            let plan = |place: &'_ crate::config::Place| place.reader.clone();
            all.places.iter().map(|place| (Some(place.name.as_str()), plan(place))).collect()
        }
    };
    for (place, plan) in plans {
        report.of_place(place);
        readers::examine(&plan, is_running, report).await;
    }
}

/// This machine's clock is what is examined.
#[expect(clippy::disallowed_methods, reason = "the clock itself is under examination")]
fn now() -> SystemTime {
    SystemTime::now()
}
