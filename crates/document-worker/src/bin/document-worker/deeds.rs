//! Deeds that a document must never make this process do. Each is tried behind the locks, so that
//! tests, and whoever installs the server, see that they hold on this very machine.

use std::hint::black_box;
use std::io::Write;

use document_worker::PageColor;

use crate::report::say_color;

/// What a deed does; it returns when it was not held.
type Deed = fn();

const DEEDS: [(&str, Deed); 10] = [
    ("open-a-file", open_a_file),
    ("make-a-file", make_a_file),
    ("listen", listen),
    ("start-a-process", start_a_process),
    ("take-memory", take_memory),
    ("recurse", recurse),
    ("loop", spin),
    ("sleep", sleep),
    ("panic", give_up),
    ("flood", flood),
];

/// The deed of this name.
pub fn find(name: &str) -> Option<Deed> {
    DEEDS.into_iter().find(|(known, _)| *known == name).map(|(_, deed)| deed)
}

fn open_a_file() {
    drop(std::fs::read("/etc/hostname"));
}

fn make_a_file() {
    drop(std::fs::write("/tmp/document-worker-was-here", ""));
}

fn listen() {
    drop(std::net::TcpListener::bind("127.0.0.1:0"));
}

fn start_a_process() {
    drop(std::process::Command::new("/bin/true").status());
}

fn take_memory() {
    drop(black_box(vec![1_u8; 3 << 30]));
}

fn recurse() {
    black_box(deeper(&[0; 1_024]));
}

/// Calls itself until there is no stack left.
#[allow(unconditional_recursion)]
fn deeper(above: &[u8; 1_024]) -> u8 {
    let mut here = *above;
    here[0] = here[0].wrapping_add(1);
    deeper(black_box(&here)) ^ here[1]
}

fn spin() {
    loop {
        black_box(());
    }
}

fn sleep() {
    loop {
        std::thread::park();
    }
}

fn give_up() {
    panic!("on purpose");
}

/// Says true things for ever.
fn flood() {
    loop {
        say_color(PageColor::Monochrome);
        drop(std::io::stdout().flush());
    }
}
