//! A running program that is ended when its value is dropped.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use super::{keeper, waiting};

/// How long a part may take to end by itself before it is killed.
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// How a part is asked to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// SIGTERM, what service managers send.
    Terminate,
    /// SIGINT, what Ctrl-C sends.
    Interrupt,
    /// SIGQUIT; PostgreSQL then ends at once, without writing anything.
    Quit,
    /// SIGKILL, for programs whose orderly end takes long and matters to nobody.
    Kill,
}

impl Stop {
    fn signal(self) -> Signal {
        match self {
            Stop::Terminate => Signal::TERM,
            Stop::Interrupt => Signal::INT,
            Stop::Quit => Signal::QUIT,
            Stop::Kill => Signal::KILL,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Stop::Terminate => "TERM",
            Stop::Interrupt => "INT",
            Stop::Quit => "QUIT",
            Stop::Kill => "KILL",
        }
    }
}

/// A running program with its children, in a process group of their own. Dropping it ends them.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
    stop: Stop,
    ended: Option<ExitStatus>,
    /// Set when nobody of the group is left; its number may then belong to strangers.
    closed: bool,
}

impl Process {
    /// Starts `command` with no input; what it prints goes to the file `log`.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(name: &str, mut command: Command, log: &Path, stop: Stop) -> Process {
        let output = File::create(log)
            .unwrap_or_else(|error| panic!("cannot write a log for {name}: {error}"));
        let errors = output.try_clone().expect("a file handle can be copied");
        let child = command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {name}: {error}"));
        let log = log.to_owned();
        let process =
            Process { name: name.to_owned(), child, log, stop, ended: None, closed: false };
        keeper::started(process.group().as_raw_pid(), stop.name());
        process
    }

    /// The process's number, which is also the number of its group.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn group(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// What the program has printed so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Whether the program is still running.
    pub fn is_running(&mut self) -> bool {
        self.status().is_none()
    }

    /// How the program ended; `None` while it runs.
    pub fn status(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().ok().flatten();
        }
        self.ended
    }

    /// Waits until `ready` is true.
    ///
    /// # Panics
    /// When the program ends first or `limit` is over; the message has what the program printed.
    pub fn wait_until(&mut self, limit: Duration, mut ready: impl FnMut() -> bool) {
        let outcome = waiting::poll(limit, || match self.status() {
            Some(status) => Some(Err(status)),
            None => ready().then_some(Ok(())),
        });
        match outcome {
            Some(Ok(())) => {}
            Some(Err(status)) => panic!("{} ended with {status}:\n{}", self.name, self.log()),
            None => panic!(
                "{} was not ready within {} s:\n{}",
                self.name,
                limit.as_secs_f32(),
                self.log()
            ),
        }
    }

    /// Waits for the program to end by itself; `None` when it still runs after `limit`.
    pub fn wait_for_end(&mut self, limit: Duration) -> Option<ExitStatus> {
        waiting::poll(limit, || self.status())
    }

    /// Kills the program and its group at once, as a crash would.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        self.close();
    }

    /// Asks the program to end and waits until it has; kills it when that takes too long.
    pub fn stop(&mut self) -> Option<ExitStatus> {
        self.signal(self.stop.signal());
        if self.wait_for_end(STOP_LIMIT).is_none() {
            eprintln!("{} did not end in time and was killed", self.name);
        }
        // Children that outlive the program are in the same group.
        self.signal(Signal::KILL);
        self.close();
        self.ended
    }

    fn signal(&self, signal: Signal) {
        if !self.closed {
            // An error means that nobody is left in the group, which is what a stop wants.
            let _ = kill_process_group(self.group(), signal);
        }
    }

    fn close(&mut self) {
        if self.ended.is_none() {
            self.ended = self.child.wait().ok();
        }
        if !self.closed {
            self.closed = true;
            keeper::ended(self.group().as_raw_pid());
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}
