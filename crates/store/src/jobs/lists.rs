//! One job, an owner's held jobs, and the lists of Get-Jobs. None of them costs more when more is held.

use std::collections::BTreeMap;

use print_core::{
    CardId, JobId, JobNumber, JobState, OwnerId, PersonId, QueueId, StationId, Timestamp,
};

use crate::database::error::{Result, StoreError};
use crate::database::statement::{Statement, statements};
use crate::database::value::{Value, values};
use crate::house::cards::opened_by;
use crate::jobs::record::{self, JobRecord, job_columns, owner_values};
use crate::jobs::station_lists::stands_here;
use crate::release::taps::Opener;
use crate::store::Store;

/// Which jobs are asked for (`which-jobs`, RFC 8011 section 4.2.6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichJobs {
    /// Those that have not ended, in the order of their coming.
    NotCompleted,
    /// Those that have ended in any way, the newest end first.
    Completed,
    /// First the ones, then the others.
    All,
    /// Those in one state.
    State(JobState),
}

/// A question for jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobListing {
    /// Which ones.
    pub which: WhichJobs,
    /// Only this owner's.
    pub owner: Option<OwnerId>,
    /// Only this queue's.
    pub queue: Option<QueueId>,
    /// The place of the first one to be given, from 1 (`first-index`).
    pub first_index: u32,
    /// The most to be given.
    pub limit: u32,
}

/// How much waits for one owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Holding {
    /// Jobs that are held or still arriving.
    pub jobs: i64,
    /// The bytes of their documents; those of a document that is arriving count when it is here.
    pub size_bytes: i64,
}

/// A list of jobs; `$1` is the limit, `$2` how many are passed over.
macro_rules! list {
    ($filter:expr, open) => {
        concat!(
            "SELECT ",
            job_columns!(),
            " FROM job WHERE ended_at IS NULL",
            $filter,
            " ORDER BY created_at, number LIMIT $1 OFFSET $2"
        )
    };
    ($filter:literal, ended) => {
        concat!(
            "SELECT ",
            job_columns!(),
            " FROM job WHERE ended_at IS NOT NULL",
            $filter,
            " ORDER BY ended_at DESC, number DESC LIMIT $1 OFFSET $2"
        )
    };
}

