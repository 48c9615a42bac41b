//! `job-state-reasons` as sentences (RFC 8011 section 5.3.8, PWG 5100.11, PWG 5100.13, PWG
//! 5100.16).

use super::{Row, as_said, find};
use crate::Language;

/// A job's reason as a sentence. A keyword that we do not know is shown as the printer sent it,
/// after "skrivaren säger" or "the printer says".
#[must_use]
pub fn job_state_reason(keyword: &str, language: Language) -> String {
    match find(ROWS, keyword, language) {
        Some(sentence) => sentence.to_owned(),
        None => match language {
            Language::Swedish => format!("Skrivaren säger: {}.", as_said(keyword)),
            Language::English => format!("The printer says: {}.", as_said(keyword)),
        },
    }
}

/// A job's state in one or two words, by the name that our database and our logs use (`held`,
/// `completed`, …).
#[must_use]
pub fn job_state(name: &str, language: Language) -> &'static str {
    match name {
        "incoming" => language.pick("Tas emot", "Arriving"),
        "held" => language.pick("Väntar", "Held"),
        "released" => language.pick("Frisläppt", "Released"),
        "delivering" => language.pick("Skrivs ut", "Printing"),
        "stopped" => language.pick("Har stannat", "Stopped"),
        "completed" => language.pick("Utskrivet", "Printed"),
        "canceled" => language.pick("Raderat", "Deleted"),
        "aborted" => language.pick("Avbrutet", "Aborted"),
        _ => language.pick("Okänt", "Unknown"),
    }
}

