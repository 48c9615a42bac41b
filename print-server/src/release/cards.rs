//! Jobs and printers as a station shows them.

use print_core::{PrintColorMode, TimeZone, Timestamp};
use station_protocol::{
    ColorMode, Id, JobCard, Line, PrinterCard, PrinterState, Sentence, Sides, StartPolicy,
};
use store::{JobRecord, Person, Printer, StationPolicy};
use texts::{Language, sentences};

/// `printer-state` (RFC 8011 section 5.4.11).
const PROCESSING: i32 = 4;
const STOPPED: i32 = 5;

/// A held or started job, for its owner. Today's jobs show their hour, older ones their day too. `price` is
/// what it will cost, ready to show, where its pages are counted.
pub fn job_card(
    job: &JobRecord,
    printer_names: impl Fn(print_core::PrinterId) -> String,
    price: Option<String>,
    zone: &TimeZone,
    now: Timestamp,
    language: Language,
) -> JobCard {
    let may_have_printed = job.uncertain.as_ref().map(|uncertain| {
        let outcome = sentences::Outcome::MayHavePrinted {
            printer: &printer_names(uncertain.printer),
            at: &zone.clock_time(uncertain.at),
        };
        Sentence::cut(outcome.sentence(language))
    });
    JobCard {
        id: Id::cut(job.id.to_string()),
        title: Line::cut(job.title.as_str()),
        pages: job.pages.map(|count| count.pages),
        copies: u32::from(job.ticket.copies),
        sides: match job.ticket.sides {
            print_core::Sides::OneSided => Sides::OneSided,
            print_core::Sides::TwoSidedLongEdge => Sides::TwoSidedLongEdge,
            print_core::Sides::TwoSidedShortEdge => Sides::TwoSidedShortEdge,
        },
        color: match job.ticket.print_color_mode {
            PrintColorMode::Auto => ColorMode::Auto,
            PrintColorMode::Color => ColorMode::Color,
            PrintColorMode::Monochrome => ColorMode::Monochrome,
        },
        size_bytes: u64::try_from(job.size_bytes).unwrap_or(0),
        submitted_at: job.created_at.micros(),
        submitted: Line::cut(if zone.accounting_day(job.created_at) == zone.accounting_day(now) {
            zone.clock_time(job.created_at)
        } else {
            zone.minute(job.created_at)
        }),
        price: price.map(Line::cut),
        may_have_printed,
        shared: None,
        pin: None,
        terms: station_protocol::JobTerms::default(),
    }
}

/// A printer beside the station.
pub fn printer_card(printer: &Printer, language: Language) -> PrinterCard {
    let health = printer.health.as_ref();
    let state = match health.map(|health| health.state) {
        _ if !printer.enabled => PrinterState::Stopped,
        Some(0) => PrinterState::Unreachable,
        Some(PROCESSING) => PrinterState::Processing,
        Some(STOPPED) => PrinterState::Stopped,
        // A printer that was never asked is taken to be ready: the release will tell.
        _ => PrinterState::Idle,
    };
    let reasons = health.map_or("", |health| health.reasons.as_str());
    let reason = reasons.split([',', ' ']).find(|reason| !matches!(*reason, "" | "none"));
    PrinterCard {
        id: Id::cut(printer.id.to_string()),
        name: Line::cut(&printer.name),
        location: Line::cut(&printer.location),
        state,
        reason: reason
            .map(|reason| Sentence::cut(sentences::printer_state_reason(reason, language))),
        offers: super::options::offers(printer),
    }
}

/// The policy as a station knows it.
#[must_use]
pub fn start_policy(policy: StationPolicy) -> StartPolicy {
    match policy {
        StationPolicy::AllAtOnce => StartPolicy::AllAtOnce,
        StationPolicy::Choose => StartPolicy::Choose,
    }
}

/// The language of a person.
pub fn language_of(person: &Person) -> Language {
    match person.language {
        store::Language::Swedish => Language::Swedish,
        store::Language::English => Language::English,
    }
}

/// The language as a station knows it.
pub fn protocol_language(language: Language) -> station_protocol::Language {
    language.pick(station_protocol::Language::Sv, station_protocol::Language::En)
}
