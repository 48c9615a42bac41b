//! The PIN that people type beside their card, where a queue demands one. What is kept of it is a slow hash of
//! a keyed hash: without the installation's key it says nothing, and with it each guess costs what it costs us.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use print_core::PersonId;
use tokio::sync::Semaphore;
use tracing::warn;

use crate::keys::Keys;
use crate::keys::secret::random_token;

/// The longest PIN.
pub const DIGITS_MAX: usize = 16;

/// Each hash takes 19 MiB and a core for 27 ms: no more than so many at once, for all of the server.
static PLACES: Semaphore = Semaphore::const_new(2);

/// Why something is no PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadOwnPin {
    /// Not digits, too few or too many.
    #[error("a PIN has {0} to {DIGITS_MAX} digits")]
    Digits(usize),
    /// Each digit as far from the one before as the next: 1111, 1234, 9630.
    #[error("a PIN whose digits go in equal steps is the first that anybody tries")]
    Steps,
}

/// How many digits a PIN has at least, where so many people print: among many, somebody's is hit soon.
#[must_use]
pub fn digits_min(people: u64) -> usize {
    match people {
        ..1_000 => 4,
        1_000..10_000 => 5,
        _ => 6,
    }
}

/// Whether this can be the PIN of somebody among so many people.
///
/// # Errors
/// [`BadOwnPin`].
pub fn check(pin: &str, people: u64) -> Result<(), BadOwnPin> {
    let min = digits_min(people);
    if !(min..=DIGITS_MAX).contains(&pin.len()) || !pin.bytes().all(|b| b.is_ascii_digit()) {
        return Err(BadOwnPin::Digits(min));
    }
    let digits = pin.as_bytes();
    let step = |pair: &[u8]| (10 + pair[1] - pair[0]) % 10;
    let first = step(&digits[..2]);
    if digits.windows(2).all(|pair| step(pair) == first) {
        return Err(BadOwnPin::Steps);
    }
    Ok(())
}

/// A random one, for somebody among so many people.
#[must_use]
pub fn random(people: u64) -> String {
    loop {
        let bytes = random_token().map(|byte| (byte < 250).then_some(b'0' + byte % 10));
        let digits = bytes.into_iter().flatten().take(digits_min(people).max(6));
        let pin: String = digits.map(char::from).collect();
        if check(&pin, people).is_ok() {
            return pin;
        }
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).expect("the parameters are within Argon2's range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// What the store keeps of a person's PIN; nothing when the system gives no random numbers.
pub async fn sealed(keys: &Keys, person: PersonId, pin: &str) -> Option<String> {
    let text = keys.person_pin(person, pin);
    slowly(move || argon2().hash_password(&text).map(|hash| hash.to_string()).ok()).await.flatten()
}

/// Whether what somebody typed is the person's PIN.
pub async fn is_right(keys: &Keys, person: PersonId, verifier: String, typed: &str) -> bool {
    let text = keys.person_pin(person, typed);
    let verified = slowly(move || {
        PasswordHash::new(&verifier)
            .is_ok_and(|hash| argon2().verify_password(&text, &hash).is_ok())
    });
    verified.await.unwrap_or(false)
}

async fn slowly<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let _place = PLACES.acquire().await.ok()?;
    let done = tokio::task::spawn_blocking(work).await;
    done.inspect_err(|error| warn!(%error, "A PIN could not be looked at")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_goes_by_the_people_and_equal_steps_are_refused() {
        for (people, min) in [(0, 4), (999, 4), (1_000, 5), (9_999, 5), (10_000, 6)] {
            assert_eq!(digits_min(people), min, "{people}");
        }
        for (pin, people, wanted) in [
            ("4711", 20, Ok(())),
            ("4711", 1_000, Err(BadOwnPin::Digits(5))),
            ("1111", 20, Err(BadOwnPin::Steps)),
            ("1234", 20, Err(BadOwnPin::Steps)),
            ("4321", 20, Err(BadOwnPin::Steps)),
            ("8901", 20, Err(BadOwnPin::Steps)),
            ("2468", 20, Err(BadOwnPin::Steps)),
            ("1235", 20, Ok(())),
            ("471", 20, Err(BadOwnPin::Digits(4))),
            ("47111111111111111", 20, Err(BadOwnPin::Digits(4))),
            ("47a1", 20, Err(BadOwnPin::Digits(4))),
            ("", 20, Err(BadOwnPin::Digits(4))),
        ] {
            assert_eq!(check(pin, people), wanted, "{pin}");
        }
        for people in [1, 20_000] {
            let pin = random(people);
            assert!(pin.len() == 6 && check(&pin, people).is_ok(), "{pin}");
        }
    }

    #[tokio::test]
    async fn a_pin_is_one_persons_under_one_key() {
        let place = crate::keys::tests::Place::new();
        let keys = place.open().unwrap();
        let (person, other) = (PersonId::new(), PersonId::new());
        let verifier = sealed(&keys, person, "4711").await.unwrap();
        assert!(verifier.starts_with("$argon2id$") && !verifier.contains("4711"));
        assert!(is_right(&keys, person, verifier.clone(), "4711").await);
        assert!(!is_right(&keys, person, verifier.clone(), "4712").await);
        assert!(!is_right(&keys, other, verifier, "4711").await);
        assert!(!is_right(&keys, person, "nonsense".into(), "4711").await);
    }
}
