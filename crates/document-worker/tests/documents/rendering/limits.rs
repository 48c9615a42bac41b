//! What drawing costs, and what becomes of documents that cannot be drawn.

use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Instant;

use document_worker::{Failure, Limit, RenderOrder, Worker};
use real_parts::documents::{Paper, pdf};
use real_parts::folder::Folder;

use super::{draw, order};
use crate::asking::{PROGRAM, runtime};
use real_parts::pdf_file::{one_page, page_with, stream};

const MEMORY_KIB_MAX: u64 = 150 << 10;

/// The most memory that a process has had, in KiB.
fn memory_kib(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// Draws, and says how many bytes came and how much memory it took.
fn measured(resolution: u32, document: &[u8]) -> (usize, u64) {
    let order = RenderOrder { resolution, ..order() };
    let mut process = Command::new(PROGRAM)
        .args(["render", &order.to_argument()])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = process.stdin.take().expect("it is piped");
    stdin.write_all(document).expect("it reads");
    drop(stdin);
    let mut stdout = process.stdout.take().expect("it is piped");
    let (mut bytes, mut memory, mut frame) = (0, 0, Vec::new());
    loop {
        let mut length = [0; 4];
        stdout.read_exact(&mut length).expect("frames to the end");
        // The process lives: it waits for its frame to be taken, or for its last word.
        memory = memory_kib(process.id()).unwrap_or(0).max(memory);
        frame.resize(u32::from_be_bytes(length) as usize, 0);
        if frame.is_empty() {
            break;
        }
        stdout.read_exact(&mut frame).expect("a whole frame");
        bytes += frame.len();
    }
    let mut word = String::new();
    stdout.read_to_string(&mut word).expect("a last word");
    assert_eq!(word, "\"done\"\n");
    assert!(process.wait().expect("it is ours").success());
    (bytes, memory)
}

#[test]
fn memory_is_bounded_however_long_and_fine_the_document_is() {
    let manual = fs::read("/usr/share/cups/data/default-testpage.pdf").expect("cups-filters");
    for (resolution, pages, document) in
        [(300, 1, manual.clone()), (600, 1, manual), (300, 100, pdf(100, Paper::A4, "Long"))]
    {
        let start = Instant::now();
        let (bytes, memory) = measured(resolution, &document);
        let each = start.elapsed().as_millis() / pages;
        println!("{pages} pages, {resolution} dpi: {each} ms each, {bytes} bytes, {memory} KiB");
        assert!((1..=MEMORY_KIB_MAX).contains(&memory), "{memory} KiB");
    }
}

#[test]
fn what_cannot_be_drawn_is_told_before_a_byte_is_written() {
    for (document, failure) in [
        (b"%!PS-Adobe-3.0\n".to_vec(), Failure::Unsupported),
        (b"RaS2PwgRaster\0".to_vec(), Failure::Unsupported),
        (b"%PDF-1.7\nnothing".to_vec(), Failure::Unreadable),
        (b"\xff\xd8\xff\xe0 no picture".to_vec(), Failure::Unreadable),
    ] {
        let drawn = draw(&order(), document);
        assert!(
            matches!(drawn, Err(found) if found == failure || found == Failure::NoPages),
            "{failure}: {drawn:?}"
        );
    }
}

/// Forms in forms: each drawing takes ten others.
#[test]
fn a_drawing_without_end_is_ended_by_a_limit() {
    let mut file = one_page(page_with("/XObject<</X 10 0 R>>"), stream("/X Do", ""));
    for level in 10..40 {
        let next = level + 1;
        let entries = format!(
            "/Type/XObject/Subtype/Form/BBox[0 0 600 900]/Resources<</XObject<</X {next} 0 R>>>>"
        );
        file = file.with(level, stream("/X Do ".repeat(10), &entries));
    }
    let file = file.with(40, stream("0 0 10 10 re f", "/Type/XObject/Subtype/Form/BBox[0 0 9 9]"));
    let start = Instant::now();
    let drawn = draw(&order(), file.bytes());
    println!("{drawn:?} after {:?}", start.elapsed());
    assert!(matches!(drawn, Err(Failure::TooComplex(_) | Failure::Crashed)), "{drawn:?}");
}

#[test]
fn a_process_that_ends_in_the_middle_or_says_too_much_has_drawn_nothing_whole() {
    let folder = Folder::new("broken-renderers");
    for (index, (script, failure)) in [
        (r"printf '\000\000\000\004RaS2'; kill -KILL $$", Failure::TooComplex(Limit::Killed)),
        (r"printf '\000\000\000\004RaS2'", Failure::Crashed),
        (r"printf '\377\000\000\000'; cat", Failure::Crashed),
        (r#"printf '\000\000\000\000"counted"\n'; cat >/dev/null"#, Failure::Crashed),
    ]
    .into_iter()
    .enumerate()
    {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.write(&format!("impostor-{index}"), format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let ended = runtime().block_on(async {
            let document = bytes::Bytes::from_static(b"%PDF-1.7");
            let mut rendering = Worker::new(&path, 1).render(&order(), document).await;
            loop {
                match rendering.next().await {
                    Ok(Some(_)) => {}
                    ended => break ended,
                }
            }
        });
        assert_eq!(ended.map(|_| ()), Err(failure), "{script}");
    }
}
