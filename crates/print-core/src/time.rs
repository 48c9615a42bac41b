//! Time, passed in: a [`Clock`] says what it is, one IANA zone says which day finance books it on.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The time stamp of this many microseconds since the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch, as the database keeps them.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, towards the past.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// This time and `seconds` more (or less).
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// Microseconds from `earlier` to this time; negative when it lies after.
    #[must_use]
    pub const fn micros_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    fn to_jiff(self) -> jiff::Timestamp {
        let limits = (jiff::Timestamp::MIN.as_microsecond(), jiff::Timestamp::MAX.as_microsecond());
        jiff::Timestamp::from_microsecond(self.0.clamp(limits.0, limits.1))
            .expect("the value was just brought within the limits")
    }
}

/// RFC 3339 in UTC, for logs and commands.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_jiff().fmt(f)
    }
}

/// Where the time comes from. Programs pass [`SystemClock`], tests pass [`ManualClock`].
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time of day, which can jump.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::now().as_microsecond())
    }
}

/// A clock that stands still until a test moves it.
#[derive(Debug, Default)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Moves the clock by `seconds`, also backwards.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds.saturating_mul(1_000_000), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// A day of the books: days since 1970-01-01 in the installation's zone. Computed once, at the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountingDay(i32);

impl AccountingDay {
    /// The day of this number.
    #[must_use]
    pub const fn from_number(days: i32) -> Self {
        Self(days)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The month that the day is booked in.
    #[must_use]
    pub fn period(self) -> Period {
        let date = self.date();
        Period { year: date.year(), month: date.month() }
    }

    /// Reads `2026-11-30`.
    ///
    /// # Errors
    /// [`BadDate`] when it is no such day.
    pub fn parse(text: &str) -> Result<Self, BadDate> {
        let date: Date = text.parse().map_err(|_| BadDate::of(text))?;
        Ok(Self::of(date))
    }

    fn of(date: Date) -> Self {
        let days = date.duration_since(EPOCH).as_hours() / 24;
        Self(i32::try_from(days).expect("the calendar has fewer days than an i32"))
    }

    fn date(self) -> Date {
        let days = jiff::Span::new().days(self.0.clamp(-4_000_000, 2_900_000));
        EPOCH.saturating_add(days)
    }
}

/// As `2026-11-30`.
impl fmt::Display for AccountingDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// A month of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    year: i16,
    month: i8,
}

impl Period {
    /// The month, when there is one: years 1970 to 9998, months 1 to 12.
    #[must_use]
    pub fn new(year: i16, month: i8) -> Option<Self> {
        let known = (1970..=9998).contains(&year) && (1..=12).contains(&month);
        known.then_some(Self { year, month })
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.month
    }

    /// Year times 100 and month, as 202611: how the database keeps it.
    #[must_use]
    pub fn number(self) -> i32 {
        i32::from(self.year) * 100 + i32::from(self.month)
    }

    /// The month of such a number.
    #[must_use]
    pub fn from_number(number: i32) -> Option<Self> {
        let month = i8::try_from(number.rem_euclid(100)).ok()?;
        Self::new(i16::try_from(number.div_euclid(100)).ok()?, month)
    }

    /// The first day of the month.
    #[must_use]
    pub fn first_day(self) -> AccountingDay {
        AccountingDay::of(jiff::civil::date(self.year, self.month, 1))
    }

    /// The first day after the month.
    #[must_use]
    pub fn first_day_after(self) -> AccountingDay {
        self.plus_months(1).first_day()
    }

    /// The month this many months later (or earlier), within the years that exist.
    #[must_use]
    pub fn plus_months(self, months: i32) -> Self {
        let first = i32::from(self.year) * 12 + i32::from(self.month) - 1;
        let number = (first + months).clamp(1970 * 12, 9998 * 12 + 11);
        let part = |n: i32| i16::try_from(n).expect("a year of four digits");
        let month = i8::try_from(number % 12 + 1).expect("a month");
        Self { year: part(number / 12), month }
    }
}

/// As `2026-11`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Period {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Self, BadDate> {
        let found = text.split_once('-').and_then(|(year, month)| {
            let plain = |part: &str, digits| {
                part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())
            };
            (plain(year, 4) && plain(month, 2)).then_some(())?;
            Self::new(year.parse().ok()?, month.parse().ok()?)
        });
        found.ok_or_else(|| BadDate::of(text))
    }
}

/// A text that is not a date or a month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a date: write 2026-11-30, or 2026-11 for a month")]
pub struct BadDate(String);

impl BadDate {
    fn of(text: &str) -> Self {
        Self(text.chars().take(32).collect())
    }
}

