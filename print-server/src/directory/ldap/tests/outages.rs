//! Servers that hang, die, come back.

use std::time::{Duration, Instant};

use real_parts::campus::PASSWORD;
use real_parts::ports;
use real_parts::slapd::Slapd;
use real_parts::waiting::wait_until;
use rustix::process::{Pid, Signal, kill_process};

use super::{House, LdapDirectory, address, authorities, sign_in};
use crate::directory::{Asked, Directory};

/// A server that hangs, until this is dropped.
struct Hanging(Pid);

impl Hanging {
    fn now(slapd: &Slapd) -> Self {
        let file = slapd.authority_file().with_file_name("slapd.pid");
        let text = std::fs::read_to_string(file).expect("slapd writes its number");
        let pid = Pid::from_raw(text.trim().parse().expect("a number")).expect("not 0");
        kill_process(pid, Signal::STOP).expect("slapd runs");
        let hanging = Self(pid);
        // The signal is only on its way; until it arrives, the server may still answer.
        let limit = Duration::from_secs(10);
        wait_until("slapd to hang", limit, || hanging.states().all(|state| state == "T"));
        hanging
    }

    /// The states of the server's threads (proc_pid_stat(5)).
    fn states(&self) -> impl Iterator<Item = String> {
        let tasks = format!("/proc/{}/task", self.0.as_raw_pid());
        std::fs::read_dir(tasks).expect("slapd runs").flatten().map(|task| {
            let text = std::fs::read_to_string(task.path().join("stat")).unwrap_or_default();
            let state = text.rsplit(") ").next().and_then(|rest| rest.split(' ').next());
            state.unwrap_or_default().to_owned()
        })
    }
}

impl Drop for Hanging {
    fn drop(&mut self) {
        let _ = kill_process(self.0, Signal::CONT);
    }
}

async fn answers_within(directory: &Directory, limit: Duration) -> bool {
    let deadline = Instant::now() + limit;
    while Instant::now() < deadline {
        if directory.answers().await {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hanging_server_costs_one_person_a_second_and_the_next_ones_nothing() {
    let (slapd, house) = (Slapd::start(0), House::new().await);
    let directory = house.directory(house.config(&slapd));
    assert_eq!(sign_in(&directory, "anna", PASSWORD).await, "right");

    let hanging = Hanging::now(&slapd);
    let start = Instant::now();
    assert_eq!(sign_in(&directory, "bo", PASSWORD).await, "unreachable");
    let waited = start.elapsed();
    assert!(waited >= Duration::from_millis(900), "{waited:?}");
    assert!(waited < Duration::from_millis(2_500), "{waited:?}");
    let start = Instant::now();
    for _ in 0..10 {
        assert_eq!(sign_in(&directory, "bo", PASSWORD).await, "unreachable");
    }
    let waited = start.elapsed();
    assert!(waited < Duration::from_secs(1), "ten people waited {waited:?}");

    drop(hanging);
    assert!(answers_within(&directory, Duration::from_secs(15)).await);
    assert_eq!(sign_in(&directory, "bo", PASSWORD).await, "right");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_and_a_sign_in_at_a_hanging_server_both_end_in_time() {
    let (slapd, house) = (Slapd::start(0), House::new().await);
    let directory = house.directory(house.config(&slapd));
    // One connection for questions and one for passwords are open now.
    assert_eq!(sign_in(&directory, "anna", PASSWORD).await, "right");
    let _hanging = Hanging::now(&slapd);
    let (card, start) = (super::card("04B1B2C3D4E581"), Instant::now());
    let (one, other) =
        tokio::join!(sign_in(&directory, "bo", PASSWORD), directory.find_unknown_card(&card),);
    assert_eq!((one, other), ("unreachable", Asked::Unreachable));
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_died_is_noticed_at_once_and_used_again_when_it_is_back() {
    let (mut slapd, house) = (Slapd::start(0), House::new().await);
    let directory = house.directory(house.config(&slapd));
    assert_eq!(sign_in(&directory, "anna", PASSWORD).await, "right");

    // Idle connections that the server closed meanwhile cost nothing.
    slapd.bring_up();
    assert!(directory.answers().await);
    assert_eq!(sign_in(&directory, "bo", PASSWORD).await, "right");

    slapd.take_down();
    let start = Instant::now();
    assert_eq!(sign_in(&directory, "cecilia", PASSWORD).await, "unreachable");
    assert!(directory.sync().await.is_err());
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    slapd.bring_up();
    assert!(answers_within(&directory, Duration::from_secs(15)).await);
    assert_eq!(sign_in(&directory, "cecilia", PASSWORD).await, "right");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_server_takes_over_from_one_that_is_dead_or_hangs() {
    let (first, second, house) = (Slapd::start(0), Slapd::start(0), House::new().await);
    let dead = format!("127.0.0.1:{}", ports::free());
    let config = LdapDirectory {
        servers: vec![dead, address(&first.tls_url()), address(&second.tls_url())],
        ca: Some(authorities(&house.folder, &[&first, &second])),
        ..house.config(&first)
    };
    let directory = house.directory(config);
    assert!(directory.answers().await);

    let _hanging = Hanging::now(&first);
    let start = Instant::now();
    assert!(directory.answers().await, "the second server answers");
    let waited = start.elapsed();
    assert!(waited >= Duration::from_millis(900), "the first server answered in {waited:?}");
    assert!(waited < Duration::from_secs(3), "{waited:?}");
    let start = Instant::now();
    assert!(directory.answers().await);
    let waited = start.elapsed();
    assert!(waited < Duration::from_millis(500), "{waited:?}");
    assert_eq!(sign_in(&directory, "david", PASSWORD).await, "right");
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}
