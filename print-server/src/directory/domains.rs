//! Whose name is meant, where several directories have the same login names.

use print_core::names::fold;
use print_core::{Login, PersonId};
use store::{Person, Store, StoreError};

use crate::config::DirectoryNames;

/// What the people of each directory are called by.
#[derive(Debug, Clone, Default)]
pub struct Domains(Vec<DirectoryNames>);

/// A name, and the directory it says that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meant {
    /// The directory, where the name says one of ours.
    pub directory: Option<String>,
    /// The login name there.
    pub login: Login,
}

impl Domains {
    /// The domains of these directories.
    #[must_use]
    pub fn new(names: Vec<DirectoryNames>) -> Self {
        Self(names)
    }

    /// What `name@students.example.org` or `STUDENTS\name` means. A domain of nobody here belongs to the name.
    #[must_use]
    pub fn meant(&self, login: &Login) -> Meant {
        let text = login.as_str();
        let prefixed = text.split_once('\\').and_then(|(prefix, own)| {
            Some((self.with(|names| names.prefix.as_deref(), prefix)?, own))
        });
        let suffixed = || {
            let (own, suffix) = text.rsplit_once('@')?;
            Some((self.with(|names| names.suffix.as_deref(), suffix)?, own))
        };
        let found = prefixed.or_else(suffixed);
        let own = found.and_then(|(directory, own)| Some((directory, Login::parse(own).ok()?)));
        match own {
            Some((directory, login)) => Meant { directory: Some(directory.to_owned()), login },
            None => Meant { directory: None, login: login.clone() },
        }
    }

    fn with<'a>(
        &'a self,
        entry: impl Fn(&'a DirectoryNames) -> Option<&'a str>,
        wanted: &str,
    ) -> Option<&'a str> {
        let wanted = fold(wanted);
        let mut all = self.0.iter();
        let found = all.find(|&names| entry(names).is_some_and(|own| fold(own) == wanted));
        found.map(|names| names.name.as_str())
    }

    /// The directory whose people are in this Kerberos realm, where the configuration says one.
    #[must_use]
    pub fn of_realm(&self, realm: &str) -> Option<&str> {
        self.with(|names| names.realm.as_deref(), realm)
    }

    /// How names are written that say their directory, one for each directory.
    #[must_use]
    pub fn examples(&self) -> Vec<String> {
        self.0.iter().map(DirectoryNames::example).collect()
    }

    /// The person of this name; a disabled one only when there is no other.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when people of several directories have the name and it does not say which
    /// directory it means.
    pub async fn person(&self, store: &Store, login: &Login) -> Result<Option<Person>, StoreError> {
        match self.meant(login) {
            Meant { directory: None, login } => store.person_by_login(&login).await,
            Meant { directory: Some(directory), login: own } => {
                match store.person_of_directory(&directory, &own).await? {
                    Some(person) => Ok(Some(person)),
                    // Some directories keep whole addresses as login names.
                    None => store.person_of_directory(&directory, login).await,
                }
            }
        }
    }

    /// Whether the person may still use this name: an account of theirs that has it is open.
    pub async fn still_has(
        &self,
        store: &Store,
        login: &Login,
        person: PersonId,
    ) -> Result<bool, StoreError> {
        let found = match self.person(store, login).await {
            Err(StoreError::Conflict) => None,
            found => found?,
        };
        Ok(found.is_some_and(|found| found.id == person && !found.disabled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_its_directory_by_suffix_or_prefix_and_strange_domains_belong_to_the_name() {
        let names = |name: &str, suffix: &str, prefix: &str| DirectoryNames {
            name: name.into(),
            suffix: Some(suffix.into()),
            prefix: Some(prefix.into()),
            realm: Some(suffix.to_uppercase()),
        };
        let domains = Domains::new(vec![
            names("staff", "ki.example", "KI"),
            names("students", "students.ki.example", "STUDENTS"),
        ]);
        for (text, directory, own) in [
            ("anna", None, "anna"),
            ("anna@ki.example", Some("staff"), "anna"),
            ("Anna@Students.KI.example", Some("students"), "Anna"),
            ("students\\anna", Some("students"), "anna"),
            ("LAPTOP\\anna", None, "LAPTOP\\anna"),
            ("anna@home.example", None, "anna@home.example"),
            ("@ki.example", None, "@ki.example"),
        ] {
            let login = Login::parse(text).expect("a login");
            let meant = domains.meant(&login);
            assert_eq!((meant.directory.as_deref(), meant.login.as_str()), (directory, own));
        }
        assert_eq!(domains.of_realm("STUDENTS.KI.EXAMPLE"), Some("students"));
        assert_eq!(domains.of_realm("ELSEWHERE"), None);
    }
}
