//! How many unknown cards were held to each station lately. Whoever has copied a station's certificate could try all
//! numbers that there are.
//!
//! A tap takes one of the tries that are left before its card is looked up, and gives it back when the card is
//! somebody's, so that many connections with one certificate have no more tries together than one. Ten within a minute
//! are counted here; those of an hour and of a day are the store's, which says after each how many are left.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use print_core::StationId;
use store::UNKNOWN_PER_HOUR;

/// So many different unknown cards within [`MINUTE`] lock a station.
pub const UNKNOWN_CARDS_MAX: u32 = 10;
/// A try is used up for so long.
const MINUTE: Duration = Duration::from_secs(60);
/// The same unknown card once more within this time is no further try.
const SAME: Duration = Duration::from_secs(3_600);

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
#[derive(Debug)]
pub struct StationGuesses {
    /// Tries that are used up, and taps that are being looked up.
    taken: AtomicU32,
    /// So many of them there may be.
    room: AtomicU32,
    /// How many more the store lets be looked up.
    left: AtomicU32,
    seen: Mutex<VecDeque<Seen>>,
    /// The store has the lock, so that a station that is open there was unlocked since.
    is_locked: AtomicBool,
    /// Card numbers are not kept, here neither.
    hasher: RandomState,
}

/// A card that was nobody's, or of which nobody could say whose it is.
#[derive(Debug)]
struct Seen {
    at: Instant,
    card: u64,
    is_unknown: bool,
    /// It still holds a try.
    holds: bool,
}

/// One try; dropped, it is given back.
#[derive(Debug)]
pub struct Guess(Option<Arc<StationGuesses>>);

/// What an unknown card is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// The same as before.
    Again,
    /// Another one.
    New {
        /// There are too many for a minute.
        is_minute_full: bool,
    },
}

impl Default for StationGuesses {
    fn default() -> Self {
        Self {
            taken: AtomicU32::new(0),
            room: AtomicU32::new(UNKNOWN_CARDS_MAX),
            left: AtomicU32::new(UNKNOWN_PER_HOUR),
            seen: Mutex::default(),
            is_locked: AtomicBool::new(false),
            hasher: RandomState::new(),
        }
    }
}

impl StationGuesses {
    /// Takes a try; none when there is none left.
    pub fn begin(self: &Arc<Self>) -> Option<Guess> {
        self.begin_at(Instant::now())
    }

    fn begin_at(self: &Arc<Self>, now: Instant) -> Option<Guess> {
        for is_last in [false, true] {
            if self.taken.fetch_add(1, Ordering::AcqRel) < self.room.load(Ordering::Acquire) {
                return Some(Guess(Some(Arc::clone(self))));
            }
            self.give_back(1);
            if !is_last {
                self.forget_before(now, &mut self.seen());
            }
        }
        None
    }

    /// The store lets so many more be looked up.
    pub fn allow(&self, left: u32) {
        // Of most taps it says what it said before.
        if self.left.swap(left, Ordering::AcqRel) != left {
            self.make_room(&self.seen());
        }
    }

    /// The store has the lock now.
    pub fn lock(&self) {
        self.is_locked.store(true, Ordering::Release);
    }

    /// The station is open in the store: when it was locked it begins anew.
    pub fn open(&self) {
        if self.is_locked.swap(false, Ordering::AcqRel) {
            let mut seen = self.seen();
            let held = seen.drain(..).filter(|card| card.holds).count();
            self.give_back(u32::try_from(held).unwrap_or(u32::MAX));
            self.make_room(&seen);
        }
    }

    /// Keeps a card. `None`: it is the same as before; else how many unknown ones of the last minute there are.
    fn keep(&self, card: &[u8], is_unknown: bool, now: Instant) -> Option<u32> {
        let card = self.hasher.hash_one(card);
        let mut seen = self.seen();
        self.forget_before(now, &mut seen);
        if seen.iter().any(|known| known.card == card && known.is_unknown == is_unknown) {
            return None;
        }
        seen.push_back(Seen { at: now, card, is_unknown, holds: true });
        if is_unknown {
            // The store says the same in a moment.
            let fewer = self.left.load(Ordering::Acquire).saturating_sub(1);
            self.left.store(fewer, Ordering::Release);
        }
        self.make_room(&seen);
        let unknown = seen.iter().filter(|card| card.holds && card.is_unknown).count();
        Some(u32::try_from(unknown).unwrap_or(u32::MAX))
    }

    fn forget_before(&self, now: Instant, seen: &mut VecDeque<Seen>) {
        for card in seen.iter_mut().filter(|card| now.duration_since(card.at) >= MINUTE) {
            if std::mem::take(&mut card.holds) {
                self.give_back(1);
            }
        }
        seen.retain(|card| card.holds || card.is_unknown && now.duration_since(card.at) < SAME);
        self.make_room(seen);
    }

