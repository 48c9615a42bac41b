//! Machines that several people print from. A machine's jobs belong to its members: any of them fetches
//! one, once; its department pays.

use print_core::names::{fold, sort_key};
use print_core::{DepartmentId, GroupId, PersonId, Timestamp};

use crate::database::error::{Result, StoreError};
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::store::Store;

/// A machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// Our own key, which owns its jobs.
    pub id: GroupId,
    /// What people call it; unique, compared folded.
    pub name: String,
    /// The networks (CIDR) that it prints from.
    pub networks: Vec<String>,
    /// Who pays.
    pub department: Option<DepartmentId>,
    /// Since when it prints no more. What it printed before can still be fetched.
    pub revoked_at: Option<Timestamp>,
}

/// A machine whose jobs a person may fetch: those that came since the person joined. Whoever makes somebody
/// a member opens no earlier job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The machine.
    pub machine: Machine,
    /// Since when.
    pub since: Timestamp,
}

macro_rules! machine_columns {
    () => {
        "m.id, m.name, m.networks, m.department, m.revoked_at"
    };
}

statements! {
    PUT = "INSERT INTO machine (id, name, name_folded, name_sort, networks, department, added_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE
        SET name = excluded.name, name_folded = excluded.name_folded,
            name_sort = excluded.name_sort, networks = excluded.networks,
            department = excluded.department";
    BY_ID = concat!("SELECT ", machine_columns!(), " FROM machine m WHERE m.id = $1");
    BY_NAME = concat!("SELECT ", machine_columns!(), " FROM machine m WHERE m.name_folded = $1");
    ALL = concat!("SELECT ", machine_columns!(), " FROM machine m
        ORDER BY m.name_sort, m.id LIMIT 10000");
    REVOKE = "UPDATE machine SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    JOIN = "INSERT INTO machine_member (machine, person, since) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING";
    LEAVE = "DELETE FROM machine_member WHERE machine = $1 AND person = $2";
    MEMBERS = "SELECT person FROM machine_member WHERE machine = $1 ORDER BY person LIMIT 10000";
    OF_PERSON = concat!("SELECT ", machine_columns!(), ", g.since
        FROM machine_member g JOIN machine m ON m.id = g.machine
        WHERE g.person = $1 ORDER BY g.machine LIMIT 100");
}

fn read(mut row: Row) -> Result<Machine> {
    machine(&mut row)
}

fn machine(row: &mut Row) -> Result<Machine> {
    Ok(Machine {
        id: row.parsed()?,
        name: row.text()?,
        networks: row.text()?.split_whitespace().map(str::to_owned).collect(),
        department: row.opt_parsed()?,
        revoked_at: row.opt_time()?,
    })
}

fn membership(mut row: Row) -> Result<Membership> {
    Ok(Membership { machine: machine(&mut row)?, since: row.time()? })
}

impl Store {
    /// Adds the machine, or changes name, networks and department of the one with this key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another machine has the name, or there is no such department.
    pub async fn put_machine(&self, machine: &Machine) -> Result<()> {
        let values = values![
            machine.id,
            &machine.name,
            fold(&machine.name),
            sort_key(&machine.name),
            machine.networks.join(" "),
            machine.department,
            self.now(),
        ];
        self.change(PUT, values).await.map(drop)
    }

    /// The machine with this key.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn machine(&self, id: GroupId) -> Result<Machine> {
        let row = self.pool().row(BY_ID, values![id]).await?;
        read(row.ok_or(StoreError::NotFound)?)
    }

    /// The machine with this name, compared folded.
    pub async fn machine_by_name(&self, name: &str) -> Result<Option<Machine>> {
        self.pool().row(BY_NAME, values![fold(name)]).await?.map(read).transpose()
    }

    /// All machines, by name.
    pub async fn machines(&self) -> Result<Vec<Machine>> {
        self.pool().rows(ALL, values![]).await?.into_iter().map(read).collect()
    }

    /// Lets the machine print no more. `false`: it did not before, or is not there.
    pub async fn revoke_machine(&self, id: GroupId) -> Result<bool> {
        Ok(self.change(REVOKE, values![id, self.now()]).await? > 0)
    }

    /// Lets the person fetch what the machine prints from now on.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no such machine or person.
    pub async fn join_machine(&self, id: GroupId, person: PersonId) -> Result<()> {
        self.change(JOIN, values![id, person, self.now()]).await.map(drop)
    }

    /// Takes that away again. `false`: the person was no member.
    pub async fn leave_machine(&self, id: GroupId, person: PersonId) -> Result<bool> {
        Ok(self.change(LEAVE, values![id, person]).await? > 0)
    }

    /// Who may fetch what the machine prints.
    pub async fn members_of_machine(&self, id: GroupId) -> Result<Vec<PersonId>> {
        let rows = self.pool().rows(MEMBERS, values![id]).await?;
        rows.into_iter().map(|mut row| row.parsed()).collect()
    }

    /// The machines whose jobs the person may fetch, and since when.
    pub async fn machines_of(&self, person: PersonId) -> Result<Vec<Membership>> {
        self.pool().rows(OF_PERSON, values![person]).await?.into_iter().map(membership).collect()
    }
}
