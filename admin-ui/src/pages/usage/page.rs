//! The usage page, and its month as a file.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use print_core::Period;
use texts::numbers::{self, Noun};
use texts::{Language, dates};

use super::figures::{CHOSEN, Department, Figures, MONTHS, YEAR, departments, first_month, total};
use super::question::Question;
use super::rows::{PART, code_in_address, compared, month_name, rows, status};
use crate::address::Address;
use crate::components::bars::{Month, bars};
use crate::components::frame::{Frame, Section};
use crate::components::heat::{self, Heat, heat};
use crate::components::pieces::{Figure, crumbs, empty, figures};
use crate::csv;
use crate::security::answer::Fault;
use crate::security::viewer::Finance;
use crate::site::Site;
use crate::words::Words;

/// Everything that the page shows.
struct View<'a> {
    question: Question,
    period: Period,
    so_far: bool,
    /// The months one can choose, newest first.
    choices: Vec<Period>,
    /// All departments, for the choice among them.
    all: Vec<Department>,
    /// Those that are looked at.
    shown: Vec<Department>,
    total: [Figures; MONTHS],
    address: &'a Address,
    language: Language,
}

/// The page, or its table alone for the script.
pub async fn page(State(site): State<Arc<Site>>, who: Finance) -> Result<Response, Fault> {
    let viewer = &who.0;
    let view = view(&site, &viewer.ask.address, viewer.ask.language).await?;
    if viewer.ask.part.as_deref() == Some(PART) {
        return Ok(axum::response::Html(view.table().into_string()).into_response());
    }
    let frame = Frame::of(&site, viewer, Section::Usage, view.title().to_owned());
    Ok(frame.page(&view.whole()).into_response())
}

/// The month as a file.
pub async fn file(State(site): State<Arc<Site>>, who: Finance) -> Result<Response, Fault> {
    let asked = Question::of(&who.0.ask.address).month;
    let period = asked.unwrap_or_else(|| site.this_month());
    let month = site.store().month_by_department(period).await?;
    let mut response = csv::month(&csv::rows(&month)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    let name = format!("attachment; filename=\"{}\"", csv::file_name(period));
    let name = HeaderValue::try_from(name).expect("a month's name is plain ASCII");
    headers.insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

async fn view<'a>(
    site: &Site,
    address: &'a Address,
    language: Language,
) -> Result<View<'a>, Fault> {
    let question = Question::of(address);
    let this_month = site.this_month();
    let period = question.month.unwrap_or(this_month);
    let mut choices = site.store().periods().await?;
    choices.extend([this_month, period]);
    choices.sort_unstable_by(|one, other| other.cmp(one));
    choices.dedup();
    let months = site.store().months_by_department(first_month(period), period).await?;
    let all = departments(&months, period, language);
    let chosen = |department: &&Department| match &question.department {
        Some(code) => code_in_address(department) == code,
        None => true,
    };
    let shown: Vec<Department> = all.iter().filter(chosen).cloned().collect();
    let total = total(&shown);
    let so_far = period == this_month;
    Ok(View { question, period, so_far, choices, all, shown, total, address, language })
}

