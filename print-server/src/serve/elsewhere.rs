//! The identity provider among the parts of the server: asked by one task, used by the pages and by the door
//! for access tokens.

use std::sync::Arc;

use print_core::Clock;
use store::Store;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::names;
use crate::config::{self, Config, Oidc};
use crate::directory::Domains;
use crate::keys::Keys;
use crate::oidc::{Bearer, PagesSignIn, PagesSignInParts, Provider};

/// The provider and what the configuration says of it; nothing, where it names none.
#[derive(Debug)]
pub struct SignInElsewhere(Option<Named>);

#[derive(Debug)]
struct Named {
    oidc: Oidc,
    provider: Arc<Provider>,
    pages: String,
    domains: Arc<Domains>,
}

impl SignInElsewhere {
    /// The provider of the configuration.
    ///
    /// # Errors
    /// A sentence that names the entry which cannot be used.
    pub fn of(config: &Config) -> Result<Self, String> {
        let Some(oidc) = config.oidc.clone() else { return Ok(Self(None)) };
        let provider = Provider::of(&oidc)?;
        let names = config.directories.iter().map(config::Directory::names).collect();
        let domains = Arc::new(Domains::new(names));
        Ok(Self(Some(Named { oidc, provider, pages: names::pages(config), domains })))
    }

    /// Begins to ask the provider.
    pub fn start(&self, tasks: &mut JoinSet<()>, stopping: watch::Receiver<bool>) {
        if let Some(named) = &self.0 {
            tasks.spawn(Arc::clone(&named.provider).keep_known(stopping));
        }
    }

    /// Who checks access tokens of print clients, when the configuration has them taken.
    #[must_use]
    pub fn tokens(&self, clock: &Arc<dyn Clock>) -> Option<Bearer> {
        let named = self.0.as_ref()?;
        Bearer::of(&named.oidc, Arc::clone(&named.provider), Arc::clone(clock))
    }

    /// Who signs people in to the pages.
    ///
    /// # Errors
    /// A sentence, when the client's secret cannot be read.
    pub fn for_pages(
        &self,
        store: &Store,
        keys: &Arc<Keys>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Option<Arc<dyn admin_ui::Elsewhere>>, String> {
        let Some(named) = &self.0 else { return Ok(None) };
        let parts = PagesSignInParts {
            provider: Arc::clone(&named.provider),
            store: store.clone(),
            keys: Arc::clone(keys),
            clock: Arc::clone(clock),
            domains: Arc::clone(&named.domains),
            pages: named.pages.clone(),
        };
        Ok(Some(Arc::new(PagesSignIn::new(&named.oidc, parts)?)))
    }
}
