//! Documents made here by the programs that people use, with content whose pages and colours are
//! known because we wrote it.

mod drawings;
mod forms;
mod office;
mod pictures;
mod scans;
mod web;

use std::path::PathBuf;
use std::sync::Mutex;

use crate::folder::Folder;
pub use pictures::jpeg;

/// A document and what was put into it.
#[derive(Debug, Clone)]
pub struct Made {
    /// The program and what is special.
    pub name: String,
    /// Where it is.
    pub file: PathBuf,
    /// A letter a page: `c` or `m`.
    pub colors: &'static str,
}

/// Text with every Swedish letter.
const TEXT: &str = "Åtta ärliga öbor köpte sju våta räksmörgåsar på Hjälmaröds kiosk. \
                    Café, à la carte, Übung – «citat» och 50 € på en rad.";

/// Makes them all: LibreOffice, Chromium, Cairo, scanners' pictures, filled forms.
///
/// # Panics
/// When one of the programs is not installed or fails.
pub fn documents(folder: &Folder) -> Vec<Made> {
    let made = [
        office::writer(folder),
        office::calc(folder),
        office::impress(folder),
        web::documents(folder),
        drawings::documents(folder),
        scans::documents(folder),
        forms::documents(folder),
    ];
    made.into_iter().flatten().collect()
}

/// Does the same for each item, on both processors of a small machine.
///
/// # Panics
/// When the work does.
pub fn for_each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = Mutex::new(0..items.len());
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some(index) = next.lock().expect("no test panics while it counts").next()
                    else {
                        return;
                    };
                    let result = work(&items[index]);
                    results.lock().expect("no test panics while it adds").push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("the threads have ended well");
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
