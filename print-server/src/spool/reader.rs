//! A document coming out. Every chunk is proven before a byte of it is given away, and the end is
//! reported only after the chunk that was sealed as the last.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::mem;
use std::path::Path;

use bytes::Bytes;
use print_core::JobId;

use super::error::SpoolError;
use super::files::blocking;
use super::header::{HEADER_BYTES, Header};
use super::location::Location;
use super::stream::{ChunkCipher, SEALED_CHUNK_BYTES};
use crate::keys::DocumentKey;

/// Chunks that are read at a time: all of a small document, 256 KiB of a large one.
const BATCH_CHUNKS: u64 = 4;

/// Gives one document, chunk by chunk.
#[derive(Debug)]
pub struct Reader {
    ready: VecDeque<Bytes>,
    rest: Rest,
}

#[derive(Debug)]
enum Rest {
    /// More is in the file.
    InFile(Box<Source>),
    /// The last chunk was read and proven.
    Done,
    /// It failed, or a call was given up half-way.
    Failed,
}

impl Reader {
    /// Opens the file under the spool's directory, checks that the document is `job`'s, and reads the
    /// first chunks. Blocks.
    pub(super) fn open(
        root: &Path,
        location: &Location,
        job: JobId,
        key: &DocumentKey,
    ) -> Result<Self, SpoolError> {
        let path = location.file().path(root);
        let mut file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => SpoolError::Missing,
            _ => SpoolError::from(error),
        })?;
        let length = match location {
            Location::File { .. } => file.metadata()?.len(),
            Location::Segment(extent) => {
                file.seek(SeekFrom::Start(u64::from(extent.offset)))?;
                u64::from(extent.length)
            }
        };
        let mut header = [0; HEADER_BYTES];
        read_exact(&mut file, &mut header)?;
        match location {
            // A place that was given back is a hole.
            Location::Segment(_) if header == [0; HEADER_BYTES] => return Err(SpoolError::Missing),
            Location::File { id } if !Header::names(&header, *id) => {
                return Err(SpoolError::Tampered);
            }
            _ if !Header::belongs_to(&header, job) => return Err(SpoolError::Tampered),
            _ => {}
        }
        let left = length.saturating_sub(HEADER_BYTES as u64);
        let mut source = Source { file, cipher: ChunkCipher::new(key, &header), left };
        let ready = source.batch()?;
        Ok(Self { ready, rest: Rest::after(Box::new(source)) })
    }

    /// The document's next bytes, up to 64 KiB; `None` after the proven end.
    ///
    /// # Errors
    /// [`SpoolError::Tampered`] when the file was altered or cut, [`SpoolError::Io`]; after one of them
    /// [`SpoolError::Stopped`]. What came before is then not the whole document.
    pub async fn next(&mut self) -> Result<Option<Bytes>, SpoolError> {
        loop {
            if let Some(chunk) = self.ready.pop_front() {
                return Ok(Some(chunk));
            }
            match mem::replace(&mut self.rest, Rest::Failed) {
                Rest::Failed => return Err(SpoolError::Stopped),
                Rest::Done => {
                    self.rest = Rest::Done;
                    return Ok(None);
                }
                Rest::InFile(mut source) => {
                    let read = blocking(move || source.batch().map(|batch| (batch, source)));
                    let (batch, source) = read.await??;
                    self.ready = batch;
                    self.rest = Rest::after(source);
                }
            }
        }
    }
}

impl Rest {
    fn after(source: Box<Source>) -> Self {
        if source.left == 0 { Self::Done } else { Self::InFile(source) }
    }
}

/// The document behind the header.
#[derive(Debug)]
struct Source {
    file: File,
    cipher: ChunkCipher,
    /// Bytes of the document that were not read yet. Whatever the file says about its end, the chunk that
    /// reaches it must have been sealed as the last one.
    left: u64,
}

impl Source {
    /// Reads and opens the next chunks. An empty document gives none; a file without chunks is refused.
    fn batch(&mut self) -> Result<VecDeque<Bytes>, SpoolError> {
        let length = self.left.min(BATCH_CHUNKS * SEALED_CHUNK_BYTES as u64);
        self.left -= length;
        if length == 0 {
            return Err(SpoolError::Tampered);
        }
        let length = usize::try_from(length).expect("a batch has four chunks at most");
        let mut sealed = vec![0; length];
        read_exact(&mut self.file, &mut sealed)?;
        let count = length.div_ceil(SEALED_CHUNK_BYTES);
        let mut sizes = Vec::with_capacity(count);
        for (number, chunk) in sealed.chunks_mut(SEALED_CHUNK_BYTES).enumerate() {
            let last = self.left == 0 && number + 1 == count;
            let opened = self.cipher.open(chunk, last).map_err(|_| SpoolError::Tampered)?;
            sizes.push(opened.len());
        }
        let sealed = Bytes::from(sealed);
        let starts = (0..).step_by(SEALED_CHUNK_BYTES);
        let chunks = starts.zip(sizes).filter(|(_, size)| *size > 0);
        Ok(chunks.map(|(start, size)| sealed.slice(start..start + size)).collect())
    }
}

/// Reads exactly so much; a file that ends before was cut.
fn read_exact(file: &mut File, bytes: &mut [u8]) -> Result<(), SpoolError> {
    file.read_exact(bytes).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => SpoolError::Tampered,
        _ => SpoolError::from(error),
    })
}
