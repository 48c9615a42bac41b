//! The `dateTime` of IPP: eleven bytes (RFC 8010 section 3.9, RFC 2579 DateAndTime).

/// A moment as IPP writes it. Whatever eleven bytes came are kept, so that a printer's odd clock
/// does not spoil the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime(pub [u8; 11]);

const SECONDS_PER_DAY: i64 = 86_400;

impl DateTime {
    /// This many seconds after 1970-01-01T00:00:00Z, written in UTC. Years outside 0 to 65535 are
    /// written as the nearest year that fits.
    pub fn from_unix_seconds(seconds: i64) -> DateTime {
        let (year, month, day) = civil_date(seconds.div_euclid(SECONDS_PER_DAY));
        // The rest of a day is below 86,400, so that hours, minutes and seconds fit in bytes.
        let rest = seconds.rem_euclid(SECONDS_PER_DAY);
        let [year_high, year_low] = year.to_be_bytes();
        let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
        DateTime([
            year_high,
            year_low,
            month,
            day,
            hour as u8,
            minute as u8,
            second as u8,
            0,
            b'+',
            0,
            0,
        ])
    }

    /// Seconds after 1970-01-01T00:00:00Z; `None` when a field is out of its range.
    pub fn to_unix_seconds(self) -> Option<i64> {
        let [
            year_high,
            year_low,
            month,
            day,
            hour,
            minute,
            second,
            _,
            sign,
            off_hours,
            off_minutes,
        ] = self.0;
        let year = i64::from(u16::from_be_bytes([year_high, year_low]));
        let in_range = (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && hour < 24
            && minute < 60
            && second <= 60
            && off_hours <= 14
            && off_minutes < 60;
        let direction = match sign {
            b'+' => -1,
            b'-' => 1,
            _ => return None,
        };
        let days = days_from_civil(year, i64::from(month), i64::from(day));
        let local = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        let offset = i64::from(off_hours) * 3600 + i64::from(off_minutes) * 60;
        in_range.then(|| days * SECONDS_PER_DAY + local + direction * offset)
    }
}

/// Days since 1970-01-01 of a date in the Gregorian calendar. Years are counted from March, so
/// that the leap day is the last of its year.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let march_year = if month <= 2 { year - 1 } else { year };
    let era = march_year.div_euclid(400);
    let year_of_era = march_year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date of a day counted from 1970-01-01, the inverse of [`days_from_civil`].
fn civil_date(days: i64) -> (u16, u8, u8) {
    let days = days.saturating_add(719_468);
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = (year_of_era + era * 400 + i64::from(month <= 2)).clamp(0, i64::from(u16::MAX));
    (year as u16, month as u8, day as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_moments_are_written_and_read_back() {
        let table: [(i64, [u8; 11]); 4] = [
            (0, [7, 178, 1, 1, 0, 0, 0, 0, b'+', 0, 0]),
            (951_782_400, [7, 208, 2, 29, 0, 0, 0, 0, b'+', 0, 0]),
            (1_767_225_599, [7, 233, 12, 31, 23, 59, 59, 0, b'+', 0, 0]),
            (-1, [7, 177, 12, 31, 23, 59, 59, 0, b'+', 0, 0]),
        ];
        for (seconds, bytes) in table {
            assert_eq!(DateTime::from_unix_seconds(seconds), DateTime(bytes), "{seconds}");
            assert_eq!(DateTime(bytes).to_unix_seconds(), Some(seconds), "{seconds}");
        }
    }

    #[test]
    fn an_offset_from_utc_is_taken_away() {
        let in_stockholm = DateTime([7, 178, 1, 1, 1, 0, 0, 0, b'+', 1, 0]);
        assert_eq!(in_stockholm.to_unix_seconds(), Some(0));
    }

    #[test]
    fn an_impossible_month_is_no_moment() {
        assert_eq!(DateTime([7, 178, 99, 1, 1, 0, 0, 0, b'+', 1, 0]).to_unix_seconds(), None);
    }

    #[test]
    fn every_day_of_three_centuries_comes_back() {
        for day in -40_000..70_000 {
            let seconds = day * SECONDS_PER_DAY + 12_345;
            assert_eq!(DateTime::from_unix_seconds(seconds).to_unix_seconds(), Some(seconds));
        }
    }
}
