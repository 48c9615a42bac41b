//! `make bench`: our server beside CUPS and a bare one that only writes files.

fn main() -> std::process::ExitCode {
    e2e::bench::main()
}
