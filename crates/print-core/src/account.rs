//! Why an account does not pay for a job. The rules belong to finance; clients are told at Validate-Job,
//! before a document is sent (PWG 5100.16 section 4).

/// Why an account does not pay for a job. The sentence is for the person who prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AccountRefusal {
    /// The job names no account, and must.
    #[error("choose an account to pay for this job")]
    InfoNeeded,
    /// The account has ended.
    #[error("the account that would pay for this job is closed; choose another one")]
    Closed,
    /// The account has no more room this month.
    #[error("the account that would pay for this job has reached its limit")]
    LimitReached,
    /// The person may not use the account.
    #[error("you may not use the account that would pay for this job; choose another one")]
    AuthorizationFailed,
}
