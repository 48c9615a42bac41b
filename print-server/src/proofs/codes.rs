//! Digits that a person types in place of a card, or to add one.
//!
//! They hold for ten minutes at the one station that their owner chose. Eight can be typed there in that time
//! (five, and then ever longer locks), so that six digits are enough while nobody else's code is open there;
//! each code more makes the next one longer, and whoever guesses hits one in 100,000 at most.

use aws_lc_rs::rand;
use print_core::{CodeId, PersonId, StationId, Timestamp};
use store::{CodePurpose, NewPersonCode, Store, StoreError};

use crate::keys::Keys;

/// A code holds for so long.
pub const CODE_SECONDS: i64 = 600;
/// No code is shorter.
const DIGITS_MIN: u32 = 6;
/// Nor longer: at such a station nobody finds their code any more.
const DIGITS_MAX: u32 = 12;
/// So many codes can be typed at one station while a code holds; the store's locks see to it.
const TRIES: u64 = 8;
/// All of these together hit one of the codes that are open there in fewer than one of so many cases.
const ODDS: u64 = 100_000;
/// New digits are thrown so often when they are somebody else's.
const THROWS: usize = 8;

/// A code, to be shown to its owner once.
#[derive(Clone, PartialEq, Eq)]
pub struct MadeCode {
    /// The digits.
    pub digits: String,
    /// Until when they hold.
    pub expires_at: Timestamp,
}

/// Says nothing of the digits.
impl std::fmt::Debug for MadeCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MadeCode").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// How many digits a code has where so many others are open.
fn digits_for(others: u64) -> u32 {
    let hits = others.saturating_add(1).saturating_mul(TRIES).saturating_mul(ODDS);
    let enough = |digits: &u32| hits < 10_u64.pow(*digits);
    (DIGITS_MIN..DIGITS_MAX).find(enough).unwrap_or(DIGITS_MAX)
}

fn random_digits(count: u32) -> String {
    let mut bytes = [0; 8];
    rand::fill(&mut bytes).expect("the operating system gives random numbers");
    // Twelve digits are so few of 64 bits that none comes noticeably more often than another.
    let number = u64::from_be_bytes(bytes) % 10_u64.pow(count);
    format!("{number:0width$}", width = count as usize)
}

/// Makes a code by its owner's wish.
///
/// # Errors
/// What the store answers.
pub async fn make(
    store: &Store,
    keys: &Keys,
    person: PersonId,
    station: StationId,
    purpose: CodePurpose,
    now: Timestamp,
) -> Result<MadeCode, StoreError> {
    let count = digits_for(store.open_codes(station, purpose, person).await?);
    let expires_at = now.plus_seconds(CODE_SECONDS);
    for _ in 0..THROWS {
        let digits = random_digits(count);
        let lookup = keys.person_code(purpose.as_str(), station, &digits);
        let id = CodeId::new();
        let code = NewPersonCode { id, person, purpose, station, lookup, expires_at };
        if store.make_code(&code).await? {
            return Ok(MadeCode { digits, expires_at });
        }
    }
    Err(StoreError::Busy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_so_long_that_guessing_is_hopeless() {
        for (others, digits) in
            [(0, 6), (1, 7), (11, 7), (12, 8), (123, 8), (124, 9), (u64::MAX, 12)]
        {
            assert_eq!(digits_for(others), digits, "{others}");
        }
        for others in 0..10_000_u64 {
            let odds = (others + 1) as f64 * 8.0 / 10_f64.powi(digits_for(others) as i32);
            assert!(odds < 1e-5, "{others}: {odds}");
        }
    }

    #[test]
    fn digits_keep_their_zeros_and_differ() {
        let all: std::collections::HashSet<_> = (0..100).map(|_| random_digits(6)).collect();
        assert!(all.iter().all(|one| one.len() == 6 && one.bytes().all(|b| b.is_ascii_digit())));
        assert!(all.len() > 90, "{all:?}");
    }
}
