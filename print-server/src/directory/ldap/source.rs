//! The directory as the rest of the program knows it.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use ldap3::parse_filter;
use tracing::debug;

use super::changes::Mark;
use super::keeper::Keeper;
use super::search::{Question, equals};
use super::unknown_cards::UnknownCards;
use crate::config::LdapDirectory;
use crate::directory::brake::Brakes;

/// The people of a directory server.
#[derive(Debug)]
pub struct LdapPeople {
    pub(super) config: LdapDirectory,
    pub(super) keeper: Keeper,
    /// What was written last of each person, by the directory's key: what did not change is not
    /// written again.
    pub(super) written: Mutex<HashMap<String, u64>>,
    /// Where the next reading of changes begins.
    pub(super) mark: Mutex<Option<Mark>>,
    pub(super) brakes: Brakes,
    pub(super) unknown_cards: UnknownCards,
}

impl LdapPeople {
    /// The directory that the configuration describes; nobody is asked yet.
    ///
    /// # Errors
    /// A sentence that names what is wrong in the configuration.
    pub fn new(config: &LdapDirectory) -> Result<Self, String> {
        let people = Self {
            config: config.clone(),
            keeper: Keeper::new(config)?,
            written: Mutex::default(),
            mark: Mutex::default(),
            brakes: Brakes::new(&config.name),
            unknown_cards: UnknownCards::default(),
        };
        let filters = [people.people_filter(&equals(&config.login_attribute, "x")), people.gone()];
        let card = config.card_attribute.iter().map(|name| equals(name, "x"));
        for filter in filters.into_iter().chain(card) {
            parse_filter(&filter).map_err(|()| format!("\"{filter}\" is no filter (RFC 4515)"))?;
        }
        Ok(people)
    }

    /// Its first server.
    #[must_use]
    pub fn host(&self) -> &str {
        let server = self.config.servers.first().map_or("", String::as_str);
        server.rsplit_once(':').map_or(server, |(host, _)| host)
    }

    /// The time between two looks at everybody.
    #[must_use]
    pub fn interval(&self) -> Duration {
        Duration::from_secs(60 * u64::from(self.config.sync_minutes.max(1)))
    }

    /// Whether a server answers now.
    pub async fn answers(&self) -> bool {
        let answer = self.keeper.search(&Question::sign_of_life()).await;
        if let Err(error) = &answer {
            debug!(%error, "The directory does not answer");
        }
        answer.is_ok()
    }

    /// Looks whether servers that failed are back.
    pub async fn look_at_failed_servers(&self) {
        self.keeper.look_at_failed().await;
    }

    /// The name of the directory, under which its people stand in the store.
    pub(super) fn name(&self) -> &str {
        &self.config.name
    }

    /// People for whom `condition` holds and who may use the service.
    pub(super) fn people_filter(&self, condition: &str) -> String {
        let not_gone = self.config.disabled_filter.as_ref();
        let not_gone = not_gone.map(|filter| format!("(!{filter})")).unwrap_or_default();
        format!("(&{}{condition}{not_gone})", self.config.person_filter)
    }

    /// People who may not use the service any more.
    pub(super) fn gone(&self) -> String {
        let gone = self.config.disabled_filter.as_deref().unwrap_or_default();
        format!("(&{}{gone})", self.config.person_filter)
    }

    /// Where groups are.
    pub(super) fn group_base(&self) -> &str {
        self.config.group_base.as_deref().unwrap_or(&self.config.base)
    }
}
