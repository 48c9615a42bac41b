//! Numbers as people read them. Machines get other forms: exports write their own.

use crate::Language;

/// The blank that keeps a number in one piece at the end of a line.
const NO_BREAK_SPACE: char = '\u{a0}';
/// The minus sign of printed text; a hyphen is shorter than a digit is wide.
const MINUS: char = '\u{2212}';

/// A whole number: `12 345` or `12,345`.
#[must_use]
pub fn integer(number: i64, language: Language) -> String {
    signed(number < 0, grouped(number.unsigned_abs(), language))
}

/// A number of `hundredths` with two decimals: `1 234,56` or `1,234.56`.
#[must_use]
pub fn hundredths(hundredths: i64, language: Language) -> String {
    let size = hundredths.unsigned_abs();
    let point = language.pick(',', '.');
    let text = format!("{}{point}{:02}", grouped(size / 100, language), size % 100);
    signed(hundredths < 0, text)
}

/// Money of `hundredths` (öre): `1 234,56 kr` or `SEK 1,234.56`.
#[must_use]
pub fn money(hundredths_of_unit: i64, language: Language) -> String {
    let number = hundredths(hundredths_of_unit, language);
    match language {
        Language::Swedish => format!("{number}{NO_BREAK_SPACE}kr"),
        Language::English => format!("SEK{NO_BREAK_SPACE}{number}"),
    }
}

/// Money in whole units, for large figures: `211 252 kr` or `SEK 211,252`. Rounded half away from
/// zero.
#[must_use]
pub fn money_whole(hundredths_of_unit: i64, language: Language) -> String {
    let away = if hundredths_of_unit < 0 { -50 } else { 50 };
    let number = integer(hundredths_of_unit.saturating_add(away) / 100, language);
    match language {
        Language::Swedish => format!("{number}{NO_BREAK_SPACE}kr"),
        Language::English => format!("SEK{NO_BREAK_SPACE}{number}"),
    }
}

/// The sign of our money in a heading: `kr` or `SEK`.
#[must_use]
pub fn currency(language: Language) -> &'static str {
    language.pick("kr", "SEK")
}

/// A share or a change, given in thousandths, with one decimal: `−2,8 %` or `−2.8%`.
#[must_use]
pub fn percent(thousandths: i64, language: Language) -> String {
    let size = thousandths.unsigned_abs();
    let point = language.pick(',', '.');
    let number = format!("{}{point}{}", grouped(size / 10, language), size % 10);
    let text = match language {
        Language::Swedish => format!("{number}{NO_BREAK_SPACE}%"),
        Language::English => format!("{number}%"),
    };
    signed(thousandths < 0, text)
}

/// A change in thousandths with its sign also when it grew: `+3,1 %`; `±0,0 %` when nothing
/// changed.
#[must_use]
pub fn change(thousandths: i64, language: Language) -> String {
    let sign = match thousandths {
        0 => "\u{b1}",
        1.. => "+",
        _ => "",
    };
    format!("{sign}{}", percent(thousandths, language))
}

/// How many pages a document has: `7 pages`.
#[must_use]
pub fn pages(count: u32, language: Language) -> String {
    let noun = match count {
        1 => language.pick("sida", "page"),
        _ => language.pick("sidor", "pages"),
    };
    format!("{}{NO_BREAK_SPACE}{noun}", grouped(count.into(), language))
}

/// A size in bytes, in units of 1,000 with at most one decimal: `10,4 MB`.
#[must_use]
pub fn size(bytes: u64, language: Language) -> String {
    let (unit, name) = match bytes {
        0..1_000 => return format!("{bytes}{NO_BREAK_SPACE}B"),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let whole = grouped(bytes / unit, language);
    let tenth = bytes % unit / (unit / 10);
    let point = language.pick(',', '.');
    if bytes / unit >= 100 || tenth == 0 {
        return format!("{whole}{NO_BREAK_SPACE}{name}");
    }
    format!("{whole}{point}{tenth}{NO_BREAK_SPACE}{name}")
}

/// Things that are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Noun {
    /// A line of a table.
    Row,
    /// A print job.
    Job,
    /// A piece of paper.
    Sheet,
    /// A page of a document.
    Page,
    /// A printed side.
    Impression,
    /// A copy of a document.
    Copy,
    /// A printer.
    Printer,
    /// A station.
    Station,
    /// A department.
    Department,
    /// Something that finance has to look at.
    Entry,
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
}

impl Noun {
    /// Every noun.
    pub const ALL: [Self; 13] = [
        Self::Row,
        Self::Job,
        Self::Sheet,
        Self::Page,
        Self::Impression,
        Self::Copy,
        Self::Printer,
        Self::Station,
        Self::Department,
        Self::Entry,
        Self::Minute,
        Self::Hour,
        Self::Day,
    ];

