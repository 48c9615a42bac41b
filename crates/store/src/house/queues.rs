//! Queues: what clients print to.

use print_core::names::{fold, sort_key};
use print_core::{GroupId, OwnerId, PersonId, PrintColorMode, PrinterId, QueueId, Sides};

use crate::database::error::{Result, StoreError};
use crate::database::pool::transact;
use crate::database::statement::statements;
use crate::database::value::{Row, Value, values};
use crate::store::Store;

/// What makes a queue's jobs print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseMode {
    /// The owner, at a printer.
    Tap,
    /// Nobody: each job goes to this printer as it comes.
    AtOnce(PrinterId),
}

/// Whose abilities a queue with several printers offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OfferedAbilities {
    /// What any of them can do; a printer that cannot says so at the release.
    #[default]
    Union,
    /// What all of them can do.
    Intersection,
}

impl OfferedAbilities {
    /// The word in the database and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Union => "union",
            Self::Intersection => "intersection",
        }
    }

    fn parse(word: &str) -> Result<Self> {
        let all = [Self::Union, Self::Intersection];
        let found = all.into_iter().find(|one| one.as_str() == word);
        found.ok_or_else(|| StoreError::corrupt("whose abilities a queue offers"))
    }
}

/// Whether somebody may print on a queue that prints at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtOnce {
    /// They may.
    May,
    /// They are not on its list.
    NotOnList,
    /// No department would pay, and nobody stands at the printer who could be asked.
    NobodyPays,
}

/// What a queue offers its clients.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueueOffer {
    /// Whose abilities.
    pub abilities: OfferedAbilities,
    /// What a job gets that does not ask for one side or two (`sides-default`).
    pub sides: Sides,
    /// What a job gets that does not ask for colour or black (`print-color-mode-default`).
    pub color_mode: PrintColorMode,
    /// Where it is, for people (`printer-location`); may be empty.
    pub location: String,
    /// Where it is, as a `geo:` URI (RFC 5870); empty when that is not known.
    pub geo_location: String,
}

/// A queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Our own key.
    pub id: QueueId,
    /// The last part of its address; unique, compared folded.
    pub name: String,
    /// What people read (`printer-info`).
    pub info: String,
    /// What makes its jobs print.
    pub release: ReleaseMode,
    /// How many hours of working days a job is held.
    pub hold_hours: u32,
    /// Whether people may sign in with a password.
    pub door_basic: bool,
    /// Whether people may prove who they are by a Kerberos ticket.
    pub door_negotiate: bool,
    /// Whether people may sign in with an access token of the identity provider.
    pub door_bearer: bool,
    /// Whether signed-in people may send files to it from the pages.
    pub door_uploads: bool,
    /// Networks (CIDR) whose word about who prints is taken; none, when empty.
    pub claimed_networks: Vec<String>,
    /// Whether it takes jobs.
    pub enabled: bool,
    /// What it offers its clients.
    pub offer: QueueOffer,
}

macro_rules! queue_columns {
    () => {
        "id, name, info, at_once_printer, hold_hours, door_basic, claimed_networks, enabled, \
         abilities, sides_default, color_mode_default, location, geo_location, door_negotiate, \
         door_bearer, door_uploads"
    };
}

