//! What each operation carries.

use crate::attribute::Attribute;
use crate::check::Violation;
use crate::message::Message;
use crate::names;
use crate::registry::{GroupTag, Operation};
use crate::request::operation_attributes::OperationAttributes;
use crate::request::{attributes_of, unsupported_operation};
use crate::requested::RequestedAttributes;

/// What a client asks for, with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Print-Job: the document follows the attributes.
    PrintJob(JobRequest),
    /// Validate-Job: the same checks, without a document.
    ValidateJob(JobRequest),
    /// Create-Job: documents come later by Send-Document.
    CreateJob(JobRequest),
    /// Send-Document: the document follows the attributes and may be empty.
    SendDocument(SendDocument),
    /// Close-Job: no further document comes.
    CloseJob,
    /// Cancel-Job.
    CancelJob {
        /// A word to the operator.
        message: Option<String>,
    },
    /// Cancel-My-Jobs.
    CancelMyJobs {
        /// Which of them; all when empty.
        job_ids: Vec<i32>,
    },
    /// Identify-Printer.
    IdentifyPrinter {
        /// What the printer is to do, as keywords; its default when empty.
        identify_actions: Vec<String>,
        /// What it is to show or say.
        message: Option<String>,
    },
    /// Get-Jobs.
    GetJobs(GetJobs),
    /// Get-Job-Attributes.
    GetJobAttributes {
        /// Which attributes; all of them when the client named none.
        requested: RequestedAttributes,
    },
    /// Get-Printer-Attributes.
    GetPrinterAttributes {
        /// Which attributes; all of them when the client named none.
        requested: RequestedAttributes,
        /// The format that the answer may be tailored to.
        document_format: Option<String>,
    },
    /// Hold-Job.
    HoldJob {
        /// Until when, as a keyword or name; `None` means `indefinite`.
        job_hold_until: Option<String>,
    },
    /// Release-Job.
    ReleaseJob,
    /// Set-Job-Attributes.
    SetJobAttributes {
        /// What to set; at least one.
        attributes: Vec<Attribute>,
    },
    /// CUPS-Get-Default.
    CupsGetDefault {
        /// Which attributes; all of them when the client named none.
        requested: RequestedAttributes,
    },
    /// CUPS-Get-Printers.
    CupsGetPrinters {
        /// Which attributes; all of them when the client named none.
        requested: RequestedAttributes,
        /// At most so many printers.
        limit: Option<i32>,
    },
    /// CUPS-Get-Classes.
    CupsGetClasses {
        /// Which attributes; all of them when the client named none.
        requested: RequestedAttributes,
    },
}

/// What Print-Job, Validate-Job and Create-Job share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRequest {
    /// The title that the client gives the job, at most 255 bytes.
    pub job_name: Option<String>,
    /// The document's name, at most 255 bytes.
    pub document_name: Option<String>,
    /// The declared format; it is a claim until the document was looked at.
    pub document_format: Option<String>,
    /// The declared compression keyword; `None` is `none`.
    pub compression: Option<String>,
    /// The language of the document.
    pub document_natural_language: Option<String>,
    /// Whether the job must be refused rather than printed otherwise than asked.
    pub ipp_attribute_fidelity: bool,
    /// The size that the client declares, in units of 1,024 octets.
    pub job_k_octets: Option<i32>,
    /// The impressions that the client declares.
    pub job_impressions: Option<i32>,
    /// The sheets that the client declares.
    pub job_media_sheets: Option<i32>,
    /// A PIN in the form that `job-password-encryption` names.
    pub job_password: Option<Vec<u8>>,
    /// How the PIN is protected.
    pub job_password_encryption: Option<String>,
    /// What lets the job go, as a keyword (PWG 5100.11).
    pub job_release_action: Option<String>,
    /// Attributes without which the job is to be refused (PWG 5100.7).
    pub job_mandatory_attributes: Vec<String>,
    /// The job attributes as they came; see [`crate::split_supported`].
    pub job_attributes: Vec<Attribute>,
}

/// What Send-Document carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendDocument {
    /// Whether the job is complete with this document.
    pub last_document: bool,
    /// The document's name, at most 255 bytes.
    pub document_name: Option<String>,
    /// The declared format; it is a claim until the document was looked at.
    pub document_format: Option<String>,
    /// The declared compression keyword; `None` is `none`.
    pub compression: Option<String>,
    /// The language of the document.
    pub document_natural_language: Option<String>,
    /// The document attributes as they came.
    pub document_attributes: Vec<Attribute>,
}

/// What Get-Jobs carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetJobs {
    /// Which attributes of each job; job-id and job-uri when the client named none.
    pub requested: RequestedAttributes,
    /// At most so many jobs; above 0.
    pub limit: Option<i32>,
    /// Start at this job (CUPS and PWG 5100.7).
    pub first_job_id: Option<i32>,
    /// Only the asker's own jobs.
    pub my_jobs: bool,
    /// Which states, as a keyword; `None` is `not-completed`.
    pub which_jobs: Option<String>,
    /// Only these jobs (PWG 5100.7); any when empty.
    pub job_ids: Vec<i32>,
}

