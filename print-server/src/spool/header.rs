//! The first bytes of a stored document: whose it is and how the rest is sealed. A segment begins with a
//! header, too, which says who writes it; each of its documents has its own.

use print_core::{AccountingDay, JobId};

use super::location::DocumentId;

/// Bytes of a header.
pub const HEADER_BYTES: usize = 96;

/// A node's name has at most this many bytes.
pub const NODE_BYTES_MAX: usize = 32;

const MAGIC: [u8; 8] = *b"held-doc";
/// What a segment begins with.
const SEGMENT_MAGIC: [u8; 8] = *b"held-seg";
const VERSION: u8 = 1;
/// AES-256-GCM in the STREAM construction, keyed for the file by HKDF-SHA-256.
const ALGORITHM: u8 = 1;

/// A chunk holds two to this power bytes of the document.
pub const CHUNK_LOG2: u8 = 16;

/// Which run of which node wrote a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The node's name.
    pub node: String,
    /// The node's epoch: each start has a higher one.
    pub epoch: i64,
}

/// What the header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The file's own id.
    pub id: DocumentId,
    /// The job that the document belongs to.
    pub job: JobId,
    /// The day whose key wraps the document's key.
    pub day: AccountingDay,
    /// Who wrote the file.
    pub run: Run,
}

impl Header {
    /// The header as bytes: magic (8), version, algorithm, chunk size as a power of two, length of the
    /// node's name (1 each), day (4), epoch (8), job (16), id (16), zeros (8), node (32, zero-filled).
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = written_by(MAGIC, self.id, &self.run);
        bytes[12..16].copy_from_slice(&self.day.number().to_be_bytes());
        bytes[24..40].copy_from_slice(self.job.as_bytes());
        bytes
    }

    /// The header of a segment: as that of a document, with another magic, and zeros for day and job.
    #[must_use]
    pub fn encode_segment(id: DocumentId, run: &Run) -> [u8; HEADER_BYTES] {
        written_by(SEGMENT_MAGIC, id, run)
    }

    /// Whether these bytes are the header of a document of `job`, written by anybody.
    #[must_use]
    pub fn belongs_to(bytes: &[u8; HEADER_BYTES], job: JobId) -> bool {
        bytes[..8] == MAGIC
            && bytes[8..11] == [VERSION, ALGORITHM, CHUNK_LOG2]
            && bytes[24..40] == *job.as_bytes()
    }

    /// Whether these bytes name `id` as their document's.
    #[must_use]
    pub fn names(bytes: &[u8; HEADER_BYTES], id: DocumentId) -> bool {
        bytes[40..56] == *id.as_bytes()
    }

    /// Who wrote the file with this header, a document's or a segment's; `None` when it is no header of
    /// ours. Nothing here is proven: only opening a chunk proves a header.
    #[must_use]
    pub fn run(bytes: &[u8; HEADER_BYTES]) -> Option<Run> {
        let known = [MAGIC, SEGMENT_MAGIC].iter().any(|magic| bytes[..8] == *magic);
        let known = known && bytes[8] == VERSION;
        let length = usize::from(bytes[11]);
        if !known || length > NODE_BYTES_MAX {
            return None;
        }
        let node = std::str::from_utf8(&bytes[64..64 + length]).ok()?.to_owned();
        let epoch = bytes[16..24].try_into().map(i64::from_be_bytes).ok()?;
        Some(Run { node, epoch })
    }
}

/// What both kinds of header have.
fn written_by(magic: [u8; 8], id: DocumentId, run: &Run) -> [u8; HEADER_BYTES] {
    let node = run.node.as_bytes();
    let node = &node[..node.len().min(NODE_BYTES_MAX)];
    let node_length = u8::try_from(node.len()).expect("a node's name has at most 32 bytes");
    let mut bytes = [0; HEADER_BYTES];
    bytes[..8].copy_from_slice(&magic);
    bytes[8..12].copy_from_slice(&[VERSION, ALGORITHM, CHUNK_LOG2, node_length]);
    bytes[16..24].copy_from_slice(&run.epoch.to_be_bytes());
    bytes[40..56].copy_from_slice(id.as_bytes());
    bytes[64..64 + node.len()].copy_from_slice(node);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            id: DocumentId::random(),
            job: JobId::new(),
            day: AccountingDay::from_number(20_000),
            run: Run { node: "node-1".to_owned(), epoch: 7 },
        }
    }

    #[test]
    fn a_header_tells_whose_it_is_and_who_wrote_it() {
        let header = header();
        let bytes = header.encode();
        assert!(Header::belongs_to(&bytes, header.job) && Header::names(&bytes, header.id));
        assert!(!Header::belongs_to(&bytes, JobId::new()));
        assert!(!Header::names(&bytes, DocumentId::random()));
        assert_eq!(Header::run(&bytes), Some(header.run));
    }

    #[test]
    fn a_segments_header_tells_who_writes_it_and_belongs_to_no_job() {
        let Header { id, job, run, .. } = header();
        let bytes = Header::encode_segment(id, &run);
        assert_eq!(Header::run(&bytes), Some(run));
        assert!(!Header::belongs_to(&bytes, job));
    }

    #[test]
    fn another_version_or_a_bad_length_is_no_header() {
        let good = header().encode();
        for (place, value) in [(0, b'H'), (8, 2), (11, 33)] {
            let mut bytes = good;
            bytes[place] = value;
            assert_eq!(Header::run(&bytes), None, "byte {place}");
        }
    }
}
