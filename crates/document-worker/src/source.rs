//! Where a document's bytes come from.

use bytes::Bytes;

/// The source of a document broke off. It has told its own log why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the document broke off")]
pub struct SourceFailed;

/// A document that is given piece by piece, as it comes out of the spool.
pub trait Source: Send + 'static {
    /// The next bytes; `None` after the last ones.
    ///
    /// # Errors
    /// When no more can be had though it is not the end; the inspection then fails with
    /// [`crate::Failure::Source`].
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>, SourceFailed>> + Send;
}

/// A document that is in memory already.
impl Source for Bytes {
    async fn next(&mut self) -> Result<Option<Bytes>, SourceFailed> {
        let all = std::mem::take(self);
        Ok((!all.is_empty()).then_some(all))
    }
}
