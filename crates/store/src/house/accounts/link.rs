//! Accounts that become one person, and that part again.
//!
//! Accounts of different directories are one person when both directories say the same of them, in an attribute
//! that was agreed on; a name never links anybody. What somebody had before they were linked goes to nobody
//! else: a person with open jobs is not taken into another one before these are over, and an account that joins
//! a person with open jobs opens these only when that person confirms its cards. When accounts part, each keeps
//! the cards of its own directory, jobs stay with the person who had them, and every browser is signed out.

use print_core::names::{fold, sort_key};
use print_core::{PersonId, Timestamp};
use serde_json::json;

use super::put::{GONE, NewAccount, describe};
use crate::books::audit::{self, AuditEvent};
use crate::database::error::Result;
use crate::database::pool::Transaction;
use crate::database::statement::statements;
use crate::database::value::values;
use crate::house::people::DirectoryPerson;
use crate::notices::{self, NoticeKind};

/// Where an account is to be written.
pub(super) struct Place {
    pub(super) person: PersonId,
    /// The account was there already.
    pub(super) is_known: bool,
    pub(super) waits: bool,
    /// What it is linked by; none where that would be a guess.
    pub(super) link: Option<String>,
    pub(super) guarded_from: Option<Timestamp>,
}

/// An account of the same person.
#[derive(Clone)]
struct Fellow {
    directory: String,
    key: String,
    link: Option<String>,
}

statements! {
    KNOWN = "SELECT a.person, a.guarded_from, p.source, p.directory_key
        FROM account a JOIN person p ON p.id = a.person
        WHERE a.directory = $1 AND a.directory_key = $2";
    // Two accounts of one directory that share it: whose it is would be a guess.
    DOUBLE = "SELECT 1 FROM account WHERE directory = $1 AND link = $3 AND directory_key <> $2
        AND disabled = 0 LIMIT 1";
    LINKED = "SELECT DISTINCT person FROM account WHERE link = $2 AND directory <> $1
        ORDER BY person LIMIT 2";
    FELLOWS = "SELECT directory, directory_key, link FROM account
        WHERE person = $1 AND NOT (directory = $2 AND directory_key = $3)
        ORDER BY directory, directory_key LIMIT 64";
    HAS_OPEN_JOBS = "SELECT 1 FROM job WHERE owner_kind = 'person' AND owner = $1
        AND ended_at IS NULL LIMIT 1";
    NEW_PERSON = "INSERT INTO person (id, source, directory_key, login, login_folded, name, name_folded,
            name_sort, mail, language, department, disabled, seen_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (source, directory_key) DO UPDATE SET seen_at = excluded.seen_at RETURNING id";
    AGAIN_PERSON = "INSERT INTO person (id, source, directory_key, login, login_folded, name, name_folded,
            name_sort, mail, language, department, disabled, seen_at)
        SELECT CAST($1 AS TEXT), a.directory, a.directory_key, a.login, a.login_folded, p.name,
            p.name_folded, p.name_sort, a.mail, p.language, a.department, a.disabled, p.seen_at
        FROM account a JOIN person p ON p.id = a.person WHERE a.directory = $2 AND a.directory_key = $3
        ON CONFLICT (source, directory_key) DO UPDATE SET seen_at = excluded.seen_at RETURNING id";
    MOVE = "UPDATE account SET person = $3, guarded_from = $4 WHERE directory = $1 AND directory_key = $2";
    // Its own directory's cards, as far as no other account of the person has them too.
    MOVE_CARDS = "UPDATE card SET person = $2 WHERE person = $1 AND source = 'directory'
        AND id IN (SELECT o.card FROM card_origin o WHERE o.directory = $3)
        AND id NOT IN (SELECT o.card FROM card_origin o JOIN account a ON a.directory = o.directory
            WHERE a.person = $1 AND o.directory <> $3)";
    LEAVE_CARDS = "DELETE FROM card_origin WHERE directory = $2
        AND card IN (SELECT c.id FROM card c WHERE c.person = $1)";
    TAKE_CARDS = "UPDATE card SET person = $2, trusted_from = COALESCE(CAST($3 AS BIGINT), trusted_from),
            confirmed_at = CASE WHEN CAST($3 AS BIGINT) IS NULL THEN confirmed_at ELSE NULL END
        WHERE person = $1";
    TAKE_LINKS = "UPDATE link SET owner = $2 WHERE owner_kind = 'person' AND owner = $1";
    TAKE_MACHINES = "INSERT INTO machine_member (machine, person, since)
        SELECT machine, CAST($2 AS TEXT), CAST($3 AS BIGINT) FROM machine_member WHERE person = $1
        ON CONFLICT DO NOTHING";
    SIGN_OUT = "DELETE FROM web_session WHERE person = $1";
}

/// Finds out whose the account is, and has it change hands where its directory says so.
pub(super) async fn place(
    transaction: &mut Transaction,
    account: &NewAccount,
    now: Timestamp,
) -> Result<Place> {
    let person = &account.person;
    let (link, other) = linked(transaction, account).await?;
    let known = transaction.row(KNOWN, values![&person.source, &person.key]).await?;
    let Some(mut known) = known else {
        let (person, guarded_from) = match other {
            Some(other) => (other, joined(transaction, account, other, now).await?),
            None => (new_person(transaction, person, now).await?, None),
        };
        return Ok(Place { person, is_known: false, waits: false, link, guarded_from });
    };
    let (mut holder, guarded_from): (PersonId, _) = (known.parsed()?, known.opt_time()?);
    let is_home = known.text()? == person.source && known.text()? == person.key;
    let strangers = strangers(transaction, account, holder, link.as_deref()).await?;
    let mut waits = false;
    if !strangers.is_empty() {
        if is_home {
            part(transaction, holder, &strangers, now).await?;
        } else {
            let own = [Fellow {
                directory: person.source.clone(),
                key: person.key.clone(),
                link: link.clone(),
            }];
            holder = part(transaction, holder, &own, now).await?;
        }
    }
    if let Some(other) = other.filter(|other| *other != holder) {
        if transaction.row(HAS_OPEN_JOBS, values![holder]).await?.is_some() {
            waits = true;
        } else {
            take_in(transaction, account, (holder, other), now).await?;
            holder = other;
        }
    }
    Ok(Place { person: holder, is_known: true, waits, link, guarded_from })
}

