//! States, reasons and outcomes as plain sentences.
//!
//! | module | what it says |
//! |---|---|
//! | [`job_reasons`] | `job-state-reasons` and a job's state |
//! | [`printer_reasons`] | `printer-state-reasons` and a printer's state |
//! | [`codes`] | why a code that was typed in place of a card is not taken |
//! | [`delivery_reasons`] | why a release did not bring a job out |
//! | [`door_refusals`] | why a job is not taken, for whoever prints |
//! | [`notices`] | what people are told by mail and on their own page |
//! | [`outcomes`] | how a release goes and what became of it, for the owner at the station |
//! | [`pins`] | about the PIN of a job: wrong, locked |
//! | [`readers`] | what is said to whoever tapped where there is no screen |
//! | [`refusals`] | why a tap or a sign-in was not taken |
//! | [`wishes`] | why a job cannot be had as somebody wants it at the station |

pub mod codes;
pub mod delivery_reasons;
pub mod door_refusals;
pub mod job_reasons;
pub mod notices;
pub mod outcomes;
pub mod pins;
pub mod printer_reasons;
pub mod readers;
pub mod refusals;
pub mod wishes;

pub use codes::CodeRefusal;
pub use delivery_reasons::delivery_reason;
pub use door_refusals::DoorRefusal;
pub use job_reasons::{job_state, job_state_reason};
pub use notices::{
    card_added, delegate_added, delegate_printed, expires_soon, identity_notice, job_refused,
    link_notice, notice_subject,
};
pub use outcomes::{Outcome, Progress, nearest_printer};
pub use pins::{PinRefusal, pin_locked};
pub use printer_reasons::{Severity, printer_state, printer_state_reason, severity};
pub use readers::at_reader;
pub use refusals::Refusal;
pub use wishes::WishRefusal;

use crate::Language;

/// A row of a table: keyword, Swedish, English.
type Row = (&'static str, &'static str, &'static str);

/// A reason of a printer's that may be about the job or about the printer itself: printers put either
/// into a job's reasons.
#[must_use]
pub fn reason(keyword: &str, language: Language) -> String {
    match find(job_reasons::ROWS, keyword, language) {
        Some(sentence) => sentence.to_owned(),
        None => printer_state_reason(keyword, language),
    }
}

/// No more characters of a keyword that we do not know are shown.
const KEYWORD_SHOWN_MAX: usize = 80;

fn find(rows: &'static [Row], keyword: &str, language: Language) -> Option<&'static str> {
    let row = rows.iter().find(|row| row.0 == keyword)?;
    Some(language.pick(row.1, row.2))
}

/// What a device said, as it said it: letters, digits and the signs of keywords, cut to a length
/// that fits a line.
fn as_said(keyword: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
    keyword.chars().filter(plain).take(KEYWORD_SHOWN_MAX).collect()
}

#[cfg(test)]
fn check_rows(rows: &[Row]) {
    crate::catalogue::check(rows);
    for (place, row) in rows.iter().enumerate() {
        assert!(rows[..place].iter().all(|other| other.0 != row.0), "{} stands twice", row.0);
        assert!(row.1.ends_with('.') && row.2.ends_with('.'), "{} has no full sentence", row.0);
        assert!(row.1 != row.2, "{} is the same in both languages", row.0);
    }
}
