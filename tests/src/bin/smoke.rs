//! `make smoke`: the demo's journey without a person, each step shown and checked.

fn main() -> std::process::ExitCode {
    e2e::smoke::main()
}
