//! Why a release did not bring the job out, by the keywords that delivery keeps in the attempt's
//! row.

use super::Row;
use crate::Language;

/// Why a job did not come out of `printer`, and what becomes of it. The job waits where it was
/// unless the sentence says otherwise. A keyword that we do not know gets a sentence that promises
/// nothing.
#[must_use]
pub fn delivery_reason(keyword: &str, printer: &str, language: Language) -> String {
    let known = super::find(ROWS, keyword, language);
    let sentence = known.unwrap_or(language.pick(
        "{printer} skrev inte ut jobbet. Det väntar kvar.",
        "{printer} did not print the job. It is still held.",
    ));
    sentence.replace("{printer}", printer)
}

const ROWS: &[Row] = &[
    // The printer could not be asked, or said no.
    (
        "printer-asleep",
        "{printer} vaknade inte. Jobbet väntar kvar, försök igen eller gå till en annan skrivare.",
        "{printer} did not wake up. The job is still held, try again or go to another printer.",
    ),
    (
        "printer-unreachable",
        "{printer} svarar inte. Jobbet väntar kvar, gå till en annan skrivare.",
        "{printer} does not answer. The job is still held, go to another printer.",
    ),
    (
        "printer-forbidden",
        "{printer} har en adress som inte är tillåten. Jobbet väntar kvar, säg till IT.",
        "{printer} has an address that is not permitted. The job is still held, please tell IT.",
    ),
    (
        "printer-busy",
        "{printer} är upptagen. Jobbet väntar kvar, försök igen om en stund.",
        "{printer} is busy. The job is still held, try again in a while.",
    ),
    (
        "printer-not-accepting",
        "{printer} tar inte emot jobb just nu. Jobbet väntar kvar, gå till en annan skrivare.",
        "{printer} is not taking jobs now. The job is still held, go to another printer.",
    ),
    (
        "printer-stopped",
        "{printer} har stannat. Jobbet väntar kvar, gå till en annan skrivare.",
        "{printer} has stopped. The job is still held, go to another printer.",
    ),
    (
        "printer-untrusted",
        "{printer} kunde inte visa att den är rätt skrivare. Jobbet väntar kvar, säg till IT.",
        "{printer} could not prove that it is the right printer. The job is still held, please \
         tell IT.",
    ),
    (
        "printer-changed",
        "{printer} är utbytt eller flyttad och väntar på att IT bekräftar den. Jobbet väntar kvar.",
        "{printer} has been replaced or moved, and IT has yet to confirm it. The job is still held.",
    ),
    (
        "printer-refused",
        "{printer} tog inte emot jobbet. Det väntar kvar.",
        "{printer} did not take the job. It is still held.",
    ),
    // The printer cannot do what the job asks for.
    (
        "document-format-not-supported",
        "{printer} tar inte emot det här slaget av dokument. Jobbet väntar kvar.",
        "{printer} does not take this kind of document. The job is still held.",
    ),
    (
        "sides-not-supported",
        "{printer} kan inte skriva ut dubbelsidigt så som jobbet vill. Jobbet väntar kvar.",
        "{printer} cannot print on both sides as the job asks. The job is still held.",
    ),
    (
        "copies-not-supported",
        "{printer} kan inte skriva ut så många exemplar. Jobbet väntar kvar.",
        "{printer} cannot print that many copies. The job is still held.",
    ),
    (
        "color-not-supported",
        "{printer} kan inte skriva ut i färg. Jobbet väntar kvar.",
        "{printer} cannot print in colour. The job is still held.",
    ),
    (
        "monochrome-not-supported",
        "{printer} kan inte skriva ut i svartvitt. Jobbet väntar kvar.",
        "{printer} cannot print in black and white. The job is still held.",
    ),
    (
        "media-not-supported",
        "{printer} har inte pappret som jobbet vill ha. Jobbet väntar kvar.",
        "{printer} does not have the paper that the job asks for. The job is still held.",
    ),
    (
        "page-ranges-not-supported",
        "{printer} kan inte välja ut sidor. Jobbet väntar kvar.",
        "{printer} cannot print a choice of pages. The job is still held.",
    ),
    (
        "finishings-not-supported",
        "{printer} kan inte häfta, håla eller vika som jobbet vill. Jobbet väntar kvar.",
        "{printer} cannot staple, punch or fold as the job asks. The job is still held.",
    ),
    (
        "number-up-not-supported",
        "{printer} kan inte lägga flera sidor på ett ark. Jobbet väntar kvar.",
        "{printer} cannot put several pages on one side. The job is still held.",
    ),
    (
        "options-ignored",
        "{printer} ville bortse från en av jobbets inställningar. Jobbet väntar kvar.",
        "{printer} would have ignored one of the job's settings. The job is still held.",
    ),
    // The document.
    (
        "document-unreadable",
        "Dokumentet gick inte att läsa. Skicka det igen, och säg till IT.",
        "The document could not be read. Send it again, and please tell IT.",
    ),
    (
        "document-protected",
        "Dokumentet är skyddat, så {printer} kan inte skriva ut det. Ta bort lösenordet och skriv ut \
         igen.",
        "The document is protected, so {printer} cannot print it. Remove the password and print it \
         again.",
    ),
    (
        "document-too-large",
        "Dokumentet är för stort för {printer}. Jobbet väntar kvar.",
        "The document is too large for {printer}. The job is still held.",
    ),
    (
        "document-irregular",
        "Dokumentet är byggt så att antalet sidor är oklart, och {printer} kan inte få det i någon annan \
         form. Gör en ny PDF av det och skriv ut den.",
        "The document is built so that its number of pages is unclear, and {printer} takes it in no other \
         form. Make a new PDF of it and print that.",
    ),
    (
        "document-not-drawn",
        "Dokumentet gick inte att göra om så att {printer} kan skriva ut det. Välj en annan skrivare \
         eller gör en ny PDF. Jobbet väntar kvar.",
        "The document could not be turned into a form that {printer} takes. Choose another printer, or \
         make a new PDF. The job is still held.",
    ),
    (
        "single-pages-only",
        "{printer} tar bara emot en sida i taget. Välj en enda sida, eller gå till en annan skrivare. \
         Jobbet väntar kvar.",
        "{printer} takes one page at a time only. Choose a single page, or go to another printer. The \
         job is still held.",
    ),
    (
        "drawing-unavailable",
        "Dokumentet gick inte att förbereda för {printer} just nu. Försök igen om en stund. Jobbet väntar \
         kvar.",
        "The document could not be prepared for {printer} just now. Try again in a moment. The job is \
         still held.",
    ),
    // It had begun.
    (
        "printer-aborted",
        "{printer} avbröt jobbet. Det väntar kvar.",
        "{printer} ended the job. It is still held.",
    ),
    (
        "canceled-at-printer",
        "Jobbet avbröts vid {printer}. Det väntar kvar.",
        "The job was canceled at {printer}. It is still held.",
    ),
    (
        "owner-absent",
        "{printer} stod stilla för länge, så jobbet togs tillbaka. Det väntar kvar.",
        "{printer} stood still for too long, so the job was taken back. It is still held.",
    ),
    (
        "finished-elsewhere",
        "{printer} har släppt jobbet. Det väntar kvar: håll kortet mot läsaren vid en annan skrivare.",
        "{printer} has let go of the job. It is still held: tap at another printer.",
    ),
    (
        "taken-elsewhere",
        "Jobbet hämtades vid en annan skrivare innan {printer} hade fått det.",
        "The job was fetched at another printer before {printer} had got it.",
    ),
    ("canceled-by-owner", "Jobbet är raderat.", "The job is deleted."),
    (
        "job-canceled-after-timeout",
        "{printer} behövde längre tid än jobbet fick, så det avbröts.",
        "{printer} took longer than the job allowed, so it was canceled.",
    ),
    (
        "connection-lost",
        "Vi tappade kontakten med {printer}. Titta där innan du skriver ut igen.",
        "We lost the connection to {printer}. Look there before you print it again.",
    ),
    (
        "sending-interrupted",
        "Sändningen till {printer} bröts innan något kom ut. Jobbet väntar kvar.",
        "The sending to {printer} broke off before anything came out. The job is still held.",
    ),
    (
        "cancel-unconfirmed",
        "{printer} bekräftade inte att jobbet avbröts. Titta där innan du skriver ut igen.",
        "{printer} did not confirm that the job was canceled. Look there before you print it \
         again.",
    ),
    (
        "printer-forgot",
        "{printer} minns inte jobbet. Titta där innan du skriver ut igen.",
        "{printer} does not remember the job. Look there before you print it again.",
    ),
    (
        "printer-reset",
        "{printer} startades om. Titta där innan du skriver ut igen.",
        "{printer} was restarted. Look there before you print it again.",
    ),
    // We stopped.
    (
        "server-stopping",
        "Servern startas om. Jobbet väntar kvar, håll fram kortet igen om en stund.",
        "The server is restarting. The job is still held, tap again in a while.",
    ),
    (
        "server-restarted",
        "Servern startades om innan något kom ut. Jobbet väntar kvar, håll fram kortet igen.",
        "The server was restarted before anything came out. The job is still held, tap again.",
    ),
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
    fn the_printer_is_named() {
        assert_eq!(
            delivery_reason("color-not-supported", "B2 plan 3", Swedish),
            "B2 plan 3 kan inte skriva ut i färg. Jobbet väntar kvar."
        );
        assert_eq!(
            delivery_reason("no-such-keyword", "B2", English),
            "B2 did not print the job. It is still held."
        );
        for row in ROWS {
            assert!(!delivery_reason(row.0, "B2", English).contains('{'), "{}", row.0);
        }
    }
}
