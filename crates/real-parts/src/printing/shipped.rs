//! Documents that Debian ships: manuals of many years, languages and programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::folder::Folder;
use crate::programs;

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
pub const DOCUMENTS_MIN: usize = 68;

/// The PDF files of the packages, those behind links once, some of them packed.
///
/// # Panics
/// When a package is not installed, or without its documents.
pub fn documents() -> Vec<PathBuf> {
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
    assert!(documents.len() >= DOCUMENTS_MIN, "only {} documents", documents.len());
    documents
}

/// A document as a client would send it.
///
/// # Panics
/// When it cannot be unpacked.
pub fn unpacked(path: &Path, folder: &Folder) -> PathBuf {
    if path.extension().is_none_or(|kind| kind != "gz") {
        return path.to_owned();
    }
    let gzip = programs::find("gzip", "gzip");
    let output = Command::new(gzip).arg("-dc").arg(path).output().expect("gzip runs");
    let place = path.to_string_lossy().replace('/', "_");
    folder.write(place.trim_end_matches(".gz"), output.stdout)
}
