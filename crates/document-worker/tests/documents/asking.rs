//! Asking the program about a document.

use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use document_worker::{Facts, Failure, PageColor, Worker};

/// The program of this build.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_document-worker");

/// A worker for so many documents at once.
pub fn worker(at_once: usize) -> Worker {
    Worker::new(PROGRAM, at_once)
}

/// A runtime for one test.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime starts")
}

/// Everything about one document, and how long it took.
pub fn ask(document: impl Into<Bytes>) -> (Result<Facts, Failure>, Duration) {
    let document = document.into();
    let start = Instant::now();
    let facts = runtime().block_on(async { worker(1).inspect(document).await.facts().await });
    (facts, start.elapsed())
}

/// One letter a page, as they are easiest to compare.
pub fn letters(colors: &[PageColor]) -> String {
    let letter = |color: &PageColor| match color {
        PageColor::Color => 'c',
        PageColor::Monochrome => 'm',
        PageColor::Unknown => 'u',
    };
    colors.iter().map(letter).collect()
}

/// The median and the slowest but one in a hundred, in milliseconds.
pub fn percentiles(times: &mut [Duration]) -> String {
    times.sort();
    let place = |hundredths: usize| times[(times.len() * hundredths / 100).min(times.len() - 1)];
    format!("p50 {:.1} ms, p99 {:.1} ms", ms(place(50)), ms(place(99)))
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The last part of a path, for people.
pub fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
