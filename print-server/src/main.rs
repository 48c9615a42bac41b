//! The print server: takes jobs in, holds them, releases them at a tap, delivers and books them.

// A connection's future holds those of all that may be done on it, down to the sockets of the database: whether it may
// change threads is asked deeper than the compiler goes by itself, and how deep depends on what it knows already.
#![recursion_limit = "256"]

mod capture;
mod catalogue;
mod certificates;
mod changes;
mod commands;
mod config;
mod delivery;
mod directory;
mod discovery;
mod doors;
mod inspect;
mod intake;
mod ipp;
mod keys;
mod listeners;
mod metrics;
mod notices;
mod oidc;
mod pins;
mod profiles;
mod proofs;
mod release;
mod serve;
mod spool;
mod upkeep;

fn main() -> std::process::ExitCode {
    // Rows hold the titles of documents: what we write is ours alone, however we were started.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    commands::main()
}
