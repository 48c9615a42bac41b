//! What became of a release, said to the owner who stands at the station.

use crate::Language;
use crate::numbers::{Noun, count};
use crate::sentences::{delivery_reason, job_state_reason, printer_state_reason};

/// How far a release is, told while it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Progress {
    /// Earlier jobs go first at this printer.
    Waiting,
    /// The printer sleeps and has been called.
    Waking,
    /// The printer said that it is busy and is asked again.
    Busy,
    /// The document is on its way.
    Sending,
    /// The printer has it.
    Printing,
    /// The printer stands still.
    Stopped,
    /// The printer has been asked to end the job.
    Canceling,
}

impl Progress {
    /// Every stage.
    pub const ALL: [Self; 7] = [
        Self::Waiting,
        Self::Waking,
        Self::Busy,
        Self::Sending,
        Self::Printing,
        Self::Stopped,
        Self::Canceling,
    ];

    /// The stage as a sentence about `printer`.
    #[must_use]
    pub fn sentence(self, printer: &str, language: Language) -> String {
        let (swedish, english) = match self {
            Self::Waiting => ("Väntar på sin tur vid {printer}.", "Waiting its turn at {printer}."),
            Self::Waking => {
                ("Väntar på att {printer} ska vakna.", "Waiting for {printer} to wake up.")
            }
            Self::Busy => (
                "{printer} är upptagen. Vi försöker igen.",
                "{printer} is busy. We are trying again.",
            ),
            Self::Sending => ("Skickas till {printer}.", "Being sent to {printer}."),
            Self::Printing => ("Skrivs ut på {printer}.", "Printing at {printer}."),
            Self::Stopped => ("{printer} har stannat.", "{printer} has stopped."),
            Self::Canceling => ("{printer} avslutar jobbet.", "{printer} is ending the job."),
        };
        language.pick(swedish, english).replace("{printer}", printer)
    }
}

/// The nearest printer that is free, for whoever stands at one that is not. `place`: where it stands, or nothing.
#[must_use]
pub fn nearest_printer(printer: &str, place: &str, language: Language) -> String {
    let text =
        language.pick("Närmaste lediga skrivare: {printer}", "The nearest free printer: {printer}");
    let end = if place.is_empty() { ".".to_owned() } else { format!(" ({place}).") };
    text.replace("{printer}", printer) + &end
}

/// What became of one release of one job. Names are shown as given: the caller has cleaned them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome<'a> {
    /// It came out. The sheets are said when the printer or our reckoning knows them.
    Printed {
        /// The printer's name.
        printer: &'a str,
        /// Printed sides, when known.
        impressions: Option<u32>,
        /// Pieces of paper, when known.
        sheets: Option<u32>,
    },
    /// It did not come out, and is held as before.
    NotPrinted {
        /// The printer's name.
        printer: &'a str,
        /// Delivery's keyword for what was in the way.
        reason: &'a str,
    },
    /// The printer stands still with the job.
    Stopped {
        /// The printer's name.
        printer: &'a str,
        /// The most important keyword of its `printer-state-reasons`.
        reason: &'a str,
    },
    /// Nobody can tell whether it came out.
    MayHavePrinted {
        /// The printer's name.
        printer: &'a str,
        /// The time of day, as `10:32`.
        at: &'a str,
    },
    /// Some of it came out before the printer ended the job.
    PartlyPrinted {
        /// The printer's name.
        printer: &'a str,
        /// Printed sides, when known.
        impressions: Option<u32>,
    },
    /// It was ended by its owner or an administrator.
    Canceled,
    /// It is over for a reason that IPP has a keyword for.
    Ended {
        /// A keyword of `job-state-reasons`.
        reason: &'a str,
    },
}