    /// The word for one and the word for any other number.
    #[must_use]
    pub fn forms(self, language: Language) -> (&'static str, &'static str) {
        let (swedish, english) = match self {
            Self::Row => (("rad", "rader"), ("row", "rows")),
            Self::Job => (("jobb", "jobb"), ("job", "jobs")),
            Self::Sheet => (("ark", "ark"), ("sheet", "sheets")),
            Self::Page => (("sida", "sidor"), ("page", "pages")),
            Self::Impression => {
                (("tryckt sida", "tryckta sidor"), ("printed side", "printed sides"))
            }
            Self::Copy => (("exemplar", "exemplar"), ("copy", "copies")),
            Self::Printer => (("skrivare", "skrivare"), ("printer", "printers")),
            Self::Station => (("station", "stationer"), ("station", "stations")),
            Self::Department => (("institution", "institutioner"), ("department", "departments")),
            Self::Entry => (("post", "poster"), ("entry", "entries")),
            Self::Minute => (("minut", "minuter"), ("minute", "minutes")),
            Self::Hour => (("timme", "timmar"), ("hour", "hours")),
            Self::Day => (("dag", "dagar"), ("day", "days")),
        };
        language.pick(swedish, english)
    }
}

/// A number with its noun: `1 rad`, `12 rader`, `1 row`, `0 rows`.
#[must_use]
pub fn count(number: i64, noun: Noun, language: Language) -> String {
    let (one, other) = noun.forms(language);
    let word = if number.unsigned_abs() == 1 { one } else { other };
    format!("{}{NO_BREAK_SPACE}{word}", integer(number, language))
}

fn signed(negative: bool, text: String) -> String {
    if negative { format!("{MINUS}{text}") } else { text }
}

/// The digits in groups of three from the right.
fn grouped(number: u64, language: Language) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(language.pick(NO_BREAK_SPACE, ','));
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Swedish};

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!(integer(0, Swedish), "0");
        assert_eq!(integer(999, Swedish), "999");
        assert_eq!(integer(1_000, Swedish), "1\u{a0}000");
        assert_eq!(integer(-12_345_678, Swedish), "\u{2212}12\u{a0}345\u{a0}678");
        assert_eq!(integer(12_345_678, English), "12,345,678");
        assert_eq!(integer(i64::MIN, English), "\u{2212}9,223,372,036,854,775,808");
        assert_eq!(hundredths(1_234_567, Swedish), "12\u{a0}345,67");
        assert_eq!(hundredths(-5, English), "\u{2212}0.05");
    }

    #[test]
    fn money_follows_the_language() {
        assert_eq!(money(123_456, Swedish), "1\u{a0}234,56\u{a0}kr");
        assert_eq!(money(123_456, English), "SEK\u{a0}1,234.56");
        assert_eq!(money(-1, Swedish), "\u{2212}0,01\u{a0}kr");
        assert_eq!(money_whole(21_125_150, Swedish), "211\u{a0}252\u{a0}kr");
        assert_eq!(money_whole(-150, English), "SEK\u{a0}\u{2212}2");
    }

    #[test]
    fn shares_and_changes_have_one_decimal() {
        assert_eq!(percent(780, Swedish), "78,0\u{a0}%");
        assert_eq!(percent(-28, English), "\u{2212}2.8%");
        assert_eq!(change(31, Swedish), "+3,1\u{a0}%");
        assert_eq!(change(0, English), "\u{b1}0.0%");
        assert_eq!(change(-31, English), "\u{2212}3.1%");
    }

    #[test]
    fn sizes_have_the_unit_that_reads_best() {
        assert_eq!(size(999, English), "999\u{a0}B");
        assert_eq!(size(10_440, Swedish), "10,4\u{a0}kB");
        assert_eq!(size(50_000_000, English), "50\u{a0}MB");
        assert_eq!(size(123_456_789, English), "123\u{a0}MB");
        assert_eq!(size(2_500_000_000, Swedish), "2,5\u{a0}GB");
    }

    #[test]
    fn one_is_one_and_everything_else_is_many() {
        for (number, swedish, english) in [
            (0, "0\u{a0}rader", "0\u{a0}rows"),
            (1, "1\u{a0}rad", "1\u{a0}row"),
            (12, "12\u{a0}rader", "12\u{a0}rows"),
        ] {
            assert_eq!(count(number, Noun::Row, Swedish), swedish);
            assert_eq!(count(number, Noun::Row, English), english);
        }
        assert_eq!(count(1, Noun::Entry, English), "1\u{a0}entry");
        for noun in Noun::ALL {
            let (one, other) = noun.forms(English);
            assert_ne!(one, other, "English has a plural of {one}");
            assert!(!crate::catalogue::has_swedish_letter(other));
        }
    }
}
