//! How fast documents become pixels for printers that take nothing else: one process, one processor.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use real_parts::folder::Folder;
use real_parts::shipped;
use serde_json::json;

use crate::bench::report::Report;
use crate::bench::servers::Ground;
use crate::bench::statistics::Figure;

use super::{Measure, Plan};

/// What we promise: pages a second.
const LIMIT_PER_SECOND: f64 = 15.0;

/// What we promise of the memory of a process, in MiB.
const MEMORY_MIB_MAX: f64 = 150.0;

/// Of Debian's documents every so manieth is drawn ...
const EVERY: usize = 5;

/// ... and so many of its pages.
const PAGES: u64 = 5;

/// Bytes that are taken from the process at once.
const FRAME_BYTES_MAX: usize = 64 << 10;

/// What a round showed.
#[derive(Default)]
struct Round {
    pages: u32,
    time: Duration,
    memory_kib: u64,
}

pub(super) fn take(plan: &Plan, ground: &Ground, report: &mut Report) -> Result<(), String> {
    let folder = Folder::new("bench-raster");
    let documents = shipped::documents();
    let chosen: Vec<_> =
        documents.iter().step_by(EVERY).map(|path| shipped::unpacked(path, &folder)).collect();
    let worker = ground.programs().join("document-worker");
    let (mut rates, mut memory) = (Vec::new(), Vec::new());
    for round in 0..plan.rounds {
        report.say(&format!("pages drawn, round {} of {}", round + 1, plan.rounds));
        let mut sum = Round::default();
        for document in &chosen {
            draw(&worker, document, &mut sum)?;
        }
        rates.push(f64::from(sum.pages) / sum.time.as_secs_f64());
        memory.push(sum.memory_kib as f64 / 1_024.0);
    }
    report.add(Measure::Raster, Figure::of(&rates), Figure::single(LIMIT_PER_SECOND));
    let line = format!("memory of a drawing process, at most {MEMORY_MIB_MAX} promised");
    report.line(&line, "MiB", Figure::of(&memory));
    Ok(())
}

/// Draws the first pages of a document as a printer of colour takes them.
fn draw(worker: &Path, document: &Path, round: &mut Round) -> Result<(), String> {
    let medium =
        json!({ "name": "iso_a4_210x297mm", "x_dimension": 21_000, "y_dimension": 29_700 });
    let order = json!({
        "format": "pwg-raster", "resolution": 300, "color": "srgb", "media": [medium],
        "sides": "one", "sheet_back": "normal", "copies": 1, "page_ranges": [[1, PAGES]],
        "scaling": "auto", "quality": 4,
    });
    let problem = |what: &dyn std::fmt::Display| format!("{}: {what}", document.display());
    let input = File::open(document).map_err(|error| problem(&error))?;
    let began = Instant::now();
    let mut process = Command::new(worker)
        .args(["render", &order.to_string()])
        .stdin(input)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| problem(&error))?;
    let mut output = process.stdout.take().ok_or_else(|| problem(&"it has no output"))?;
    let (mut frame, mut first) = (vec![0; FRAME_BYTES_MAX], true);
    loop {
        let mut length = [0; 4];
        output.read_exact(&mut length).map_err(|error| problem(&error))?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        let memory = memory_kib(process.id());
        round.memory_kib = round.memory_kib.max(memory);
        if length == 0 {
            break;
        }
        let frame = frame.get_mut(..length).ok_or_else(|| problem(&"a frame is too long"))?;
        output.read_exact(frame).map_err(|error| problem(&error))?;
        if std::mem::take(&mut first) {
            round.pages += total(frame).ok_or_else(|| problem(&"no first page came"))?;
        }
    }
    let status = process.wait().map_err(|error| problem(&error))?;
    round.time += began.elapsed();
    if status.success() { Ok(()) } else { Err(problem(&status)) }
}

/// `TotalPageCount` of the first header, behind the document's mark (PWG 5102.4 table 2).
fn total(first: &[u8]) -> Option<u32> {
    const PLACE: usize = 4 + 452;
    let bytes = first.get(PLACE..PLACE + 4)?.try_into().ok()?;
    Some(u32::from_be_bytes(bytes))
}

/// The most memory that a process has had.
fn memory_kib(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok()).unwrap_or(0)
}
