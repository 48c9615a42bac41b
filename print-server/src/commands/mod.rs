//! What can be typed.

mod admin;
mod capture;
mod check_config;
mod discovery;
mod fsck;
mod init;
mod profile;
mod serve;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;

/// Why a command did not do what it should, as a sentence for the person who typed it.
pub type CommandError = Box<dyn Error + Send + Sync>;

/// Names the configuration where the command line does not.
const CONFIG_VARIABLE: &str = "PRINT_SERVER_CONFIG";

/// Follow-me printing: takes jobs in, holds them, and prints them where their owner taps a badge.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
struct Cli {
    /// The configuration (TOML). Without it, the environment variable PRINT_SERVER_CONFIG names it.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server until SIGTERM or SIGINT; what is under way is finished first.
    ///
    /// The log goes to standard error; RUST_LOG chooses what is in it (for example
    /// RUST_LOG=debug, or RUST_LOG=info,print_server::delivery=debug).
    Serve {
        /// How the log is written.
        #[arg(long, value_enum, default_value_t)]
        log_format: serve::LogFormat,
    },
    /// Read the configuration and look at the files it names; say what is wrong with each.
    ///
    /// Nothing is opened for writing and nobody is asked over the network. Exit status 0 when the
    /// server could start with it, else 1.
    CheckConfig {
        /// Look at the file itself only, not at the files and folders that it names.
        #[arg(long)]
        syntax_only: bool,
    },
    /// Make what a first start needs: the installation's key and the authority for stations.
    ///
    /// What is there already is left alone, so that it may be run again.
    Init,
    /// Count every promise of the database and the spool, and read every held document through.
    ///
    /// Exit status 0 when all is whole, else 1. May be run beside a running server, but for --repair.
    Fsck {
        /// Remove files that no row names, give up jobs that stopped arriving, add up the sums of the
        /// books again. The server must not be running.
        #[arg(long)]
        repair: bool,
        /// After a restore: also end the jobs whose document or key is gone, each one audited. Make sure
        /// first that the spool's disk is mounted.
        #[arg(long, requires = "repair")]
        end_lost: bool,
    },
    /// Record what one device says when it prints, with names hidden, and pass it to the running server.
    ///
    /// Attributes only: no document, no password and no link is written. docs/trial.md says what to try.
    Capture(capture::Order),
    /// Write a file that adds a queue to a device, for people or device management, to standard output.
    Profile(profile::Order),
    /// How clients find the queues: records for a name server.
    Discovery {
        #[command(subcommand)]
        command: discovery::Command,
    },
    /// Set up and look at queues, printers, stations, people, prices and roles; each change is audited.
    ///
    /// A running server notices a change within two seconds.
    Admin {
        #[command(subcommand)]
        command: admin::Command,
    },
}

/// Obeys the command line.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    obey(cli).unwrap_or_else(|error| {
        eprintln!("print-server: {}", sentence(&*error));
        ExitCode::FAILURE
    })
}

fn obey(cli: Cli) -> Result<ExitCode, CommandError> {
    // The libraries that speak TLS take the provider of the process; there must be exactly one.
    // An error means that there is one already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    if let Command::Admin { command: admin::Command::Person(people) } = &cli.command
        && people.needs_no_house()
    {
        return admin::hash_password();
    }
    let path = config_path(cli.config)?;
    if let Command::CheckConfig { syntax_only } = cli.command {
        return Ok(check_config::check_config(&path, syntax_only));
    }
    let config = Config::load(&path)?;
    match cli.command {
        Command::Serve { log_format } => serve::serve(config, log_format),
        Command::CheckConfig { .. } => unreachable!("answered above"),
        Command::Init => init::init(&config),
        Command::Fsck { repair, end_lost } => {
            wait_for(fsck::fsck(config, fsck::Orders { repair, end_lost }))
        }
        Command::Capture(order) => wait_for(capture::capture(config, order)),
        Command::Profile(order) => wait_for(profile::make(config, order)),
        Command::Discovery { command } => wait_for(discovery::discovery(config, command)),
        Command::Admin { command } => wait_for(admin::admin(config, command)),
    }
}

/// The configuration that the command line or the environment names.
fn config_path(named: Option<PathBuf>) -> Result<PathBuf, CommandError> {
    let from_environment = || std::env::var_os(CONFIG_VARIABLE).map(PathBuf::from);
    let path = named
        .or_else(from_environment)
        .ok_or_else(|| format!("name the configuration: --config FILE, or in {CONFIG_VARIABLE}"))?;
    // What the commands say about files is then true in every folder.
    Ok(std::path::absolute(path)?)
}

/// Runs a command that ends by itself. What it does is logged only when something is wrong.
fn wait_for(
    command: impl Future<Output = Result<ExitCode, CommandError>>,
) -> Result<ExitCode, CommandError> {
    serve::log_to_stderr("warn", serve::LogFormat::Text);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(command)
}

/// The error with what is behind it, each text once.
fn sentence(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(behind) = source {
        let more = behind.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        source = behind.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_error_is_told_with_its_cause_and_each_text_once() {
        #[derive(Debug, thiserror::Error)]
        #[error("the door is shut")]
        struct Shut(#[source] std::io::Error);

        #[derive(Debug, thiserror::Error)]
        #[error(transparent)]
        struct Passed(Shut);

        let error = Passed(Shut(std::io::Error::other("no key")));
        assert_eq!(sentence(&error), "the door is shut: no key");
    }
}
