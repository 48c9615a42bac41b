//! Whatever is done to a file, no altered byte comes out and no shortened document looks whole.

use super::*;
use crate::spool::header::HEADER_BYTES;
use crate::spool::stream::{CHUNK_BYTES, SEALED_CHUNK_BYTES};

/// A document of `chunks` chunks, the last one short, and its file's bytes.
async fn document(place: &Place, spool: &Spool, chunks: usize) -> (Document, Vec<u8>) {
    let bytes = text((chunks - 1) * CHUNK_BYTES + 100);
    let document = store(place, spool, &bytes).await.unwrap();
    let sealed = fs::read(place.path(&document.stored.location)).unwrap();
    (document, sealed)
}

async fn refuses(place: &Place, spool: &Spool, document: &Document, file: &[u8], what: &str) {
    fs::write(place.path(&document.stored.location), file).unwrap();
    let found = read(spool, document).await;
    assert!(matches!(found, Err(SpoolError::Tampered)), "{what}: {:?}", found.map(|b| b.len()));
}

/// Where chunk `number` lies in the file.
fn chunk(file: &[u8], number: usize) -> std::ops::Range<usize> {
    let start = HEADER_BYTES + number * SEALED_CHUNK_BYTES;
    start..file.len().min(start + SEALED_CHUNK_BYTES)
}

#[tokio::test]
async fn every_flipped_bit_of_a_header_is_noticed() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let (document, file) = document(&place, &spool, 2).await;
    for bit in 0..HEADER_BYTES * 8 {
        let mut altered = file.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        refuses(&place, &spool, &document, &altered, &format!("bit {bit}")).await;
    }
}

#[tokio::test]
async fn a_flipped_bit_in_any_chunk_is_noticed() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let (document, file) = document(&place, &spool, 6).await;
    for number in 0..6 {
        let range = chunk(&file, number);
        for place_in_file in [range.start, range.start + 50, range.end - 1] {
            let mut altered = file.clone();
            altered[place_in_file] ^= 1;
            let what = format!("chunk {number}, byte {place_in_file}");
            refuses(&place, &spool, &document, &altered, &what).await;
        }
    }
}

#[tokio::test]
async fn swapped_dropped_and_repeated_chunks_are_noticed() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let (document, file) = document(&place, &spool, 6).await;
    for number in 0..5 {
        let (this, next) = (chunk(&file, number), chunk(&file, number + 1));
        let join = |parts: &[&[u8]]| parts.concat();
        let (before, after) = (&file[..this.start], &file[next.end..]);
        let (one, two) = (&file[this.clone()], &file[next.clone()]);
        let swapped = join(&[before, two, one, after]);
        refuses(&place, &spool, &document, &swapped, &format!("swapped {number}")).await;
        let dropped = join(&[before, two, after]);
        refuses(&place, &spool, &document, &dropped, &format!("dropped {number}")).await;
        let repeated = join(&[before, one, one, two, after]);
        refuses(&place, &spool, &document, &repeated, &format!("repeated {number}")).await;
    }
    let twice_the_last = [&file[..], &file[chunk(&file, 5)]].concat();
    refuses(&place, &spool, &document, &twice_the_last, "the last chunk twice").await;
}

#[tokio::test]
async fn a_document_cut_anywhere_is_noticed() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let (document, file) = document(&place, &spool, 6).await;
    let mut lengths = vec![0, 1, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + 1];
    for number in 0..6 {
        let end = chunk(&file, number).end;
        lengths.extend([end - 17, end - 16, end - 15, end - 1, end, end + 1, end + 16]);
    }
    for length in lengths.into_iter().filter(|length| *length < file.len()) {
        refuses(&place, &spool, &document, &file[..length], &format!("cut to {length}")).await;
    }
    let longer = [&file[..], &[0]].concat();
    refuses(&place, &spool, &document, &longer, "one byte more").await;
}

#[tokio::test]
async fn an_empty_document_has_a_proven_end_too() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let document = store(&place, &spool, b"").await.unwrap();
    assert_eq!(read(&spool, &document).await.unwrap(), b"");
    let file = fs::read(place.path(&document.stored.location)).unwrap();
    let Location::Segment(extent) = document.stored.location else { panic!("it is small") };
    let end = extent.offset as usize + HEADER_BYTES;
    refuses(&place, &spool, &document, &file[..end], "no chunk").await;
}

#[tokio::test]
async fn a_document_opens_for_its_own_job_and_key_only() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let document = store(&place, &spool, &text(LARGE)).await.unwrap();
    let other = store(&place, &spool, &text(LARGE)).await.unwrap();
    let location = &document.stored.location;
    for (job, key) in [(other.job, &document.key), (document.job, &other.key)] {
        let found = spool.read(location, job, key).await.map(drop);
        assert!(matches!(found, Err(SpoolError::Tampered)), "{found:?}");
    }
    fs::copy(place.path(&other.stored.location), place.path(location)).unwrap();
    let found = spool.read(location, other.job, &other.key).await.map(drop);
    assert!(matches!(found, Err(SpoolError::Tampered)), "a file under another name: {found:?}");
}

#[tokio::test]
async fn no_byte_behind_an_altered_chunk_is_given_away() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let (document, mut file) = document(&place, &spool, 9).await;
    let altered = chunk(&file, 6).start;
    file[altered] ^= 1;
    fs::write(place.path(&document.stored.location), &file).unwrap();
    let Document { job, key, stored } = &document;
    let mut reader = spool.read(&stored.location, *job, key).await.unwrap();
    let mut given = Vec::new();
    let failed = loop {
        match reader.next().await {
            Ok(chunk) => given.extend_from_slice(&chunk.expect("the end is never reached")),
            Err(error) => break error,
        }
    };
    assert!(matches!(failed, SpoolError::Tampered));
    assert!(given.len() <= 6 * CHUNK_BYTES && text(given.len()) == given);
    assert!(matches!(reader.next().await, Err(SpoolError::Stopped)));
}

#[tokio::test]
async fn two_tries_of_one_document_with_one_key_share_no_key_stream() {
    let place = Place::new();
    let spool = place.open().await.unwrap();
    let job = JobId::new();
    let key = place.key(job);
    let mut files = Vec::new();
    for _ in 0..2 {
        let mut writer = spool.create(job, DAY, key.clone());
        writer.write(&[0; LARGE]).await.unwrap();
        let stored = writer.finish().await.unwrap();
        files.push(fs::read(place.path(&stored.location)).unwrap());
    }
    let equal = files[0].iter().zip(&files[1]).skip(HEADER_BYTES).filter(|(a, b)| a == b).count();
    assert!(equal < LARGE / 50, "{equal} of {LARGE} bytes are the same");
}
