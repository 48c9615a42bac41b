//! The keys through their front door, on real files.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use print_core::{AccountingDay, CardId, JobId};

use super::{InstallationKey, KeyError, Keys, WrappedKey};

/// A directory of a test's own, removed with it.
pub struct Place(PathBuf);

impl Place {
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("keys-{}", JobId::new()));
        fs::create_dir(&path).unwrap();
        InstallationKey::create_new(&path.join("key")).unwrap();
        Self(path)
    }

    fn key_file(&self) -> PathBuf {
        self.0.join("key")
    }

    fn day_file(&self, day: AccountingDay) -> PathBuf {
        self.0.join("days").join(format!("{}.daykey", day.number()))
    }

    pub fn open(&self) -> Result<Keys, KeyError> {
        Keys::open(&self.0.join("days"), &self.key_file())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const DAY: AccountingDay = AccountingDay::from_number(20_000);

fn later(days: i32) -> AccountingDay {
    AccountingDay::from_number(DAY.number() + days)
}

#[test]
fn a_document_key_survives_a_restart() {
    let place = Place::new();
    let job = JobId::new();
    let (key, wrapped) = place.open().unwrap().new_document_key(job, DAY).unwrap();
    let again = place.open().unwrap().document_key(job, DAY, &wrapped).unwrap();
    assert_eq!(key.secret().bytes(), again.secret().bytes());
}

#[test]
fn a_wrapped_key_opens_for_its_own_job_and_day_only() {
    let place = Place::new();
    let keys = place.open().unwrap();
    let job = JobId::new();
    let (_, wrapped) = keys.new_document_key(job, DAY).unwrap();
    keys.prepare_day(later(1)).unwrap();
    let other_job = keys.document_key(JobId::new(), DAY, &wrapped);
    assert!(matches!(other_job, Err(KeyError::Refused)), "{other_job:?}");
    let other_day = keys.document_key(job, later(1), &wrapped);
    assert!(matches!(other_day, Err(KeyError::Refused)), "{other_day:?}");
    let cut = WrappedKey::from_bytes(wrapped.into_bytes()[..30].to_vec());
    assert!(matches!(keys.document_key(job, DAY, &cut), Err(KeyError::Refused)));
}

#[test]
fn key_files_and_their_directory_are_for_us_only() {
    let place = Place::new();
    place.open().unwrap().prepare_day(DAY).unwrap();
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(place.key_file()), 0o600);
    assert_eq!(mode(place.day_file(DAY)), 0o600);
    assert_eq!(mode(place.0.join("days")), 0o700);
    let left: Vec<_> = fs::read_dir(place.0.join("days")).unwrap().collect();
    assert_eq!(left.len(), 2, "the day's key and the check value, no part: {left:?}");
}

#[test]
fn an_installation_key_that_others_may_read_is_refused() {
    let place = Place::new();
    for mode in [0o640, 0o604, 0o620, 0o666] {
        fs::set_permissions(place.key_file(), Permissions::from_mode(mode)).unwrap();
        assert!(matches!(place.open(), Err(KeyError::TooOpen(_))), "mode {mode:o}");
    }
    fs::set_permissions(place.key_file(), Permissions::from_mode(0o400)).unwrap();
    assert!(place.open().is_ok());
}

#[test]
fn a_missing_or_damaged_installation_key_is_named() {
    let place = Place::new();
    let good = fs::read(place.key_file()).unwrap();
    let mut wrong_digit = good.clone();
    wrong_digit[5] = b'g';
    for text in [&b""[..], &good[..63], &wrong_digit, &[&good[..], b"00"].concat()] {
        fs::write(place.key_file(), text).unwrap();
        assert!(matches!(place.open(), Err(KeyError::Malformed(_))), "{} bytes", text.len());
    }
    fs::remove_file(place.key_file()).unwrap();
    assert!(matches!(place.open(), Err(KeyError::Missing(_))));
}

#[test]
fn a_new_installation_key_never_replaces_an_old_one() {
    let place = Place::new();
    let before = fs::read(place.key_file()).unwrap();
    let again = InstallationKey::create_new(&place.key_file());
    assert!(matches!(again, Err(KeyError::Exists(_))), "{again:?}");
    assert_eq!(fs::read(place.key_file()).unwrap(), before);
}

#[test]
fn another_installation_key_is_noticed_at_the_start() {
    let place = Place::new();
    drop(place.open().unwrap());
    fs::remove_file(place.key_file()).unwrap();
    InstallationKey::create_new(&place.key_file()).unwrap();
    assert!(matches!(place.open(), Err(KeyError::OtherInstallation)));
}

