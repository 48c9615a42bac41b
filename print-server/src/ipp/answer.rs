//! Refusals, and how each becomes an HTTP or an IPP status: the one place that decides.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue, UPGRADE};
use hyper::{Response, StatusCode};
use ipp_codec::{EncodeError, Header, Status, Violation};
use print_core::{AccountRefusal, JobState};
use store::StoreError;

use crate::doors::DoorError;
use crate::intake::IntakeError;
use crate::intake::allowance::AllowanceError;
use crate::ipp::operations::pin_violation;
use crate::ipp::upload::UploadError;

/// Why an operation was not carried out. Texts are for the client: no path, query or host name.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The request itself.
    #[error(transparent)]
    Violation(#[from] Violation),
    /// Who the request is from.
    #[error(transparent)]
    Door(#[from] DoorError),
    /// The document could not be taken.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// There is no such queue.
    #[error("there is no such queue")]
    NoSuchQueue,
    /// There is no such job, or it is not this person's to see.
    #[error("there is no such job")]
    NoSuchJob,
    /// The queue takes no jobs now.
    #[error("the queue takes no jobs at present")]
    QueueClosed,
    /// The queue prints for named people only.
    #[error("you are not on this queue's list of people")]
    NotAllowed,
    /// The job's state does not allow it.
    #[error("the job is {0} and cannot be changed in this way")]
    NotNow(JobState),
    /// Release-Job on a queue that releases by tap.
    #[error("tap your badge at a printer to print this job")]
    TapToRelease,
    /// A PIN, on a connection that others can read.
    #[error("a PIN is taken over TLS only: add the printer with ipps, and choose another PIN")]
    PinInClear,
    /// The account that would pay (PWG 5100.16).
    #[error(transparent)]
    Account(#[from] AccountRefusal),
    /// A document format that is not taken.
    #[error("documents of this kind are not taken; print as PDF")]
    Format,
    /// A compression that is not taken.
    #[error("compressed documents are not taken")]
    Compression,
    /// Create-Job, over and over, without documents.
    #[error("too many of your jobs wait for their documents")]
    TooManyWaiting,
    /// Too much waits for the owner already.
    #[error(transparent)]
    Allowance(#[from] AllowanceError),
    /// A second document.
    #[error("a job has one document")]
    SecondDocument,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What we say of ourselves cannot be written.
    #[error("the print server cannot describe this queue")]
    Unwritable(#[from] EncodeError),
    /// The body could not be read.
    #[error(transparent)]
    Upload(#[from] UploadError),
}

/// What goes back to the client.
#[derive(Debug)]
pub enum Answer {
    /// An IPP response.
    Ipp(Box<ipp_codec::Response>),
    /// An HTTP status without IPP.
    Http(StatusCode),
    /// 401: the client is to sign in; by what, the `Handshake` of the request says.
    SignIn,
    /// 426: TLS wanted.
    UpgradeToTls,
}

impl Refusal {
    fn status(&self) -> Status {
        match self {
            Self::Violation(violation) => violation.status,
            Self::Door(error) => door_status(error),
            Self::Intake(error) => error.status(),
            Self::NoSuchQueue | Self::NoSuchJob => Status::CLIENT_ERROR_NOT_FOUND,
            Self::QueueClosed => Status::SERVER_ERROR_NOT_ACCEPTING_JOBS,
            Self::NotAllowed => Status::CLIENT_ERROR_NOT_AUTHORIZED,
            Self::NotNow(_) | Self::TapToRelease => Status::CLIENT_ERROR_NOT_POSSIBLE,
            Self::PinInClear => Status::CLIENT_ERROR_ATTRIBUTES_OR_VALUES_NOT_SUPPORTED,
            Self::Account(refusal) => account_status(*refusal),
            Self::Format => Status::CLIENT_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED,
            Self::Compression => Status::CLIENT_ERROR_COMPRESSION_NOT_SUPPORTED,
            Self::SecondDocument => Status::SERVER_ERROR_MULTIPLE_DOCUMENT_JOBS_NOT_SUPPORTED,
            Self::Allowance(AllowanceError::Store(error)) => store_status(error),
            // PWG 5100.7: busy would have the client try again for ever.
            Self::TooManyWaiting | Self::Allowance(_) => Status::SERVER_ERROR_TOO_MANY_JOBS,
            Self::Store(error) => store_status(error),
            Self::Unwritable(_) => Status::SERVER_ERROR_INTERNAL_ERROR,
            Self::Upload(UploadError::Undecodable(error)) => error.status(),
            Self::Upload(_) => Status::CLIENT_ERROR_TIMEOUT,
        }
    }

    fn text(&self) -> String {
        match self {
            // What went wrong inside is for the log.
            Self::Store(_)
            | Self::Door(DoorError::Store(_))
            | Self::Allowance(AllowanceError::Store(_)) => {
                "the print server is busy; try again in a moment".into()
            }
            Self::Violation(violation) => violation.message.clone(),
            other => other.to_string(),
        }
    }

    /// The answer to the request with this header.
    #[must_use]
    pub fn answer(self, request: Header) -> Answer {
        match self {
            Self::Door(
                DoorError::SignInWanted
                | DoorError::Wrong
                | DoorError::BadTicket
                | DoorError::TokenRefused,
            ) => Answer::SignIn,
            Self::Door(
                DoorError::TlsWanted | DoorError::PasswordInClear | DoorError::TicketInClear,
            ) => Answer::UpgradeToTls,
            Self::Violation(violation) => {
                Answer::Ipp(Box::new(ipp_codec::Response::refusal(request, violation)))
            }
            Self::PinInClear => {
                let violation = pin_violation(self.to_string(), Vec::new());
                Answer::Ipp(Box::new(ipp_codec::Response::refusal(request, violation)))
            }
            refusal => {
                let response = ipp_codec::Response::new(request, refusal.status());
                let told = match &refusal {
                    Self::Door(error) => error.told(),
                    _ => None,
                };
                if let Some((text, language)) = told {
                    let response = response.natural_language(language.tag());
                    return Answer::Ipp(Box::new(response.status_message(text)));
                }
                Answer::Ipp(Box::new(response.status_message(&refusal.text())))
            }
        }
    }
}

/// PWG 5100.16: clients tell these apart, and some show a page about the account.
fn account_status(refusal: AccountRefusal) -> Status {
    match refusal {
        AccountRefusal::InfoNeeded => Status::CLIENT_ERROR_ACCOUNT_INFO_NEEDED,
        AccountRefusal::Closed => Status::CLIENT_ERROR_ACCOUNT_CLOSED,
        AccountRefusal::LimitReached => Status::CLIENT_ERROR_ACCOUNT_LIMIT_REACHED,
        AccountRefusal::AuthorizationFailed => Status::CLIENT_ERROR_ACCOUNT_AUTHORIZATION_FAILED,
    }
}

fn door_status(error: &DoorError) -> Status {
    match error {
        DoorError::Throttled | DoorError::TooMany(_) => Status::SERVER_ERROR_BUSY,
        DoorError::DirectoryDown | DoorError::TicketsUnchecked | DoorError::ProviderDown => {
            Status::SERVER_ERROR_SERVICE_UNAVAILABLE
        }
        DoorError::Store(error) => store_status(error),
        DoorError::NobodyOfThatName(_)
        | DoorError::AmbiguousName(_)
        | DoorError::TicketOfNobody(_)
        | DoorError::TokenOfNobody
        | DoorError::NoName(_)
        | DoorError::LinkUnknown(_)
        | DoorError::LinkElsewhere(..) => Status::CLIENT_ERROR_NOT_AUTHORIZED,
        // RFC 8011 appendix B.1.4.2: trying again, with a password or without, is of no use.
        DoorError::LinkInClear(..) => Status::CLIENT_ERROR_FORBIDDEN,
        // PWG 5100.16: CUPS tells people so.
        DoorError::AccountClosed(..) | DoorError::Barred(..) => Status::CLIENT_ERROR_ACCOUNT_CLOSED,
        DoorError::SignInWanted
        | DoorError::TlsWanted
        | DoorError::PasswordInClear
        | DoorError::TicketInClear
        | DoorError::BadTicket
        | DoorError::TokenRefused
        | DoorError::Wrong => Status::CLIENT_ERROR_NOT_AUTHENTICATED,
    }
}

/// The status for what the store answers. Corruption is ours to find in the log, not the client's.
pub fn store_status(error: &StoreError) -> Status {
    match error {
        StoreError::NotFound => Status::CLIENT_ERROR_NOT_FOUND,
        StoreError::Corrupt(_) => Status::SERVER_ERROR_INTERNAL_ERROR,
        StoreError::Busy
        | StoreError::Unavailable(_)
        | StoreError::InDoubt
        | StoreError::Conflict => Status::SERVER_ERROR_BUSY,
    }
}

impl Answer {
    /// The answer as HTTP.
    #[must_use]
    pub fn into_http(self) -> Response<Full<Bytes>> {
        match self {
            Self::Ipp(response) => match response.encode() {
                Ok(bytes) => ipp(bytes),
                Err(_) => empty(StatusCode::INTERNAL_SERVER_ERROR),
            },
            Self::Http(status) => empty(status),
            Self::SignIn => empty(StatusCode::UNAUTHORIZED),
            Self::UpgradeToTls => {
                let mut response = empty(StatusCode::UPGRADE_REQUIRED);
                let headers = response.headers_mut();
                headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
                headers.insert(UPGRADE, HeaderValue::from_static("TLS/1.2, HTTP/1.1"));
                response
            }
        }
    }
}

fn ipp(bytes: Vec<u8>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(bytes)));
    let kind = HeaderValue::from_static("application/ipp");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_an_account_has_its_own_status_and_says_what_to_do() {
        let wanted = [
            (AccountRefusal::InfoNeeded, 0x041C),
            (AccountRefusal::Closed, 0x041D),
            (AccountRefusal::LimitReached, 0x041E),
            (AccountRefusal::AuthorizationFailed, 0x041F),
        ];
        for (refusal, code) in wanted {
            let refusal = Refusal::from(refusal);
            assert_eq!(refusal.status().code(), code);
            assert!(refusal.text().len() > 20, "{}", refusal.text());
        }
    }
}
