//! People by login name, remembered for two seconds: a client that prints a hundred documents in a row
//! does not cost a hundred questions to the database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use print_core::{Login, PersonId, names};
use store::{Person, Store, StoreError};

use crate::directory::{Domains, Meant};

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
    domains: Arc<Domains>,
    known: Mutex<HashMap<String, (Instant, Option<KnownPerson>)>>,
}

impl People {
    /// The people of this store, and the directories that names may say.
    #[must_use]
    pub fn new(store: Store, domains: Arc<Domains>) -> Self {
        Self { store, domains, known: Mutex::default() }
    }

    /// Whether the name says one of our directories: then it is nobody's who is not there.
    #[must_use]
    pub fn says_directory(&self, login: &Login) -> bool {
        matches!(self.domains.meant(login), Meant { directory: Some(_), .. })
    }

    /// The living person with this name in a Kerberos realm: where the configuration gives the realm to a
    /// directory, only there.
    ///
    /// # Errors
    /// As [`People::by_login`].
    pub async fn of_realm(
        &self,
        login: &Login,
        realm: &str,
    ) -> Result<Option<KnownPerson>, StoreError> {
        match self.domains.of_realm(realm) {
            Some(directory) => self.of_directory(login, directory).await,
            None => self.by_login(login).await,
        }
    }

    /// The living person with this name in a directory.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn of_directory(
        &self,
        login: &Login,
        directory: &str,
    ) -> Result<Option<KnownPerson>, StoreError> {
        Ok(living(self.store.person_of_directory(directory, login).await?))
    }

    /// The living person with this login name.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when people of several directories have it and it does not say which is meant.
    /// What else the store answers.
    pub async fn by_login(&self, login: &Login) -> Result<Option<KnownPerson>, StoreError> {
        let name = names::fold(login.as_str());
        if let Some((at, known)) = self.known().get(&name)
            && at.elapsed() < REMEMBERED_FOR
        {
            return Ok(known.clone());
        }
        let person = living(self.domains.person(&self.store, login).await?);
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

fn living(found: Option<Person>) -> Option<KnownPerson> {
    let living = found.filter(|person| !person.disabled);
    living.map(|person| KnownPerson { id: person.id, login: person.login })
}
