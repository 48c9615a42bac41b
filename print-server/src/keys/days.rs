//! The keys of days: one file of mode 0600 a day, holding that day's key under the installation's key.
//! The files stay outside the database and every backup, so that destroying one makes the day's
//! documents unreadable in the copies too.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use print_core::AccountingDay;

use super::durable;
use super::error::KeyError;
use super::sealed::SealingKey;
use super::secret::Secret;

/// The files of day keys end like this; the name before it is the day's number.
const SUFFIX: &str = ".daykey";

/// How many days before today a day lies at least, when its key may go: a document that began to
/// arrive before midnight still wraps its key with the day it began on.
const QUIET_DAYS: i32 = 2;

/// The day keys of one directory.
#[derive(Debug)]
pub struct DayKeys {
    directory: PathBuf,
    wrapping: SealingKey,
    /// Day keys that were read or made, by the day's number; as many as days are kept.
    known: Mutex<HashMap<i32, Arc<SealingKey>>>,
}

impl DayKeys {
    /// The day keys in `directory` (made when missing), wrapped by `wrapping`.
    ///
    /// # Errors
    /// [`KeyError::Io`] when the directory cannot be made.
    pub fn open(directory: &Path, wrapping: &Secret) -> Result<Self, KeyError> {
        durable::make_directory(directory).map_err(KeyError::io(directory))?;
        Ok(Self {
            directory: directory.to_path_buf(),
            wrapping: SealingKey::new(wrapping),
            known: Mutex::default(),
        })
    }

    /// The key of `day`, made durably when there is none. Only the first call of a day writes.
    ///
    /// # Errors
    /// [`KeyError::Refused`] when the file is not of this installation or was altered; [`KeyError::Io`].
    pub fn for_new_documents(&self, day: AccountingDay) -> Result<Arc<SealingKey>, KeyError> {
        let mut known = self.lock();
        match self.find(&mut known, day) {
            Err(KeyError::DayDestroyed(_)) => {}
            found => return found,
        }
        let secret = Secret::random();
        let path = self.path(day);
        let sealed = self.wrapping.seal(&context(day), secret.bytes());
        match durable::create(&path, &sealed) {
            Ok(()) => {
                let key = Arc::new(SealingKey::new(&secret));
                known.insert(day.number(), Arc::clone(&key));
                Ok(key)
            }
            // Another process of this installation was first; its key is as good.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                self.find(&mut known, day)
            }
            Err(error) => Err(KeyError::io(&path)(error)),
        }
    }

    /// The key of `day`, to open what was wrapped on that day.
    ///
    /// # Errors
    /// [`KeyError::DayDestroyed`] when there is none; [`KeyError::Refused`]; [`KeyError::Io`].
    pub fn existing(&self, day: AccountingDay) -> Result<Arc<SealingKey>, KeyError> {
        self.find(&mut self.lock(), day)
    }

    /// The days that have a key, oldest first.
    ///
    /// # Errors
    /// [`KeyError::Io`] when the directory cannot be read.
    pub fn days(&self) -> Result<Vec<AccountingDay>, KeyError> {
        let failed = || KeyError::io(&self.directory);
        let mut days: Vec<i32> = Vec::new();
        for entry in fs::read_dir(&self.directory).map_err(failed())? {
            let name = entry.map_err(failed())?.file_name();
            let number = name.to_str().and_then(|name| name.strip_suffix(SUFFIX));
            days.extend(number.and_then(|number| number.parse::<i32>().ok()));
        }
        days.sort_unstable();
        Ok(days.into_iter().map(AccountingDay::from_number).collect())
    }

    /// Destroys the key of `day`: overwritten, removed, durably. A key that is gone is fine.
    ///
    /// # Errors
    /// [`KeyError::DayInUse`] when `day` is today, yesterday or later; [`KeyError::Io`].
    pub fn destroy(&self, day: AccountingDay, today: AccountingDay) -> Result<(), KeyError> {
        if day.number() > today.number().saturating_sub(QUIET_DAYS) {
            return Err(KeyError::DayInUse(day));
        }
        let mut known = self.lock();
        known.remove(&day.number());
        let path = self.path(day);
        durable::destroy(&path).map_err(KeyError::io(&path))
    }

    fn find(
        &self,
        known: &mut HashMap<i32, Arc<SealingKey>>,
        day: AccountingDay,
    ) -> Result<Arc<SealingKey>, KeyError> {
        if let Some(key) = known.get(&day.number()) {
            return Ok(Arc::clone(key));
        }
        let path = self.path(day);
        let sealed = fs::read(&path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => KeyError::DayDestroyed(day),
            _ => KeyError::io(&path)(error),
        })?;
        let opened = self.wrapping.open_secret(&context(day), &sealed);
        let key = Arc::new(SealingKey::new(&opened.map_err(|_| KeyError::Refused)?));
        known.insert(day.number(), Arc::clone(&key));
        Ok(key)
    }

    fn path(&self, day: AccountingDay) -> PathBuf {
        self.directory.join(format!("{}{SUFFIX}", day.number()))
    }

    /// The map is whole at every point at which a panic is possible, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, HashMap<i32, Arc<SealingKey>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Binds a wrapped day key to its day, so that files cannot change places.
fn context(day: AccountingDay) -> [u8; 7] {
    let mut context = *b"day\0\0\0\0";
    context[3..].copy_from_slice(&day.number().to_be_bytes());
    context
}