statements! {
    PUT = "INSERT INTO queue (id, name, name_folded, name_sort, info, at_once_printer, hold_hours,
            door_basic, claimed_networks, enabled, abilities, sides_default, color_mode_default,
            location, geo_location, door_negotiate, door_bearer, door_uploads)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        ON CONFLICT (id) DO UPDATE
        SET name = excluded.name, name_folded = excluded.name_folded,
            name_sort = excluded.name_sort, info = excluded.info,
            at_once_printer = excluded.at_once_printer, hold_hours = excluded.hold_hours,
            door_basic = excluded.door_basic, claimed_networks = excluded.claimed_networks,
            enabled = excluded.enabled, abilities = excluded.abilities,
            sides_default = excluded.sides_default,
            color_mode_default = excluded.color_mode_default,
            location = excluded.location, geo_location = excluded.geo_location,
            door_negotiate = excluded.door_negotiate, door_bearer = excluded.door_bearer,
            door_uploads = excluded.door_uploads";
    BY_ID = concat!("SELECT ", queue_columns!(), " FROM queue WHERE id = $1");
    BY_NAME = concat!("SELECT ", queue_columns!(), " FROM queue WHERE name_folded = $1");
    ALL = concat!("SELECT ", queue_columns!(), " FROM queue ORDER BY name_sort, id LIMIT 10000");
    FORGET_PEOPLE = "DELETE FROM queue_person WHERE queue = $1";
    FORGET_MACHINES = "DELETE FROM queue_machine WHERE queue = $1";
    REMOVE = "DELETE FROM queue WHERE id = $1
        AND NOT EXISTS (SELECT 1 FROM job WHERE queue = $1 AND ended_at IS NULL)";
    ALLOW = "INSERT INTO queue_person (queue, person) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    DISALLOW = "DELETE FROM queue_person WHERE queue = $1 AND person = $2";
    ALLOWED = "SELECT person FROM queue_person WHERE queue = $1 ORDER BY person LIMIT 100000";
    ALLOW_MACHINE = "INSERT INTO queue_machine (queue, machine) VALUES ($1, $2)
        ON CONFLICT DO NOTHING";
    DISALLOW_MACHINE = "DELETE FROM queue_machine WHERE queue = $1 AND machine = $2";
    ALLOWED_MACHINES = "SELECT machine FROM queue_machine WHERE queue = $1
        ORDER BY machine LIMIT 10000";
    MAY_PERSON = "SELECT (SELECT COUNT(*) FROM queue_person WHERE queue = $1 AND person = $2),
        (SELECT COUNT(*) FROM person WHERE id = $2 AND department IS NOT NULL)";
    MAY_MACHINE = "SELECT (SELECT COUNT(*) FROM queue_machine WHERE queue = $1 AND machine = $2),
        (SELECT COUNT(*) FROM machine WHERE id = $2 AND department IS NOT NULL)";
}

fn read(mut row: Row) -> Result<Queue> {
    Ok(Queue {
        id: row.parsed()?,
        name: row.text()?,
        info: row.text()?,
        release: row.opt_parsed()?.map_or(ReleaseMode::Tap, ReleaseMode::AtOnce),
        hold_hours: row.small()?,
        door_basic: row.flag()?,
        claimed_networks: row.text()?.split_whitespace().map(str::to_owned).collect(),
        enabled: row.flag()?,
        offer: QueueOffer {
            abilities: OfferedAbilities::parse(&row.text()?)?,
            sides: Sides::from_keyword(&row.text()?)
                .ok_or_else(|| StoreError::corrupt("a queue's sides"))?,
            color_mode: PrintColorMode::from_keyword(&row.text()?)
                .ok_or_else(|| StoreError::corrupt("a queue's colour"))?,
            location: row.text()?,
            geo_location: row.text()?,
        },
        door_negotiate: row.flag()?,
        door_bearer: row.flag()?,
        door_uploads: row.flag()?,
    })
}

/// The values of [`PUT`].
pub(super) fn put_values(queue: &Queue) -> Vec<Value> {
    let at_once = match queue.release {
        ReleaseMode::Tap => None,
        ReleaseMode::AtOnce(printer) => Some(printer),
    };
    values![
        queue.id,
        &queue.name,
        fold(&queue.name),
        sort_key(&queue.name),
        &queue.info,
        at_once,
        queue.hold_hours,
        queue.door_basic,
        queue.claimed_networks.join(" "),
        queue.enabled,
        queue.offer.abilities.as_str(),
        queue.offer.sides.as_str(),
        queue.offer.color_mode.as_str(),
        &queue.offer.location,
        &queue.offer.geo_location,
        queue.door_negotiate,
        queue.door_bearer,
        queue.door_uploads,
    ]
}

