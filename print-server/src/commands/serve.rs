//! `print-server serve`.

use std::process::ExitCode;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tracing::{error, info};
use tracing_subscriber::EnvFilter;

use super::CommandError;
use crate::config::Config;
use crate::serve::notify::Supervisor;

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum LogFormat {
    /// One line of text for each event.
    #[default]
    Text,
    /// One JSON object on a line for each event.
    Json,
}

/// Runs the server until SIGTERM or SIGINT.
///
/// # Errors
/// When it cannot start, with the entry of the configuration or the file that is in the way.
pub fn serve(config: Config, log_format: LogFormat) -> Result<ExitCode, CommandError> {
    log_to_stderr("info", log_format);
    tell_panics_without_payload();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let stopped = async move {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            };
            info!(signal = name, "A signal asks for the end");
        };
        let supervisor = Arc::new(Supervisor::from_environment());
        crate::serve::serve(config, supervisor, stopped).await
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Sends the log to standard error; `otherwise` is what it holds where RUST_LOG does not say.
pub fn log_to_stderr(otherwise: &str, format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(otherwise));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

/// A panic's own text may quote what somebody printed or typed, so the log gets its place only.
fn tell_panics_without_payload() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        let thread = std::thread::current();
        let thread = thread.name().unwrap_or("unnamed");
        error!(%place, thread, "A part of the program broke off");
    }));
}
