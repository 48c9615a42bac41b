//! What every administration command works with.

use std::sync::Arc;

use print_core::names::is_unsafe_to_show;
use print_core::{Clock, Login, SystemClock};
use serde_json::Value;
use store::{AuditEvent, Person, Printer, Store, StoreError};

use crate::commands::CommandError;
use crate::config::Config;
use crate::serve::state;

/// The node that commands run as: never that of a server, whose work they must not take over. No
/// configuration can name it, because of its underscore.
const NODE: &str = "_admin";

/// Names of queues, printers and stations are at most so long.
const NAME_BYTES_MAX: usize = 127;

/// The open house, and who is at work in it.
#[derive(Debug)]
pub struct Office {
    /// What the file says.
    pub config: Config,
    /// The rows.
    pub store: Store,
    clock: Arc<dyn Clock>,
    actor: String,
}

impl Office {
    /// Opens the database.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn open(config: Config) -> Result<Self, CommandError> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let store = state::open_store(&config, NODE, Arc::clone(&clock)).await?;
        let actor = format!("os:{}", rustix::process::getuid().as_raw());
        Ok(Self { config, store, clock, actor })
    }

    /// Closes the database.
    pub async fn close(&self) {
        self.store.close().await;
    }

    /// The time.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// Who is at work, as `os:1000`.
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// Writes down a change that was made.
    ///
    /// # Errors
    /// When it cannot be written down; the change stands, and the text says so.
    pub async fn audit(
        &self,
        event: &str,
        object: impl Into<String>,
        detail: Value,
    ) -> Result<(), CommandError> {
        let event = AuditEvent {
            at: self.clock.now(),
            actor: self.actor.clone(),
            event: event.to_owned(),
            object: object.into(),
            outcome: "done".into(),
            detail,
        };
        let audited = self.store.append_audit(&event).await;
        audited
            .map_err(|error| format!("this was changed, but could not be audited: {error}").into())
    }

    /// The printer of this name.
    ///
    /// # Errors
    /// A sentence when there is none.
    pub async fn printer(&self, name: &str) -> Result<Printer, CommandError> {
        let found = self.store.printer_by_name(name).await?;
        found.ok_or_else(|| format!("there is no printer \"{name}\"").into())
    }

    /// The person with this login.
    ///
    /// # Errors
    /// A sentence when there is none.
    pub async fn person(&self, login: &str) -> Result<Person, CommandError> {
        let names = self.config.directories.iter().map(crate::config::Directory::names).collect();
        let domains = crate::directory::Domains::new(names);
        let found = match domains.person(&self.store, &Login::parse(login)?).await {
            Err(StoreError::Conflict) => {
                let examples = domains.examples().join(" or ");
                return Err(
                    format!("several people have the login \"{login}\": write {examples}").into()
                );
            }
            found => found?,
        };
        found.ok_or_else(|| {
            let copy = "print-server admin person sync copies people from the directory";
            format!("there is nobody with the login \"{login}\" ({copy})").into()
        })
    }
}

/// Says what a conflict or an absence means here; other failures speak for themselves.
pub fn because(error: StoreError, conflict: &str) -> CommandError {
    match error {
        StoreError::Conflict => conflict.into(),
        other => other.into(),
    }
}

/// The last part of a queue's address: letters, digits, `-`, `_` and `.`, which need no escape in a URI
/// and which every print client takes.
///
/// # Errors
/// A sentence.
pub fn queue_name(text: &str) -> Result<String, CommandError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let good = (1..=NAME_BYTES_MAX).contains(&text.len())
        && text.chars().all(plain)
        && !text.starts_with('.');
    if good {
        return Ok(text.to_owned());
    }
    Err(format!("\"{text}\" is no name for a queue: use letters (a-z), digits, - and _").into())
}

/// What people call a printer or a station, or a text that they read.
///
/// # Errors
/// A sentence.
pub fn shown_name(what: &str, text: &str) -> Result<String, CommandError> {
    let text = text.trim();
    let good =
        !text.is_empty() && text.len() <= NAME_BYTES_MAX && !text.chars().any(is_unsafe_to_show);
    if good {
        return Ok(text.to_owned());
    }
    Err(format!("{what}: write 1 to {NAME_BYTES_MAX} characters that can be shown").into())
}

/// Reads `yes` or `no`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum YesNo {
    /// Yes.
    Yes,
    /// No.
    No,
}

impl YesNo {
    /// Whether it is yes.
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }
}

/// `yes` or `no`, for lists.
pub fn yes_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_name_fits_into_an_address() {
        for good in ["followme", "labels-2", "a.b_c", &"q".repeat(127)] {
            assert!(queue_name(good).is_ok(), "{good}");
        }
        for bad in ["", "a b", "kö", "a/b", "../x", "a?b", "a#b", "%41", &"q".repeat(128)] {
            assert!(queue_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_shown_name_holds_nothing_that_cannot_be_shown() {
        assert_eq!(shown_name("name", " Entré plan 2 ").expect("a name"), "Entré plan 2");
        for bad in ["", "  ", "a\nb", "a\u{202e}b", &"å".repeat(64)] {
            assert!(shown_name("name", bad).is_err(), "{bad:?}");
        }
    }
}
