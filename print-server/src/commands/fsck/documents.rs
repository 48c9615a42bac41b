//! Reading every document through, from its header to its proven end.

use print_core::JobId;
use store::LiveDocument;

use super::STEP;
use super::lost::Undertaker;
use crate::commands::CommandError;
use crate::keys::{DocumentKey, KeyError, Keys, WrappedKey};
use crate::serve::state::State;
use crate::spool::{Location, Spool, SpoolError};

/// What reading the documents through found.
#[derive(Debug, Default)]
pub struct Read {
    /// Documents that rows name.
    pub documents: u64,
    /// Bytes of those that could be read.
    pub bytes: u64,
    /// Their key does not open, or is not there.
    pub key_gone: u64,
    /// They are not in the spool.
    pub missing: u64,
    /// They were altered.
    pub altered: u64,
    /// They have another length than their row says.
    pub size_differs: u64,
}

/// What is gone of a document.
enum Lost {
    Key,
    Document,
}

/// Reads every document that a row names, from its header to its proven end.
///
/// # Errors
/// When the database, the keys or the disk cannot be read.
pub async fn read_documents(
    state: &State,
    mut undertaker: Option<&mut Undertaker>,
) -> Result<Read, CommandError> {
    let mut read = Read::default();
    let mut after = String::new();
    loop {
        let page = state.store.live_documents(&after, STEP).await?;
        let Some(last) = page.last() else { return Ok(read) };
        after.clone_from(&last.location.id);
        for document in &page {
            let Some(lost) = read_document(state, document, &mut read).await? else { continue };
            let is_ended = match &mut undertaker {
                Some(undertaker) => undertaker.end(document.job).await?,
                None => false,
            };
            match lost {
                _ if is_ended => {}
                Lost::Key => read.key_gone += 1,
                Lost::Document => read.missing += 1,
            }
        }
    }
}

async fn read_document(
    state: &State,
    document: &LiveDocument,
    read: &mut Read,
) -> Result<Option<Lost>, CommandError> {
    read.documents += 1;
    let Some(row) = state.store.document_key(document.job).await? else {
        // It ended since the page was read, or a promise is broken that the database counts itself.
        return Ok(None);
    };
    let key = match document_key(&state.keys, document.job, &row) {
        Ok(key) => key,
        Err(KeyError::Refused | KeyError::DayDestroyed(_)) => {
            return Ok(Some(Lost::Key));
        }
        Err(error) => return Err(error.into()),
    };
    let place = &document.location;
    let Ok(location) = Location::parse(&place.kind, &place.id) else {
        return Ok(Some(Lost::Document));
    };
    match length(&state.spool, &location, document.job, &key).await {
        Ok(bytes) => {
            read.bytes += bytes;
            read.size_differs += u64::from(i64::try_from(bytes) != Ok(document.size_bytes));
        }
        Err(SpoolError::Tampered) => read.altered += 1,
        Err(SpoolError::Missing) => {
            // Beside a running server its job may just have ended.
            if state.store.document_key(document.job).await?.is_some() {
                return Ok(Some(Lost::Document));
            }
        }
        Err(error) => return Err(error.into()),
    }
    Ok(None)
}

fn document_key(
    keys: &Keys,
    job: JobId,
    row: &store::DocumentKeyRow,
) -> Result<DocumentKey, KeyError> {
    keys.document_key(job, row.day, &WrappedKey::from_bytes(row.wrapped.clone()))
}

async fn length(
    spool: &Spool,
    location: &Location,
    job: JobId,
    key: &DocumentKey,
) -> Result<u64, SpoolError> {
    let mut reader = spool.read(location, job, key).await?;
    let mut bytes = 0;
    while let Some(chunk) = reader.next().await? {
        bytes += chunk.len() as u64;
    }
    Ok(bytes)
}
