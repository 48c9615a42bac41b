//! Sums of the ledger by month: what departments used and what went through printers. Pages and exports
//! read these and never add up entries themselves.

use print_core::{Amount, DepartmentId, Period, PrinterId};

use crate::books::ledger::{department, period};
use crate::database::error::{Result, StoreError};
use crate::database::statement::statements;
use crate::database::value::{Row, values};
use crate::store::Store;

/// What a department used in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartmentUsage {
    /// The department; `None` is the sum of those without one, or of all.
    pub department: Option<DepartmentId>,
    /// Its code; empty without one.
    pub code: String,
    /// Its Swedish name; empty without one.
    pub name_sv: String,
    /// Its English name; empty without one.
    pub name_en: String,
    /// How many prints were booked.
    pub jobs: i64,
    /// Pieces of paper.
    pub sheets: i64,
    /// Printed sides without colour.
    pub impressions_monochrome: i64,
    /// Printed sides with colour.
    pub impressions_color: i64,
    /// The exact price, unrounded.
    pub amount: Amount,
    /// How many of the prints are our own reckoning.
    pub estimated: i64,
    /// How many of them nobody has counted.
    pub to_check: i64,
}

/// The same, and which month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthUsage {
    /// The month.
    pub period: Period,
    /// What was used.
    pub usage: DepartmentUsage,
}

/// What went through a printer in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrinterUsage {
    /// The printer.
    pub printer: PrinterId,
    /// Its name; empty when it has been removed.
    pub name: String,
    /// How many prints were booked.
    pub jobs: i64,
    /// Pieces of paper.
    pub sheets: i64,
    /// Printed sides without colour.
    pub impressions_monochrome: i64,
    /// Printed sides with colour.
    pub impressions_color: i64,
}

/// PostgreSQL's sum of whole numbers is not a whole number, and a sum of nothing is nothing.
macro_rules! sums {
    () => {
        "CAST(COALESCE(SUM(u.jobs), 0) AS BIGINT), CAST(COALESCE(SUM(u.sheets), 0) AS BIGINT),
         CAST(COALESCE(SUM(u.impressions_monochrome), 0) AS BIGINT),
         CAST(COALESCE(SUM(u.impressions_color), 0) AS BIGINT)"
    };
}

macro_rules! department_sums {
    () => {
        concat!(
            sums!(),
            ", CAST(COALESCE(SUM(u.amount), 0) AS BIGINT),
             CAST(COALESCE(SUM(u.estimated), 0) AS BIGINT),
             CAST(COALESCE(SUM(u.to_check), 0) AS BIGINT)"
        )
    };
}

statements! {
    // Without a department: last in the list, whatever the codes are.
    MONTH = concat!("SELECT u.department, COALESCE(d.code, ''), COALESCE(d.name_sv, ''),
            COALESCE(d.name_en, ''), ", department_sums!(), "
        FROM usage_day u LEFT JOIN department d ON d.id = u.department
        WHERE u.period = $1
        GROUP BY u.department, d.code, d.name_sv, d.name_en
        ORDER BY CASE WHEN d.code IS NULL THEN 1 ELSE 0 END, d.code, u.department LIMIT 10000");
    MONTHS = concat!("SELECT u.period, u.department, COALESCE(d.code, ''), COALESCE(d.name_sv, ''),
            COALESCE(d.name_en, ''), ", department_sums!(), "
        FROM usage_day u LEFT JOIN department d ON d.id = u.department
        WHERE u.period >= $1 AND u.period <= $2
        GROUP BY u.period, u.department, d.code, d.name_sv, d.name_en
        ORDER BY u.period, CASE WHEN d.code IS NULL THEN 1 ELSE 0 END, d.code, u.department
        LIMIT 100000");
    TOTAL = concat!("SELECT '', '', '', '', ", department_sums!(), "
        FROM usage_day u WHERE u.period = $1");
    PRINTERS = concat!("SELECT u.printer, COALESCE(p.name, ''), ", sums!(), "
        FROM printer_day u LEFT JOIN printer p ON p.id = u.printer
        WHERE u.period = $1 GROUP BY u.printer, p.name, p.name_sort
        ORDER BY CASE WHEN p.name IS NULL THEN 1 ELSE 0 END, p.name_sort, u.printer LIMIT 10000");
    PERIODS = "SELECT DISTINCT period FROM usage_day ORDER BY period DESC LIMIT 1200";
}

fn read(row: &mut Row) -> Result<DepartmentUsage> {
    Ok(DepartmentUsage {
        department: department(row)?,
        code: row.text()?,
        name_sv: row.text()?,
        name_en: row.text()?,
        jobs: row.int()?,
        sheets: row.int()?,
        impressions_monochrome: row.int()?,
        impressions_color: row.int()?,
        amount: row.amount()?,
        estimated: row.int()?,
        to_check: row.int()?,
    })
}

impl Store {
    /// What each department used in a month, by code; those without a department come last.
    pub async fn month_by_department(&self, period: Period) -> Result<Vec<DepartmentUsage>> {
        let rows = self.pool().rows(MONTH, values![period.number()]).await?;
        rows.into_iter().map(|mut row| read(&mut row)).collect()
    }

    /// The same for a row of months, both ends included; months without prints are left out.
    pub async fn months_by_department(&self, from: Period, to: Period) -> Result<Vec<MonthUsage>> {
        let rows = self.pool().rows(MONTHS, values![from.number(), to.number()]).await?;
        let month =
            |mut row: Row| Ok(MonthUsage { period: period(&mut row)?, usage: read(&mut row)? });
        rows.into_iter().map(month).collect()
    }

    /// What was used in a month in all.
    pub async fn month_total(&self, period: Period) -> Result<DepartmentUsage> {
        let row = self.pool().row(TOTAL, values![period.number()]).await?;
        read(&mut row.ok_or(StoreError::NotFound)?)
    }

    /// What went through each printer in a month, by name.
    pub async fn printer_month(&self, period: Period) -> Result<Vec<PrinterUsage>> {
        let rows = self.pool().rows(PRINTERS, values![period.number()]).await?;
        let printer = |mut row: Row| {
            Ok(PrinterUsage {
                printer: row.parsed()?,
                name: row.text()?,
                jobs: row.int()?,
                sheets: row.int()?,
                impressions_monochrome: row.int()?,
                impressions_color: row.int()?,
            })
        };
        rows.into_iter().map(printer).collect()
    }

    /// The months that have entries, the newest first.
    pub async fn periods(&self) -> Result<Vec<Period>> {
        let rows = self.pool().rows(PERIODS, values![]).await?;
        rows.into_iter().map(|mut row| period(&mut row)).collect()
    }
}
