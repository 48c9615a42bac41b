//! What became of a release, said to the owner who stands at the station.

use crate::Language;
use crate::numbers::{Noun, count};
use crate::sentences::{job_state_reason, printer_state_reason};

/// Why a released job did not come out, as delivery keeps it. The words are for the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// The printer does not take the document's format.
    FormatNotTaken,
    /// The printer cannot do an option that would change the paper or the price.
    OptionNotTaken,
    /// No connection, or no answer in time.
    NoAnswer,
    /// The printer is waking up and is asked again.
    WakingUp,
    /// The printer said that it is busy and is asked again.
    Busy,
    /// The printer takes no jobs now.
    NotAccepting,
    /// The printer stands still before it knew the job.
    Stopped,
    /// The printer could not be trusted: another certificate than the one we know.
    NotTrusted,
    /// The printer ended the job before anything was printed.
    EndedByPrinter,
    /// The printer refused for a reason of its own.
    Refused,
    /// The document cannot be read back from where it is kept.
    DocumentUnreadable,
    /// The server stopped before the printer knew the job.
    ServerStopped,
}

impl Obstacle {
    /// Every obstacle.
    pub const ALL: [Self; 12] = [
        Self::FormatNotTaken,
        Self::OptionNotTaken,
        Self::NoAnswer,
        Self::WakingUp,
        Self::Busy,
        Self::NotAccepting,
        Self::Stopped,
        Self::NotTrusted,
        Self::EndedByPrinter,
        Self::Refused,
        Self::DocumentUnreadable,
        Self::ServerStopped,
    ];

    /// The keyword that rows and logs keep.
    #[must_use]
    pub fn keyword(self) -> &'static str {
        match self {
            Self::FormatNotTaken => "document-format-not-supported",
            Self::OptionNotTaken => "option-not-supported",
            Self::NoAnswer => "no-answer",
            Self::WakingUp => "waking-up",
            Self::Busy => "printer-busy",
            Self::NotAccepting => "not-accepting-jobs",
            Self::Stopped => "printer-stopped",
            Self::NotTrusted => "printer-not-trusted",
            Self::EndedByPrinter => "ended-by-printer",
            Self::Refused => "refused",
            Self::DocumentUnreadable => "document-unreadable",
            Self::ServerStopped => "server-stopped",
        }
    }

    /// The obstacle of a keyword.
    #[must_use]
    pub fn from_keyword(keyword: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|obstacle| obstacle.keyword() == keyword)
    }

    /// What is in the way at `printer`, and what becomes of the job.
    #[must_use]
    pub fn sentence(self, printer: &str, language: Language) -> String {
        match language {
            Language::Swedish => self.swedish(printer),
            Language::English => self.english(printer),
        }
    }

    fn swedish(self, printer: &str) -> String {
        match self {
            Self::FormatNotTaken => format!("{printer} tar inte emot det här slaget av dokument. Jobbet väntar kvar."),
            Self::OptionNotTaken => format!("{printer} klarar inte alla inställningar i jobbet. Jobbet väntar kvar."),
            Self::NoAnswer => format!("{printer} svarar inte. Jobbet väntar kvar, prova en annan skrivare."),
            Self::WakingUp => format!("Väntar på att {printer} ska vakna."),
            Self::Busy => format!("{printer} är upptagen. Vi försöker igen."),
            Self::NotAccepting => format!("{printer} tar inte emot jobb just nu. Jobbet väntar kvar, prova en annan skrivare."),
            Self::Stopped => format!("{printer} har stannat. Jobbet väntar kvar, prova en annan skrivare."),
            Self::NotTrusted => format!("{printer} kunde inte visa att den är rätt skrivare. Jobbet väntar kvar, säg till IT."),
            Self::EndedByPrinter => format!("{printer} avbröt jobbet innan något kom ut. Jobbet väntar kvar."),
            Self::Refused => format!("{printer} tog inte emot jobbet. Det väntar kvar."),
            Self::DocumentUnreadable => "Dokumentet gick inte att läsa. Skicka det igen, och säg till IT.".to_owned(),
            Self::ServerStopped => "Servern startades om innan något kom ut. Jobbet väntar kvar, håll fram kortet igen.".to_owned(),
        }
    }

    fn english(self, printer: &str) -> String {
        match self {
            Self::FormatNotTaken => format!("{printer} does not take this kind of document. The job is still held."),
            Self::OptionNotTaken => format!("{printer} cannot do all of the job's settings. The job is still held."),
            Self::NoAnswer => format!("{printer} does not answer. The job is still held, try another printer."),
            Self::WakingUp => format!("Waiting for {printer} to wake up."),
            Self::Busy => format!("{printer} is busy. We are trying again."),
            Self::NotAccepting => format!("{printer} is not taking jobs now. The job is still held, try another printer."),
            Self::Stopped => format!("{printer} has stopped. The job is still held, try another printer."),
            Self::NotTrusted => format!("{printer} could not prove that it is the right printer. The job is still held, please tell IT."),
            Self::EndedByPrinter => format!("{printer} ended the job before anything came out. The job is still held."),
            Self::Refused => format!("{printer} did not take the job. It is still held."),
            Self::DocumentUnreadable => "The document could not be read. Send it again, and please tell IT.".to_owned(),
            Self::ServerStopped => "The server was restarted before anything came out. The job is still held, tap again.".to_owned(),
        }
    }
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
        /// What was in the way.
        obstacle: Obstacle,
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
            (Self::NotPrinted { printer, obstacle }, _) => obstacle.sentence(printer, language),
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
    fn an_obstacle_survives_its_keyword() {
        for obstacle in Obstacle::ALL {
            assert_eq!(Obstacle::from_keyword(obstacle.keyword()), Some(obstacle));
        }
        assert_eq!(Obstacle::from_keyword("no-such"), None);
    }

    #[test]
    fn every_obstacle_is_said_in_both_languages() {
        for obstacle in Obstacle::ALL {
            let swedish = obstacle.sentence("Hus A", Swedish);
            let english = obstacle.sentence("House A", English);
            assert!(swedish.ends_with('.') && english.ends_with('.'));
            assert!(!crate::catalogue::has_swedish_letter(&english), "{english}");
            assert_ne!(swedish, obstacle.sentence("Hus A", English));
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
