//! Accounts, read and found.

use print_core::names::fold;
use print_core::{CardId, DepartmentId, Login, PersonId};

use crate::database::error::{Result, StoreError};
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::house::people::{self, Person, person_columns};
use crate::store::Store;

/// Rows of one login that are looked at: so many directories nobody has.
const DIRECTORIES_MAX: u32 = 64;

/// One entry of one directory, as it was last copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The directory's name in the configuration.
    pub directory: String,
    /// That directory's unchanging key.
    pub key: String,
    /// Whose it is.
    pub person: PersonId,
    /// What its holder signs in with, there.
    pub login: Login,
    /// What its holder is called there.
    pub name: String,
    /// The mail address there.
    pub mail: Option<String>,
    /// Who pays, by that directory.
    pub department: Option<DepartmentId>,
    /// Whether that directory has locked it.
    pub disabled: bool,
    /// What it shares with accounts of the same person elsewhere.
    pub link: Option<String>,
}

macro_rules! account_columns {
    () => {
        "a.directory, a.directory_key, a.person, a.login, a.name, a.mail, a.department, a.disabled, a.link"
    };
}

statements! {
    OF_DIRECTORY = concat!("SELECT ", account_columns!(), " FROM account a
        WHERE a.directory = $1 AND a.directory_key > $2 ORDER BY a.directory_key LIMIT $3");
    OF_PERSON = concat!("SELECT ", account_columns!(), " FROM account a WHERE a.person = $1
        ORDER BY a.directory, a.directory_key LIMIT 64");
    BY_LOGIN = concat!("SELECT a.directory, a.disabled, ", person_columns!(), "
        FROM account a JOIN person p ON p.id = a.person WHERE a.login_folded = $1
        ORDER BY a.disabled, a.person, a.directory LIMIT $2");
    BY_KEY = concat!("SELECT ", person_columns!(), " FROM account a JOIN person p ON p.id = a.person
        WHERE a.directory = $1 AND a.directory_key = $2");
    GROUPS = "SELECT group_name FROM account_group WHERE directory = $1 AND directory_key = $2
        ORDER BY group_name LIMIT 10000";
    CARDS = "SELECT c.id FROM card_origin o JOIN card c ON c.id = o.card
        WHERE c.person = $1 AND o.directory = $2 ORDER BY c.id LIMIT 1000";
    COUNT_ENABLED = "SELECT COUNT(*) FROM account WHERE directory = $1 AND disabled = 0";
}

pub(crate) fn read(row: &mut Row) -> Result<Account> {
    Ok(Account {
        directory: row.text()?,
        key: row.text()?,
        person: row.parsed()?,
        login: row.named(Login::parse)?,
        name: row.text()?,
        mail: row.opt_text()?,
        department: row.opt_parsed()?,
        disabled: row.flag()?,
        link: row.opt_text()?,
    })
}

/// Whose a login may be: in which directory, whether the account is open there, and the person.
struct Candidate {
    directory: String,
    disabled: bool,
    person: Person,
}

impl Store {
    async fn candidates(&self, login: &Login) -> Result<Vec<Candidate>> {
        let values = values![fold(login.as_str()), DIRECTORIES_MAX];
        let rows = self.pool().rows(BY_LOGIN, values).await?.into_iter().map(|mut row| {
            let (directory, disabled) = (row.text()?, row.flag()?);
            Ok(Candidate { directory, disabled, person: people::read(&mut row)? })
        });
        rows.collect()
    }

    /// The person who signs in with this name, compared folded, in whichever directory; a disabled one only
    /// when there is no other.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when two people have the name, each in a directory of their own: then it is
    /// nobody's until somebody says which directory is meant.
    pub async fn person_by_login(&self, login: &Login) -> Result<Option<Person>> {
        one(self.candidates(login).await?)
    }

    /// The same in one directory.
    pub async fn person_of_directory(
        &self,
        directory: &str,
        login: &Login,
    ) -> Result<Option<Person>> {
        let mut found = self.candidates(login).await?;
        found.retain(|candidate| candidate.directory == directory);
        one(found)
    }

    /// The directories in which somebody has this name and may use it.
    pub async fn directories_of_login(&self, login: &Login) -> Result<Vec<String>> {
        let found = self.candidates(login).await?;
        let open = found.into_iter().filter(|candidate| !candidate.disabled);
        Ok(open.map(|candidate| candidate.directory).collect())
    }

    /// The person of the account with a directory's key.
    pub async fn person_by_key(&self, directory: &str, key: &str) -> Result<Option<Person>> {
        let row = self.pool().row(BY_KEY, values![directory, key]).await?;
        row.map(|mut row| people::read(&mut row)).transpose()
    }

    /// Accounts of a directory by key, the page after the key `after`.
    pub async fn accounts(&self, directory: &str, after: &str, limit: u32) -> Result<Vec<Account>> {
        let rows = self.pool().rows(OF_DIRECTORY, values![directory, after, limit]).await?;
        rows.into_iter().map(|mut row| read(&mut row)).collect()
    }

    /// How many accounts of a directory are open.
    pub async fn open_accounts(&self, directory: &str) -> Result<i64> {
        let row = self.pool().row(COUNT_ENABLED, values![directory]).await?;
        row.ok_or(StoreError::NotFound)?.int()
    }

    /// The accounts of a person, by directory.
    pub async fn accounts_of(&self, person: PersonId) -> Result<Vec<Account>> {
        let rows = self.pool().rows(OF_PERSON, values![person]).await?;
        rows.into_iter().map(|mut row| read(&mut row)).collect()
    }

    /// The folded names of the groups that one account is in.
    pub async fn groups_of_account(&self, directory: &str, key: &str) -> Result<Vec<String>> {
        let rows = self.pool().rows(GROUPS, values![directory, key]).await?;
        rows.into_iter().map(|mut row| row.text()).collect()
    }

    /// The person's cards that this directory names.
    pub async fn cards_of_directory(
        &self,
        person: PersonId,
        directory: &str,
    ) -> Result<Vec<CardId>> {
        let rows = self.pool().rows(CARDS, values![person, directory]).await?;
        rows.into_iter().map(|mut row| row.parsed()).collect()
    }
}

/// The only person among these; whose account is open comes first.
fn one(candidates: Vec<Candidate>) -> Result<Option<Person>> {
    let (open, closed): (Vec<_>, Vec<_>) =
        candidates.into_iter().partition(|candidate| !candidate.disabled);
    let mut open = open.into_iter();
    let Some(first) = open.next() else {
        // Its account is closed, whatever the person may do by another one.
        let closed = closed.into_iter().next();
        return Ok(closed.map(|candidate| Person { disabled: true, ..candidate.person }));
    };
    match open.any(|other| other.person.id != first.person.id) {
        true => Err(StoreError::Conflict),
        false => Ok(Some(first.person)),
    }
}
