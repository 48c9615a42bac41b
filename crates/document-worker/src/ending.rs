//! Why there are no facts, or not all of them.

use std::process::ExitStatus;

use serde::{Deserialize, Serialize};

/// Which limit ended a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// Processor time.
    Cpu,
    /// Memory or the stack.
    Memory,
    /// The deadline.
    Wall,
    /// It said more than an answer may have.
    Answer,
    /// Ended from outside, by an administrator or because the machine was out of memory.
    Killed,
}

/// Why a document's pages are not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Failure {
    /// It opens with a password only; nothing can print it.
    #[error("the document needs a password")]
    Password,
    /// It claims a format and breaks its rules beyond repair.
    #[error("the document is damaged")]
    Unreadable,
    /// A format that is not read: PostScript, PCL, text and others.
    #[error("the document's format is not read")]
    Unsupported,
    /// Readable, but without a page.
    #[error("the document has no pages")]
    NoPages,
    /// More than [`crate::PAGES_MAX`] pages.
    #[error("the document has too many pages")]
    TooManyPages,
    /// More than [`crate::DOCUMENT_BYTES_MAX`] bytes.
    #[error("the document is too large to be looked into")]
    TooLarge,
    /// A limit came before the pages were counted.
    #[error("the document is too complex: {0:?}")]
    TooComplex(Limit),
    /// The reader gave up in disorder: a mistake of ours or of a library.
    #[error("the reader of documents failed")]
    Crashed,
    /// The process tried what it has no business with; a mistake, or an attack that was held.
    /// Somebody should look.
    #[error("the reader of documents tried what is forbidden")]
    Blocked,
    /// It could be written anew, but nobody can be sure that every page would look the same.
    #[error("the document cannot be changed without doubt")]
    Doubtful,
    /// The document could not be given to the process.
    #[error("the document could not be read from where it is kept")]
    Source,
    /// There is no process, or it cannot lock itself in on this machine. Nothing is said about the
    /// document; somebody should try again later.
    #[error("the reader of documents does not start")]
    Unavailable,
}

/// The exit status of a process that could not lock itself in.
pub(crate) const EXIT_UNLOCKED: i32 = 70;

/// What the system's loader ends a program with whose libraries it does not find (ld.so(8)).
const EXIT_NOT_LOADED: i32 = 127;

/// What a process that said neither [`crate::Line::Done`] nor [`crate::Line::Failed`] died of.
pub(crate) fn judge(status: ExitStatus) -> Failure {
    use std::os::unix::process::ExitStatusExt;
    if let Some(code) = status.code() {
        return match code {
            EXIT_UNLOCKED | EXIT_NOT_LOADED => Failure::Unavailable,
            // A panic (101), and whatever else a document can bring about: it would do so each time.
            _ => Failure::Crashed,
        };
    }
    match status.signal() {
        Some(libc::SIGSYS) => Failure::Blocked,
        Some(libc::SIGXCPU) => Failure::TooComplex(Limit::Cpu),
        // The allocator and the guard of the stack abort; the kernel's own guard is a fault.
        Some(libc::SIGABRT | libc::SIGSEGV | libc::SIGBUS) => Failure::TooComplex(Limit::Memory),
        _ => Failure::TooComplex(Limit::Killed),
    }
}
