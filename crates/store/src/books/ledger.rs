//! The ledger: one immutable entry a print, and the sums that change with it.

use print_core::ids::LedgerEntryId;
use print_core::{
    AccountingDay, Amount, AttemptId, Counted, DepartmentId, JobId, Period, PrinterId,
    TariffVersionId, Timestamp, Usage,
};

use crate::database::error::{Result, StoreError};
use crate::database::pool::Transaction;
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::store::Store;

/// One entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerEntry {
    /// Our own key.
    pub id: LedgerEntryId,
    /// When it was written.
    pub posted_at: Timestamp,
    /// The day it is booked on.
    pub accounting_day: AccountingDay,
    /// The month it is booked in.
    pub period: Period,
    /// `charge`, `reversal` or `adjustment`.
    pub kind: String,
    /// What it is for; unique.
    pub src: String,
    /// The job, when it is for one.
    pub job: Option<JobId>,
    /// The department, when the owner had one.
    pub department: Option<DepartmentId>,
    /// The department's code then; empty without one.
    pub department_code: String,
    /// The department's Swedish name then; empty without one.
    pub department_name: String,
    /// The printer.
    pub printer: Option<PrinterId>,
    /// The prices.
    pub tariff_version: Option<TariffVersionId>,
    /// What came out.
    pub usage: Usage,
    /// What it cost.
    pub amount: Amount,
    /// The entry that it corrects.
    pub corrects: Option<LedgerEntryId>,
}

/// What a delivery books.
pub(crate) struct Charge {
    pub(crate) job: JobId,
    pub(crate) attempt: AttemptId,
    pub(crate) posted_at: Timestamp,
    pub(crate) printer: PrinterId,
    pub(crate) subject: String,
    pub(crate) department: Option<DepartmentId>,
    pub(crate) department_code: String,
    pub(crate) department_name: String,
    pub(crate) tariff_version: Option<TariffVersionId>,
    pub(crate) accounting_day: AccountingDay,
    pub(crate) usage: Usage,
    pub(crate) amount: Amount,
}

macro_rules! entry_columns {
    () => {
        "id, posted_at, accounting_day, period, kind, src, job, department, department_code, \
         department_name, printer, tariff_version, impressions_monochrome, impressions_color, \
         sheets, counted, amount, corrects"
    };
}

/// Entries that finance looks at: nobody counted, or there was no price list on that day.
macro_rules! to_check {
    () => {
        "(counted = 'unknown' OR (kind = 'charge' AND tariff_version IS NULL))"
    };
}
pub(crate) use to_check;

