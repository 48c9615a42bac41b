//! What can be typed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use real_parts::folder::Folder;
use rustix::fs::statfs;

use super::measures::{self, Measure, Plan};
use super::report::Report;
use super::servers::{Ground, handler};

/// The magic number of a file system in memory (Linux, `statfs(2)`).
const TMPFS_MAGIC: i64 = 0x0102_1994;

/// Measure the print server beside CUPS and a bare server that writes files.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Take these measures only (may be given several times).
    #[arg(long, value_name = "MEASURE")]
    only: Vec<String>,
    /// So many rounds; the figure is their median.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=99))]
    rounds: u32,
    /// So many taps.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..))]
    taps: u32,
    /// Where the results go; by default into the folder `bench` beside the programs' folder.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Be the bare server: keep each body in a file of its own, and answer.
    Handler {
        /// Where the files go.
        #[arg(long)]
        folder: PathBuf,
        /// Sync each file and the folder before answering.
        #[arg(long)]
        sync: bool,
    },
}

/// Obeys the command line. Exit status 0: everything was measured, whatever came of it.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Some(Command::Handler { folder, sync }) => {
            handler::serve(&folder, sync).map_err(|error| error.to_string())
        }
        None => measure(&cli),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("bench: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn measure(cli: &Cli) -> Result<(), String> {
    let wanted = wanted(&cli.only)?;
    let folder = Folder::new("bench");
    on_a_disk(folder.path())?;
    let ground = Ground::new(folder)?;
    let out = cli.out.clone().unwrap_or_else(|| ground.programs().join("../bench/results.json"));
    let plan = Plan { wanted, rounds: cli.rounds, taps: cli.taps };
    let mut report = Report::new(plan.rounds);
    measures::take(&plan, &ground, &mut report)?;
    report.print();
    report.write(&out)?;
    println!("\nWritten to {}. Removing what was kept …", out.display());
    Ok(())
}

/// The measures of these names; all without any name.
fn wanted(names: &[String]) -> Result<Vec<Measure>, String> {
    if names.is_empty() {
        return Ok(Measure::ALL.to_vec());
    }
    let known = |name: &String| {
        Measure::named(name).ok_or_else(|| {
            let all: Vec<&str> = Measure::ALL.iter().map(|measure| measure.name()).collect();
            format!("there is no measure \"{name}\"; there is: {}", all.join(", "))
        })
    };
    names.iter().map(known).collect()
}

/// A sync costs nothing in memory, so that every figure would be wrong.
fn on_a_disk(folder: &Path) -> Result<(), String> {
    let system = statfs(folder).map_err(|error| error.to_string())?;
    #[allow(clippy::unnecessary_cast, reason = "the field is narrower on some machines")]
    if system.f_type as i64 == TMPFS_MAGIC {
        return Err(
            "the folder for temporary files is in memory; set TMPDIR to one on a disk".into()
        );
    }
    Ok(())
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
    fn an_unknown_measure_is_named_with_those_there_are() {
        let error = wanted(&["intake".to_owned()]).unwrap_err();
        assert!(error.contains("\"intake\"") && error.contains("intake_c64_vs_cupsd"), "{error}");
        assert_eq!(wanted(&[]).unwrap().len(), Measure::ALL.len());
    }
}
