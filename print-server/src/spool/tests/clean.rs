//! Orphans go, everything that could be somebody's stays.

use std::collections::HashSet;
use std::convert::Infallible;

use super::*;
use crate::spool::{Clean, CleanError, Cleaned};

fn place_of(document: &Document) -> Location {
    document.stored.location
}

/// Cleans with these rows, asked for by range as a database would.
pub(super) async fn clean(spool: &Spool, mode: Clean, rows: &[Location]) -> Cleaned {
    let live = async |shard: crate::spool::Shard| {
        let (from, to) = shard.range();
        let within = |place: &&Location| (from.clone()..to.clone()).contains(&place.id());
        Ok::<_, Infallible>(rows.iter().filter(within).copied().collect())
    };
    spool.clean(mode, live).await.unwrap()
}

pub(super) async fn open(place: &Place, node: &str, epoch: i64) -> Spool {
    let settings = SpoolSettings { node: node.to_owned(), epoch, ..place.settings() };
    Spool::open(settings).await.unwrap()
}

/// What a run leaves that was killed in the middle of a document.
fn leave_part(place: &Place, node: &str, epoch: i64) -> PathBuf {
    let name = format!("{}.{node}.{epoch}.part", "ab".repeat(16));
    let path = place.spool_directory().join("ab").join(name);
    fs::write(&path, b"half").unwrap();
    path
}

#[tokio::test]
async fn documents_of_earlier_runs_without_rows_go_and_the_others_stay() {
    let place = Place::new();
    let earlier = open(&place, "node-1", 4).await;
    let orphan = store(&place, &earlier, &text(LARGE)).await.unwrap();
    let kept = store(&place, &earlier, &text(LARGE)).await.unwrap();
    let foreign = open(&place, "node-2", 1).await;
    let foreign = store(&place, &foreign, &text(LARGE)).await.unwrap();
    let spool = open(&place, "node-1", 5).await;
    let young = store(&place, &spool, &text(LARGE)).await.unwrap();

    let expected = Cleaned { files: 1, orphans: 1, others: 2, ..Cleaned::default() };
    assert_eq!(clean(&spool, Clean::Count, &[place_of(&kept)]).await, expected);
    assert_eq!(place.files().len(), 4, "counting removes nothing");
    assert_eq!(clean(&spool, Clean::Remove, &[place_of(&kept)]).await, expected);
    assert!(matches!(read(&spool, &orphan).await, Err(SpoolError::Missing)));
    for document in [&kept, &foreign, &young] {
        assert!(read(&spool, document).await.is_ok());
    }
}

#[tokio::test]
async fn only_parts_of_earlier_runs_of_this_node_go() {
    let place = Place::new();
    let spool = open(&place, "node-1", 5).await;
    let gone = leave_part(&place, "node-1", 4);
    let kept = [("node-1", 5), ("node-1", 6), ("node-2", 1), ("node-10", 4)]
        .map(|(node, epoch)| leave_part(&place, node, epoch));
    let cleaned = clean(&spool, Clean::Remove, &[]).await;
    assert_eq!((cleaned.parts, cleaned.others), (1, 4));
    assert!(!gone.exists());
    assert!(kept.iter().all(|path| path.exists()));
}

#[tokio::test]
async fn files_of_unknown_make_are_left_alone() {
    let place = Place::new();
    let spool = open(&place, "node-1", 5).await;
    let shard = place.spool_directory().join("00");
    fs::write(shard.join("notes.txt"), b"mine").unwrap();
    fs::write(shard.join("0".repeat(32)), b"short").unwrap();
    fs::write(shard.join(format!("{}1", "0".repeat(31))), [0; 500]).unwrap();
    fs::create_dir(shard.join(format!("{}2", "0".repeat(31)))).unwrap();
    let cleaned = clean(&spool, Clean::Remove, &[]).await;
    assert_eq!(cleaned, Cleaned { others: 4, ..Cleaned::default() });
    assert_eq!(place.files().len(), 4);
}

#[tokio::test]
async fn what_cannot_be_read_keeps_nothing_else_from_being_cleaned() {
    let place = Place::new();
    let earlier = open(&place, "node-1", 4).await;
    let mut orphans = Vec::new();
    for _ in 0..8 {
        orphans.push(store(&place, &earlier, &text(LARGE)).await.unwrap());
    }
    let kept = store(&place, &earlier, &text(LARGE)).await.unwrap();
    let spool = open(&place, "node-1", 5).await;
    // In every shard a name that leads to itself, and one shard that is none.
    let directory = place.spool_directory();
    let mut shards = 0;
    for shard in fs::read_dir(&directory).unwrap().map(|shard| shard.unwrap().path()) {
        if shard.is_dir() {
            let name = shard.file_name().unwrap().to_str().unwrap().repeat(16);
            std::os::unix::fs::symlink(&name, shard.join(&name)).unwrap();
            shards += 1;
        }
    }
    let away = directory.join("away");
    let shard = place.path(&place_of(&kept)).parent().unwrap().to_owned();
    fs::rename(&shard, &away).unwrap();
    fs::write(&shard, b"").unwrap();

    let gone = orphans.iter().filter(|document| place.path(&place_of(document)).exists()).count();
    let cleaned = clean(&spool, Clean::Remove, &[place_of(&kept)]).await;
    assert_eq!((cleaned.orphans, cleaned.failed), (gone as u64, shards));
    assert_eq!(cleaned.missing_count, 0, "nobody knows what is in a shard that cannot be read");

    fs::remove_file(&shard).unwrap();
    fs::rename(&away, &shard).unwrap();
    let cleaned = clean(&spool, Clean::Remove, &[place_of(&kept)]).await;
    assert_eq!((cleaned.files, cleaned.orphans), (1, orphans.len() as u64 - gone as u64));
    assert!(read(&spool, &kept).await.is_ok());
}

#[tokio::test]
async fn rows_without_files_are_named() {
    let place = Place::new();
    let spool = open(&place, "node-1", 5).await;
    let mut rows = Vec::new();
    for _ in 0..20 {
        rows.push(store(&place, &spool, &text(LARGE)).await.unwrap());
    }
    let lost: HashSet<_> = rows[..7].iter().map(place_of).collect();
    for document in &rows[..7] {
        spool.remove(&document.stored.location).await.unwrap();
    }
    let ids: Vec<_> = rows.iter().map(place_of).collect();
    let found = clean(&spool, Clean::Count, &ids).await;
    assert_eq!((found.files, found.missing_count), (13, 7));
    assert_eq!(found.missing.into_iter().collect::<HashSet<_>>(), lost);
}

#[tokio::test]
async fn when_the_rows_cannot_be_read_nothing_is_removed() {
    let place = Place::new();
    store(&place, &open(&place, "node-1", 4).await, b"text").await.unwrap();
    let spool = open(&place, "node-1", 5).await;
    let failed = spool.clean(Clean::Remove, async |_| Err("the database is down")).await;
    assert!(matches!(failed, Err(CleanError::Rows("the database is down"))), "{failed:?}");
    assert_eq!(place.files().len(), 1);
}
