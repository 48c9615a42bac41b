//! The print server: takes jobs in, holds them, releases them at a tap, delivers and books them.

mod arrivals;
mod authority;
mod catalogue;
mod changes;
mod commands;
mod config;
mod delivery;
mod desk;
mod directory;
mod doors;
mod intake;
mod ipp;
mod keys;
mod lease;
mod listeners;
mod metrics;
mod orphans;
mod release;
mod requests;
mod serve;
mod spool;
mod state;
mod sweeper;
mod validity;

fn main() -> std::process::ExitCode {
    // Rows hold the titles of documents: what we write is ours alone, however we were started.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    commands::main()
}
