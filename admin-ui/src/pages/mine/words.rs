//! The texts of links and of shared machines on "My prints".

texts::texts! {
    /// Every fixed text of these parts.
    pub enum MineWords {
        Links { sv: "Länkar och enheter", en: "Links and devices" },
        LinksLead {
            sv: "Varje länk skriver ut som du, till alla köer, utan lösenord. Ta bort de länkar \
                 vars enhet du inte har kvar.",
            en: "Each link prints as you, to every queue, without a password. Remove the links \
                 whose devices you no longer have.",
        },
        NewLink { sv: "Gör en ny länk", en: "Make a new link" },
        NoLinks { sv: "Du har inga länkar.", en: "You have no links." },
        NoLinksAdvice {
            sv: "En länk låter en av dina enheter skriva ut utan lösenord.",
            en: "A link lets one of your devices print without a password.",
        },
        LinksFull {
            sv: "Du har så många länkar man kan ha. Ta bort någon som du inte använder innan du \
                 gör en ny.",
            en: "You have as many links as one can have. Remove one that you do not use before \
                 you make another.",
        },
        Device { sv: "Enhet", en: "Device" },
        Made { sv: "Gjord", en: "Made" },
        MadeByIt { sv: "gjord av IT", en: "made by IT" },
        LastUsed { sv: "Senast använd", en: "Last used" },
        NeverUsed { sv: "Aldrig", en: "Never" },
        InUse { sv: "Fungerar", en: "Works" },
        Removed { sv: "Borttagen", en: "Removed" },
        SentInClear { sv: "Skickades okrypterad", en: "Sent unencrypted" },
        Remove { sv: "Ta bort", en: "Remove" },
        RemoveLink { sv: "Ta bort länken för", en: "Remove the link for" },
        NotThere {
            sv: "Den länken fanns inte längre. Ingenting har ändrats.",
            en: "That link was no longer there. Nothing has been changed.",
        },
        FromMachine { sv: "Från", en: "From" },
        MachineLead {
            sv: "Du och andra kan hämta de här. Välj en utskrift på skärmen vid en skrivare: den \
                 som väljer först får den.",
            en: "You and others can collect these. Choose a print on the screen at a printer: \
                 whoever chooses first has it.",
        },
        PrintedBy { sv: "utskriven av", en: "printed by" },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages() {
        texts::catalogue::check(&MineWords::pairs());
    }
}
