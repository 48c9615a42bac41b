//! Starting processes, a few at once.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;
use tokio::sync::Semaphore;

use crate::{ANSWER_BYTES_MAX, Answer, Refused, TOKEN_BYTES_MAX, Ticket};

/// The file name of the program.
const PROGRAM: &str = "kerberos-worker";
/// How long a token may wait for its turn and be looked at. It takes a few milliseconds.
const DEADLINE: Duration = Duration::from_secs(5);

/// Where the library finds what it needs; it takes these from its environment only.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The file with the service's keys.
    pub keytab: PathBuf,
    /// The file in which tokens are remembered for as long as they could be sent again.
    pub replay_cache: PathBuf,
    /// The library's own configuration; without it, the system's.
    pub krb5_conf: Option<PathBuf>,
}

/// The program and so many places for it to run in.
#[derive(Debug, Clone)]
pub struct Worker {
    program: Arc<Path>,
    environment: Arc<[(&'static str, OsString)]>,
    places: Arc<Semaphore>,
}

/// Why nobody is proved.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The token proves nothing; the text is for the log.
    #[error("{0}: {1}")]
    Refused(Refused, String),
    /// Too many tokens at once, or a process that did not answer in time.
    #[error("no answer within five seconds")]
    Late,
    /// The process could not be started, or said what is no answer.
    #[error("the program kerberos-worker failed: {0}")]
    Failed(String),
}

impl Worker {
    /// The program that stands beside the one that is running, which is where it is installed. It runs at
    /// most `at_once` times at the same time, at least once.
    ///
    /// # Errors
    /// When the running program does not know where it is, or there is none beside it.
    pub fn beside_this_program(settings: &Settings, at_once: usize) -> io::Result<Worker> {
        let program = env::current_exe()?.with_file_name(PROGRAM);
        if !program.is_file() {
            let missing = format!("the program {} is missing", program.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, missing));
        }
        Ok(Worker::new(program, settings, at_once))
    }

    /// The same with a program that stands elsewhere.
    pub fn new(program: impl Into<PathBuf>, settings: &Settings, at_once: usize) -> Worker {
        let of_kind = |kind: &str, path: &Path| {
            let mut value = OsString::from(kind);
            value.push(path);
            value
        };
        let mut environment = vec![
            ("KRB5_KTNAME", of_kind("FILE:", &settings.keytab)),
            ("KRB5RCACHENAME", of_kind("file2:", &settings.replay_cache)),
        ];
        if let Some(path) = &settings.krb5_conf {
            environment.push(("KRB5_CONFIG", path.into()));
        }
        Worker {
            program: program.into().into(),
            environment: environment.into(),
            places: Arc::new(Semaphore::new(at_once.clamp(1, Semaphore::MAX_PERMITS))),
        }
    }

    /// Whose ticket this token holds. Called within a tokio runtime.
    ///
    /// # Errors
    /// [`WorkerError::Refused`] when it proves nothing; the others are ours.
    pub async fn accept(&self, token: &[u8]) -> Result<Ticket, WorkerError> {
        if token.is_empty() || token.len() > TOKEN_BYTES_MAX {
            let text = format!("a token of {} bytes", token.len());
            return Err(WorkerError::Refused(Refused::Token, text));
        }
        match self.ask("accept", token).await? {
            Answer::Accepted(accepted) => {
                let text = format!("\"{}\" is no name we read", accepted.client.escape_debug());
                let unread = || WorkerError::Refused(Refused::Ticket, text);
                accepted.into_ticket().ok_or_else(unread)
            }
            Answer::Refused(refused, text) => Err(WorkerError::Refused(refused, text)),
            Answer::Ready => Err(WorkerError::Failed("it answered another question".into())),
        }
    }

    /// Whether tickets could be accepted at all: the library is there and reads the keytab.
    ///
    /// # Errors
    /// [`WorkerError`]: what is wrong, in the library's words.
    pub async fn check(&self) -> Result<(), WorkerError> {
        match self.ask("check", &[]).await? {
            Answer::Ready => Ok(()),
            Answer::Refused(refused, text) => Err(WorkerError::Refused(refused, text)),
            Answer::Accepted(_) => Err(WorkerError::Failed("it answered another question".into())),
        }
    }

    async fn ask(&self, command: &str, token: &[u8]) -> Result<Answer, WorkerError> {
        let answered = async {
            let _place = self.places.acquire().await.expect("the places are never closed");
            self.run(command, token).await.map_err(|error| WorkerError::Failed(error.to_string()))
        };
        let line =
            tokio::time::timeout(DEADLINE, answered).await.map_err(|_| WorkerError::Late)??;
        Answer::parse(&line).ok_or_else(|| WorkerError::Failed("it ended without an answer".into()))
    }

    /// A process with nothing of ours but two pipes and the library's settings. Dropping the future ends
    /// it. What it writes to standard error could hold names and goes nowhere.
    async fn run(&self, command: &str, token: &[u8]) -> io::Result<Vec<u8>> {
        let mut child = Command::new(&*self.program)
            .arg(command)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        // A process that wants no more says why by its answer. It reads all before it writes.
        let _ = stdin.write_all(token).await;
        drop(stdin);
        let mut line = Vec::new();
        stdout.take(ANSWER_BYTES_MAX).read_to_end(&mut line).await?;
        let _ = child.start_kill();
        child.wait().await?;
        Ok(line)
    }
}
