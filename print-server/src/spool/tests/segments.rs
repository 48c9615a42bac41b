//! Small documents share files, and share nothing else.

use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant};

use super::clean::{clean, open};
use super::*;
use crate::spool::location::Extent;
use crate::spool::segments::SEGMENT_BYTES_MAX;
use crate::spool::{Clean, Cleaned};

fn extent(document: &Document) -> Extent {
    match document.stored.location {
        Location::Segment(extent) => extent,
        Location::File { .. } => panic!("{:?} has a file of its own", document.stored),
    }
}

/// Bytes that the disk keeps for the segment of this document.
fn kept_bytes(place: &Place, document: &Document) -> u64 {
    fs::metadata(place.path(&document.stored.location)).unwrap().blocks() * 512
}

/// Waits until a place is given back: that happens on another thread.
async fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_that_come_together_share_a_file_and_come_out_apart() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let one = |number: usize| {
        let (spool, job) = (spool.clone(), JobId::new());
        let key = place.key(job);
        tokio::spawn(async move {
            let mut writer = spool.create(job, DAY, key.clone());
            writer.write(&text(100 * number)).await.unwrap();
            let stored = writer.finish().await.unwrap();
            let document = Document { job, key, stored };
            assert_eq!(read(&spool, &document).await.unwrap(), text(100 * number));
            extent(&document)
        })
    };
    let tasks: Vec<_> = (0..500).map(one).collect();
    let mut extents = Vec::new();
    for task in tasks {
        extents.push(task.await.unwrap());
    }
    assert_eq!(place.files().len(), 1);
    extents.sort_unstable();
    let is_apart = |pair: &[Extent]| pair[0].end() <= u64::from(pair[1].offset);
    assert!(extents.windows(2).all(is_apart), "two documents in one place");
}

#[tokio::test]
async fn a_neighbours_place_or_key_opens_nothing() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let one = store(&place, &spool, b"one").await.unwrap();
    let mut other = store(&place, &spool, b"two").await.unwrap();
    other.stored = one.stored.clone();
    assert!(matches!(read(&spool, &other).await, Err(SpoolError::Tampered)));
    other.job = one.job;
    assert!(matches!(read(&spool, &other).await, Err(SpoolError::Tampered)));
}

#[tokio::test]
async fn an_altered_cut_or_shifted_record_is_refused() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let document = store(&place, &spool, &text(5_000)).await.unwrap();
    let (path, extent) = (place.path(&document.stored.location), extent(&document));
    let good = fs::read(&path).unwrap();
    for byte in [0, 8, 20, 30, 96, 3_000, extent.length - 1] {
        let mut bad = good.clone();
        bad[(extent.offset + byte) as usize] ^= 1;
        fs::write(&path, &bad).unwrap();
        let refused = read(&spool, &document).await;
        assert!(matches!(refused, Err(SpoolError::Tampered)), "byte {byte}: {refused:?}");
    }
    fs::write(&path, &good[..good.len() - 1]).unwrap();
    assert!(matches!(read(&spool, &document).await, Err(SpoolError::Tampered)));
    fs::write(&path, &good).unwrap();
    for bad in [
        Extent { offset: extent.offset - 1, ..extent },
        Extent { offset: extent.offset + 1, ..extent },
        Extent { offset: u32::MAX, ..extent },
        Extent { length: extent.length - 1, ..extent },
        Extent { length: 0, ..extent },
        Extent { offset: 0, ..extent },
    ] {
        let location = Location::Segment(bad);
        let refused = spool.read(&location, document.job, &document.key).await.map(drop);
        assert!(matches!(refused, Err(SpoolError::Tampered)), "{bad}: {refused:?}");
    }
    assert_eq!(read(&spool, &document).await.unwrap(), text(5_000));
}

#[tokio::test]
async fn a_document_that_ends_gives_its_space_back_and_its_neighbours_stay() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let mut documents = Vec::new();
    for _ in 0..20 {
        documents.push(store(&place, &spool, &text(50_000)).await.unwrap());
    }
    let before = kept_bytes(&place, &documents[0]);
    for document in &documents[..19] {
        spool.remove(&document.stored.location).await.unwrap();
    }
    let after = kept_bytes(&place, &documents[19]);
    assert!(after <= before / 5, "{after} of {before} bytes are still taken");
    assert_eq!(read(&spool, &documents[19]).await.unwrap(), text(50_000));
    let sealed = fs::read(place.path(&documents[0].stored.location)).unwrap();
    let gone =
        &sealed[extent(&documents[0]).offset as usize..extent(&documents[18]).end() as usize];
    assert!(gone.iter().all(|byte| *byte == 0), "something of an ended document is left");
}

