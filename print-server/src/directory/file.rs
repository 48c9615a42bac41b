//! People in a TOML file: for a small house, and for the demo.
//!
//! ```toml
//! [[department]]
//! code = "K8"
//! name_sv = "Institutionen för neurovetenskap"
//! name_en = "Department of Neuroscience"
//!
//! [[person]]
//! login = "anna"
//! name = "Anna Berg"
//! department = "K8"
//! groups = ["print-finance"]
//! cards = ["04A1B2C3D4E580"]
//! password_hash = "$argon2id$…"      # print-server admin person hash-password
//! ```

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use print_core::{CardNumber, CardReading, DepartmentId, Login, PersonId, Timestamp, names};
use serde::Deserialize;
use store::{Account, Department, DirectoryPerson, Language, NewAccount, Store, StoreError};
use tracing::warn;

use super::brake::{Brake, Brakes, is_too_many};
use super::write::{Row, disable, known_accounts, write};
use super::{SignInError, SyncError, Synced};
use crate::config::FileDirectory;
use crate::keys::Keys;

/// A larger file is a mistake.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// The file of people.
#[derive(Debug)]
pub struct FilePeople {
    directory: String,
    path: PathBuf,
    brake_percent: u8,
    brakes: Brakes,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    #[serde(default)]
    department: Vec<DepartmentEntry>,
    #[serde(default)]
    person: Vec<PersonEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DepartmentEntry {
    code: String,
    name_sv: String,
    name_en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonEntry {
    login: Login,
    name: String,
    #[serde(default)]
    mail: Option<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    department: Option<String>,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    cards: Vec<String>,
    #[serde(default)]
    disabled: bool,
    #[serde(default)]
    password_hash: Option<String>,
    /// What makes the person one with an account of another directory.
    #[serde(default)]
    link: Option<String>,
}

/// Says nothing of cards and passwords.
impl std::fmt::Debug for PersonEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PersonEntry").field("login", &self.login).finish_non_exhaustive()
    }
}

impl FilePeople {
    /// The people in this file, which is read at each use.
    #[must_use]
    pub fn new(config: &FileDirectory) -> Self {
        let (path, brake_percent) = (config.path.clone(), config.brake_percent);
        let directory = config.name.clone();
        Self { path, brake_percent, brakes: Brakes::new(&directory), directory }
    }

