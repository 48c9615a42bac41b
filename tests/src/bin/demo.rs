//! `make demo`: the whole product on this machine.

fn main() -> std::process::ExitCode {
    e2e::demo::main()
}
