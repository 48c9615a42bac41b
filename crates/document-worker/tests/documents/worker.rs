//! The server's half: feeding, waiting, deadlines, the end of processes.

use std::future::pending;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{Duration, Instant};

use bytes::Bytes;
use document_worker::{
    DOCUMENT_BYTES_MAX, Failure, Flag, Format, Limit, Limits, Source, SourceFailed, Worker,
};
use real_parts::documents::{Paper, pdf, pdf_of_size};
use real_parts::folder::Folder;
use real_parts::{programs, waiting};

use crate::asking::{PROGRAM, ask, letters, percentiles, runtime, worker};

/// Gives so many pieces, then fails or never ends.
struct Broken {
    pieces: usize,
    fails: bool,
}

impl Source for Broken {
    async fn next(&mut self) -> Result<Option<Bytes>, SourceFailed> {
        if self.pieces > 0 {
            self.pieces -= 1;
            return Ok(Some(Bytes::from_static(b"%PDF-1.7\n")));
        }
        if self.fails { Err(SourceFailed) } else { pending().await }
    }
}

/// A program of the test's own in the place of ours.
fn impostor(folder: &Folder, script: &str) -> Worker {
    let path = folder.write("impostor", format!("#!/bin/sh\n{script}\n"));
    let anybody = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, anybody).expect("the file is new and ours");
    Worker::new(path, 1)
}

#[test]
fn a_pdf_is_counted_first_and_then_looked_at() {
    let document = Bytes::from(pdf(3, Paper::A4, "three pages"));
    runtime().block_on(async {
        let mut inspection = worker(1).inspect(document).await;
        let counted = inspection.counted().await.unwrap();
        assert_eq!((counted.format, counted.pages), (Format::Pdf, 3));
        let run = counted.papers.runs()[0];
        let size = run.size.map(|size| (size.x_dimension, size.y_dimension));
        assert_eq!((run.pages, size), (3, Some((20_990, 29_704))));
        let facts = inspection.facts().await.unwrap();
        assert_eq!(letters(&facts.colors), "mmm");
        assert_eq!(facts.cut_short, None);
        assert_eq!(inspection.counted().await, Ok(facts.counted));
    });
}

#[test]
fn other_formats_are_named_as_such() {
    for document in ["%!PS-Adobe-3.0\n", "\u{1b}%-12345X@PJL\n", "Hej!", ""] {
        assert_eq!(ask(document).0, Err(Failure::Unsupported), "{document:?}");
    }
}

#[test]
fn a_document_with_a_password_is_told_quickly_and_one_without_is_read() {
    let folder = Folder::new("passwords");
    let plain = folder.write("plain.pdf", pdf(2, Paper::A4, "secret"));
    let qpdf = programs::find("qpdf", "qpdf");
    let encrypted = |user: &str, bits: &str| {
        let file = folder.join("encrypted.pdf");
        let mut command = Command::new(&qpdf);
        command.args(["--encrypt", user, "owner", bits]);
        if bits != "256" {
            command.arg("--use-aes=n");
        }
        command.arg("--").arg(&plain).arg(&file);
        if bits != "256" {
            command.arg("--allow-weak-crypto");
        }
        programs::run(&mut command);
        std::fs::read(file).unwrap()
    };
    let mut times = Vec::new();
    for bits in ["128", "256"] {
        let closed = Bytes::from(encrypted("geheim", bits));
        for _ in 0..10 {
            let (facts, time) = ask(closed.clone());
            assert_eq!(facts, Err(Failure::Password), "{bits} bits");
            times.push(time);
        }
        let open = ask(encrypted("", bits)).0.unwrap();
        assert_eq!((open.counted.pages, letters(&open.colors).as_str()), (2, "mm"));
        assert!(open.counted.flags.contains(&Flag::Encrypted));
        assert!(!open.counted.is_irregular());
    }
    println!("documents with a password: {}", percentiles(&mut times));
    assert!(times[times.len() / 2] < Duration::from_millis(100), "{times:?}");
}

#[test]
fn documents_up_to_the_limit_are_read_and_longer_ones_are_named() {
    let limit = usize::try_from(DOCUMENT_BYTES_MAX).unwrap();
    let large = pdf_of_size(2, Paper::A4, "large", limit - 4_096);
    assert!(large.len() < limit && large.len() > limit - 8_192, "{} bytes", large.len());
    let (facts, time) = ask(large.clone());
    println!("{} bytes: {} ms", large.len(), time.as_millis());
    assert_eq!(letters(&facts.unwrap().colors), "mm");
    let longer = [large, vec![b' '; 8_192]].concat();
    assert_eq!(ask(longer).0, Err(Failure::TooLarge));
}

