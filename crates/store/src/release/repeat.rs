//! A claim that is written once more, because the answer to its commit was lost. Who taps is to get what the
//! first writing claimed, in the same order: not the jobs behind it, with the first one left lying.

use print_core::AttemptId;

use crate::database::error::{Result, StoreError};
use crate::database::pool::Transaction;
use crate::database::statement::statements;
use crate::database::value::values;
use crate::jobs::documents::KEY;
use crate::jobs::{lists, record};
use crate::release::attempts::{self, ADOPT, ADOPT_JOB, attempt_columns};
use crate::release::claim::ClaimedJob;
use crate::writer::Holder;

statements! {
    // Of what a printer may know already, the look for lost attempts takes care.
    CLAIMED_BEFORE = concat!("SELECT ", attempt_columns!(), " FROM attempt a
        WHERE a.id >= $1 AND a.id < $2 AND a.ended_at IS NULL AND a.state = 'claimed'
        ORDER BY a.id");
}

/// The identifier of a claim's attempt by its place, when `first` is that of the first.
pub(crate) fn attempt(first: AttemptId, place: u32) -> AttemptId {
    let first = u128::from_be_bytes(*first.as_bytes());
    AttemptId::from_bytes(first.wrapping_add(place.into()).to_be_bytes())
}

/// What a claim with these attempts has claimed and nobody began to deliver, in its order. The fence is
/// raised: whoever has taken one of them up meanwhile stops.
pub(crate) async fn claimed_before(
    transaction: &mut Transaction,
    holder: &Holder,
    first: AttemptId,
) -> Result<Vec<ClaimedJob>> {
    let range = values![first, attempt(first, u32::MAX)];
    let known = attempts::read_all(transaction.rows(CLAIMED_BEFORE, range).await?)?;
    let mut claimed = Vec::with_capacity(known.len());
    for known in known {
        let values = values![known.id, known.fence, holder.node.as_str(), holder.epoch];
        transaction.change(ADOPT_JOB, values.clone()).await?;
        // Without a row somebody has ended it in this moment.
        let Some(mut row) = transaction.row(ADOPT, values).await? else { continue };
        let fence = row.int()?;
        let job = transaction.row(lists::BY_ID, values![known.job]).await?;
        let job = record::read(&mut job.ok_or(StoreError::NotFound)?)?;
        // A job that was cancelled meanwhile has no key; its attempt is settled by the next look.
        let Some(mut key) = transaction.row(KEY, values![known.job]).await? else { continue };
        let (_, key_day, wrapped_key) = (key.text()?, key.day()?, key.bytes()?);
        claimed.push(ClaimedJob {
            job,
            attempt: known.id,
            fence,
            mark: known.mark,
            ticket: known.ticket,
            keep: known.keep,
            delegate: known.delegate,
            wrapped_key,
            key_day,
            facts: None,
            claimed_at: known.claimed_at,
            station: known.station,
        });
    }
    Ok(claimed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attempts_of_a_claim_follow_each_other_also_as_text() {
        let first = AttemptId::new();
        let ids = [0, 1, 2, 300].map(|place| attempt(first, place));
        assert_eq!(ids[0], first);
        assert!(ids.windows(2).all(|pair| pair[0].to_string() < pair[1].to_string()));
        assert!(ids[3].to_string() < attempt(first, u32::MAX).to_string());
    }
}
