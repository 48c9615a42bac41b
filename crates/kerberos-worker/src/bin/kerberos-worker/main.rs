//! Asks the system's GSSAPI whose Kerberos ticket the token on standard input holds, says it in one line
//! and ends. `print-server` starts it; there is nothing to type here. The library finds keytab, replay
//! cache and configuration by its environment.

mod accept;

use std::env;
use std::io::{self, Read as _, Write as _};
use std::process::ExitCode;

use kerberos_worker::{Answer, Refused, TOKEN_BYTES_MAX};
use rustix::process::{Resource, Rlimit, setrlimit};

/// Address space, in bytes: the libraries and a token are a small part of it.
const MEMORY_BYTES_MAX: u64 = 256 << 20;
/// Processor time, in seconds.
const CPU_S_MAX: u64 = 2;

fn main() -> ExitCode {
    if let Err(error) = limit_ourselves() {
        eprintln!("kerberos-worker: cannot limit itself: {error}");
        return ExitCode::FAILURE;
    }
    let answer = match env::args().nth(1).as_deref() {
        Some("accept") => match token() {
            Ok(token) => accept::accept(&token),
            Err(error) => Err((Refused::Token, error.to_string())),
        },
        Some("check") => accept::check(),
        _ => {
            eprintln!(
                "kerberos-worker is started by print-server: [kerberos] in its configuration"
            );
            return ExitCode::FAILURE;
        }
    };
    let answer = answer.unwrap_or_else(|(refused, text)| Answer::Refused(refused, text));
    match io::stdout().write_all(answer.to_text().as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// A token that brings the library down takes only this process with it, and soon; a dump of its memory
/// would hold the service's keys.
fn limit_ourselves() -> rustix::io::Result<()> {
    let most = |value| Rlimit { current: Some(value), maximum: Some(value) };
    setrlimit(Resource::As, most(MEMORY_BYTES_MAX))?;
    setrlimit(Resource::Cpu, most(CPU_S_MAX))?;
    setrlimit(Resource::Core, most(0))
}

fn token() -> io::Result<Vec<u8>> {
    let mut token = Vec::new();
    io::stdin().take(TOKEN_BYTES_MAX as u64 + 1).read_to_end(&mut token)?;
    if token.len() > TOKEN_BYTES_MAX {
        return Err(io::Error::other("the token is too long"));
    }
    Ok(token)
}
