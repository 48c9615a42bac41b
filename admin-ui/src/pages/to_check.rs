//! Prints that nobody could count: booked at nothing, for finance to look at.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;
use maud::{Markup, html};
use store::LedgerEntry;
use texts::Language;
use texts::numbers::{Noun, count};

use crate::components::frame::{Frame, Section};
use crate::components::pieces::empty;
use crate::components::table::{cell, plain_heading};
use crate::security::answer::Fault;
use crate::security::viewer::Finance;
use crate::site::Site;
use crate::words::Words;

/// The most rows; more than this is a fault of a printer, not a list to work through.
const ROWS: u32 = 200;

/// The list, newest first.
pub async fn page(State(site): State<Arc<Site>>, who: Finance) -> Result<Html<String>, Fault> {
    let viewer = &who.0;
    let language = viewer.ask.language;
    let entries = site.store().to_check(None, ROWS).await?;
    let printers = site.store().printers().await?;
    let title = Words::ToCheck.text(language);
    let frame = Frame::of(&site, viewer, Section::ToCheck, title.to_owned());
    let rows = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    Ok(frame.page(&html! {
        div.head { div { h1 { (title) } p.lead { (Words::ToCheckLead.text(language)) } } }
        section.card {
            @if entries.is_empty() {
                (empty(Words::NothingToCheck.text(language), Words::NothingToCheckAdvice.text(language)))
            } @else {
                p.status { (count(rows, Noun::Entry, language)) }
                (table(&site, &entries, &printers, language))
            }
        }
    }))
}

fn table(
    site: &Site,
    entries: &[LedgerEntry],
    printers: &[store::Printer],
    language: Language,
) -> Markup {
    let word = |word: Words| word.text(language);
    let printer = |entry: &LedgerEntry| {
        let found = printers.iter().find(|printer| Some(printer.id) == entry.printer);
        found.map(|printer| printer.name.clone()).unwrap_or_default()
    };
    html! {
        table.rows {
            thead {
                tr {
                    (plain_heading(word(Words::Day), false))
                    (plain_heading(word(Words::Department), false))
                    (plain_heading(word(Words::Printer), false))
                    (plain_heading(word(Words::Booked), false))
                }
            }
            tbody {
                @for entry in entries {
                    tr {
                        th scope="row" { (entry.accounting_day) }
                        (cell(word(Words::Department), &html! {
                            @if entry.department_code.is_empty() { (word(Words::NoDepartment)) }
                            @else { (entry.department_name) span.small { (entry.department_code) } }
                        }))
                        (cell(word(Words::Printer), &html! { (printer(entry)) }))
                        (cell(word(Words::Booked), &html! { (site.minute(entry.posted_at)) }))
                    }
                }
            }
        }
    }
}
