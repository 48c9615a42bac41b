//! One person's password, and one person into the store before the next copy of everybody.

use print_core::{Login, PersonId};
use store::{Store, StoreError};
use tracing::{debug, warn};

use super::connection::Failure;
use super::entry::{Described, attributes, describe};
use super::groups::{Asked, Groups};
use super::rows::{departments, person};
use super::search::{Entry, Question, equals};
use super::source::{LdapPeople, SOURCE};
use crate::directory::SignInError;
use crate::directory::write::{Row, write};
use crate::keys::Keys;

/// Why one person could not be brought into the store.
#[derive(Debug, thiserror::Error)]
pub(super) enum AdmitError {
    /// The directory.
    #[error("the directory: {0}")]
    Directory(#[from] Failure),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl LdapPeople {
    /// The person with this name and password.
    ///
    /// # Errors
    /// [`SignInError::Wrong`] also for a name that two people have; [`SignInError::Unreachable`] for
    /// every answer of the directory that is neither yes nor no. An unknown name asks as much of the
    /// directory as a wrong password.
    pub async fn check(
        &self,
        store: &Store,
        keys: &Keys,
        login: &Login,
        password: &str,
    ) -> Result<PersonId, SignInError> {
        if password.is_empty() {
            return Err(SignInError::Wrong);
        }
        let entry = self.by_login(login).await.map_err(unreachable)?;
        let form = store.card_form().await?;
        let described = |entry: &Entry| describe(&self.config, form.as_ref(), entry);
        let known = entry.and_then(|entry| Some((described(&entry)?, entry)));
        let Some((described, entry)) = known else {
            // A stranger must not learn by a clock whose names are known.
            self.keeper.is_nobodys_password().await.map_err(unreachable)?;
            return Err(SignInError::Wrong);
        };
        // The entry's own name signs in; a name that is put together from a login could be anybody's.
        if !self.keeper.is_password(&entry.dn, password).await.map_err(unreachable)? {
            return Err(SignInError::Wrong);
        }
        match store.person_by_key(SOURCE, &described.key).await? {
            Some(known) if !known.disabled => Ok(known.id),
            _ => match self.admit(store, keys, described).await {
                Ok(admitted) => admitted.ok_or(SignInError::Wrong),
                Err(AdmitError::Store(error)) => Err(error.into()),
                Err(AdmitError::Directory(failure)) => Err(unreachable(failure)),
            },
        }
    }

    async fn by_login(&self, login: &Login) -> Result<Option<Entry>, Failure> {
        let filter = self.people_filter(&equals(&self.config.login_attribute, login.as_str()));
        self.one(filter).await
    }

    /// The only person for whom the filter holds.
    pub(super) async fn one(&self, filter: String) -> Result<Option<Entry>, Failure> {
        let question = Question::only(&self.config.base, filter, &attributes(&self.config));
        let mut found = self.keeper.search(&question).await?;
        if found.referrals > 0 {
            debug!(
                referrals = found.referrals,
                "The directory points to others, which are not asked"
            );
        }
        if found.entries.len() > 1 {
            warn!("Two people of the directory have one login or one card: neither can use it");
            return Ok(None);
        }
        Ok(found.entries.pop())
    }

    /// Puts one person into the store, with groups, department and cards.
    pub(super) async fn admit(
        &self,
        store: &Store,
        keys: &Keys,
        described: Described,
    ) -> Result<Option<PersonId>, AdmitError> {
        let mut groups = Groups::new(Asked::Shared(&self.keeper), self.group_base());
        let groups = groups.names(&described.groups).await?;
        let departments = departments(store, described.department.iter()).await?;
        let mut person = person(&described, groups, &departments, false);
        if let Some(known) = store.person_by_key(SOURCE, &described.key).await? {
            person.language = known.language;
        }
        let row = Row { person, known: None, cards: described.cards };
        let mut written = write(store, keys, &[row]).await?;
        Ok(written.people.remove(&described.key))
    }
}

fn unreachable(failure: Failure) -> SignInError {
    warn!(error = %failure, "A password could not be checked");
    SignInError::Unreachable
}