#[tokio::test]
async fn a_full_segment_goes_with_its_last_document_and_the_next_begins() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let first = store(&place, &spool, &text(60_000)).await.unwrap();
    let mut others = Vec::new();
    let is_full = |document: &Document| extent(document).segment != extent(&first).segment;
    while !others.last().is_some_and(is_full) {
        others.push(store(&place, &spool, &text(60_000)).await.unwrap());
    }
    let second = others.pop().unwrap();
    assert!(extent(others.last().unwrap()).end() <= u64::from(SEGMENT_BYTES_MAX));
    assert_eq!(place.files().len(), 2);
    for document in &others {
        spool.remove(&document.stored.location).await.unwrap();
    }
    assert_eq!(read(&spool, &first).await.unwrap(), text(60_000));
    spool.remove(&first.stored.location).await.unwrap();
    spool.remove(&first.stored.location).await.unwrap();
    assert_eq!(place.files(), [place.path(&second.stored.location)]);
    // The open one stays although it is empty: the next document goes into it.
    spool.remove(&second.stored.location).await.unwrap();
    let third = store(&place, &spool, b"third").await.unwrap();
    assert_eq!(extent(&third).segment, extent(&second).segment);
    assert_eq!(read(&spool, &third).await.unwrap(), b"third");
}

#[tokio::test]
async fn a_client_that_leaves_while_the_disk_works_gives_its_place_back() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let stays = store(&place, &spool, &text(60_000)).await.unwrap();
    let before = kept_bytes(&place, &stays);
    for _ in 0..20 {
        let job = JobId::new();
        let mut writer = spool.create(job, DAY, place.key(job));
        writer.write(&text(60_000)).await.unwrap();
        let mut finish = Box::pin(writer.finish());
        let waker = std::task::Waker::noop();
        let _ = finish.as_mut().poll(&mut std::task::Context::from_waker(waker));
        drop(finish);
    }
    // The thread takes what was handed over in its order.
    let last = store(&place, &spool, b"last").await.unwrap();
    let is_given_back = || kept_bytes(&place, &stays) <= before + 20 * 8_192;
    wait_until("places that nobody waits for are kept", is_given_back).await;
    for document in [(&stays, text(60_000)), (&last, b"last".to_vec())] {
        assert_eq!(read(&spool, document.0).await.unwrap(), document.1);
    }
}

#[tokio::test]
async fn a_start_takes_segments_over_and_gives_back_what_no_row_names() {
    let place = Place::new();
    let earlier = open(&place, "node-1", 4).await;
    let orphan = store(&place, &earlier, &text(50_000)).await.unwrap();
    let kept = store(&place, &earlier, &text(50_000)).await.unwrap();
    let foreign = store(&place, &open(&place, "node-2", 1).await, b"foreign").await.unwrap();
    drop(earlier);
    let abandoned = open(&place, "node-1", 5).await;
    store(&place, &abandoned, b"no row was ever written").await.unwrap();
    let spool = open(&place, "node-1", 6).await;
    let young = store(&place, &spool, b"young").await.unwrap();

    let rows = [kept.stored.location];
    let expected = Cleaned { files: 1, orphans: 1, others: 2, ..Cleaned::default() };
    assert_eq!(clean(&spool, Clean::Count, &rows).await, expected);
    assert!(read(&spool, &orphan).await.is_ok(), "counting changes nothing");
    assert_eq!(clean(&spool, Clean::Remove, &rows).await, expected);
    assert!(matches!(read(&spool, &orphan).await, Err(SpoolError::Missing)));
    for document in [&kept, &foreign, &young] {
        assert!(read(&spool, document).await.is_ok());
    }
    // The last document of a segment taken over ends it.
    spool.remove(&kept.stored.location).await.unwrap();
    assert_eq!(place.files().len(), 2);
}

#[tokio::test]
async fn a_row_behind_the_end_of_its_segment_is_missing() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let first = store(&place, &spool, b"first").await.unwrap();
    let lost = store(&place, &spool, b"lost").await.unwrap();
    let file = fs::OpenOptions::new().write(true).open(place.path(&lost.stored.location)).unwrap();
    file.set_len(u64::from(extent(&lost).offset) + 10).unwrap();
    let rows = [first.stored.location, lost.stored.location];
    let found = clean(&spool, Clean::Count, &rows).await;
    assert_eq!((found.files, found.missing_count), (1, 1));
    assert_eq!(found.missing, [lost.stored.location]);
}
