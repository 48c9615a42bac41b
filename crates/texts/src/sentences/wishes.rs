//! Why a job cannot be had as somebody wants it at the station.

use crate::Language;

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WishRefusal {
    /// The printer makes no more copies.
    Copies {
        /// The most that it makes.
        most: u32,
    },
    /// The printer has one side only.
    TwoSided,
    /// The printer cannot print a coloured document in black and white.
    Monochrome,
    /// The printer cannot print some of the pages.
    SomePages,
    /// There are no such pages.
    NoSuchPages,
    /// The printer does not staple.
    Staple,
    /// The job is confidential, and the way to the printer is not encrypted.
    NotEncrypted,
    /// The job is not this person's to be taken here.
    NotYours,
    /// Somebody else pays for the job: it is collected as it is.
    AsItIs,
    /// The job goes only when it is chosen by itself, which this station does not know yet.
    ToBeNamed,
    /// The job was collected or deleted in the meantime.
    Gone,
}

impl WishRefusal {
    /// Every refusal.
    pub const ALL: [Self; 11] = [
        Self::Copies { most: 1 },
        Self::TwoSided,
        Self::Monochrome,
        Self::SomePages,
        Self::NoSuchPages,
        Self::Staple,
        Self::NotEncrypted,
        Self::NotYours,
        Self::AsItIs,
        Self::ToBeNamed,
        Self::Gone,
    ];

    /// What is not possible, and what to do.
    #[must_use]
    pub fn sentence(self, language: Language) -> String {
        let (swedish, english) = match self {
            Self::Copies { most: 1 } => (
                "Skrivaren gör bara ett exemplar åt gången. Välj ett, eller en annan skrivare.",
                "This printer makes one copy at a time. Choose one, or another printer.",
            ),
            Self::Copies { .. } => (
                "Skrivaren gör högst {most} exemplar. Välj färre, eller en annan skrivare.",
                "This printer makes {most} copies at most. Choose fewer, or another printer.",
            ),
            Self::TwoSided => (
                "Skrivaren skriver bara ut på ena sidan. Välj enkelsidigt, eller en annan skrivare.",
                "This printer prints on one side only. Choose one-sided, or another printer.",
            ),
            Self::Monochrome => (
                "Skrivaren kan inte göra om färg till svartvitt. Låt färgen vara, eller välj en annan \
                 skrivare.",
                "This printer cannot turn colour into black and white. Leave the colour, or choose \
                 another printer.",
            ),
            Self::SomePages => (
                "Skrivaren kan bara skriva ut alla sidor. Välj alla, eller en annan skrivare.",
                "This printer can only print all pages. Choose all, or another printer.",
            ),
            Self::NoSuchPages => (
                "De sidorna finns inte i dokumentet. Välj andra sidor.",
                "The document does not have these pages. Choose other pages.",
            ),
            Self::Staple => (
                "Skrivaren kan inte häfta. Välj utan häftning, eller en annan skrivare.",
                "This printer cannot staple. Choose no staple, or another printer.",
            ),
            Self::NotEncrypted => (
                "Utskriften är konfidentiell, och vägen till skrivaren är inte krypterad. Gå till en \
                 skrivare som tar emot krypterat. Utskriften finns kvar.",
                "This print is confidential, and the way to this printer is not encrypted. Walk to a \
                 printer that documents reach encrypted. The print is kept for you.",
            ),
            Self::NotYours => (
                "Den utskriften kan du inte hämta här. Den hör till någon annan, eller väntar på att du \
                 bekräftar kortet på Mina utskrifter.",
                "You cannot collect that print here. It belongs to somebody else, or waits until you \
                 confirm your card on My prints.",
            ),
            Self::AsItIs => (
                "Någon annan betalar för utskriften. Hämta den som den är.",
                "Somebody else pays for that print. Collect it as it is.",
            ),
            Self::ToBeNamed => (
                "Den utskriften hämtas bara när du väljer just den, och det kan den här skärmen inte \
                 än. Gå till en annan skrivare. Utskriften finns kvar.",
                "That print is collected only when you choose just that one, which this screen cannot \
                 do yet. Walk to another printer. The print is kept for you.",
            ),
            Self::Gone => (
                "Utskriften finns inte längre här: den har hämtats eller raderats.",
                "The print is no longer here: it has been collected or deleted.",
            ),
        };
        let most = if let Self::Copies { most } = self { most } else { 0 };
        language.pick(swedish, english).replace("{most}", &most.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_is_a_sentence_in_both_languages() {
        for refusal in WishRefusal::ALL.into_iter().chain([WishRefusal::Copies { most: 20 }]) {
            let [sv, en] = [Language::Swedish, Language::English].map(|one| refusal.sentence(one));
            for text in [&sv, &en] {
                assert!(text.ends_with('.') && !text.contains('{'), "{text}");
            }
            assert_ne!(sv, en);
        }
        let many = WishRefusal::Copies { most: 20 };
        assert!(many.sentence(Language::Swedish).contains("högst 20 exemplar"));
    }
}
