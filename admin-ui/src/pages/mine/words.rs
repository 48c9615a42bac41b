//! The texts of links, cards and shared machines on "My prints".

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
        Cards { sv: "Kort", en: "Cards" },
        CardsLead {
            sv: "Med de här korten hämtar du det du skriver ut. Har du tappat ett, spärra det.",
            en: "With these cards you collect your prints. If you have lost one, block it.",
        },
        CardsToConfirm {
            sv: "IT har lagt till ett kort åt dig. Det öppnar bara det du skriver ut efter det. Är det ditt, \
                 bekräfta det. Om inte, spärra det och säg till IT-supporten.",
            en: "IT has added a card for you. It opens only what you print after that. If it is yours, \
                 confirm it. If not, block it and tell the IT helpdesk.",
        },
        NoCards { sv: "Du har inget kort.", en: "You have no card." },
        NoCardsAdvice {
            sv: "Fråga IT-supporten, så lägger de till ditt passerkort.",
            en: "Ask the IT helpdesk to add your badge.",
        },
        Card { sv: "Kort", en: "Card" },
        Added { sv: "Tillagt", en: "Added" },
        FromDirectory { sv: "från katalogen", en: "from the directory" },
        FromImport { sv: "från en lista som IT läste in", en: "from a list that IT imported" },
        FromYou { sv: "tillagt av dig", en: "added by you" },
        FromHelpdesk { sv: "tillagt av IT", en: "added by IT" },
        FromHelpdeskForATime { sv: "tillagt av IT för en tid", en: "added by IT for a time" },
        NotConfirmed { sv: "Väntar på dig", en: "Waits for you" },
        Blocked { sv: "Spärrat", en: "Blocked" },
        Expired { sv: "Tiden har gått ut", en: "Its time is over" },
        Until { sv: "till", en: "until" },
        Confirm { sv: "Bekräfta", en: "Confirm" },
        ConfirmCard { sv: "Bekräfta att det är ditt kort:", en: "Confirm that it is your card:" },
        Block { sv: "Spärra", en: "Block" },
        BlockCard { sv: "Spärra kortet", en: "Block the card" },
        CardConfirmed {
            sv: "Kortet är bekräftat. Det öppnar alla dina utskrifter.",
            en: "The card is confirmed. It opens all your prints.",
        },
        CardBlocked {
            sv: "Kortet är spärrat och öppnar inget mer. Behöver du ett nytt, fråga IT-supporten.",
            en: "The card is blocked and opens nothing any more. If you need another, ask the IT helpdesk.",
        },
        CardUnchanged {
            sv: "Kortet fanns inte längre, eller var redan så. Ingenting har ändrats.",
            en: "The card was no longer there, or was so already. Nothing has been changed.",
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
