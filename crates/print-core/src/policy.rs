//! How long a held job is kept: so many hours of working days.

use std::collections::BTreeSet;

use crate::time::{AccountingDay, TimeZone, Timestamp};

/// The longest walk over days that are not counted; a calendar of holidays only must still end.
const DAYS_MAX: i32 = 3_660;

/// The days on which a held job does not grow older.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FreeDays {
    /// Holidays, besides Saturdays and Sundays.
    pub holidays: BTreeSet<AccountingDay>,
}

impl FreeDays {
    /// Whether `day` counts.
    #[must_use]
    pub fn is_free(&self, day: AccountingDay) -> bool {
        TimeZone::is_weekend(day) || self.holidays.contains(&day)
    }
}

/// When a job held since `held_at` expires: after `hours` of days that are not free, by the clock of
/// `zone`.
#[must_use]
pub fn expires_at(held_at: Timestamp, hours: u32, zone: &TimeZone, free: &FreeDays) -> Timestamp {
    let mut left = i64::from(hours) * 3_600_000_000;
    let mut from = held_at;
    let first = zone.accounting_day(held_at).number();
    for number in first..first.saturating_add(DAYS_MAX) {
        let day = AccountingDay::from_number(number);
        let end = zone.start_of(AccountingDay::from_number(number + 1));
        if !free.is_free(day) {
            let here = end.micros_since(from);
            if left <= here {
                return Timestamp::from_micros(from.micros().saturating_add(left));
            }
            left -= here;
        }
        from = end;
    }
    from
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expiry(held_at: &str, hours: u32, holidays: &[&str]) -> String {
        let zone = TimeZone::named("Europe/Stockholm").expect("the zone is built in");
        let day = |text: &&str| AccountingDay::parse(text).expect("a day");
        let free = FreeDays { holidays: holidays.iter().map(day).collect() };
        let (date, time) = held_at.split_once(' ').expect("a day and a time");
        let (hour, minute) = time.split_once(':').expect("hours and minutes");
        let number = |text: &str| text.parse::<i64>().expect("a number");
        let start = zone.start_of(AccountingDay::parse(date).expect("a day"));
        let at = start.plus_seconds(number(hour) * 3_600 + number(minute) * 60);
        zone.minute(expires_at(at, hours, &zone, &free))
    }

    #[test]
    fn weekends_and_holidays_do_not_count() {
        // 2026-11-16 is a Monday.
        assert_eq!(expiry("2026-11-16 10:00", 72, &[]), "2026-11-19 10:00");
        assert_eq!(expiry("2026-11-19 10:00", 72, &[]), "2026-11-24 10:00");
        assert_eq!(expiry("2026-11-21 10:00", 72, &[]), "2026-11-26 00:00");
        assert_eq!(expiry("2026-11-16 10:00", 72, &["2026-11-17"]), "2026-11-20 10:00");
        assert_eq!(expiry("2026-11-16 10:00", 0, &[]), "2026-11-16 10:00");
    }

    #[test]
    fn the_day_without_its_hour_is_an_hour_shorter() {
        // The clocks go back on Sunday 2026-10-25; nothing of that day counts.
        assert_eq!(expiry("2026-10-23 10:00", 72, &[]), "2026-10-28 10:00");
    }

    #[test]
    fn a_calendar_of_holidays_only_ends() {
        let zone = TimeZone::named("Europe/Stockholm").expect("the zone is built in");
        let holidays = (20_000..30_000).map(AccountingDay::from_number).collect();
        let at = zone.start_of(AccountingDay::from_number(20_001));
        assert!(expires_at(at, 72, &zone, &FreeDays { holidays }) > at);
    }
}
