//! `release-station run`.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing::{info, warn};
use tracing_subscriber::EnvFilter;

use crate::config::Setup;
use crate::{places, station};

/// Runs until SIGTERM or SIGINT. The one line on standard output names the page; the log
/// goes to standard error.
pub fn run(path: &Path) -> Result<ExitCode, String> {
    let setup = Setup::load(path).map_err(|error| error.to_string())?;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    for (_, station) in setup.stations() {
        if let Some(warning) = station.key_warning() {
            warn!("{warning}");
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let stop = stop_signal().map_err(|error| error.to_string())?;
        let ready = |address| {
            info!(%address, "The page listens");
            let mut out = std::io::stdout();
            // Nobody may be reading; the log says the same.
            let _ = writeln!(out, "http://{address}/").and_then(|()| out.flush());
        };
        let ended = match setup {
            Setup::Screen(config) => station::run(*config, stop, ready).await,
            Setup::Places(all) => places::run(all, stop, ready).await,
        };
        ended.map_err(|error| error.to_string())
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Turns true at SIGTERM or SIGINT.
fn stop_signal() -> std::io::Result<watch::Receiver<bool>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stop.send_replace(true);
    });
    Ok(stopped)
}
