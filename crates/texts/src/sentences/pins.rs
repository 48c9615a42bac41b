//! What an owner reads at the station about the PIN of a job, and elsewhere when too many were wrong.

use crate::Language;

/// Why a job with a PIN was not let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinRefusal {
    /// The PIN was wrong.
    Wrong {
        /// How many more may be typed; the job is locked when there are none.
        left: u32,
    },
    /// Too many were wrong within the hour.
    Locked,
    /// The station did not ask: it is older than this server.
    NotAsked,
    /// The person's own PIN, which the queue demands beside the card, was wrong.
    OwnWrong {
        /// How many more may be typed; it is locked when there are none.
        left: u32,
    },
    /// Too many of those were wrong lately.
    OwnLocked,
    /// The person has none, or none that opens this job; or the station did not ask.
    OwnMissing,
}

impl PinRefusal {
    /// What happened with the job of this title, and what to do.
    #[must_use]
    pub fn sentence(self, title: &str, language: Language) -> String {
        let (swedish, english) = match self {
            Self::Wrong { left: 0 } | Self::Locked => (
                "Fel PIN-kod för många gånger: ”{title}” är låst i en timme. Har du bråttom, radera den \
                 på Mina utskrifter och skriv ut den en gång till.",
                "Too many wrong PINs: “{title}” is locked for an hour. If you are in a hurry, delete it \
                 on My prints and print it once more.",
            ),
            Self::Wrong { left: 1 } => (
                "Fel PIN-kod till ”{title}”. Du kan försöka en gång till.",
                "Wrong PIN for “{title}”. You can try once more.",
            ),
            Self::Wrong { .. } => (
                "Fel PIN-kod till ”{title}”. Du kan försöka {left} gånger till.",
                "Wrong PIN for “{title}”. You can try {left} more times.",
            ),
            Self::NotAsked => (
                "”{title}” har en PIN-kod, som den här stationen inte kan fråga efter. Gå till en annan \
                 skrivare.",
                "“{title}” has a PIN, which this station cannot ask for. Please go to another printer.",
            ),
            Self::OwnWrong { left: 0 } | Self::OwnLocked => (
                "Fel PIN-kod för många gånger: din personliga PIN-kod är låst en stund. Vänta, eller välj en ny på \
                 Mina utskrifter.",
                "Too many wrong PINs: your personal PIN is locked for a while. Wait, or choose another one on My \
                 prints.",
            ),
            Self::OwnWrong { left: 1 } => (
                "Fel personlig PIN-kod. Du kan försöka en gång till.",
                "Wrong personal PIN. You can try once more.",
            ),
            Self::OwnWrong { .. } => (
                "Fel personlig PIN-kod. Du kan försöka {left} gånger till.",
                "Wrong personal PIN. You can try {left} more times.",
            ),
            Self::OwnMissing => (
                "Utskriften kräver din personliga PIN-kod. Välj eller bekräfta en på Mina utskrifter.",
                "This print needs your personal PIN. Choose or confirm one on My prints.",
            ),
        };
        let left = match self {
            Self::Wrong { left } | Self::OwnWrong { left } => left,
            _ => 0,
        };
        let text = language.pick(swedish, english).replace("{left}", &left.to_string());
        // Last, so that nothing in a title is taken for a place to be filled.
        text.replace("{title}", title)
    }
}

/// That a job of the reader's was locked by wrong PINs.
#[must_use]
pub fn pin_locked(language: Language) -> &'static str {
    language.pick(
        "Någon skrev fel PIN-kod fem gånger till en av dina utskrifter, som därför är låst i en timme. \
         Om det inte var du, radera den på Mina utskrifter och säg till IT-supporten.",
        "Somebody typed a wrong PIN five times for one of your prints, which is therefore locked for an \
         hour. If it was not you, delete it on My prints and tell the IT helpdesk.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_names_the_job_and_says_what_to_do() {
        let wrong = [0, 1, 4].map(|left| PinRefusal::Wrong { left });
        for refusal in wrong.into_iter().chain([PinRefusal::Locked, PinRefusal::NotAsked]) {
            let swedish = refusal.sentence("{left} Lön", Language::Swedish);
            let english = refusal.sentence("{left} Pay", Language::English);
            assert!(swedish.contains("{left} Lön") && english.contains("{left} Pay"), "{english}");
            assert!(swedish.contains(". ") && english.contains(". "), "a fault and a way out");
            assert!(!crate::catalogue::has_swedish_letter(&english), "{english}");
        }
        let english = PinRefusal::Wrong { left: 4 }.sentence("Pay", Language::English);
        assert!(english.ends_with("try 4 more times."), "{english}");
        let own = [0, 1, 4].map(|left| PinRefusal::OwnWrong { left });
        for refusal in own.into_iter().chain([PinRefusal::OwnLocked, PinRefusal::OwnMissing]) {
            let english = refusal.sentence("Pay", Language::English);
            assert!(!english.contains("Pay"), "nobody has proved that it is theirs: {english}");
            assert!(!crate::catalogue::has_swedish_letter(&english), "{english}");
        }
        assert!(!crate::catalogue::has_swedish_letter(pin_locked(Language::English)));
        assert_ne!(pin_locked(Language::English), pin_locked(Language::Swedish));
    }
}
