//! Documents that arrive: written to the machine's folder as they come, hashed on the way.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::Instant;

use super::connection::{Connection, Cut};
use crate::machine::{HangUpHow, Printer, StoredDocument};

/// A document is written and paced in pieces of this size.
const PIECE_BYTES: usize = 16 * 1024;

/// The body of a request: what was read together with the attributes, and the rest.
#[derive(Debug)]
pub struct Arriving {
    first: Option<Bytes>,
    body: Incoming,
}

/// The client went away.
#[derive(Debug)]
pub struct Gone;

impl Arriving {
    /// A body whose beginning was read already.
    pub fn new(first: Bytes, body: Incoming) -> Arriving {
        Arriving { first: Some(first), body }
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// When the client has gone.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Gone> {
        if let Some(first) = self.first.take().filter(|first| !first.is_empty()) {
            return Ok(Some(first));
        }
        loop {
            match self.body.frame().await {
                None => return Ok(None),
                Some(Err(_)) => return Err(Gone),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) if !bytes.is_empty() => return Ok(Some(bytes)),
                    _ => {}
                },
            }
        }
    }

    /// Reads the rest and forgets it, so that the client can read a refusal.
    ///
    /// # Errors
    /// When the client has gone.
    pub async fn drain(&mut self) -> Result<(), Gone> {
        while self.next().await?.is_some() {}
        Ok(())
    }
}

/// Aborts a job whose document does not come in whole, however its request ends.
#[derive(Debug)]
struct Interrupted {
    printer: Arc<Printer>,
    job_id: i32,
    part: PathBuf,
    complete: bool,
}

impl Drop for Interrupted {
    fn drop(&mut self) {
        if !self.complete {
            let now = self.printer.now();
            self.printer.change(|machine| machine.document_fails(self.job_id, now));
            // What came of it is of no use, and the folder stays readable without it.
            let _ = fs::remove_file(&self.part);
        }
    }
}

/// How a document arrives today.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manners {
    /// Bytes a second.
    pub speed: Option<u32>,
    /// The connection ends after so many bytes.
    pub hang_up: Option<(u64, HangUpHow)>,
    /// The paper stops after so many bytes, and nothing more is read.
    pub jam: Option<u64>,
}

/// Takes a job's document. False when the job has ended meanwhile.
///
/// # Errors
/// When the connection ends before the document does; the job is aborted then.
pub async fn receive(
    connection: &Connection,
    body: &mut Arriving,
    job_id: i32,
    format: String,
    manners: Manners,
) -> Result<bool, Cut> {
    let printer = &connection.printer;
    let part = printer.change(|machine| {
        machine.document_begins(job_id);
        machine.folder.part_of(job_id)
    });
    let mut interrupted =
        Interrupted { printer: Arc::clone(printer), job_id, part: part.clone(), complete: false };
    let received = copy(connection, body, job_id, &part, manners).await;
    let (bytes, sha256) = match received {
        Ok(received) => received,
        Err(end) => {
            drop(interrupted);
            return Err(match end {
                End::HangUp(how) => connection.hang_up(how).await,
                End::Gone => Cut,
            });
        }
    };
    let file = format!("jobs/{job_id}.{}", extension(&format));
    let document = StoredDocument { format, file: file.clone(), bytes, sha256 };
    let now = printer.now();
    let kept = printer.change(|machine| {
        fs::rename(&part, machine.folder.join(&file))
            .map(|()| machine.document_ends(job_id, document, now))
    });
    interrupted.complete = kept.is_ok();
    kept.map_err(|error| disk(&error))
}

enum End {
    HangUp(HangUpHow),
    Gone,
}

/// Writes with plain calls: they end in the page cache, and nothing waits for this machine but
/// tests.
async fn copy(
    connection: &Connection,
    body: &mut Arriving,
    job_id: i32,
    part: &Path,
    manners: Manners,
) -> Result<(u64, String), End> {
    let printer = &connection.printer;
    let mut hash = Context::new(&SHA256);
    let mut length: u64 = 0;
    let began = Instant::now();
    let (limit, how) = manners.hang_up.unwrap_or((u64::MAX, HangUpHow::Close));
    let mut jam = manners.jam;
    // Made behind the first byte, which is here when it is here.
    let mut file = None;
    loop {
        if length >= limit {
            return Err(End::HangUp(how));
        }
        jammed(printer, &mut jam, length).await;
        let Some(chunk) = body.next().await.map_err(|Gone| End::Gone)? else { break };
        if length == 0 {
            let now = printer.now();
            printer.locked(|machine| machine.first_document_byte(job_id, now));
        }
        let file = match &mut file {
            Some(file) => file,
            none => none.insert(begin(part)?),
        };
        for piece in chunk.chunks(PIECE_BYTES) {
            let room = usize::try_from(limit - length).unwrap_or(usize::MAX);
            let piece = &piece[..piece.len().min(room)];
            file.write_all(piece).map_err(|error| {
                disk(&error);
                End::Gone
            })?;
            hash.update(piece);
            length += piece.len() as u64;
            if let Some(speed) = manners.speed {
                let due =
                    Duration::from_micros(length.saturating_mul(1_000_000) / u64::from(speed));
                tokio::time::sleep_until(began + due).await;
            }
            jammed(printer, &mut jam, length).await;
            if length >= limit {
                return Err(End::HangUp(how));
            }
        }
    }
    if file.is_none() {
        begin(part)?;
    }
    let digits = hash.finish().as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((length, digits))
}

fn begin(part: &Path) -> Result<File, End> {
    File::create(part).map_err(|error| {
        disk(&error);
        End::Gone
    })
}

/// Waits until somebody has taken out the paper that stops here.
async fn jammed(printer: &Printer, jam: &mut Option<u64>, length: u64) {
    if jam.take_if(|after| length >= *after).is_none() {
        return;
    }
    let mut cleared = printer.cleared();
    printer.change(|machine| machine.faults.jam_in_document());
    while printer.locked(|machine| machine.faults.is_jammed_in_document()) {
        // The sender lives in the printer.
        let _ = cleared.changed().await;
    }
}

fn disk(error: &std::io::Error) -> Cut {
    tracing::error!(%error, "The printer's folder cannot be written");
    Cut
}

fn extension(format: &str) -> &'static str {
    match format {
        "application/pdf" => "pdf",
        "image/pwg-raster" => "pwg",
        "image/urf" => "urf",
        "image/jpeg" => "jpg",
        "text/plain" => "txt",
        "application/postscript" => "ps",
        _ => "bin",
    }
}
