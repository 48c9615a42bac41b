//! People, as the accounts that they have in directories describe them together.

use print_core::names::fold;
use print_core::{DepartmentId, Login, PersonId, Timestamp};

use crate::database::error::{Result, StoreError};
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::store::Store;

/// The language that a person is spoken to in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Swedish.
    #[default]
    Swedish,
    /// English.
    English,
}

impl Language {
    /// The language tag, `sv` or `en`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Swedish => "sv",
            Self::English => "en",
        }
    }

    /// The language of a tag.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Swedish, Self::English].into_iter().find(|language| language.as_str() == word)
    }
}

/// What a directory says about one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryPerson {
    /// The directory's name in the configuration.
    pub source: String,
    /// The directory's own unchanging key, as `entryUUID` or `objectGUID`.
    pub key: String,
    /// What the person signs in with.
    pub login: Login,
    /// What the person is called.
    pub name: String,
    /// Where mail reaches the person.
    pub mail: Option<String>,
    /// The language that the person prefers.
    pub language: Language,
    /// Who pays.
    pub department: Option<DepartmentId>,
    /// Whether the directory has locked the person out.
    pub disabled: bool,
    /// The groups that the person is a member of.
    pub groups: Vec<String>,
}

/// A person we know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Our own key, which outlives changes of login and name.
    pub id: PersonId,
    /// The directory that the person was first met in.
    pub source: String,
    /// That directory's key.
    pub key: String,
    /// What the person signs in with.
    pub login: Login,
    /// What the person is called.
    pub name: String,
    /// Where mail reaches the person.
    pub mail: Option<String>,
    /// The language that the person prefers.
    pub language: Language,
    /// Who pays.
    pub department: Option<DepartmentId>,
    /// Whether the person may not use the house any more.
    pub disabled: bool,
    /// When the directory was last seen to know the person.
    pub seen_at: Timestamp,
}

macro_rules! person_columns {
    () => {
        "p.id, p.source, p.directory_key, p.login, p.name, p.mail, p.language, p.department, \
         p.disabled, p.seen_at"
    };
}
pub(crate) use person_columns;

statements! {
    GROUPS = "SELECT group_name FROM person_group WHERE person = $1 ORDER BY group_name LIMIT 10000";
    SET_LANGUAGE = "UPDATE person SET language = $2 WHERE id = $1";
    BY_ID = concat!("SELECT ", person_columns!(), " FROM person p WHERE p.id = $1");
    NAME_SORT = "SELECT name_sort FROM person WHERE id = $1";
    PAGE = concat!("SELECT ", person_columns!(), " FROM person p
        WHERE p.name_sort > $1 OR (p.name_sort = $1 AND p.id > $2)
        ORDER BY p.name_sort, p.id LIMIT $3");
    SEARCH = concat!("SELECT ", person_columns!(), " FROM person p
        WHERE ((p.login_folded >= $4 AND p.login_folded < $5)
            OR (p.name_folded >= $4 AND p.name_folded < $5))
            AND (p.name_sort > $1 OR (p.name_sort = $1 AND p.id > $2))
        ORDER BY p.name_sort, p.id LIMIT $3");
}

pub(crate) fn read(row: &mut Row) -> Result<Person> {
    Ok(Person {
        id: row.parsed()?,
        source: row.text()?,
        key: row.text()?,
        login: row.named(Login::parse)?,
        name: row.text()?,
        mail: row.opt_text()?,
        language: row.word(Language::from_word)?,
        department: row.opt_parsed()?,
        disabled: row.flag()?,
        seen_at: row.time()?,
    })
}

impl Store {
    /// Keeps the language that the person chose.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such person.
    pub async fn set_language(&self, person: PersonId, language: Language) -> Result<()> {
        match self.change(SET_LANGUAGE, values![person, language.as_str()]).await? {
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }

    /// The person with our key.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn person(&self, id: PersonId) -> Result<Person> {
        let row = self.pool().row(BY_ID, values![id]).await?;
        read(&mut row.ok_or(StoreError::NotFound)?)
    }

    /// People whose login or name begins with `search` (all, when it is empty), by name, the page that
    /// comes after the person `after`.
    pub async fn people(
        &self,
        search: &str,
        after: Option<PersonId>,
        limit: u32,
    ) -> Result<Vec<Person>> {
        let mut from = (String::new(), String::new());
        if let Some(id) = after {
            let row = self.pool().row(NAME_SORT, values![id]).await?;
            from = (row.ok_or(StoreError::NotFound)?.text()?, id.to_string());
        }
        let prefix = fold(search);
        let mut values = values![from.0, from.1, limit];
        let statement = if prefix.is_empty() {
            PAGE
        } else {
            let end = format!("{prefix}{}", char::MAX);
            values.extend(values![prefix, end]);
            SEARCH
        };
        let rows = self.pool().rows(statement, values).await?;
        rows.into_iter().map(|mut row| read(&mut row)).collect()
    }

    /// The names of the person's groups, folded.
    pub async fn groups_of(&self, person: PersonId) -> Result<Vec<String>> {
        let rows = self.pool().rows(GROUPS, values![person]).await?;
        rows.into_iter().map(|mut row| row.text()).collect()
    }
}
