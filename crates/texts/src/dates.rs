//! Months by name, and how long ago something was. Dates and times themselves are written the same
//! in both languages: `2026-11-30`, `14:05`.

use crate::Language;
use crate::numbers::{Noun, count};

const SWEDISH: [&str; 12] = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
];
const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The name of a month, 1 to 12: `november` or `November`. A number outside the year counts as its
/// nearest month.
#[must_use]
pub fn month(month: i8, language: Language) -> &'static str {
    let place = usize::try_from(month.clamp(1, 12) - 1).expect("0 to 11 after the clamp");
    language.pick(SWEDISH, ENGLISH)[place]
}

/// The first three letters of the month, for charts: `nov` or `Nov`.
#[must_use]
pub fn month_short(number: i8, language: Language) -> &'static str {
    &month(number, language)[..3]
}

/// A month of a year: `november 2026` or `November 2026`.
#[must_use]
pub fn month_and_year(year: i16, number: i8, language: Language) -> String {
    format!("{} {year}", month(number, language))
}

/// How long ago something was, in its largest whole unit: `för 3 minuter sedan` or `3 minutes ago`;
/// less than a minute, or a time to come, is `nyss` or `just now`.
#[must_use]
pub fn ago(seconds: i64, language: Language) -> String {
    let (number, noun) = match seconds {
        ..60 => return language.pick("nyss", "just now").to_owned(),
        60..3_600 => (seconds / 60, Noun::Minute),
        3_600..86_400 => (seconds / 3_600, Noun::Hour),
        _ => (seconds / 86_400, Noun::Day),
    };
    let what = count(number, noun, language);
    match language {
        Language::Swedish => format!("för {what} sedan"),
        Language::English => format!("{what} ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Swedish};

    #[test]
    fn months_have_their_names_in_both_languages() {
        assert_eq!(month(5, Swedish), "maj");
        assert_eq!(month(5, English), "May");
        assert_eq!(month_short(10, Swedish), "okt");
        assert_eq!(month_short(10, English), "Oct");
        assert_eq!(month_and_year(2026, 11, Swedish), "november 2026");
        assert_eq!((month(0, English), month(99, English)), ("January", "December"));
    }

    #[test]
    fn the_largest_whole_unit_says_how_long_ago() {
        assert_eq!(ago(-5, Swedish), "nyss");
        assert_eq!(ago(59, English), "just now");
        assert_eq!(ago(60, English), "1\u{a0}minute ago");
        assert_eq!(ago(7_300, Swedish), "för 2\u{a0}timmar sedan");
        assert_eq!(ago(86_400 * 3, English), "3\u{a0}days ago");
    }
}
