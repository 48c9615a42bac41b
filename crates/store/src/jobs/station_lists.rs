//! What a person at a station may take besides their own held jobs: what delegates may fetch, and what came
//! out a moment ago and was not right.

use print_core::{JobId, OwnerId, PersonId, StationId};

use crate::database::error::Result;
use crate::database::statement::statements;
use crate::database::value::values;
use crate::house::cards::opened_by;
use crate::house::delegates::delegated;
use crate::jobs::record::{self, JobRecord, job_columns, owner_values};
use crate::release::taps::Opener;
use crate::store::Store;

/// Not those of direct queues whose printer stands elsewhere than at the station (`$station`).
macro_rules! stands_here {
    ($station:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM queue q WHERE q.id = job.queue
                AND q.at_once_printer IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM station_printer s
                    WHERE s.station = ",
            $station,
            " AND s.printer = q.at_once_printer))"
        )
    };
}
pub(super) use stands_here;

statements! {
    FOR_DELEGATE = concat!("SELECT ", job_columns!(), " FROM job
        WHERE ended_at IS NULL AND owner_kind = 'person' AND state = 'held'
            AND owner IN (SELECT d.owner FROM delegate d JOIN person o ON o.id = d.owner
                WHERE d.person = $2 AND d.ends_at > $5 AND o.disabled = 0)
            AND ", stands_here!("$3"), "
            AND ", opened_by!("job", "$4"), "
            AND ", delegated!("$2", "$5"), "
        ORDER BY created_at, number LIMIT $1");
    RECENT = concat!("SELECT ", job_columns!(), " FROM job
        WHERE ended_at IS NOT NULL AND owner_kind = $2 AND owner = $3 AND ended_at > $7
            AND state = 'completed' AND key_due_at > $6
            AND ", stands_here!("$4"), "
            AND ", opened_by!("job", "$5"), "
        ORDER BY ended_at DESC, number DESC LIMIT $1");
    MARK = "UPDATE job SET confidential = $4
        WHERE id = $1 AND owner_kind = $2 AND owner = $3 AND ended_at IS NULL
            AND (state = 'held' OR state = 'incoming') AND confidential <> $4";
}

impl Store {
    /// The held jobs of all owners that the delegate can let go at this station with this card or code, in the
    /// order of their coming.
    pub async fn jobs_for_delegate(
        &self,
        person: PersonId,
        station: StationId,
        opener: impl Into<Opener>,
        limit: u32,
    ) -> Result<Vec<JobRecord>> {
        let card = opener.into().card();
        let values = values![limit, person, station, card, self.now()];
        record::read_all(self.pool().rows(FOR_DELEGATE, values).await?)
    }

    /// The owner's jobs that came out a moment ago and can be had once more at this station with this card or
    /// code, as long as their documents are kept; the newest first.
    pub async fn recent_jobs(
        &self,
        owner: OwnerId,
        station: StationId,
        opener: impl Into<Opener>,
        limit: u32,
    ) -> Result<Vec<JobRecord>> {
        let [kind, id] = owner_values(owner);
        let (card, now) = (opener.into().card(), self.now());
        let since = now.plus_seconds(-super::documents::KEPT_AFTER_COMPLETION_SECONDS);
        let values = values![limit, kind, id, station, card, now, since];
        record::read_all(self.pool().rows(RECENT, values).await?)
    }

    /// The owner marks a held job as confidential, or takes the mark away. `false`: it is so already, or is
    /// not the owner's held job.
    pub async fn mark_confidential(
        &self,
        job: JobId,
        owner: OwnerId,
        is_confidential: bool,
    ) -> Result<bool> {
        let [kind, id] = owner_values(owner);
        Ok(self.change(MARK, values![job, kind, id, is_confidential]).await? > 0)
    }
}
