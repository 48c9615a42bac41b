//! Sums and comparisons of usage.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use print_core::{Amount, DepartmentId, Period};
use store::{DepartmentUsage, MonthUsage};
use texts::Language;

use crate::words::Words;

/// How many months are looked at: two years, so that each month has the one a year before beside
/// it.
pub const MONTHS: usize = 24;
/// The place of the chosen month in a department's months.
pub const CHOSEN: usize = MONTHS - 1;
/// From the chosen month to the same month a year before.
pub const YEAR: usize = 12;

/// What was used in one month, by one department or by several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    pub jobs: i64,
    pub sheets: i64,
    pub impressions_monochrome: i64,
    pub impressions_color: i64,
    pub amount: Amount,
    pub estimated: i64,
    pub to_check: i64,
}

impl Figures {
    /// Printed sides.
    pub fn impressions(&self) -> i64 {
        self.impressions_monochrome + self.impressions_color
    }

    /// The share of colour among the printed sides, in thousandths; nothing when nothing was
    /// printed.
    pub fn color_share(&self) -> Option<i64> {
        share(self.impressions_color, self.impressions())
    }

    /// Whether anything at all is booked.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The amount in hundredths, rounded.
    pub fn hundredths(&self) -> i64 {
        self.amount.rounded_hundredths()
    }
}

impl From<&DepartmentUsage> for Figures {
    fn from(usage: &DepartmentUsage) -> Self {
        Self {
            jobs: usage.jobs,
            sheets: usage.sheets,
            impressions_monochrome: usage.impressions_monochrome,
            impressions_color: usage.impressions_color,
            amount: usage.amount,
            estimated: usage.estimated,
            to_check: usage.to_check,
        }
    }
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.jobs += other.jobs;
        self.sheets += other.sheets;
        self.impressions_monochrome += other.impressions_monochrome;
        self.impressions_color += other.impressions_color;
        self.amount = self.amount + other.amount;
        self.estimated += other.estimated;
        self.to_check += other.to_check;
    }
}

/// `part` of `whole` in thousandths, rounded half away from zero.
pub fn share(part: i64, whole: i64) -> Option<i64> {
    if whole == 0 {
        return None;
    }
    let doubled = i128::from(part) * 2_000 / i128::from(whole);
    let away = if doubled < 0 { -1 } else { 1 };
    i64::try_from((doubled + away) / 2).ok()
}

/// How much more or less `now` is than `before`, in thousandths.
pub fn change(now: i64, before: i64) -> Option<i64> {
    share(now.saturating_sub(before), before)
}

/// One department's two years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    /// Its code; empty for prints without a department.
    pub code: String,
    /// Its name in the reader's language.
    pub name: String,
    /// The months, oldest first; the last one is the chosen month.
    pub months: [Figures; MONTHS],
}

impl Department {
    /// The chosen month.
    pub fn chosen(&self) -> &Figures {
        &self.months[CHOSEN]
    }

    /// The same month a year before.
    pub fn year_before(&self) -> &Figures {
        &self.months[CHOSEN - YEAR]
    }
}

/// The first month that is looked at when `chosen` is the last.
pub fn first_month(chosen: Period) -> Period {
    chosen.plus_months(1 - i32::try_from(MONTHS).expect("24 is a small number"))
}

/// The rows of the store as departments with their months, in the order of their codes, those
/// without a department last.
pub fn departments(rows: &[MonthUsage], chosen: Period, language: Language) -> Vec<Department> {
    let first = first_month(chosen);
    let mut found: BTreeMap<(bool, String, Option<DepartmentId>), Department> = BTreeMap::new();
    for row in rows {
        let months =
            (0..).zip(0..MONTHS).find(|(distance, _)| first.plus_months(*distance) == row.period);
        let Some((_, place)) = months else { continue };
        let usage = &row.usage;
        let key = (usage.department.is_none(), usage.code.clone(), usage.department);
        let department = found.entry(key).or_insert_with(|| Department {
            code: usage.code.clone(),
            name: name(usage, language),
            months: [Figures::default(); MONTHS],
        });
        department.months[place] += Figures::from(usage);
    }
    found.into_values().collect()
}

fn name(usage: &DepartmentUsage, language: Language) -> String {
    match usage.department {
        None => Words::NoDepartment.text(language).to_owned(),
        Some(_) => language.pick(&usage.name_sv, &usage.name_en).clone(),
    }
}

/// The sum of the departments for each month.
pub fn total(departments: &[Department]) -> [Figures; MONTHS] {
    let mut sums = [Figures::default(); MONTHS];
    for department in departments {
        for (sum, month) in sums.iter_mut().zip(department.months) {
            *sum += month;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(code: &str, department: Option<DepartmentId>, amount: i64) -> DepartmentUsage {
        DepartmentUsage {
            department,
            code: code.into(),
            name_sv: format!("{code} på svenska"),
            name_en: format!("{code} in English"),
            jobs: 1,
            sheets: 2,
            impressions_monochrome: 3,
            impressions_color: 1,
            amount: Amount::from_ten_thousandths(amount),
            estimated: 0,
            to_check: 0,
        }
    }

    #[test]
    fn months_find_their_place_and_departments_their_order() {
        let chosen = Period::new(2026, 11).unwrap();
        let (a, b) = (Some(DepartmentId::new()), Some(DepartmentId::new()));
        let row = |period, usage| MonthUsage { period, usage };
        let rows = [
            row(chosen, usage("", None, 5)),
            row(chosen, usage("B", b, 7)),
            row(chosen, usage("A", a, 100)),
            row(Period::new(2025, 11).unwrap(), usage("A", a, 80)),
            row(Period::new(2024, 12).unwrap(), usage("A", a, 1)),
            row(Period::new(2024, 11).unwrap(), usage("A", a, 9_999)),
        ];
        let found = departments(&rows, chosen, Language::English);
        let names: Vec<&str> = found.iter().map(|department| department.name.as_str()).collect();
        assert_eq!(names, ["A in English", "B in English", "No department"]);
        assert_eq!(found[0].chosen().amount.ten_thousandths(), 100);
        assert_eq!(found[0].year_before().amount.ten_thousandths(), 80);
        assert_eq!(found[0].months[0].amount.ten_thousandths(), 1);
        let total = total(&found);
        assert_eq!(total[CHOSEN].amount.ten_thousandths(), 112);
        assert_eq!((total[CHOSEN].jobs, total[CHOSEN].color_share()), (3, Some(250)));
    }

    #[test]
    fn shares_and_changes_are_rounded_and_never_divide_by_nothing() {
        assert_eq!(share(1, 3), Some(333));
        assert_eq!(share(2, 3), Some(667));
        assert_eq!(share(0, 0), None);
        assert_eq!(change(972, 1_000), Some(-28));
        assert_eq!(change(1_000, 0), None);
        assert_eq!(change(0, 1_000), Some(-1_000));
    }
}