/// The installation's IANA time zone, as `Europe/Stockholm`.
#[derive(Debug, Clone)]
pub struct TimeZone(jiff::tz::TimeZone);

/// A name that no time zone has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not an IANA time zone, as Europe/Stockholm is")]
pub struct UnknownTimeZone(String);

impl TimeZone {
    /// The zone of this name.
    ///
    /// # Errors
    /// [`UnknownTimeZone`] when there is none.
    pub fn named(name: &str) -> Result<Self, UnknownTimeZone> {
        let found = jiff::tz::TimeZone::get(name).map(Self);
        found.map_err(|_| UnknownTimeZone(name.chars().take(64).collect()))
    }

    /// The day that `at` is booked on.
    #[must_use]
    pub fn accounting_day(&self, at: Timestamp) -> AccountingDay {
        AccountingDay::of(self.0.to_datetime(at.to_jiff()).date())
    }

    /// The moment at which `day` begins.
    #[must_use]
    pub fn start_of(&self, day: AccountingDay) -> Timestamp {
        let start = day.date().to_zoned(self.0.clone()).and_then(|start| start.start_of_day());
        let start = start.expect("an accounting day lies within the calendar");
        Timestamp(start.timestamp().as_microsecond())
    }

    /// Whether `day` is a Saturday or a Sunday.
    #[must_use]
    pub fn is_weekend(day: AccountingDay) -> bool {
        use jiff::civil::Weekday;
        matches!(day.date().weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// As `2026-11-30 14:05`, in this zone.
    #[must_use]
    pub fn minute(&self, at: Timestamp) -> String {
        let local = self.0.to_datetime(at.to_jiff());
        format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute())
    }

    /// As `14:05`, in this zone.
    #[must_use]
    pub fn clock_time(&self, at: Timestamp) -> String {
        let local = self.0.to_datetime(at.to_jiff());
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// The parts of an IPP dateTime (RFC 2579 `DateAndTime`): year, month, day, hour, minute, second,
    /// and the zone's distance from UTC in minutes.
    #[must_use]
    pub fn parts(&self, at: Timestamp) -> DateTimeParts {
        let stamp = at.to_jiff();
        let local = self.0.to_datetime(stamp);
        DateTimeParts {
            year: local.year(),
            month: local.month(),
            day: local.day(),
            hour: local.hour(),
            minute: local.minute(),
            second: local.second(),
            offset_minutes: self.0.to_offset(stamp).seconds() / 60,
        }
    }
}

/// A time stamp taken apart in a zone, for IPP's dateTime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTimeParts {
    /// The year.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
    /// 1 to 31.
    pub day: i8,
    /// 0 to 23.
    pub hour: i8,
    /// 0 to 59.
    pub minute: i8,
    /// 0 to 59.
    pub second: i8,
    /// Minutes east of UTC.
    pub offset_minutes: i32,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stockholm() -> TimeZone {
        TimeZone::named("Europe/Stockholm").expect("the zone is built in")
    }

    fn at(text: &str) -> Timestamp {
        let stamp: jiff::Timestamp = text.parse().expect("a time in a test");
        Timestamp(stamp.as_microsecond())
    }

    #[test]
    fn the_accounting_day_is_the_day_in_the_zone() {
        let zone = stockholm();
        let day = |text| zone.accounting_day(at(text)).to_string();
        assert_eq!(day("2026-11-30T22:59:59Z"), "2026-11-30");
        assert_eq!(day("2026-11-30T23:00:00Z"), "2026-12-01");
        assert_eq!(day("2026-06-30T22:00:00Z"), "2026-07-01");
    }

    #[test]
    fn a_day_starts_where_its_zone_says_also_when_the_clocks_change() {
        let zone = stockholm();
        let day = AccountingDay::parse("2026-03-29").expect("a day");
        assert_eq!(zone.start_of(day), at("2026-03-28T23:00:00Z"));
        let next = AccountingDay::from_number(day.number() + 1);
        assert_eq!(zone.start_of(next).micros_since(zone.start_of(day)), 23 * 3_600_000_000);
    }

    #[test]
    fn months_are_read_counted_and_bounded() {
        let november: Period = "2026-11".parse().expect("a month");
        assert_eq!(november.number(), 202_611);
        assert_eq!(Period::from_number(202_611), Some(november));
        assert_eq!(november.plus_months(2).to_string(), "2027-01");
        assert_eq!(november.plus_months(-11).to_string(), "2025-12");
        assert_eq!(november.first_day_after().to_string(), "2026-12-01");
        for text in ["2026", "2026-13", "2026-1", "26-11", "2026-+1", "+026-11"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }
}
