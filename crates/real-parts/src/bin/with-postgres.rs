//! `with-postgres COMMAND [ARGUMENTS]`: starts a PostgreSQL cluster, runs the command with the
//! cluster's URL in the environment, ends the cluster, and exits as the command did.

use std::env;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode};

use real_parts::postgres::{POSTGRES_VARIABLE, Postgres};

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        eprintln!("usage: with-postgres COMMAND [ARGUMENTS]");
        return ExitCode::from(2);
    };
    let postgres = Postgres::start();
    let status =
        Command::new(&program).args(arguments).env(POSTGRES_VARIABLE, postgres.url()).status();
    drop(postgres);
    match status {
        // As shells do: 128 and the number of the signal that ended the command.
        Ok(status) => {
            let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
            ExitCode::from(u8::try_from(code).unwrap_or(1))
        }
        Err(error) => {
            eprintln!("cannot start {}: {error}", program.display());
            ExitCode::from(127)
        }
    }
}