#[test]
fn a_destroyed_day_takes_its_documents_along_and_no_others() {
    let place = Place::new();
    let keys = place.open().unwrap();
    let (gone, kept) = (JobId::new(), JobId::new());
    let (_, gone_key) = keys.new_document_key(gone, DAY).unwrap();
    let (_, kept_key) = keys.new_document_key(kept, later(1)).unwrap();
    assert_eq!(keys.days().unwrap(), [DAY, later(1)]);
    keys.destroy_day(DAY, later(5)).unwrap();
    keys.destroy_day(DAY, later(5)).unwrap();
    assert_eq!(keys.days().unwrap(), [later(1)]);
    assert!(!place.day_file(DAY).exists());
    let found = keys.document_key(gone, DAY, &gone_key);
    assert!(matches!(found, Err(KeyError::DayDestroyed(day)) if day == DAY), "{found:?}");
    keys.prepare_day(DAY).unwrap();
    let renewed = keys.document_key(gone, DAY, &gone_key);
    assert!(matches!(renewed, Err(KeyError::Refused)), "a new key of the day opens nothing old");
    assert!(keys.document_key(kept, later(1), &kept_key).is_ok());
}

#[test]
fn the_keys_of_today_and_yesterday_cannot_be_destroyed() {
    let place = Place::new();
    let keys = place.open().unwrap();
    keys.prepare_day(DAY).unwrap();
    for today in [later(-1), DAY, later(1)] {
        let refused = keys.destroy_day(DAY, today);
        assert!(matches!(refused, Err(KeyError::DayInUse(_))), "{today}: {refused:?}");
    }
    assert!(place.day_file(DAY).exists());
}

#[test]
fn day_key_files_cannot_change_places() {
    let place = Place::new();
    let keys = place.open().unwrap();
    keys.prepare_day(DAY).unwrap();
    fs::copy(place.day_file(DAY), place.day_file(later(1))).unwrap();
    let moved = keys.new_document_key(JobId::new(), later(1));
    assert!(matches!(moved, Err(KeyError::Refused)), "{moved:?}");
}

#[test]
fn the_first_documents_of_a_day_share_one_key_of_the_day() {
    let place = Place::new();
    let keys = place.open().unwrap();
    let wrapped: Vec<_> = std::thread::scope(|scope| {
        let one = || {
            let job = JobId::new();
            (job, keys.new_document_key(job, DAY).unwrap().1)
        };
        let all: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
        all.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let restarted = place.open().unwrap();
    for (job, wrapped) in wrapped {
        assert!(restarted.document_key(job, DAY, &wrapped).is_ok());
    }
}

#[test]
fn a_card_is_found_by_the_same_form_of_the_same_kind_only() {
    let place = Place::new();
    let keys = place.open().unwrap();
    let lookup = keys.card_lookup("uid4", 32, &[4, 1, 2, 3]);
    assert_eq!(lookup, place.open().unwrap().card_lookup("uid4", 32, &[4, 1, 2, 3]));
    assert_ne!(lookup, keys.card_lookup("uid7", 32, &[4, 1, 2, 3]));
    assert_ne!(lookup, keys.card_lookup("uid4", 31, &[4, 1, 2, 3]));
    assert_ne!(lookup, keys.card_lookup("uid4", 32, &[3, 2, 1, 4]));
    assert_ne!(lookup, Place::new().open().unwrap().card_lookup("uid4", 32, &[4, 1, 2, 3]));
}

#[test]
fn a_sealed_card_opens_in_its_own_row_only() {
    let place = Place::new();
    let keys = place.open().unwrap();
    let card = CardId::new();
    let sealed = keys.seal_card(card, &[4, 1, 2, 3]);
    assert_eq!(keys.open_card(card, &sealed).unwrap(), [4, 1, 2, 3]);
    assert!(matches!(keys.open_card(CardId::new(), &sealed), Err(KeyError::Refused)));
}

#[test]
fn a_remembered_password_is_bound_to_its_login() {
    let place = Place::new();
    let keys = place.open().unwrap();
    assert_eq!(keys.password_mark("anna", "secret"), keys.password_mark("anna", "secret"));
    assert_ne!(keys.password_mark("anna", "secret"), keys.password_mark("annas", "ecret"));
}

#[test]
fn debug_output_of_the_keys_shows_none() {
    let place = Place::new();
    let keys = place.open().unwrap();
    let (key, _) = keys.new_document_key(JobId::new(), DAY).unwrap();
    assert_eq!(format!("{keys:?}"), "Keys { .. }");
    assert_eq!(format!("{key:?}"), "DocumentKey(Secret(…))");
}
