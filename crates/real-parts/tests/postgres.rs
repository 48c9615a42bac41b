//! The PostgreSQL part on its own.

use std::process::Command;
use std::time::Duration;

use real_parts::postgres::Postgres;
use real_parts::waiting::wait_until;

fn port(url: &str) -> u16 {
    let (_, rest) = url.rsplit_once(':').expect("the URL has a port");
    let (port, _) = rest.split_once('/').expect("the URL has a database");
    port.parse().expect("a port is a number")
}

#[test]
fn a_cluster_is_durable_gives_databases_and_is_gone_when_dropped() {
    let postgres = Postgres::start();
    let settings = postgres.run(
        "SELECT current_setting('fsync'), current_setting('synchronous_commit'), \
         current_setting('server_encoding')",
    );
    assert_eq!(settings.trim(), "on|on|UTF8");

    let (first, second) = (postgres.create_database(), postgres.create_database());
    assert_ne!(first, second);
    let copy = postgres.copy_database(&first);
    let name = copy.rsplit('/').next().unwrap();
    let collation =
        postgres.run(&format!("SELECT datcollate FROM pg_database WHERE datname = '{name}'"));
    assert_eq!(collation.trim(), "C");

    let port = port(&postgres.url());
    assert!(real_parts::ports::answers(port));
    drop(postgres);
    assert!(!real_parts::ports::answers(port));
}

#[test]
fn the_wrapper_names_its_cluster_passes_the_status_on_and_leaves_nothing() {
    let output = Command::new(env!("CARGO_BIN_EXE_with-postgres"))
        .args(["sh", "-c", "echo $FOLLOWME_TEST_POSTGRES; exit 7"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(7));
    let url = String::from_utf8(output.stdout).unwrap();
    assert!(url.starts_with("postgres://"), "{url}");
    assert!(!real_parts::ports::answers(port(url.trim())));
}

#[test]
fn a_cluster_ends_even_when_its_process_is_killed() {
    // The shell inside kills the wrapper, which then cannot drop anything.
    let output = Command::new(env!("CARGO_BIN_EXE_with-postgres"))
        .args(["sh", "-c", "echo $FOLLOWME_TEST_POSTGRES; kill -9 $PPID"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), None);
    let url = String::from_utf8(output.stdout).unwrap();
    let port = port(url.trim());
    wait_until("the orphaned cluster to end", Duration::from_secs(20), || {
        !real_parts::ports::answers(port)
    });
}
