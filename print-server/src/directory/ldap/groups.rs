//! The groups of a person, also those that hold a group of theirs.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Duration;

use print_core::names::{cleaned, fold};

use super::active::IN_CHAIN;
use super::connection::{Connection, Failure};
use super::keeper::Keeper;
use super::search::{Found, NO_ATTRIBUTES, Question, equals};

/// Groups in groups are followed so deep.
const DEPTH_MAX: usize = 10;
/// Groups of one person.
const GROUPS_MAX: usize = 1_000;
/// Groups that are asked about in one reading of the directory.
const ASKED_MAX: usize = 20_000;
/// A group's name is cut to this many bytes.
const NAME_MAX: usize = 255;

/// Where questions go.
#[derive(Debug, Clone, Copy)]
pub enum Asked<'a> {
    /// To the shared connection.
    Shared(&'a Keeper),
    /// To one connection, with the time that an answer may take.
    Own(&'a Connection, Duration),
}

impl Asked<'_> {
    /// Asks.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn search(self, question: &Question) -> Result<Found, Failure> {
        match self {
            Self::Shared(keeper) => keeper.search(question).await,
            Self::Own(connection, limit) => connection.search(question, limit).await,
        }
    }
}

/// What is known about groups in one reading: each is asked about once.
#[derive(Debug)]
pub struct Groups<'a> {
    asked: Asked<'a>,
    base: &'a str,
    /// By a group's folded DN, the DNs of the groups that hold it.
    holders: HashMap<String, Vec<String>>,
}

impl<'a> Groups<'a> {
    /// Groups below `base`.
    #[must_use]
    pub fn new(asked: Asked<'a>, base: &'a str) -> Self {
        Self { asked, base, holders: HashMap::new() }
    }

    /// The folded names of all groups that the entry is in, also by groups that hold its groups: one question,
    /// which Active Directory follows to its end by itself.
    ///
    /// # Errors
    /// [`Failure`] when the directory does not answer.
    pub async fn in_chain(&self, dn: &str) -> Result<Vec<String>, Failure> {
        let filter = equals(&format!("member:{IN_CHAIN}:"), dn);
        let found = self.asked.search(&Question::all(self.base, filter, &[NO_ATTRIBUTES])).await?;
        let names = found.entries.iter().filter_map(|entry| name(&entry.dn)).take(GROUPS_MAX);
        Ok(names.collect::<BTreeSet<_>>().into_iter().collect())
    }

    /// The folded names of the groups `direct` and of all that hold them, breadth first.
    ///
    /// # Errors
    /// [`Failure`] when the directory does not answer.
    pub async fn names(&mut self, direct: &[String]) -> Result<Vec<String>, Failure> {
        let (mut seen, mut names) = (HashSet::new(), BTreeSet::new());
        let mut level = direct.to_vec();
        for depth in 0..=DEPTH_MAX {
            let mut next = Vec::new();
            for dn in level {
                // Circles of groups end here.
                if seen.len() == GROUPS_MAX || !seen.insert(fold(&dn)) {
                    continue;
                }
                names.extend(name(&dn));
                if depth < DEPTH_MAX {
                    next.extend_from_slice(self.holders_of(&dn).await?);
                }
            }
            level = next;
        }
        Ok(names.into_iter().collect())
    }

    async fn holders_of(&mut self, dn: &str) -> Result<&[String], Failure> {
        let key = fold(dn);
        if !self.holders.contains_key(&key) && self.holders.len() < ASKED_MAX {
            let question = Question::all(self.base, equals("member", dn), &[NO_ATTRIBUTES]);
            let found = self.asked.search(&question).await?;
            let holders = found.entries.into_iter().map(|entry| entry.dn).collect();
            self.holders.insert(key.clone(), holders);
        }
        Ok(self.holders.get(&key).map_or(&[], Vec::as_slice))
    }
}

/// The value of the first part of a DN (RFC 4514), folded: `cn=Print\2c admins,ou=x` is
/// `print, admins`.
fn name(dn: &str) -> Option<String> {
    let (_, rest) = dn.split_once('=')?;
    let mut bytes = Vec::new();
    let mut input = rest.bytes();
    while let Some(byte) = input.next() {
        match byte {
            b',' | b'+' => break,
            b'\\' => {
                let first = input.next()?;
                match hex_digit(first) {
                    Some(high) => bytes.push(high << 4 | hex_digit(input.next()?)?),
                    None => bytes.push(first),
                }
            }
            other => bytes.push(other),
        }
    }
    let name = fold(&cleaned(&String::from_utf8(bytes).ok()?, NAME_MAX));
    (!name.is_empty()).then_some(name)
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_called_by_the_first_part_of_its_place() {
        for (dn, expected) in [
            ("cn=print-Admins,ou=groups,dc=test", Some("print-admins")),
            (r"cn=Print\, admins,dc=test", Some("print, admins")),
            (r"cn=\c3\85ke+ou=x,dc=test", Some("åke")),
            (r#"CN=A\"b\\c"#, Some(r#"a"b\c"#)),
            ("cn=,dc=test", None),
            ("nonsense", None),
            (r"cn=a\", None),
            (r"cn=\ff,dc=test", None),
        ] {
            assert_eq!(name(dn).as_deref(), expected, "{dn}");
        }
    }
}