/// What the account is linked by, and the only person who has that in other directories.
async fn linked(
    transaction: &mut Transaction,
    account: &NewAccount,
) -> Result<(Option<String>, Option<PersonId>)> {
    let DirectoryPerson { source, key, .. } = &account.person;
    let Some(link) = &account.link else { return Ok((None, None)) };
    if transaction.row(DOUBLE, values![source, key, link]).await?.is_some() {
        tracing::warn!(directory = %source, "Two accounts share what links them to other directories");
        return Ok((None, None));
    }
    let mut rows = transaction.rows(LINKED, values![source, link]).await?;
    let only = match rows.as_mut_slice() {
        [only] => Some(only.parsed()?),
        _ => None,
    };
    Ok((Some(link.clone()), only))
}

/// The other accounts of the holder that are not linked to this one any more.
async fn strangers(
    transaction: &mut Transaction,
    account: &NewAccount,
    holder: PersonId,
    link: Option<&str>,
) -> Result<Vec<Fellow>> {
    let values = values![holder, &account.person.source, &account.person.key];
    let mut fellows = Vec::new();
    for mut row in transaction.rows(FELLOWS, values).await? {
        fellows.push(Fellow { directory: row.text()?, key: row.text()?, link: row.opt_text()? });
    }
    fellows.retain(|fellow| link.is_none() || fellow.link.as_deref() != link);
    Ok(fellows)
}

async fn new_person(
    transaction: &mut Transaction,
    person: &DirectoryPerson,
    now: Timestamp,
) -> Result<PersonId> {
    let values = values![
        PersonId::new(),
        &person.source,
        &person.key,
        person.login.as_str(),
        fold(person.login.as_str()),
        &person.name,
        fold(&person.name),
        sort_key(&person.name),
        person.mail.clone(),
        person.language.as_str(),
        person.department,
        person.disabled,
        now,
    ];
    transaction.row(NEW_PERSON, values).await?.ok_or(GONE)?.parsed()
}

/// A new account joins somebody who is there. Since when its cards open that person's jobs, where there are any.
async fn joined(
    transaction: &mut Transaction,
    account: &NewAccount,
    person: PersonId,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    let guarded = transaction.row(HAS_OPEN_JOBS, values![person]).await?.map(|_| now);
    if guarded.is_some() {
        notices::tell(transaction, person, NoticeKind::CardAdded, now).await?;
    }
    write_down(transaction, "account-link", &account.person.source, person, now).await?;
    Ok(guarded)
}

/// The account of one person joins another; nothing is left of the first one but what they printed.
async fn take_in(
    transaction: &mut Transaction,
    account: &NewAccount,
    (from, to): (PersonId, PersonId),
    now: Timestamp,
) -> Result<()> {
    let guarded = joined(transaction, account, to, now).await?;
    let DirectoryPerson { source, key, .. } = &account.person;
    transaction.change(MOVE, values![source, key, to, guarded]).await?;
    transaction.change(TAKE_CARDS, values![from, to, guarded]).await?;
    transaction.change(TAKE_LINKS, values![from, to]).await?;
    transaction.change(TAKE_MACHINES, values![from, to, now]).await?;
    transaction.change(SIGN_OUT, values![from]).await?;
    describe(transaction, from, now).await
}

/// These accounts leave the person and become one of their own, which they may have been before.
async fn part(
    transaction: &mut Transaction,
    from: PersonId,
    leaving: &[Fellow],
    now: Timestamp,
) -> Result<PersonId> {
    let first = leaving.first().ok_or(GONE)?;
    let values = values![PersonId::new(), &first.directory, &first.key];
    let to: PersonId = transaction.row(AGAIN_PERSON, values).await?.ok_or(GONE)?.parsed()?;
    for account in leaving {
        let nothing: Option<Timestamp> = None;
        let Fellow { directory, key, .. } = account;
        transaction.change(MOVE, values![directory, key, to, nothing]).await?;
        transaction.change(MOVE_CARDS, values![from, to, directory]).await?;
        transaction.change(LEAVE_CARDS, values![from, directory]).await?;
        write_down(transaction, "account-unlink", directory, from, now).await?;
    }
    // Whoever signed in with a leaving account's password is somebody else from now on.
    transaction.change(SIGN_OUT, values![from]).await?;
    describe(transaction, from, now).await?;
    describe(transaction, to, now).await?;
    Ok(to)
}

async fn write_down(
    transaction: &mut Transaction,
    event: &str,
    directory: &str,
    person: PersonId,
    now: Timestamp,
) -> Result<()> {
    let event = AuditEvent {
        at: now,
        actor: "system".into(),
        event: event.into(),
        object: format!("person:{person}"),
        outcome: "done".into(),
        detail: json!({ "directory": directory }),
    };
    audit::append(transaction, &event).await
}