pub(super) const ROWS: &[Row] = &[
    ("none", "Inget att anmärka.", "Nothing to report."),
    // On the way in.
    ("job-incoming", "Dokumentet tas emot.", "The document is arriving."),
    (
        "job-data-insufficient",
        "Hela dokumentet har inte kommit än.",
        "Not all of the document has arrived yet.",
    ),
    (
        "submission-interrupted",
        "Sändningen avbröts innan hela dokumentet hade kommit.",
        "The transfer broke off before all of the document had arrived.",
    ),
    (
        "document-format-error",
        "Dokumentet är skadat och går inte att läsa.",
        "The document is damaged and cannot be read.",
    ),
    (
        "unsupported-document-format",
        "Skrivaren tar inte emot det här slaget av dokument.",
        "The printer does not take this kind of document.",
    ),
    (
        "unsupported-compression",
        "Skrivaren förstår inte hur dokumentet är packat.",
        "The printer does not understand how the document is compressed.",
    ),
    (
        "compression-error",
        "Det packade dokumentet är skadat.",
        "The compressed document is damaged.",
    ),
    (
        "document-password-error",
        "Dokumentet är skyddat med lösenord.",
        "The document is protected by a password.",
    ),
    (
        "document-permission-error",
        "Dokumentet får inte skrivas ut.",
        "The document does not permit printing.",
    ),
    (
        "document-security-error",
        "Dokumentets skydd gick inte att öppna.",
        "The document's protection could not be opened.",
    ),
    (
        "document-unprintable-error",
        "Dokumentet går inte att skriva ut.",
        "The document cannot be printed.",
    ),
    (
        "document-access-error",
        "Dokumentet gick inte att hämta.",
        "The document could not be fetched.",
    ),
    (
        "unsupported-attributes-or-values",
        "Skrivaren klarar inte någon av inställningarna.",
        "The printer cannot do one of the settings.",
    ),
    (
        "conflicting-attributes",
        "Två av inställningarna går inte ihop.",
        "Two of the settings do not go together.",
    ),
    // Waiting.
    (
        "job-release-wait",
        "Väntar på att ägaren ska hålla sitt kort mot en läsare.",
        "Waiting for the owner to tap at a printer.",
    ),
    ("job-held-for-release", "Väntar på att bli frisläppt.", "Waiting to be released."),
    ("job-held-for-authorization", "Väntar på ett godkännande.", "Waiting for permission."),
    (
        "job-held-for-button-press",
        "Väntar på ett knapptryck vid skrivaren.",
        "Waiting for a button to be pressed at the printer.",
    ),
    ("job-held-for-review", "Väntar på granskning.", "Waiting for review."),
    (
        "job-hold-until-specified",
        "Väntar till den tid som är vald.",
        "Waiting until the chosen time.",
    ),
    (
        "job-password-wait",
        "Väntar på ägarens kort och sin PIN-kod.",
        "Waiting for the owner's badge and its PIN.",
    ),
    ("job-queued", "Står i kö i skrivaren.", "Queued at the printer."),
    (
        "job-queued-for-marker",
        "Väntar på sin tur i skrivaren.",
        "Waiting for its turn in the printer.",
    ),
    ("queued-in-device", "Väntar inne i skrivaren.", "Waiting inside the printer."),
    (
        "resources-are-not-ready",
        "Skrivaren saknar papper eller annat som jobbet behöver.",
        "The printer lacks paper or something else that the job needs.",
    ),
    (
        "waiting-for-user-action",
        "Skrivaren väntar på att någon gör något vid den.",
        "The printer is waiting for somebody to act at its panel.",
    ),
    // On the way out.
    (
        "job-outgoing",
        "Dokumentet skickas till skrivaren.",
        "The document is being sent to the printer.",
    ),
    (
        "job-transferring",
        "Dokumentet är på väg till skrivaren.",
        "The document is on its way to the printer.",
    ),
    ("connecting-to-destination", "Söker kontakt med skrivaren.", "Connecting to the printer."),
    ("connected-to-destination", "Har kontakt med skrivaren.", "Connected to the printer."),
    ("job-interpreting", "Skrivaren läser dokumentet.", "The printer is reading the document."),
    (
        "job-transforming",
        "Dokumentet görs om till något som skrivaren förstår.",
        "The document is being converted for the printer.",
    ),
    ("job-printing", "Skrivs ut.", "Printing."),
    ("job-resuming", "Fortsätter.", "Continuing."),
    ("printer-stopped", "Skrivaren har stannat.", "The printer has stopped."),
    (
        "printer-stopped-partly",
        "En del av skrivaren har stannat.",
        "Part of the printer has stopped.",
    ),
    (
        "processing-to-stop-point",
        "Avslutas så snart skrivaren kan.",
        "Ending as soon as the printer can.",
    ),
    ("job-suspended", "Har pausats.", "Suspended."),
    (
        "job-suspended-by-operator",
        "Har pausats av en administratör.",
        "Suspended by an administrator.",
    ),
    ("job-suspended-by-system", "Har pausats av skrivaren.", "Suspended by the printer."),
    ("service-off-line", "Skrivaren är inte ansluten.", "The printer is offline."),
    ("destination-uri-failed", "Skrivaren gick inte att nå.", "The printer could not be reached."),
    // Over.
    ("job-completed-successfully", "Utskrivet.", "Printed."),
    ("job-completed-with-warnings", "Utskrivet, med anmärkningar.", "Printed, with warnings."),
    ("job-completed-with-errors", "Utskrivet, men med fel.", "Printed, but with errors."),
    ("job-canceled-by-user", "Raderat av ägaren.", "Deleted by its owner."),
    ("job-canceled-by-operator", "Raderat av en administratör.", "Deleted by an administrator."),
    ("job-canceled-at-device", "Avbrutet vid skrivaren.", "Canceled at the printer."),
    (
        "job-canceled-after-timeout",
        "Raderat, eftersom det inte hämtades i tid.",
        "Deleted, because it was not fetched in time.",
    ),
    ("aborted-by-system", "Avbrutet av systemet.", "Aborted by the system."),
    ("errors-detected", "Något gick fel.", "Something went wrong."),
    ("warnings-detected", "Skrivaren har anmärkningar.", "The printer has warnings."),
    // Money.
    (
        "account-authorization-failed",
        "Kontot får inte betala för utskriften.",
        "The account may not pay for this print.",
    ),
    ("account-closed", "Kontot är stängt.", "The account is closed."),
    ("account-info-needed", "Det saknas ett konto som betalar.", "An account to pay is missing."),
    ("account-limit-reached", "Kontots gräns är nådd.", "The account's limit is reached."),
];

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Swedish};

    #[test]
    fn the_table_keeps_the_rules_of_a_catalogue() {
        super::super::check_rows(ROWS);
    }

    #[test]
    fn a_reason_becomes_a_sentence() {
        assert_eq!(job_state_reason("job-printing", Swedish), "Skrivs ut.");
        assert_eq!(
            job_state_reason("document-password-error", English),
            "The document is protected by a password."
        );
        assert_eq!(job_state_reason("acme-odd", English), "The printer says: acme-odd.");
        let either = super::super::reason;
        assert_eq!(either("job-printing", English), "Printing.");
        assert_eq!(either("media-jam-error", English), "Paper is jammed.");
    }

    #[test]
    fn every_state_has_its_words() {
        let names = [
            "incoming",
            "held",
            "released",
            "delivering",
            "stopped",
            "completed",
            "canceled",
            "aborted",
        ];
        for name in names {
            assert_ne!(job_state(name, Swedish), "Okänt");
            assert_ne!(job_state(name, English), job_state(name, Swedish));
        }
        assert_eq!(job_state("printing", English), "Unknown");
    }
}
