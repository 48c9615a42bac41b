//! What a printer says about one of its jobs.

use ipp_codec::registry::JobState;
use ipp_codec::{Attribute, Group, Value, names};
use print_core::Keyword;

use super::facts::reasons;

/// What is asked about a job.
pub const REQUESTED: [&str; 11] = [
    names::JOB_ID,
    names::JOB_IMPRESSIONS_COMPLETED,
    names::JOB_IMPRESSIONS_COMPLETED_COL,
    names::JOB_MEDIA_SHEETS_COMPLETED,
    names::JOB_MEDIA_SHEETS_COMPLETED_COL,
    names::JOB_NAME,
    names::JOB_PRINTER_UP_TIME,
    names::JOB_STATE,
    names::JOB_STATE_REASONS,
    names::JOB_UUID,
    names::TIME_AT_CREATION,
];

/// A count by colour (PWG 5100.7: the members of the `-col` collections).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// Without colour.
    pub monochrome: u32,
    /// In full or in highlight colour.
    pub color: u32,
    /// Without any mark.
    pub blank: u32,
}

/// One job as its printer reports it. A count that is `None` was not reported, which is never zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobReport {
    /// `job-id`.
    pub id: i32,
    /// `job-uuid`.
    pub uuid: Option<String>,
    /// `job-name`.
    pub name: Option<String>,
    /// `job-state`.
    pub state: JobState,
    /// `job-state-reasons` without `none`.
    pub reasons: Vec<Keyword>,
    /// `job-impressions-completed`.
    pub impressions: Option<u32>,
    /// `job-media-sheets-completed`.
    pub sheets: Option<u32>,
    /// `job-impressions-completed-col`.
    pub impressions_split: Option<Split>,
    /// `job-media-sheets-completed-col`.
    pub sheets_split: Option<Split>,
    /// `job-printer-up-time`, in seconds, at the time of the report.
    pub up_time: Option<i32>,
    /// `time-at-creation`, in the printer's seconds.
    pub created_at: Option<i32>,
}

impl JobReport {
    /// Reads a job's group. `None` when it lacks `job-id` or `job-state`, which every report has.
    pub fn of(group: &Group) -> Option<Self> {
        let integer = |name| group.get(name).and_then(Attribute::as_integer);
        let count = |name| integer(name).and_then(|number| u32::try_from(number).ok());
        let text = |name| group.get(name).and_then(|a| a.plain_strings(255).next());
        Some(Self {
            id: integer(names::JOB_ID)?,
            uuid: text(names::JOB_UUID),
            name: text(names::JOB_NAME),
            state: JobState::new(integer(names::JOB_STATE)?),
            reasons: reasons(group.get(names::JOB_STATE_REASONS)),
            impressions: count(names::JOB_IMPRESSIONS_COMPLETED),
            sheets: count(names::JOB_MEDIA_SHEETS_COMPLETED),
            impressions_split: split(group.get(names::JOB_IMPRESSIONS_COMPLETED_COL)),
            sheets_split: split(group.get(names::JOB_MEDIA_SHEETS_COMPLETED_COL)),
            up_time: integer(names::JOB_PRINTER_UP_TIME),
            created_at: integer(names::TIME_AT_CREATION),
        })
    }

    /// All printed sides that the printer reports, from whichever count it gives.
    pub fn impressions_reported(&self) -> Option<u32> {
        let split = self.impressions_split.map(|s| s.monochrome.saturating_add(s.color));
        self.impressions.or(split)
    }

    /// Whether the printer proved that not one side was printed.
    pub fn proves_nothing_printed(&self) -> bool {
        self.impressions_reported() == Some(0) && self.sheets.unwrap_or(0) == 0
    }
}

/// Reads a `-col` collection. It says something only when one of its members is a number.
fn split(attribute: Option<&Attribute>) -> Option<Split> {
    let collection = attribute?.first()?;
    let member = |name: &str| collection.member(name).and_then(Value::as_integer);
    let numbers = |names: &[&str]| {
        let known = names.iter().filter_map(|name| member(name));
        known.filter_map(|number| u32::try_from(number).ok()).reduce(u32::saturating_add)
    };
    let monochrome = numbers(&[names::MONOCHROME, names::MONOCHROME_TWO_SIDED]);
    let color = numbers(&[
        names::FULL_COLOR,
        names::FULL_COLOR_TWO_SIDED,
        names::HIGHLIGHT_COLOR,
        names::HIGHLIGHT_COLOR_TWO_SIDED,
    ]);
    let blank = numbers(&[names::BLANK, names::BLANK_TWO_SIDED]);
    (monochrome.is_some() || color.is_some()).then(|| Split {
        monochrome: monochrome.unwrap_or(0),
        color: color.unwrap_or(0),
        blank: blank.unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ipp_codec::{GroupTag, Member};

    fn group(attributes: Vec<Attribute>) -> Group {
        let mut all = vec![
            Attribute::integer(names::JOB_ID, 7),
            Attribute::enumeration(names::JOB_STATE, JobState::COMPLETED.code()),
        ];
        all.extend(attributes);
        Group::new(GroupTag::JOB, all)
    }

    #[test]
    fn a_missing_count_is_not_zero() {
        let report = JobReport::of(&group(Vec::new())).unwrap();
        assert_eq!((report.impressions_reported(), report.sheets), (None, None));
        assert!(!report.proves_nothing_printed());
        let negative = Attribute::integer(names::JOB_IMPRESSIONS_COMPLETED, -1);
        assert_eq!(JobReport::of(&group(vec![negative])).unwrap().impressions, None);
        let zero = Attribute::integer(names::JOB_IMPRESSIONS_COMPLETED, 0);
        assert!(JobReport::of(&group(vec![zero])).unwrap().proves_nothing_printed());
    }

    #[test]
    fn a_split_adds_one_sided_and_two_sided() {
        let members = [
            (names::MONOCHROME, 2),
            (names::MONOCHROME_TWO_SIDED, 4),
            (names::FULL_COLOR_TWO_SIDED, 3),
            (names::HIGHLIGHT_COLOR, 1),
            (names::BLANK, 1),
        ];
        let members = members.map(|(name, n)| Member::new(name, Value::Integer(n))).to_vec();
        let split = Attribute::collection(names::JOB_IMPRESSIONS_COMPLETED_COL, members);
        let report = JobReport::of(&group(vec![split])).unwrap();
        let wanted = Split { monochrome: 6, color: 4, blank: 1 };
        assert_eq!(report.impressions_split, Some(wanted));
        assert_eq!(report.impressions_reported(), Some(10));
    }

    #[test]
    fn a_report_without_number_or_state_is_none() {
        assert_eq!(JobReport::of(&Group::new(GroupTag::JOB, Vec::new())), None);
    }
}
