//! Departments and months as a table whose cells are coloured against the department's own usual
//! month.

use maud::{Markup, html};
use texts::{Language, numbers};

use crate::components::table::wide;
use crate::words::Words;

/// One department. Amounts are hundredths of the unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The department's name.
    pub name: String,
    /// Where its own page is.
    pub link: String,
    /// A cell a month, oldest first.
    pub months: Vec<i64>,
}

/// The upper limits of the steps, in percent of the row's median; above the last comes the fifth
/// step.
const LIMITS_PERCENT: [i64; 4] = [50, 80, 120, 150];

/// What the table shows.
#[derive(Debug, Clone, Copy)]
pub struct Heat<'a> {
    /// What it is about.
    pub title: &'a str,
    /// Each month's short and full name, oldest first.
    pub months: &'a [(String, String)],
    /// The departments.
    pub rows: &'a [Row],
    /// Whether the last month is still going on: half a month is not coloured against whole ones.
    pub so_far: bool,
}

/// The table, with sums of rows and columns, and what the colours mean.
pub fn heat(shown: Heat<'_>, language: Language) -> Markup {
    let Heat { title, months, rows, so_far } = shown;
    let sums: Vec<i64> = (0..months.len())
        .map(|place| rows.iter().filter_map(|row| row.months.get(place)).sum())
        .collect();
    let total = Words::Total.text(language);
    let table = html! {
        table.heat {
            caption.quiet { (title) }
            thead {
                tr {
                    th scope="col" { (Words::Department.text(language)) }
                    @for (short, full) in months { th.number scope="col" { abbr title=(full) { (short) } } }
                    th.number scope="col" { (total) }
                }
            }
            tbody {
                @for row in rows { (drawn(row, so_far, language)) }
            }
            tfoot {
                tr {
                    th scope="row" { (total) }
                    @for sum in &sums { td.number { (whole(*sum, language)) } }
                    td.number { (whole(sums.iter().sum(), language)) }
                }
            }
        }
    };
    html! { (wide(title, &table)) (legend(so_far, language)) }
}

fn drawn(row: &Row, so_far: bool, language: Language) -> Markup {
    let whole_months = row.months.len() - usize::from(so_far && !row.months.is_empty());
    let median = median(&row.months[..whole_months]);
    let class = |place: usize, amount: i64| match place < whole_months {
        true => format!("heat-{}", step(amount, median)),
        false => "heat-open".to_owned(),
    };
    html! {
        tr {
            th scope="row" { a href=(row.link) { (row.name) } }
            @for (place, amount) in row.months.iter().enumerate() {
                td.number.(class(place, *amount)) { (whole(*amount, language)) }
            }
            td.number { (whole(row.months.iter().sum(), language)) }
        }
    }
}

fn legend(so_far: bool, language: Language) -> Markup {
    let percent = |text: String| match language {
        Language::Swedish => format!("{text}\u{a0}%"),
        Language::English => format!("{text}%"),
    };
    let [a, b, c, d] = LIMITS_PERCENT;
    let steps = [
        Words::HeatNothing.text(language).to_owned(),
        percent(format!("< {a}")),
        percent(format!("{a}–{b}")),
        percent(format!("{b}–{c}")),
        percent(format!("{c}–{d}")),
        percent(format!("> {d}")),
    ];
    html! {
        div.legend {
            span { (Words::HeatLegend.text(language)) }
            ul {
                @for (place, text) in steps.iter().enumerate() {
                    li { span.swatch.{ "heat-" (place) } {} (text) }
                }
                @if so_far { li { span.swatch.heat-open {} (Words::HeatOpen.text(language)) } }
            }
        }
    }
}

/// The step of a month: 0 for no usage, 1 to 5 by its share of the usual month.
fn step(amount: i64, median: i64) -> usize {
    if amount <= 0 || median <= 0 {
        return 0;
    }
    let percent = i128::from(amount) * 100 / i128::from(median);
    1 + LIMITS_PERCENT.iter().filter(|limit| percent >= i128::from(**limit)).count()
}

/// The month in the middle of those with usage; 0 when there is none.
fn median(months: &[i64]) -> i64 {
    let mut used: Vec<i64> = months.iter().copied().filter(|amount| *amount > 0).collect();
    used.sort_unstable();
    used.get(used.len() / 2).copied().unwrap_or(0)
}

fn whole(hundredths: i64, language: Language) -> String {
    let away = if hundredths < 0 { -50 } else { 50 };
    match (hundredths, hundredths.saturating_add(away) / 100) {
        (0, _) => "–".to_owned(),
        // Something was printed; a zero would say that nothing was.
        (1.., 0) => "< 1".to_owned(),
        (_, units) => numbers::integer(units, language),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_coloured_against_the_departments_own_usual_month() {
        let months = [0, 100, 200, 300, 0];
        assert_eq!(median(&months), 200);
        assert_eq!(months.map(|amount| step(amount, 200)), [0, 2, 3, 5, 0]);
        assert_eq!([99, 160, 239, 240, 299].map(|amount| step(amount, 200)), [1, 3, 3, 4, 4]);
        assert_eq!(median(&[]), 0);
        assert_eq!(step(i64::MAX, 1), 5);
        assert_eq!(step(-5, 200), 0);
    }

    #[test]
    fn the_sums_of_rows_and_columns_stand_in_the_table() {
        let row = |name: &str, months: &[i64]| Row {
            name: name.into(),
            link: "/usage".into(),
            months: months.to_vec(),
        };
        let months = [("okt".to_owned(), "oktober".to_owned()), ("nov".into(), "november".into())];
        let rows = [row("A", &[10_000, 20_000]), row("B", &[0, 700])];
        let shown = Heat { title: "Karta", months: &months, rows: &rows, so_far: false };
        let text = heat(shown, Language::Swedish).into_string();
        assert!(!text.contains("heat-open"));
        for sum in [">300<", ">7<", ">100<", ">207<", ">307<"] {
            assert!(text.contains(sum), "{sum}");
        }
        let text = heat(Heat { so_far: true, ..shown }, Language::Swedish).into_string();
        assert_eq!(text.matches("td class=\"number heat-open\"").count(), 2, "one a row");
    }
}
