//! People by login name, remembered for two seconds: a client that prints a hundred documents in a row
//! does not cost a hundred questions to the database.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use print_core::{Login, PersonId, names};
use store::{Store, StoreError};

/// How long a change of a person may stay unseen.
const REMEMBERED_FOR: Duration = Duration::from_secs(2);
/// When more names are known, all are forgotten.
const NAMES_MAX: usize = 10_000;

/// A person who may use the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    /// The person.
    pub id: PersonId,
    /// The login name as the directory writes it.
    pub login: Login,
}

/// The people of the store, by login name.
#[derive(Debug)]
pub struct People {
    store: Store,
    known: Mutex<HashMap<String, (Instant, Option<KnownPerson>)>>,
}

impl People {
    /// The people of this store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, known: Mutex::default() }
    }

    /// The living person with this login name.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn by_login(&self, login: &Login) -> Result<Option<KnownPerson>, StoreError> {
        let name = names::fold(login.as_str());
        if let Some((at, known)) = self.known().get(&name)
            && at.elapsed() < REMEMBERED_FOR
        {
            return Ok(known.clone());
        }
        let found = self.store.person_by_login(login).await?;
        let living = found.filter(|person| !person.disabled);
        let person = living.map(|person| KnownPerson { id: person.id, login: person.login });
        let mut known = self.known();
        if known.len() >= NAMES_MAX {
            known.clear();
        }
        known.insert(name, (Instant::now(), person.clone()));
        Ok(person)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Instant, Option<KnownPerson>)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
