//! Jobs: taken in, held, listed, changed, ended.
//!
//! | module | what it holds |
//! |---|---|
//! | [`record`] | a job's row |
//! | [`intake`] | how a job comes in |
//! | [`lists`] | one job, an owner's held jobs, the lists of Get-Jobs |
//! | [`changes`] | what owners, administrators and age do to a job before it is released |
//! | [`documents`] | keys of documents, and when they are destroyed |
//! | [`passwords`] | PINs of jobs, and how often they may be tried |
//! | [`station_lists`] | what delegates may fetch, and what can be had once more |
//! | [`withdrawal`] | jobs that were never acknowledged |

pub mod changes;
pub mod documents;
pub mod intake;
pub mod lists;
pub mod passwords;
pub mod record;
pub mod station_lists;
pub mod withdrawal;
