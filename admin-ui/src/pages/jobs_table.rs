//! Jobs as rows. What a document is called is written only for its owner, on every page.

use std::collections::BTreeMap;

use maud::{Markup, html};
use print_core::price::price;
use print_core::{JobState, OwnerId, PersonId, PriceList, PrinterId};
use store::{JobRecord, StoreError};
use texts::sentences::{Outcome, job_state, job_state_reason};
use texts::{Language, numbers};

use crate::components::pieces::{Tone, mark};
use crate::components::table::{cell, number, plain_heading};
use crate::security::answer::Fault;
use crate::site::Site;
use crate::words::Words;

/// What stands beside jobs: names, and today's prices.
#[derive(Debug, Default)]
pub struct Names {
    people: BTreeMap<PersonId, String>,
    printers: BTreeMap<PrinterId, String>,
    prices: Option<PriceList>,
}

impl Names {
    /// The names for these jobs: each owner once, and the printers.
    pub async fn of(site: &Site, jobs: &[JobRecord]) -> Result<Self, Fault> {
        let today = site.parts.zone.accounting_day(site.now());
        let prices = site.store().price_list_on(today).await?.map(|(_, prices)| prices);
        let mut names = Self { prices, ..Self::default() };
        for printer in site.store().printers().await? {
            names.printers.insert(printer.id, printer.name);
        }
        for job in jobs {
            if let OwnerId::Person(id) = job.owner
                && !names.people.contains_key(&id)
            {
                match site.store().person(id).await {
                    Ok(person) => {
                        names.people.insert(id, format!("{} ({})", person.name, person.login));
                    }
                    // A person who has been erased leaves jobs without a name, not a page without
                    // jobs.
                    Err(StoreError::NotFound) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(names)
    }

    /// Whom a job belongs to.
    pub fn owner(&self, owner: OwnerId, language: Language) -> &str {
        match owner {
            OwnerId::Person(id) => self.people.get(&id).map(String::as_str).unwrap_or_default(),
            OwnerId::Group(_) => Words::SharedMachine.text(language),
        }
    }

    /// A printer's name.
    pub fn printer(&self, id: PrinterId) -> &str {
        self.printers.get(&id).map(String::as_str).unwrap_or_default()
    }
}

/// A job's state with its sign.
pub fn state(job: &JobRecord, language: Language) -> Markup {
    let tone = match job.state {
        _ if job.uncertain.is_some() => Tone::Warning,
        JobState::Held if job.document_fault.is_some() => Tone::Warning,
        JobState::Completed => Tone::Good,
        JobState::Stopped | JobState::Aborted => Tone::Bad,
        _ => Tone::Calm,
    };
    mark(tone, job_state(job.state.as_str(), language))
}

/// Why the job is where it is, in a sentence.
pub fn why(site: &Site, job: &JobRecord, names: &Names, language: Language) -> String {
    if let Some(uncertain) = &job.uncertain {
        let at = site.minute(uncertain.at);
        let printer = names.printer(uncertain.printer);
        return Outcome::MayHavePrinted { printer, at: &at }.sentence(language);
    }
    let keyword = match (job.state, &job.end_reason) {
        (JobState::Completed, _) => {
            let printer = job.printer.map(|id| names.printer(id)).unwrap_or_default();
            let impressions = u32::try_from(job.impressions_completed).ok().filter(|n| *n > 0);
            return Outcome::Printed { printer, impressions, sheets: None }.sentence(language);
        }
        (_, Some(reason)) => reason.as_str(),
        (JobState::Incoming, None) => "job-incoming",
        (JobState::Held, None) => match &job.document_fault {
            Some(fault) => fault.as_str(),
            None if job.password_wait => "job-password-wait",
            None => "job-release-wait",
        },
        (JobState::Released, None) => "job-outgoing",
        (JobState::Delivering, None) => "job-printing",
        (JobState::Stopped, None) => "printer-stopped",
        (JobState::Canceled | JobState::Aborted, None) => "aborted-by-system",
    };
    job_state_reason(keyword, language)
}

/// The same as it is said in a table: on one's own page, to oneself.
fn said(site: &Site, job: &JobRecord, names: &Names, view: View) -> String {
    let held =
        job.state == JobState::Held && job.uncertain.is_none() && job.document_fault.is_none();
    if held && !view.with_owner {
        let waits = if job.password_wait { Words::WaitsForPin } else { Words::WaitsForYou };
        return waits.text(view.language).to_owned();
    }
    why(site, job, names, view.language)
}

/// How the rows are shown, and to whom.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// Whose titles may be written.
    pub reader: PersonId,
    /// Whether owners are named.
    pub with_owner: bool,
    /// The language.
    pub language: Language,
}

/// What the document is called, for its owner; for everybody else that it is not shown.
pub fn title(job: &JobRecord, reader: PersonId, language: Language) -> Markup {
    html! {
        @if job.owner == OwnerId::Person(reader) {
            (job.title)
        } @else {
            span.quiet-text { (Words::NotShown.text(language)) }
        }
    }
}

/// How much a job is: its pages, once they are counted, its size, and what it will cost if it is printed
/// today.
pub fn amount(job: &JobRecord, names: &Names, language: Language) -> Markup {
    let quote = names.prices.zip(job.pages).filter(|_| job.state == JobState::Held);
    let quote = quote.map(|(prices, pages)| price(&pages.usage(&job.ticket), &prices));
    html! {
        @if let Some(count) = job.pages { (numbers::pages(count.pages, language)) " · " }
        @if let Some(quote) = quote { (numbers::money(quote.rounded_hundredths(), language)) " · " }
        (numbers::size(job.size_bytes.unsigned_abs(), language))
    }
}

/// The rows as a table. `action` is what stands at the end of a row.
pub fn table(
    site: &Site,
    jobs: &[JobRecord],
    names: &Names,
    view: View,
    action: &dyn Fn(&JobRecord) -> Markup,
) -> Markup {
    let language = view.language;
    let word = |word: Words| word.text(language);
    html! {
        table.rows {
            thead {
                tr {
                    (plain_heading(word(Words::Number), false))
                    @if view.with_owner { (plain_heading(word(Words::Owner), false)) }
                    (plain_heading(word(Words::Document), false))
                    (plain_heading(word(Words::State), false))
                    (plain_heading(word(Words::Why), false))
                    (plain_heading(word(Words::Arrived), true))
                    th.fixed scope="col" { span.hidden { (word(Words::DeleteJob)) } }
                }
            }
            tbody {
                @for job in jobs {
                    tr {
                        th scope="row" {
                            @if view.with_owner { a href={ "/jobs/" (job.number) } { (job.number) } }
                            @else { (job.number) }
                        }
                        @if view.with_owner {
                            (cell(word(Words::Owner), &html! { (names.owner(job.owner, language)) }))
                        }
                        (cell(word(Words::Document), &html! {
                            (title(job, view.reader, language))
                            span.small { (amount(job, names, language)) }
                        }))
                        (cell(word(Words::State), &state(job, language)))
                        (cell(word(Words::Why), &html! {
                            span.quiet-text { (said(site, job, names, view)) }
                        }))
                        (number(word(Words::Arrived), &site.minute(job.created_at)))
                        td { (action(job)) }
                    }
                }
            }
        }
    }
}