    fn make_room(&self, seen: &VecDeque<Seen>) {
        let held = seen.iter().filter(|card| card.holds).count();
        let held = u32::try_from(held).unwrap_or(u32::MAX);
        let room = held.saturating_add(self.left.load(Ordering::Acquire)).min(UNKNOWN_CARDS_MAX);
        self.room.store(room, Ordering::Release);
    }

    fn give_back(&self, tries: u32) {
        self.taken.fetch_sub(tries, Ordering::AcqRel);
    }

    fn seen(&self) -> MutexGuard<'_, VecDeque<Seen>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guess {
    /// The card is nobody's: the try is used up. The same card once more is no further try.
    pub fn count(self, card: &[u8]) -> Unknown {
        self.count_at(card, Instant::now())
    }

    fn count_at(self, card: &[u8], now: Instant) -> Unknown {
        match self.keep(card, true, now) {
            Some(cards) => Unknown::New { is_minute_full: cards >= UNKNOWN_CARDS_MAX },
            None => Unknown::Again,
        }
    }

    /// Nobody can say whose the card is, because a directory is away: that is not its holder's fault, and locks nothing.
    /// It holds its try for a minute all the same, or an outage were the time to try numbers.
    pub fn set_aside(self, card: &[u8]) {
        self.keep(card, false, Instant::now());
    }

    fn keep(mut self, card: &[u8], is_unknown: bool, now: Instant) -> Option<u32> {
        let cards = self.0.as_ref()?.keep(card, is_unknown, now)?;
        self.0 = None;
        Some(cards)
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

    const FULL: Unknown = Unknown::New { is_minute_full: true };

    fn tries(guesses: &Arc<StationGuesses>, cards: std::ops::Range<u32>, now: Instant) -> usize {
        let tried = cards
            .filter_map(|card| Some(guesses.begin_at(now)?.count_at(&card.to_be_bytes(), now)));
        tried.count()
    }

    #[test]
    fn the_tenth_unknown_card_within_a_minute_locks_and_no_more_are_looked_at() {
        let (guesses, now) = (Guesses::default().of(StationId::new()), Instant::now());
        let tried: Vec<Unknown> = (0_u32..10)
            .map(|card| guesses.begin_at(now).unwrap().count_at(&card.to_be_bytes(), now))
            .collect();
        assert_eq!(tried.iter().filter(|tried| **tried == FULL).count(), 1);
        assert_eq!(tried[9], FULL);
        assert_eq!(tries(&guesses, 10..1_000, now), 0);
    }

    #[test]
    fn one_card_that_is_held_there_again_and_again_is_one() {
        let (guesses, start) = (Guesses::default().of(StationId::new()), Instant::now());
        for number in 0_u32..100 {
            let now = start + Duration::from_secs(20) * number;
            let tried = guesses.begin_at(now).unwrap().count_at(b"one", now);
            assert_eq!(tried == Unknown::Again, number > 0, "{number}");
        }
    }

    #[test]
    fn nine_a_minute_are_no_more_than_the_store_lets_be_looked_up() {
        let (guesses, start) = (Guesses::default().of(StationId::new()), Instant::now());
        let per_minute = |minute: u32| {
            let now = start + MINUTE * minute;
            tries(&guesses, minute * 9..(minute + 1) * 9, now)
        };
        let tried: Vec<usize> = (0..10).map(per_minute).collect();
        assert_eq!(tried, [9, 9, 9, 3, 0, 0, 0, 0, 0, 0]);
        // Another server, or this one before it was started anew, had the others.
        guesses.allow(2);
        assert_eq!(tries(&guesses, 500..600, start + MINUTE * 10), 2);
        guesses.allow(0);
        assert!(guesses.begin_at(start + MINUTE * 20).is_none(), "nothing is looked up any more");
    }

    #[test]
    fn cards_that_are_somebodys_take_no_try() {
        let (guesses, now) = (Guesses::default().of(StationId::new()), Instant::now());
        for _ in 0..500 {
            assert!(guesses.begin_at(now).is_some());
        }
    }

    #[test]
    fn cards_that_nobody_could_look_up_lock_nothing_and_are_no_way_to_try_numbers() {
        let (guesses, now) = (Guesses::default().of(StationId::new()), Instant::now());
        for card in 0_u8..10 {
            guesses.begin_at(now).unwrap().set_aside(&[card]);
        }
        assert!(guesses.begin_at(now).is_none());
        let later = now + MINUTE + Duration::from_secs(1);
        assert_eq!(
            guesses.begin_at(later).unwrap().count_at(&[1], later),
            Unknown::New { is_minute_full: false },
            "now the directory says so"
        );
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
        guesses.open();
        assert!(guesses.begin_at(now).is_none(), "the lock is still being written");
        guesses.lock();
        guesses.open();
        assert_eq!(tries(&guesses, 0..1_000, now), 10);
    }
}
