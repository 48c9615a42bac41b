//! What the page that takes files asks of the running server.

use std::net::SocketAddr;

use axum::body::Bytes;
use print_core::{Login, PersonId, PrintColorMode, Sides};
use texts::Language;

use crate::desk::Answer;

/// A queue that files can be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadQueue {
    /// Its name, as it stands in addresses.
    pub name: String,
    /// What people read in their lists of printers.
    pub title: String,
    /// The sides to choose among. The first is what a job gets that asks for nothing.
    pub sides: Vec<Sides>,
    /// The colours to choose among, the same way.
    pub color_modes: Vec<PrintColorMode>,
    /// The most copies.
    pub copies_max: u16,
    /// The kinds of files that it takes.
    pub kinds: Vec<FileKind>,
    /// The largest file.
    pub size_max_bytes: u64,
}

/// A kind of files that people have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// PDF.
    Pdf,
    /// JPEG.
    Jpeg,
}

/// A file that a person sends, but for what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    /// Who sends it: proven by the session.
    pub person: PersonId,
    /// The person's login name.
    pub login: Login,
    /// Where it comes from.
    pub address: SocketAddr,
    /// The language to tell the person something in.
    pub language: Language,
    /// The queue.
    pub queue: String,
    /// The file's name as the browser says it, without folders.
    pub file_name: String,
    /// How many copies are asked for.
    pub copies: u16,
    /// Which sides are asked for; none leaves it to the queue.
    pub sides: Option<Sides>,
    /// Which colours are asked for; none leaves it to the queue.
    pub color_mode: Option<PrintColorMode>,
}

/// A document on its way in.
pub trait Document: Send {
    /// The next bytes; none at its end. Dropping the answer loses nothing.
    fn next(&mut self) -> Answer<'_, Result<Option<Bytes>, Interrupted>>;
}

/// The document did not come whole: its sender left, was too slow, or sent something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the document did not come whole")]
pub struct Interrupted;

/// Why a file was not taken. Nothing of it is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UploadError {
    /// There is no such queue, or not for this person.
    #[error("there is no such queue")]
    NoQueue,
    /// The queue takes no jobs now.
    #[error("the queue takes no jobs at present")]
    Closed,
    /// So many jobs wait for the person, which is the most.
    #[error("{0} jobs wait already")]
    TooManyJobs(i64),
    /// So many bytes wait for the person, which is the most.
    #[error("{0} bytes wait already")]
    TooManyBytes(i64),
    /// Too many jobs came in the last minute.
    #[error("too many jobs in the last minute")]
    TooFast,
    /// Too many files are being sent in this moment.
    #[error("too many files are being sent")]
    TooManyAtOnce,
    /// The server has no room for documents.
    #[error("there is no room for documents")]
    NoRoom,
    /// The file is larger than this many bytes.
    #[error("the file is larger than {0} bytes")]
    TooLarge(u64),
    /// There is nothing in the file.
    #[error("the file is empty")]
    Empty,
    /// The file is of a kind that is not taken.
    #[error("the file is of a kind that is not taken")]
    Kind,
    /// The document opens with a password only.
    #[error("the document needs a password")]
    Password,
    /// The file did not come whole.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
    /// The job was deleted while its document came.
    #[error("the job was deleted while its document came")]
    Deleted,
    /// The server could not keep it now.
    #[error("the server is busy")]
    Busy,
}
