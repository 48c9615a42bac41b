//! Documents that Debian ships: manuals of many years, languages and programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use document_worker::Counted;
use real_parts::folder::Folder;
use real_parts::programs;

use crate::asking::{ask, for_each, letters, name, percentiles};
use crate::reference;

const PACKAGES: [&str; 17] = [
    "auto-multiple-choice-doc-pdf",
    "cups-filters",
    "debian-refcard",
    "debmake-doc",
    "docbook-xsl-doc-pdf",
    "fasta3-doc",
    "ghostscript-doc",
    "gnuplot-doc",
    "gutenprint-doc",
    "lilypond-doc-pdf-nl",
    "live-manual-pdf",
    "octave-doc",
    "python-reportlab-doc",
    "r-doc-pdf",
    "ruby-prawn-doc",
    "siscone-doc-pdf",
    "why3-doc-pdf",
];

/// So many the packages of Debian 12 have; later releases may move a few.
const DOCUMENTS_MIN: usize = 68;

/// Colour is compared on the first pages of each document.
const PAGES_COMPARED: u32 = 3;

const PAGES_MIN: usize = 163;

/// The PDF files of the packages, those behind links once.
fn documents() -> Vec<PathBuf> {
    let dpkg_query = programs::find("dpkg-query", "dpkg");
    let mut documents = Vec::new();
    for package in PACKAGES {
        let output = Command::new(&dpkg_query).args(["--listfiles", package]).output();
        let output = output.expect("dpkg-query runs");
        assert!(output.status.success(), "{package} is not installed: apt-get install {package}");
        let listed = String::from_utf8_lossy(&output.stdout).into_owned();
        let pdfs =
            listed.lines().filter(|path| path.ends_with(".pdf") || path.ends_with(".pdf.gz"));
        for path in pdfs {
            let there = fs::canonicalize(path);
            documents.push(there.unwrap_or_else(|error| {
                panic!("{package} is installed without its documents, {path}: {error}")
            }));
        }
    }
    documents.sort();
    documents.dedup();
    documents
}

/// A document as the server would get it; many are packed.
fn unpacked(path: &Path, folder: &Folder) -> PathBuf {
    if path.extension().is_none_or(|kind| kind != "gz") {
        return path.to_owned();
    }
    let gzip = programs::find("gzip", "gzip");
    let output = Command::new(gzip).arg("-dc").arg(path).output().expect("gzip runs");
    let place = path.to_string_lossy().replace('/', "_");
    folder.write(place.trim_end_matches(".gz"), output.stdout)
}

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
    assert!(documents.len() >= DOCUMENTS_MIN, "only {} documents", documents.len());
    assert!(colors >= PAGES_MIN, "only {colors} pages");
}

fn miscounted(path: &Path, counted: &Counted, pages: Option<u32>) -> String {
    let flags = &counted.flags;
    format!("{}: {} pages {flags:?}, expected {pages:?}", name(path), counted.pages)
}
