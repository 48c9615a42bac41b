//! Which door a request came by, and who stands in it.

use std::sync::Arc;

use store::{Door, Queue, Store, StoreError};
use texts::Language;

use super::claimed::{claimed, is_claiming_network};
use super::link::Links;
use super::{
    Caller, DoorError, Identity, LinkSecret, Pace, People, Scheme, Tickets, basic, bearer,
    negotiate,
};
use crate::directory::Directory;
use crate::keys::Keys;
use crate::listeners::connection::Peer;
use crate::oidc::Bearer;

/// All doors of an installation.
#[derive(Debug)]
pub struct Doors {
    people: People,
    directory: Arc<Directory>,
    links: Links,
    tickets: Option<Tickets>,
    tokens: Option<Bearer>,
    pace: Pace,
}

impl Doors {
    /// The doors to this store's people.
    #[must_use]
    pub fn new(store: Store, directory: Arc<Directory>, keys: Arc<Keys>, pace: Pace) -> Self {
        let people = People::new(store.clone(), Arc::clone(directory.domains()));
        Self {
            people,
            directory,
            links: Links::new(store, keys),
            tickets: None,
            tokens: None,
            pace,
        }
    }

    /// The same, where Kerberos tickets are taken.
    #[must_use]
    pub fn with_tickets(self, tickets: Option<Tickets>) -> Self {
        Self { tickets, ..self }
    }

    /// The same, where access tokens of an identity provider are taken.
    #[must_use]
    pub fn with_tokens(self, tokens: Option<Bearer>) -> Self {
        Self { tokens, ..self }
    }

    /// The ways in which people sign in to this queue, in the order in which clients are told.
    #[must_use]
    pub fn schemes(&self, queue: &Queue) -> Vec<Scheme> {
        let basic = queue.door_basic.then_some(Scheme::Basic);
        let negotiate = self.tickets_of(queue).map(|_| Scheme::Negotiate);
        let bearer = self.tokens_of(queue).map(|_| Scheme::Bearer);
        negotiate.into_iter().chain(bearer).chain(basic).collect()
    }

    fn tickets_of(&self, queue: &Queue) -> Option<&Tickets> {
        self.tickets.as_ref().filter(|_| queue.door_negotiate)
    }

    fn tokens_of(&self, queue: &Queue) -> Option<&Bearer> {
        self.tokens.as_ref().filter(|_| queue.door_bearer)
    }

    /// Whether one more job may come now; where it `counts`, it is one.
    ///
    /// # Errors
    /// [`DoorError::TooMany`] when too many came in the last minute, from the address or of the owner.
    pub fn admit(
        &self,
        by: &Identity,
        peer: Peer,
        language: Language,
        counts: bool,
    ) -> Result<(), DoorError> {
        let address = peer.address.ip();
        let admitted = self.pace.admits_job(by.door, by.owner, address);
        if admitted && counts {
            self.pace.job(by.door, by.owner, address);
        }
        if admitted { Ok(()) } else { Err(DoorError::TooMany(language)) }
    }

    /// Finds out who a request to `queue` is from.
    ///
    /// # Errors
    /// [`DoorError`]; the caller decides between HTTP 401, 426 and an IPP status.
    pub async fn identify(&self, queue: &Queue, caller: Caller<'_>) -> Result<Identity, DoorError> {
        if let Some(link) = caller.link {
            let address = caller.peer.address.ip();
            if self.pace.is_guessing(Door::Link, address) {
                return Err(DoorError::TooMany(caller.language));
            }
            let opened = self.links.open(link, caller).await;
            if matches!(opened, Err(DoorError::LinkUnknown(_))) {
                self.pace.refused(Door::Link, address);
            }
            return opened;
        }
        let found = self.who(queue, caller).await;
        found.map_err(|error| match error {
            DoorError::Store(StoreError::Conflict) => DoorError::AmbiguousName(caller.language),
            other => other,
        })
    }

    /// Who it is by anything but a link. A name of several people is a conflict.
    async fn who(&self, queue: &Queue, caller: Caller<'_>) -> Result<Identity, DoorError> {
        let schemes = self.schemes(queue);
        let signs_in = !schemes.is_empty();
        caller.handshake.offer(schemes);
        if let (Some(header), true) = (caller.authorization, caller.peer.tls)
            && let Some(tickets) = self.tickets_of(queue)
            && negotiate::is_ticket(header)
        {
            return self.by_ticket(tickets, header, caller).await;
        }
        let token = caller.authorization.filter(|_| caller.peer.tls).and_then(bearer::token_of);
        if let (Some(tokens), Some(token)) = (self.tokens_of(queue), token) {
            return self.by_token(tokens, token, caller).await;
        }
        match (caller.authorization, caller.peer.tls) {
            (Some(_), false) => Err(DoorError::PasswordInClear),
            (Some(header), true) if queue.door_basic => {
                basic::sign_in(&self.people, &self.directory, header, caller).await
            }
            _ if is_claiming_network(queue, caller.peer) => {
                match claimed(&self.people, caller).await {
                    // The other door of the queue is open to whoever has no name here.
                    Err(DoorError::NobodyOfThatName(_) | DoorError::NoName(_)) if signs_in => {
                        let tls = caller.peer.tls;
                        Err(if tls { DoorError::SignInWanted } else { DoorError::TlsWanted })
                    }
                    claimed => claimed,
                }
            }
            (_, true) if signs_in => Err(DoorError::SignInWanted),
            (_, false) if signs_in => Err(DoorError::TlsWanted),
            _ => Err(DoorError::NobodyOfThatName(caller.language)),
        }
    }

    async fn by_ticket(
        &self,
        tickets: &Tickets,
        header: &str,
        caller: Caller<'_>,
    ) -> Result<Identity, DoorError> {
        let address = caller.peer.address.ip();
        if self.pace.is_guessing(Door::Negotiate, address) {
            return Err(DoorError::TooMany(caller.language));
        }
        let signed_in = negotiate::sign_in(&self.people, tickets, header, caller).await;
        if matches!(signed_in, Err(DoorError::BadTicket | DoorError::TicketOfNobody(_))) {
            self.pace.refused(Door::Negotiate, address);
        }
        signed_in
    }

    async fn by_token(
        &self,
        tokens: &Bearer,
        token: &str,
        caller: Caller<'_>,
    ) -> Result<Identity, DoorError> {
        let address = caller.peer.address.ip();
        if self.pace.is_guessing(Door::Bearer, address) {
            return Err(DoorError::TooMany(caller.language));
        }
        let opened = bearer::open(&self.people, tokens, token).await;
        if matches!(opened, Err(DoorError::TokenRefused)) {
            self.pace.refused(Door::Bearer, address);
            caller.handshake.refuse_token();
        }
        opened
    }

    /// Something to sign in with came over a connection that others can read. A password is not read; a
    /// ticket is spent. Gives the refusal.
    pub async fn authorization_in_clear(&self, header: &str, peer: Peer) -> DoorError {
        let Some(tickets) = self.tickets.as_ref().filter(|_| negotiate::is_ticket(header)) else {
            return DoorError::PasswordInClear;
        };
        let address = peer.address.ip();
        if !self.pace.is_guessing(Door::Negotiate, address) {
            self.pace.refused(Door::Negotiate, address);
            negotiate::spend(tickets, header).await;
        }
        DoorError::TicketInClear
    }

    /// A link came over a connection that others can read: it opens nothing from now on. Gives the refusal.
    pub async fn in_clear(&self, link: &LinkSecret, language: Language) -> DoorError {
        self.links.in_clear(link, language).await
    }
}
