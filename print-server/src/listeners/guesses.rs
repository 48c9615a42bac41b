//! How many unknown cards were held to each station lately. Whoever has copied a station's certificate could try all
//! numbers that there are; after ten unknown ones within a minute the station is locked.
//!
//! A tap takes one of the ten tries before its card is looked up and gives it back when the card is somebody's, so that
//! many connections with one certificate have no more tries together than one.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use print_core::StationId;

/// So many different unknown cards within [`WINDOW`] lock a station.
pub const UNKNOWN_CARDS_MAX: u32 = 10;
/// An unknown card is remembered for so long.
const WINDOW: Duration = Duration::from_secs(60);

/// The counts of all stations that have connected.
#[derive(Debug, Clone, Default)]
pub struct Guesses(Arc<Mutex<HashMap<StationId, Arc<StationGuesses>>>>);

impl Guesses {
    /// The count of one station. There are no more than stations with a certificate.
    pub fn of(&self, station: StationId) -> Arc<StationGuesses> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(station).or_default())
    }
}

/// The unknown cards of one station.
#[derive(Debug, Default)]
pub struct StationGuesses {
    /// Unknown cards of the last minute, and taps that are being looked up.
    taken: AtomicU32,
    unknown: Mutex<VecDeque<(Instant, u64)>>,
    /// The store has the lock, so that a station that is open there was unlocked since.
    is_locked: AtomicBool,
    /// Card numbers are not kept, here neither.
    hasher: RandomState,
}

/// One try; dropped, it is given back.
#[derive(Debug)]
pub struct Guess(Option<Arc<StationGuesses>>);

impl StationGuesses {
    /// Takes a try; none when there is none left.
    pub fn begin(self: &Arc<Self>) -> Option<Guess> {
        self.begin_at(Instant::now())
    }

    fn begin_at(self: &Arc<Self>, now: Instant) -> Option<Guess> {
        for is_last in [false, true] {
            if self.taken.fetch_add(1, Ordering::AcqRel) < UNKNOWN_CARDS_MAX {
                return Some(Guess(Some(Arc::clone(self))));
            }
            self.give_back(1);
            if !is_last {
                self.forget_before(now);
            }
        }
        None
    }

    /// The store has the lock now.
    pub fn lock(&self) {
        self.is_locked.store(true, Ordering::Release);
    }

    /// The station is open in the store. Whether somebody has unlocked it since: then it begins anew.
    pub fn is_unlocked(&self) -> bool {
        let was_locked = self.is_locked.swap(false, Ordering::AcqRel);
        if was_locked {
            let mut unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
            let cards = unknown.len();
            unknown.clear();
            self.give_back(u32::try_from(cards).unwrap_or(u32::MAX));
        }
        was_locked
    }

    /// Keeps an unknown card; gives how many there are, and whether it is another one than before.
    fn keep(&self, card: &[u8], now: Instant) -> (u32, bool) {
        self.forget_before(now);
        let card = self.hasher.hash_one(card);
        let mut unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = !unknown.iter().any(|(_, known)| *known == card);
        if is_new {
            unknown.push_back((now, card));
        }
        (u32::try_from(unknown.len()).unwrap_or(u32::MAX), is_new)
    }

    fn forget_before(&self, now: Instant) {
        let mut unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
        let before = unknown.len();
        unknown.retain(|(at, _)| now.duration_since(*at) < WINDOW);
        self.give_back(u32::try_from(before - unknown.len()).unwrap_or(u32::MAX));
    }

    fn give_back(&self, tries: u32) {
        self.taken.fetch_sub(tries, Ordering::AcqRel);
    }
}

impl Guess {
    /// The card is nobody's: the try is used up. The same card once more is no further try. Whether the station is to be
    /// locked.
    pub fn use_up(self, card: &[u8]) -> bool {
        self.use_up_at(card, Instant::now())
    }

    fn use_up_at(mut self, card: &[u8], now: Instant) -> bool {
        let Some(guesses) = &self.0 else { return false };
        let (cards, is_new) = guesses.keep(card, now);
        if is_new {
            self.0 = None;
        }
        cards >= UNKNOWN_CARDS_MAX
    }
}

impl Drop for Guess {
    fn drop(&mut self) {
        if let Some(guesses) = &self.0 {
            guesses.give_back(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries(guesses: &Arc<StationGuesses>, cards: std::ops::Range<u32>, now: Instant) -> usize {
        let mut tries = 0;
        for card in cards {
            if let Some(guess) = guesses.begin_at(now) {
                guess.use_up_at(&card.to_be_bytes(), now);
                tries += 1;
            }
        }
        tries
    }

    #[test]
    fn the_tenth_unknown_card_within_a_minute_locks_and_no_more_are_looked_at() {
        let (guesses, now) = (Guesses::default().of(StationId::new()), Instant::now());
        let locks: Vec<bool> = (0_u32..10)
            .map(|card| guesses.begin_at(now).unwrap().use_up_at(&card.to_be_bytes(), now))
            .collect();
        assert_eq!(locks.iter().filter(|locks| **locks).count(), 1);
        assert!(locks[9]);
        assert_eq!(tries(&guesses, 10..1_000, now), 0);
    }

    #[test]
    fn one_card_that_is_held_there_again_and_again_locks_nothing() {
        let (guesses, now) = (Guesses::default().of(StationId::new()), Instant::now());
        for _ in 0..100 {
            assert!(!guesses.begin_at(now).unwrap().use_up_at(b"one", now));
        }
    }

    #[test]
    fn cards_that_are_somebodys_and_cards_of_an_hour_lock_nothing() {
        let (guesses, start) = (Guesses::default().of(StationId::new()), Instant::now());
        for number in 0_u32..500 {
            let now = start + Duration::from_secs(7) * number;
            assert!(guesses.begin_at(now).is_some(), "somebody's card");
            let guess = guesses.begin_at(now).unwrap();
            assert!(!guess.use_up_at(&number.to_be_bytes(), now), "{number}");
        }
    }

    #[test]
    fn many_connections_have_no_more_tries_than_one() {
        let (guesses, now) = (Guesses::default().of(StationId::new()), Instant::now());
        let held: Vec<_> = (0..100).filter_map(|_| guesses.begin_at(now)).collect();
        assert_eq!(held.len(), 10);
        drop(held);
        assert!(guesses.begin_at(now).is_some());
    }

    #[test]
    fn a_station_that_was_unlocked_begins_anew() {
        let (guesses, now) = (Guesses::default().of(StationId::new()), Instant::now());
        assert_eq!(tries(&guesses, 0..1_000, now), 10);
        assert!(!guesses.is_unlocked(), "the lock is still being written");
        guesses.lock();
        assert!(guesses.is_unlocked());
        assert_eq!(tries(&guesses, 0..1_000, now), 10);
    }
}
