//! What changed since the last copy. Active Directory numbers its changes, each server by itself; OpenLDAP's
//! provider gives a cookie. A server that does neither is read whole each time.
//!
//! A group that changed changes nothing at its members' own entries, so that everybody is read then.

use std::collections::HashSet;

use print_core::{CardForm, Timestamp};
use tracing::debug;

use super::active::USN_CHANGED;
use super::connection::{Connection, Failure};
use super::entry::{Described, attributes, describe, hex, key};
use super::groups::{Asked, Groups};
use super::search::{Entry, NO_ATTRIBUTES, Question, equals};
use super::source::LdapPeople;
use super::sync::{GROUP_LIMIT, READING_LIMIT, Reading};

/// Everybody is read once a day, whatever the server says has changed.
const WHOLE_AFTER_SECONDS: i64 = 24 * 3_600;
/// The control of RFC 4533.
const SYNC_REQUEST: &str = "1.3.6.1.4.1.4203.1.9.1.1";

/// Where the next reading of changes begins.
#[derive(Debug, Clone)]
pub struct Mark {
    position: Position,
    whole_at: Timestamp,
    form: Option<String>,
}

/// A position in a server's own order of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// Active Directory: numbers are each server's own, so that they go with its invocation.
    Number { invocation: String, number: i64, root: String },
    /// OpenLDAP: the newest change (CSN) of the server at this place in the configuration.
    Newest { place: usize, csn: String },
}

/// Why changes could not be read.
pub enum NotRead {
    /// They cannot be told: everybody is to be read.
    Whole,
    /// The directory did not answer.
    Failed(Failure),
}

impl From<Failure> for NotRead {
    fn from(failure: Failure) -> Self {
        match failure {
            // Too many at once, or too old a position (RFC 4533 section 2.3): a reading in pages has them all.
            Failure::Refused { code: 4 | 4096, .. } => Self::Whole,
            other => Self::Failed(other),
        }
    }
}

impl Mark {
    /// After everybody was read.
    #[must_use]
    pub fn whole(position: Position, at: Timestamp, form: Option<&CardForm>) -> Self {
        Self { position, whole_at: at, form: form.map(ToString::to_string) }
    }

    /// The same after changes up to there.
    #[must_use]
    pub fn moved(self, position: Position) -> Self {
        Self { position, ..self }
    }

    /// Whether changes from here are enough.
    #[must_use]
    pub fn is_good(&self, now: Timestamp, form: Option<&CardForm>) -> bool {
        let age = now.micros_since(self.whole_at) / 1_000_000;
        (0..WHOLE_AFTER_SECONDS).contains(&age) && self.form == form.map(ToString::to_string)
    }
}

impl LdapPeople {
    /// Where the server is now; none when it does not say, or we may not read it.
    pub(super) async fn position(
        &self,
        connection: &Connection,
    ) -> Result<Option<Position>, Failure> {
        let asked = [
            "highestCommittedUSN",
            "dsServiceName",
            "defaultNamingContext",
            "namingContexts",
            "supportedControl",
        ];
        let found = connection.search(&Question::of("", &asked), GROUP_LIMIT).await?;
        let Some(root) = found.entries.first() else { return Ok(None) };
        if self.config.active_directory {
            return active_position(connection, root).await;
        }
        let by_uuid = self.config.key_attribute.eq_ignore_ascii_case("entryUUID");
        if !by_uuid || !root.texts("supportedControl").any(|control| control == SYNC_REQUEST) {
            return Ok(None);
        }
        let base = self.config.base.to_lowercase();
        let holds = |context: &&str| base.ends_with(&context.to_lowercase());
        let Some(context) = root.texts("namingContexts").find(holds) else { return Ok(None) };
        let found = connection.search(&Question::of(context, &["contextCSN"]), GROUP_LIMIT).await?;
        let newest: Vec<_> =
            found.entries.iter().flat_map(|entry| entry.texts("contextCSN")).collect();
        // Several providers have one each; their order is the cookie's.
        let csn = newest.join(";");
        Ok((!csn.is_empty()).then_some(Position::Newest { place: connection.server, csn }))
    }

