//! What a directory says about one account, into the store: the account, its groups, and the person whom all
//! accounts together describe.

use print_core::names::{fold, sort_key};
use print_core::{DepartmentId, PersonId, Timestamp};

use super::link;
use crate::database::error::{Result, StoreError};
use crate::database::pool::{Transaction, transact};
use crate::database::statement::{Repeated, statements};
use crate::database::value::values;
use crate::house::people::DirectoryPerson;
use crate::store::Store;

/// What a directory says about one of its accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// The person as the directory describes them.
    pub person: DirectoryPerson,
    /// What it shares with accounts of the same person in other directories.
    pub link: Option<String>,
}

/// Where an account went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Whose it is.
    pub person: PersonId,
    /// It is to become another person's account, and cannot yet: the one whose it is has open jobs, which
    /// nobody else may get. It is worth another try.
    pub waits: bool,
}

statements! {
    PUT = "INSERT INTO account (directory, directory_key, person, login, login_folded, name, mail,
            department, disabled, link, guarded_from)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (directory, directory_key) DO UPDATE
        SET login = excluded.login, login_folded = excluded.login_folded, name = excluded.name,
            mail = excluded.mail, department = excluded.department, disabled = excluded.disabled,
            link = excluded.link";
    FORGET_GROUPS = "DELETE FROM account_group WHERE directory = $1 AND directory_key = $2";
    // The one of the directory that made the person comes first, then whoever is open.
    DESCRIBE = "SELECT a.login, a.name, a.mail, a.department, a.disabled FROM account a
            JOIN person p ON p.id = a.person
        WHERE a.person = $1 ORDER BY a.disabled,
            CASE WHEN a.directory = p.source AND a.directory_key = p.directory_key THEN 0 ELSE 1 END,
            a.directory, a.directory_key LIMIT 64";
    UPDATE_PERSON = "UPDATE person SET login = $2, login_folded = $3, name = $4, name_folded = $5,
            name_sort = $6, mail = $7, department = $8, disabled = $9, seen_at = $10 WHERE id = $1";
    DISABLE_PERSON = "UPDATE person SET disabled = 1 WHERE id = $1";
    FORGET_PERSON_GROUPS = "DELETE FROM person_group WHERE person = $1";
    // A group of a closed account gives nobody anything.
    JOIN_GROUPS = "INSERT INTO person_group (person, group_name)
        SELECT DISTINCT a.person, g.group_name FROM account a JOIN account_group g
            ON g.directory = a.directory AND g.directory_key = a.directory_key
        WHERE a.person = $1 AND (a.disabled = 0 OR NOT EXISTS (SELECT 1 FROM account o
            WHERE o.person = a.person AND o.disabled = 0))";
}

pub(crate) static ADD_GROUPS: Repeated = Repeated::new(
    "INSERT INTO account_group (directory, directory_key, group_name) VALUES ",
    "(#, #, #)",
    " ON CONFLICT DO NOTHING",
    0,
);

/// Writes the account and brings the person up to date whose it is.
async fn put(
    transaction: &mut Transaction,
    account: &NewAccount,
    now: Timestamp,
) -> Result<Placed> {
    let place = link::place(transaction, account, now).await?;
    let NewAccount { person, .. } = account;
    let values = values![
        &person.source,
        &person.key,
        place.person,
        person.login.as_str(),
        fold(person.login.as_str()),
        &person.name,
        person.mail.clone(),
        person.department,
        person.disabled,
        place.link.clone(),
        place.guarded_from,
    ];
    transaction.change(PUT, values).await?;
    if place.is_known {
        transaction.change(FORGET_GROUPS, values![&person.source, &person.key]).await?;
    }
    let groups =
        person.groups.iter().map(|group| values![&person.source, &person.key, fold(group)]);
    transaction.insert_rows(&ADD_GROUPS, groups.collect()).await?;
    describe(transaction, place.person, now).await?;
    Ok(Placed { person: place.person, waits: place.waits })
}

/// Makes the person what all accounts together say. Somebody without any may not use the house.
pub(super) async fn describe(
    transaction: &mut Transaction,
    person: PersonId,
    now: Timestamp,
) -> Result<()> {
    transaction.change(FORGET_PERSON_GROUPS, values![person]).await?;
    let mut rows = transaction.rows(DESCRIBE, values![person]).await?.into_iter();
    let Some(mut first) = rows.next() else {
        transaction.change(DISABLE_PERSON, values![person]).await?;
        return Ok(());
    };
    let (login, name) = (first.text()?, first.text()?);
    let (mut mail, mut department): (Option<String>, Option<DepartmentId>) =
        (first.opt_text()?, first.opt_parsed()?);
    let disabled = first.flag()?;
    for mut other in rows {
        let (_, _) = (other.text()?, other.text()?);
        let (its_mail, its_department) = (other.opt_text()?, other.opt_parsed()?);
        if !other.flag()? {
            mail = mail.or(its_mail);
            department = department.or(its_department);
        }
    }
    let (login_folded, folded, sort) = (fold(&login), fold(&name), sort_key(&name));
    let values =
        values![person, login, login_folded, name, folded, sort, mail, department, disabled, now];
    transaction.change(UPDATE_PERSON, values).await?;
    transaction.change(JOIN_GROUPS, values![person]).await?;
    Ok(())
}

impl Store {
    /// Adds the account of somebody, or brings it and its person up to date; its groups are replaced.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another open account of the directory has the login, or there is no such
    /// department.
    pub async fn put_account(&self, account: &NewAccount) -> Result<Placed> {
        let now = self.now();
        transact!(self.pool(), |transaction| put(transaction, account, now).await?)
    }

    /// The same for a page of accounts, all or none.
    ///
    /// # Errors
    /// As [`Store::put_account`].
    pub async fn put_accounts(&self, accounts: &[NewAccount]) -> Result<Vec<Placed>> {
        let now = self.now();
        transact!(self.pool(), |transaction| {
            let mut placed = Vec::with_capacity(accounts.len());
            for account in accounts {
                placed.push(put(transaction, account, now).await?);
            }
            placed
        })
    }

    /// Adds the person, or brings what we know up to date, from a directory that links nobody.
    ///
    /// # Errors
    /// As [`Store::put_account`].
    pub async fn put_person(&self, person: &DirectoryPerson) -> Result<PersonId> {
        let account = NewAccount { person: person.clone(), link: None };
        Ok(self.put_account(&account).await?.person)
    }

    /// The same for a page of people, all or none.
    ///
    /// # Errors
    /// As [`Store::put_account`].
    pub async fn put_people(&self, people: &[DirectoryPerson]) -> Result<Vec<PersonId>> {
        let account = |person: &DirectoryPerson| NewAccount { person: person.clone(), link: None };
        let accounts: Vec<_> = people.iter().map(account).collect();
        let placed = self.put_accounts(&accounts).await?;
        Ok(placed.into_iter().map(|placed| placed.person).collect())
    }
}

/// A row that must be there is not.
pub(super) const GONE: StoreError = StoreError::NotFound;
