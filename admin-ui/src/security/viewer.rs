//! The person behind a request, and the argument types that say who may open a page.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use store::{Person, Role, WebSession};
use texts::Language;

use super::answer::Fault;
use super::session;
use crate::address::Address;
use crate::language::Reader;
use crate::site::Site;

/// What every page needs to know about a request.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The language to answer in.
    pub language: Language,
    /// The address that was asked for.
    pub address: Address,
    /// The part of the page that the script wants, when it does not want the whole.
    pub part: Option<String>,
}

impl Ask {
    fn of(parts: &Parts) -> Self {
        let reader = parts.extensions.get::<Arc<Reader>>();
        let part = parts.headers.get("x-part").and_then(|value| value.to_str().ok());
        Self {
            language: reader.map(|reader| reader.language()).unwrap_or_default(),
            address: Address::of(&parts.uri),
            part: part.map(str::to_owned),
        }
    }
}

impl FromRequestParts<Arc<Site>> for Ask {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Site>) -> Result<Self, Fault> {
        Ok(Self::of(parts))
    }
}

/// A person who is signed in.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// Who it is.
    pub person: Person,
    /// What the person's groups allow, read anew for every request.
    pub roles: BTreeSet<Role>,
    /// The session.
    pub session: WebSession,
    /// The request.
    pub ask: Ask,
}

impl Viewer {
    async fn find(parts: &Parts, site: &Site) -> Result<Option<Self>, Fault> {
        let now = site.now();
        let Some(session) = session::find(site.store(), &parts.headers, now).await? else {
            return Ok(None);
        };
        let person = match site.store().person(session.person).await {
            Ok(person) if !person.disabled => person,
            Ok(_) | Err(store::StoreError::NotFound) => {
                site.store().end_session(&session.id).await?;
                return Ok(None);
            }
            Err(fault) => return Err(fault.into()),
        };
        session::touch(site.store(), &session, now).await?;
        if let Some(reader) = parts.extensions.get::<Arc<Reader>>() {
            reader.person_is(person.language);
        }
        let roles = site.store().roles_of(person.id).await?;
        Ok(Some(Self { person, roles, session, ask: Ask::of(parts) }))
    }

    /// Whether the person may see every job, the printers and the stations.
    pub fn is_helpdesk(&self) -> bool {
        self.roles.contains(&Role::Helpdesk) || self.roles.contains(&Role::Admin)
    }

    /// Whether the person may see what departments used.
    pub fn is_finance(&self) -> bool {
        self.roles.contains(&Role::Finance) || self.roles.contains(&Role::Admin)
    }
}

/// Whoever looks, signed in or not: for pages that everybody may open.
#[derive(Debug)]
pub struct Anybody {
    /// The person, when one is signed in.
    pub viewer: Option<Viewer>,
    /// The request.
    pub ask: Ask,
}

impl FromRequestParts<Arc<Site>> for Anybody {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Fault> {
        let viewer = Viewer::find(parts, site).await?;
        Ok(Self { viewer, ask: Ask::of(parts) })
    }
}

/// Who may open a page. Its values exist only for those who may.
pub trait Allowed: FromRequestParts<Arc<Site>, Rejection = Fault> + Send {
    /// The person.
    fn viewer(&self) -> &Viewer;
}

macro_rules! allowed {
    ($($(#[$doc:meta])* $name:ident($rule:expr);)*) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(pub Viewer);

        impl Allowed for $name {
            fn viewer(&self) -> &Viewer {
                &self.0
            }
        }

        impl FromRequestParts<Arc<Site>> for $name {
            type Rejection = Fault;

            async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Fault> {
                let rule: fn(&Viewer) -> bool = $rule;
                match Viewer::find(parts, site).await? {
                    None => Err(sign_in_first(parts)),
                    Some(viewer) if rule(&viewer) => Ok(Self(viewer)),
                    Some(_) => Err(Fault::Forbidden),
                }
            }
        }
    )*};
}

allowed! {
    /// Everybody who is signed in.
    SignedIn(|_| true);
    /// Helpdesk and administrators.
    Helpdesk(Viewer::is_helpdesk);
    /// Finance and administrators.
    Finance(Viewer::is_finance);
}

/// The way to the sign-in page and back to where the person wanted to go. A form that was sent
/// without a session is not sent again by itself.
fn sign_in_first(parts: &Parts) -> Fault {
    let address = Address::path("/sign-in");
    let wanted = Address::of(&parts.uri).to_string();
    let back = parts.method == Method::GET && wanted != "/" && !wanted.ends_with("/live");
    Fault::Elsewhere(address.with("next", if back { &wanted } else { "" }).to_string())
}
