//! Which object a request is about (RFC 8011 section 4.1.5).

use crate::check::{Aim, Violation};
use crate::names;
use crate::registry::Operation;
use crate::request::operation_attributes::OperationAttributes;
use crate::request::unsupported_operation;

/// The object of a request. The URIs are as the client wrote them, at most 1,023 bytes of UTF-8
/// without control characters; which queue or job they mean is for the server to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A queue, by `printer-uri`.
    Printer {
        /// `printer-uri`.
        uri: String,
    },
    /// A job by its own URI.
    Job {
        /// `job-uri`.
        uri: String,
    },
    /// A job of a queue.
    PrinterJob {
        /// `printer-uri`.
        uri: String,
        /// `job-id`, above 0.
        id: i32,
    },
    /// The server as a whole, for the CUPS operations that list queues.
    Server,
}

impl Target {
    pub(super) fn parse(
        operation: Operation,
        attributes: &OperationAttributes<'_>,
    ) -> Result<Target, Violation> {
        let aim = Aim::of(operation).ok_or_else(|| unsupported_operation(operation))?;
        let printer = attributes.keyword(names::PRINTER_URI);
        let target = match aim {
            Aim::Server => Some(Target::Server),
            Aim::Printer => printer.map(|uri| Target::Printer { uri }),
            Aim::Job => match (attributes.keyword(names::JOB_URI), printer) {
                // Both at once could name two jobs, and two readers could choose differently.
                (Some(_), Some(_)) => None,
                (Some(uri), None) => Some(Target::Job { uri }),
                (None, Some(uri)) => {
                    attributes.integer(names::JOB_ID).map(|id| Target::PrinterJob { uri, id })
                }
                (None, None) => None,
            },
        };
        target.ok_or_else(|| Violation::bad_request("the request must name one printer or job"))
    }
}
