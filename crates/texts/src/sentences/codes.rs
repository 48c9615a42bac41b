//! What somebody reads at the station about a code that was typed in place of a card.

use crate::Language;

/// Why a code was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeRefusal {
    /// It is none that holds at this station.
    Wrong {
        /// How many more may be typed here.
        left: u32,
    },
    /// Too many were wrong: no code is taken here for a while.
    Locked {
        /// How many minutes, rounded up.
        minutes: i64,
    },
    /// It is right, and the card that it was to add is somebody else's by now.
    CardTaken,
}

impl CodeRefusal {
    /// What happened, and what to do.
    #[must_use]
    pub fn sentence(self, language: Language) -> String {
        let (swedish, english) = match self {
            Self::Wrong { left: 1 } => (
                "Koden gäller inte här. Kontrollera på Mina utskrifter att den är för den här stationen. Du \
                 kan försöka en gång till.",
                "This code does not hold here. See on My prints that it is for this station. You can try \
                 once more.",
            ),
            Self::Wrong { .. } => (
                "Koden gäller inte här. Kontrollera på Mina utskrifter att den är för den här stationen. Du \
                 kan försöka {count} gånger till.",
                "This code does not hold here. See on My prints that it is for this station. You can try \
                 {count} more times.",
            ),
            Self::Locked { minutes: ..=1 } => (
                "För många fel koder här. Vänta en minut, eller gå till en annan skrivare och gör en ny kod.",
                "Too many wrong codes here. Wait a minute, or go to another printer and make another code.",
            ),
            Self::Locked { .. } => (
                "För många fel koder här. Vänta {count} minuter, eller gå till en annan skrivare och gör en \
                 ny kod.",
                "Too many wrong codes here. Wait {count} minutes, or go to another printer and make another \
                 code.",
            ),
            Self::CardTaken => (
                "Kortet hör redan till någon. Fråga IT-supporten om det är ditt.",
                "The card belongs to somebody already. Ask the IT helpdesk if it is yours.",
            ),
        };
        let count = match self {
            Self::Wrong { left } => i64::from(left),
            Self::Locked { minutes } => minutes,
            Self::CardTaken => 0,
        };
        language.pick(swedish, english).replace("{count}", &count.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_says_what_to_do() {
        let wrong = [1, 4].map(|left| CodeRefusal::Wrong { left });
        let locked = [1, 8].map(|minutes| CodeRefusal::Locked { minutes });
        for refusal in wrong.into_iter().chain(locked).chain([CodeRefusal::CardTaken]) {
            let (swedish, english) =
                (refusal.sentence(Language::Swedish), refusal.sentence(Language::English));
            assert!(english.contains(". ") && swedish.contains(". "), "a fault and a way out");
            assert!(!crate::catalogue::has_swedish_letter(&english) && swedish != english);
            assert!(!english.contains('{') && !swedish.contains('{'), "{english}");
        }
    }
}
