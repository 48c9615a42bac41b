//! Nodes, epochs, job numbers, migrations.

use std::collections::HashSet;
use std::sync::Arc;

use print_core::ManualClock;
use store::{DatabaseUrl, LEASE_SECONDS, MigrationError, NodeName, OpenError, Store, StoreError};
use tokio::task::JoinSet;

use crate::scene::{MORNING, for_each_database, open};

#[test]
fn a_second_start_raises_the_epoch_and_takes_the_lease() {
    for_each_database(|scene| async move {
        assert_eq!(scene.store.epoch(), 1);
        scene.store.renew_lease().await.expect("the lease is ours");
        let second = open(&scene.url, "a", &scene.clock).await;
        assert_eq!(second.epoch(), 2);
        assert_eq!(second.instance(), scene.store.instance());
        assert!(matches!(scene.store.renew_lease().await, Err(StoreError::Conflict)));
        assert!(matches!(scene.store.ping().await, Err(StoreError::Conflict)));
        second.ping().await.expect("the lease is the second's");
        second.close().await;
    });
}

#[test]
fn job_numbers_of_two_nodes_are_never_the_same() {
    for_each_database(|scene| async move {
        let other = open(&scene.url, "b", &scene.clock).await;
        let mut numbers = HashSet::new();
        for round in 0..30 {
            let store = if round % 2 == 0 { &scene.store } else { &other };
            let accepted = store.intake(scene.new_job(), scene.document()).await.expect("intake");
            assert!(numbers.insert(accepted.number), "{} twice", accepted.number);
            let job = scene.store.job_by_number(accepted.number).await.expect("a look");
            assert_eq!(job.map(|job| job.id), Some(accepted.id));
        }
        other.close().await;
    });
}

#[test]
fn a_new_process_does_not_give_the_numbers_of_the_one_before() {
    for_each_database(|scene| async move {
        let first = scene.store.intake(scene.new_job(), scene.document()).await.expect("intake");
        scene.store.close().await;
        let store = open(&scene.url, "a", &scene.clock).await;
        let second = store.intake(scene.new_job(), scene.document()).await.expect("intake");
        assert!(second.number > first.number);
        store.close().await;
    });
}

#[test]
fn arriving_jobs_of_processes_that_are_gone_are_aborted() {
    for_each_database(|scene| async move {
        let other = open(&scene.url, "b", &scene.clock).await;
        let theirs = other.begin_incoming(scene.new_job()).await.expect("a job");
        let ours = scene.store.begin_incoming(scene.new_job()).await.expect("a job");
        let again = open(&scene.url, "a", &scene.clock).await;
        let current = again.begin_incoming(scene.new_job()).await.expect("a job");
        // The other node's lease still runs; the first start of this node is gone.
        assert_eq!(again.abort_stale_incoming(10).await.expect("a sweep"), [ours.id]);
        scene.clock.advance(2 * LEASE_SECONDS);
        again.renew_lease().await.expect("the lease is ours");
        assert_eq!(again.abort_stale_incoming(10).await.expect("a sweep"), [theirs.id]);
        assert!(
            !other
                .document_complete(theirs.id, scene.document(), MORNING, MORNING)
                .await
                .expect("an answer")
        );
        assert_eq!(again.arriving(scene.owner).await.expect("a count"), 1);
        let whole = again.document_complete(current.id, scene.document(), MORNING, MORNING);
        assert!(whole.await.expect("an answer"));
        again.close().await;
        other.close().await;
    });
}

#[test]
fn nodes_that_start_at_once_on_an_empty_database_all_open() {
    let folder = real_parts::folder::Folder::new("store");
    let postgres = real_parts::postgres::Postgres::shared().create_database();
    let urls = [
        DatabaseUrl::sqlite(&folder.join("house.db")),
        DatabaseUrl::parse(&postgres).expect("a URL"),
    ];
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for url in urls {
        runtime.block_on(async {
            let clock = Arc::new(ManualClock::at(MORNING));
            let mut starting = JoinSet::new();
            for node in ["a", "b", "c", "a", "b", "c"] {
                let (url, clock) = (url.clone(), Arc::clone(&clock));
                starting.spawn(async move { open(&url, node, &clock).await });
            }
            let stores = starting.join_all().await;
            let instances: HashSet<&str> = stores.iter().map(Store::instance).collect();
            assert_eq!(instances.len(), 1, "there is one installation");
            let starts: HashSet<(&str, i64)> =
                stores.iter().map(|store| (store.node().as_str(), store.epoch())).collect();
            assert_eq!(starts.len(), stores.len(), "no two processes have the same start");
            for store in &stores {
                store.close().await;
            }
        });
    }
}

#[test]
fn a_migration_that_was_changed_after_it_was_applied_is_refused() {
    for_each_database(|scene| async move {
        let spoil = "UPDATE schema_migration SET sha256 = (SELECT sha256 FROM schema_migration
            WHERE version = 1) WHERE version = 2";
        crate::books::raw(&scene.url, spoil).await.expect("a fault");
        let node = NodeName::parse("a").expect("a name");
        let opened = Store::open(&scene.url, node, Arc::new(print_core::SystemClock)).await;
        assert!(matches!(opened.map(drop), Err(OpenError::Migration(MigrationError::Changed(2)))));
    });
}