#[test]
fn a_source_that_breaks_off_is_no_document() {
    let facts = runtime().block_on(async {
        worker(1).inspect(Broken { pieces: 2, fails: true }).await.facts().await
    });
    assert_eq!(facts, Err(Failure::Source));
}

#[test]
fn a_source_that_never_ends_is_ended_by_the_deadline() {
    let start = Instant::now();
    let facts = runtime().block_on(async {
        worker(1).inspect(Broken { pieces: 1, fails: false }).await.facts().await
    });
    assert_eq!(facts, Err(Failure::TooComplex(Limit::Wall)));
    assert!(start.elapsed() >= Limits::FACTS.count_wall);
    assert!(start.elapsed() < Limits::FACTS.count_wall * 3, "{:?}", start.elapsed());
}

#[test]
fn only_so_many_processes_run_at_once() {
    runtime().block_on(async {
        let worker = worker(1);
        let first = worker.inspect(Broken { pieces: 1, fails: false }).await;
        let second = worker.inspect(Bytes::from(pdf(1, Paper::A4, "second")));
        tokio::pin!(second);
        let early = tokio::time::timeout(Duration::from_millis(300), &mut second).await;
        assert!(early.is_err(), "the only place is taken");
        // Giving an inspection up makes its place free.
        drop(first);
        let facts = second.await.facts().await.unwrap();
        assert_eq!(facts.counted.pages, 1);
    });
}

#[test]
fn a_dropped_inspection_leaves_no_process() {
    let folder = Folder::new("dropped");
    let mark = folder.join("id");
    let worker = impostor(&folder, &format!("echo $$ > {}; exec sleep 600", mark.display()));
    let runtime = runtime();
    let inspection = runtime.block_on(worker.inspect(Bytes::from_static(b"x")));
    let limit = Duration::from_secs(20);
    let id = waiting::poll(limit, || {
        let text = std::fs::read_to_string(&mark).ok()?;
        text.ends_with('\n').then(|| text.trim().to_owned())
    });
    let id = id.expect("the impostor has started");
    drop(inspection);
    let gone = waiting::poll(limit, || {
        let status = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        (status.is_empty() || status.contains(") Z ")).then_some(())
    });
    assert_eq!(gone, Some(()), "process {id} is still there");
}

#[test]
fn what_a_taken_program_says_is_not_believed() {
    let folder = Folder::new("impostor");
    let counted =
        r#"{"counted":{"format":"pdf","pages":1,"papers":[{"pages":1,"size":null}],"flags":[]}}"#;
    let colors = r#"{"colors":["c","c"]}"#;
    for (script, failure) in [
        ("echo nonsense".to_owned(), Failure::Crashed),
        (format!("echo '{counted}'; echo '{counted}'"), Failure::Crashed),
        (format!("echo '{counted}'; echo '{colors}'; echo '\"done\"'"), Failure::Crashed),
        (r#"echo '"done"'"#.to_owned(), Failure::Crashed),
        ("exit 70".to_owned(), Failure::Unavailable),
        ("exit 127".to_owned(), Failure::Unavailable),
        ("kill -SYS $$".to_owned(), Failure::Blocked),
        ("kill -XCPU $$".to_owned(), Failure::TooComplex(Limit::Cpu)),
        ("exit 101".to_owned(), Failure::Crashed),
        // Nobody knows what it means, so that it is the document's: trying again would not help.
        ("exit 42".to_owned(), Failure::Crashed),
        ("exit 0".to_owned(), Failure::Crashed),
    ] {
        let worker = impostor(&folder, &script);
        let facts = runtime()
            .block_on(async { worker.inspect(Bytes::from_static(b"x")).await.facts().await });
        let failure_of =
            facts.as_ref().map_or_else(|failure| Some(*failure), |facts| facts.cut_short);
        assert_eq!(failure_of, Some(failure), "{script}: {facts:?}");
    }
    let flood = impostor(&folder, &format!("exec {PROGRAM} prove flood"));
    let facts =
        runtime().block_on(async { flood.inspect(Bytes::from_static(b"x")).await.facts().await });
    assert_eq!(facts, Err(Failure::TooComplex(Limit::Answer)));
}

#[test]
fn a_missing_program_is_named() {
    let missing = Worker::new("/nowhere/document-worker", 1);
    let facts =
        runtime().block_on(async { missing.inspect(Bytes::from_static(b"x")).await.facts().await });
    assert_eq!(facts, Err(Failure::Unavailable));
    assert!(Worker::beside_this_program(1).is_err(), "tests stand in another folder");
}
