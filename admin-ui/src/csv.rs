//! A month's departmental costs as a file that Excel opens: UTF-8 with a byte order mark,
//! semicolons, decimal comma, CRLF. Figures are in machine form: ASCII minus, no grouping.

use print_core::{Amount, Period};
use store::DepartmentUsage;

/// Without this mark Excel reads UTF-8 as the machine's old code page.
const BYTE_ORDER_MARK: &str = "\u{feff}";

const HEADINGS: [&str; 9] = [
    "Institutionskod",
    "Institution",
    "Jobb",
    "Ark",
    "Sidor svartvitt",
    "Sidor färg",
    "Belopp",
    "Varav beräknade",
    "Att kontrollera",
];

/// One department's month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The department's code; empty for prints without a department.
    pub department_code: String,
    /// The department's name.
    pub department: String,
    /// Jobs that were printed.
    pub jobs: i64,
    /// Pieces of paper.
    pub sheets: i64,
    /// Printed sides without colour.
    pub impressions_monochrome: i64,
    /// Printed sides with colour.
    pub impressions_color: i64,
    /// What it cost; rounded to hundredths here and nowhere else.
    pub amount: Amount,
    /// How many of the entries rest on our own reckoning instead of the printer's count.
    pub estimated: i64,
    /// How many entries nobody could count.
    pub to_check: i64,
}

/// The rows of a month, in the order in which the store gives them, with Swedish names.
#[must_use]
pub fn rows(month: &[DepartmentUsage]) -> Vec<Row> {
    let row = |usage: &DepartmentUsage| Row {
        department_code: usage.code.clone(),
        department: match usage.department {
            Some(_) => usage.name_sv.clone(),
            None => "Utan institution".to_owned(),
        },
        jobs: usage.jobs,
        sheets: usage.sheets,
        impressions_monochrome: usage.impressions_monochrome,
        impressions_color: usage.impressions_color,
        amount: usage.amount,
        estimated: usage.estimated,
        to_check: usage.to_check,
    };
    month.iter().map(row).collect()
}

/// The file. The same rows always give the same bytes.
#[must_use]
pub fn month(rows: &[Row]) -> Vec<u8> {
    let mut file = String::from(BYTE_ORDER_MARK);
    line(&mut file, &HEADINGS.map(str::to_owned));
    for row in rows {
        line(
            &mut file,
            &[
                text(&row.department_code),
                text(&row.department),
                row.jobs.to_string(),
                row.sheets.to_string(),
                row.impressions_monochrome.to_string(),
                row.impressions_color.to_string(),
                money(row.amount),
                row.estimated.to_string(),
                row.to_check.to_string(),
            ],
        );
    }
    file.into_bytes()
}

/// The name of the file.
#[must_use]
pub fn file_name(period: Period) -> String {
    format!("utskrifter-{period}.csv")
}

fn line(file: &mut String, fields: &[String]) {
    file.push_str(&fields.join(";"));
    file.push_str("\r\n");
}

/// A text field. A text that a spreadsheet would take for a formula gets an apostrophe before it,
/// which spreadsheets read as "this is text"; our own figures never do, for a negative one begins
/// with a minus. Line ends become blanks: a name with one must not begin a second line in whatever
/// reads this next.
fn text(value: &str) -> String {
    let flat: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let first = value.chars().find(|c| *c != ' ').unwrap_or(' ');
    let formula =
        matches!(first, '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠');
    let safe = if formula { format!("'{flat}") } else { flat };
    if safe.contains([';', '"', ',']) || safe != safe.trim() {
        return format!("\"{}\"", safe.replace('"', "\"\""));
    }
    safe
}

fn money(amount: Amount) -> String {
    let hundredths = amount.rounded_hundredths();
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{},{:02}", hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "\u{feff}Institutionskod;Institution;Jobb;Ark;Sidor svartvitt;Sidor färg;\
                          Belopp;Varav beräknade;Att kontrollera\r\n";

    #[test]
    fn the_month_is_written_byte_by_byte_like_this() {
        let rows = [
            Row {
                department_code: "C1".into(),
                department: "Fysiologi och farmakologi".into(),
                jobs: 2,
                sheets: 8,
                impressions_monochrome: 14,
                impressions_color: 3,
                amount: Amount::from_ten_thousandths(12_345_650),
                estimated: 1,
                to_check: 0,
            },
            Row {
                department: "Utan institution".into(),
                amount: Amount::from_ten_thousandths(-50),
                to_check: 1,
                ..Row::default()
            },
        ];
        let wanted = format!(
            "{HEADER}C1;Fysiologi och farmakologi;2;8;14;3;1234,57;1;0\r\n\
             ;Utan institution;0;0;0;0;-0,01;0;1\r\n"
        );
        assert_eq!(month(&rows), wanted.into_bytes());
        assert_eq!(&month(&[])[..3], [0xef, 0xbb, 0xbf]);
        assert_eq!(month(&[]), HEADER.as_bytes());
    }

    #[test]
    fn no_name_becomes_a_formula_or_a_field_of_its_own() {
        for (name, written) in [
            ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
            ("+46 8", "'+46 8"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "' =1"),
            ("  =1", "'  =1"),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("A;B", "\"A;B\""),
            ("A\r\nB", "A  B"),
            ("Kök \"Norr\"", "\"Kök \"\"Norr\"\"\""),
            (" blank", "\" blank\""),
        ] {
            let row = Row { department: name.into(), ..Row::default() };
            let file = String::from_utf8(month(&[row])).unwrap();
            let line = file.strip_prefix(HEADER).expect("the headings come first");
            assert_eq!(line, format!(";{written};0;0;0;0;0,00;0;0\r\n"), "{name:?}");
        }
    }

    #[test]
    fn the_file_is_named_after_its_month() {
        assert_eq!(file_name(Period::new(2026, 3).expect("a month")), "utskrifter-2026-03.csv");
    }
}
