//! How much is free on the spool's disk. Asked before each body, so the answer is kept for a second.

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::fs::StatVfs;

/// An answer is asked for again when it is this old.
const ANSWER_AGE_MAX: Duration = Duration::from_secs(1);

/// From this share of the disk on, in percent, its administrator is warned.
const WARNING_PERCENT: u64 = 90;

/// Whether there is room for another document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// Yes.
    Plenty,
    /// Yes, but 90 % of the disk are used.
    Low,
    /// No: only the reserve is left, and that is for the database.
    Full,
}

/// What stays free: the larger of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserve {
    /// Bytes.
    pub bytes: u64,
    /// Percent of the disk.
    pub percent: u8,
}

/// 256 MiB or 1 % of the disk.
impl Default for Reserve {
    fn default() -> Self {
        Self { bytes: 256 * 1024 * 1024, percent: 1 }
    }
}

/// Space on a disk, in bytes.
#[derive(Debug, Clone, Copy)]
struct Space {
    size: u64,
    /// What we may use; root's own reserve is not in it.
    available: u64,
}

impl Reserve {
    fn judge(self, space: Space) -> Room {
        let share = |percent: u64| u128::from(space.size) * u128::from(percent) / 100;
        let available = u128::from(space.available);
        let reserve = u128::from(self.bytes).max(share(u64::from(self.percent)));
        if available <= reserve {
            Room::Full
        } else if available <= share(100 - WARNING_PERCENT) {
            Room::Low
        } else {
            Room::Plenty
        }
    }
}

/// Watches the space of one directory's disk.
#[derive(Debug)]
pub struct RoomWatch {
    directory: PathBuf,
    reserve: Reserve,
    last: Mutex<Option<(Instant, Room)>>,
}

impl RoomWatch {
    /// Watches the disk of `directory`.
    #[must_use]
    pub fn new(directory: PathBuf, reserve: Reserve) -> Self {
        Self { directory, reserve, last: Mutex::default() }
    }

    /// How much room there is, or was less than a second ago. A disk that cannot be asked has none.
    pub fn room(&self) -> Room {
        // One caller asks while the others wait: a few microseconds, once a second.
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match *last {
            Some((asked, room)) if asked.elapsed() < ANSWER_AGE_MAX => room,
            _ => {
                let room = self.ask();
                *last = Some((Instant::now(), room));
                room
            }
        }
    }

    /// Free space in bytes, asked now; none when the disk cannot be asked.
    pub fn free_bytes(&self) -> Option<u64> {
        rustix::fs::statvfs(&self.directory).ok().map(|found| space(&found).available)
    }

    /// Forgets the last answer: a write has just met a full disk, or something was removed.
    pub fn forget(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn ask(&self) -> Room {
        match rustix::fs::statvfs(&self.directory) {
            Ok(found) => self.reserve.judge(space(&found)),
            Err(error) => {
                let error = io::Error::from(error);
                tracing::error!(%error, "The free space of the spool is not known");
                Room::Full
            }
        }
    }
}

fn space(found: &StatVfs) -> Space {
    Space {
        size: found.f_blocks.saturating_mul(found.f_frsize),
        available: found.f_bavail.saturating_mul(found.f_frsize),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_reserve_counts_and_the_warning_comes_at_90_percent() {
        let reserve = Reserve { bytes: 5_000, percent: 1 };
        for (size, available, room) in [
            (100_000, 10_001, Room::Plenty),
            (100_000, 10_000, Room::Low),
            (100_000, 5_001, Room::Low),
            (100_000, 5_000, Room::Full),
            (1_000_000, 10_001, Room::Low),
            (1_000_000, 10_000, Room::Full),
            (0, 0, Room::Full),
            (u64::MAX, u64::MAX, Room::Plenty),
        ] {
            assert_eq!(reserve.judge(Space { size, available }), room, "{available} of {size}");
        }
    }

    #[test]
    fn a_disk_that_cannot_be_asked_has_no_room() {
        let watch = RoomWatch::new(PathBuf::from("/nowhere/at/all"), Reserve::default());
        assert_eq!(watch.room(), Room::Full);
    }
}
