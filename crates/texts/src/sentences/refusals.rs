//! Why a tap was not taken, said to whoever holds the card.

use crate::Language;

/// Why a tap was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Nobody has this card.
    UnknownCard,
    /// The card gives another number each time, or none of a card's length.
    UnusableCard,
    /// The card has been blocked.
    BlockedCard,
    /// The card was for a time that is over.
    ExpiredCard,
    /// The person may not print any more.
    DisabledPerson,
    /// The person may not print at this station's printers.
    NotThisStation,
    /// Too many unknown cards were held to the reader.
    StationLocked,
    /// Somebody else's release is still going on.
    Busy,
    /// Something failed that may work the next time.
    TryAgain,
    /// The directory does not answer, and the card is new to us.
    DirectoryDown,
    /// The directory has been away for so long that nobody can say who may still print.
    DirectoryOld,
    /// The station speaks another version than the server.
    Protocol,
}

impl Refusal {
    /// Every refusal.
    pub const ALL: [Self; 12] = [
        Self::UnknownCard,
        Self::UnusableCard,
        Self::BlockedCard,
        Self::ExpiredCard,
        Self::DisabledPerson,
        Self::NotThisStation,
        Self::StationLocked,
        Self::Busy,
        Self::TryAgain,
        Self::DirectoryDown,
        Self::DirectoryOld,
        Self::Protocol,
    ];

    /// The refusal and what to do about it.
    #[must_use]
    pub fn sentence(self, language: Language) -> &'static str {
        let (swedish, english) = match self {
            Self::UnknownCard => (
                "Vi känner inte igen kortet. Fråga IT-supporten, så hjälper de dig.",
                "We do not know this card. Ask the IT helpdesk, they will help you.",
            ),
            Self::UnusableCard => (
                "Kortet visar ett nytt nummer varje gång, som mobiler gör, så det kan inte kopplas till \
                 någon. Använd ditt vanliga kort.",
                "This card shows a new number each time, as phones do, so that it cannot be linked to \
                 anybody. Please use your ordinary card.",
            ),
            Self::BlockedCard => (
                "Kortet är spärrat. Fråga IT-supporten om ett nytt.",
                "This card is blocked. Ask the IT helpdesk for a new one.",
            ),
            Self::ExpiredCard => (
                "Kortets tid har gått ut. Fråga IT-supporten, så förlänger de den eller ger dig ett nytt.",
                "The time of this card is over. Ask the IT helpdesk to extend it or to give you another.",
            ),
            Self::DisabledPerson => (
                "Ditt konto är avslutat. Fråga IT-supporten om det är fel.",
                "Your account is closed. Ask the IT helpdesk if that is wrong.",
            ),
            Self::NotThisStation => (
                "Du får inte skriva ut här. Gå till en annan skrivare.",
                "You may not print here. Please go to another printer.",
            ),
            Self::StationLocked => (
                "Den här läsaren är spärrad en stund, för många okända kort har hållits fram. Gå till en annan \
                 skrivare, eller försök senare. Säg till IT om det inte går över.",
                "This reader is locked for a while: too many unknown cards were held to it. Go to another printer, or \
                 try later. Tell IT if it lasts.",
            ),
            Self::Busy => (
                "Någon annans utskrift pågår. Vänta en liten stund.",
                "Somebody else is printing. Please wait a moment.",
            ),
            Self::TryAgain => (
                "Något gick fel. Håll fram kortet en gång till.",
                "Something went wrong. Please tap once more.",
            ),
            Self::DirectoryDown => (
                "Just nu kan vi inte slå upp nya kort. Försök igen om en stund.",
                "We cannot look up new cards right now. Please try again in a while.",
            ),
            Self::DirectoryOld => (
                "Vi har inte kunnat kontrollera konton på flera dagar, så kort öppnar inget just nu. Fråga IT-supporten.",
                "Accounts could not be checked for several days, so cards open nothing right now. Ask the IT helpdesk.",
            ),
            Self::Protocol => (
                "Den här stationen behöver uppdateras. Säg till IT.",
                "This station needs an update. Please tell IT.",
            ),
        };
        language.pick(swedish, english)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_to_do() {
        for refusal in Refusal::ALL {
            let english = refusal.sentence(Language::English);
            let swedish = refusal.sentence(Language::Swedish);
            assert!(english.contains(". ") && swedish.contains(". "), "a fault and a way out");
            assert!(!crate::catalogue::has_swedish_letter(english));
        }
    }
}
