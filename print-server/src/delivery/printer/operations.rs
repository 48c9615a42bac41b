//! The requests that a delivery is made of.

use ipp_codec::{Attribute, ClientRequest, GroupTag, Operation, Reply, Status, names};
use tokio::sync::mpsc;

use super::body::{Piece, Sent};
use super::client::{Client, ClientError, Repeat};
use super::facts::{self, Condition, Facts};
use super::job::{self, JobReport};

/// What printers are told about who prints: never a person. Printers keep logs.
const USER_NAME: &str = "print-release";

/// The most jobs asked for in one list.
const LIST_MAX: i32 = 500;

/// Why a request did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// There is no reply.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// There is, with a status that refuses.
    #[error("the printer refused: {0}")]
    Status(Status),
    /// There is, and it lacks what the operation promises.
    #[error("the printer's answer lacks what was asked for")]
    Incomplete,
}

impl OperationError {
    /// Whether the printer cannot have carried out the request.
    pub fn is_not_done(&self) -> bool {
        match self {
            Self::Client(error) => error.is_not_sent(),
            Self::Status(_) => true,
            Self::Incomplete => false,
        }
    }
}

/// The printer's answer to a new job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJobReply {
    /// Its number for the job.
    pub id: i32,
    /// Its `job-uuid`.
    pub uuid: Option<String>,
    /// Attributes that it will not follow.
    pub ignored: Vec<String>,
}

/// Which jobs a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Those still to be done.
    NotCompleted,
    /// Those that ended in any way.
    Completed,
}

impl Client {
    /// Everything that a delivery wants to know about the printer.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn printer_facts(&self) -> Result<Facts, OperationError> {
        Ok(Facts::of(&self.described(&facts::REQUESTED).await?))
    }

    /// How the printer is.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn printer_condition(&self) -> Result<Condition, OperationError> {
        Ok(Condition::of(&self.described(&facts::REQUESTED_CONDITION).await?))
    }

    /// These attributes of the printer.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn described(&self, wanted: &[&str]) -> Result<Reply, OperationError> {
        let request = self
            .request(Operation::GET_PRINTER_ATTRIBUTES)
            .requested_attributes(wanted.iter().copied());
        done(self.call(request, Repeat::Allowed).await?)
    }

    /// Create-Job (RFC 8011 section 4.2.4). When this fails with an error that
    /// [`OperationError::is_not_done`] does not clear, the printer may have the job.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn create_job(
        &self,
        name: &str,
        attributes: Vec<Attribute>,
    ) -> Result<NewJobReply, OperationError> {
        let request = self
            .request(Operation::CREATE_JOB)
            .attribute(Attribute::name(names::JOB_NAME, name))
            .job_attributes(attributes);
        new_job(&done(self.call(request, Repeat::Never).await?)?)
    }

    /// Send-Document with the only and last document (RFC 8011 section 4.3.1).
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn send_document(
        &self,
        job_id: i32,
        format: &str,
        document: mpsc::Receiver<Piece>,
        started: impl FnOnce(Sent),
    ) -> Result<(), OperationError> {
        let request = self
            .job_request(Operation::SEND_DOCUMENT, job_id)
            .attribute(Attribute::mime_type(names::DOCUMENT_FORMAT, format))
            .attribute(Attribute::boolean(names::LAST_DOCUMENT, true));
        done(self.call_with_document(request, document, started).await?)?;
        Ok(())
    }

    /// Print-Job (RFC 8011 section 4.2.1), for printers without Create-Job.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn print_job(
        &self,
        name: &str,
        format: &str,
        attributes: Vec<Attribute>,
        document: mpsc::Receiver<Piece>,
        started: impl FnOnce(Sent),
    ) -> Result<NewJobReply, OperationError> {
        let request = self
            .request(Operation::PRINT_JOB)
            .attribute(Attribute::name(names::JOB_NAME, name))
            .attribute(Attribute::mime_type(names::DOCUMENT_FORMAT, format))
            .job_attributes(attributes);
        new_job(&done(self.call_with_document(request, document, started).await?)?)
    }

    /// Get-Job-Attributes. `None`: the printer knows no such job.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn job_report(&self, job_id: i32) -> Result<Option<JobReport>, OperationError> {
        let request = self
            .job_request(Operation::GET_JOB_ATTRIBUTES, job_id)
            .requested_attributes(job::REQUESTED);
        let reply = self.call(request, Repeat::Allowed).await?;
        if [Status::CLIENT_ERROR_NOT_FOUND, Status::CLIENT_ERROR_GONE].contains(&reply.status()) {
            return Ok(None);
        }
        let reply = done(reply)?;
        let report = reply.groups(GroupTag::JOB).find_map(JobReport::of);
        report.map(Some).ok_or(OperationError::Incomplete)
    }

    /// Get-Jobs: the jobs of one kind, as many as the printer tells.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn jobs(&self, which: Which) -> Result<Vec<JobReport>, OperationError> {
        let word = match which {
            Which::NotCompleted => "not-completed",
            Which::Completed => "completed",
        };
        let request = self
            .request(Operation::GET_JOBS)
            .attribute(Attribute::integer(names::LIMIT, LIST_MAX))
            .attribute(Attribute::keyword(names::WHICH_JOBS, word))
            .requested_attributes(job::REQUESTED);
        let reply = done(self.call(request, Repeat::Allowed).await?)?;
        Ok(reply.groups(GroupTag::JOB).filter_map(JobReport::of).collect())
    }

    /// Cancel-Job. That it is answered well says only that the printer was told: what the job did is
    /// for [`Client::job_report`] to find out.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn cancel_job(&self, job_id: i32) -> Result<(), OperationError> {
        let request = self.job_request(Operation::CANCEL_JOB, job_id);
        done(self.call(request, Repeat::Allowed).await?)?;
        Ok(())
    }

    fn request(&self, operation: Operation) -> ClientRequest {
        ClientRequest::new(operation, self.address().uri()).requesting_user_name(USER_NAME)
    }

    fn job_request(&self, operation: Operation, job_id: i32) -> ClientRequest {
        ClientRequest::new(operation, self.address().uri())
            .job_id(job_id)
            .requesting_user_name(USER_NAME)
    }
}

fn done(reply: Reply) -> Result<Reply, OperationError> {
    // RFC 8011 appendix B.1: 0x0000 to 0x00FF is success.
    if reply.status().code() < 0x0100 {
        Ok(reply)
    } else {
        Err(OperationError::Status(reply.status()))
    }
}

fn new_job(reply: &Reply) -> Result<NewJobReply, OperationError> {
    let id = reply.integer(GroupTag::JOB, names::JOB_ID).filter(|id| *id > 0);
    let ignored = reply.groups(GroupTag::UNSUPPORTED).flat_map(|group| &group.attributes);
    Ok(NewJobReply {
        id: id.ok_or(OperationError::Incomplete)?,
        uuid: reply.string(GroupTag::JOB, names::JOB_UUID),
        ignored: ignored.map(|attribute| attribute.name.clone()).take(100).collect(),
    })
}
