//! The order in which a job becomes durable, read from the system calls of the running server.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use real_parts::documents::{Paper, pdf_of_size};
use real_parts::{programs, waiting};

use crate::scene::Setup;

/// Every call that writes, syncs or renames.
const CALLS: &str = "trace=write,pwrite64,writev,pwritev,sendto,sendmsg,fsync,fdatasync,\
                     sync_file_range,rename,renameat,renameat2";

/// One system call: where in the trace it began and ended, its name and all that strace says of it.
#[derive(Debug)]
struct Call {
    begun: usize,
    ended: usize,
    name: String,
    text: String,
}

/// Reads what `strace -f` wrote. A call that others interrupt stands on two lines.
fn calls(trace: &str) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    let mut open: Vec<(String, usize)> = Vec::new();
    for (line, text) in trace.lines().enumerate() {
        let Some((thread, rest)) = text.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(resumed) = rest.strip_prefix("<... ") {
            let Some(place) = open.iter().position(|(known, _)| known == thread) else { continue };
            let call = &mut calls[open.swap_remove(place).1];
            call.ended = line;
            call.text.push_str(resumed);
        } else if let Some((name, _)) = rest.split_once('(') {
            if rest.ends_with("<unfinished ...>") {
                open.push((thread.to_owned(), calls.len()));
            }
            let (name, text) = (name.to_owned(), rest.to_owned());
            calls.push(Call { begun: line, ended: line, name, text });
        }
    }
    calls
}

impl Call {
    fn writes(&self) -> bool {
        matches!(self.name.as_str(), "write" | "pwrite64" | "writev" | "pwritev")
    }

    fn syncs(&self) -> bool {
        matches!(self.name.as_str(), "fsync" | "fdatasync") && self.text.contains("= 0")
    }

    fn is_about(&self, path: &str) -> bool {
        self.text.contains(path)
    }
}

/// The first call at or after this line of the trace that fits, or what is missing.
fn next<'a>(calls: &'a [Call], after: usize, what: &str, fits: impl Fn(&Call) -> bool) -> &'a Call {
    let found = calls.iter().find(|call| call.begun > after && fits(call));
    found.unwrap_or_else(|| {
        let texts: Vec<&str> = calls.iter().map(|call| call.text.as_str()).collect();
        panic!("after line {after} there is no {what}:\n{}", texts.join("\n"))
    })
}

/// What the server asked of the system from the request for one job on to its end.
struct Trace {
    calls: Vec<Call>,
    /// The line of the answer to the client.
    replied: usize,
}

/// Prints one document of this size into a server under strace.
fn trace(size: usize) -> Trace {
    let mut house = Setup::new().without_stations().start();
    // What is made at the first job only is made before.
    house.client().print("anna", &pdf_of_size(1, Paper::A4, "First", 20_000));
    house.stop_server();
    let trace = house.path("trace");
    let mut command = Command::new(programs::find("strace", "strace"));
    let server = house.command(&["serve"]);
    // -y names the file behind each descriptor.
    command.args(["-f", "-y", "-s", "40", "-e", CALLS, "-o"]).arg(&trace);
    command.arg(server.get_program()).args(server.get_args());
    house.start_server_by(command);
    let quiet = quiet_length(&trace);
    house.client().print("anna", &pdf_of_size(1, Paper::A4, "Traced", size));
    house.stop_server();

    let text = fs::read_to_string(&trace).expect("strace wrote it");
    let begin = text[..quiet].lines().count();
    let mut calls = calls(&text);
    calls.retain(|call| call.begun > begin);
    let replied = next(&calls, begin, "answer", |call| call.is_about("HTTP/1.1 200")).begun;
    Trace { calls, replied }
}

impl Trace {
    /// The last write of the document before the answer.
    fn last_write(&self) -> &Call {
        let mut calls = self.calls.iter();
        let found = calls
            .rfind(|call| call.writes() && call.is_about("/spool/") && call.begun < self.replied);
        found.expect("the document was written")
    }

    fn next(&self, after: usize, what: &str, fits: impl Fn(&Call) -> bool) -> &Call {
        next(&self.calls, after, what, fits)
    }

    fn spool_sync_after(&self, after: usize, what: &str) -> &Call {
        self.next(after, what, |call| call.syncs() && call.is_about("/spool/"))
    }

    fn rename_after(&self, after: usize) -> &Call {
        self.next(after, "rename in the spool", |call| {
            call.name.starts_with("rename") && call.is_about("/spool/")
        })
    }

    /// From here on the row is written and synced, and only then the client hears of it.
    fn expect_row_and_answer_after(&self, after: usize) {
        let is_log = |call: &Call| call.is_about("followme.db-wal");
        let row = self.next(after, "row in the database", |call| call.writes() && is_log(call));
        let committed =
            self.next(row.ended, "sync of the database", |call| call.syncs() && is_log(call));
        assert!(committed.ended < self.replied, "the answer came before the database was synced");
    }
}

#[test]
fn the_answer_comes_after_the_document_its_folder_and_the_database_are_on_the_disk() {
    let trace = trace(200_000);
    let synced = trace.spool_sync_after(trace.last_write().ended, "sync of the document");
    let renamed = trace.rename_after(synced.ended);
    let folder = trace.spool_sync_after(renamed.ended, "sync of the folder");
    trace.expect_row_and_answer_after(folder.ended);
}

#[test]
fn the_answer_comes_after_the_segment_of_a_small_document_and_the_database_are_on_the_disk() {
    let trace = trace(10_000);
    let written = trace.last_write();
    let synced = trace.spool_sync_after(written.ended, "sync of the document");
    trace.expect_row_and_answer_after(synced.ended);
    // The segment's own name is on the disk before the document goes into it.
    let renamed = trace.rename_after(0);
    let folder = trace.spool_sync_after(renamed.ended, "sync of the folder");
    assert!(folder.ended < written.begun, "a document went into a segment without a durable name");
}

/// How long the trace is when the server has nothing more to do by itself for a moment.
fn quiet_length(trace: &Path) -> usize {
    let mut last = 0;
    let quiet = waiting::poll(Duration::from_secs(20), || {
        let now = fs::read_to_string(trace).map_or(0, |text| text.len());
        let same = now == last;
        last = now;
        (same && now > 0).then_some(now)
    });
    quiet.expect("a server without clients comes to rest")
}