    /// The file's own name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.file_name().and_then(|name| name.to_str()).unwrap_or("people")
    }

    /// Whether the file can be read.
    pub async fn is_readable(&self) -> bool {
        tokio::fs::File::open(&self.path).await.is_ok()
    }

    /// When the file was written last; none when it cannot be found.
    pub async fn changed_at(&self) -> Option<std::time::SystemTime> {
        tokio::fs::metadata(&self.path).await.ok()?.modified().ok()
    }

    async fn read(&self) -> Result<People, SyncError> {
        let problem = |problem: String| SyncError::File { path: self.path.clone(), problem };
        let metadata =
            tokio::fs::metadata(&self.path).await.map_err(|error| problem(error.to_string()))?;
        if metadata.len() > FILE_BYTES_MAX {
            return Err(problem("the file is larger than 16 MiB".into()));
        }
        let text = tokio::fs::read_to_string(&self.path).await;
        let text = text.map_err(|error| problem(error.to_string()))?;
        parse(&text).map_err(problem)
    }

    /// Copies the file into the store. Who stands in it no longer is disabled, and cards that stand in it
    /// no longer are forgotten; cards of other sources are never touched.
    ///
    /// # Errors
    /// [`SyncError`]; a file that cannot be read whole, or is not plausible, changes nothing.
    pub async fn sync(
        &self,
        store: &Store,
        keys: &Keys,
        now: Timestamp,
    ) -> Result<Synced, SyncError> {
        let people = self.read().await?;
        let known = known_accounts(store, &self.directory).await?;
        let checked = self.brake_check(store, &people.person, &known).await;
        self.brakes.tell(store, now, &checked).await?;
        checked?;
        let departments = put_departments(store, &people.department).await?;
        let (mut rows, mut unreadable) = (Vec::new(), 0);
        for entry in &people.person {
            let (cards, refused) = cards(entry);
            unreadable += refused;
            let person = self.row(entry, &departments)?;
            let account = NewAccount { person, link: entry.link.clone() };
            rows.push(Row { account, known: None, cards });
        }
        let met: HashSet<_> = people.person.iter().map(|entry| entry.login.as_str()).collect();
        let mut disabled = 0;
        for account in known.values().filter(|account| !met.contains(account.key.as_str())) {
            disabled += u64::from(!account.disabled);
            disable(store, account).await?;
        }
        let written = write(store, keys, &rows).await?;
        let cards_refused = written.cards_refused + unreadable;
        Ok(Synced { people: rows.len(), disabled, cards_refused })
    }

    /// The brake: for people, and for the cards of those who stay.
    async fn brake_check(
        &self,
        store: &Store,
        entries: &[PersonEntry],
        known: &HashMap<String, Account>,
    ) -> Result<(), SyncError> {
        let cards: HashMap<_, _> =
            entries.iter().map(|entry| (entry.login.as_str(), entry.cards.len())).collect();
        let (mut people, mut gone) = (0, 0);
        let (mut cards_known, mut cards_gone) = (0, 0);
        for person in known.values().filter(|person| !person.disabled) {
            people += 1;
            let Some(listed) = cards.get(person.key.as_str()) else {
                gone += 1;
                continue;
            };
            let held = store.cards_of_directory(person.person, &self.directory).await?.len();
            cards_known += held;
            cards_gone += held.saturating_sub(*listed);
        }
        let percent = self.brake_percent;
        let brake = if entries.is_empty() && people > 0 {
            Brake::Nobody
        } else if is_too_many(gone, people, percent) {
            Brake::TooMany { gone, known: people, percent }
        } else if is_too_many(cards_gone, cards_known, percent) {
            Brake::TooManyCards { gone: cards_gone, known: cards_known, percent }
        } else {
            return Ok(());
        };
        Err(SyncError::Brake(brake))
    }

    fn row(
        &self,
        entry: &PersonEntry,
        departments: &HashMap<&str, DepartmentId>,
    ) -> Result<DirectoryPerson, SyncError> {
        let problem = |problem| SyncError::File { path: self.path.clone(), problem };
        let department = match &entry.department {
            Some(code) => Some(
                *departments
                    .get(code.as_str())
                    .ok_or_else(|| problem(no_department(entry, code)))?,
            ),
            None => None,
        };
        let language = language(entry).map_err(problem)?;
        Ok(DirectoryPerson {
            source: self.directory.clone(),
            key: entry.login.as_str().to_owned(),
            login: entry.login.clone(),
            name: entry.name.clone(),
            mail: entry.mail.clone(),
            language,
            department,
            disabled: entry.disabled,
            groups: entry.groups.clone(),
        })
    }

    /// Whether `password` is the person's.
    ///
    /// # Errors
    /// [`SignInError`]; an unknown name takes as long as a wrong password.
    pub async fn check(
        &self,
        store: &Store,
        login: &Login,
        password: &str,
    ) -> Result<PersonId, SignInError> {
        let people = self.read().await.map_err(|error| {
            warn!(%error, "The file of people cannot be read");
            SignInError::Unreachable
        })?;
        let person = store.person_of_directory(&self.directory, login).await?;
        let folded = names::fold(login.as_str());
        let entry = people.person.iter().find(|entry| names::fold(entry.login.as_str()) == folded);
        let hash = entry.and_then(|entry| entry.password_hash.clone());
        let password = password.to_owned();
        let right = tokio::task::spawn_blocking(move || verify(hash.as_deref(), &password)).await;
        match (right, person) {
            (Ok(true), Some(person)) => Ok(person.id),
            _ => Err(SignInError::Wrong),
        }
    }
}

fn parse(text: &str) -> Result<People, String> {
    toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())
}

fn no_department(entry: &PersonEntry, code: &str) -> String {
    format!("person \"{}\": there is no department \"{code}\"", entry.login)
}

fn language(entry: &PersonEntry) -> Result<Language, String> {
    match entry.language.as_deref() {
        None | Some("sv") => Ok(Language::Swedish),
        Some("en") => Ok(Language::English),
        Some(other) => Err(format!("person \"{}\": language \"{other}\": sv or en", entry.login)),
    }
}

/// Looks a file of people through before it is used, and answers how many people are in it.
///
/// # Errors
/// What is wrong first, as a sentence that names the person. A card or a hash that cannot be used
/// counts too, although a server that runs goes on without it.
pub fn look_through(text: &str) -> Result<usize, String> {
    let people = parse(text)?;
    let codes: HashSet<_> = people.department.iter().map(|entry| entry.code.as_str()).collect();
    let mut logins = HashSet::new();
    for entry in &people.person {
        let login = &entry.login;
        if !logins.insert(print_core::names::fold(login.as_str())) {
            return Err(format!("person \"{login}\": stands in the file twice"));
        }
        if let Some(code) = entry.department.as_deref().filter(|code| !codes.contains(code)) {
            return Err(no_department(entry, code));
        }
        language(entry)?;
        if entry.cards.iter().any(|card| CardReading::parse_hex(card).is_err()) {
            return Err(format!(
                "person \"{login}\": a card number is hexadecimal digits, two a byte"
            ));
        }
        if entry.password_hash.as_deref().is_some_and(|hash| PasswordHash::new(hash).is_err()) {
            let advice = "print-server admin person hash-password makes one";
            return Err(format!("person \"{login}\": password_hash is no hash: {advice}"));
        }
    }
    Ok(people.person.len())
}

