//! What happens while a directory is away, and to people whom it has closed since the last copy.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use print_core::PersonId;
use serde_json::json;
use store::{Account, AuditEvent, Opener, Person, StoreError};
use tracing::{info, warn};

use super::Directory;
use super::one::Standing;

/// A person whose card is used is asked for anew so often.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(600);
/// People in memory; when they are more, all are forgotten.
const PEOPLE_MAX: usize = 50_000;

/// How one directory is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Its name.
    pub name: String,
    /// Whether it answers now.
    pub answers: bool,
    /// How many hours ago people were copied.
    pub age_hours: i64,
    /// How far its people can be relied on.
    pub standing: Standing,
    /// Why what it says is not followed.
    pub brake: Option<String>,
}

/// When each person was last asked for.
#[derive(Debug, Default)]
pub(super) struct LookedAt(Mutex<HashMap<PersonId, Instant>>);

impl LookedAt {
    /// Whether it is time to ask for the person; then it is done by whoever hears so.
    fn is_due(&self, person: PersonId) -> bool {
        let mut people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if people.get(&person).is_some_and(|at| at.elapsed() < LOOK_AGAIN_AFTER) {
            return false;
        }
        if people.len() >= PEOPLE_MAX {
            people.clear();
        }
        people.insert(person, Instant::now());
        true
    }
}

impl Directory {
    /// Takes up when people of each directory were copied last.
    pub(super) async fn recall(&self) {
        match self.tools.store.directory_states().await {
            Ok(states) => {
                let now = self.tools.clock.now();
                self.all.iter().for_each(|one| one.recall(&states, now));
            }
            Err(error) => warn!(%error, "How old the copies of directories are cannot be read"),
        }
    }

    /// How far what we know of a person can be relied on. While the person's directory is well, nothing is asked.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn standing(&self, person: &Person) -> Result<Standing, StoreError> {
        let of = |directory: &str| {
            let one = self.all.iter().find(|one| one.name == directory);
            one.map_or(Standing::Fresh, |one| one.standing(self.tools.clock.now()))
        };
        if of(&person.source) == Standing::Fresh {
            return Ok(Standing::Fresh);
        }
        // Another directory of the same person may be well.
        let accounts = self.tools.store.accounts_of(person.id).await?;
        let open = accounts.iter().filter(|account| !account.disabled);
        Ok(open.map(|account| of(&account.directory)).min().unwrap_or(Standing::Over))
    }

    /// What is done behind a tap, when nobody waits: who taps although their directory is away is written down,
    /// and once in ten minutes the directory is asked whether it has closed the person's account.
    pub async fn after_tap(&self, person: PersonId, opener: Opener) {
        let done = async {
            let person = self.tools.store.person(person).await?;
            if self.standing(&person).await? != Standing::Fresh {
                return self.write_down(&person, opener).await;
            }
            if !self.looked_at.is_due(person.id) {
                return Ok(());
            }
            for account in self.tools.store.accounts_of(person.id).await? {
                let one = self.all.iter().find(|one| one.name == account.directory);
                let Some(one) = one.filter(|_| !account.disabled) else { continue };
                if one.says_closed(&self.tools, &account.key).await {
                    self.close(&person, account).await?;
                }
            }
            Ok(())
        };
        let done: Result<(), StoreError> = done.await;
        if let Err(error) = done {
            warn!(%error, "A person who tapped could not be looked at again");
        }
    }

    async fn write_down(&self, person: &Person, opener: Opener) -> Result<(), StoreError> {
        let now = self.tools.clock.now();
        let one = self.all.iter().find(|one| one.name == person.source);
        let hours = one.map_or(0, |one| one.age_hours(now));
        let event = AuditEvent {
            at: now,
            actor: format!("person:{}", person.id),
            event: "tap-by-old-copy".into(),
            object: match opener {
                Opener::Card(card) => format!("card:{card}"),
                Opener::Code(code) => format!("code:{code}"),
            },
            outcome: "done".into(),
            detail: json!({ "directory": person.source, "copy_hours": hours }),
        };
        self.tools.store.append_audit(&event).await
    }

    /// The directory has closed the account: whoever is in a session with it is out at the next look.
    async fn close(&self, person: &Person, account: Account) -> Result<(), StoreError> {
        let directory = account.directory.clone();
        super::write::close(&self.tools.store, &account).await?;
        let person = person.id;
        info!(%person, %directory, "A directory has closed the account of somebody who tapped");
        let event = AuditEvent {
            at: self.tools.clock.now(),
            actor: "system".into(),
            event: "account-closed".into(),
            object: format!("person:{person}"),
            outcome: "done".into(),
            detail: json!({ "directory": directory }),
        };
        self.tools.store.append_audit(&event).await
    }

    /// How each directory is.
    pub async fn health(&self) -> Vec<Health> {
        let now = self.tools.clock.now();
        let states = self.tools.store.directory_states().await.unwrap_or_default();
        join_all(self.all.iter().map(async |one| {
            Health {
                name: one.shown_name(),
                answers: one.answers().await,
                age_hours: one.age_hours(now),
                standing: one.standing(now),
                brake: states
                    .iter()
                    .find(|state| state.directory == one.name)
                    .and_then(|state| state.brake.clone()),
            }
        }))
        .await
    }
}