impl View<'_> {
    fn word(&self, word: Words) -> &'static str {
        word.text(self.language)
    }

    fn whole(&self) -> Markup {
        html! {
            @if self.question.department.is_some() { (self.crumbs()) }
            div.head {
                div {
                    h1 { (self.title()) }
                    p.lead {
                        (month_name(self.period, self.language))
                        @if self.so_far { " · " (self.word(Words::MonthGoesOn)) }
                    }
                }
                (self.chooser())
            }
            (figures(&self.key_figures()))
            @if self.total.iter().all(Figures::is_empty) {
                section.card { (empty(self.word(Words::NoUsage), self.word(Words::NoUsageAdvice))) }
            } @else {
                (self.bars_card())
                // One department's months stand in the bars already.
                @if self.question.department.is_none() { (self.heat_card()) }
                (self.table_card())
            }
        }
    }

    /// The one department that is looked at, or what all of them are about.
    fn title(&self) -> &str {
        match (&self.question.department, self.shown.first()) {
            (None, _) => self.word(Words::UsagePerDepartment),
            (Some(_), Some(department)) => &department.name,
            (Some(_), None) => self.word(Words::NothingFound),
        }
    }

    fn crumbs(&self) -> Markup {
        let back = Address::path("/usage").with("month", &self.period.to_string());
        let all = (self.word(Words::AllDepartments), Some(back.to_string()));
        crumbs(self.word(Words::Breadcrumbs), &[all, (self.title(), None)])
    }

    /// Month and department; the search stays as it is.
    fn chooser(&self) -> Markup {
        let chosen = self.question.department.as_deref().unwrap_or_default();
        html! {
            form.choose method="get" action="/usage" {
                div {
                    label for="month" { (self.word(Words::Month)) }
                    select #month name="month" {
                        @for period in &self.choices {
                            option value=(period) selected[*period == self.period] {
                                (month_name(*period, self.language))
                            }
                        }
                    }
                }
                div {
                    label for="department" { (self.word(Words::Department)) }
                    select #department name="department" {
                        option value="" { (self.word(Words::AllDepartments)) }
                        @for department in &self.all {
                            @let code = code_in_address(department);
                            option value=(code) selected[code == chosen] { (department.name) }
                        }
                    }
                }
                button type="submit" { (self.word(Words::Show)) }
            }
        }
    }

    fn key_figures(&self) -> Vec<Figure> {
        let language = self.language;
        let [now, before, year] =
            [CHOSEN, CHOSEN - 1, CHOSEN - YEAR].map(|place| self.total[place]);
        let notes = |pick: fn(&Figures) -> i64| match self.so_far {
            true => Vec::new(),
            false => compared(pick(&now), pick(&before), pick(&year), language),
        };
        let figure = |label: Words, value: String, notes: Vec<String>| Figure {
            label: self.word(label).to_owned(),
            value,
            notes,
            link: None,
        };
        let mut cost = notes(Figures::hundredths);
        if self.so_far && !before.is_empty() {
            let whole = numbers::money_whole(before.hundredths(), language);
            cost.push(format!("{}: {whole}", month_name(self.period.plus_months(-1), language)));
        }
        let share = now.color_share().map_or("–".to_owned(), |s| numbers::percent(s, language));
        let mut sheets = notes(|figures| figures.sheets);
        sheets.push(numbers::count(now.impressions(), Noun::Impression, language));
        let check = Figure {
            link: Some("/to-check".to_owned()),
            ..figure(
                Words::ToCheck,
                numbers::integer(now.to_check, language),
                vec![estimated(now.estimated, language)],
            )
        };
        vec![
            figure(Words::Cost, numbers::money_whole(now.hundredths(), language), cost),
            figure(Words::Sheets, numbers::integer(now.sheets, language), sheets),
            figure(Words::ColorShare, share, vec![self.word(Words::OfPrintedSides).to_owned()]),
            check,
        ]
    }

    fn months(&self, first: usize) -> impl Iterator<Item = (usize, Period)> {
        let start = first_month(self.period);
        (0..MONTHS)
            .zip(0..)
            .skip(first)
            .map(move |(place, distance)| (place, start.plus_months(distance)))
    }

    fn bars_card(&self) -> Markup {
        let language = self.language;
        let month = |(place, period): (usize, Period)| Month {
            short: dates::month_short(period.month(), language).to_owned(),
            full: month_name(period, language),
            now: self.total[place].hundredths(),
            before: self.total[place - YEAR].hundredths(),
            so_far: self.so_far && place == CHOSEN,
        };
        let months: Vec<Month> = self.months(YEAR).map(month).collect();
        let title = format!("{}, {}", self.word(Words::CostPerMonth), numbers::currency(language));
        html! {
            section.card {
                h2 { (title) }
                (bars(&months, &title, language))
                div.legend {
                    ul {
                        li { span.swatch.before {} (self.word(Words::YearBefore)) }
                        li { span.swatch.now {} (self.word(Words::ThisYear)) }
                        @if self.so_far { li { span.swatch.so-far {} (self.word(Words::SoFar)) } }
                    }
                }
            }
        }
    }

    fn heat_card(&self) -> Markup {
        let language = self.language;
        let names: Vec<(String, String)> = self
            .months(YEAR)
            .map(|(_, period)| {
                let short = dates::month_short(period.month(), language);
                (short.to_owned(), month_name(period, language))
            })
            .collect();
        let base = Address::path("/usage").with("month", &self.period.to_string());
        let row = |department: &Department| heat::Row {
            name: department.name.clone(),
            link: base.clone().with("department", code_in_address(department)).to_string(),
            months: department.months[YEAR..].iter().map(Figures::hundredths).collect(),
        };
        let lines: Vec<heat::Row> = self.shown.iter().map(row).collect();
        let title = format!("{}, {}", self.word(Words::CostMap), numbers::currency(language));
        let shown = Heat { title: &title, months: &names, rows: &lines, so_far: self.so_far };
        html! {
            section.card { h2 { (title) } (heat(shown, language)) }
        }
    }

    fn table_card(&self) -> Markup {
        let file = Address::path("/usage.csv").with("month", &self.period.to_string());
        let found = self.question.answer(&self.shown);
        let keep = ["month", "department", "sort", "dir", "lang"];
        html! {
            section.card {
                h2 { (self.word(Words::DepartmentsOfMonth)) " " (month_name(self.period, self.language)) }
                div.bar-of-actions {
                    form.choose method="get" action="/usage" data-part=(PART) {
                        @for key in keep {
                            @if let Some(value) = self.address.get(key) {
                                input type="hidden" name=(key) value=(value);
                            }
                        }
                        div {
                            label for="q" { (self.word(Words::FindDepartment)) }
                            input #q name="q" type="search" autocomplete="off" value=(self.question.search);
                        }
                        button.scriptless type="submit" { (self.word(Words::Filter)) }
                    }
                    a.button href=(file) { (self.word(Words::DownloadCsv)) }
                }
                p.status #{ (PART) "-status" } role="status" { (status(found.len(), self.language)) }
                div #(PART) { (self.table()) }
            }
        }
    }

    fn table(&self) -> Markup {
        let found = self.question.answer(&self.shown);
        rows(&found, &self.question, self.address, self.so_far, self.language)
    }
}

fn estimated(entries: i64, language: Language) -> String {
    let number = numbers::count(entries, Noun::Entry, language);
    match (language, entries) {
        (Language::Swedish, 1) => format!("{number} beräknad av oss"),
        (Language::Swedish, _) => format!("{number} beräknade av oss"),
        (Language::English, _) => format!("{number} estimated by us"),
    }
}
