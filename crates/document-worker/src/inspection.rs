//! One process at work on one document.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Take};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use crate::ending::judge;
use crate::{
    ANSWER_BYTES_MAX, Counted, Facts, Failure, Limit, Limits, Line, PageColor, Source, SourceFailed,
};

/// A document that is being looked into. Dropping it ends the process.
#[derive(Debug)]
pub struct Inspection {
    counted: watch::Receiver<Option<Counted>>,
    task: Option<JoinHandle<Result<Facts, Failure>>>,
    ended: Option<Result<Facts, Failure>>,
}

impl Inspection {
    pub(crate) fn start(
        child: io::Result<Child>,
        limits: Limits,
        document: impl Source,
        place: OwnedSemaphorePermit,
    ) -> Inspection {
        let (tell, counted) = watch::channel(None);
        let task = tokio::spawn(async move {
            let facts = match child {
                Ok(child) => work(child, limits, document, &tell).await,
                Err(_) => Err(Failure::Unavailable),
            };
            drop(place);
            facts
        });
        Inspection { counted, task: Some(task), ended: None }
    }

    /// Waits until the pages are counted, milliseconds for every honest PDF. May be given up (by a
    /// timeout around it) and called again.
    ///
    /// # Errors
    /// The [`Failure`] when the pages cannot be counted.
    pub async fn counted(&mut self) -> Result<Counted, Failure> {
        // An error means that the task is over: then its result has everything.
        if let Ok(counted) = self.counted.wait_for(Option::is_some).await
            && let Some(counted) = counted.as_ref()
        {
            return Ok(counted.clone());
        }
        self.end().await.map(|facts| facts.counted)
    }

    /// Waits until everything is known, within the limits of [`Limits::FACTS`]. May be given up and
    /// called again.
    ///
    /// # Errors
    /// The [`Failure`] when the pages cannot be counted. Where they can but a limit came before the
    /// colours, there are facts with unknown colours.
    pub async fn facts(&mut self) -> Result<Facts, Failure> {
        self.end().await
    }

    async fn end(&mut self) -> Result<Facts, Failure> {
        if let Some(task) = &mut self.task {
            // The task is aborted by our own drop only, and then nobody asks.
            self.ended = Some(task.await.unwrap_or(Err(Failure::Crashed)));
            self.task = None;
        }
        self.ended.clone().unwrap_or(Err(Failure::Crashed))
    }
}

impl Drop for Inspection {
    fn drop(&mut self) {
        // With the task goes the process: it is started to be killed when its handle is dropped.
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// What a process has said.
#[derive(Debug, Default)]
struct Heard {
    counted: Option<Counted>,
    colors: Vec<PageColor>,
}

/// How the conversation ended.
enum End {
    /// By the process's own last word.
    Said(Result<(), Failure>),
    /// The process left without one.
    Left,
    /// We end it for this reason.
    Dismissed(Failure),
}

async fn work(
    mut child: Child,
    limits: Limits,
    document: impl Source,
    tell: &watch::Sender<Option<Counted>>,
) -> Result<Facts, Failure> {
    let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Failure::Unavailable);
    };
    let mut heard = Heard::default();
    let end = {
        let listen = listen(stdout, limits, &mut heard, tell);
        let feed = feed(stdin, document);
        tokio::pin!(listen, feed);
        tokio::select! {
            end = &mut listen => end,
            fed = &mut feed => match fed {
                Ok(()) => listen.await,
                Err(SourceFailed) => End::Dismissed(Failure::Source),
            },
        }
    };
    if !matches!(end, End::Left) {
        // It has said its last word, or has lost the right to it.
        let _ = child.start_kill();
    }
    // A killed process, or one whose pipe is closed, ends at once; the deadline is for a machine
    // that is stuck.
    let status = timeout_at(Instant::now() + limits.count_wall, child.wait()).await;
    let failure = match end {
        End::Said(Ok(())) => None,
        End::Said(Err(failure)) | End::Dismissed(failure) => Some(failure),
        End::Left => Some(match status {
            Ok(Ok(status)) => judge(status),
            _ => Failure::TooComplex(Limit::Wall),
        }),
    };
    conclude(heard, failure)
}

fn conclude(heard: Heard, failure: Option<Failure>) -> Result<Facts, Failure> {
    match (heard.counted, failure) {
        // The document that was counted was not the whole one.
        (_, Some(Failure::Source)) => Err(Failure::Source),
        (Some(counted), cut_short) => {
            Facts::assemble(counted, heard.colors, cut_short).ok_or(Failure::Crashed)
        }
        (None, failure) => Err(failure.unwrap_or(Failure::Crashed)),
    }
}

/// Gives the document to the process, and its end by closing the pipe.
pub(crate) async fn feed(
    mut stdin: ChildStdin,
    mut document: impl Source,
) -> Result<(), SourceFailed> {
    while let Some(bytes) = document.next().await? {
        if stdin.write_all(&bytes).await.is_err() {
            // It wants no more: it says why, or its status does.
            break;
        }
    }
    Ok(())
}

async fn listen(
    stdout: ChildStdout,
    limits: Limits,
    heard: &mut Heard,
    tell: &watch::Sender<Option<Counted>>,
) -> End {
    let start = Instant::now();
    let mut deadline = start + limits.count_wall;
    let mut answer = BufReader::new(stdout.take(ANSWER_BYTES_MAX));
    let mut line = Vec::new();
    loop {
        line.clear();
        match timeout_at(deadline, answer.read_until(b'\n', &mut line)).await {
            Err(_) => return End::Dismissed(Failure::TooComplex(Limit::Wall)),
            // A cut line is the last one of a process that was ended, or that said too much.
            Ok(Err(_)) => return End::Left,
            Ok(Ok(_)) if line.last() != Some(&b'\n') => return left(&answer),
            Ok(Ok(_)) => {}
        }
        line.pop();
        deadline = start + limits.color_wall;
        match Line::parse(&line) {
            Ok(Line::Counted(counted)) if heard.counted.is_none() => {
                tell.send_replace(Some(counted.clone()));
                heard.counted = Some(counted);
            }
            Ok(Line::Colors(colors)) => heard.colors.extend(colors),
            Ok(Line::Failed(failure)) => return End::Said(Err(failure)),
            Ok(Line::Done) => return End::Said(Ok(())),
            Ok(Line::Counted(_)) | Err(_) => return End::Dismissed(Failure::Crashed),
        }
    }
}

fn left(answer: &BufReader<Take<ChildStdout>>) -> End {
    if answer.get_ref().limit() == 0 {
        End::Dismissed(Failure::TooComplex(Limit::Answer))
    } else {
        End::Left
    }
}
