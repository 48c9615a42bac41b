//! One person's password, and one person into the store before the next copy of everybody.

use print_core::{Login, PersonId, Timestamp};
use store::StoreError;
use tracing::{debug, warn};

use super::active::is_closed;
use super::connection::Failure;
use super::entry::{Described, attributes, describe, key_filter};
use super::groups::{Asked, Groups};
use super::keeper::Judged;
use super::rows::{account, departments};
use super::search::{Entry, Question, equals};
use super::source::LdapPeople;
use crate::directory::SignInError;
use crate::directory::one::Tools;
use crate::directory::write::{Row, write};

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
        tools: &Tools,
        login: &Login,
        password: &str,
    ) -> Result<PersonId, SignInError> {
        if password.is_empty() {
            return Err(SignInError::Wrong);
        }
        let entry = self.by_login(login).await.map_err(unreachable)?;
        let form = tools.store.card_form().await?;
        let now = tools.clock.now();
        let described = |entry: &Entry| describe(&self.config, form.as_ref(), entry, now);
        let known = entry.and_then(|entry| Some((described(&entry)?, entry)));
        let Some((described, entry)) = known else {
            return Err(self.refused_anyhow(login, password).await?);
        };
        // The entry's own name signs in; a name that is put together from a login could be anybody's.
        match self.keeper.is_password(&entry.dn, password).await.map_err(unreachable)? {
            Judged::Right if !described.closed => {}
            Judged::Right | Judged::Wrong => return Err(SignInError::Wrong),
            Judged::Barred(why) => return Err(SignInError::Barred(why)),
        }
        match tools.store.person_by_key(self.name(), &described.key).await? {
            Some(known) if !known.disabled => Ok(known.id),
            _ => match self.admit(tools, described).await {
                Ok(admitted) => admitted.ok_or(SignInError::Wrong),
                Err(AdmitError::Store(error)) => Err(error.into()),
                Err(AdmitError::Directory(failure)) => Err(unreachable(failure)),
            },
        }
    }

    /// Nobody who may use the service has this name. Active Directory tells the holder of a closed account by
    /// their password why it is closed; otherwise a stranger must not learn by a clock whose names are known.
    async fn refused_anyhow(
        &self,
        login: &Login,
        password: &str,
    ) -> Result<SignInError, SignInError> {
        let closed = match self.config.active_directory {
            true => {
                let name = equals(&self.config.login_attribute, login.as_str());
                let filter = format!("(&{}{name})", self.config.person_filter);
                self.one(filter).await.map_err(unreachable)?
            }
            false => None,
        };
        let Some(entry) = closed else {
            self.keeper.is_nobodys_password().await.map_err(unreachable)?;
            return Ok(SignInError::Wrong);
        };
        match self.keeper.is_password(&entry.dn, password).await.map_err(unreachable)? {
            Judged::Barred(why) => Ok(SignInError::Barred(why)),
            Judged::Right | Judged::Wrong => Ok(SignInError::Wrong),
        }
    }

    /// Whether the directory says now that the account with this key is closed. One that is not found, and a
    /// directory that does not answer, prove nothing.
    pub async fn says_closed(&self, now: Timestamp, key: &str) -> bool {
        let Some(by_key) = key_filter(&self.config, key) else { return false };
        if let Some(disabled) = &self.config.disabled_filter {
            let filter = format!("(&{by_key}{disabled})");
            if let Ok(Some(_)) = self.one(filter).await {
                return true;
            }
        }
        if !self.config.active_directory {
            return false;
        }
        let entry = self.one(by_key).await;
        entry.is_ok_and(|entry| entry.is_some_and(|entry| is_closed(&entry, now)))
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
        tools: &Tools,
        described: Described,
    ) -> Result<Option<PersonId>, AdmitError> {
        let mut groups = Groups::new(Asked::Shared(&self.keeper), self.group_base());
        let groups = match self.config.active_directory {
            true => groups.in_chain(&described.dn).await?,
            false => groups.names(&described.groups).await?,
        };
        let departments = departments(&tools.store, described.department.iter()).await?;
        let account = account(self.name(), &described, groups, &departments);
        let row = Row { account, known: None, cards: described.cards };
        let mut written = write(&tools.store, &tools.keys, &[row]).await?;
        Ok(written.people.remove(&described.key))
    }
}

fn unreachable(failure: Failure) -> SignInError {
    warn!(error = %failure, "A password could not be checked");
    SignInError::Unreachable
}
