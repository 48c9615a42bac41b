//! What the house's database says, read as the product reads it.

use std::sync::Arc;

use print_core::{JobNumber, Login, OwnerId, SystemClock};
use store::{DatabaseUrl, JobRecord, LedgerEntry, NodeName, Store};
use tokio::runtime::Runtime;

use super::{Plan, Result};

/// No server's name has an underscore, so that a look into the books takes nobody's work away.
const NODE: &str = "_books";
/// More jobs no person of the house has.
const JOBS_MAX: u32 = 10_000;

/// The open books.
#[derive(Debug)]
pub struct Books {
    runtime: Runtime,
    store: Store,
}

impl Books {
    /// Opens the books of a house, also while its server runs.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn open(plan: &Plan) -> Result<Books> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(text)?;
        let url = DatabaseUrl::parse(&plan.database_url()).map_err(text)?;
        let node = NodeName::parse(NODE).map_err(text)?;
        let store = runtime.block_on(Store::open(&url, node, Arc::new(SystemClock)));
        Ok(Books { store: store.map_err(text)?, runtime })
    }

    /// Whatever else the store knows.
    ///
    /// # Errors
    /// What the store answers.
    pub fn ask<T, E: std::fmt::Display>(
        &self,
        question: impl AsyncFnOnce(&Store) -> std::result::Result<T, E>,
    ) -> Result<T> {
        self.runtime.block_on(question(&self.store)).map_err(text)
    }

    /// The job with this number, which is the client's.
    ///
    /// # Errors
    /// When there is none.
    pub fn job(&self, number: i64) -> Result<JobRecord> {
        let known = JobNumber::new(number).ok_or_else(|| format!("{number} is no job"))?;
        let job = self.ask(async |store| store.job_by_number(known).await)?;
        job.ok_or_else(|| format!("there is no job {number}"))
    }

    /// What waits for this person, the oldest first.
    ///
    /// # Errors
    /// When there is no such person.
    pub fn held(&self, login: &str) -> Result<Vec<JobRecord>> {
        let name = Login::parse(login).map_err(text)?;
        let person = self.ask(async |store| store.person_by_login(&name).await)?;
        let person = person.ok_or_else(|| format!("there is nobody called {login}"))?;
        let owner = OwnerId::Person(person.id);
        self.ask(async |store| store.held_jobs(owner, JOBS_MAX).await)
    }

    /// What the ledger has for a job.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn entries(&self, job: &JobRecord) -> Result<Vec<LedgerEntry>> {
        self.ask(async |store| store.entries_of_job(job.id).await)
    }
}

impl Drop for Books {
    fn drop(&mut self) {
        self.runtime.block_on(self.store.close());
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