statements! {
    POST = "INSERT INTO ledger_entry (id, posted_at, accounting_day, period, kind, src, job, attempt,
            subject, department, department_code, department_name, printer, tariff_version, sheets,
            impressions_monochrome, impressions_color, counted, amount)
        VALUES ($1, $2, $3, $4, 'charge', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
            $18)
        ON CONFLICT (src) DO NOTHING";
    ADD_USAGE = "INSERT INTO usage_day (accounting_day, department, period, jobs, sheets,
            impressions_monochrome, impressions_color, amount, estimated, to_check)
        VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (accounting_day, department) DO UPDATE
        SET jobs = usage_day.jobs + 1, sheets = usage_day.sheets + excluded.sheets,
            impressions_monochrome =
                usage_day.impressions_monochrome + excluded.impressions_monochrome,
            impressions_color = usage_day.impressions_color + excluded.impressions_color,
            amount = usage_day.amount + excluded.amount,
            estimated = usage_day.estimated + excluded.estimated,
            to_check = usage_day.to_check + excluded.to_check";
    ADD_PRINTER = "INSERT INTO printer_day (accounting_day, printer, period, jobs, sheets,
            impressions_monochrome, impressions_color)
        VALUES ($1, $2, $3, 1, $4, $5, $6)
        ON CONFLICT (accounting_day, printer) DO UPDATE
        SET jobs = printer_day.jobs + 1, sheets = printer_day.sheets + excluded.sheets,
            impressions_monochrome =
                printer_day.impressions_monochrome + excluded.impressions_monochrome,
            impressions_color = printer_day.impressions_color + excluded.impressions_color";
    OF_JOB = concat!("SELECT ", entry_columns!(), " FROM ledger_entry WHERE job = $1
        ORDER BY posted_at, id LIMIT 1000");
    TO_CHECK = concat!("SELECT ", entry_columns!(), " FROM ledger_entry
        WHERE ", to_check!(), " ORDER BY posted_at DESC, id DESC LIMIT $1");
    TO_CHECK_IN = concat!("SELECT ", entry_columns!(), " FROM ledger_entry
        WHERE ", to_check!(), " AND period = $2 ORDER BY posted_at DESC, id DESC LIMIT $1");
}

/// Posts a charge and adds it to the sums. An attempt is charged once: a second time changes nothing
/// and gives `false`.
pub(crate) async fn post(transaction: &mut Transaction, charge: &Charge) -> Result<bool> {
    let period = charge.accounting_day.period().number();
    let Usage { impressions_monochrome, impressions_color, sheets, counted } = charge.usage;
    let department = charge.department.map(|id| id.to_string()).unwrap_or_default();
    let values = values![
        LedgerEntryId::new().to_string(),
        charge.posted_at,
        charge.accounting_day,
        period,
        format!("job:{}:{}:charge", charge.job, charge.attempt),
        charge.job,
        charge.attempt,
        &charge.subject,
        &department,
        &charge.department_code,
        &charge.department_name,
        charge.printer,
        charge.tariff_version,
        sheets,
        impressions_monochrome,
        impressions_color,
        counted.as_str(),
        charge.amount,
    ];
    if transaction.change(POST, values).await? == 0 {
        return Ok(false);
    }
    let values = values![
        charge.accounting_day,
        department,
        period,
        sheets,
        impressions_monochrome,
        impressions_color,
        charge.amount,
        counted == Counted::Estimated,
        counted == Counted::Unknown || charge.tariff_version.is_none(),
    ];
    transaction.change(ADD_USAGE, values).await?;
    let values = values![
        charge.accounting_day,
        charge.printer,
        period,
        sheets,
        impressions_monochrome,
        impressions_color,
    ];
    transaction.change(ADD_PRINTER, values).await?;
    Ok(true)
}

pub(crate) fn period(row: &mut Row) -> Result<Period> {
    let number: i32 = row.small()?;
    Period::from_number(number).ok_or_else(|| StoreError::corrupt(format!("the month {number}")))
}

/// A department's key where "none" is the empty text.
pub(crate) fn department(row: &mut Row) -> Result<Option<DepartmentId>> {
    let text = row.text()?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| StoreError::corrupt("a department's key"))
}

fn read(mut row: Row) -> Result<LedgerEntry> {
    Ok(LedgerEntry {
        id: row.parsed()?,
        posted_at: row.time()?,
        accounting_day: row.day()?,
        period: period(&mut row)?,
        kind: row.text()?,
        src: row.text()?,
        job: row.opt_parsed()?,
        department: department(&mut row)?,
        department_code: row.text()?,
        department_name: row.text()?,
        printer: row.opt_parsed()?,
        tariff_version: row.opt_parsed()?,
        usage: Usage {
            impressions_monochrome: row.small()?,
            impressions_color: row.small()?,
            sheets: row.small()?,
            counted: row.word(Counted::from_word)?,
        },
        amount: row.amount()?,
        corrects: row.opt_parsed()?,
    })
}

impl Store {
    /// What was booked for a job, in the order of posting.
    pub async fn entries_of_job(&self, job: JobId) -> Result<Vec<LedgerEntry>> {
        self.pool().rows(OF_JOB, values![job]).await?.into_iter().map(read).collect()
    }

    /// Entries without a count or without prices, of one month or of all, the newest first.
    pub async fn to_check(&self, period: Option<Period>, limit: u32) -> Result<Vec<LedgerEntry>> {
        let rows = match period {
            Some(period) => self.pool().rows(TO_CHECK_IN, values![limit, period.number()]).await?,
            None => self.pool().rows(TO_CHECK, values![limit]).await?,
        };
        rows.into_iter().map(read).collect()
    }
}
