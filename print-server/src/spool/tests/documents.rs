//! Documents go in and come out; what fails leaves nothing behind.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};

use super::*;
use crate::spool::stream::{CHUNK_BYTES, TAG_BYTES};
use crate::spool::writer::STEP_BYTES;
use crate::spool::{Room, header};

/// Waits until the shards are empty: what was given up is removed on other threads.
async fn wait_until_empty(place: &Place) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !place.files().is_empty() {
        assert!(Instant::now() < deadline, "left behind: {:?}", place.files());
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn documents_of_every_length_come_out_as_they_went_in() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let edges = [0, CHUNK_BYTES, STEP_BYTES, 2 * STEP_BYTES, 3 * STEP_BYTES + CHUNK_BYTES];
    let lengths = edges.iter().flat_map(|edge| [edge.saturating_sub(1), *edge, edge + 1]);
    for length in lengths {
        let bytes = text(length);
        let document = store(&place, &spool, &bytes).await.unwrap();
        assert_eq!(document.stored.size_bytes, length as u64);
        assert_eq!(document.stored.sha256, digest(&SHA256, &bytes).as_ref());
        assert!(read(&spool, &document).await.unwrap() == bytes, "length {length}");
        let chunks = length.div_ceil(CHUNK_BYTES).max(1);
        let size = match document.stored.location {
            Location::Segment(extent) => u64::from(extent.length),
            Location::File { .. } => {
                std::fs::metadata(place.path(&document.stored.location)).unwrap().len()
            }
        };
        assert_eq!(size as usize, header::HEADER_BYTES + length + chunks * TAG_BYTES);
        let is_shared = matches!(document.stored.location, Location::Segment(_));
        assert_eq!(is_shared, length <= CHUNK_BYTES, "length {length}");
    }
}

#[tokio::test]
async fn the_pieces_in_which_a_document_comes_do_not_matter() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let bytes = text(3 * STEP_BYTES + 5);
    for size in [1_000, CHUNK_BYTES, STEP_BYTES, bytes.len()] {
        let job = JobId::new();
        let key = place.key(job);
        let mut writer = spool.create(job, DAY, key.clone());
        for piece in bytes.chunks(size) {
            writer.write(piece).await.unwrap();
            writer.write(b"").await.unwrap();
        }
        let stored = writer.finish().await.unwrap();
        let document = Document { job, key, stored };
        assert!(read(&spool, &document).await.unwrap() == bytes, "pieces of {size}");
    }
}

#[tokio::test]
async fn no_file_holds_a_readable_word_of_a_document() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let marker = b"patient 19121212-1212 ".repeat(20_000);
    store(&place, &spool, &marker).await.unwrap();
    for file in place.files() {
        let sealed = std::fs::read(&file).unwrap();
        assert!(!sealed.windows(8).any(|window| window == b"patient "));
        let mode = std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
    }
    let mode = std::fs::metadata(place.spool_directory()).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o700);
}

#[tokio::test]
async fn a_document_that_is_too_long_is_refused_and_leaves_nothing() {
    let place = Place::new();
    let settings = SpoolSettings { document_size_max: 600_000, ..place.settings() };
    let spool = Spool::open(settings).await.unwrap();
    assert!(store(&place, &spool, &text(600_000)).await.is_ok());
    for file in place.files() {
        std::fs::remove_file(file).unwrap();
    }
    let refused = store(&place, &spool, &text(600_001)).await.map(|document| document.stored);
    assert!(matches!(refused, Err(SpoolError::TooLarge { limit: 600_000 })), "{refused:?}");
    wait_until_empty(&place).await;
}

#[tokio::test]
async fn a_writer_that_failed_takes_nothing_more() {
    let place = Place::new();
    let settings = SpoolSettings { document_size_max: 10, ..place.settings() };
    let spool = Spool::open(settings).await.unwrap();
    let job = JobId::new();
    let mut writer = spool.create(job, DAY, place.key(job));
    assert!(matches!(writer.write(&[0; 11]).await, Err(SpoolError::TooLarge { .. })));
    assert!(matches!(writer.finish().await, Err(SpoolError::Stopped)));
    assert_eq!(place.files(), [] as [PathBuf; 0]);
}

#[tokio::test]
async fn a_client_that_leaves_leaves_no_file() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    for length in [10, LARGE, 2 * STEP_BYTES + 1] {
        let job = JobId::new();
        let mut writer = spool.create(job, DAY, place.key(job));
        writer.write(&text(length)).await.unwrap();
        drop(writer);
    }
    wait_until_empty(&place).await;
}

