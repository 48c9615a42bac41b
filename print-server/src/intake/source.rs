//! Where a document comes from.

use hyper::body::Bytes;

use crate::ipp::upload::{Upload, UploadError};

/// A document as it arrives.
pub trait Source: Send {
    /// Whether the person reads our answer. Print clients seldom show it, so that a refusal becomes a
    /// notice; a page shows it.
    const ANSWER_IS_SHOWN: bool;

    /// The next bytes; none at the end. Dropping the future loses nothing.
    ///
    /// # Errors
    /// [`UploadError`] when the document does not come whole.
    fn next(&mut self) -> impl Future<Output = Result<Option<Bytes>, UploadError>> + Send;
}

impl Source for Upload {
    const ANSWER_IS_SHOWN: bool = false;

    async fn next(&mut self) -> Result<Option<Bytes>, UploadError> {
        Upload::next(self).await
    }
}

/// A file that somebody sends by the pages.
pub struct Posted<'a>(pub &'a mut dyn admin_ui::Document);

impl Source for Posted<'_> {
    const ANSWER_IS_SHOWN: bool = true;

    async fn next(&mut self) -> Result<Option<Bytes>, UploadError> {
        self.0.next().await.map_err(|admin_ui::Interrupted| UploadError::Gone)
    }
}

impl std::fmt::Debug for Posted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Posted")
    }
}