    /// What changed between the mark and now.
    pub(super) async fn read_changes(
        &self,
        connection: &Connection,
        form: Option<&CardForm>,
        mark: &Mark,
        now: Timestamp,
    ) -> Result<(Reading, Position), NotRead> {
        let position = self.position(connection).await?.ok_or(NotRead::Whole)?;
        let (entries, gone) = match (&mark.position, &position) {
            (
                Position::Number { invocation, number, .. },
                Position::Number { invocation: same, root, .. },
            ) if invocation == same => self.numbered(connection, *number, root).await?,
            (Position::Newest { place, csn }, Position::Newest { place: same, csn: newest })
                if place == same =>
            {
                if csn == newest {
                    return Ok((Reading::nothing(), position));
                }
                self.newer(connection, csn).await?
            }
            _ => {
                debug!(directory = self.name(), "Another server answers: everybody is read");
                return Err(NotRead::Whole);
            }
        };
        let closed =
            if entries.is_empty() { HashSet::new() } else { self.closed_keys(connection).await? };
        let mut groups = Groups::new(Asked::Own(connection, GROUP_LIMIT), self.group_base());
        let mut people: Vec<(Described, Vec<String>)> = Vec::new();
        for entry in &entries {
            let Some(mut described) = describe(&self.config, form, entry, now) else { continue };
            described.closed |= closed.contains(&described.key);
            let names = match self.config.active_directory {
                true => groups.in_chain(&described.dn).await?,
                false => groups.names(&described.groups).await?,
            };
            people.push((described, names));
        }
        Ok((Reading::changes(people, gone), position))
    }

    /// Active Directory's changes after a number, and the keys of what was deleted.
    async fn numbered(
        &self,
        connection: &Connection,
        number: i64,
        root: &str,
    ) -> Result<(Vec<Entry>, HashSet<String>), NotRead> {
        let config = &self.config;
        let newer = format!("({USN_CHANGED}>={})", number.saturating_add(1));
        let groups = format!("(&(objectClass=group){newer})");
        let groups = Question::only(self.group_base(), groups, &[NO_ATTRIBUTES]);
        if !connection.search(&groups, GROUP_LIMIT).await?.entries.is_empty() {
            return Err(NotRead::Whole);
        }
        let deleted = Question {
            shows_deleted: true,
            ..Question::all(
                root,
                format!("(&(isDeleted=TRUE){newer})"),
                &[&config.key_attribute, "objectClass"],
            )
        };
        let deleted = connection.search(&deleted, READING_LIMIT).await?.entries;
        if deleted.iter().any(|entry| entry.texts("objectClass").any(|class| class == "group")) {
            return Err(NotRead::Whole);
        }
        let gone = deleted.iter().filter_map(|entry| key(config, entry)).collect();
        let filter = format!("(&{}{newer})", config.person_filter);
        let changed = Question::all(&config.base, filter, &attributes(config));
        Ok((connection.search(&changed, READING_LIMIT).await?.entries, gone))
    }

    /// OpenLDAP's changes after a CSN, and the keys of what was deleted.
    async fn newer(
        &self,
        connection: &Connection,
        csn: &str,
    ) -> Result<(Vec<Entry>, HashSet<String>), NotRead> {
        let newest = csn.split(';').max().unwrap_or(csn);
        let groups = format!("(&(member=*)(entryCSN>={newest})(!{}))", equals("entryCSN", newest));
        let groups = Question::only(self.group_base(), groups, &[NO_ATTRIBUTES]);
        if !connection.search(&groups, GROUP_LIMIT).await?.entries.is_empty() {
            return Err(NotRead::Whole);
        }
        let filter = self.config.person_filter.clone();
        let people = Question::all(&self.config.base, filter, &attributes(&self.config));
        let cookie = format!("rid=000,csn={csn}");
        let refreshed = connection.refresh(&people, &cookie, READING_LIMIT).await?;
        let gone = match refreshed.present {
            None => refreshed.deleted,
            // What is neither there nor changed is gone; the brake knows how many are known.
            Some(present) => self.absent(&present),
        };
        Ok((refreshed.changed, gone))
    }
}

async fn active_position(
    connection: &Connection,
    root: &Entry,
) -> Result<Option<Position>, Failure> {
    let (Some(number), Some(service), Some(context)) = (
        root.text("highestCommittedUSN").and_then(|text| text.parse().ok()),
        root.text("dsServiceName"),
        root.text("defaultNamingContext"),
    ) else {
        return Ok(None);
    };
    let question = Question::of(service, &["invocationId"]);
    let found = connection.search(&question, GROUP_LIMIT).await?;
    let invocation =
        found.entries.first().and_then(|entry| entry.values("invocationId").next()).map(hex);
    let root = context.to_owned();
    Ok(invocation.map(|invocation| Position::Number { invocation, number, root }))
}
