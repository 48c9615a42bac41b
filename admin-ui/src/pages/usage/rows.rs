//! The table of departments, with its history in small.

use maud::{Markup, html};
use texts::numbers::{self, Noun};
use texts::{Language, dates};

use super::figures::{Department, Figures, MONTHS, change, share};
use super::question::{Column, Question};
use crate::address::Address;
use crate::components::pieces::empty;
use crate::components::sparkline::sparkline;
use crate::components::table::{Heading, cell, heading, number, plain_heading};
use crate::words::Words;

/// The element that the script replaces.
pub const PART: &str = "rows";

/// The table and the count of its rows. `so_far` says that the month is still going on.
pub fn rows(
    departments: &[Department],
    question: &Question,
    address: &Address,
    so_far: bool,
    language: Language,
) -> Markup {
    html! {
        div data-status=(status(departments.len(), language)) {
            @if departments.is_empty() {
                (empty(Words::NothingFound.text(language), Words::NothingFoundAdvice.text(language)))
            } @else {
                table.rows {
                    (head(question, address, language))
                    tbody {
                        @for department in departments {
                            (row(department, address, so_far, language))
                        }
                    }
                }
            }
        }
    }
}

/// How many rows there are, as a sentence for the status line.
pub fn status(rows: usize, language: Language) -> String {
    numbers::count(i64::try_from(rows).unwrap_or(i64::MAX), Noun::Department, language)
}

fn head(question: &Question, address: &Address, language: Language) -> Markup {
    html! {
        thead {
            tr {
                @for column in Column::ALL {
                    (heading(&Heading {
                        label: &column.label(language),
                        key: column.key(),
                        number: column != Column::Name,
                        sorted: (column == question.column).then_some(question.direction),
                        first: column.first(),
                    }, address, PART))
                }
                (plain_heading(Words::History.text(language), false))
            }
        }
    }
}

fn row(department: &Department, address: &Address, so_far: bool, language: Language) -> Markup {
    let label = |column: Column| column.label(language);
    let now = department.chosen();
    // The month that goes on would end every line with a fall.
    let whole_months = MONTHS - usize::from(so_far);
    let cost: Vec<i64> =
        department.months[..whole_months].iter().map(Figures::hundredths).collect();
    let before = department.year_before().hundredths();
    // Half a month beside a whole one is no comparison.
    let change = change(now.hundredths(), before).filter(|_| !so_far);
    let change = change.map_or("–".to_owned(), |change| numbers::change(change, language));
    let color = now.color_share();
    let color = color.map_or("–".to_owned(), |share| numbers::percent(share, language));
    let link = Address::path("/usage").with("month", address.get("month").unwrap_or_default());
    html! {
        tr {
            th scope="row" {
                a href=(link.with("department", code_in_address(department))) { (department.name) }
                @if !department.code.is_empty() { span.small { " " (department.code) } }
            }
            (number(&label(Column::Cost), &numbers::hundredths(now.hundredths(), language)))
            (number(&label(Column::Change), &change))
            (number(&label(Column::Sheets), &numbers::integer(now.sheets, language)))
            (number(&label(Column::Color), &color))
            (number(&label(Column::ToCheck), &to_check(now.to_check, now.estimated, language)))
            (cell(Words::History.text(language), &sparkline(&cost, &history(&cost, language))))
        }
    }
}

/// How many entries nobody could count, and how many we reckoned ourselves.
fn to_check(to_check: i64, estimated: i64, language: Language) -> String {
    let number = |number| numbers::integer(number, language);
    let reckoned = match (language, estimated) {
        (Language::Swedish, 1) => "beräknad",
        (Language::Swedish, _) => "beräknade",
        (Language::English, _) => "estimated",
    };
    match (to_check, estimated) {
        (0, 0) => "–".to_owned(),
        (_, 0) => number(to_check),
        (0, _) => format!("{} {reckoned}", number(estimated)),
        _ => format!("{} · {} {reckoned}", number(to_check), number(estimated)),
    }
}

fn history(cost: &[i64], language: Language) -> String {
    let least = cost.iter().copied().min().unwrap_or(0);
    let most = cost.iter().copied().max().unwrap_or(0);
    let money = |amount| numbers::money_whole(amount, language);
    match language {
        Language::Swedish => format!("Två år, från {} till {}", money(least), money(most)),
        Language::English => format!("Two years, from {} to {}", money(least), money(most)),
    }
}

/// The department's word in an address; prints without a department have one of their own.
pub fn code_in_address(department: &Department) -> &str {
    if department.code.is_empty() { "-" } else { &department.code }
}

/// The comparison under a key figure: with the month before and with the year before; nothing while
/// the month goes on, when half a month would be compared with a whole one.
pub fn compared(now: i64, before: i64, year_before: i64, language: Language) -> Vec<String> {
    let mut notes = Vec::new();
    let mut say = |than: i64, swedish: &str, english: &str| {
        if let Some(change) = share(now - than, than) {
            let text = numbers::change(change, language);
            notes.push(format!("{text} {}", language.pick(swedish, english)));
        }
    };
    say(before, "mot månaden före", "against the month before");
    say(year_before, "mot samma månad i fjol", "against the same month last year");
    notes
}

/// A month by name and year.
pub fn month_name(period: print_core::Period, language: Language) -> String {
    dates::month_and_year(period.year(), period.month(), language)
}