/// What the password of an unknown name is held against: the work is the same as for a known one. It is
/// the hash of no password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Argon2id with 19 MiB and two passes: 27 ms measured on one core, as OWASP recommends.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).expect("the parameters are within Argon2's range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Whether the hash is that password's. Without a hash that can be used it is not, after the same work.
fn verify(hash: Option<&str>, password: &str) -> bool {
    let usable = hash.filter(|hash| PasswordHash::new(hash).is_ok());
    let right = PasswordHash::new(usable.unwrap_or(NOBODY))
        .is_ok_and(|parsed| argon2().verify_password(password.as_bytes(), &parsed).is_ok());
    right && usable.is_some()
}

/// What the file keeps of a password.
///
/// # Errors
/// When there is no randomness to be had.
pub fn hash_password(password: &str) -> Result<String, argon2::password_hash::Error> {
    Ok(argon2().hash_password(password.as_bytes())?.to_string())
}

async fn put_departments<'a>(
    store: &Store,
    entries: &'a [DepartmentEntry],
) -> Result<HashMap<&'a str, DepartmentId>, StoreError> {
    let mut departments = HashMap::new();
    for entry in entries {
        let known = store.department_by_code(&entry.code).await?;
        let id = known.as_ref().map_or_else(DepartmentId::new, |known| known.id);
        let row = Department {
            id,
            code: entry.code.clone(),
            name_sv: entry.name_sv.clone(),
            name_en: entry.name_en.clone(),
        };
        if known.as_ref() != Some(&row) {
            store.put_department(&row).await?;
        }
        departments.insert(entry.code.as_str(), id);
    }
    Ok(departments)
}

/// The person's cards, and how many entries are none.
fn cards(entry: &PersonEntry) -> (Vec<CardNumber>, usize) {
    let readings = entry.cards.iter().filter_map(|text| CardReading::parse_hex(text).ok());
    let readings: Vec<_> = readings.map(CardNumber::Whole).collect();
    let refused = entry.cards.len() - readings.len();
    if refused > 0 {
        warn!(login = %entry.login, "A card in the file of people is no card number");
    }
    (readings, refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_people_is_looked_through_before_it_is_used() {
        let person = |more: &str| format!("[[person]]\nlogin = \"anna\"\nname = \"Anna\"\n{more}");
        assert_eq!(look_through(&person("cards = [\"04A1B2C3\"]")), Ok(1));
        for (text, wanted) in [
            (person("nmae = \"x\""), "nmae"),
            (person("department = \"K8\""), "no department \"K8\""),
            (person("language = \"se\""), "sv or en"),
            (person("cards = [\"4A1\"]"), "hexadecimal"),
            (person("password_hash = \"secret\""), "hash-password"),
            (person("[[person]]\nlogin = \"ANNA\"\nname = \"x\""), "twice"),
        ] {
            let problem = look_through(&text).expect_err(wanted);
            assert!(problem.contains(wanted), "{problem}");
        }
    }

    #[test]
    fn a_password_is_known_by_its_hash_only() {
        let hash = hash_password("kanelbulle").expect("a hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify(Some(&hash), "kanelbulle"));
        assert!(!verify(Some(&hash), "Kanelbulle"));
        assert!(!verify(Some("nonsense"), "nonsense"));
        assert!(!verify(None, ""));
    }

    #[test]
    fn an_unknown_name_costs_the_same_work_as_a_wrong_password() {
        let hash = hash_password("kanelbulle").expect("a hash");
        let (known, nobody) = (PasswordHash::new(&hash), PasswordHash::new(NOBODY));
        let (known, nobody) = (known.expect("a hash"), nobody.expect("a hash"));
        assert_eq!(known.algorithm, nobody.algorithm);
        assert_eq!(known.version, nobody.version);
        assert_eq!(known.params, nobody.params);
        let lengths = |hash: &PasswordHash| {
            (hash.salt.as_ref().map(|salt| salt.len()), hash.hash.as_ref().map(|hash| hash.len()))
        };
        assert_eq!(lengths(&known), lengths(&nobody));
    }
}
