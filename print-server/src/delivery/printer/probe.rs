//! Asking a printer what it is, for people: every failure is a sentence.

use ipp_codec::Status;

use super::client::{Client, ClientError};
use super::connection::ConnectError;
use super::facts::Facts;
use super::operations::OperationError;

/// Why a printer could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// It refuses connections or stays silent, or its address leads nowhere.
    #[error("the printer does not answer at this address")]
    Unreachable(#[source] OperationError),
    /// No printer may be at this address.
    #[error("the configuration permits no printer at this address")]
    Forbidden(#[source] OperationError),
    /// Its certificate is not the agreed one.
    #[error("the printer's certificate is not the agreed one, and no agreed authority signed it")]
    Untrusted(#[source] OperationError),
    /// It sends us elsewhere, which is never followed.
    #[error("the printer sends us to another address: enter that address if it is right")]
    Redirected(#[source] OperationError),
    /// What answers is no IPP printer.
    #[error("what answers at this address is not an IPP printer, or the path is wrong")]
    NotIpp(#[source] OperationError),
    /// It refuses to tell.
    #[error("the printer refuses to describe itself: {0}")]
    Refused(Status),
}

impl From<OperationError> for ProbeError {
    fn from(error: OperationError) -> Self {
        match &error {
            OperationError::Status(status) => Self::Refused(*status),
            OperationError::Client(ClientError::Connect(ConnectError::Untrusted(_))) => {
                Self::Untrusted(error)
            }
            OperationError::Client(ClientError::Connect(ConnectError::Forbidden(_))) => {
                Self::Forbidden(error)
            }
            OperationError::Client(ClientError::Http(status)) if status.is_redirection() => {
                Self::Redirected(error)
            }
            OperationError::Client(ClientError::Connect(_) | ClientError::Broken(_)) => {
                Self::Unreachable(error)
            }
            OperationError::Client(_) | OperationError::Incomplete => Self::NotIpp(error),
        }
    }
}

impl Client {
    /// What the printer can do and how it is.
    ///
    /// # Errors
    /// [`ProbeError`], whose text is for an administrator.
    pub async fn probe(&self) -> Result<Facts, ProbeError> {
        Ok(self.printer_facts().await?)
    }
}
