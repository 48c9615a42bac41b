//! What is said to whoever tapped at a reader without a screen, on the page and by mail.

use super::{Row, find};
use crate::Language;

const AT_READER: &[Row] = &[
    (
        "reader-asks",
        "Minst en av dina utskrifter kom inte ut vid en läsare utan skärm, för den behöver ett svar av dig. Hämta den \
         vid en skrivare med skärm. Vad den väntar på står på Mina utskrifter.",
        "At least one of your prints did not come out at a reader without a screen, because it needs an answer from \
         you. Collect it at a printer with a screen. What it waits for is on My prints.",
    ),
    (
        "reader-stopped",
        "Skrivaren stannade medan din utskrift kom ut. Fyll på papper eller ta bort det som har fastnat, så fortsätter \
         den. Hur det går står på Mina utskrifter.",
        "The printer stopped while your print came out. Add paper or remove what is stuck, and it goes on. How it goes \
         is on My prints.",
    ),
    (
        "reader-uncertain",
        "En av dina utskrifter kan ha kommit ut. Se efter vid skrivaren. Saknas den, hämta den vid en skrivare med \
         skärm; annars radera den på Mina utskrifter.",
        "One of your prints may have come out. Look at the printer. If it is not there, collect it at a printer with a \
         screen; if it is, delete it on My prints.",
    ),
    (
        "reader-failed",
        "En av dina utskrifter kom inte ut. Den finns kvar. Håll kortet mot läsaren igen, eller gå till en annan \
         skrivare.",
        "One of your prints did not come out. It is kept for you. Hold your badge to the reader again, or go to another \
         printer.",
    ),
];

/// What happened at a reader without a screen, by the word that the store keeps. Of another word it is said where to
/// look.
#[must_use]
pub fn at_reader(what: &str, language: Language) -> &'static str {
    find(AT_READER, what, language).unwrap_or_else(|| {
        language.pick(
            "Något hände med en av dina utskrifter. Se efter på Mina utskrifter.",
            "Something happened to one of your prints. Please look at My prints.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_reader_cannot_say_is_said_in_both_languages_with_a_way_out() {
        super::super::check_rows(AT_READER);
        for row in AT_READER {
            assert!(row.1.contains(". ") && row.2.contains(". "), "{} has no way out", row.0);
            assert_ne!(at_reader(row.0, Language::Swedish), at_reader("?", Language::Swedish));
        }
    }
}
