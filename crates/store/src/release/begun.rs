//! The attempts that a claim makes: one for each job, with what it costs and who pays.

use print_core::{AccountingDay, AttemptId};

use crate::database::error::Result;
use crate::database::pool::Transaction;
use crate::database::statement::Repeated;
use crate::database::value::values;
use crate::house::delegates::delegate_of;
use crate::jobs::record::{JobRecord, ticket_text};
use crate::release::claim::{ClaimRequest, ClaimedJob, random_bytes};
use crate::release::repeat;
use crate::release::terms::Terms;
use crate::writer::Holder;

/// A job whose row is claimed, with its document's key.
pub(super) struct Taken {
    pub(super) job: JobRecord,
    pub(super) key_day: AccountingDay,
    pub(super) wrapped_key: Vec<u8>,
    pub(super) facts: serde_json::Value,
}

pub(crate) static ADD_ATTEMPTS: Repeated = Repeated::new(
    "INSERT INTO attempt (id, job, printer, station, tap_boot_id, tap_number, state, node, epoch,
        fence, mark, ticket, subject, department, department_code, department_name, tariff_version,
        accounting_day, claimed_at, keep, delegate, impressions, reasons) VALUES ",
    "(#, #, #, #, #, #, 'claimed', #, #, #, #, #, #, #, #, #, #, #, #, #, #, 0, '')",
    "",
    0,
);

/// An attempt for each job, in this order.
pub(super) fn attempts_for(
    taken: Vec<Taken>,
    request: &ClaimRequest,
    first: AttemptId,
) -> Result<Vec<ClaimedJob>> {
    let attempt = |(place, Taken { job, key_day, wrapped_key, facts }): (u32, Taken)| {
        let changed = request.tickets.iter().find(|(id, _)| *id == job.id);
        let ticket = changed.map_or_else(|| job.ticket.clone(), |(_, ticket)| ticket.clone());
        let [.., a, b, c, d, e, f, g, h] = random_bytes()?;
        Ok(ClaimedJob {
            attempt: repeat::attempt(first, place),
            fence: job.fence,
            mark: i64::from_be_bytes([a, b, c, d, e, f, g, h]),
            ticket,
            // Once kept, a job is kept until it expires or is deleted.
            keep: job.kept || request.keep.contains(&job.id),
            delegate: delegate_of(request.owner, request.member),
            wrapped_key,
            key_day,
            facts: Some(facts),
            claimed_at: request.at,
            station: request.station,
            job,
        })
    };
    (0..).zip(taken).map(attempt).collect()
}

/// Writes them.
pub(super) async fn insert_attempts(
    transaction: &mut Transaction,
    holder: &Holder,
    request: &ClaimRequest,
    terms: &Terms,
    claimed: &[ClaimedJob],
) -> Result<()> {
    let tap = request.tap.as_ref();
    let row = |claimed: &ClaimedJob| {
        Ok(values![
            claimed.attempt,
            claimed.job.id,
            request.printer,
            request.station,
            tap.map(|tap| tap.boot_id.as_str()),
            tap.map(|tap| tap.tap),
            holder.node.as_str(),
            holder.epoch,
            claimed.fence,
            claimed.mark,
            ticket_text(&claimed.ticket)?,
            &terms.subject,
            terms.department.clone(),
            &terms.department_code,
            &terms.department_name,
            terms.tariff_version,
            request.accounting_day,
            request.at,
            claimed.keep,
            claimed.delegate,
        ])
    };
    let rows = claimed.iter().map(row).collect::<Result<_>>()?;
    transaction.insert_rows(&ADD_ATTEMPTS, rows).await
}
