//! Starting processes, a few at once.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

use crate::inspection::Inspection;
use crate::{EditOrder, Limits, RenderOrder, Rendering, Source};

/// The file name of the program.
const PROGRAM: &str = "document-worker";

/// Where documents are looked into: a program and so many places for it to run in.
#[derive(Debug, Clone)]
pub struct Worker {
    program: Arc<Path>,
    places: Arc<Semaphore>,
    limits: Limits,
}

impl Worker {
    /// Runs `program` at most `at_once` times at the same time; as many as the machine has
    /// processors is a good number. At least one runs.
    pub fn new(program: impl Into<PathBuf>, at_once: usize) -> Worker {
        let places = at_once.clamp(1, Semaphore::MAX_PERMITS);
        Worker {
            program: program.into().into(),
            places: Arc::new(Semaphore::new(places)),
            limits: Limits::FACTS,
        }
    }

    /// The program that stands beside the one that is running, which is where it is installed.
    ///
    /// # Errors
    /// When the running program does not know where it is, or there is none beside it.
    pub fn beside_this_program(at_once: usize) -> io::Result<Worker> {
        let program = env::current_exe()?.with_file_name(PROGRAM);
        if !program.is_file() {
            let missing = format!("{} is missing", program.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, missing));
        }
        Ok(Worker::new(program, at_once))
    }

    /// Where the program is.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Looks into a document: waits for a place, starts a process and feeds it. Whoever has many
    /// documents waits here, so the order and the length of that queue are the caller's.
    ///
    /// Dropping the [`Inspection`] ends its process. Called within a tokio runtime.
    pub async fn inspect(&self, document: impl Source) -> Inspection {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.expect("the places are never closed");
        Inspection::start(self.spawn(&["facts"]), self.limits, document, place)
    }

    /// Draws a document as a printer wants it: waits for a place, starts a process and feeds it.
    ///
    /// Dropping the [`Rendering`] ends its process. Called within a tokio runtime.
    pub async fn render(&self, order: &RenderOrder, document: impl Source) -> Rendering {
        self.start("render", &order.to_argument(), document).await
    }

    /// Writes a PDF anew by an order: waits for a place, starts a process and feeds it. The first bytes
    /// come when the whole is written and compared with what was there before.
    ///
    /// Dropping the [`Rendering`] ends its process. Called within a tokio runtime.
    pub async fn edit(&self, order: &EditOrder, document: impl Source) -> Rendering {
        self.start("edit", &order.to_argument(), document).await
    }

    async fn start(&self, what: &str, order: &str, document: impl Source) -> Rendering {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.expect("the places are never closed");
        Rendering::start(self.spawn(&[what, order]), document, place)
    }

    /// A process with nothing of ours but its three pipes: no environment, no folder, its own
    /// group. What it writes to standard error could hold parts of a document and goes nowhere.
    fn spawn(&self, arguments: &[&str]) -> io::Result<Child> {
        Command::new(&*self.program)
            .args(arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
    }
}
