//! Errors on the way to a printer: which pass by themselves, and what the attempt's row keeps of them.

use ipp_codec::Status;
use print_core::Keyword;

use super::outcome::Reason;
use crate::delivery::live;
use crate::delivery::printer::client::ClientError;
use crate::delivery::printer::connection::ConnectError;
use crate::delivery::printer::operations::OperationError;

/// Whether the document can be sent once more: no byte left, or the printer said that it is busy.
pub fn may_send_again(error: &OperationError) -> bool {
    error.is_not_done() && passes(error).is_some()
}

/// Errors that pass by themselves, and what the owner sees meanwhile.
pub fn passes(error: &OperationError) -> Option<live::Step> {
    match error {
        // Broken: only questions come here with it; what changes something goes to the recovery.
        OperationError::Client(
            ClientError::Connect(ConnectError::Asleep(_) | ConnectError::Dropped(_))
            | ClientError::Broken(_),
        ) => Some(live::Step::Waking),
        OperationError::Status(status) if is_busy(*status) => Some(live::Step::Busy),
        _ => None,
    }
}

fn is_busy(status: Status) -> bool {
    let busy = [
        Status::SERVER_ERROR_BUSY,
        Status::SERVER_ERROR_TEMPORARY_ERROR,
        Status::SERVER_ERROR_SERVICE_UNAVAILABLE,
    ];
    busy.contains(&status)
}

/// An error in the words that the attempt's row keeps.
pub fn reason_of(error: &OperationError) -> Reason {
    match error {
        OperationError::Client(error) => match error {
            ClientError::Connect(ConnectError::Untrusted(_)) => Reason::PrinterUntrusted,
            ClientError::Connect(ConnectError::Nowhere(_)) => Reason::PrinterUnreachable,
            ClientError::Connect(ConnectError::Forbidden(_)) => Reason::PrinterForbidden,
            ClientError::Connect(_) => Reason::PrinterAsleep,
            ClientError::Broken(_) => Reason::SendingInterrupted,
            ClientError::BadReply | ClientError::Http(_) | ClientError::Request(_) => {
                Reason::PrinterRefused
            }
        },
        OperationError::Incomplete => Reason::PrinterRefused,
        OperationError::Status(status) => match *status {
            status if is_busy(status) => Reason::PrinterBusy,
            Status::SERVER_ERROR_NOT_ACCEPTING_JOBS => Reason::PrinterNotAccepting,
            Status::CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED
            | Status::CLIENT_ERROR_DOCUMENT_FORMAT_ERROR => Reason::DocumentFormatNotSupported,
            Status::CLIENT_ERROR_DOCUMENT_PASSWORD_ERROR
            | Status::CLIENT_ERROR_DOCUMENT_PERMISSION_ERROR
            | Status::CLIENT_ERROR_DOCUMENT_SECURITY_ERROR => Reason::DocumentProtected,
            Status::CLIENT_ERROR_REQUEST_ENTITY_TOO_LARGE => Reason::DocumentTooLarge,
            _ => Reason::PrinterRefused,
        },
    }
}

/// What is wrong with the document itself, by the job's reasons at the printer (RFC 8011 section 5.3.8,
/// PWG 5100.13 section 6.3): another try there cannot end better.
pub fn fault_of_document(reasons: &[Keyword]) -> Option<Reason> {
    reasons.iter().find_map(|reason| match reason.as_str() {
        "document-format-error" | "unsupported-document-format" | "document-unprintable-error" => {
            Some(Reason::DocumentFormatNotSupported)
        }
        "document-password-error" | "document-permission-error" | "document-security-error" => {
            Some(Reason::DocumentProtected)
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};

    #[test]
    fn an_error_is_waited_for_or_becomes_a_reason() {
        let io = || Error::from(ErrorKind::TimedOut);
        let connect = |error| OperationError::Client(ClientError::Connect(error));
        let status = OperationError::Status;
        let table = [
            (connect(ConnectError::Asleep(io())), Some(live::Step::Waking), Reason::PrinterAsleep),
            (connect(ConnectError::Untrusted(io())), None, Reason::PrinterUntrusted),
            (connect(ConnectError::Nowhere(io())), None, Reason::PrinterUnreachable),
            (
                OperationError::Client(ClientError::Broken(io())),
                Some(live::Step::Waking),
                Reason::SendingInterrupted,
            ),
            (OperationError::Client(ClientError::BadReply), None, Reason::PrinterRefused),
            (OperationError::Incomplete, None, Reason::PrinterRefused),
            (status(Status::SERVER_ERROR_BUSY), Some(live::Step::Busy), Reason::PrinterBusy),
            (status(Status::SERVER_ERROR_NOT_ACCEPTING_JOBS), None, Reason::PrinterNotAccepting),
            (
                status(Status::CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED),
                None,
                Reason::DocumentFormatNotSupported,
            ),
            (status(Status::CLIENT_ERROR_DOCUMENT_PASSWORD_ERROR), None, Reason::DocumentProtected),
            (status(Status::CLIENT_ERROR_NOT_AUTHORIZED), None, Reason::PrinterRefused),
        ];
        for (error, step, reason) in table {
            assert_eq!((passes(&error), reason_of(&error)), (step, reason), "{error:?}");
        }
    }

    #[test]
    fn a_document_is_sent_again_only_when_the_printer_cannot_have_taken_it() {
        let io = || Error::from(ErrorKind::TimedOut);
        let asleep = ClientError::Connect(ConnectError::Asleep(io()));
        assert!(may_send_again(&OperationError::Client(asleep)));
        assert!(may_send_again(&OperationError::Status(Status::SERVER_ERROR_BUSY)));
        assert!(!may_send_again(&OperationError::Client(ClientError::Broken(io()))));
        assert!(!may_send_again(&OperationError::Client(ClientError::BadReply)));
        assert!(!may_send_again(&OperationError::Status(Status::SERVER_ERROR_INTERNAL_ERROR)));
    }
}