impl Store {
    /// Adds the queue, or changes the one with this key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another queue has the name, or there is no such printer.
    pub async fn put_queue(&self, queue: &Queue) -> Result<()> {
        self.change(PUT, put_values(queue)).await.map(drop)
    }

    /// The queue with this key.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn queue(&self, id: QueueId) -> Result<Queue> {
        let row = self.pool().row(BY_ID, values![id]).await?;
        read(row.ok_or(StoreError::NotFound)?)
    }

    /// The queue with this name, compared folded.
    pub async fn queue_by_name(&self, name: &str) -> Result<Option<Queue>> {
        self.pool().row(BY_NAME, values![fold(name)]).await?.map(read).transpose()
    }

    /// All queues, by name.
    pub async fn queues(&self) -> Result<Vec<Queue>> {
        self.pool().rows(ALL, values![]).await?.into_iter().map(read).collect()
    }

    /// Removes the queue.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it holds jobs, [`StoreError::NotFound`] when there is none.
    pub async fn remove_queue(&self, id: QueueId) -> Result<()> {
        self.queue(id).await?;
        transact!(self.pool(), |transaction| {
            transaction.change(FORGET_PEOPLE, values![id]).await?;
            transaction.change(FORGET_MACHINES, values![id]).await?;
            if transaction.change(REMOVE, values![id]).await? == 0 {
                Err(StoreError::Conflict)?;
            }
        })
    }

    /// Lets the person print on a queue that prints at once.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such queue or person.
    pub async fn allow_on_queue(&self, queue: QueueId, person: PersonId) -> Result<()> {
        self.change(ALLOW, values![queue, person]).await.map(drop)
    }

    /// Takes that away again.
    pub async fn disallow_on_queue(&self, queue: QueueId, person: PersonId) -> Result<()> {
        self.change(DISALLOW, values![queue, person]).await.map(drop)
    }

    /// Who may print on a queue that prints at once.
    pub async fn allowed_on_queue(&self, queue: QueueId) -> Result<Vec<PersonId>> {
        let rows = self.pool().rows(ALLOWED, values![queue]).await?;
        rows.into_iter().map(|mut row| row.parsed()).collect()
    }

    /// Lets a machine print on a queue that prints at once.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such queue or machine.
    pub async fn allow_machine_on_queue(&self, queue: QueueId, machine: GroupId) -> Result<()> {
        self.change(ALLOW_MACHINE, values![queue, machine]).await.map(drop)
    }

    /// Takes that away again.
    pub async fn disallow_machine_on_queue(&self, queue: QueueId, machine: GroupId) -> Result<()> {
        self.change(DISALLOW_MACHINE, values![queue, machine]).await.map(drop)
    }

    /// Which machines may print on a queue that prints at once.
    pub async fn machines_on_queue(&self, queue: QueueId) -> Result<Vec<GroupId>> {
        let rows = self.pool().rows(ALLOWED_MACHINES, values![queue]).await?;
        rows.into_iter().map(|mut row| row.parsed()).collect()
    }

    /// Whether this owner may print on a queue that prints at once, and somebody pays for it.
    pub async fn may_print_at_once(&self, queue: QueueId, owner: OwnerId) -> Result<AtOnce> {
        let row = match owner {
            OwnerId::Person(person) => self.pool().row(MAY_PERSON, values![queue, person]).await?,
            OwnerId::Group(group) => self.pool().row(MAY_MACHINE, values![queue, group]).await?,
        };
        let mut row = row.ok_or(StoreError::NotFound)?;
        Ok(match (row.int()?, row.int()?) {
            (0, _) => AtOnce::NotOnList,
            (_, 0) => AtOnce::NobodyPays,
            _ => AtOnce::May,
        })
    }
}