#[tokio::test]
async fn a_client_that_leaves_while_the_disk_works_leaves_no_file() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    for length in [LARGE, 2 * STEP_BYTES + 1] {
        let job = JobId::new();
        let mut writer = spool.create(job, DAY, place.key(job));
        writer.write(&text(length)).await.unwrap();
        // One poll hands the work over; then the future is dropped.
        let mut finish = Box::pin(writer.finish());
        let waker = std::task::Waker::noop();
        let first = finish.as_mut().poll(&mut std::task::Context::from_waker(waker));
        assert!(first.is_pending() || matches!(first, std::task::Poll::Ready(Ok(_))));
        let done = first.is_ready();
        drop(finish);
        if done {
            place.files().into_iter().for_each(|file| std::fs::remove_file(file).unwrap());
        }
    }
    // The work that was handed over is done before this: the pool takes it in its order.
    for _ in 0..64 {
        let document = store(&place, &spool, &text(LARGE)).await.unwrap();
        spool.remove(&document.stored.location).await.unwrap();
    }
    wait_until_empty(&place).await;
}

#[tokio::test]
async fn at_the_reserve_nothing_is_taken_not_even_the_rest_of_a_document() {
    let place = Place::new();
    assert_ne!(place.open().await.unwrap().has_room(), Room::Full, "the tests need some disk");
    let reserve = Reserve { bytes: u64::MAX, percent: 0 };
    let full = Spool::open(SpoolSettings { reserve, ..place.settings() }).await.unwrap();
    assert_eq!(full.has_room(), Room::Full);
    for length in [10, LARGE, 2 * STEP_BYTES] {
        let refused = store(&place, &full, &text(length)).await.map(|document| document.stored);
        assert!(matches!(refused, Err(SpoolError::Full)), "{refused:?}");
    }
    assert_eq!(place.files(), [] as [PathBuf; 0]);
    assert!(full.is_healthy());
}

#[tokio::test]
async fn a_removed_document_is_missing_and_can_be_removed_again() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    for length in [4, LARGE] {
        let document = store(&place, &spool, &text(length)).await.unwrap();
        spool.remove(&document.stored.location).await.unwrap();
        spool.remove(&document.stored.location).await.unwrap();
        assert!(matches!(read(&spool, &document).await, Err(SpoolError::Missing)));
    }
}

#[tokio::test]
async fn a_destroyed_day_key_makes_its_documents_unreadable() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let job = JobId::new();
    let (key, wrapped) = place.keys.new_document_key(job, DAY).unwrap();
    let mut writer = spool.create(job, DAY, key);
    writer.write(b"text").await.unwrap();
    let stored = writer.finish().await.unwrap();
    let key = place.keys.document_key(job, DAY, &wrapped).unwrap();
    let document = Document { job, key, stored };
    assert_eq!(read(&spool, &document).await.unwrap(), b"text");
    let later = AccountingDay::from_number(DAY.number() + 30);
    place.keys.destroy_day(DAY, later).unwrap();
    assert!(place.keys.document_key(job, DAY, &wrapped).is_err());
}

#[tokio::test]
async fn a_spool_of_another_database_is_refused_untouched() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let document = store(&place, &spool, b"text").await.unwrap();
    let other = SpoolSettings { instance: "another".to_owned(), ..place.settings() };
    let refused = Spool::open(other.clone()).await.map(drop);
    assert!(matches!(refused, Err(SpoolError::Foreign)), "{refused:?}");
    std::fs::remove_file(place.spool_directory().join("instance")).unwrap();
    let refused = Spool::open(other).await.map(drop);
    assert!(matches!(refused, Err(SpoolError::Foreign)), "documents of nobody: {refused:?}");
    assert_eq!(read(&spool, &document).await.unwrap(), b"text");
}

#[tokio::test]
async fn a_node_name_that_could_leave_the_directory_is_refused() {
    let place = Place::new();
    let long = "n".repeat(33);
    for node in ["", "a/b", "..", "a.b", "å", &long] {
        let settings = SpoolSettings { node: node.to_owned(), ..place.settings() };
        let refused = Spool::open(settings).await.map(drop);
        assert!(matches!(refused, Err(SpoolError::BadNode)), "{node}");
    }
    assert!(!Path::new(&place.spool_directory()).exists());
}
