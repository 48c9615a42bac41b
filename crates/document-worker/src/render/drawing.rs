//! One process that draws one document.

use std::io;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStdout};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::frames::FRAME_BYTES_MAX;
use crate::ending::judge;
use crate::inspection::feed;
use crate::{Failure, Limit, Line, Source};

/// Frames that wait for whoever reads; a slow printer slows the process and nothing else.
const FRAMES_WAITING_MAX: usize = 2;

/// So long may one frame take: a page is drawn before its first row is written.
const FRAME_WALL: Duration = Duration::from_secs(60);

/// The last word is shorter.
const WORD_BYTES_MAX: u64 = 1_024;

/// How long an ended process may take to be gone.
const LEAVING: Duration = Duration::from_secs(5);

/// A document that is being drawn. Dropping it ends the process.
#[derive(Debug)]
pub struct Rendering {
    frames: mpsc::Receiver<Result<Bytes, Failure>>,
    task: JoinHandle<()>,
}

impl Rendering {
    pub(crate) fn start(
        child: io::Result<Child>,
        document: impl Source,
        place: OwnedSemaphorePermit,
    ) -> Rendering {
        let (sender, frames) = mpsc::channel(FRAMES_WAITING_MAX);
        let task = tokio::spawn(async move {
            let ended = match child {
                Ok(child) => draw(child, document, &sender).await,
                Err(_) => Err(Failure::Unavailable),
            };
            if let Err(failure) = ended {
                // Nobody listens any more: then nobody wants to know.
                let _ = sender.send(Err(failure)).await;
            }
            drop(place);
        });
        Rendering { frames, task }
    }

    /// The next bytes of the raster document; `None` when it is whole.
    ///
    /// # Errors
    /// The [`Failure`] that ended it. What was given before is then no document.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        self.frames.recv().await.transpose()
    }
}

impl Drop for Rendering {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn draw(
    mut child: Child,
    document: impl Source,
    sender: &mpsc::Sender<Result<Bytes, Failure>>,
) -> Result<(), Failure> {
    let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Failure::Unavailable);
    };
    let word = {
        let listen = listen(stdout, sender);
        let feed = feed(stdin, document);
        tokio::pin!(listen, feed);
        tokio::select! {
            word = &mut listen => word,
            fed = &mut feed => match fed {
                Ok(()) => listen.await,
                Err(_) => Some(Err(Failure::Source)),
            },
        }
    };
    if word.is_some() {
        let _ = child.start_kill();
    }
    let status = timeout(LEAVING, child.wait()).await;
    match (word, status) {
        (Some(word), _) => word,
        (None, Ok(Ok(status))) => Err(judge(status)),
        (None, _) => Err(Failure::TooComplex(Limit::Wall)),
    }
}

/// Passes frames on until the last word; `None` when the process left without one.
async fn listen(
    stdout: ChildStdout,
    sender: &mpsc::Sender<Result<Bytes, Failure>>,
) -> Option<Result<(), Failure>> {
    let mut stdout = BufReader::with_capacity(FRAME_BYTES_MAX, stdout);
    loop {
        // The clock of a frame begins when there is room for it: a printer may take its time.
        let Ok(room) = sender.reserve().await else {
            return Some(Err(Failure::TooComplex(Limit::Killed)));
        };
        let frame = match timeout(FRAME_WALL, frame(&mut stdout)).await {
            Ok(frame) => frame?,
            Err(_) => return Some(Err(Failure::TooComplex(Limit::Wall))),
        };
        match frame {
            Ok(frame) if frame.is_empty() => break,
            Ok(frame) => room.send(Ok(frame)),
            Err(failure) => return Some(Err(failure)),
        }
    }
    let mut word = Vec::new();
    let mut rest = stdout.take(WORD_BYTES_MAX);
    let read = timeout(LEAVING, rest.read_until(b'\n', &mut word)).await;
    if !matches!(read, Ok(Ok(_))) || word.pop() != Some(b'\n') {
        return None;
    }
    Some(match Line::parse(&word) {
        Ok(Line::Done) => Ok(()),
        Ok(Line::Failed(failure)) => Err(failure),
        _ => Err(Failure::Crashed),
    })
}

/// One frame; `None` when the process left within or before it.
async fn frame(stdout: &mut BufReader<ChildStdout>) -> Option<Result<Bytes, Failure>> {
    let length = stdout.read_u32().await.ok()?;
    let length = usize::try_from(length).ok().filter(|length| *length <= FRAME_BYTES_MAX);
    let Some(length) = length else { return Some(Err(Failure::Crashed)) };
    let mut frame = BytesMut::zeroed(length);
    stdout.read_exact(&mut frame).await.ok()?;
    Some(Ok(frame.freeze()))
}
