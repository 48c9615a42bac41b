//! The demo's journey without a person: a real document through CUPS's `lp`, held, a tap, out at a
//! printer, booked, in finance's file. Each step is shown and checked; nothing is left running.

mod journey;

use std::env;
use std::path::Path;
use std::process::ExitCode;

use real_parts::folder::Folder;
use real_parts::postgres::{POSTGRES_VARIABLE, Postgres};

use crate::house::{Database, Result, programs};

/// Where Debian puts PostgreSQL's own programs.
const POSTGRES_FOLDER: &str = "/usr/lib/postgresql";

/// Makes the journey on SQLite, and on PostgreSQL where there is one.
#[must_use]
pub fn main() -> ExitCode {
    match smoke() {
        Ok(()) => {
            println!("\nAll of it is true.");
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            println!("\nNOT TRUE: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn smoke() -> Result<()> {
    // What is missing is said before anything is started.
    for program in ["print-server", "release-station", "virtual-mfp"] {
        programs::ours(program)?;
    }
    let tools = [("lp", "cups-client"), ("pdfinfo", "poppler-utils"), ("sha256sum", "coreutils")];
    for (program, package) in tools {
        programs::system(program, package)?;
    }
    make_journey(Database::Sqlite)?;
    if env::var_os(POSTGRES_VARIABLE).is_none() && !Path::new(POSTGRES_FOLDER).exists() {
        println!("\nPostgreSQL is not installed: the journey was made on SQLite only.");
        return Ok(());
    }
    make_journey(Database::Postgres(Postgres::shared().create_database()))
}

fn make_journey(database: Database) -> Result<()> {
    println!("\nOn {}", database.name());
    let folder = Folder::new("smoke");
    journey::make(folder.path(), database)
}
