//! Debian's IPP test files, run by ipptool and judged by counts that are parsed.
//!
//! ipptool's exit status cannot be trusted: it is 0 after a syntax error, and after failures in an
//! included file. So each result line is counted, and any complaint of ipptool itself is kept.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::documents::{self, Paper};
use crate::folder::Folder;
use crate::programs;
use crate::raster::{RasterType, pwg_raster};

/// Where Debian puts the test files.
const TEST_FILES: &str = "/usr/share/cups/ipptool";
/// No single answer may take longer.
const ANSWER_LIMIT_S: &str = "30";

/// The test files with the documents that they ask for, which Debian leaves out.
#[derive(Debug)]
pub struct IppTool {
    folder: Folder,
}

/// How many tests ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Passed.
    pub pass: usize,
    /// Failed.
    pub fail: usize,
    /// Not run, because the printer does not claim to do it.
    pub skip: usize,
}

/// What a run of ipptool showed.
#[derive(Debug, Clone)]
pub struct Report {
    /// How many tests ended how.
    pub counts: Counts,
    /// The names of the tests that failed, in order.
    pub failed: Vec<String>,
    /// Lines in which ipptool speaks of itself: the run is then worth nothing.
    pub complaints: Vec<String>,
    /// Everything that was printed.
    pub text: String,
}

impl IppTool {
    /// Prepares a folder with the test files and documents.
    ///
    /// # Panics
    /// When ipptool is not installed.
    pub fn new() -> IppTool {
        programs::find("ipptool", "cups-ipp-utils");
        let folder = Folder::new("ipptool");
        let files = fs::read_dir(TEST_FILES)
            .unwrap_or_else(|_| programs::missing("ipptool", "cups-ipp-utils"));
        for entry in files.flatten() {
            let target = folder.path().join(entry.file_name());
            fs::copy(entry.path(), target).expect("the test files can be copied");
        }
        for (name, paper) in [("a4", Paper::A4), ("letter", Paper::Letter)] {
            folder.write(&format!("document-{name}.pdf"), documents::pdf(1, paper, "ipptool"));
            folder.write(&format!("document-{name}.ps"), documents::postscript(1, paper));
        }
        folder.write("color.jpg", documents::jpeg(true));
        folder.write("gray.jpg", documents::jpeg(false));
        write_samples(folder.path());
        IppTool { folder }
    }

    /// The folder with the test files, in which a test may put files of its own.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the test file `file` against the printer `uri`; `options` come before them, for example
    /// `["-V", "2.0"]`. The document is one A4 page of PDF.
    ///
    /// # Panics
    /// When ipptool cannot be started.
    pub fn run<S: AsRef<OsStr>>(&self, uri: &str, file: &str, options: &[S]) -> Report {
        let output = Command::new(programs::find("ipptool", "cups-ipp-utils"))
            .current_dir(self.folder.path())
            // -t: a line for each test; -I: go on after a failure.
            .args(["-t", "-I", "-T", ANSWER_LIMIT_S, "-f", "document-a4.pdf"])
            .args(options)
            .args([uri, file])
            .output()
            .expect("ipptool is there, it was looked for");
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        Report::parse(text)
    }
}

/// Writes the raster documents that `ipp-everywhere.test` names. ipptool opens every one before it looks
/// whether the test is to be skipped, and ends the run where one is missing.
fn write_samples(folder: &Path) {
    let file = fs::read_to_string(folder.join("ipp-everywhere.test")).unwrap_or_default();
    let named = file.lines().filter_map(|line| line.trim().strip_prefix("FILE "));
    for name in named.filter(|name| name.ends_with(".pwg")) {
        let path = folder.join(name);
        if path.exists() {
            continue;
        }
        let sample = sample(name).unwrap_or_else(|| panic!("{name} is no known sample"));
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the folder is ours");
        fs::write(&path, sample).expect("the folder is ours");
    }
}

/// The document for `pwg-raster-samples-300dpi/TYPE/DOCUMENT-SIZE-TYPE-300dpi.pwg`.
fn sample(name: &str) -> Option<Vec<u8>> {
    let mut parts = name.split('/');
    let dots = parts.next()?.strip_prefix("pwg-raster-samples-")?.strip_suffix("dpi")?;
    let kind = RasterType::of_keyword(parts.next()?)?;
    let document = parts.next()?;
    let points = [("-4x6", (288, 432)), ("-a4", (595, 842)), ("-letter", (612, 792))];
    let (_, points) = points.into_iter().find(|(size, _)| document.contains(size))?;
    let pages = if document.starts_with("document") { 2 } else { 1 };
    Some(pwg_raster(pages, points, dots.parse().ok()?, kind))
}

impl Default for IppTool {
    fn default() -> IppTool {
        IppTool::new()
    }
}

impl Report {
    /// Reads what `ipptool -t` printed.
    pub fn parse(text: String) -> Report {
        let mut report = Report {
            counts: Counts::default(),
            failed: Vec::new(),
            complaints: Vec::new(),
            text: String::new(),
        };
        for line in text.lines() {
            let trimmed = line.trim_end();
            if trimmed.starts_with("ipptool:") {
                report.complaints.push(trimmed.to_owned());
            } else if trimmed.ends_with("[PASS]") {
                report.counts.pass += 1;
            } else if trimmed.ends_with("[SKIP]") {
                report.counts.skip += 1;
            } else if let Some(name) = trimmed.strip_suffix("[FAIL]") {
                report.counts.fail += 1;
                report.failed.push(name.trim().to_owned());
            }
        }
        report.text = text;
        report
    }

    /// How many tests the file had.
    pub fn total(&self) -> usize {
        self.counts.pass + self.counts.fail + self.counts.skip
    }

    /// Holds the counts, and that ipptool had nothing to complain about.
    ///
    /// # Panics
    /// When they differ; the message has everything that was printed.
    pub fn expect(&self, expected: Counts) {
        assert!(
            self.complaints.is_empty() && self.counts == expected,
            "expected {expected:?}, got {:?}, complaints {:?}, failed {:?}:\n{}",
            self.counts,
            self.complaints,
            self.failed,
            self.text
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_counted_and_complaints_are_kept() {
        let text = "\"ipp-1.1.test\":\n\
                    \x20   RFC 8011 section 4.1.1: Bad request-id value 0    [PASS]\n\
                    \x20   Print-Job Operation                               [FAIL]\n\
                    \x20       RECEIVED: 100 bytes in response\n\
                    \x20   Print-URI Operation                               [SKIP]\n\
                    ipptool: Unable to open \"gray.jpg\".\n";
        let report = Report::parse(text.to_owned());
        assert_eq!(report.counts, Counts { pass: 1, fail: 1, skip: 1 });
        assert_eq!(report.total(), 3);
        assert_eq!(report.failed, ["Print-Job Operation"]);
        assert_eq!(report.complaints, ["ipptool: Unable to open \"gray.jpg\"."]);
    }

    #[test]
    #[should_panic(expected = "complaints")]
    fn a_complaint_is_never_a_success() {
        let report = Report::parse("  One   [PASS]\nipptool: Unknown token.\n".to_owned());
        report.expect(Counts { pass: 1, fail: 0, skip: 0 });
    }
}
