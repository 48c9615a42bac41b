//! The document on its way out: as it was taken in, written anew, or drawn for the printer. In each case it comes
//! decrypted from the spool piece by piece, and no clear byte of it touches a disk.

use std::time::Duration;

use bytes::Bytes;
use document_worker::{EditOrder, Failure, RenderOrder, Rendering, Source, SourceFailed};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tracing::warn;

use super::deliveries::Deliveries;
use super::printer::body::Piece;
use super::rules::form::Drawn;
use super::rules::outcome::Reason;
use super::work::Work;
use crate::keys::WrappedKey;
use crate::spool::{Location, Reader};

/// How long is waited for a place to draw in and for the first page; drawing one has a limit of its own.
const FIRST_PAGE: Duration = Duration::from_secs(90);

/// The document, open, with its first piece already there: what cannot be read or drawn is found out
/// before the printer hears of the job, and the first byte does not wait for the disk.
pub(super) struct Document {
    first: Option<Bytes>,
    rest: Rest,
}

enum Rest {
    Spooled(Reader),
    Drawn(Rendering),
}

/// How the document becomes what the printer gets.
pub(super) enum Made {
    /// It is written anew; where that leaves a doubt, it is drawn, or stays held for this reason.
    Edited(EditOrder, Result<Drawn, Reason>),
    /// It is drawn.
    Drawn(RenderOrder),
}

impl Made {
    /// The empty backs that stand between the copies of so many pages.
    pub(super) fn blanks(&self, pages: u32) -> u32 {
        match self {
            Made::Edited(order, _) => order.blanks(pages),
            Made::Drawn(order) => order.blanks(pages),
        }
    }
}

/// Why a document ended too early.
enum Broken {
    Unreadable,
    NotDrawn(Reason),
}

impl Document {
    async fn next(&mut self) -> Result<Option<Bytes>, Broken> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        match &mut self.rest {
            Rest::Spooled(reader) => reader.next().await.map_err(|error| {
                warn!("The document broke off while it was sent: {error}");
                Broken::Unreadable
            }),
            Rest::Drawn(rendering) => rendering.next().await.map_err(|failure| {
                warn!("The document could not be drawn to its end: {failure}");
                Broken::NotDrawn(reason_of(failure))
            }),
        }
    }
}

/// What the drawing process reads.
impl Source for Document {
    async fn next(&mut self) -> Result<Option<Bytes>, SourceFailed> {
        Document::next(self).await.map_err(|_| SourceFailed)
    }
}

impl Deliveries {
    /// Opens the document and decrypts its first piece.
    pub(super) async fn open_document(&self, work: &Work) -> Result<Document, Reason> {
        let claimed = &work.claimed;
        let unreadable = |what: &dyn std::fmt::Display| {
            warn!(job.id = %work.job(), "The document cannot be read: {what}");
            Reason::DocumentUnreadable
        };
        let location = claimed.job.location.as_ref().ok_or_else(|| unreadable(&"no location"))?;
        let location =
            Location::parse(&location.kind, &location.id).map_err(|error| unreadable(&error))?;
        let wrapped = WrappedKey::from_bytes(claimed.wrapped_key.clone());
        let key = self.parts.keys.document_key(work.job(), claimed.key_day, &wrapped);
        let key = key.map_err(|error| unreadable(&error))?;
        let reader = self.parts.spool.read(&location, work.job(), &key).await;
        let mut reader = reader.map_err(|error| unreadable(&error))?;
        let first = reader.next().await.map_err(|error| unreadable(&error))?;
        Ok(Document { first, rest: Rest::Spooled(reader) })
    }

    /// Draws the document, or writes it anew, where the printer wants that, and waits for its first page.
    pub(super) async fn prepare(
        &self,
        work: &Work,
        made: Option<&Made>,
        document: Document,
    ) -> Result<Document, Reason> {
        let Some(made) = made else { return Ok(document) };
        let Some(worker) = &self.parts.renderer else { return Err(Reason::DrawingUnavailable) };
        let drawing = async {
            let mut rendering = match made {
                Made::Edited(order, _) => worker.edit(order, document).await,
                Made::Drawn(order) => worker.render(order, document).await,
            };
            let first = rendering.next().await;
            (first, rendering)
        };
        let mut stopping = self.stopping.subscribe();
        let drawn = tokio::select! {
            drawn = timeout(FIRST_PAGE, drawing) => drawn,
            wish = work.live.cancelled() => return Err(wish.reason()),
            // The printer has heard of nothing yet, and a page may take longer than a stop may.
            _ = stopping.wait_for(|stopping| *stopping) => return Err(Reason::ServerStopping),
        };
        match drawn {
            Ok((Ok(first), rendering)) => Ok(Document { first, rest: Rest::Drawn(rendering) }),
            Ok((Err(failure), _)) => {
                warn!(job.id = %work.job(), %failure, "The document cannot be drawn");
                Err(reason_of(failure))
            }
            Err(_) => Err(Reason::DrawingUnavailable),
        }
    }
}

/// Feeds the document to the connection. When it cannot be read to its end the channel just ends, and the
/// body breaks off instead of looking finished. Says so where it was the drawing that ended it.
pub(super) async fn pump(mut document: Document, pieces: mpsc::Sender<Piece>) -> Option<Reason> {
    loop {
        match document.next().await {
            Ok(Some(bytes)) => {
                // The printer has answered without reading to the end.
                pieces.send(Piece::More(bytes)).await.ok()?;
            }
            Ok(None) => break,
            Err(Broken::Unreadable) => return None,
            Err(Broken::NotDrawn(reason)) => return Some(reason),
        }
    }
    let _ = pieces.send(Piece::End).await;
    None
}

fn reason_of(failure: Failure) -> Reason {
    match failure {
        Failure::Password => Reason::DocumentProtected,
        Failure::TooLarge => Reason::DocumentTooLarge,
        Failure::NoPages => Reason::PageRangesNotSupported,
        Failure::Source => Reason::DocumentUnreadable,
        Failure::Unavailable => Reason::DrawingUnavailable,
        Failure::Unreadable
        | Failure::Unsupported
        | Failure::TooManyPages
        | Failure::TooComplex(_)
        | Failure::Crashed
        | Failure::Doubtful
        | Failure::Blocked => Reason::DocumentNotDrawn,
    }
}
