//! Documents made here by the programs that people use, with content whose pages and colours are
//! known because we wrote it.

use std::fs;

use real_parts::folder::Folder;
use real_parts::made::{documents, for_each};

use crate::asking::{ask, letters, percentiles};
use crate::reference;

const DOCUMENTS_MIN: usize = 40;

/// Of a hundred pages.
const COLORS_MIN: usize = 98;

#[test]
fn every_count_and_nearly_every_pages_color_of_documents_made_here_is_right() {
    let folder = Folder::new("made-documents");
    let made = documents(&folder);
    let results = for_each(&made, |made| {
        let bytes = fs::read(&made.file)
            .unwrap_or_else(|error| panic!("{} was not made: {error}", made.name));
        let pages = u32::try_from(made.colors.len()).expect("a few pages");
        let others = (reference::pages(&made.file), reference::colors(&made.file, pages));
        (ask(bytes), others)
    });
    let (mut counts, mut colors, mut pages, mut misses) = (0, 0, 0, Vec::new());
    let mut times = Vec::new();
    for (made, ((facts, time), (others_count, others_colors))) in made.iter().zip(results) {
        times.push(time);
        let expected = u32::try_from(made.colors.len()).ok();
        if others_count != expected {
            misses.push(format!("{}: pdfinfo finds {others_count:?} pages", made.name));
        }
        let found = facts.unwrap_or_else(|failure| panic!("{}: {failure}", made.name));
        if Some(found.counted.pages) == expected && !found.counted.is_irregular() {
            counts += 1;
        } else {
            misses.push(format!("{}: {} pages", made.name, found.counted.pages));
        }
        pages += made.colors.len();
        let found = letters(&found.colors);
        colors +=
            found.chars().zip(made.colors.chars()).filter(|(one, other)| one == other).count();
        if found != made.colors || others_colors != made.colors {
            misses.push(format!(
                "{}: found {found}, written {}, other programs {others_colors}",
                made.name, made.colors
            ));
        }
    }
    println!("Documents made here: {counts} of {} counts", made.len());
    println!("{colors} of {pages} pages' colour; {}", percentiles(&mut times));
    println!("Misses and disputes: {misses:#?}");
    assert_eq!(counts, made.len(), "{misses:#?}");
    assert!(colors * 100 >= pages * COLORS_MIN, "{colors} of {pages}: {misses:#?}");
    assert!(made.len() >= DOCUMENTS_MIN);
}
