//! How much one document may cost. Both halves hold these: the process by limits of the kernel that
//! it lays on itself, the server by the clock.

use std::time::Duration;

/// Longer documents are not read: [`crate::Failure::TooLarge`]. Raster documents of any length are,
/// because they are never held as a whole.
pub const DOCUMENT_BYTES_MAX: u64 = 64 << 20;

/// More pages than this are not counted: [`crate::Failure::TooManyPages`].
pub const PAGES_MAX: u32 = 10_000;

/// Nodes of a page tree that are followed.
pub const TREE_NODES_MAX: usize = 200_000;

/// More than this a process may not answer. 10,000 pages of alternating sizes need 800 kB.
pub const ANSWER_BYTES_MAX: u64 = 1 << 20;

/// Processor time for drawing one page, in seconds.
pub const PAGE_CPU_S: u64 = 30;

/// What a process may use, in two steps: counting is cheap for every honest document, looking for
/// colour is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Address space while the pages are counted, in bytes.
    pub count_memory_bytes: u64,
    /// Processor time until the pages are counted, in seconds.
    pub count_cpu_s: u64,
    /// How long the first word may take.
    pub count_wall: Duration,
    /// Address space afterwards, in bytes.
    pub color_memory_bytes: u64,
    /// Processor time of the whole, in seconds.
    pub color_cpu_s: u64,
    /// How long the whole may take.
    pub color_wall: Duration,
    /// What it may write, where a person sends that to a file.
    pub file_bytes: u64,
    /// How far it stands back behind others on the processors.
    pub niceness: i32,
}

impl Limits {
    /// The limits of `document-worker facts`.
    pub const FACTS: Limits = Limits {
        count_memory_bytes: 256 << 20,
        count_cpu_s: 2,
        count_wall: Duration::from_secs(5),
        color_memory_bytes: 1 << 30,
        color_cpu_s: 10,
        color_wall: Duration::from_secs(20),
        file_bytes: ANSWER_BYTES_MAX,
        niceness: 5,
    };

    /// The limits of `document-worker render`: each page has its processor time anew, within that of
    /// the whole, and somebody stands at the printer. Nothing is counted first, so there is one step.
    pub const RENDER: Limits = Limits {
        count_memory_bytes: 512 << 20,
        count_cpu_s: PAGE_CPU_S,
        count_wall: Duration::from_secs(60),
        color_memory_bytes: 512 << 20,
        color_cpu_s: 1_800,
        color_wall: Duration::from_secs(60),
        file_bytes: u64::MAX,
        niceness: 0,
    };
}
