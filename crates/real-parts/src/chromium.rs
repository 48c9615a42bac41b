//! A browser without a window: what a page becomes after its scripts, and how it looks.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::folder::Folder;
use crate::process::{Process, Stop};
use crate::programs;

const LOAD_LIMIT: Duration = Duration::from_secs(60);

/// Headless Chromium with a profile of its own. It accepts any certificate: it only ever opens pages
/// on loopback, whose authorities are made for the test.
#[derive(Debug)]
pub struct Chromium {
    program: PathBuf,
    folder: Folder,
}

/// The size of the browser's window in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Window {
    /// A desk computer's window.
    pub const DESK: Window = Window { width: 1280, height: 900 };
    /// The touch screen beside a printer.
    pub const STATION: Window = Window { width: 1024, height: 600 };
    /// A telephone held upright.
    pub const PHONE: Window = Window { width: 390, height: 844 };
}

impl Chromium {
    /// Prepares a browser with an empty profile.
    ///
    /// # Panics
    /// When Chromium is not installed.
    pub fn new() -> Chromium {
        let program = programs::find("chromium", "chromium");
        Chromium { program, folder: Folder::new("chromium") }
    }

    /// The page's document after its scripts have run, as HTML.
    ///
    /// # Panics
    /// When the browser does not come to an end.
    pub fn document(&self, url: &str) -> String {
        self.run(&["--dump-dom", url])
    }

    /// Writes a picture of the page to `file`, a PNG file.
    ///
    /// # Panics
    /// When the browser does not come to an end or writes no picture.
    pub fn screenshot(&self, url: &str, window: Window, file: &Path) {
        let picture = format!("--screenshot={}", file.display());
        let size = format!("--window-size={},{}", window.width, window.height);
        self.run(&[&picture, &size, "--hide-scrollbars", url]);
        assert!(file.is_file(), "Chromium wrote no picture of {url}");
    }

    /// Starts the browser with these arguments and waits for its end; what it wrote to standard
    /// output.
    fn run(&self, arguments: &[&str]) -> String {
        let output = self.folder.join("output");
        // The shell keeps the document apart from the browser's chatter, which goes to the log.
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "out=$1; shift; exec \"$@\" > \"$out\"", "chromium"]);
        command.arg(&output).arg(&self.program).args(self.options()).args(arguments);
        command.env("HOME", self.folder.path());
        let log = self.folder.join("browser.log");
        let mut process = Process::start("chromium", command, &log, Stop::Kill);
        let status = process.wait_for_end(LOAD_LIMIT);
        assert!(
            status.is_some_and(|status| status.success()),
            "Chromium ended with {status:?}:\n{}",
            process.log()
        );
        String::from_utf8_lossy(&std::fs::read(&output).unwrap_or_default()).into_owned()
    }

    /// Options for a browser without window, sound, graphics card, and calls home.
    fn options(&self) -> Vec<String> {
        let mut options: Vec<String> = [
            "--headless=new",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--no-default-browser-check",
            "--no-proxy-server",
            "--ignore-certificate-errors",
            // Nothing outside of this machine is to be found.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
            // Time for scripts and pictures, given in leaps: the browser does not really wait.
            "--virtual-time-budget=5000",
        ]
        .map(str::to_owned)
        .into();
        if programs::is_root() {
            // Chromium's sandbox refuses to work for root; the pages are our own.
            options.push("--no-sandbox".to_owned());
        }
        options.push(format!("--user-data-dir={}", self.folder.join("profile").display()));
        options
    }
}

impl Default for Chromium {
    fn default() -> Chromium {
        Chromium::new()
    }
}