impl Call {
    pub(super) fn parse(
        operation: Operation,
        attributes: &OperationAttributes<'_>,
        message: &Message,
    ) -> Result<Call, Violation> {
        let requested = || attributes.requested().unwrap_or_else(RequestedAttributes::all);
        Ok(match operation {
            Operation::PRINT_JOB => Call::PrintJob(JobRequest::parse(attributes, message)),
            Operation::VALIDATE_JOB => Call::ValidateJob(JobRequest::parse(attributes, message)),
            Operation::CREATE_JOB => Call::CreateJob(JobRequest::parse(attributes, message)),
            Operation::SEND_DOCUMENT => {
                Call::SendDocument(SendDocument::parse(attributes, message)?)
            }
            Operation::CLOSE_JOB => Call::CloseJob,
            Operation::CANCEL_JOB => Call::CancelJob { message: attributes.text(names::MESSAGE) },
            Operation::CANCEL_MY_JOBS => {
                Call::CancelMyJobs { job_ids: attributes.integers(names::JOB_IDS) }
            }
            Operation::IDENTIFY_PRINTER => Call::IdentifyPrinter {
                identify_actions: attributes.keywords(names::IDENTIFY_ACTIONS),
                message: attributes.text(names::MESSAGE),
            },
            Operation::GET_JOBS => Call::GetJobs(GetJobs::parse(attributes)?),
            Operation::GET_JOB_ATTRIBUTES => Call::GetJobAttributes { requested: requested() },
            Operation::GET_PRINTER_ATTRIBUTES => Call::GetPrinterAttributes {
                requested: requested(),
                document_format: attributes.keyword(names::DOCUMENT_FORMAT),
            },
            Operation::HOLD_JOB => {
                Call::HoldJob { job_hold_until: attributes.name(names::JOB_HOLD_UNTIL) }
            }
            Operation::RELEASE_JOB => Call::ReleaseJob,
            Operation::SET_JOB_ATTRIBUTES => {
                Call::SetJobAttributes { attributes: settable(message)? }
            }
            Operation::CUPS_GET_DEFAULT => Call::CupsGetDefault { requested: requested() },
            Operation::CUPS_GET_PRINTERS => Call::CupsGetPrinters {
                requested: requested(),
                limit: attributes.integer(names::LIMIT),
            },
            Operation::CUPS_GET_CLASSES => Call::CupsGetClasses { requested: requested() },
            other => return Err(unsupported_operation(other)),
        })
    }
}

impl JobRequest {
    fn parse(attributes: &OperationAttributes<'_>, message: &Message) -> JobRequest {
        let octets = |name| match attributes.get(name).and_then(Attribute::first) {
            Some(crate::Value::OctetString(bytes)) => Some(bytes.clone()),
            _ => None,
        };
        JobRequest {
            job_name: attributes.name(names::JOB_NAME),
            document_name: attributes.name(names::DOCUMENT_NAME),
            document_format: attributes.keyword(names::DOCUMENT_FORMAT),
            compression: attributes.keyword(names::COMPRESSION),
            document_natural_language: attributes.keyword(names::DOCUMENT_NATURAL_LANGUAGE),
            ipp_attribute_fidelity: attributes
                .boolean(names::IPP_ATTRIBUTE_FIDELITY)
                .unwrap_or(false),
            job_k_octets: attributes.integer(names::JOB_K_OCTETS),
            job_impressions: attributes.integer(names::JOB_IMPRESSIONS),
            job_media_sheets: attributes.integer(names::JOB_MEDIA_SHEETS),
            job_password: octets(names::JOB_PASSWORD),
            job_password_encryption: attributes.keyword(names::JOB_PASSWORD_ENCRYPTION),
            job_release_action: attributes.keyword(names::JOB_RELEASE_ACTION),
            job_mandatory_attributes: attributes.keywords(names::JOB_MANDATORY_ATTRIBUTES),
            job_attributes: attributes_of(message, GroupTag::JOB),
        }
    }
}

impl SendDocument {
    /// RFC 8011 section 4.3.1.1: the client must say whether this is the last document.
    fn parse(
        attributes: &OperationAttributes<'_>,
        message: &Message,
    ) -> Result<SendDocument, Violation> {
        let last_document = attributes
            .boolean(names::LAST_DOCUMENT)
            .ok_or_else(|| Violation::bad_request("last-document is missing"))?;
        Ok(SendDocument {
            last_document,
            document_name: attributes.name(names::DOCUMENT_NAME),
            document_format: attributes.keyword(names::DOCUMENT_FORMAT),
            compression: attributes.keyword(names::COMPRESSION),
            document_natural_language: attributes.keyword(names::DOCUMENT_NATURAL_LANGUAGE),
            document_attributes: attributes_of(message, GroupTag::DOCUMENT),
        })
    }
}

impl GetJobs {
    /// RFC 8011 section 4.2.6.1: without requested-attributes only job-uri and job-id are meant.
    fn parse(attributes: &OperationAttributes<'_>) -> Result<GetJobs, Violation> {
        let by_default = || RequestedAttributes::named([names::JOB_ID, names::JOB_URI]);
        // first-job-id is not in the IANA list, so that the checker did not compare its syntax.
        let first_job_id = match attributes.get(names::FIRST_JOB_ID) {
            None => None,
            Some(attribute) => Some(attribute.as_integer().ok_or_else(|| {
                Violation::bad_request("the attribute first-job-id must be a number")
            })?),
        };
        Ok(GetJobs {
            requested: attributes.requested().unwrap_or_else(by_default),
            limit: attributes.integer(names::LIMIT),
            first_job_id,
            my_jobs: attributes.boolean(names::MY_JOBS).unwrap_or(false),
            which_jobs: attributes.keyword(names::WHICH_JOBS),
            job_ids: attributes.integers(names::JOB_IDS),
        })
    }
}

/// RFC 3380 section 4.2: the job attributes to set are in the job group, at least one.
fn settable(message: &Message) -> Result<Vec<Attribute>, Violation> {
    let attributes = attributes_of(message, GroupTag::JOB);
    if attributes.is_empty() {
        return Err(Violation::bad_request("the request sets no attribute"));
    }
    Ok(attributes)
}