impl Outcome<'_> {
    /// The outcome as one or two sentences for its owner.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let sides = |number: u32| count(i64::from(number), Noun::Impression, language);
        let paper = |number: u32| count(i64::from(number), Noun::Sheet, language);
        match (*self, language) {
            (Self::Printed { printer, impressions, sheets }, _) => {
                let amount = match (impressions, sheets) {
                    (Some(impressions), Some(sheets)) => {
                        let on = language.pick("på", "on");
                        format!("{} {on} {}", sides(impressions), paper(sheets))
                    }
                    (Some(impressions), None) => sides(impressions),
                    (None, Some(sheets)) => paper(sheets),
                    (None, None) => language.pick("Utskrivet", "Printed").to_owned(),
                };
                let place = language.pick("ur", "from");
                match (impressions, sheets) {
                    (None, None) => format!("{amount} {place} {printer}."),
                    _ => {
                        let done = language.pick("Klart", "Done");
                        format!("{done}: {amount} {place} {printer}.")
                    }
                }
            }
            (Self::NotPrinted { printer, reason }, _) => delivery_reason(reason, printer, language),
            (Self::Stopped { printer, reason }, Language::Swedish) => {
                format!("{printer} har stannat. {}", printer_state_reason(reason, language))
            }
            (Self::Stopped { printer, reason }, Language::English) => {
                format!("{printer} has stopped. {}", printer_state_reason(reason, language))
            }
            (Self::MayHavePrinted { printer, at }, Language::Swedish) => format!(
                "Kan ha skrivits ut på {printer} kl. {at}. Titta där innan du skriver ut igen."
            ),
            (Self::MayHavePrinted { printer, at }, Language::English) => {
                format!(
                    "May have printed at {printer} at {at}. Look there before you print it again."
                )
            }
            (Self::PartlyPrinted { printer, impressions }, _) => {
                partly_printed(printer, impressions.map(sides), language)
            }
            (Self::Canceled, Language::Swedish) => "Jobbet är raderat.".to_owned(),
            (Self::Canceled, Language::English) => "The job is deleted.".to_owned(),
            (Self::Ended { reason }, _) => job_state_reason(reason, language),
        }
    }
}

fn partly_printed(printer: &str, sides: Option<String>, language: Language) -> String {
    match (sides, language) {
        (Some(sides), Language::Swedish) => {
            format!("{printer} avbröt jobbet efter {sides}. Jobbet väntar kvar.")
        }
        (Some(sides), Language::English) => {
            format!("{printer} ended the job after {sides}. The job is still held.")
        }
        (None, Language::Swedish) => {
            format!("{printer} avbröt jobbet mitt i. Jobbet väntar kvar.")
        }
        (None, Language::English) => {
            format!("{printer} ended the job half-way. The job is still held.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Swedish};

    #[test]
    fn every_stage_is_said_in_both_languages() {
        for stage in Progress::ALL {
            let english = stage.sentence("House A", English);
            assert!(english.contains("House A") && english.ends_with('.'));
            assert!(!crate::catalogue::has_swedish_letter(&english), "{english}");
            assert_ne!(stage.sentence("House A", Swedish), english);
        }
    }

    #[test]
    fn a_print_is_told_with_its_sides_and_sheets() {
        let printer = "B2 plan 3";
        let outcome = |impressions, sheets| Outcome::Printed { printer, impressions, sheets };
        for (impressions, sheets, swedish, english) in [
            (
                Some(14),
                Some(8),
                "Klart: 14\u{a0}tryckta sidor på 8\u{a0}ark ur B2 plan 3.",
                "Done: 14\u{a0}printed sides on 8\u{a0}sheets from B2 plan 3.",
            ),
            (
                Some(1),
                Some(1),
                "Klart: 1\u{a0}tryckt sida på 1\u{a0}ark ur B2 plan 3.",
                "Done: 1\u{a0}printed side on 1\u{a0}sheet from B2 plan 3.",
            ),
            (None, None, "Utskrivet ur B2 plan 3.", "Printed from B2 plan 3."),
        ] {
            assert_eq!(outcome(impressions, sheets).sentence(Swedish), swedish);
            assert_eq!(outcome(impressions, sheets).sentence(English), english);
        }
    }

    #[test]
    fn the_owner_learns_what_is_uncertain() {
        let outcome = Outcome::MayHavePrinted { printer: "X", at: "10:32" };
        assert_eq!(
            outcome.sentence(English),
            "May have printed at X at 10:32. Look there before you print it again."
        );
        let stopped = Outcome::Stopped { printer: "X", reason: "media-empty-error" };
        assert_eq!(stopped.sentence(Swedish), "X har stannat. Pappret är slut.");
    }
}
