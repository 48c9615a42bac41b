//! Documents that Debian ships: manuals of many years, languages and programs.

use std::fs;
use std::path::Path;

use document_worker::Counted;
use real_parts::folder::Folder;
use real_parts::shipped::{documents, unpacked};

use crate::asking::{ask, letters, name, percentiles};
use crate::reference;
use real_parts::made::for_each;

/// Colour is compared on the first pages of each document.
const PAGES_COMPARED: u32 = 3;

const PAGES_MIN: usize = 163;

#[test]
fn every_count_and_every_pages_color_of_debians_documents_is_right() {
    let folder = Folder::new("debian-documents");
    let documents = documents();
    let compared = for_each(&documents, |path| {
        let file = unpacked(path, &folder);
        let (facts, time) = ask(fs::read(&file).expect("the document is there"));
        let facts = facts.unwrap_or_else(|failure| panic!("{}: {failure}", path.display()));
        let expected = reference::colors(&file, PAGES_COMPARED);
        (facts.counted, reference::pages(&file), letters(&facts.colors), expected, time)
    });
    let (mut counts, mut colors, mut disputed, mut wrong) = (0, 0, 0, Vec::new());
    let mut times = Vec::new();
    for (path, (counted, pages, found, expected, time)) in documents.iter().zip(compared) {
        times.push(time);
        if Some(counted.pages) == pages && !counted.is_irregular() {
            counts += 1;
        } else {
            wrong.push(miscounted(path, &counted, pages));
        }
        for (page, (found, expected)) in found.chars().zip(expected.chars()).enumerate() {
            match expected {
                '?' => disputed += 1,
                _ if expected == found => colors += 1,
                _ => wrong.push(format!(
                    "{}, page {}: {found}, expected {expected}",
                    name(path),
                    page + 1
                )),
            }
        }
    }
    println!("Debian's documents: {counts} of {} counts", documents.len());
    println!("{colors} pages' colour, {disputed} disputed; {}", percentiles(&mut times));
    assert_eq!(wrong, Vec::<String>::new());
    assert!(colors >= PAGES_MIN, "only {colors} pages");
}

fn miscounted(path: &Path, counted: &Counted, pages: Option<u32>) -> String {
    let flags = &counted.flags;
    format!("{}: {} pages {flags:?}, expected {pages:?}", name(path), counted.pages)
}
