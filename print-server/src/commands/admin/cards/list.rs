//! The lines of a list of cards, each matched to a person and a number, or with what is wrong with it.

use std::collections::{BTreeMap, HashMap};

use print_core::names::{self, is_unsafe_to_show};
use print_core::{CardForm, CardNumber};
use store::{CardLookup, Person, Store, StoreError};

use super::csv::Row;
use crate::commands::CommandError;
use crate::directory::lookups_of;
use crate::keys::Keys;

/// People in one page of the store's list.
const PAGE: u32 = 1_000;
/// A label is at most so long.
const LABEL_BYTES_MAX: usize = 127;

/// Everybody, by login and by the directory's key.
pub struct People(HashMap<String, Person>);

impl People {
    /// Everybody whom the store knows.
    pub async fn of(store: &Store) -> Result<Self, StoreError> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = store.people("", after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            all.extend(page);
        }
        // A login goes before a key, and somebody who is here before one who has left.
        all.sort_by_key(|person| !person.disabled);
        let mut known: HashMap<_, _> =
            all.iter().map(|person| (names::fold(&person.key), person.clone())).collect();
        known.extend(all.into_iter().map(|person| (names::fold(person.login.as_str()), person)));
        Ok(Self(known))
    }
}

/// A line that can be taken.
pub struct Line {
    /// Its number in the file.
    pub line: usize,
    /// Whose card it is.
    pub person: Person,
    /// The card.
    pub number: CardNumber,
    /// What its number is found by.
    pub lookups: Vec<CardLookup>,
    /// What people call it.
    pub label: String,
}

/// What is wrong with a line.
#[derive(Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Its number in the file.
    pub line: usize,
    /// What kind of fault it is.
    pub fault: Fault,
    /// The same as a sentence, without the number.
    pub reason: String,
}

/// Kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The line itself, its label, or its number.
    Unreadable,
    /// There is no such person, or the account is closed.
    UnknownPerson,
    /// The card stands in the list before, or is somebody else's.
    Double,
}

/// A list that was looked through.
#[derive(Default)]
pub struct Checked {
    /// What can be taken.
    pub lines: Vec<Line>,
    /// What cannot.
    pub wrong: Vec<Wrong>,
    /// How many numbers have how many characters.
    pub lengths: BTreeMap<usize, usize>,
    /// Numbers that lacked zeros in front, which were put back.
    pub zeros_eaten: usize,
}

/// Where the columns stand.
struct Columns {
    person: usize,
    number: usize,
    label: Option<usize>,
    count: usize,
}

fn columns(head: Option<&Row>) -> Result<Columns, CommandError> {
    let wanted = "the first line names the columns: person, number and, if you like, label";
    let cells: Vec<_> =
        head.map_or(&[][..], |row| &row.cells).iter().map(|name| names::fold(name)).collect();
    let place = |name: &str| cells.iter().position(|cell| cell == name);
    let is_known = |cell: &String| matches!(cell.as_str(), "person" | "number" | "label");
    match (place("person"), place("number")) {
        (Some(person), Some(number)) if cells.iter().all(is_known) => {
            Ok(Columns { person, number, label: place("label"), count: cells.len() })
        }
        _ => Err(wanted.into()),
    }
}

/// Matches each line. Whether a card is somebody else's is asked afterwards, of the store.
///
/// # Errors
/// A sentence, when the first line does not name the columns.
pub fn check(
    rows: &[Row],
    form: &CardForm,
    people: &People,
    keys: &Keys,
) -> Result<Checked, CommandError> {
    let columns = columns(rows.first())?;
    let mut checked = Checked::default();
    let mut seen: HashMap<Vec<u8>, usize> = HashMap::new();
    for row in &rows[1..] {
        if let Some(text) = row.cells.get(columns.number) {
            *checked.lengths.entry(text.chars().count()).or_default() += 1;
            checked.zeros_eaten += usize::from(form.lacks_zeros(text));
        }
        let line = row.line;
        match read(row, &columns, form, people, keys) {
            Err((fault, reason)) => checked.wrong.push(Wrong { line, fault, reason }),
            Ok(found) => {
                let earlier = found.lookups.iter().find_map(|lookup| seen.get(&lookup.lookup));
                if let Some(earlier) = earlier {
                    let reason = format!("the same card as in line {earlier}");
                    checked.wrong.push(Wrong { line, fault: Fault::Double, reason });
                    continue;
                }
                seen.extend(found.lookups.iter().map(|lookup| (lookup.lookup.clone(), line)));
                checked.lines.push(found);
            }
        }
    }
    Ok(checked)
}

fn read(
    row: &Row,
    columns: &Columns,
    form: &CardForm,
    people: &People,
    keys: &Keys,
) -> Result<Line, (Fault, String)> {
    let unreadable = |reason: String| (Fault::Unreadable, reason);
    if row.cells.len() != columns.count {
        let (has, wanted) = (row.cells.len(), columns.count);
        return Err(unreadable(format!("it has {has} cells, and the first line has {wanted}")));
    }
    let label = columns.label.map_or("", |place| row.cells[place].as_str());
    if label.len() > LABEL_BYTES_MAX || label.chars().any(is_unsafe_to_show) {
        return Err(unreadable("the label is too long, or cannot be shown".into()));
    }
    let number =
        form.read(&row.cells[columns.number]).map_err(|fault| unreadable(fault.to_string()))?;
    let key = &row.cells[columns.person];
    let person = people.0.get(&names::fold(key)).filter(|_| !key.is_empty());
    let person = person.ok_or_else(|| {
        let key = names::cleaned(key, LABEL_BYTES_MAX);
        (Fault::UnknownPerson, format!("nobody has the login or directory key \"{key}\""))
    })?;
    if person.disabled {
        let closed = format!("the account of {} is closed", person.login);
        return Err((Fault::UnknownPerson, closed));
    }
    let (person, label) = (person.clone(), label.to_owned());
    let lookups = lookups_of(keys, &number);
    Ok(Line { line: row.line, person, number, lookups, label })
}

impl Checked {
    /// Moves the lines whose card is somebody else's to those that are wrong, and gives how many of the others
    /// their people have already.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn against(&mut self, store: &Store, people: &People) -> Result<usize, StoreError> {
        let lookups: Vec<_> = self.lines.iter().flat_map(|line| &line.lookups).collect();
        let holders = store.card_holders(&lookups).await?;
        let logins: HashMap<_, _> =
            people.0.values().map(|person| (person.id, person.login.to_string())).collect();
        let mut known = 0;
        for line in std::mem::take(&mut self.lines) {
            let held = line.lookups.iter().filter_map(|lookup| holders.get(&lookup.lookup));
            let held: Vec<_> = held.map(|(_, person)| *person).collect();
            match held.iter().find(|person| **person != line.person.id) {
                Some(other) => {
                    let whose = logins.get(other).map_or("somebody else", String::as_str);
                    let reason = format!("the card is {whose}'s already");
                    self.wrong.push(Wrong { line: line.line, fault: Fault::Double, reason });
                }
                None => {
                    known += usize::from(!held.is_empty());
                    self.lines.push(line);
                }
            }
        }
        self.wrong.sort_by_key(|wrong| wrong.line);
        Ok(known)
    }

    /// How many lines have this kind of fault.
    pub fn count(&self, fault: Fault) -> usize {
        self.wrong.iter().filter(|wrong| wrong.fault == fault).count()
    }
}
