//! Roles: what people may do beyond their own jobs.

use std::collections::BTreeSet;

use print_core::names::fold;
use print_core::{Login, PersonId};

use crate::database::error::{Result, StoreError};
use crate::database::statement::statements;
use crate::database::value::{Value, values};
use crate::store::Store;

/// What somebody may do beyond their own jobs. No role opens a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Sets up queues, printers, stations and people.
    Admin,
    /// Reads the books and exports them.
    Finance,
    /// Sees what became of a person's taps and jobs.
    Helpdesk,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Admin, Self::Finance, Self::Helpdesk];

    /// The word that the database keeps.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Finance => "finance",
            Self::Helpdesk => "helpdesk",
        }
    }

    /// The role of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// Whom a role is granted to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grantee {
    /// Every member of a directory group.
    Group(String),
    /// The person with this login.
    Login(Login),
}

/// One grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleGrant {
    /// What may be done.
    pub role: Role,
    /// By whom.
    pub to: Grantee,
}

impl RoleGrant {
    fn values(&self) -> Vec<Value> {
        let (kind, name) = match &self.to {
            Grantee::Group(name) => ("group", fold(name)),
            Grantee::Login(login) => ("login", fold(login.as_str())),
        };
        values![self.role.as_str(), kind, name]
    }
}

statements! {
    GRANT = "INSERT INTO role_grant (role, grantee_kind, grantee) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING";
    REVOKE = "DELETE FROM role_grant WHERE role = $1 AND grantee_kind = $2 AND grantee = $3";
    ALL = "SELECT role, grantee_kind, grantee FROM role_grant
        ORDER BY role, grantee_kind, grantee LIMIT 10000";
    OF_PERSON = "SELECT g.role FROM person p JOIN role_grant g
            ON g.grantee_kind = 'login' AND g.grantee = p.login_folded
        WHERE p.id = $1 AND p.disabled = 0
        UNION
        SELECT g.role FROM person p JOIN person_group m ON m.person = p.id
            JOIN role_grant g ON g.grantee_kind = 'group' AND g.grantee = m.group_name
        WHERE p.id = $1 AND p.disabled = 0";
}

impl Store {
    /// Grants the role; granting it twice is once.
    pub async fn grant_role(&self, grant: &RoleGrant) -> Result<()> {
        self.change(GRANT, grant.values()).await.map(drop)
    }

    /// Takes the role away.
    pub async fn revoke_role(&self, grant: &RoleGrant) -> Result<()> {
        self.change(REVOKE, grant.values()).await.map(drop)
    }

    /// All grants. Names are given folded.
    pub async fn role_grants(&self) -> Result<Vec<RoleGrant>> {
        let mut grants = Vec::new();
        for mut row in self.pool().rows(ALL, values![]).await? {
            let role = row.word(Role::from_word)?;
            let to = match row.text()?.as_str() {
                "group" => Grantee::Group(row.text()?),
                "login" => Grantee::Login(row.named(Login::parse)?),
                other => return Err(StoreError::corrupt(format!("a grant to a {other}"))),
            };
            grants.push(RoleGrant { role, to });
        }
        Ok(grants)
    }

    /// The roles of a person, by login and by groups; a disabled person has none.
    pub async fn roles_of(&self, person: PersonId) -> Result<BTreeSet<Role>> {
        let rows = self.pool().rows(OF_PERSON, values![person]).await?;
        rows.into_iter().map(|mut row| row.word(Role::from_word)).collect()
    }
}
