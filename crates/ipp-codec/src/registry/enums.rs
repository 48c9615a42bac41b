//! Names of registered enum values, and the two that programs decide by.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::code_table;

code_table! {
    /// The values of `job-state` (RFC 8011 section 5.3.7).
    JobState(i32);
    PENDING = 3, "pending";
    PENDING_HELD = 4, "pending-held";
    PROCESSING = 5, "processing";
    PROCESSING_STOPPED = 6, "processing-stopped";
    CANCELED = 7, "canceled";
    ABORTED = 8, "aborted";
    COMPLETED = 9, "completed";
}

impl JobState {
    /// Whether the job stays in this state for good.
    pub fn is_final(self) -> bool {
        matches!(self, JobState::CANCELED | JobState::ABORTED | JobState::COMPLETED)
    }
}

code_table! {
    /// The values of `printer-state` (RFC 8011 section 5.4.11).
    PrinterState(i32);
    IDLE = 3, "idle";
    PROCESSING = 4, "processing";
    STOPPED = 5, "stopped";
}

static NAMES: LazyLock<HashMap<(&'static str, i32), &'static str>> = LazyLock::new(|| {
    let rows = include_str!("enums.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| {
        let mut columns = row.split('\t');
        let attribute = columns.next()?;
        let value = columns.next()?.parse().ok()?;
        Some(((attribute, value), columns.next()?))
    })
    .collect()
});

/// The registered name of an enum value, such as `staple` for 4 of `finishings`. The `-default`,
/// `-supported` and `-ready` attributes have the values of their base attribute.
pub fn enum_name(attribute: &str, value: i32) -> Option<&'static str> {
    let base = ["-default", "-supported", "-ready", "-actual"]
        .iter()
        .find_map(|suffix| attribute.strip_suffix(suffix))
        .unwrap_or(attribute);
    let names: &HashMap<(&str, i32), &'static str> = &NAMES;
    names.get(&(base, value)).copied()
}
