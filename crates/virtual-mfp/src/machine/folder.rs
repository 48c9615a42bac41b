//! The machine's folder: who it is, what it printed, its documents.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::job::Job;

/// A printer's folder. Everything in it is for tests and people to look at.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    identity: Identity,
    /// The next job's number, and the file that holds it: always as many digits, written in place. Replacing a
    /// file for each job would take the disk half a millisecond, which no machine's memory does.
    next_job_id: i32,
    numbers: File,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Identity {
    uuid: String,
    other_uuid: String,
}

impl Folder {
    /// Opens the folder, making it and the machine's identity when they are missing.
    ///
    /// # Errors
    /// When the folder cannot be made, read or written, or holds something else.
    pub fn open(path: &Path) -> io::Result<Folder> {
        fs::create_dir_all(path.join("jobs"))?;
        let identity = match fs::read(path.join("printer.json")) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Identity { uuid: new_uuid(), other_uuid: new_uuid() }
            }
            Err(error) => return Err(error),
        };
        let (next_job_id, numbers) = open_numbers(&path.join("next-job-id"))?;
        let folder = Folder { path: path.to_owned(), identity, next_job_id, numbers };
        folder.end_torn_line()?;
        folder.write("printer.json", &serde_json::to_vec(&folder.identity)?)?;
        Ok(folder)
    }

    /// `printer-uuid`, the same for ever.
    pub fn uuid(&self) -> &str {
        &self.identity.uuid
    }

    /// The uuid of the machine that it pretends to be when told to.
    pub fn other_uuid(&self) -> &str {
        &self.identity.other_uuid
    }

    /// The next job's number; no number is given twice, not even after a restart.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn next_job_id(&mut self) -> io::Result<i32> {
        let job_id = self.next_job_id;
        let next = job_id.wrapping_add(1).max(1);
        self.numbers.write_all_at(format!("{next:010}\n").as_bytes(), 0)?;
        self.next_job_id = next;
        Ok(job_id)
    }

    /// Replaces a file of the folder in one step, so that no reader sees half of it.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn write(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let part = self.path.join(format!("{name}.part"));
        fs::write(&part, content)?;
        fs::rename(part, self.path.join(name))
    }

    /// A place in the folder.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Where a job's document is written while it comes.
    pub fn part_of(&self, number: i32) -> PathBuf {
        self.path.join(format!("jobs/{number}.part"))
    }

    /// Adds a line for a job that has ended.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn log(&self, job: &Job) -> io::Result<()> {
        let mut line = serde_json::to_vec(job)?;
        line.push(b'\n');
        let file = OpenOptions::new().create(true).append(true).open(self.printed())?;
        (&file).write_all(&line)
    }

    /// The jobs of earlier runs, which IPP clients no longer see. A line that was cut by the end
    /// of the process is left out.
    pub fn earlier_jobs(&self) -> Vec<Job> {
        let lines = fs::read_to_string(self.printed()).unwrap_or_default();
        let jobs = lines.lines().filter_map(|line| serde_json::from_str::<Job>(line).ok());
        jobs.map(|job| Job { visible: false, ..job }).collect()
    }

    /// A line that was cut by the end of the process stays alone, and the next one is whole.
    fn end_torn_line(&self) -> io::Result<()> {
        let printed = fs::read(self.printed()).unwrap_or_default();
        if printed.last().is_some_and(|byte| *byte != b'\n') {
            OpenOptions::new().append(true).open(self.printed())?.write_all(b"\n")?;
        }
        Ok(())
    }

    fn printed(&self) -> PathBuf {
        self.path.join("printed.jsonl")
    }
}

/// Opens the file with the next job's number, which begins with 1.
fn open_numbers(path: &Path) -> io::Result<(i32, File)> {
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let next = match text.trim() {
        "" => 1,
        digits => digits.parse().map_err(io::Error::other)?,
    };
    Ok((next, file))
}

/// A new `urn:uuid:`.
pub fn new_uuid() -> String {
    uuid::Uuid::now_v7().urn().to_string()
}
