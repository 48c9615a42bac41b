//! The limits that hold for both sides, and the lists that keep them.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

/// A frame from the server holds at most this many bytes.
pub const FRAME_BYTES_MAX: usize = 256 * 1024;

/// A frame from a station holds at most this many bytes: [`JOBS_MAX`] chosen jobs fit.
pub const STATION_FRAME_BYTES_MAX: usize = 128 * 1024;

/// One session shows at most this many jobs; the server sends the newest.
pub const JOBS_MAX: usize = 200;

/// One session shows at most this many jobs that came out a moment ago.
pub const RECENT_MAX: usize = 10;

/// One station stands beside at most this many printers.
pub const PRINTERS_MAX: usize = 32;

/// One station has at most this many readers.
pub const READERS_MAX: usize = 16;

/// A card's number has at most this many bytes (a UID has 10, a wiegand number fewer).
pub const CARD_BYTES_MAX: usize = 32;

/// Reads a list of at most `MAX` values and refuses a longer one before it is all in memory.
pub(crate) fn list<'de, D, T, const MAX: usize>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_seq(ListVisitor::<T, MAX>(PhantomData))
}

struct ListVisitor<T, const MAX: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MAX: usize> Visitor<'de> for ListVisitor<T, MAX> {
    type Value = Vec<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a list of at most {MAX} values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = values.next_element()? {
            if list.len() == MAX {
                return Err(A::Error::invalid_length(MAX + 1, &self));
            }
            list.push(value);
        }
        Ok(list)
    }
}
