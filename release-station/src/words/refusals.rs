//! Why a tap or a wish was refused: what happened, and what to do.

use station_protocol::{Language, RefusedReason};

use super::Words;
use crate::session::LocalRefusal;

impl Words {
    /// A refusal by the server: what happened, and what to do.
    pub fn refused(self, reason: RefusedReason) -> (&'static str, &'static str) {
        let (sv, en) = match reason {
            RefusedReason::UnknownCard => (
                (
                    "Vi känner inte igen kortet",
                    "Det är inget fel på det, men det hör inte till någon ännu. Be \
                     IT-supporten koppla kortet till dig. Dina utskrifter finns kvar.",
                ),
                (
                    "We do not know this badge yet",
                    "Nothing is wrong with it, but it does not belong to anybody yet. Ask the \
                     IT helpdesk to link it to you. Your printouts are kept for you.",
                ),
            ),
            RefusedReason::BlockedCard => (
                ("Kortet är spärrat", "Kontakta IT-supporten, så hjälper de dig."),
                ("This badge is blocked", "Contact the IT helpdesk and they will help you."),
            ),
            RefusedReason::DisabledPerson => (
                ("Kontot är avslutat", "Kontakta IT-supporten om det inte stämmer."),
                ("The account is closed", "Contact the IT helpdesk if this is wrong."),
            ),
            RefusedReason::NotThisStation => (
                ("Det går inte att skriva ut här", "Gå till en annan skrivare. Allt finns kvar."),
                ("You cannot print here", "Walk to another printer. Everything is kept."),
            ),
            RefusedReason::Busy => (
                ("Någon annan hann före", "Utskriften hämtas just nu på ett annat ställe."),
                ("Someone else was first", "The printout is being collected at another place."),
            ),
            RefusedReason::TryAgain => (
                ("Det gick inte just nu", "Vänta en stund och håll kortet mot läsaren igen."),
                ("Not possible just now", "Wait a moment and hold your badge there again."),
            ),
            RefusedReason::WrongPin => (
                ("Fel PIN-kod", "Försök en gång till. Utskriften finns kvar."),
                ("Wrong PIN", "Try once more. The printout is kept."),
            ),
            RefusedReason::WrongCode => (
                ("Koden gäller inte", "Gör en ny kod på Mina utskrifter och försök igen."),
                ("The code does not hold", "Make another code on My prints and try again."),
            ),
            RefusedReason::UnusableCard => {
                return self.refused_here(LocalRefusal::RandomCard);
            }
            RefusedReason::Protocol => (
                ("Stationen behöver uppdateras", "Säg till IT-supporten. Allt finns kvar."),
                ("This station needs an update", "Tell the IT helpdesk. Everything is kept."),
            ),
        };
        match self.0 {
            Language::Sv => sv,
            Language::En => en,
        }
    }

    /// A refusal by the station itself: what happened, and what to do.
    pub fn refused_here(self, refusal: LocalRefusal) -> (&'static str, &'static str) {
        let (sv, en) = match refusal {
            LocalRefusal::TapAgain => (
                ("En gång till, tack", "Håll kortet still mot läsaren en liten stund."),
                ("Once more, please", "Hold your badge still at the reader for a moment."),
            ),
            LocalRefusal::RandomCard => (
                (
                    "Kortet behöver en säkrare läsning",
                    "Det visar ett nytt nummer varje gång, som mobiler gör. Använd ditt \
                     vanliga kort.",
                ),
                (
                    "This badge needs a secure read",
                    "It shows a new number each time, as phones do. Use your ordinary badge.",
                ),
            ),
            LocalRefusal::SilentCard => (
                ("Kortet går inte att läsa", "Prova ett annat kort eller fråga IT-supporten."),
                ("This badge cannot be read", "Try another badge or ask the IT helpdesk."),
            ),
            LocalRefusal::NoConnection => (
                (self.no_connection(), self.no_connection_help()),
                (self.no_connection(), self.no_connection_help()),
            ),
            LocalRefusal::NoAnswer => (
                ("Det kom inget svar", "Dina utskrifter finns kvar. Håll kortet mot läsaren igen."),
                ("There was no answer", "Your printouts are kept. Hold your badge there again."),
            ),
        };
        match self.0 {
            Language::Sv => sv,
            Language::En => en,
        }
    }
}
