//! What the machine answers to IPP requests; sockets and documents are one level up.

mod job_attributes;
mod jobs;
mod media;
mod printer_attributes;
mod submission;
mod template;

pub use jobs::{cancel_job, get_job_attributes, get_jobs};
pub use printer_attributes::get_printer_attributes;
pub use submission::{accepted, begin_document, begin_job, format_of, validate};

use ipp_codec::message::Header;
use ipp_codec::{Operation, Response, Status};

/// The operations that the machine knows.
pub const OPERATIONS: [Operation; 9] = [
    Operation::PRINT_JOB,
    Operation::VALIDATE_JOB,
    Operation::CREATE_JOB,
    Operation::SEND_DOCUMENT,
    Operation::CANCEL_JOB,
    Operation::GET_JOB_ATTRIBUTES,
    Operation::GET_JOBS,
    Operation::GET_PRINTER_ATTRIBUTES,
    Operation::IDENTIFY_PRINTER,
];

/// What every answer needs to know about its request.
#[derive(Debug, Clone)]
pub struct Client {
    /// The request's header.
    pub header: Header,
    /// The host and port by which the client calls this printer.
    pub authority: String,
    /// Whether the request came over TLS.
    pub tls: bool,
}

impl Client {
    /// An answer with only a status and a sentence.
    pub fn refuse(&self, status: Status, sentence: &str) -> Response {
        Response::new(self.header, status).status_message(sentence)
    }

    /// The printer's URI as this client knows it.
    pub fn printer_uri(&self) -> String {
        let scheme = if self.tls { "ipps" } else { "ipp" };
        self.uri(scheme)
    }

    /// The printer's page for people.
    pub fn web_page(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}/", self.authority)
    }

    /// The printer's URI with another scheme.
    pub fn uri(&self, scheme: &str) -> String {
        format!("{scheme}://{}{}", self.authority, crate::machine::PRINTER_PATH)
    }
}