statements! {
    BY_ID = concat!("SELECT ", job_columns!(), " FROM job WHERE id = $1");
    BY_NUMBER = concat!("SELECT ", job_columns!(), " FROM job WHERE number = $1");
    HELD = list!(" AND owner_kind = $3 AND owner = $4 AND state = 'held'", open);
    FOR_STATION = list!(concat!(" AND owner_kind = $3 AND owner = $4 AND state = 'held'
        AND ", stands_here!("$5"), "
        AND ", opened_by!("job", "$6")), open);
    // What a card does not open: its owner has not said yet that it is theirs.
    HIDDEN = concat!("SELECT COUNT(*) FROM job WHERE ended_at IS NULL AND owner_kind = $1 AND owner = $2
        AND state = 'held' AND NOT ", opened_by!("job", "$3"));
    ARRIVING = "SELECT COUNT(*) FROM job WHERE ended_at IS NULL AND owner_kind = $1 AND owner = $2
        AND state = 'incoming'";
    HOLDS = "SELECT COUNT(*), CAST(COALESCE(SUM(h.size_bytes), 0) AS BIGINT) FROM (
        SELECT size_bytes FROM job WHERE ended_at IS NULL AND owner_kind = $1 AND owner = $2
            AND state IN ('held', 'incoming') LIMIT $3) h";
    OPEN = list!("", open);
    OPEN_OF_OWNER = list!(" AND owner_kind = $3 AND owner = $4", open);
    OPEN_OF_QUEUE = list!(" AND queue = $3", open);
    OPEN_OF_BOTH = list!(" AND owner_kind = $3 AND owner = $4 AND queue = $5", open);
    ENDED = list!("", ended);
    ENDED_OF_OWNER = list!(" AND owner_kind = $3 AND owner = $4", ended);
    ENDED_OF_QUEUE = list!(" AND queue = $3", ended);
    ENDED_OF_BOTH = list!(" AND owner_kind = $3 AND owner = $4 AND queue = $5", ended);
    OPEN_STATE = list!(" AND state = $3", open);
    OPEN_STATE_OF_OWNER = list!(" AND state = $3 AND owner_kind = $4 AND owner = $5", open);
    OPEN_STATE_OF_QUEUE = list!(" AND state = $3 AND queue = $4", open);
    OPEN_STATE_OF_BOTH =
        list!(" AND state = $3 AND owner_kind = $4 AND owner = $5 AND queue = $6", open);
    ENDED_STATE = list!(" AND state = $3", ended);
    ENDED_STATE_OF_OWNER = list!(" AND state = $3 AND owner_kind = $4 AND owner = $5", ended);
    ENDED_STATE_OF_QUEUE = list!(" AND state = $3 AND queue = $4", ended);
    ENDED_STATE_OF_BOTH =
        list!(" AND state = $3 AND owner_kind = $4 AND owner = $5 AND queue = $6", ended);
    // What came before the person joined a machine is not the person's to see.
    OPEN_OF_MACHINES = list!(" AND owner_kind = 'group'
        AND owner IN (SELECT machine FROM machine_member WHERE person = $3)
        AND created_at >= (SELECT g.since FROM machine_member g
            WHERE g.machine = job.owner AND g.person = $3)", open);
    // Everybody's first before anybody's second, so that nobody's thousand hides the others.
    UNCOUNTED = "SELECT id, owner_kind, owner FROM (
            SELECT id, owner_kind, owner, created_at, number, ROW_NUMBER() OVER (
                PARTITION BY owner_kind, owner ORDER BY created_at, number) AS place
            FROM job WHERE ended_at IS NULL AND state = 'held' AND pages IS NULL AND node = $3) ranked
        WHERE place <= $2 ORDER BY place, created_at, number LIMIT $1";
    COUNTS = "SELECT state, COUNT(*) FROM job WHERE ended_at IS NULL GROUP BY state ORDER BY state";
    NEXT_EXPIRY = "SELECT expires_at FROM job WHERE state = 'held' ORDER BY expires_at LIMIT 1";
}

/// Half of [`WhichJobs`]: lists of open and of ended jobs use different indexes.
#[derive(Clone, Copy)]
enum Half {
    Open,
    Ended,
}

impl JobListing {
    fn statement(&self, half: Half, state: Option<JobState>) -> (Statement, Vec<Value>) {
        let mut filter: Vec<Value> = state.iter().map(|state| state.as_str().into()).collect();
        filter.extend(self.owner.iter().flat_map(|owner| owner_values(*owner)));
        filter.extend(self.queue.map(Value::from));
        let all = match (half, state) {
            (Half::Open, None) => [OPEN, OPEN_OF_OWNER, OPEN_OF_QUEUE, OPEN_OF_BOTH],
            (Half::Ended, None) => [ENDED, ENDED_OF_OWNER, ENDED_OF_QUEUE, ENDED_OF_BOTH],
            (Half::Open, Some(_)) => {
                [OPEN_STATE, OPEN_STATE_OF_OWNER, OPEN_STATE_OF_QUEUE, OPEN_STATE_OF_BOTH]
            }
            (Half::Ended, Some(_)) => {
                [ENDED_STATE, ENDED_STATE_OF_OWNER, ENDED_STATE_OF_QUEUE, ENDED_STATE_OF_BOTH]
            }
        };
        let place = usize::from(self.owner.is_some()) + 2 * usize::from(self.queue.is_some());
        (all[place], filter)
    }
}

impl Store {
    /// The job with our key.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none.
    pub async fn job(&self, id: JobId) -> Result<JobRecord> {
        let row = self.pool().row(BY_ID, values![id]).await?;
        record::read(&mut row.ok_or(StoreError::NotFound)?)
    }

    /// The job with the client's number.
    pub async fn job_by_number(&self, number: JobNumber) -> Result<Option<JobRecord>> {
        let row = self.pool().row(BY_NUMBER, values![number.get()]).await?;
        row.map(|mut row| record::read(&mut row)).transpose()
    }

    /// The owner's held jobs, in the order of their coming.
    pub async fn held_jobs(&self, owner: OwnerId, limit: u32) -> Result<Vec<JobRecord>> {
        let [kind, id] = owner_values(owner);
        record::read_all(self.pool().rows(HELD, values![limit, 0, kind, id]).await?)
    }

    /// How much waits for the owner, arriving jobs included. No more than `limit` jobs are looked at.
    pub async fn holding(&self, owner: OwnerId, limit: u32) -> Result<Holding> {
        let [kind, id] = owner_values(owner);
        let row = self.pool().row(HOLDS, values![kind, id, limit]).await?;
        let mut row = row.ok_or_else(|| StoreError::corrupt("a count is one row"))?;
        Ok(Holding { jobs: row.int()?, size_bytes: row.int()? })
    }

    /// The owner's held jobs that can be released at a station with this card or code, in the order of their
    /// coming.
    pub async fn jobs_for_station(
        &self,
        owner: OwnerId,
        station: StationId,
        opener: impl Into<Opener>,
        limit: u32,
    ) -> Result<Vec<JobRecord>> {
        let [kind, id] = owner_values(owner);
        let card = opener.into().card();
        let values = values![limit, 0, kind, id, station, card];
        record::read_all(self.pool().rows(FOR_STATION, values).await?)
    }

    /// How many of the owner's held jobs this card does not open, because they were there before it.
    pub async fn hidden_jobs(&self, owner: OwnerId, card: CardId) -> Result<u32> {
        let [kind, id] = owner_values(owner);
        let row = self.pool().row(HIDDEN, values![kind, id, card]).await?;
        row.ok_or(StoreError::NotFound)?.small()
    }

    /// How many of the owner's jobs are still arriving.
    pub async fn arriving(&self, owner: OwnerId) -> Result<u32> {
        let row = self.pool().row(ARRIVING, owner_values(owner).into()).await?;
        row.ok_or(StoreError::NotFound)?.small()
    }

    /// A list of jobs, as [`WhichJobs`] orders it.
    pub async fn list_jobs(&self, listing: &JobListing) -> Result<Vec<JobRecord>> {
        let skip = listing.first_index.saturating_sub(1);
        match listing.which {
            WhichJobs::NotCompleted => self.half(listing, Half::Open, None, skip).await,
            WhichJobs::Completed => self.half(listing, Half::Ended, None, skip).await,
            WhichJobs::State(state) => {
                let half = if state.is_final() { Half::Ended } else { Half::Open };
                self.half(listing, half, Some(state), skip).await
            }
            WhichJobs::All if skip == 0 => {
                let mut jobs = self.half(listing, Half::Open, None, 0).await?;
                let left =
                    listing.limit.saturating_sub(u32::try_from(jobs.len()).unwrap_or(u32::MAX));
                let rest = JobListing { limit: left, ..*listing };
                jobs.extend(self.half(&rest, Half::Ended, None, 0).await?);
                Ok(jobs)
            }
            // A later page cannot know how many of the first list were passed over without reading them.
            WhichJobs::All => {
                let limit = listing.limit.saturating_add(skip);
                let whole = JobListing { first_index: 1, limit, ..*listing };
                let jobs = Box::pin(self.list_jobs(&whole)).await?;
                Ok(jobs.into_iter().skip(skip as usize).collect())
            }
        }
    }

    async fn half(
        &self,
        listing: &JobListing,
        half: Half,
        state: Option<JobState>,
        skip: u32,
    ) -> Result<Vec<JobRecord>> {
        let (statement, filter) = listing.statement(half, state);
        let mut values = values![listing.limit, skip];
        values.extend(filter);
        record::read_all(self.pool().rows(statement, values).await?)
    }

    /// The open jobs of the machines whose jobs the person may fetch, those of each since the person joined,
    /// in the order of their coming.
    pub async fn open_jobs_of_machines(
        &self,
        person: PersonId,
        limit: u32,
    ) -> Result<Vec<JobRecord>> {
        let values = values![limit, 0, person];
        record::read_all(self.pool().rows(OPEN_OF_MACHINES, values).await?)
    }

    /// Held jobs of this node whose pages nobody has tried to count, with their owners: everybody's oldest
    /// first, then everybody's second, no more than `of_each` of one owner.
    pub async fn uncounted(&self, limit: usize, of_each: usize) -> Result<Vec<(JobId, OwnerId)>> {
        let bound = |count| i64::try_from(count).unwrap_or(i64::MAX);
        let values = values![bound(limit), bound(of_each), self.node().as_str()];
        let rows = self.pool().rows(UNCOUNTED, values).await?;
        rows.into_iter().map(|mut row| Ok((row.parsed()?, record::owner(&mut row)?))).collect()
    }

    /// How many jobs are in each state that is not final; states without jobs are left out.
    pub async fn job_counts(&self) -> Result<BTreeMap<&'static str, i64>> {
        let rows = self.pool().rows(COUNTS, values![]).await?;
        let count = |mut row: crate::database::value::Row| {
            Ok((row.parsed::<JobState>()?.as_str(), row.int()?))
        };
        rows.into_iter().map(count).collect()
    }

    /// When the next held job expires.
    pub async fn next_expiry(&self) -> Result<Option<Timestamp>> {
        let row = self.pool().row(NEXT_EXPIRY, values![]).await?;
        row.map(|mut row| row.time()).transpose()
    }
}
